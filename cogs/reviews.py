"""`/review`: checking contributions one by one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any

from discord import app_commands

from cogs.base import FanchantCog, actor_of, guild_of, on_press, say_of
from cogs.lookup import PUBLISHED, complete_action, find_action
from domain.errors import Refusal
from domain.fields import read_amount
from domain.ledger import Contribution
from domain.money import AmbiguousAmount
from domain.reasons import Reason
from domain.retention import kept_until
from domain.reviewing import Desk, Filter, Queue, Waiting, read_reason
from domain.servers import require_reviewer
from services.verdicts import Decided
from ui.base import Interaction, Target, word_refusal
from ui.choices import Choice, Choices
from ui.commands import command_text
from ui.forms import reason_form
from ui.log_panel import amount_label
from ui.replies import replace, reply, settle
from ui.review_forms import correction_form
from ui.review_panel import draw_desk
from ui.review_queue import read_queue
from ui.text import code

MEANWHILE = frozenset({"review.already_checked", "review.withdrawn", "review.leased"})
"""What may have happened while a panel stood open: the next one is shown with that sentence."""

TYPED = frozenset({"review.reason_missing", "review.same_amount"})
"""What can be typed better."""


class ReviewCog(FanchantCog):
    @app_commands.command(
        name=command_text("command.review.name"),
        description=command_text("command.review.description"),
    )
    @app_commands.describe(action=command_text("command.review.action.description"))
    @app_commands.rename(action=command_text("command.review.action.name"))
    @app_commands.guild_only()
    async def review(self, interaction: Interaction, action: str | None = None) -> None:
        guild_id, action_id = guild_of(interaction), None
        if action is not None:
            action_id = (await find_action(self.services, guild_id, action)).action_id
        await self._begin(interaction, action_id)

    @review.autocomplete("action")
    async def complete(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await complete_action(self.services, interaction, typed, states=PUBLISHED)

    @on_press("review")
    async def open(self, interaction: Interaction, target: Target) -> None:
        """Open the panel: for whoever presses, where the button stands for everybody."""
        queue, message = read_queue(target.action_id), interaction.message
        if message is not None and message.flags.ephemeral:
            await self._show(interaction, queue)
        else:
            await self._begin(interaction, queue.action_id)

    @on_press("review_filter")
    async def filter(self, interaction: Interaction, target: Target) -> None:
        wanted = {str(each.value): each for each in Filter}.get("".join(target.values))
        if wanted is None:
            raise Refusal("refused.unknown_button")
        action_id = read_queue(target.action_id).action_id
        await self._show(interaction, Queue(wanted, action_id))

    # ---- Verdicts

    @on_press("verify")
    async def verify(self, interaction: Interaction, target: Target) -> None:
        ids = (actor_of(interaction), target.guild_id, item_of(target))
        await self._decide(
            interaction, target, self.services.reviews.verify(*ids), "review.verified"
        )

    @on_press("not_counted")
    async def not_counted(self, interaction: Interaction, target: Target) -> None:
        """Take the reason that was picked; one's own words are asked for."""
        server = await self.services.servers.get(target.guild_id)
        require_reviewer(actor_of(interaction), server)
        picked = {reason.value: reason for reason in Reason}.get("".join(target.values))
        if picked is None:
            raise Refusal("refused.unknown_button")
        if picked is Reason.OWN:
            await self._ask_reason(interaction, target)
            return
        ids = (actor_of(interaction), target.guild_id, item_of(target))
        work = self.services.reviews.do_not_count(*ids, code=picked)
        await self._decide(interaction, target, work, "review.not_counted")

    async def _ask_reason(self, interaction: Interaction, target: Target, typed: str = "") -> None:
        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            ids = (actor_of(submitted), target.guild_id, item_of(target))
            work = self.services.reviews.do_not_count(*ids, values["reason"])
            try:
                await self._decide(submitted, target, work, "review.not_counted")
            except Refusal as refusal:
                await ask_again(
                    submitted, refusal, lambda pressed: self._ask_reason(pressed, target)
                )

        say = await say_of(interaction)
        await interaction.response.send_modal(reason_form(say, typed, submit))

    @on_press("correct")
    async def correct(self, interaction: Interaction, target: Target) -> None:
        await self._ask_correction(interaction, target, {})

    async def _ask_correction(
        self, interaction: Interaction, target: Target, typed: Mapping[str, str]
    ) -> None:
        ids = (target.guild_id, item_of(target))
        waiting = await self.services.reviews.find(actor_of(interaction), *ids)

        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            try:
                read_reason(values["reason"])
                readings = read_correction(
                    waiting, values["amount"], (await say_of(submitted)).code
                )
                if len(readings) > 1:
                    await self._ask_which(submitted, target, waiting, values, readings)
                    return
                await self._correct(submitted, target, readings[0], values["reason"])
            except Refusal as refusal:
                await ask_again(
                    submitted,
                    refusal,
                    lambda pressed: self._ask_correction(pressed, target, values),
                )

        say = await say_of(interaction)
        await interaction.response.send_modal(
            correction_form(say, waiting.action.unit, typed, submit)
        )

    async def _ask_which(
        self,
        interaction: Interaction,
        target: Target,
        waiting: Waiting,
        typed: Mapping[str, str],
        readings: Sequence[int],
    ) -> None:
        say, unit_code = await say_of(interaction), waiting.contribution.unit_code
        choices = [
            Choice(
                amount_label(say, waiting.action, value, unit_code),
                lambda pressed, value=value: self._correct(pressed, target, value, typed["reason"]),
            )
            for value in readings
        ]
        question = say("amount.which", text=code(typed["amount"]))
        await reply(interaction, question, view=Choices(choices))

    async def _correct(
        self, interaction: Interaction, target: Target, value: int, reason: str
    ) -> None:
        ids = (actor_of(interaction), target.guild_id, item_of(target))
        work = self.services.reviews.correct(*ids, value, reason)
        await self._decide(interaction, target, work, "review.corrected")

    async def _decide(
        self,
        interaction: Interaction,
        target: Target,
        work: Coroutine[Any, Any, Decided],
        done_key: str,
    ) -> None:
        """Write a verdict down, or say why it can't be any more; either way show the next one."""
        say, decided = await say_of(interaction), None
        try:
            decided = (await settle(interaction, work)).contribution.contribution_id
            done = say(done_key)
        except Refusal as refusal:
            if refusal.key not in MEANWHILE:
                raise
            done = word_refusal(say, refusal)
        queue = read_queue(target.action_id)
        await self._show(interaction, queue, after=item_of(target), done=done, decided=decided)

    # ---- Leaving it to others

    @on_press("skip")
    async def skip(self, interaction: Interaction, target: Target) -> None:
        queue = read_queue(target.action_id)
        await self._show(interaction, queue, after=item_of(target))

    @on_press("cannot_read")
    async def pass_on(self, interaction: Interaction, target: Target) -> None:
        """Leave it to those who can read its language; it is not shown here again."""
        ids = (actor_of(interaction), target.guild_id, item_of(target))
        await settle(interaction, self.services.reviews.pass_on(*ids))
        done, queue = (await say_of(interaction))("review.passed_on"), read_queue(target.action_id)
        await self._show(interaction, queue, after=item_of(target), done=done)

    async def _show(
        self,
        interaction: Interaction,
        queue: Queue,
        *,
        after: int = 0,
        done: str | None = None,
        decided: int | None = None,
    ) -> None:
        """Show what is next, in place of what stood there: skipped ones stay skipped."""
        work = self.services.reviews.next(
            actor_of(interaction), guild_of(interaction), queue=queue, after=after
        )
        desk = await settle(interaction, work)
        until = await self._kept_until(desk)
        view, files = draw_desk(
            await say_of(interaction), desk, done=done, decided=decided, kept_until=until
        )
        await defer_for(interaction, files)
        await replace(interaction, view=view, files=files)

    async def _kept_until(self, desk: Desk) -> datetime | None:
        """When the proofs and notes of what is shown are deleted; None where they are kept."""
        if desk.waiting is None:
            return None
        server = await self.services.servers.get(desk.waiting.action.guild_id)
        return kept_until(desk.waiting.action, server)

    async def _begin(self, interaction: Interaction, action_id: int | None) -> None:
        """Show what comes first, in a message of its own."""
        work = self.services.reviews.begin(
            actor_of(interaction), guild_of(interaction), action_id=action_id
        )
        desk = await settle(interaction, work)
        until = await self._kept_until(desk)
        view, files = draw_desk(await say_of(interaction), desk, kept_until=until)
        await defer_for(interaction, files)
        await reply(interaction, view=view, files=files)


