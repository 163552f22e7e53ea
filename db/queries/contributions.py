"""Contributions, and the withdrawals and proofs that follow: append, read, list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, func, insert, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.actions import ACTION_COLUMNS, ACTION_JOIN, action_from
from db.queries.checks import CHECK_COLUMNS, check_from
from db.tables import LedgerEntry, action, check, contribution
from domain.actions import Action, ActionState
from domain.kinds import ProofKind
from domain.ledger import Check, Contribution

WITHDRAWAL = contribution.alias("withdrawal")
LATER_PROOF = contribution.alias("later_proof")

CONTRIBUTION_COLUMNS = (
    contribution.c.contribution_id,
    contribution.c.action_id,
    contribution.c.participant_id,
    contribution.c.at,
    contribution.c.amount,
    contribution.c.unit_code,
    contribution.c.proof,
    contribution.c.held,
    contribution.c.app_id,
    contribution.c.day,
    contribution.c.entered_by,
    contribution.c.source,
    WITHDRAWAL.c.contribution_id.label("withdrawal_id"),
    LATER_PROOF.c.proof.label("proved_later"),
)
"""What `contribution_from` reads; select it from `with_later_entries(contribution)`."""


@dataclass(frozen=True)
class OwnContribution:
    """A participant's contribution, its action, and the check that decides on it, if any."""

    action: Action
    contribution: Contribution
    check: Check | None


IS_DECIDING = and_(
    check.c.guild_id == contribution.c.guild_id,
    check.c.check_id
    == select(func.max(check.c.check_id))
    .where(
        check.c.guild_id == contribution.c.guild_id,
        check.c.contribution_id == contribution.c.contribution_id,
    )
    .correlate(contribution)
    .scalar_subquery(),
)
"""Joins a contribution with the check that decides on it: its last."""


def with_later_entries(source: FromClause, *, until: datetime | None = None) -> FromClause:
    """Join contributions to the entries that withdraw and that prove each, if any.

    Up to and including the instant `until`, or to now where it is None.
    """
    return _with_entry(
        _with_entry(source, WITHDRAWAL, WITHDRAWAL.c.withdraws, until),
        LATER_PROOF,
        LATER_PROOF.c.proves,
        until,
    )


def _with_entry(
    source: FromClause, later: Any, refers: ColumnElement[Any], until: datetime | None
) -> FromClause:
    return source.outerjoin(
        later,
        and_(
            later.c.guild_id == contribution.c.guild_id,
            refers == contribution.c.contribution_id,
            true() if until is None else later.c.at <= until,
        ),
    )


def contribution_from(row: Any) -> Contribution:
    """The contribution in a row that has `CONTRIBUTION_COLUMNS`."""
    return Contribution(
        contribution_id=row.contribution_id,
        participant_id=row.participant_id,
        at=row.at,
        amount=row.amount,
        unit_code=row.unit_code,
        proof=row.proof or row.proved_later,
        held=row.held,
        withdrawn=row.withdrawal_id is not None,
        app_id=row.app_id,
        day=None if row.day is None else date.fromisoformat(row.day),
        entered_by=row.entered_by,
        source=row.source,
    )


async def insert_contributions(
    conn: AsyncConnection, guild_id: int, action_id: int, values: Sequence[Contribution]
) -> None:
    """Append contributions. Whether one is withdrawn is another entry's to say."""
    await conn.execute(
        insert(contribution),
        [
            {
                "guild_id": guild_id,
                "contribution_id": value.contribution_id,
                "action_id": action_id,
                "participant_id": value.participant_id,
                "entry": LedgerEntry.LOGGED,
                "amount": value.amount,
                "unit_code": value.unit_code,
                "proof": value.proof,
                "held": value.held,
                "at": value.at,
                "entered_by": value.entered_by,
                "source": value.source,
                **_of_app(value),
            }
            for value in values
        ],
    )


async def insert_withdrawal(
    conn: AsyncConnection,
    guild_id: int,
    *,
    withdrawal_id: int,
    action_id: int,
    contribution: Contribution,
    at: datetime,
) -> None:
    """Append the entry that withdraws a contribution; a second one raises IntegrityError."""
    row = _later(guild_id, action_id, contribution, withdrawal_id, at)
    row |= {"entry": LedgerEntry.WITHDRAWN, "withdraws": contribution.contribution_id}
    await conn.execute(insert(_table).values(row))


