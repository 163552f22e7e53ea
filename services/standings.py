"""What adds up from contributions' standings: running totals, and what is each contributor's."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import contributors, totals, votes
from domain.actions import Action
from domain.contributors import NO_CHANGE, Change, change_by
from domain.ledger import Contribution, Standing, change_total, counted
from services.milestones import announce_reached


@dataclass(frozen=True)
class Move:
    """A contribution that moves from one standing, None for a new one, to another."""

    contribution: Contribution
    before: Standing | None
    after: Standing


async def keep_in_step(
    conn: AsyncConnection, action: Action, moves: Sequence[Move], now: datetime
) -> None:
    """Keep in step with the standings of contributions to a locked action what adds up from them.

    These are the running totals of the action and of a tick's app, and what each contributor's
    come to. A milestone that the totals reach by it is announced.
    """
    ids = (action.guild_id, action.action_id)
    running = await totals.running_totals(conn, action)
    before = dict(running)
    by_app: Counter[int] = Counter()
    by_person: defaultdict[tuple[int, str], Change] = defaultdict(lambda: NO_CHANGE)
    for move in moves:
        moved, unit_code = move.contribution, move.contribution.unit_code
        running[unit_code] = change_total(running[unit_code], move.before, move.after)
        by_person[moved.participant_id, unit_code] += change_by(move.before, move.after)
        if moved.app_id is not None:
            by_app[moved.app_id] += counted(move.after) - counted(move.before)
    for unit_code, total in running.items():
        if total != before[unit_code]:
            await totals.save_total(conn, *ids, unit_code, total)
    await votes.add_logged(conn, *ids, by_app)
    await contributors.add(conn, *ids, by_person)
    await announce_reached(conn, action, running, now)