async def defer_for(interaction: Interaction, files: object) -> None:
    """Have Discord wait for an answer with files, which take their time to send."""
    if files and not interaction.response.is_done():
        message = interaction.message
        redrawn = message is not None and message.flags.ephemeral
        await interaction.response.defer(ephemeral=True, thinking=not redrawn)


async def ask_again(
    interaction: Interaction, refusal: Refusal, answer: Callable[[Interaction], Awaitable[None]]
) -> None:
    """Open a form once more where what was typed can't be; any other refusal is raised on."""
    if refusal.key not in TYPED and not refusal.key.startswith(("amount.", "money.")):
        raise refusal
    say = await say_of(interaction)
    again = Choice(say("button.try_again"), answer)
    await reply(interaction, word_refusal(say, refusal), view=Choices([again]))


def read_correction(waiting: Waiting, text: str, language: str) -> Sequence[int]:
    """A corrected amount as typed, in the unit in which it was logged: every way to read it."""
    contribution: Contribution = waiting.contribution
    read = read_amount(text, waiting.action.unit, contribution.unit_code, language)
    return read.readings if isinstance(read, AmbiguousAmount) else (read,)


def item_of(target: Target) -> int:
    """The contribution that a button is about."""
    if target.item_id is None:
        raise Refusal("refused.unknown_button")
    return target.item_id
