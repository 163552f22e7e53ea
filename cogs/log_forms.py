"""The form of any amount: reading what was typed, asking what can be read two ways, logging it."""

from __future__ import annotations

from dataclasses import dataclass

from cogs.base import FanchantCog, actor_of, say_of
from cogs.uploads import keep_pictures
from domain.actions import Action
from domain.errors import Refusal
from domain.fields import Given, read_given, read_proofs
from domain.kinds import Unit
from domain.openings import require_logging_open
from services.contributions import require_logged_by_hand
from services.ledger import Logged
from ui.base import Interaction, word_refusal
from ui.buttons import OnlyFor
from ui.choices import Choice, Choices
from ui.log_form import LogForm, Typed, Uploads
from ui.log_panel import amount_label
from ui.log_replies import draw_logged
from ui.replies import replace, reply, settle
from ui.text import code

GONE_MEANWHILE = frozenset({"refused.currency_gone", "refused.source_gone"})
"""Refusals because the action was changed while its form was open."""


@dataclass(frozen=True)
class PostedProof:
    """One's own message that proves what one did: its address, and its pictures."""

    link: str
    pictures: Uploads = ()


class LogForms(FanchantCog):
    """A cog that logs what somebody types, with a proof that they type or have posted."""

    async def show_form(
        self,
        interaction: Interaction,
        action: Action,
        typed: Typed,
        posted: PostedProof | None = None,
    ) -> None:
        """Open the form, with what was typed before."""

        async def submit(submitted: Interaction, now: Typed, uploads: Uploads) -> None:
            await self._take(submitted, action, now, uploads, posted)

        say = await say_of(interaction)
        form = LogForm(say, action, typed, submit, proof=posted is None)
        await interaction.response.send_modal(form)

    async def _take(
        self,
        interaction: Interaction,
        action: Action,
        typed: Typed,
        uploads: Uploads,
        posted: PostedProof | None,
    ) -> None:
        """Read amount and proof; ask what can be read two ways; keep what was typed if refused."""
        say = await say_of(interaction)
        try:
            given = read_given(typed.text("amount"), action, say.code, typed.part)
            proof = read_proofs(action.rules.proof, typed.text("proof"))
        except Refusal as refusal:
            await self._ask_again(interaction, action, typed, refusal, uploads, posted)
            return
        typed = typed.with_texts(proof=proof)
        if len(given) == 1:
            await self._log_typed(interaction, action, typed, given[0], uploads, posted)
            return

        def choice(one: Given) -> Choice:
            async def answer(pressed: Interaction) -> None:
                await self._log_typed(pressed, action, typed, one, uploads, posted)

            return Choice(amount_label(say, action, one.amount, one.unit_code), answer)

        question = say("amount.which", text=code(typed.text("amount")))
        await reply(interaction, question, view=Choices([choice(one) for one in given]))

    async def _log_typed(
        self,
        interaction: Interaction,
        action: Action,
        typed: Typed,
        given: Given,
        uploads: Uploads,
        posted: PostedProof | None,
    ) -> None:
        work = self._fetch_and_log(interaction, action, typed, given, uploads, posted)
        try:
            logged, unproved = await settle(interaction, work)
        except Refusal as refusal:
            if refusal.key in GONE_MEANWHILE:
                action = await self.services.actions.find(action.guild_id, action.action_id)
            await self._ask_again(interaction, action, typed, refusal, uploads, posted)
            return
        pictures = 0 if unproved else len(uploads if posted is None else posted.pictures)
        await self.answer_logged(interaction, logged, pictures=pictures, unproved=unproved)

    async def _fetch_and_log(
        self,
        interaction: Interaction,
        action: Action,
        typed: Typed,
        given: Given,
        uploads: Uploads,
        posted: PostedProof | None,
    ) -> tuple[Logged, Refusal | None]:
        """Fetch the pictures from Discord, and log it.

        By a message it is proved thereafter; why it could not be comes along, since what is logged
        must not be logged again.
        """
        actor, ids = actor_of(interaction), (action.guild_id, action.action_id)
        # Nothing is fetched for what is closed.
        await self.find_open(*ids)
        pictures = await keep_pictures(uploads if posted is None else posted.pictures)
        logged = await self.services.contributions.log(
            actor,
            *ids,
            given.amount,
            unit_code=given.unit_code,
            proof=typed.text("proof"),
            note=typed.text("note"),
            pictures=() if posted else tuple(pictures),
            source=None if action.unit is Unit.MONEY else typed.part,
        )
        if posted is None:
            return logged, None
        try:
            proved = await self.services.contributions.add_proof(
                actor,
                action.guild_id,
                logged.contribution.contribution_id,
                pictures=tuple(pictures),
                message_link=posted.link,
            )
        except Refusal as refusal:
            return logged, refusal
        return proved, None

    async def _ask_again(
        self,
        interaction: Interaction,
        action: Action,
        typed: Typed,
        refusal: Refusal,
        uploads: Uploads,
        posted: PostedProof | None,
    ) -> None:
        """Tell what was wrong; what was typed is kept, pictures have to be chosen anew."""
        say = await say_of(interaction)
        sentence = word_refusal(say, refusal)
        if uploads:
            sentence += f"\n{say('proof.pictures_again')}"

        async def again(pressed: Interaction) -> None:
            await self.show_form(pressed, action, typed, posted)

        choice = Choice(say("button.try_again"), again)
        await reply(interaction, sentence, view=Choices([choice]))

    async def answer_logged(
        self,
        interaction: Interaction,
        logged: Logged,
        *,
        pictures: int = 0,
        unproved: Refusal | None = None,
    ) -> None:
        """Say what was logged, in place of the panel or the question that led to it."""
        say = await say_of(interaction)
        text, view = draw_logged(
            say,
            await self.as_read(interaction, logged.action),
            logged.contribution,
            pictures=pictures,
            only_for=only_for(interaction, logged.action.guild_id),
        )
        if unproved is not None:
            text += f"\n{word_refusal(say, unproved)}"
        await replace(interaction, text, view=view)

    async def find_open(self, guild_id: int, action_id: int) -> Action:
        """An action in which an amount can be logged now, late or not; refused otherwise."""
        action = await self.services.actions.find(guild_id, action_id)
        require_logging_open(action, self.services.clock.now())
        require_logged_by_hand(action)
        return action


def only_for(interaction: Interaction, guild_id: int) -> OnlyFor:
    """Whose a button is in a direct message, where it has to carry its server; None elsewhere."""
    return None if interaction.guild_id is not None else (guild_id, interaction.user.id)
