"""The one message into which all goes that has waited for the end of quiet hours."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from domain.deliveries import DeliveryKind
from domain.owed_messages import OwedMessage
from domain.pings import pinged_role
from locales import Language
from ui.buttons import press
from ui.limits import MAX_CONTENT
from ui.mentions import allow
from ui.text import plain, shorten

MAX_LABEL = 80
NO_ACTION = 0

Alone = tuple[str, discord.AllowedMentions]
"""What a message would say by itself, and whom it would ping beside a role."""


def draw_together(
    say: Language, messages: Sequence[OwedMessage], alone: Sequence[Alone]
) -> tuple[str, discord.ui.View, discord.AllowedMentions]:
    """Draw the first line of each message, and a button to the card of each action."""
    roles = list(dict.fromkeys(filter(None, map(pinged_role, messages))))
    mention = "".join(f"<@&{role_id}> " for role_id in roles)
    heading = mention + say.many("message.together", len(messages))
    room = (MAX_CONTENT - len(heading)) // len(messages) - 1
    lines = [_line(owed, content, room) for owed, (content, _) in zip(messages, alone, strict=True)]
    users = [user.id for _, allowed in alone for user in _listed(allowed)]
    return "\n".join([heading, *lines]), _links(say, messages), allow(users=users, roles=roles)


def _line(owed: OwedMessage, content: str, room: int) -> str:
    """The first line of a message; of one that is too long just which action it is about."""
    number = f"- **#{owed.action.number}** "
    line = number + content.partition("\n")[0]
    return line if len(line) <= room else number + plain(owed.action.title, room - len(number))


def _links(say: Language, messages: Sequence[OwedMessage]) -> discord.ui.View:
    """A button for each action, to its card or at least to where it is posted, and to one's own.

    Beside a vote that calls stands the way to its ticks, where one rests and mutes it too. The
    last button answers to the bot in any case, so that one can carry the stamp.
    """
    view = discord.ui.View(timeout=None)
    for owed in {owed.action.action_id: owed for owed in messages}.values():
        place = [owed.server.guild_id, *owed.channel_ids[:1]]
        if owed.card is not None:
            place = [owed.server.guild_id, owed.card.channel_id, owed.card.message_id]
        url = "/".join(["https://discord.com/channels", *map(str, place)])
        label = shorten(f"#{owed.action.number} {owed.action.title}", MAX_LABEL)
        view.add_item(discord.ui.Button(label=label, url=url))
    calls = (each for each in messages if each.delivery.kind is DeliveryKind.DAILY_CALL)
    for action in {owed.action.action_id: owed.action for owed in calls}.values():
        label = f"#{action.number} {say('button.ticks')}"
        view.add_item(press(say, "ticks", action.action_id, label=label))
    view.add_item(press(say, "me_page", NO_ACTION, label_key="button.mine"))
    return view


def _listed(allowed: discord.AllowedMentions) -> Sequence[discord.abc.Snowflake]:
    users = allowed.users
    return users if isinstance(users, Sequence) else ()
