"""`/actions`: what comes, what one joined and what waits for one's log."""

from __future__ import annotations

from discord import app_commands

from cogs.base import FanchantCog, actor_of, guild_of, on_press, say_of
from domain.action_lists import Asked, read_asked
from domain.errors import Refusal
from domain.kinds import Kind
from ui.action_lists import EVERY_KIND, draw_details, draw_list
from ui.base import Interaction, Target
from ui.buttons import read_id
from ui.commands import command_text
from ui.replies import replace, reply, settle


class ActionListCog(FanchantCog):
    @app_commands.command(
        name=command_text("command.actions.name"),
        description=command_text("command.actions.description"),
    )
    @app_commands.guild_only()
    async def actions(self, interaction: Interaction) -> None:
        await self._show(interaction, Asked(), turns=False)

    @on_press("actions_list")
    async def pick_list(self, interaction: Interaction, target: Target) -> None:
        await self._show(interaction, read_asked(target.item_id))

    @on_press("actions_page")
    async def turn(self, interaction: Interaction, target: Target) -> None:
        await self._show(interaction, read_asked(target.item_id))

    @on_press("actions_kind")
    async def pick_kind(self, interaction: Interaction, target: Target) -> None:
        kinds: dict[str, Kind | None] = {EVERY_KIND: None} | {kind.value: kind for kind in Kind}
        if len(target.values) != 1 or target.values[0] not in kinds:
            raise Refusal("refused.unknown_button")
        asked = Asked(read_asked(target.item_id).list, kinds[target.values[0]])
        await self._show(interaction, asked)

    @on_press("actions_open")
    async def open(self, interaction: Interaction, target: Target) -> None:
        if len(target.values) != 1:
            raise Refusal("refused.unknown_button")
        action_id, guild_id = read_id(target.values[0]), target.guild_id
        server = await self.services.servers.get(guild_id)
        reader = await self.reader_of(interaction, guild_id)
        work = self.services.action_lists.open(guild_id, action_id, reader)
        action, card = await settle(interaction, work)
        say, now = await say_of(interaction), self.services.clock.now()
        asked = read_asked(target.item_id)
        await replace(interaction, view=draw_details(say, action, card, server, asked, now))

    async def _show(self, interaction: Interaction, asked: Asked, *, turns: bool = True) -> None:
        guild_id = guild_of(interaction)
        reader = await self.reader_of(interaction, guild_id)
        work = self.services.action_lists.show(actor_of(interaction), guild_id, asked, reader)
        page = await settle(interaction, work)
        answer = replace if turns else reply
        view = draw_list(await say_of(interaction), page, self.services.clock.now())
        await answer(interaction, view=view)
