"""Sign-ups: who is in, who waits, and the history of both."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.actions import ACTION_COLUMNS, ACTION_JOIN, action_from
from db.tables import action, signup, signup_event
from db.upsert import put
from domain.actions import Action
from domain.sign_ups import SignUp, SignUpChange, SignUpState

_COLUMNS = (
    signup.c.participant_id.label("signup_participant_id"),
    signup.c.state.label("signup_state"),
    signup.c.place.label("signup_place"),
    signup.c.at.label("signup_at"),
)

_STATE_AFTER = {
    SignUpChange.JOINED: SignUpState.IN,
    SignUpChange.WAITLISTED: SignUpState.WAITLISTED,
    SignUpChange.PROMOTED: SignUpState.IN,
    SignUpChange.LEFT: SignUpState.LEFT,
}


def _sign_up_from(row: Any) -> SignUp:
    return SignUp(row.signup_participant_id, row.signup_state, row.signup_place, row.signup_at)


_OF_ACTION: Any = select(*_COLUMNS).where(
    signup.c.guild_id == bindparam("guild_id"), signup.c.action_id == bindparam("action_id")
)
_LOAD = _OF_ACTION.where(signup.c.participant_id == bindparam("participant_id"))
_FIRST_WAITING = (
    _OF_ACTION.where(signup.c.state == SignUpState.WAITLISTED).order_by(signup.c.place).limit(1)
)


async def load_sign_up(
    conn: AsyncConnection, guild_id: int, action_id: int, participant_id: int
) -> SignUp | None:
    """Read where one participant stands in an action; None if they never signed up."""
    key = {"guild_id": guild_id, "action_id": action_id, "participant_id": participant_id}
    row = (await conn.execute(_LOAD, key)).one_or_none()
    return None if row is None else _sign_up_from(row)


async def put_sign_up(
    conn: AsyncConnection, guild_id: int, action_id: int, sign_up: SignUp
) -> None:
    """Write where a participant stands in an action."""
    key = {"guild_id": guild_id, "action_id": action_id}
    await put(conn, signup, key | vars(sign_up))


async def add_event(
    conn: AsyncConnection,
    guild_id: int,
    event_id: int,
    action_id: int,
    participant_id: int,
    change: SignUpChange,
    place: int,
    at: datetime,
) -> None:
    """Append one change to the sign-up history."""
    await conn.execute(
        insert(signup_event).values(
            guild_id=guild_id,
            event_id=event_id,
            action_id=action_id,
            participant_id=participant_id,
            change=change,
            place=place,
            at=at,
        )
    )


async def next_place(conn: AsyncConnection, guild_id: int, action_id: int) -> int:
    """Reserve the next arrival number of an action, 1 for the first."""
    place = await conn.execute(
        update(action)
        .where(action.c.guild_id == guild_id, action.c.action_id == action_id)
        .values(arrivals=action.c.arrivals + 1)
        .returning(action.c.arrivals)
    )
    return place.scalar_one()


async def change_counts(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    *,
    signed_up: int = 0,
    waitlisted: int = 0,
) -> None:
    """Add to an action's running counts; below zero they are refused by the database."""
    await conn.execute(
        update(action)
        .where(action.c.guild_id == guild_id, action.c.action_id == action_id)
        .values(
            signed_up=action.c.signed_up + signed_up,
            waitlisted=action.c.waitlisted + waitlisted,
        )
    )


async def first_waiting(conn: AsyncConnection, guild_id: int, action_id: int) -> SignUp | None:
    """The person at the head of the waitlist, if anybody waits."""
    key = {"guild_id": guild_id, "action_id": action_id}
    row = (await conn.execute(_FIRST_WAITING, key)).one_or_none()
    return None if row is None else _sign_up_from(row)


async def list_sign_ups(
    conn: AsyncConnection, guild_id: int, action_id: int, *, until: datetime | None = None
) -> list[SignUp]:
    """Everybody who ever signed up, those who left included, by place.

    With `until` it is replayed from the history up to and including that instant.
    """
    if until is not None:
        return await _replay(conn, guild_id, action_id, until)
    key = {"guild_id": guild_id, "action_id": action_id}
    rows = await conn.execute(_OF_ACTION.order_by(signup.c.place), key)
    return [_sign_up_from(row) for row in rows]


async def _replay(
    conn: AsyncConnection, guild_id: int, action_id: int, until: datetime
) -> list[SignUp]:
    newest_first = (
        func.row_number()
        .over(partition_by=signup_event.c.participant_id, order_by=signup_event.c.event_id.desc())
        .label("age")
    )
    events = (
        select(
            signup_event.c.participant_id,
            signup_event.c.change,
            signup_event.c.place,
            signup_event.c.at,
            newest_first,
        )
        .where(
            signup_event.c.guild_id == guild_id,
            signup_event.c.action_id == action_id,
            signup_event.c.at <= until,
        )
        .subquery()
    )
    rows = await conn.execute(select(events).where(events.c.age == 1).order_by(events.c.place))
    return [SignUp(row.participant_id, _STATE_AFTER[row.change], row.place, row.at) for row in rows]


async def list_own_sign_ups(
    conn: AsyncConnection, guild_id: int, participant_id: int, limit: int, offset: int
) -> list[tuple[Action, SignUp]]:
    """What a participant is in or waits for, the latest moment first."""
    rows = await conn.execute(
        select(*ACTION_COLUMNS, *_COLUMNS)
        .select_from(
            ACTION_JOIN.join(
                signup,
                (signup.c.guild_id == action.c.guild_id)
                & (signup.c.action_id == action.c.action_id),
            )
        )
        .where(
            signup.c.guild_id == guild_id,
            signup.c.participant_id == participant_id,
            signup.c.state != SignUpState.LEFT,
        )
        .order_by(action.c.starts_at.desc(), action.c.action_id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [(action_from(row), _sign_up_from(row)) for row in rows]
