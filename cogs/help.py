"""`/help`, and the first words in a server that the bot has just joined."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from cogs.base import FanchantCog, actor_of, guild_of, on_press, say_of
from domain.servers import Actor, RolePurpose, Server, is_organiser, is_reviewer
from locales import language
from services.budget import WELCOMES, importance
from ui.base import Interaction, Target
from ui.commands import command_text
from ui.help_panel import Part, draw_help, draw_welcome
from ui.replies import replace, reply

if TYPE_CHECKING:
    from client import Fanchant

log = logging.getLogger(__name__)

MOST_TRIED = 3
"""Channels in which the first words are tried, should Discord refuse one after all."""


class HelpCog(FanchantCog):
    def __init__(self, bot: Fanchant) -> None:
        super().__init__(bot)
        self._came_up: list[int] = []
        """The servers that Discord told of and of which it is still to be looked what is known."""

        self._greeting: asyncio.Task[None] | None = None
        self._being_told: set[int] = set()
        """The servers that are being told how to start, each by one greeting at a time."""

    @app_commands.command(
        name=command_text("command.help.name"),
        description=command_text("command.help.description"),
    )
    @app_commands.guild_only()
    async def help(self, interaction: Interaction) -> None:
        await reply(interaction, view=await self._panel(interaction))

    @on_press("help")
    async def open(self, interaction: Interaction, target: Target) -> None:
        await replace(interaction, view=await self._panel(interaction))

    async def _panel(self, interaction: Interaction) -> discord.ui.LayoutView:
        server = await self.services.servers.get(guild_of(interaction))
        parts = parts_of(actor_of(interaction), server)
        return draw_help(await say_of(interaction), server, parts)

    # ---- The first words

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self._greet(guild)

    @commands.Cog.listener()
    async def on_shard_ready(self, shard_id: int) -> None:
        """Look, at start, into which servers the bot was invited while it was away.

        One task greets them all: nothing waits for its end.
        """
        self._came_up += [guild.id for guild in self.bot.guilds if guild.shard_id == shard_id]
        if self._greeting is None or self._greeting.done():
            self._greeting = asyncio.create_task(self._greet_new(), name="welcomes")

    async def cog_unload(self) -> None:
        if self._greeting is not None:
            self._greeting.cancel()

    async def _greet_new(self) -> None:
        """Greet those of which nothing is known, one after the other and after all else."""
        importance.set(WELCOMES)
        while self._came_up:
            asked, self._came_up = self._came_up, []
            try:
                unknown = await self.services.servers.list_unknown(asked)
            except Exception:
                log.exception("no new server was told how to start; the next start does it")
                continue
            for guild_id in unknown:
                guild = self.bot.get_guild(guild_id)
                if guild is None or guild.unavailable:
                    continue
                try:
                    await self._greet(guild)
                except Exception:
                    log.exception("server %s was not told how to start", guild_id)

    async def _greet(self, guild: discord.Guild) -> None:
        """Say once how to start; where Discord takes it nowhere, the next start tries again."""
        servers = self.services.servers
        if guild.id in self._being_told:
            return
        self._being_told.add(guild.id)
        try:
            if not await servers.was_welcomed(guild.id) and await _say_first_words(guild):
                await servers.welcome(guild.id)
        finally:
            self._being_told.discard(guild.id)


async def _say_first_words(guild: discord.Guild) -> bool:
    """Say how to start, where those who can do it are likely to read it; False if nowhere."""
    view = draw_welcome(language(guild.preferred_locale.value))
    for channel in writable_channels(guild)[:MOST_TRIED]:
        try:
            await channel.send(view=view, allowed_mentions=discord.AllowedMentions.none())
        except discord.HTTPException as error:
            log.warning("no first words in channel %s: %s", channel.id, error.text)
        else:
            return True
    return False


def parts_of(actor: Actor, server: Server) -> frozenset[Part]:
    """What somebody may do in a server, beside taking part."""
    may = {
        Part.MODERATOR: actor.manages_server,
        Part.ORGANISER: is_organiser(actor, server),
        Part.REVIEWER: is_reviewer(actor, server),
        Part.TRANSLATOR: server.role(RolePurpose.TRANSLATOR) in actor.role_ids,
        Part.HELPER: server.role(RolePurpose.HELPER) in actor.role_ids,
    }
    return frozenset(part for part, is_so in may.items() if is_so)


def writable_channels(guild: discord.Guild) -> list[discord.TextChannel]:
    """Where the bot may write: the moderators' own channel and that for news of members first."""
    first = (guild.public_updates_channel, guild.system_channel)
    ordered = [*filter(None, first), *sorted(guild.text_channels, key=lambda each: each.position)]
    return [
        channel
        for channel in dict.fromkeys(ordered)
        if (allowed := channel.permissions_for(guild.me)).view_channel and allowed.send_messages
    ]
