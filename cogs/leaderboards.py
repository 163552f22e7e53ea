"""An action's leaderboard: the button below its tally, its pages and its currencies."""

from __future__ import annotations

from dataclasses import replace as replaced

from cogs.base import FanchantCog, actor_of, on_press, say_of
from domain.errors import Refusal
from ui.base import Interaction, Target
from ui.buttons import read_id
from ui.leaderboard import draw_leaderboard, read_item
from ui.replies import replace, reply, settle


class LeaderboardCog(FanchantCog):
    @on_press("leaderboard")
    async def show(self, interaction: Interaction, target: Target) -> None:
        """The first page as a reply of its own, or another one in its place."""
        page, unit = read_item(target.item_id)
        turns = target.item_id is not None
        await self._show(interaction, target, page=page, unit=unit, turns=turns)

    @on_press("leaderboard_unit")
    async def pick_unit(self, interaction: Interaction, target: Target) -> None:
        if len(target.values) != 1:
            raise Refusal("refused.unknown_button")
        await self._show(interaction, target, page=0, unit=read_id(target.values[0]), turns=True)

    async def _show(
        self, interaction: Interaction, target: Target, *, page: int, unit: int, turns: bool
    ) -> None:
        ids = (target.guild_id, target.action_id)
        work = self.services.leaderboards.show(actor_of(interaction), *ids, unit=unit, page=page)
        board = await settle(interaction, work)
        board = replaced(board, action=await self.as_read(interaction, board.action))
        answer = replace if turns else reply
        await answer(interaction, view=draw_leaderboard(await say_of(interaction), board))
