"""Appealing against a reviewer's verdict: once, and to another reviewer."""

from __future__ import annotations

from cogs.base import FanchantCog, actor_of, on_press
from cogs.reviews import item_of
from domain.errors import Refusal
from ui.base import Interaction, Target, word_refusal
from ui.choices import Choice, Choices
from ui.replies import reply, settle
from ui.review_forms import appeal_form
from ui.text import plain

EMPTY = "appeal.text_missing"


class AppealCog(FanchantCog):
    @on_press("appeal")
    async def ask(self, interaction: Interaction, target: Target) -> None:
        """Ask what somebody says to it; it works in a direct message too."""
        await self.services.appeals.find(actor_of(interaction), target.guild_id, item_of(target))

        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            await self._take(submitted, target, values["text"])

        say = await self.say_there(interaction, target)
        await interaction.response.send_modal(appeal_form(say, {}, submit))

    async def _take(self, interaction: Interaction, target: Target, text: str) -> None:
        say = await self.say_there(interaction, target)
        work = self.services.appeals.appeal(
            actor_of(interaction), target.guild_id, item_of(target), text
        )
        try:
            action = await settle(interaction, work)
        except Refusal as refusal:
            if refusal.key != EMPTY:
                raise
            again = Choice(say("button.try_again"), lambda pressed: self.ask(pressed, target))
            await reply(interaction, word_refusal(say, refusal), view=Choices([again]))
            return
        action = await self.as_read(interaction, action)
        await reply(interaction, say("appeal.taken", title=plain(action.title)))
