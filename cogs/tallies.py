"""`/tally`: an action's numbers as they stand."""

from __future__ import annotations

from discord import app_commands

from cogs.base import FanchantCog, guild_of, on_press, say_of
from cogs.lookup import PUBLISHED, complete_action, find_action
from ui.base import Interaction, Target
from ui.commands import command_text
from ui.replies import reply, settle
from ui.tallies import draw_tally


class TallyCog(FanchantCog):
    @app_commands.command(
        name=command_text("command.tally.name"),
        description=command_text("command.tally.description"),
    )
    @app_commands.describe(action=command_text("command.tally.action.description"))
    @app_commands.rename(action=command_text("command.tally.action.name"))
    @app_commands.guild_only()
    async def tally(self, interaction: Interaction, action: str | None = None) -> None:
        found = await find_action(self.services, guild_of(interaction), action or "")
        await self._show(interaction, found.guild_id, found.action_id)

    @tally.autocomplete("action")
    async def complete(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await complete_action(self.services, guild_of(interaction), typed, states=PUBLISHED)

    @on_press("tally")
    async def press_tally(self, interaction: Interaction, target: Target) -> None:
        await self._show(interaction, target.guild_id, target.action_id)

    async def _show(self, interaction: Interaction, guild_id: int, action_id: int) -> None:
        tally = await settle(interaction, self.services.tallies.tally(guild_id, action_id))
        server = await self.services.servers.get(guild_id)
        await reply(interaction, view=draw_tally(await say_of(interaction), tally, server))
