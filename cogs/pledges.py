"""Pledging an amount: how much somebody who signed up intends to contribute."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from cogs.base import FanchantCog, actor_of, on_press, say_of
from domain.actions import Action
from domain.errors import Refusal
from domain.fields import read_amount
from domain.money import AmbiguousAmount
from domain.openings import require_pledging
from domain.sign_ups import SignUpState
from ui.base import Interaction, Target, word_refusal
from ui.choices import Choice, Choices
from ui.replies import replace, reply, settle
from ui.sign_up_forms import pledge_form
from ui.sign_up_replies import draw_pledged
from ui.text import amount, code


class PledgeCog(FanchantCog):
    @on_press("pledge")
    async def open_form(self, interaction: Interaction, target: Target) -> None:
        action = await self.services.actions.find(target.guild_id, target.action_id)
        require_pledging(action, self.services.clock.now())
        own = await self.services.sign_ups.find(
            actor_of(interaction), target.guild_id, target.action_id
        )
        if own is None or own.state is SignUpState.LEFT:
            raise Refusal("refused.pledge_not_in")
        await self._show_form(interaction, action, {})

    async def _show_form(
        self, interaction: Interaction, action: Action, typed: Mapping[str, str]
    ) -> None:
        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            await self._take(submitted, action, values)

        form = pledge_form(await say_of(interaction), action, typed, submit)
        await interaction.response.send_modal(form)

    async def _take(
        self, interaction: Interaction, action: Action, typed: Mapping[str, str]
    ) -> None:
        """Read the amount, none where nothing is typed; ask what can be read two ways."""
        say, text = await say_of(interaction), typed["amount"].strip()
        if not text:
            await self._pledge(interaction, action, None)
            return
        try:
            read = read_amount(text, action.unit, action.unit_code, say.code)
        except Refusal as refusal:
            again = Choice(
                say("button.try_again"), lambda pressed: self._show_form(pressed, action, typed)
            )
            await reply(interaction, word_refusal(say, refusal), view=Choices([again]))
            return
        if not isinstance(read, AmbiguousAmount):
            await self._pledge(interaction, action, read)
            return
        choices = [
            Choice(
                amount(say, action, value),
                lambda pressed, value=value: self._pledge(pressed, action, value),
            )
            for value in read.readings
        ]
        await reply(interaction, say("amount.which", text=code(text)), view=Choices(choices))

    async def _pledge(self, interaction: Interaction, action: Action, value: int | None) -> None:
        work = self.services.sign_ups.pledge(
            actor_of(interaction), action.guild_id, action.action_id, value
        )
        result = await settle(interaction, work)
        shown = await self.as_read(interaction, action)
        text = draw_pledged(await say_of(interaction), shown, result)
        if interaction.type is discord.InteractionType.component:
            await replace(interaction, text)
        else:
            await reply(interaction, text)
