"""`/tally`: an action's numbers as they stand, and its chart as pictures to share."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import discord
from discord import app_commands

from cogs.base import FanchantCog, actor_of, guild_of, on_press, say_of
from cogs.lookup import PUBLISHED, complete_action, find_action
from domain.errors import Refusal
from locales import Language
from ui.base import Interaction, Target
from ui.charts import ChartFailed
from ui.commands import command_text
from ui.late import late_button
from ui.leaderboard import leaderboard_button
from ui.replies import reply, settle
from ui.tallies import DARK_NAME, LIGHT_NAME, draw_pictures, draw_tally


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
        return await complete_action(
            self.services, interaction, typed, states=PUBLISHED, translated=True
        )

    @on_press("tally")
    async def press_tally(self, interaction: Interaction, target: Target) -> None:
        await self._show(interaction, target.guild_id, target.action_id)

    async def _show(self, interaction: Interaction, guild_id: int, action_id: int) -> None:
        work = self.services.tallies.show(actor_of(interaction), guild_id, action_id)
        tally = await settle(interaction, work)
        tally = replace(tally, action=await self.as_read(interaction, tally.action))
        server = await self.services.servers.get(guild_id)
        say = await say_of(interaction)
        view = draw_tally(say, tally, server)
        late = late_button(say, tally.action, self.services.clock.now())
        buttons = [leaderboard_button(say, tally.action), *filter(None, [late])]
        view.add_item(discord.ui.ActionRow[Any](*buttons))
        await reply(interaction, view=view)

    @on_press("tally_pictures")
    async def press_pictures(self, interaction: Interaction, target: Target) -> None:
        """The chart on both grounds, in the language of whoever asks."""
        say = await say_of(interaction)
        files = await settle(interaction, self._draw_pictures(say, interaction, target))
        await reply(interaction, view=draw_pictures(say), files=files)

    async def _draw_pictures(
        self, say: Language, interaction: Interaction, target: Target
    ) -> list[discord.File]:
        ids = (target.guild_id, target.action_id)
        await self.services.tallies.show(actor_of(interaction), *ids)
        tally = await self.services.tallies.counted(*ids)
        tally = replace(tally, action=await self.as_read(interaction, tally.action))
        server = await self.services.servers.get(target.guild_id)
        try:
            pictures = await self.bot.draw_pictures(say, tally, server)
        except ChartFailed:
            raise Refusal("refused.no_pictures") from None
        names = (DARK_NAME, LIGHT_NAME)
        return [
            discord.File(io.BytesIO(picture), filename=name)
            for picture, name in zip(pictures, names, strict=True)
        ]
