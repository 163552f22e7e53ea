"""Which unchecked contributions stand out by their amounts: found once, then only what is new."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from sqlalchemy.engine import Engine
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.actions import load_action
from db.queries.amounts import list_above, newest_of, still_unchecked
from db.queries.piles import Pile
from domain.reviewing import MOST_COUNTED
from services.flagging import outlier_limit

REMEMBERED_S = 3600
"""How long the outliers of an action are remembered that nobody has asked for since."""


@dataclass(frozen=True)
class _Found:
    """What waits above the limits of an action's units, of all contributions up to an id.

    It was asked for at `asked_at`, by the monotonic clock.
    """

    limits: Mapping[str, int]
    until: int
    outliers: tuple[int, ...]
    asked_at: float


remembered: WeakKeyDictionary[Engine, dict[tuple[int, int], _Found]] = WeakKeyDictionary()
"""What was found lately in each database, by server and action."""


async def with_outliers(conn: AsyncConnection, guild_id: int, piles: Sequence[Pile]) -> list[Pile]:
    """The piles, each with its unchecked outliers, the first 1,000 or so.

    Not within a transaction that writes: telling what is usual reads thousands of amounts.
    """
    return [replace(pile, outliers=await _outliers(conn, guild_id, pile)) for pile in piles]


async def _outliers(conn: AsyncConnection, guild_id: int, pile: Pile) -> tuple[int, ...]:
    known, key = remembered.setdefault(conn.engine.sync_engine, {}), (guild_id, pile.action_id)
    _forget_old(known)
    action = await load_action(conn, guild_id, pile.action_id) if pile.rest or pile.held else None
    if action is None:
        known.pop(key, None)  # Nothing of it waits.
        return ()
    limits: dict[str, int] = {}
    for code in action.currencies:
        if (limit := await outlier_limit(conn, action, code)) is not None:
            limits[code] = limit
    found = known.get(key)
    if found is None or found.limits != limits:
        found = _Found(limits, pile.first - 1, (), 0)
    # What was checked since makes room for what came after it.
    outliers = await still_unchecked(conn, guild_id, found.outliers)
    until = found.until
    newest = await newest_of(conn, *key) if limits else 0
    if newest > until and len(outliers) < MOST_COUNTED:
        more = await list_above(conn, *key, limits, after=until, until=newest)
        outliers += more
        until = more[-1] if len(more) > MOST_COUNTED else newest
    known[key] = _Found(limits, until, tuple(outliers), time.monotonic())
    return tuple(outliers)


def _forget_old(known: dict[tuple[int, int], _Found]) -> None:
    """Forget the actions that nobody checks any more."""
    since = time.monotonic() - REMEMBERED_S
    for key in [key for key, found in known.items() if found.asked_at <= since]:
        del known[key]
