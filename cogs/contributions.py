"""Logging what one did: the button *Log it*, its modal, and withdrawing."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from cogs.base import FanchantCog, actor_of, guild_of, on_press, say_of
from domain.actions import Action, require_contributions_open
from domain.errors import Refusal
from domain.fields import Given, read_given, read_proof
from services.contributions import require_logged_by_hand
from ui.base import Interaction, Target, word_refusal
from ui.choices import Choice, Choices
from ui.forms import log_form
from ui.log_replies import draw_logged, draw_withdrawn
from ui.replies import replace, reply, settle
from ui.text import amount, code

CURRENCY_GONE = "refused.currency_gone"
"""What can be typed better although it could be read."""


class ContributionCog(FanchantCog):
    @on_press("log")
    async def open_form(self, interaction: Interaction, target: Target) -> None:
        action = await self.services.actions.find(target.guild_id, target.action_id)
        require_contributions_open(action, self.services.clock.now())
        require_logged_by_hand(action)
        await self._show_form(interaction, action, {})

    async def _show_form(
        self, interaction: Interaction, action: Action, typed: Mapping[str, str]
    ) -> None:
        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            await self._take(submitted, action, values)

        await interaction.response.send_modal(
            log_form(await say_of(interaction), action, typed, submit)
        )

    async def _take(self, interaction: Interaction, action: Action, typed: dict[str, str]) -> None:
        """Read amount and proof; ask what can be read two ways; keep what was typed if refused."""
        say = await say_of(interaction)
        try:
            given = read_given(typed["amount"], action, say.code)
            typed = typed | {"proof": read_proof(action.rules.proof, typed["proof"]) or ""}
        except Refusal as refusal:
            await self._ask_again(interaction, action, typed, refusal)
            return
        if len(given) > 1:
            choices = [
                Choice(
                    amount(say, action, one.amount, one.unit_code),
                    lambda pressed, one=one: self._log(pressed, action, typed, one),
                )
                for one in given
            ]
            question = say("amount.which", text=code(typed["amount"]))
            await reply(interaction, question, view=Choices(choices))
            return
        await self._log(interaction, action, typed, given[0])

    async def _log(
        self, interaction: Interaction, action: Action, typed: Mapping[str, str], given: Given
    ) -> None:
        work = self.services.contributions.log(
            actor_of(interaction),
            action.guild_id,
            action.action_id,
            given.amount,
            unit_code=given.unit_code,
            proof=typed["proof"].strip(),
            note=typed["note"].strip(),
        )
        try:
            logged = await settle(interaction, work)
        except Refusal as refusal:
            if refusal.key != CURRENCY_GONE:
                raise
            # Its currencies were changed while the form was open.
            now = await self.services.actions.find(action.guild_id, action.action_id)
            await self._ask_again(interaction, now, typed, refusal)
            return
        text, view = draw_logged(await say_of(interaction), logged.action, logged.contribution)
        if interaction.type is discord.InteractionType.component:
            await replace(interaction, text, view=view)
        else:
            await reply(interaction, text, view=view)

    async def _ask_again(
        self,
        interaction: Interaction,
        action: Action,
        typed: Mapping[str, str],
        refusal: Refusal,
    ) -> None:
        say = await say_of(interaction)
        again = Choice(
            say("button.try_again"), lambda pressed: self._show_form(pressed, action, typed)
        )
        await reply(interaction, word_refusal(say, refusal), view=Choices([again]))

    @on_press("withdraw")
    async def ask_to_withdraw(self, interaction: Interaction, target: Target) -> None:
        say = await say_of(interaction)

        async def withdraw(pressed: Interaction) -> None:
            assert target.item_id is not None
            done = await settle(
                pressed,
                self.services.contributions.withdraw(
                    actor_of(pressed), guild_of(pressed), target.item_id
                ),
            )
            await replace(pressed, draw_withdrawn(say, done.action, done.contribution))

        if target.item_id is None:
            raise Refusal("refused.unknown_button")
        sure = Choice(say("button.withdraw_yes"), withdraw, discord.ButtonStyle.danger)
        await reply(interaction, say("withdraw.ask"), view=Choices([sure]))
