"""What the bot still needs before it can post in a server's announcement channel."""

from __future__ import annotations

import discord

from domain.servers import RolePurpose, Server

NEEDED = (
    "view_channel",
    "send_messages",
    "embed_links",
    "attach_files",
    "read_message_history",
)
"""Names of `discord.Permissions`, in the order in which people are told of them."""


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
