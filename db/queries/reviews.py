"""What waits for a reviewer: found in the order of its shelves, and counted up to a bound.

Contributions without flags are found by their action, along the index, from the first unchecked
one on; what is rare is found by its own table. No statement here goes through all contributions.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.flags import IS_FLAGGED
from db.queries.piles import Pile
from db.tables import (
    LedgerEntry,
    appeal,
    check,
    contribution,
    flag,
    review_lease,
    review_pass,
    spot_check,
    spot_sample,
)
from domain.reviewing import MOST_COUNTED, Shelf

Number = ColumnElement[int]


@dataclass(frozen=True)
class Seeker:
    """The reviewer for whom something is looked for, by their participant id, and when."""

    reviewer_id: int
    now: datetime


async def find_first_unchecked(
    conn: AsyncConnection, guild_id: int, pile: Pile, start: int
) -> int | None:
    """The first contribution of an action, from an id on, that nobody has checked."""
    number = contribution.c.contribution_id
    return await conn.scalar(
        select(number)
        .where(
            contribution.c.guild_id == guild_id,
            contribution.c.action_id == pile.action_id,
            contribution.c.entry == LedgerEntry.LOGGED,
            number >= start,
            _stands(guild_id, number),
            _unchecked(guild_id, number),
        )
        .order_by(number)
        .limit(1)
    )


async def find_waiting(
    conn: AsyncConnection,
    guild_id: int,
    shelf: Shelf,
    piles: Sequence[Pile],
    seeker: Seeker,
    *,
    after: int = 0,
    unflagged: bool = False,
    among: Collection[int] | None = None,
    limit: int = 1,
) -> list[int]:
    """The ids of what a reviewer gets next of a shelf, the oldest first, behind an id.

    Nobody gets their own, what they entered for others, what they could not read, or what another
    reviewer looks at now. `unflagged` leaves out what has a flag, and what stands out, of what is
    held and of the rest. Where `among` is given only these are looked at: finding them goes through
    all that was checked before, which can take half a second, and telling that they still wait does
    not.
    """
    piles = _within(shelf, piles)
    if not piles or (among is not None and not among):
        return []
    if shelf in (Shelf.HELD, Shelf.REST):
        found: list[int] = []
        for pile in piles:
            if pile.held if shelf is Shelf.HELD else pile.rest:
                statement = _of_pile(guild_id, shelf, pile, seeker, after, unflagged=unflagged)
                if among is not None:
                    statement = statement.where(contribution.c.contribution_id.in_(among))
                found += await conn.scalars(statement.limit(limit))
        return sorted(found)[:limit]
    number, statement = _of_shelf(guild_id, shelf, piles, seeker, after)
    if among is not None:
        statement = statement.where(number.in_(among))
    return list(await conn.scalars(statement.limit(limit)))


def _of_pile(
    guild_id: int, shelf: Shelf, pile: Pile, seeker: Seeker, after: int, *, unflagged: bool
) -> Any:
    number, held = contribution.c.contribution_id, contribution.c.held
    plain = (~IS_FLAGGED, number.not_in(pile.outliers)) if unflagged else ()
    return (
        select(number)
        .where(
            contribution.c.guild_id == guild_id,
            contribution.c.action_id == pile.action_id,
            contribution.c.entry == LedgerEntry.LOGGED,
            number >= pile.first,
            number > after,
            held.is_not(None) if shelf is Shelf.HELD else held.is_(None),
            *plain,
            *_others_work(contribution.c, seeker.reviewer_id),
            *_free(guild_id, number, seeker),
            _stands(guild_id, number),
            _unchecked(guild_id, number),
        )
        .order_by(number)
    )


def _of_shelf(
    guild_id: int, shelf: Shelf, piles: Sequence[Pile], seeker: Seeker, after: int
) -> tuple[Number, Any]:
    number, waits = _on_shelf(guild_id, shelf, piles, seeker.reviewer_id)
    statement = (
        select(number)
        .distinct()
        .where(
            *waits,
            number > after,
            _is_of(guild_id, number, piles, _others_work(contribution.c, seeker.reviewer_id)),
            *_free(guild_id, number, seeker),
            _stands(guild_id, number),
        )
        .order_by(number)
    )
    return number, statement


def _within(shelf: Shelf, piles: Sequence[Pile]) -> list[Pile]:
    """The piles of which something can lie on a shelf."""
    return [pile for pile in piles if shelf is Shelf.APPEALED or not pile.only_appeals]


def _flagged(guild_id: int, piles: Sequence[Pile]) -> Number:
    """The column of what has a flag or stands out by its amount."""
    lowest = min(pile.first for pile in piles)
    number = flag.c.contribution_id
    having_one = (flag.c.guild_id == guild_id, number >= lowest)
    outliers = [outlier for pile in piles for outlier in pile.outliers]
    if not outliers:
        return select(number.label("number")).where(*having_one).subquery().c.number
    of_them = (contribution.c.guild_id == guild_id, contribution.c.contribution_id.in_(outliers))
    return (
        union_all(
            select(number.label("number")).where(*having_one),
            select(contribution.c.contribution_id).where(*of_them),
        )
        .subquery()
        .c.number
    )


def _on_shelf(
    guild_id: int, shelf: Shelf, piles: Sequence[Pile], reviewer_id: int | None = None
) -> tuple[Number, list[ColumnElement[bool]]]:
    """The column by which a shelf's contributions are found, and what makes them wait on it."""
    match shelf:
        case Shelf.FLAGGED:
            number = _flagged(guild_id, piles)
            return number, [_unchecked(guild_id, number)]
        case Shelf.APPEALED:
            number = appeal.c.contribution_id
            of_server = appeal.c.guild_id == guild_id
            of_it = (check.c.guild_id == guild_id, check.c.contribution_id == number)
            answered = exists().where(*of_it, check.c.check_id > appeal.c.check_id)
            # Who decided does not answer it; no participant has the id 0.
            by_them = exists().where(*of_it, check.c.reviewer_id == (reviewer_id or 0))
            return number, [of_server, ~answered, ~by_them]
        case _:
            number = spot_sample.c.contribution_id
            newest = (
                select(func.max(spot_check.c.spot_check_id))
                .where(
                    spot_check.c.guild_id == guild_id,
                    spot_check.c.action_id.in_([pile.action_id for pile in piles]),
                )
                .group_by(spot_check.c.action_id)
            )
            drawn = spot_sample.c.spot_check_id.in_(newest)
            of_server = spot_sample.c.guild_id == guild_id
            return number, [of_server, drawn, _unchecked(guild_id, number)]