async def insert_later_proof(
    conn: AsyncConnection,
    guild_id: int,
    *,
    entry_id: int,
    action_id: int,
    contribution: Contribution,
    proof: ProofKind,
    at: datetime,
) -> None:
    """Append the entry that proves a contribution; a second one raises IntegrityError."""
    row = _later(guild_id, action_id, contribution, entry_id, at)
    proves = contribution.contribution_id
    row |= {"entry": LedgerEntry.PROVED, "proves": proves, "proof": proof}
    await conn.execute(insert(_table).values(row))


def _later(
    guild_id: int, action_id: int, value: Contribution, entry_id: int, at: datetime
) -> dict[str, Any]:
    """What an entry that follows has in common with the contribution to which it refers."""
    return {
        "guild_id": guild_id,
        "contribution_id": entry_id,
        "action_id": action_id,
        "participant_id": value.participant_id,
        "amount": value.amount,
        "unit_code": value.unit_code,
        "at": at,
        **_of_app(value),
    }


def _of_app(value: Contribution) -> dict[str, Any]:
    """What a vote's tick has besides."""
    day = None if value.day is None else value.day.isoformat()
    return {"app_id": value.app_id, "day": day}


_table = contribution  # `insert_withdrawal` and another have an argument of its name.


async def load_contribution(
    conn: AsyncConnection, guild_id: int, contribution_id: int
) -> tuple[int, Contribution] | None:
    """Read a contribution with the id of its action; None for what is another entry."""
    rows = await conn.execute(
        select(*CONTRIBUTION_COLUMNS)
        .select_from(with_later_entries(contribution))
        .where(
            contribution.c.guild_id == guild_id,
            contribution.c.contribution_id == contribution_id,
            contribution.c.entry == LedgerEntry.LOGGED,
        )
    )
    row = rows.one_or_none()
    return None if row is None else (row.action_id, contribution_from(row))


async def list_contributions(
    conn: AsyncConnection, guild_id: int, action_id: int, *, until: datetime
) -> list[Contribution]:
    """An action's contributions up to and including an instant, as they stood then, by id."""
    rows = await conn.execute(
        select(*CONTRIBUTION_COLUMNS)
        .select_from(with_later_entries(contribution, until=until))
        .where(
            contribution.c.guild_id == guild_id,
            contribution.c.action_id == action_id,
            contribution.c.entry == LedgerEntry.LOGGED,
            contribution.c.at <= until,
        )
        .order_by(contribution.c.contribution_id)
    )
    return [contribution_from(row) for row in rows]


async def list_own_contributions(
    conn: AsyncConnection, guild_id: int, participant_id: int, limit: int, offset: int
) -> list[OwnContribution]:
    """A participant's contributions in a server, newest first, withdrawn ones included."""
    return await _list_own(conn, guild_id, participant_id, (), limit, offset)


async def list_own_standing(
    conn: AsyncConnection, guild_id: int, participant_id: int, since: datetime, limit: int
) -> list[OwnContribution]:
    """A participant's contributions that they have not withdrawn, newest first.

    Of actions that are not cancelled, and whose time for logging ends after an instant.
    """
    conditions = (
        WITHDRAWAL.c.contribution_id.is_(None),
        action.c.state != ActionState.CANCELLED,
        action.c.log_until > since,
    )
    return await _list_own(conn, guild_id, participant_id, conditions, limit, 0)


async def _list_own(
    conn: AsyncConnection,
    guild_id: int,
    participant_id: int,
    conditions: tuple[ColumnElement[bool], ...],
    limit: int,
    offset: int,
) -> list[OwnContribution]:
    source = with_later_entries(
        ACTION_JOIN.join(
            contribution,
            and_(
                contribution.c.guild_id == action.c.guild_id,
                contribution.c.action_id == action.c.action_id,
            ),
        )
    ).outerjoin(check, IS_DECIDING)
    # `action_action_id` is the action's own label; the ledger's columns have plain names.
    rows = await conn.execute(
        select(*ACTION_COLUMNS, *CONTRIBUTION_COLUMNS, *CHECK_COLUMNS)
        .select_from(source)
        .where(
            contribution.c.guild_id == guild_id,
            contribution.c.participant_id == participant_id,
            contribution.c.entry == LedgerEntry.LOGGED,
            *conditions,
        )
        .order_by(contribution.c.contribution_id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [
        OwnContribution(
            action=action_from(row),
            contribution=contribution_from(row),
            check=None if row.check_id is None else check_from(row),
        )
        for row in rows
    ]
