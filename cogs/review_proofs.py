"""Everything that was handed in for a contribution, for those who check it."""

from __future__ import annotations

from cogs.base import FanchantCog, actor_of, on_press, say_of
from cogs.reviews import defer_for, item_of
from ui.base import Interaction, Target
from ui.replies import replace, reply, settle
from ui.review_proofs import draw_proofs


class ReviewProofsCog(FanchantCog):
    @on_press("all_proofs")
    async def open(self, interaction: Interaction, target: Target) -> None:
        """Show the first page beside the panel, which stays as it is."""
        await self._show(interaction, target, anew=True)

    @on_press("proofs_page")
    async def turn(self, interaction: Interaction, target: Target) -> None:
        """Show another page; its number, from 0, stands where elsewhere an action's does."""
        await self._show(interaction, target, anew=False)

    async def _show(self, interaction: Interaction, target: Target, *, anew: bool) -> None:
        ids = (actor_of(interaction), target.guild_id, item_of(target))
        waiting = await settle(interaction, self.services.reviews.find(*ids))
        view, files = draw_proofs(await say_of(interaction), waiting, target.action_id)
        await defer_for(interaction, files)
        await (reply if anew else replace)(interaction, view=view, files=files)
