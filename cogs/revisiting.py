"""A reviewer's own last verdicts, and changing one of them."""

from __future__ import annotations

from collections.abc import Mapping

from cogs.base import FanchantCog, actor_of, on_press, say_of
from cogs.reviews import ask_again, defer_for, item_of, read_correction
from domain.errors import Refusal
from domain.ledger import Verdict
from domain.reasons import Reason
from domain.reviewing import Ruling
from ui.base import Interaction, Target
from ui.buttons import read_id
from ui.replies import replace, settle
from ui.review_forms import correction_form, revision_form
from ui.review_panel import draw_change, draw_own
from ui.review_queue import read_queue

AMBIGUOUS = "amount.ambiguous"


class RevisitingCog(FanchantCog):
    @on_press("my_verdicts")
    async def open(self, interaction: Interaction, target: Target) -> None:
        """Show a page of them: the newest, or those behind the last one of the page before."""
        await self._show_own(interaction, target, before=target.item_id)

    async def _show_own(
        self, interaction: Interaction, target: Target, *, before: int | None = None
    ) -> None:
        own = await self.services.revisiting.list(
            actor_of(interaction), target.guild_id, before=before
        )
        view = draw_own(await say_of(interaction), own, read_queue(target.action_id))
        await replace(interaction, view=view)

    @on_press("change_verdict")
    async def change(self, interaction: Interaction, target: Target) -> None:
        await self._show_change(interaction, target, read_id("".join(target.values)))

    @on_press("change_this")
    async def change_this(self, interaction: Interaction, target: Target) -> None:
        """Change the verdict that was given just before."""
        await self._show_change(interaction, target, item_of(target))

    async def _show_change(self, interaction: Interaction, target: Target, number: int) -> None:
        found = await self.services.revisiting.find(actor_of(interaction), target.guild_id, number)
        queue = read_queue(target.action_id)
        view, files = draw_change(await say_of(interaction), found, queue)
        await defer_for(interaction, files)
        await replace(interaction, view=view, files=files)

    @on_press("revise_verify")
    async def verify(self, interaction: Interaction, target: Target) -> None:
        await self._ask(interaction, target, Verdict.VERIFIED, {})

    @on_press("revise_not_counted")
    async def not_counted(self, interaction: Interaction, target: Target) -> None:
        await self._ask(interaction, target, Verdict.NOT_COUNTED, {})

    @on_press("revise_correct")
    async def correct(self, interaction: Interaction, target: Target) -> None:
        await self._ask(interaction, target, Verdict.CORRECTED, {})

    async def _ask(
        self,
        interaction: Interaction,
        target: Target,
        verdict: Verdict,
        typed: Mapping[str, str],
    ) -> None:
        """Ask for what the new verdict needs: its reason, and an amount where it corrects."""
        ids = (target.guild_id, item_of(target))
        decided = await self.services.revisiting.find(actor_of(interaction), *ids)

        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            try:
                await self._revise(submitted, target, verdict, values)
            except Refusal as refusal:
                await ask_again(
                    submitted,
                    refusal,
                    lambda pressed: self._ask(pressed, target, verdict, values),
                )

        say = await say_of(interaction)
        if verdict is Verdict.CORRECTED:
            form = correction_form(say, decided.action.unit, typed, submit)
        else:
            form = revision_form(say, typed, submit)
        await interaction.response.send_modal(form)

    async def _revise(
        self,
        interaction: Interaction,
        target: Target,
        verdict: Verdict,
        typed: Mapping[str, str],
    ) -> None:
        ids = (actor_of(interaction), target.guild_id, item_of(target))
        say, value = await say_of(interaction), None
        if verdict is Verdict.CORRECTED:
            waiting = await self.services.revisiting.find(*ids)
            readings = read_correction(waiting, typed["amount"], say.code)
            if len(readings) > 1:
                raise Refusal(AMBIGUOUS, text=typed["amount"])
            value = readings[0]
        code = None if verdict is Verdict.VERIFIED else Reason.OWN
        ruling = Ruling(verdict, value, typed["reason"], code)
        await settle(interaction, self.services.reviews.revise(*ids, ruling))
        await self._show_own(interaction, target)
