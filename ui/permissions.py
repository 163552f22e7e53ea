"""What a server's settings lack on Discord's side: permissions of the bot, and what was deleted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import discord

from domain.actions import Action
from domain.errors import Refusal
from domain.mending import RoleUse, channel_of
from domain.preflight import Flaw, Found
from domain.servers import RolePurpose, Server
from domain.threads import THREAD_PERMISSIONS
from locales import Language

NEEDED = (
    "view_channel",
    "send_messages",
    "embed_links",
    "attach_files",
    "read_message_history",
)
"""Names of `discord.Permissions`, in the order in which people are told of them."""

IN_THREADS = tuple("send_messages_in_threads" if n == "send_messages" else n for n in NEEDED)
"""The same, where it is posted to a thread."""

NEEDED_TO_TELL = ("view_channel", "send_messages")
"""Where organisers are told."""

WITH_SENDING = ("embed_links", "attach_files")
"""What nobody has who may not send messages, whatever is set."""

TO_POST = frozenset({"permission.view_channel", "permission.send_messages"})
"""Without these nothing at all can be posted; without others something is left out."""

MODERATORS_OWN = discord.Permissions(
    administrator=True,
    manage_guild=True,
    manage_roles=True,
    manage_channels=True,
    manage_messages=True,
    manage_threads=True,
    manage_webhooks=True,
    manage_nicknames=True,
    manage_expressions=True,
    manage_events=True,
    view_audit_log=True,
    kick_members=True,
    ban_members=True,
    moderate_members=True,
    mute_members=True,
    deafen_members=True,
    move_members=True,
    mention_everyone=True,
)
"""What a role may not carry that members are given for what they log."""

MENTION_ROLE = "permission.mention_role"

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
        keys.append(MENTION_ROLE)
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
    missing = missing_permissions(channel, guild.me, ping_role=ping_role)
    of_kinds = [guild.get_role(role.role_id) for role in server.kind_roles.values()]
    allowed = channel.permissions_for(guild.me).mention_everyone
    silent = any(role is not None and not role.mentionable for role in of_kinds)
    if silent and not allowed and MENTION_ROLE not in missing:
        missing.append(MENTION_ROLE)
    return missing + (missing_for_threads(guild, server) if server.threads else [])


def missing_for_threads(guild: discord.Guild, server: Server) -> list[str]:
    """Catalogue keys of what the bot lacks for threads in the announcement channel."""
    channel = guild.get_channel(server.announce_channel_id or 0)
    if channel is None:
        return []
    allowed = channel.permissions_for(guild.me)
    return [f"permission.{name}" for name in THREAD_PERMISSIONS if not getattr(allowed, name)]


def missing_in_languages(guild: discord.Guild, server: Server) -> dict[str, list[str]]:
    """Catalogue keys of what the bot lacks in each language channel, by language."""
    missing: dict[str, list[str]] = {}
    for each in server.language_channels:
        channel = guild.get_channel(each.channel_id)
        if channel is None:
            missing[each.language] = ["permission.view_channel"]
            continue
        role = None if each.role_id is None else guild.get_role(each.role_id)
        missing[each.language] = missing_permissions(channel, guild.me, ping_role=role)
    return missing


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


def require_may_thank_with(guild: discord.Guild, role_id: int) -> None:
    """Refuse a role that the bot may not give out, or that nobody should get by logging."""
    require_may_grant(guild, role_id)
    role = guild.get_role(role_id)
    if role is not None and role.managed:
        raise Refusal("setup.managed_role", role=f"<@&{role_id}>")
    if role is not None and role.permissions.value & MODERATORS_OWN.value:
        raise Refusal("setup.powerful_role", role=f"<@&{role_id}>")


def draw_missing(say: Language, server: Server, missing: Sequence[str]) -> str:
    """Say which permissions the bot lacks in the announcement channel, and what to do."""
    return say("setup.missing_permissions", **_named(say, server, missing))


def draw_cannot_post(say: Language, server: Server, missing: Sequence[str]) -> str:
    """Say why nothing can be published there, and that the draft is kept."""
    return say("publish.missing_permissions", **_named(say, server, missing))


def _named(say: Language, server: Server, missing: Sequence[str]) -> dict[str, str]:
    permissions = say.listing([say(key) for key in missing])
    return {"channel": f"<#{server.announce_channel_id}>", "permissions": permissions}


async def find_on_discord(guild: discord.Guild, action: Action, server: Server) -> list[Found]:
    """What keeps the bot from posting, pinging and giving roles as an action needs it."""
    found: list[Found] = []
    threads = THREAD_PERMISSIONS if server.threads and action.thread_id is None else ()
    for channel_id, needed in (
        (channel_of(action, server), (*NEEDED, *threads)),
        *((channel.channel_id, NEEDED) for channel in server.language_channels),
        (server.organiser_channel_id, NEEDED_TO_TELL),
    ):
        if channel_id is not None:
            found += _find_in_channel(guild, channel_id, needed)
    found += await _find_roles(guild, action, server)
    return found


def lacking_in(
    guild: discord.Guild, channel_id: int, further: Sequence[str] = ()
) -> tuple[str, ...]:
    """Names of the permissions that the bot lacks in a channel, as far as they are known here.

    `further` are needed there beside those that are needed everywhere.
    """
    channel = guild.get_channel_or_thread(channel_id)
    if channel is None:
        return ()
    allowed = channel.permissions_for(guild.me)
    if not allowed.view_channel:
        return ("view_channel",)  # without it Discord grants nothing else, whatever is set
    implied = () if allowed.send_messages else WITH_SENDING
    needed = dict.fromkeys((*NEEDED, *further))
    if isinstance(channel, discord.Thread):
        needed = dict.fromkeys(IN_THREADS)
    return tuple(n for n in needed if n not in implied and not getattr(allowed, n))


def _find_in_channel(
    guild: discord.Guild, channel_id: int, needed: Sequence[str]
) -> Iterator[Found]:
    if guild.get_channel_or_thread(channel_id) is None:
        yield Found(Flaw.CHANNEL_GONE, channel_id)
    elif names := tuple(n for n in lacking_in(guild, channel_id, needed) if n in needed):
        yield Found(Flaw.PERMISSIONS, channel_id, names=names)


async def _find_roles(guild: discord.Guild, action: Action, server: Server) -> list[Found]:
    found: list[Found] = []
    uses = {
        RoleUse.GATE.value: action.sign_up_role_id,
        RoleUse.PARTICIPANTS.value: action.role_id if action.grants_role else None,
        RolePurpose.PING.value: server.role(RolePurpose.PING),
    }
    named = [*uses.items()]
    named += [(RoleUse.ALERTS.value, channel.role_id) for channel in server.language_channels]
    if action.grants_role:
        named += [(RoleUse.PARTICIPANTS.value, role_id) for role_id in action.parts.roles.values()]
    for use, role_id in named:
        if role_id is not None and not await role_exists(guild, role_id):
            found.append(Found(Flaw.ROLE_GONE, role_id=role_id, names=(use,)))
    role = None if action.role_id is None else guild.get_role(action.role_id)
    if role is not None and not (role.mentionable or _pings_all_roles(guild, action, server)):
        found.append(Found(Flaw.ROLE_SILENT, role_id=role.id))
    if action.grants_role:
        found += _find_grants(guild, action)
    return found


def _pings_all_roles(guild: discord.Guild, action: Action, server: Server) -> bool:
    """Tell whether the bot may ping roles that not everybody may, where the action is posted."""
    channel = guild.get_channel_or_thread(channel_of(action, server) or 0)
    allowed = guild.me.guild_permissions
    if channel is not None and channel.permissions_for(guild.me).send_messages:
        allowed = channel.permissions_for(guild.me)
    return allowed.mention_everyone


def _find_grants(guild: discord.Guild, action: Action) -> Iterator[Found]:
    role = None if action.role_id is None else guild.get_role(action.role_id)
    if not guild.me.guild_permissions.manage_roles:
        yield Found(Flaw.CANNOT_GRANT)
    elif role is not None and role >= guild.me.top_role:
        yield Found(Flaw.ROLE_ABOVE, role_id=role.id)
