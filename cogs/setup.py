"""`/setup`: one panel for all of a server's settings."""

from __future__ import annotations

import discord
from discord import app_commands

from cogs.base import FanchantCog, actor_of, guild_of, on_press, say_of
from domain.errors import Refusal
from domain.servers import RolePurpose, require_moderator
from domain.zones import search_zones
from locales import LANGUAGES
from ui.base import Interaction, Target
from ui.commands import command_text
from ui.permissions import missing_in_server
from ui.replies import replace, reply, settle
from ui.setup_panel import draw_setup
from ui.text import shorten

MOST_CHOICES = 25
NAME_LENGTH = 100

PURPOSES = {
    "setup_organiser": RolePurpose.ORGANISER,
    "setup_reviewer": RolePurpose.REVIEWER,
    "setup_ping": RolePurpose.PING,
}


class SetupCog(FanchantCog):
    @app_commands.command(
        name=command_text("command.setup.name"),
        description=command_text("command.setup.description"),
    )
    @app_commands.describe(zone=command_text("command.setup.zone.description"))
    @app_commands.rename(zone=command_text("command.setup.zone.name"))
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def setup(self, interaction: Interaction, zone: str | None = None) -> None:
        actor, guild_id = actor_of(interaction), guild_of(interaction)
        require_moderator(actor)
        if zone is not None:
            matches = search_zones(zone, (await say_of(interaction)).code, limit=1)
            name = matches[0].zone if matches else zone
            await self.services.servers.set_zone(actor, guild_id, name)
        await reply(interaction, view=await self._panel(interaction))

    @setup.autocomplete("zone")
    async def complete_zone(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        code = (await say_of(interaction)).code
        return [
            app_commands.Choice(
                name=shorten(f"{match.city}, {match.country} ({match.zone})", NAME_LENGTH),
                value=match.zone,
            )
            for match in search_zones(typed, code, limit=MOST_CHOICES)
        ]

    @on_press("setup_language")
    async def pick_language(self, interaction: Interaction, target: Target) -> None:
        code = _picked(target)
        if code not in LANGUAGES:
            raise Refusal("refused.unknown_button")
        await self.services.servers.set_language(actor_of(interaction), target.guild_id, code)
        await self._redraw(interaction)

    @on_press("setup_channel")
    async def pick_channel(self, interaction: Interaction, target: Target) -> None:
        await self.services.servers.set_channel(
            actor_of(interaction), target.guild_id, _as_id(_picked(target))
        )
        await self._redraw(interaction)

    @on_press("setup_organiser")
    async def pick_organiser(self, interaction: Interaction, target: Target) -> None:
        await self._pick_role(interaction, target, RolePurpose.ORGANISER)

    @on_press("setup_reviewer")
    async def pick_reviewer(self, interaction: Interaction, target: Target) -> None:
        await self._pick_role(interaction, target, RolePurpose.REVIEWER)

    @on_press("setup_ping")
    async def pick_ping(self, interaction: Interaction, target: Target) -> None:
        await self._pick_role(interaction, target, RolePurpose.PING)

    async def _pick_role(
        self, interaction: Interaction, target: Target, purpose: RolePurpose
    ) -> None:
        role_id = _as_id(_picked(target)) if target.values else None
        await self.services.servers.set_role(
            actor_of(interaction), target.guild_id, purpose, role_id
        )
        await self._redraw(interaction)

    @on_press("setup_create_ping")
    async def create_ping_role(self, interaction: Interaction, target: Target) -> None:
        """Create a role that members give themselves, and ping it from now on."""
        actor = actor_of(interaction)
        require_moderator(actor)
        guild = interaction.guild
        assert guild is not None
        say = await say_of(interaction)
        # A role that anyone may ping is needed only where the bot may not ping all roles.
        mentionable = not guild.me.guild_permissions.mention_everyone
        try:
            role = await settle(
                interaction,
                guild.create_role(name=say("setup.ping_role_name"), mentionable=mentionable),
            )
        except discord.Forbidden:
            raise Refusal("setup.cannot_create_role") from None
        await self.services.servers.set_role(
            actor, target.guild_id, RolePurpose.PING, role.id, self_service=True
        )
        await self._redraw(interaction)

    @on_press("setup_check")
    async def check_again(self, interaction: Interaction, target: Target) -> None:
        require_moderator(actor_of(interaction))
        await self._redraw(interaction)

    async def _redraw(self, interaction: Interaction) -> None:
        await replace(interaction, view=await self._panel(interaction))

    async def _panel(self, interaction: Interaction) -> discord.ui.LayoutView:
        server = await self.services.servers.get(guild_of(interaction))
        assert interaction.guild is not None
        return draw_setup(
            await say_of(interaction),
            server,
            self.services.clock.now(),
            missing_in_server(interaction.guild, server),
        )


def _picked(target: Target) -> str:
    """The one thing that was picked; refused where a forged item picks nothing or several."""
    if len(target.values) != 1:
        raise Refusal("refused.unknown_button")
    return target.values[0]


def _as_id(value: str) -> int:
    if not value.isascii() or not value.isdigit():
        raise Refusal("refused.unknown_button")
    return int(value)
