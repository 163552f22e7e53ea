"""A vote's days: ticking apps, today's votes, resting for a day, and muting the calls."""

from __future__ import annotations

from dataclasses import replace as replaced

from cogs.base import FanchantCog, actor_of, on_press, say_of
from domain.errors import Refusal
from domain.ticks import Today
from domain.votes import unpack_day, unpack_tick
from ui.base import Interaction, Target
from ui.muting import word_mute
from ui.replies import replace, reply, settle
from ui.tick_panel import (
    Tapped,
    draw_ticks,
    word_rest,
    word_tap,
)


class TickCog(FanchantCog):
    @on_press("ticks")
    async def show_today(self, interaction: Interaction, target: Target) -> None:
        today = await self._today(interaction, target)
        await reply(interaction, view=draw_ticks(await say_of(interaction), today))

    @on_press("tick")
    async def tick(self, interaction: Interaction, target: Target) -> None:
        """Log a day's votes, or take them back; the panel is redrawn if it was pressed there."""
        if target.item_id is None:
            raise Refusal("refused.unknown_button")
        actor, action = actor_of(interaction), (target.guild_id, target.action_id)
        ticks = self.services.ticks
        done = await settle(interaction, ticks.tap(actor, *action, *unpack_tick(target.item_id)))
        say, today = await say_of(interaction), await self._today(interaction, target)
        note = word_tap(say, today, Tapped(done.contribution, done.changed))
        await replace(interaction, view=draw_ticks(say, today, note))

    @on_press("rest_day")
    async def rest(self, interaction: Interaction, target: Target) -> None:
        actor, action = actor_of(interaction), (target.guild_id, target.action_id)
        day = None if target.item_id is None else unpack_day(target.item_id)
        ticks = self.services.ticks
        rests = await settle(interaction, ticks.rest(actor, *action, day))
        say, today = await say_of(interaction), await self._today(interaction, target)
        await replace(interaction, view=draw_ticks(say, today, word_rest(say, rests=rests)))

    @on_press("mute_calls")
    async def mute(self, interaction: Interaction, target: Target) -> None:
        actor, action = actor_of(interaction), (target.guild_id, target.action_id)
        _, muted = await settle(interaction, self.services.sign_ups.mute(actor, *action))
        say, today = await say_of(interaction), await self._today(interaction, target)
        note = word_mute(say, today.action, muted)
        await replace(interaction, view=draw_ticks(say, today, note))

    async def _today(self, interaction: Interaction, target: Target) -> Today:
        """How this person stands with a vote, in the words that they read."""
        ids = (target.guild_id, target.action_id)
        today = await self.services.ticks.today(actor_of(interaction), *ids)
        return replaced(today, action=await self.as_read(interaction, today.action))