async def count_shelf(
    conn: AsyncConnection, guild_id: int, shelf: Shelf, piles: Sequence[Pile]
) -> int:
    """How many contributions wait on a shelf, for whomever; counted up to 1,001."""
    piles = _within(shelf, piles)
    if not piles:
        return 0
    number, waits = _on_shelf(guild_id, shelf, piles)
    return await _count(conn, guild_id, number, piles, waits)


async def count_foreign(conn: AsyncConnection, guild_id: int, piles: Sequence[Pile]) -> int:
    """How many unchecked contributions some reviewer could not read; counted up to 1,001."""
    piles = _within(Shelf.REST, piles)
    if not piles:
        return 0
    number = review_pass.c.contribution_id
    return await _count(conn, guild_id, number, piles, [review_pass.c.guild_id == guild_id])


async def count_sample(conn: AsyncConnection, guild_id: int, piles: Sequence[Pile]) -> int:
    """How large the newest samples are that were drawn of these actions."""
    piles = _within(Shelf.SAMPLED, piles)
    if not piles:
        return 0
    number, (of_server, drawn, _unchecked_too) = _on_shelf(guild_id, Shelf.SAMPLED, piles)
    counted = await conn.scalar(select(func.count(number)).where(of_server, drawn))
    return counted or 0


async def _count(
    conn: AsyncConnection,
    guild_id: int,
    number: Number,
    piles: Sequence[Pile],
    waits: Collection[ColumnElement[bool]],
) -> int:
    found = (
        select(number)
        .distinct()
        .where(*waits, _is_of(guild_id, number, piles), _stands(guild_id, number))
        .limit(MOST_COUNTED + 1)
        .subquery()
    )
    return await conn.scalar(select(func.count()).select_from(found)) or 0


def _is_of(
    guild_id: int,
    number: Number,
    piles: Sequence[Pile],
    conditions: Collection[ColumnElement[bool]] = (),
) -> ColumnElement[bool]:
    """Tell whether a contribution is one of these actions'; looked up for each that is found."""
    return exists().where(
        contribution.c.guild_id == guild_id,
        contribution.c.contribution_id == number,
        contribution.c.action_id.in_([pile.action_id for pile in piles]),
        *conditions,
    )


def _others_work(columns: Any, reviewer_id: int) -> list[ColumnElement[bool]]:
    return [
        columns.participant_id != reviewer_id,
        or_(columns.entered_by.is_(None), columns.entered_by != reviewer_id),
    ]


def _free(guild_id: int, number: Number, seeker: Seeker) -> list[ColumnElement[bool]]:
    """What no other reviewer looks at now, and this one can read."""
    leased = exists().where(
        review_lease.c.guild_id == guild_id,
        review_lease.c.contribution_id == number,
        review_lease.c.reviewer_id != seeker.reviewer_id,
        review_lease.c.until > seeker.now,
    )
    passed = exists().where(
        review_pass.c.guild_id == guild_id,
        review_pass.c.contribution_id == number,
        review_pass.c.reviewer_id == seeker.reviewer_id,
    )
    return [~leased, ~passed]


def _stands(guild_id: int, number: Number) -> ColumnElement[bool]:
    """Tell that it was not withdrawn."""
    withdrawal = contribution.alias("taken_back")
    return ~exists().where(withdrawal.c.guild_id == guild_id, withdrawal.c.withdraws == number)


def _unchecked(guild_id: int, number: Number) -> ColumnElement[bool]:
    verdict = check.alias("verdict")
    return ~exists().where(verdict.c.guild_id == guild_id, verdict.c.contribution_id == number)
