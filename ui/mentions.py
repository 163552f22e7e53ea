"""Who a message pings: the one role that was decided on, or the members whom it addresses."""

from __future__ import annotations

from collections.abc import Iterable

import discord

from domain.owed_messages import OwedMessage
from domain.pings import pinged_role


def mention_role(owed: OwedMessage) -> tuple[str, discord.AllowedMentions]:
    """What stands before the first line of what pings a role, and the permission for just that."""
    role_id = pinged_role(owed)
    if role_id is None:
        return "", allow()
    return f"<@&{role_id}> ", allow(roles=[role_id])


def allow(*, users: Iterable[int] = (), roles: Iterable[int] = ()) -> discord.AllowedMentions:
    """Allow these to be pinged and nobody else; everybody at once never is."""
    return discord.AllowedMentions(
        everyone=False,
        users=[discord.Object(user_id) for user_id in users] or False,
        roles=[discord.Object(role_id) for role_id in roles] or False,
        replied_user=False,
    )
