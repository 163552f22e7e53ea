"""*Spot check* of an action's panel: laying out a sample, drawing it, how far it is checked."""

from __future__ import annotations

from cogs.base import FanchantCog, actor_of, on_press, say_of
from domain.actions import Action
from domain.errors import Refusal
from domain.spot_sizes import read_wanted
from services.spot_checks import Planned
from ui.base import Interaction, Target, word_refusal
from ui.choices import Choice, Choices
from ui.replies import replace, reply, settle
from ui.spot_panel import draw_spot_check, spot_form, spot_preview

ASKED_AGAIN = frozenset({"refused.spot_size", "refused.spot_percent", "refused.too_precise"})
"""What the form is opened again for, as it was filled in; besides what is no number."""


class SpotCheckCog(FanchantCog):
    @on_press("spot_check")
    async def spot_check(self, interaction: Interaction, target: Target) -> None:
        """Show the newest sample; before there is one, ask how large it shall be."""
        found, newest = await self.services.spot_checks.find(
            actor_of(interaction), target.guild_id, target.action_id
        )
        if newest is None:
            await self._ask(interaction, found)
            return
        view = draw_spot_check(await say_of(interaction), found, newest)
        await reply(interaction, view=view)

    @on_press("spot_again")
    async def spot_again(self, interaction: Interaction, target: Target) -> None:
        found, _ = await self.services.spot_checks.find(
            actor_of(interaction), target.guild_id, target.action_id
        )
        await self._ask(interaction, found)

    async def _ask(
        self, interaction: Interaction, action: Action, size: str | None = None, percent: str = ""
    ) -> None:
        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            try:
                await self._preview(submitted, action, values["size"], values["percent"])
            except Refusal as refusal:
                if refusal.key not in ASKED_AGAIN and not refusal.key.startswith("amount."):
                    raise
                await self._ask_again(submitted, action, values, refusal)

        say = await say_of(interaction)
        await interaction.response.send_modal(spot_form(say, size, percent, submit))

    async def _ask_again(
        self, interaction: Interaction, action: Action, typed: dict[str, str], refusal: Refusal
    ) -> None:
        say = await say_of(interaction)
        again = Choice(
            say("button.try_again"),
            lambda pressed: self._ask(pressed, action, typed["size"], typed["percent"]),
        )
        await reply(interaction, word_refusal(say, refusal), view=Choices([again]))

    async def _preview(
        self, interaction: Interaction, action: Action, size: str, percent: str
    ) -> None:
        say = await say_of(interaction)
        wanted = read_wanted(size, percent, say.code)
        work = self.services.spot_checks.plan(
            actor_of(interaction), action.guild_id, action.action_id, wanted
        )
        planned = await settle(interaction, work)
        design = planned.design
        text = spot_preview(
            say,
            planned.action,
            design,
            planned.number,
            open_until=planned.at < planned.action.log_until,
        )
        label = say.many("button.spot_draw", design.sample)
        sure = Choice(label, lambda pressed: self._draw(pressed, planned))
        await reply(interaction, text, view=Choices([sure]))

    async def _draw(self, interaction: Interaction, planned: Planned) -> None:
        work = self.services.spot_checks.draw(
            actor_of(interaction),
            planned.action.guild_id,
            planned.action.action_id,
            size=planned.design.size,
            number=planned.number,
        )
        drawn = await settle(interaction, work)
        view = draw_spot_check(await say_of(interaction), planned.action, drawn)
        await replace(interaction, view=view)
