"""`/help`, and the first words in a server that the bot has just joined."""

from __future__ import annotations

import logging

import discord
from discord import app_commands
from discord.ext import commands

from cogs.base import FanchantCog, actor_of, guild_of, on_press, say_of
from domain.errors import NotAllowed
from domain.servers import Actor, Server, is_organiser, require_reviewer
from locales import language
from ui.base import Interaction, Target
from ui.commands import command_text
from ui.help_panel import Part, draw_help, draw_welcome
from ui.replies import replace, reply

log = logging.getLogger(__name__)

MOST_TRIED = 3
"""Channels in which the first words are tried, should Discord refuse one after all."""


class HelpCog(FanchantCog):
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

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Say once how to start, where those who can do it are likely to read it."""
        channels = writable_channels(guild)
        if not channels or not await self.services.servers.welcome(guild.id):
            return
        view = draw_welcome(language(guild.preferred_locale.value))
        for channel in channels[:MOST_TRIED]:
            try:
                await channel.send(view=view, allowed_mentions=discord.AllowedMentions.none())
            except discord.HTTPException as error:
                log.warning("no first words in channel %s: %s", channel.id, error.text)
            else:
                return


def parts_of(actor: Actor, server: Server) -> frozenset[Part]:
    """What somebody may do in a server, beside taking part."""
    parts: set[Part] = set()
    if actor.manages_server:
        parts.add(Part.MODERATOR)
    if is_organiser(actor, server):
        parts.add(Part.ORGANISER)
    try:
        require_reviewer(actor, server)
    except NotAllowed:
        return frozenset(parts)
    return frozenset(parts | {Part.REVIEWER})


def writable_channels(guild: discord.Guild) -> list[discord.TextChannel]:
    """Where the bot may write: the moderators' own channel and that for news of members first."""
    first = (guild.public_updates_channel, guild.system_channel)
    ordered = [*filter(None, first), *sorted(guild.text_channels, key=lambda each: each.position)]
    return [
        channel
        for channel in dict.fromkeys(ordered)
        if (allowed := channel.permissions_for(guild.me)).view_channel and allowed.send_messages
    ]
