"""What a server's settings lack on Discord's side: permissions of the bot, and what was deleted."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from domain.errors import Refusal
from domain.servers import RolePurpose, Server
from locales import Language

NEEDED = (
    "view_channel",
    "send_messages",
    "embed_links",
    "attach_files",
    "read_message_history",
)
"""Names of `discord.Permissions`, in the order in which people are told of them."""

TO_POST = frozenset({"permission.view_channel", "permission.send_messages"})
"""Without these nothing at all can be posted; without others something is left out."""

CHANNEL = "channel"
"""How a deleted announcement channel is named beside the purposes of deleted roles."""

ORGANISER_CHANNEL = "organiser_channel"
"""And a deleted channel where organisers are told."""


def missing_permissions(
    channel: discord.abc.GuildChannel, me: discord.Member, *, ping_role: discord.Role | None
) -> list[str]:
    """Catalogue keys of what the bot lacks in the channel, among it pinging the chosen role."""
    allowed = channel.permissions_for(me)
    keys = [f"permission.{name}" for name in NEEDED if not getattr(allowed, name)]
    if ping_role is not None and not (ping_role.mentionable or allowed.mention_everyone):
        keys.append("permission.mention_role")
    return keys


def missing_in_server(guild: discord.Guild, server: Server) -> list[str]:
    """Catalogue keys of what the bot lacks in the announcement channel; none is chosen: nothing.

    A chosen channel that was deleted, or that the bot can't see, counts as not viewable.
    """
    if server.announce_channel_id is None:
        return []
    channel = guild.get_channel(server.announce_channel_id)
    if channel is None:
        return ["permission.view_channel"]
    role_id = server.role(RolePurpose.PING)
    ping_role = None if role_id is None else guild.get_role(role_id)
    return missing_permissions(channel, guild.me, ping_role=ping_role)


async def gone_from_server(guild: discord.Guild, server: Server) -> frozenset[str]:
    """What was chosen and exists no more: channels by the names above, and purposes of roles."""
    gone = {p.value for p, role in server.roles.items() if not await role_exists(guild, role)}
    channels = {
        CHANNEL: server.announce_channel_id,
        ORGANISER_CHANNEL: server.organiser_channel_id,
    }
    for name, channel_id in channels.items():
        if channel_id is not None and guild.get_channel(channel_id) is None:
            gone.add(name)
    return frozenset(gone)


async def role_exists(guild: discord.Guild, role_id: int) -> bool:
    """Tell whether a server has a role; one not known here may be too new, so Discord is asked."""
    if guild.get_role(role_id) is not None:
        return True
    try:
        await guild.fetch_role(role_id)
    except discord.NotFound:
        return False
    return True


def require_may_grant(guild: discord.Guild, role_id: int | None) -> None:
    """Refuse where the bot may not give out a role of its own, or not this one any more."""
    if not guild.me.guild_permissions.manage_roles:
        raise Refusal("roles.no_permission")
    role = None if role_id is None else guild.get_role(role_id)
    if role is not None and role >= guild.me.top_role:
        raise Refusal("roles.above_bot", role=f"<@&{role.id}>")


def draw_missing(say: Language, server: Server, missing: Sequence[str]) -> str:
    """Say which permissions the bot lacks in the announcement channel, and what to do."""
    return say("setup.missing_permissions", **_named(say, server, missing))


def draw_cannot_post(say: Language, server: Server, missing: Sequence[str]) -> str:
    """Say why nothing can be published there, and that the draft is kept."""
    return say("publish.missing_permissions", **_named(say, server, missing))


def _named(say: Language, server: Server, missing: Sequence[str]) -> dict[str, str]:
    permissions = say.listing([say(key) for key in missing])
    return {"channel": f"<#{server.announce_channel_id}>", "permissions": permissions}
