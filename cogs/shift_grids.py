"""Setting up an action's shifts: the grid, its sessions, and clearing it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import discord

from cogs.base import FanchantCog, actor_of, on_press, say_of
from cogs.drafting import AsksBack
from cogs.times import describe, read, reading_of, require_zone, word_time_refusal
from domain.actions import Action
from domain.errors import Refusal
from domain.money import read_count
from domain.shifts import MOST_PEOPLE, Shift, make_grid
from domain.walls import Wall
from domain.when import Ambiguous, Reading, read_length, write_reading
from domain.zones import zone_info
from ui.base import Interaction, Target
from ui.buttons import read_id
from ui.choices import Choice, Choices
from ui.replies import replace, reply, settle
from ui.shift_grid_panel import (
    DEFAULT_BLOCK,
    DEFAULT_PEOPLE,
    draw_grid,
    grid_form,
    session_form,
)
from ui.text import code

Typed = Mapping[str, str]
Take = Callable[[Interaction, Target, Typed], Awaitable[None]]
"""Does what was typed; raises `Refusal`, or `AsksBack` for a time that is not clear."""


class ShiftGridCog(FanchantCog):
    @on_press("shift_grid")
    async def show(self, interaction: Interaction, target: Target) -> None:
        action = await self._find(interaction, target)
        await reply(interaction, view=await self._draw(interaction, action))

    @on_press("shift_generate")
    async def generate(self, interaction: Interaction, target: Target) -> None:
        frame = await self._frame(interaction, await self._find(interaction, target))
        typed = frame | {"block": DEFAULT_BLOCK, "people": DEFAULT_PEOPLE}
        await self._ask(interaction, target, typed, self._generate)

    @on_press("shift_session")
    async def add_session(self, interaction: Interaction, target: Target) -> None:
        frame = await self._frame(interaction, await self._find(interaction, target))
        await self._ask(interaction, target, {"first": frame["first"]}, self._add_session)

    @on_press("shift_remove")
    async def remove_session(self, interaction: Interaction, target: Target) -> None:
        grids, ids = self.services.shift_grids, (target.guild_id, target.action_id)
        picked = read_id(target.values[0]) if target.values else 0
        await self._done(
            interaction,
            await settle(interaction, grids.remove_session(actor_of(interaction), *ids, picked)),
            "shifts.session_removed",
        )

    @on_press("shift_clear")
    async def ask_to_clear(self, interaction: Interaction, target: Target) -> None:
        action, say = await self._find(interaction, target), await say_of(interaction)
        held = sum(s.taken for s in action.parts.shifts if not s.is_session)

        async def clear(pressed: Interaction) -> None:
            grids, ids = self.services.shift_grids, (target.guild_id, target.action_id)
            cleared = await settle(pressed, grids.clear(actor_of(pressed), *ids))
            await self._done(pressed, cleared, "shifts.cleared")

        sure = Choice(say("button.clear_yes"), clear, discord.ButtonStyle.danger)
        question = say.many("shifts.ask_clear", held) if held else say("shifts.ask_clear_free")
        await reply(interaction, question, view=Choices([sure]))

    async def _generate(self, interaction: Interaction, target: Target, typed: Typed) -> None:
        say = await say_of(interaction)
        action = await self._find(interaction, target)
        first, until = await self._read_times(interaction, action, typed)
        block = read_length(typed["block"], say.code)
        wanted = make_grid(first, until, block, _people(typed["people"], say.code))
        grids, ids = self.services.shift_grids, (target.guild_id, target.action_id)
        work = grids.set_grid(actor_of(interaction), *ids, wanted)
        await self._done(interaction, await settle(interaction, work), "shifts.generated")

    async def _add_session(self, interaction: Interaction, target: Target, typed: Typed) -> None:
        action = await self._find(interaction, target)
        first, until = await self._read_times(interaction, action, typed)
        session = Shift(0, first, until, None, typed["title"])
        grids, ids = self.services.shift_grids, (target.guild_id, target.action_id)
        work = grids.add_session(actor_of(interaction), *ids, session)
        await self._done(interaction, await settle(interaction, work), "shifts.session_added")

    async def _ask(
        self, interaction: Interaction, target: Target, typed: Typed, take: Take
    ) -> None:
        """Open the form with what was typed, and again after what is refused."""

        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            await self._try(submitted, target, values, take)

        draw = grid_form if take == self._generate else session_form
        await interaction.response.send_modal(draw(await say_of(interaction), typed, submit))

    async def _try(
        self, interaction: Interaction, target: Target, typed: Typed, take: Take
    ) -> None:
        say = await say_of(interaction)
        try:
            await take(interaction, target, typed)
        except AsksBack as problem:
            await self._ask_which(interaction, target, typed, take, problem)
        except Refusal as refusal:
            zone = require_zone(await self.services.servers.get(target.guild_id))
            again = Choice(
                say("button.try_again"), lambda pressed: self._ask(pressed, target, typed, take)
            )
            sentence = word_time_refusal(say, refusal, zone)
            await reply(interaction, sentence, view=Choices([again]))

    async def _ask_which(
        self, interaction: Interaction, target: Target, typed: Typed, take: Take, problem: AsksBack
    ) -> None:
        say, now = await say_of(interaction), self.services.clock.now()

        def choice(reading: Reading) -> Choice:
            chosen = {**typed, problem.field: write_reading(reading)}
            label = describe(say, reading, now)
            return Choice(label, lambda pressed: self._try(pressed, target, chosen, take))

        question = say(f"when.ambiguous.{problem.ambiguous.reason.value}", text=code(problem.text))
        choices = [choice(reading) for reading in problem.ambiguous.readings]
        await reply(interaction, question, view=Choices(choices))

    async def _find(self, interaction: Interaction, target: Target) -> Action:
        return await self.services.shift_grids.find(
            actor_of(interaction), target.guild_id, target.action_id
        )

    async def _frame(self, interaction: Interaction, action: Action) -> dict[str, str]:
        """The action's start and end, written so that they read back to just that."""
        zone = require_zone(await self.services.servers.get(action.guild_id))
        return {"first": _write(action.starts_at, zone), "until": _write(action.ends_at, zone)}

    async def _read_times(
        self, interaction: Interaction, action: Action, typed: Typed
    ) -> tuple[datetime, datetime]:
        """Read both times; the action's own are taken even where they have passed."""
        server = await self.services.servers.get(action.guild_id)
        say, now = await say_of(interaction), self.services.clock.now()
        frame = await self._frame(interaction, action)
        found: list[datetime] = []
        for name, own in (("first", action.starts_at), ("until", action.ends_at)):
            if typed[name].strip() == frame[name]:
                found.append(own)
                continue
            reading = read(typed[name], server, now, say)
            if isinstance(reading, Ambiguous):
                raise AsksBack(name, typed[name], reading)
            found.append(reading.reading.instant)
        return found[0], found[1]

    async def _done(self, interaction: Interaction, action: Action, key: str) -> None:
        note = (await say_of(interaction))(key)
        await replace(interaction, view=await self._draw(interaction, action, note))

    async def _draw(
        self, interaction: Interaction, action: Action, note: str | None = None
    ) -> discord.ui.LayoutView:
        server = await self.services.servers.get(action.guild_id)
        zone, now = server.zone or action.starts.zone, self.services.clock.now()
        return draw_grid(await say_of(interaction), action, zone, now, note=note)


def _people(text: str, language: str) -> int:
    count = read_count(text, language=language)
    if not isinstance(count, int):
        raise Refusal("shifts.people", most=MOST_PEOPLE)
    return count


def _write(instant: datetime, zone: str) -> str:
    wall = instant.astimezone(zone_info(zone))
    return write_reading(
        reading_of(Wall(wall.replace(tzinfo=None, fold=0), zone, wall.fold), instant)
    )
