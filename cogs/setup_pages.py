"""Showing a page of `/setup` in place of the one that a click came from."""

from __future__ import annotations

import discord

from cogs.base import guild_of, say_of
from domain.errors import Refusal
from services.application import Services
from ui.base import Interaction
from ui.replies import replace, settle
from ui.setup_pages import SetupPage
from ui.setup_panel import draw_setup
from ui.setup_todo import find_lacks


async def show_page(
    interaction: Interaction,
    services: Services,
    page: SetupPage = SetupPage.BASICS,
    *,
    note: str | None = None,
) -> None:
    """Show a page of the panel as things stand now; `note` says what was done last."""
    await replace(interaction, view=await page_view(interaction, services, page, note=note))


async def page_view(
    interaction: Interaction,
    services: Services,
    page: SetupPage = SetupPage.BASICS,
    *,
    note: str | None = None,
) -> discord.ui.LayoutView:
    """Draw a page as things stand now."""
    server, guild = await services.servers.get(guild_of(interaction)), home_of(interaction)
    lacks = await find_lacks(guild, server)
    return draw_setup(
        await say_of(interaction), server, services.clock.now(), lacks, page, note=note
    )


async def make_alert_role(interaction: Interaction, name: str) -> discord.Role:
    """Create a role that announcements ping; refused where the bot may not."""
    guild = home_of(interaction)
    # A role that anyone may ping is needed only where the bot may not ping all roles.
    mentionable = not guild.me.guild_permissions.mention_everyone
    try:
        return await settle(interaction, guild.create_role(name=name, mentionable=mentionable))
    except discord.Forbidden:
        raise Refusal("setup.cannot_create_role") from None


def home_of(interaction: Interaction) -> discord.Guild:
    """The server in which an interaction took place, as the client knows it."""
    if interaction.guild is None:
        raise Refusal("refused.not_here")
    return interaction.guild
