"""Flags for what is new in the ledger: hints for those who check, which change no number."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakKeyDictionary

from sqlalchemy.engine import Engine
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.amounts import stream_amounts
from db.queries.flags import insert_flags, list_shared
from db.queries.looks import insert_parts, list_candidates, list_looks
from db.queries.totals import running_totals
from domain.actions import Action
from domain.evidence import Evidence
from domain.flags import SAME, Flag, Flagged, flags_of_both, made_too_early
from domain.ledger import Contribution
from domain.looks import are_alike, parts_of_views
from domain.outliers import limit_of
from domain.pictures import Picture
from services.apart import apart
from services.copies import find_copied

MOST_AMOUNTS = 20_000
"""Amounts from which an action's usual ones are told; of more, every second, third … is read."""

REMEMBERED_S = 300
"""For how long a limit of outliers is not told anew."""


@dataclass(frozen=True)
class Given:
    """A contribution, and what was given with it to show that it was made."""

    contribution: Contribution
    evidence: Sequence[Evidence]
    pictures: Sequence[Picture]


async def flag_new(
    conn: AsyncConnection, action: Action, given: Sequence[Given], now: datetime
) -> None:
    """Flag what is new in an action, or got a proof; its proofs and pictures are stored already.

    Whatever it has in common with an earlier contribution flags both of them.
    """
    shown = [one for one in given if one.evidence or one.pictures]
    if not shown:
        return
    ids = {one.contribution.contribution_id for one in shown}
    found: list[Flagged] = []
    for contribution_id, kind, other_id in await list_shared(conn, action.guild_id, ids):
        found += flags_of_both(contribution_id, SAME[kind], other_id)
    for one in shown:
        if made_too_early(action, [(piece.kind, piece.value) for piece in one.evidence]):
            found.append(Flagged(one.contribution.contribution_id, Flag.BEFORE_MOMENT))
    if not action.rules.alike_pictures:
        found += await _alike(conn, action, shown)
    await insert_flags(conn, action.guild_id, found, now)


async def _alike(conn: AsyncConnection, action: Action, shown: Sequence[Given]) -> list[Flagged]:
    """Make the new pictures findable, and flag those that look nearly like another one.

    The same picture byte for byte has a flag of its own.
    """
    new = {
        (one.contribution.contribution_id, picture.digest): picture
        for one in shown
        for picture in one.pictures
        if picture.look is not None
    }
    if not new:
        return []
    looks = await list_looks(conn, action.guild_id, {number for number, _ in new})
    await insert_parts(conn, action.guild_id, looks)
    found: list[Flagged] = []
    for (number, _), picture in new.items():
        if action.rules.one_layout:
            other = await find_copied(conn, action.guild_id, picture, but=number)
        else:
            other = await _like(conn, action.guild_id, picture, but=number)
        if other is not None:
            found += flags_of_both(number, Flag.LIKE_IMAGE, other)
    return found


async def _like(conn: AsyncConnection, guild_id: int, picture: Picture, *, but: int) -> int | None:
    """The contribution with a picture that looks like this one in any of its views."""
    parts = parts_of_views(picture.views)
    for other in await list_candidates(conn, guild_id, parts, but=but):
        if other.digest != picture.digest and are_alike(picture.views, other.look):
            return other.contribution_id
    return None


_limits: WeakKeyDictionary[Engine, dict[tuple[int, int, str], tuple[float, int | None]]] = (
    WeakKeyDictionary()
)
"""The limits told lately in each database, with when each is too old, by the monotonic clock."""


def forget_limits() -> None:
    """Have limits of outliers told anew, as where much of what they came from has changed."""
    _limits.clear()


async def outlier_limit(conn: AsyncConnection, action: Action, unit_code: str) -> int | None:
    """The amount above which a contribution in a unit is an outlier in its action; None for none.

    From what is logged or held, as `domain.outliers` says; up to five minutes old. Of more than
    20,000 contributions every second, third … by id is read.
    """
    known = _limits.setdefault(conn.engine.sync_engine, {})
    key = (action.guild_id, action.action_id, unit_code)
    this_instant = time.monotonic()
    if key in known and this_instant < known[key][0]:
        return known[key][1]
    running = (await running_totals(conn, action)).values()
    count = sum(total.logged_count + total.held_count for total in running)
    amounts: list[int] = []
    async for some in stream_amounts(conn, key, every=-(-count // MOST_AMOUNTS) or 1):
        amounts += some
    limit = await apart(limit_of, amounts)
    for old in [other for other, (until, _) in known.items() if until <= this_instant]:
        del known[old]
    known[key] = (this_instant + REMEMBERED_S, limit)
    return limit
