"""Which unchecked contributions stand out by their amounts: found once, then only what is new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from sqlalchemy.engine import Engine
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.actions import load_action
from db.queries.amounts import list_above, newest_of
from db.queries.piles import Pile
from domain.reviewing import MOST_COUNTED
from services.flagging import outlier_limit


@dataclass(frozen=True)
class _Found:
    """What was above the limits of an action's units, of all contributions up to an id."""

    limits: Mapping[str, int]
    until: int
    outliers: tuple[int, ...]


_found: WeakKeyDictionary[Engine, dict[tuple[int, int], _Found]] = WeakKeyDictionary()


async def with_outliers(conn: AsyncConnection, guild_id: int, piles: Sequence[Pile]) -> list[Pile]:
    """The piles, each with its unchecked outliers, about 1,000 at the most.

    Not within a transaction that writes: telling what is usual reads thousands of amounts.
    """
    return [replace(pile, outliers=await _outliers(conn, guild_id, pile)) for pile in piles]


async def _outliers(conn: AsyncConnection, guild_id: int, pile: Pile) -> tuple[int, ...]:
    action = await load_action(conn, guild_id, pile.action_id) if pile.rest or pile.held else None
    if action is None:
        return ()
    limits: dict[str, int] = {}
    for code in action.currencies:
        if (limit := await outlier_limit(conn, action, code)) is not None:
            limits[code] = limit
    known, key = _found.setdefault(conn.engine.sync_engine, {}), (guild_id, pile.action_id)
    found = known.get(key)
    if found is None or found.limits != limits:
        found = _Found(limits, pile.first - 1, ())
    outliers = [number for number in found.outliers if number >= pile.first]
    newest = await newest_of(conn, *key) if limits else 0
    if newest > found.until and len(outliers) < MOST_COUNTED:
        more = await list_above(conn, *key, limits, after=found.until, until=newest)
        outliers += more
        found = replace(found, until=more[-1] if len(more) > MOST_COUNTED else newest)
    known[key] = replace(found, outliers=tuple(outliers))
    return tuple(outliers)
