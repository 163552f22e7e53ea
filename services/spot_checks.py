"""Use cases of spot checks: laying out a sample, drawing it, and what it has shown so far."""

from __future__ import annotations

import asyncio
from array import array
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions, participants, servers
from db.queries import spot_checks as queries
from db.queries.audit import write_down
from db.queries.tallies import read_ledger
from domain.actions import Action
from domain.audit import Act
from domain.errors import Gone, Refusal
from domain.ledger import StandingState, standing
from domain.openings import require_checks_open
from domain.servers import Actor
from domain.spot_checks import Row, SpotCheck, SpotResult, draw
from domain.spot_designs import Design, count_amounts, design_as
from domain.spot_sizes import Wanted
from services.changing import Changing
from services.clock import Clock
from services.cut_offs import entry_instant
from services.group_commit import GroupCommit
from services.spot_results import load_result

MOST_DRAWS = 5
"""Samples of one action: all of them stand in its tally."""

ATTEMPTS = 3
"""Times that a sample is drawn anew because of entries that were under way meanwhile."""


@dataclass(frozen=True)
class Planned:
    """A sample as it would be drawn now: the `number`th of its action."""

    action: Action
    at: datetime
    number: int
    design: Design


@dataclass(frozen=True)
class Frame:
    """What stands as logged at an instant, and the contribution ids of its rows.

    `ends` are the last ids of entries and checks in it, `draws` is how often was drawn before.
    """

    rows: list[Row] = field(default_factory=list[Row])
    ids: array[int] = field(default_factory=lambda: array("q"))
    ends: tuple[int, ...] = ()
    draws: int = 0


class SpotChecks:
    def __init__(
        self, database: Database, commit: GroupCommit, clock: Clock, changing: Changing
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._changing = changing

    async def find(
        self, actor: Actor, guild_id: int, action_id: int
    ) -> tuple[Action, SpotResult | None]:
        """An action that the actor runs, and its newest sample as it is checked by now."""
        action = await self._changing.find(actor, guild_id, action_id)
        if action.number is None:
            raise Gone("refused.no_such_action")
        async with self._database.read() as conn:
            now = await entry_instant(conn, action, self._clock.now())
            return action, await load_result(conn, action, now)

    async def plan(self, actor: Actor, guild_id: int, action_id: int, wanted: Wanted) -> Planned:
        """Lay out a sample; nothing is drawn.

        Raises `Refusal` where nothing can be drawn, or nothing that comes as close as wanted.
        """
        action = await self._require(actor, guild_id, action_id)
        now, frame = await self._read_frame(action)

        def lay_out() -> Design:
            return design_as(count_amounts(frame.rows), wanted)

        return Planned(action, now, frame.draws + 1, await asyncio.to_thread(lay_out))

    async def draw(
        self, actor: Actor, guild_id: int, action_id: int, *, size: int, number: int
    ) -> SpotResult:
        """Draw a sample of what stands as logged now; `number` is the draw that was previewed.

        Raises `Refusal` where somebody else has drawn meanwhile.
        """
        for _ in range(ATTEMPTS):
            action = await self._require(actor, guild_id, action_id)
            now, frame = await self._read_frame(action)
            if frame.draws + 1 != number:
                raise Refusal("refused.drawn_meanwhile", title=action.title)
            drawn = await self._store(actor, action, frame, size, now)
            if drawn is not None:
                return drawn
        raise Refusal("refused.draw_again")

    async def _require(self, actor: Actor, guild_id: int, action_id: int) -> Action:
        """The action, where a sample of it can be drawn; raises `Refusal`."""
        action, newest = await self.find(actor, guild_id, action_id)
        require_checks_open(action, self._clock.now())
        if action.seed is None:
            raise Refusal("refused.no_seed", title=action.title)
        if newest is not None and newest.seed is not None:
            raise Refusal("refused.seed_is_out", title=action.title)
        if newest is not None and newest.check.number >= MOST_DRAWS:
            raise Refusal("refused.drawn_enough", title=action.title, most=MOST_DRAWS)
        return action

    async def _read_frame(self, action: Action) -> tuple[datetime, Frame]:
        """What stands as logged now, and when that is."""
        ids, frame = (action.guild_id, action.action_id), Frame()
        async with self._database.read() as conn:
            at = await entry_instant(conn, action, self._clock.now())
            async for chunk in read_ledger(conn, *ids, until=at):
                for row in chunk:
                    where = standing(row.contribution, row.check)
                    if row.contribution.at > at or where.state is not StandingState.LOGGED:
                        continue
                    frame.rows.append((row.number, row.contribution.unit_code, where.amount))
                    frame.ids.append(row.contribution.contribution_id)
            if not frame.rows:
                raise Refusal("refused.nothing_to_draw", title=action.title)
            ends = await queries.ledger_ends(conn, *ids, until=at)
            draws = len(await queries.list_spot_checks(conn, *ids))
        return at, Frame(frame.rows, frame.ids, ends, draws)

    async def _store(
        self, actor: Actor, action: Action, frame: Frame, size: int, now: datetime
    ) -> SpotResult | None:
        """Draw and keep it; None if the ledger or the draws are others by now."""
        ids = (action.guild_id, action.action_id)
        assert action.seed is not None
        number = frame.draws + 1
        strata, by_row = await asyncio.to_thread(draw, action.seed, number, frame.rows, size)
        numbered = zip(frame.rows, frame.ids, strict=True)
        sample = {i: by_row[row] for (row, _, _), i in numbered if row in by_row}

        async def work(conn: AsyncConnection) -> SpotResult | None:
            locked = await actions.load_action(conn, *ids, lock=True)
            if locked is None:
                raise Gone("refused.no_such_action")
            if len(await queries.list_spot_checks(conn, *ids)) != frame.draws:
                return None
            if await queries.ledger_ends(conn, *ids, until=now) != frame.ends:
                return None
            drawn = SpotCheck(await servers.next_id(conn, action.guild_id), now, strata, number)
            who = await participants.participant_of(conn, action.guild_id, actor.user_id, now)
            await queries.insert_spot_check(conn, *ids, drawn, sample, who)
            detail = {"number": number, "size": drawn.sample}
            user_id = actor.user_id
            await write_down(conn, *ids, Act.SAMPLE_DRAWN, now, user_id=user_id, detail=detail)
            return await load_result(conn, locked, now)

        return await self._commit.run(work)
