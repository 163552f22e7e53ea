"""`/action duplicate` and *Duplicate*: the same action once more, at another time."""

from __future__ import annotations

from discord import app_commands

from cogs.action_group import action
from cogs.base import FanchantCog, actor_of, guild_of, on_press, say_of
from cogs.drafting import Drafting
from cogs.laying_out import request_after, weeks_later
from cogs.lookup import PUBLISHED, complete_action, find_action
from cogs.times import require_zone
from domain.actions import Action
from domain.templates import lacks_required
from ui.base import Interaction, Target
from ui.commands import command_text
from ui.forms import Request, when_form


class DuplicateCommands(FanchantCog):
    @action.command(
        name=command_text("command.action.duplicate.name"),
        description=command_text("command.action.duplicate.description"),
    )
    @app_commands.describe(action=command_text("command.action.duplicate.action.description"))
    @app_commands.rename(action=command_text("command.action.duplicate.action.name"))
    async def duplicate(self, interaction: Interaction, action: str) -> None:
        found = await find_action(self.services, guild_of(interaction), action)
        await self._duplicate(interaction, found)

    @on_press("duplicate")
    async def press_duplicate(self, interaction: Interaction, target: Target) -> None:
        found = await self.services.actions.find(target.guild_id, target.action_id)
        await self._duplicate(interaction, found)

    async def _duplicate(self, interaction: Interaction, found: Action) -> None:
        """Ask when an action is to take place again; the rest is as it was."""
        actor, ids = actor_of(interaction), (found.guild_id, found.action_id)
        require_zone(await self.services.servers.get(found.guild_id))
        blueprint = await self.services.templates.blueprint_to_copy(actor, *ids)
        now = self.services.clock.now()
        request = request_after(blueprint, now, when=weeks_later(found.starts, now))

        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            await self._go_on(submitted, request.with_values(values))

        await interaction.response.send_modal(when_form(await say_of(interaction), request, submit))

    async def _go_on(self, interaction: Interaction, request: Request) -> None:
        """Show the preview; what is sealed has to be typed by who does not run the original."""
        drafting = Drafting(self.services)
        assert request.blueprint is not None
        if lacks_required(request.blueprint):
            await drafting.go_on(interaction, request)
        else:
            await drafting.store(interaction, request)

    @duplicate.autocomplete("action")
    async def complete_duplicate(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await complete_action(self.services, interaction, typed, states=PUBLISHED)
