"""The demo's fan server in a simulated Discord: its channels, roles and people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import cast

import discord
from simcord._clock import Clock
from simcord.actors import MemberActor
from simcord.backend import Backend
from simcord.builders import ChannelHandle, GuildHandle, RoleHandle
from simcord.env import Env

from demo.clock import OffsetClock, StoryClock

BOT = "Fanchant"
SERVER = "Starlight Fans"
ZONE = "Asia/Seoul"
"""The zone in which the page and the terminal show wall time."""

IDLE = 0.008

ANNOUNCEMENTS, GENERAL, ORGANISER_ROOM = "announcements", "general", "organisers"
ORGANISERS, REVIEWERS, TREND_ALERTS = "Organisers", "Reviewers", "Trend alerts"
COLOURS = {ORGANISERS: 0xE0A030, REVIEWERS: 0x2E9E6B, TREND_ALERTS: 0xB4499D}

ORGANISER = ("jiwoo", "지우 Jiwoo")
MODERATOR = ("noor", "Noor")
FANS = (
    ("ayu", "Ayu Lestari"),
    ("bruna", "Bruna Araújo"),
    ("khanh", "Khánh An"),
    ("maite", "Maite Ñuñez"),
    ("sora", "空 Sora"),
    ("zeynep", "Zeynep Işık"),
)


BOT_PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
    mention_everyone=True,
    manage_roles=True,
    create_public_threads=True,
    send_messages_in_threads=True,
    create_events=True,
    manage_events=True,  # the simulated Discord asks for this where Discord does for the former
)
"""What the bot is invited with. "Mention everyone" is what pinging a chosen role takes."""


@dataclass(frozen=True)
class World:
    """Handles of everything that the demo and its story act with."""

    guild: GuildHandle
    announcements: ChannelHandle
    general: ChannelHandle
    organiser_room: ChannelHandle
    organisers: RoleHandle
    reviewers: RoleHandle
    trend_alerts: RoleHandle
    organiser: MemberActor
    moderator: MemberActor
    fans: tuple[MemberActor, ...]

    @property
    def people(self) -> tuple[MemberActor, ...]:
        """Everyone whom one can act as, the moderator first: the first thing to do is /setup."""
        return (self.moderator, self.organiser, *self.fans)


@asynccontextmanager
async def simulated(bot: discord.Client, clock: OffsetClock | StoryClock) -> AsyncIterator[Env]:
    """Run the bot in a simulated Discord that lives by the given clock.

    Whatever the bot itself starts belongs to it: simcord waits for it after every action. So
    start long-lived tasks beside this, not in the bot's hooks.
    """
    env = Env(bot, check_errors=False)
    # Env makes its own backend and takes no clock; nothing holds on to that one before start().
    env.backend = Backend(clock=cast(Clock, clock))
    env.backend.bot_user.name = BOT
    # How long simcord waits before it looks again whether the bot is done: its 50 ms are most of
    # the time that opening a modal takes.
    env._settle_internal = partial(env._settle_internal, idle=IDLE)
    await env.start()
    try:
        with env.time_context():
            yield env
    finally:
        await env.shutdown()


def build_world(env: Env) -> World:
    """Found the fan server and let its people in."""
    guild = env.create_guild(SERVER)
    organisers, reviewers, alerts = (
        guild.create_role(name, color=colour) for name, colour in COLOURS.items()
    )
    managers = guild.create_role(
        "Moderators", permissions=discord.Permissions(manage_guild=True, manage_messages=True)
    )
    _limit_bot(env, guild)
    return World(
        guild=guild,
        announcements=guild.create_text_channel(ANNOUNCEMENTS),
        general=guild.create_text_channel(GENERAL),
        organiser_room=guild.create_text_channel(
            ORGANISER_ROOM,
            overwrites={
                guild.default_role: discord.PermissionOverwrite(view_channel=False),
                organisers: discord.PermissionOverwrite(view_channel=True),
                managers: discord.PermissionOverwrite(view_channel=True),
                guild.roles[BOT]: discord.PermissionOverwrite(view_channel=True),
            },
        ),
        organisers=organisers,
        reviewers=reviewers,
        trend_alerts=alerts,
        organiser=join(env, guild, *ORGANISER, roles=(organisers, reviewers)),
        moderator=join(env, guild, *MODERATOR, roles=(managers,)),
        fans=tuple(join(env, guild, *fan, roles=(alerts,)) for fan in FANS),
    )


def _limit_bot(env: Env, guild: GuildHandle) -> None:
    """Take from the bot what simcord gives it beyond an honest invitation."""
    role = guild.roles[BOT]
    env.backend.edit_role(guild.id, role.id, {"permissions": BOT_PERMISSIONS.value})


def join(
    env: Env, guild: GuildHandle, name: str, shown: str, *, roles: tuple[RoleHandle, ...] = ()
) -> MemberActor:
    """Let one more person into the server, shown by the given name."""
    return guild.add_member(env.create_user(name, global_name=shown), roles=roles)
