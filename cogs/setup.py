"""`/setup`: one panel with pages for all of a server's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from cogs.base import (
    FanchantCog,
    actor_of,
    guild_of,
    id_picked,
    on_press,
    picked,
    say_of,
)
from cogs.setup_pages import home_of, make_alert_role, page_view, show_page
from cogs.zones import settle_zone
from domain.errors import Refusal
from domain.places import search_zones
from domain.retention import DAYS_OFFERED
from domain.servers import RolePurpose, require_moderator
from locales import LANGUAGES
from ui.base import Interaction, Target
from ui.buttons import read_id
from ui.choices import Choice, Choices
from ui.commands import command_text, offers
from ui.forms import server_zone_form
from ui.permissions import (
    missing_in_server,
    require_may_grant,
    require_may_thank_with,
    role_exists,
)
from ui.replies import reply, settle
from ui.setup_pages import FURTHER, SetupPage, page_of

if TYPE_CHECKING:
    from client import Fanchant


class SetupCog(FanchantCog):
    def __init__(self, bot: Fanchant) -> None:
        super().__init__(bot)
        self._creating: set[int] = set()
        """The servers in which an alert role is being created."""

    @app_commands.command(
        name=command_text("command.setup.name"),
        description=command_text("command.setup.description"),
    )
    @app_commands.describe(zone=command_text("command.setup.zone.description"))
    @app_commands.rename(zone=command_text("command.setup.zone.name"))
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def setup(self, interaction: Interaction, zone: str | None = None) -> None:
        require_moderator(actor_of(interaction))
        if zone is None:
            await reply(interaction, view=await page_view(interaction, self.services))
        else:
            await self._read_zone(interaction, zone, on_panel=False)

    @on_press("setup_zone")
    async def ask_zone(self, interaction: Interaction, target: Target) -> None:
        """Ask for a city or a zone, as the command's option does."""
        require_moderator(actor_of(interaction))
        await self._ask_zone(interaction, "", on_panel=True)

    async def _ask_zone(self, interaction: Interaction, typed: str, *, on_panel: bool) -> None:
        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            await self._read_zone(submitted, values["zone"], on_panel=on_panel, asked=True)

        form = server_zone_form(await say_of(interaction), typed, submit)
        await interaction.response.send_modal(form)

    async def _read_zone(
        self, interaction: Interaction, typed: str, *, on_panel: bool, asked: bool = False
    ) -> None:
        """Take a zone; where it is asked which, that stands on the panel if it was typed there."""
        require_moderator(actor_of(interaction))

        async def again(pressed: Interaction, text: str) -> None:
            await self._ask_zone(pressed, text, on_panel=on_panel)

        async def back(pressed: Interaction) -> None:
            await show_page(pressed, self.services)

        take, place = self._take_zone, back if on_panel else None
        await settle_zone(interaction, self.services, typed, take, again, asked=asked, back=place)

    async def _take_zone(self, interaction: Interaction, zone: str) -> None:
        actor, guild_id = actor_of(interaction), guild_of(interaction)
        before = (await self.services.servers.get(guild_id)).zone
        await settle(interaction, self.services.servers.set_zone(actor, guild_id, zone))
        say, note = await say_of(interaction), None
        if before is not None and before != zone:
            note = say("setup.zone_changed", zone=zone, before=before)
        # In place of the panel, or of the question which zone was meant.
        await show_page(interaction, self.services, note=note)

    @setup.autocomplete("zone")
    async def complete_zone(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        code = (await say_of(interaction)).code
        return offers(
            (f"{match.city}, {match.country} ({match.zone})", match.zone)
            for match in search_zones(typed, code)
        )

    @on_press("setup_language")
    async def pick_language(self, interaction: Interaction, target: Target) -> None:
        code = picked(target)
        if code not in LANGUAGES:
            raise Refusal("refused.unknown_button")
        work = self.services.servers.set_language(actor_of(interaction), target.guild_id, code)
        await settle(interaction, work)
        await show_page(interaction, self.services)

    @on_press("setup_channel")
    async def pick_channel(self, interaction: Interaction, target: Target) -> None:
        actor, channel_id = actor_of(interaction), read_id(picked(target))
        require_moderator(actor)
        if not isinstance(home_of(interaction).get_channel(channel_id), discord.TextChannel):
            raise Refusal("setup.no_such_channel")
        work = self.services.servers.set_channel(actor, target.guild_id, channel_id)
        await settle(interaction, work)
        await self._send_what_failed(interaction)
        await show_page(interaction, self.services)

    @on_press("setup_notices")
    async def pick_organiser_channel(self, interaction: Interaction, target: Target) -> None:
        actor = actor_of(interaction)
        require_moderator(actor)
        channel_id = id_picked(target)
        if channel_id is not None and not isinstance(
            home_of(interaction).get_channel(channel_id), discord.TextChannel
        ):
            raise Refusal("setup.no_such_channel")
        work = self.services.servers.set_organiser_channel(actor, target.guild_id, channel_id)
        await settle(interaction, work)
        await show_page(interaction, self.services)

    @on_press("setup_organiser")
    async def pick_organiser(self, interaction: Interaction, target: Target) -> None:
        await self._pick_role(interaction, target, RolePurpose.ORGANISER)

    @on_press("setup_reviewer")
    async def pick_reviewer(self, interaction: Interaction, target: Target) -> None:
        await self._pick_role(interaction, target, RolePurpose.REVIEWER)

    @on_press("setup_ping")
    async def pick_ping(self, interaction: Interaction, target: Target) -> None:
        await self._pick_role(interaction, target, RolePurpose.PING)

    @on_press("setup_thanks")
    async def pick_thanks(self, interaction: Interaction, target: Target) -> None:
        """Choose what whoever has a verified contribution is given, and give what waits for it."""
        await self._pick_role(interaction, target, RolePurpose.THANKS)

    @on_press("setup_helper")
    async def pick_helper(self, interaction: Interaction, target: Target) -> None:
        await self._pick_role(interaction, target, RolePurpose.HELPER)

    async def _pick_role(
        self, interaction: Interaction, target: Target, purpose: RolePurpose
    ) -> None:
        actor = actor_of(interaction)
        require_moderator(actor)
        role_id = id_picked(target)
        if role_id is not None and not await role_exists(home_of(interaction), role_id):
            raise Refusal("setup.no_such_role")
        if role_id is not None and purpose is RolePurpose.THANKS:
            require_may_thank_with(home_of(interaction), role_id)
        work = self.services.servers.set_role(actor, target.guild_id, purpose, role_id)
        await settle(interaction, work)
        if purpose is RolePurpose.THANKS:
            await self._send_what_failed(interaction)
        page = SetupPage.ALERTS if purpose is RolePurpose.PING else SetupPage.ROLES
        await show_page(interaction, self.services, page)

    @on_press("setup_create_ping")
    async def create_ping_role(self, interaction: Interaction, target: Target) -> None:
        """Create a role that members give themselves, and ping it from now on."""
        require_moderator(actor_of(interaction))
        if target.guild_id in self._creating:
            raise Refusal("setup.has_ping_role")
        self._creating.add(target.guild_id)
        try:
            await self._create_ping_role(interaction)
        finally:
            self._creating.discard(target.guild_id)
        await show_page(interaction, self.services, SetupPage.ALERTS)

    async def _create_ping_role(self, interaction: Interaction) -> None:
        guild, say = home_of(interaction), await say_of(interaction)
        server = await self.services.servers.get(guild.id)
        existing = server.role(RolePurpose.PING)
        if existing is not None and await role_exists(guild, existing):
            raise Refusal("setup.has_ping_role")
        role = await make_alert_role(interaction, say("setup.ping_role_name"))
        work = self.services.servers.set_role(
            actor_of(interaction), guild.id, RolePurpose.PING, role.id, self_service=True
        )
        await settle(interaction, work)

    @on_press("setup_roles")
    async def switch_roles(self, interaction: Interaction, target: Target) -> None:
        """Give those who sign up for new actions a role, or give none any more."""
        actor, grants = actor_of(interaction), target.item_id == 1
        require_moderator(actor)
        if grants:
            require_may_grant(home_of(interaction), None)
        work = self.services.servers.set_grants_roles(actor, target.guild_id, grants=grants)
        await settle(interaction, work)
        await show_page(interaction, self.services, SetupPage.ROLES)

    @on_press("setup_tally")
    async def switch_tally(self, interaction: Interaction, target: Target) -> None:
        """Show everybody how actions under way stand, or keep it until the final tally."""
        actor, public = actor_of(interaction), target.item_id == 1
        work = self.services.servers.set_tally_public(actor, target.guild_id, public=public)
        await settle(interaction, work)
        await show_page(interaction, self.services, SetupPage.PROOF)

    @on_press("setup_choices")
    async def switch_choices(self, interaction: Interaction, target: Target) -> None:
        """Let everybody see who is in and for what, or organisers alone."""
        actor, public = actor_of(interaction), target.item_id == 1
        work = self.services.servers.set_choices_public(actor, target.guild_id, public=public)
        await settle(interaction, work)
        await show_page(interaction, self.services, SetupPage.PROOF)

    @on_press("setup_keep_proofs")
    async def pick_keep_days(self, interaction: Interaction, target: Target) -> None:
        """Keep proofs for so long; it is asked first where that deletes some earlier."""
        actor, days = actor_of(interaction), read_id(picked(target)) or None
        require_moderator(actor)
        kept = (await self.services.servers.get(target.guild_id)).keep_proofs_days
        if days is None or days not in DAYS_OFFERED or (kept is not None and kept <= days):
            work = self.services.servers.set_keep_days(actor, target.guild_id, days)
            await settle(interaction, work)
            await show_page(interaction, self.services, SetupPage.PROOF)
            return

        async def shorten(pressed: Interaction) -> None:
            work = self.services.servers.set_keep_days(actor_of(pressed), target.guild_id, days)
            await settle(pressed, work)
            await show_page(pressed, self.services, SetupPage.PROOF)

        async def keep(pressed: Interaction) -> None:
            await show_page(pressed, self.services, SetupPage.PROOF)

        say = await say_of(interaction)
        choices = [
            Choice(say("button.keep_proofs_shorter"), shorten, discord.ButtonStyle.danger),
            Choice(say("button.keep_proofs_as_now"), keep, discord.ButtonStyle.secondary),
        ]
        question = say("setup.keep_proofs_ask", days=say.number(days))
        await reply(interaction, question, view=Choices(choices))

    @on_press("setup_check")
    async def check_again(self, interaction: Interaction, target: Target) -> None:
        page = page_of(target)
        require_moderator(actor_of(interaction))
        await self._send_what_failed(interaction)
        await self._show(interaction, target, page)

    @on_press("setup_page")
    async def turn(self, interaction: Interaction, target: Target) -> None:
        """Turn to the page that was picked, or that a button leads to."""
        require_moderator(actor_of(interaction))
        await self._show(interaction, target, page_of(target))

    async def _show(self, interaction: Interaction, target: Target, page: SetupPage) -> None:
        if page in FURTHER:
            await self.bot.handlers[FURTHER[page]](interaction, Target(target.guild_id, 0))
        else:
            await show_page(interaction, self.services, page)

    @on_press("setup_back")
    async def go_back(self, interaction: Interaction, target: Target) -> None:
        """From one of the further pages to the panel."""
        require_moderator(actor_of(interaction))
        await show_page(interaction, self.services)

    async def _send_what_failed(self, interaction: Interaction) -> None:
        """Post what could not be posted before, where nothing stands in its way any more."""
        guild = home_of(interaction)
        server = await self.services.servers.get(guild.id)
        if not missing_in_server(guild, server):
            await settle(interaction, self.services.dispatcher.try_failed_again(guild.id))
