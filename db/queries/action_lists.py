"""Lists of actions for those who take part: what comes, what one joined, what waits for a log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, literal, null, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.actions import ACTION_COLUMNS, ACTION_JOIN, action_from, known_at
from db.tables import LedgerEntry, action, check, contribution, signup
from domain.action_lists import ActionList, Asked, Listed
from domain.actions import Action, ActionState
from domain.kinds import KINDS
from domain.sign_ups import SignUpState

_ONGOING = (ActionState.SCHEDULED, ActionState.OPEN)
"""Stored states of what is neither paused nor at its end by anybody's decision."""

_MINE: ColumnElement[bool] = and_(
    signup.c.guild_id == action.c.guild_id, signup.c.action_id == action.c.action_id
)


async def list_page(
    conn: AsyncConnection,
    guild_id: int,
    participant_id: int | None,
    asked: Asked,
    now: datetime,
    *,
    limit: int,
    offset: int,
) -> list[Listed]:
    """Actions of a list that the server knows of, for a participant (None: nobody here yet).

    What comes is ordered by its start. Of what one joined that comes first which is not over, and
    then what is, the latest first. What waits for a log is ordered by until when it does; what
    lacks a proof alone is last.
    """
    if participant_id is None and asked.list is not ActionList.COMING:
        return []
    match asked.list:
        case ActionList.COMING:
            statement = _coming(participant_id, now)
        case ActionList.JOINED:
            statement = _joined(participant_id, now)
        case ActionList.TO_LOG:
            statement = _to_log(participant_id, now)
    statement = statement.where(action.c.guild_id == guild_id, known_at(now))
    if asked.kind is not None:
        statement = statement.where(action.c.kind == asked.kind)
    rows = await conn.execute(statement.limit(limit).offset(offset))
    return [Listed(action_from(row), row.sign_up, bool(row.logged)) for row in rows]


async def list_dated(
    conn: AsyncConnection, guild_id: int, now: datetime, limit: int
) -> list[Action]:
    """What the server knows of and is not over yet, what was cancelled included, by its start."""
    rows = await conn.execute(
        select(*ACTION_COLUMNS)
        .select_from(ACTION_JOIN)
        .where(
            action.c.guild_id == guild_id,
            action.c.number.is_not(None),
            action.c.ends_at > now,
            known_at(now),
        )
        .order_by(action.c.starts_at, action.c.action_id)
        .limit(limit)
    )
    return [action_from(row) for row in rows]


def _coming(participant_id: int | None, now: datetime) -> Select[Any]:
    source = ACTION_JOIN
    sign_up: ColumnElement[Any] = null()
    if participant_id is not None:
        mine = and_(
            _MINE,
            signup.c.participant_id == participant_id,
            signup.c.state != SignUpState.LEFT,
        )
        source, sign_up = ACTION_JOIN.outerjoin(signup, mine), signup.c.state
    return (
        select(*ACTION_COLUMNS, sign_up.label("sign_up"), literal(False).label("logged"))
        .select_from(source)
        .where(
            action.c.number.is_not(None),
            action.c.ends_at > now,
            action.c.state.in_((*_ONGOING, ActionState.PAUSED)),
        )
        .order_by(action.c.starts_at, action.c.action_id)
    )


def _joined(participant_id: int | None, now: datetime) -> Select[Any]:
    ahead = case((action.c.ends_at > now, action.c.starts_at), else_=None)
    return (
        _signed_up(participant_id, literal(False))
        .where(signup.c.state != SignUpState.LEFT)
        .order_by(ahead.asc().nulls_last(), action.c.starts_at.desc(), action.c.action_id.desc())
    )


def _to_log(participant_id: int | None, now: datetime) -> Select[Any]:
    logged = _logged(participant_id)
    return (
        _signed_up(participant_id, exists().where(logged))
        .where(
            signup.c.state == SignUpState.IN,
            action.c.state.in_(_ONGOING),
            action.c.log_until > now,
            _open_for_logs(now),
            or_(~exists().where(logged), exists().where(logged, *_LACKS_PROOF)),
        )
        .order_by(exists().where(logged), action.c.log_until, action.c.action_id)
    )


def _signed_up(participant_id: int | None, logged: ColumnElement[bool]) -> Select[Any]:
    source = ACTION_JOIN.join(signup, _MINE)
    return (
        select(*ACTION_COLUMNS, signup.c.state.label("sign_up"), logged.label("logged"))
        .select_from(source)
        .where(signup.c.participant_id == participant_id)
    )


def _open_for_logs(now: datetime) -> ColumnElement[bool]:
    """Whether contributions are taken as they are: from a kind's lead before the start on."""
    return or_(
        *(
            and_(
                action.c.kind == kind,
                action.c.created_at <= now
                if rules.log_lead is None
                else action.c.starts_at <= now + rules.log_lead,
            )
            for kind, rules in KINDS.items()
        )
    )


def _logged(participant_id: int | None) -> ColumnElement[bool]:
    """What somebody logged in an action and has not withdrawn."""
    return and_(
        contribution.c.guild_id == action.c.guild_id,
        contribution.c.action_id == action.c.action_id,
        contribution.c.participant_id == participant_id,
        contribution.c.entry == LedgerEntry.LOGGED,
        ~_followed_by("withdraws"),
    )


def _followed_by(refers: str) -> ColumnElement[bool]:
    later = contribution.alias(refers)
    return exists().where(
        later.c.guild_id == contribution.c.guild_id,
        later.c[refers] == contribution.c.contribution_id,
    )


_LACKS_PROOF = (
    contribution.c.proof.is_(None),
    contribution.c.entered_by.is_(None),
    ~_followed_by("proves"),
    ~exists().where(
        check.c.guild_id == contribution.c.guild_id,
        check.c.contribution_id == contribution.c.contribution_id,
    ),
)
"""What has no proof, not a later one either, and nobody has checked or entered for others."""
