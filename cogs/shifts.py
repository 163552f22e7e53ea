"""Shifts: seeing them, taking one, giving it up, and offers to hand over or swap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cogs.base import FanchantCog, actor_of, on_press, picked, say_of
from domain.errors import Refusal
from domain.shifts import REMIND_BEFORE, Shift
from locales import Language
from services.application import Services
from ui.base import Interaction, Target, channel_of
from ui.buttons import read_id
from ui.choices import Choice, Choices
from ui.replies import replace, reply, settle, take_buttons
from ui.shift_panel import ShiftView, draw_own_shift, draw_shifts
from ui.shift_text import zoned_span
from ui.text import zone_of

MOST_SWAPS = 20
"""Shifts of the other one that are offered to be asked for."""


async def view_of(services: Services, interaction: Interaction, target: Target) -> ShiftView:
    """An action's shifts as the person who asks sees them, in the words that they read."""
    user_id, guild_id = interaction.user.id, target.guild_id
    board = await services.shifts.board(user_id, guild_id, target.action_id)
    server = await services.servers.get(guild_id)
    reader = await services.readers.find(user_id, guild_id, channel_of(interaction))
    (action,) = await services.readers.word(reader, guild_id, [board.action])
    return ShiftView(
        action,
        board.mine,
        board.offers,
        board.zone,
        zone_of(board.action, server),
        services.clock.now(),
    )


class ShiftCog(FanchantCog):
    @on_press("shifts")
    async def show(self, interaction: Interaction, target: Target) -> None:
        shown = await view_of(self.services, interaction, target)
        view = draw_shifts(await say_of(interaction), shown, page=min(target.item_id or 0, 100))
        await replace(interaction, view=view)

    @on_press("shift_take")
    async def take(self, interaction: Interaction, target: Target) -> None:
        work = self.services.shifts.take(
            actor_of(interaction), target.guild_id, target.action_id, read_id(picked(target))
        )
        await self._go_on(interaction, target, "shifts.taken", await settle(interaction, work))

    @on_press("shift_mine")
    async def show_own(self, interaction: Interaction, target: Target) -> None:
        shown = await view_of(self.services, interaction, target)
        shift = next((s for s in shown.own if s.shift_id == target.item_id), None)
        if shift is None:
            raise Refusal("shifts.not_yours")
        await replace(interaction, view=draw_own_shift(await say_of(interaction), shown, shift))

    @on_press("shift_give_up")
    async def give_up(self, interaction: Interaction, target: Target) -> None:
        work = self.services.shifts.give_up(
            actor_of(interaction), target.guild_id, target.action_id, _item(target)
        )
        await self._go_on(interaction, target, "shifts.given_up", await settle(interaction, work))

    async def _go_on(
        self, interaction: Interaction, target: Target, key: str, shift: Shift
    ) -> None:
        """Show the panel again, with what has been done to a shift."""
        say = await say_of(interaction)
        shown = await view_of(self.services, interaction, target)
        if key == "shifts.taken" and shift.starts_at - REMIND_BEFORE <= shown.now:
            key = "shifts.taken_soon"
        note = say(key, when=zoned_span(say, shift, shown.clock))
        await replace(interaction, view=draw_shifts(say, shown, note=note))

    # ---- Handing over and swapping

    @on_press("shift_to")
    async def choose_deal(self, interaction: Interaction, target: Target) -> None:
        """Ask what is offered to the member who was picked: the shift, or one for one."""
        say, user_id = await say_of(interaction), read_id(picked(target))
        if _is_bot(interaction, user_id):
            raise Refusal("shifts.to_a_bot")
        if user_id == interaction.user.id:
            raise Refusal("shifts.to_yourself")
        shown = await view_of(self.services, interaction, target)
        others = await self.services.shifts.ahead_of(user_id, target.guild_id, target.action_id)
        choices = [self._deal(say("button.hand_over"), target, user_id, None)]
        choices += self._swaps(say, shown, target, user_id, others)
        question = say("shifts.which_deal", member=f"<@{user_id}>")
        await reply(interaction, question, view=Choices(choices))

    def _swaps(
        self,
        say: Language,
        shown: ShiftView,
        target: Target,
        user_id: int,
        others: Sequence[Shift],
    ) -> list[Choice]:
        return [
            self._deal(
                say("button.swap_for", when=zoned_span(say, shift, shown.clock)),
                target,
                user_id,
                shift.shift_id,
            )
            for shift in others[:MOST_SWAPS]
            if shift.shift_id not in shown.mine
        ]

    def _deal(self, label: str, target: Target, user_id: int, for_shift_id: int | None) -> Choice:
        async def offer(pressed: Interaction) -> None:
            await self._offer(pressed, target, user_id, for_shift_id)

        return Choice(label, offer)

    @on_press("shift_to_anyone")
    async def offer_to_anyone(self, interaction: Interaction, target: Target) -> None:
        await self._offer(interaction, target, None, None)

    async def _offer(
        self,
        interaction: Interaction,
        target: Target,
        user_id: int | None,
        for_shift_id: int | None,
    ) -> None:
        offers, ids = self.services.shift_offers, (target.guild_id, target.action_id)
        work = offers.offer(actor_of(interaction), *ids, _item(target), user_id, for_shift_id)
        await settle(interaction, work)
        say = await say_of(interaction)
        key = "shifts.asked_anyone" if user_id is None else "shifts.asked"
        note = say(key, member=f"<@{user_id}>")
        shown = await view_of(self.services, interaction, target)
        await replace(interaction, view=draw_shifts(say, shown, note=note))

    @on_press("shift_withdraw")
    async def withdraw(self, interaction: Interaction, target: Target) -> None:
        work = self.services.shift_offers.withdraw(
            actor_of(interaction), target.guild_id, _item(target)
        )
        await settle(interaction, work)
        say = await say_of(interaction)
        shown = await view_of(self.services, interaction, target)
        note = say("shifts.offer_withdrawn")
        await replace(interaction, view=draw_shifts(say, shown, note=note))

    @on_press("shift_accept")
    async def accept(self, interaction: Interaction, target: Target) -> None:
        work = self.services.shift_offers.accept(
            actor_of(interaction), target.guild_id, _item(target)
        )
        accepted = await settle(interaction, work)
        await take_buttons(interaction)
        await self._go_on(interaction, target, "shifts.taken", accepted.shift)

    @on_press("shift_decline")
    async def decline(self, interaction: Interaction, target: Target) -> None:
        work = self.services.shift_offers.decline(
            actor_of(interaction), target.guild_id, _item(target)
        )
        await settle(interaction, work)
        await take_buttons(interaction)
        await reply(interaction, (await say_of(interaction))("shifts.you_declined"))


def _item(target: Target) -> int:
    if target.item_id is None:
        raise Refusal("refused.unknown_button")
    return target.item_id


def _is_bot(interaction: Interaction, user_id: int) -> bool:
    """Tell whether the member who was picked is a bot, as Discord says along with the pick."""
    data: Any = interaction.data or {}
    users = (data.get("resolved") or {}).get("users") or {}
    return bool(users.get(str(user_id), {}).get("bot"))
