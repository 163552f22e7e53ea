"""Sign-ups: who is in, who waits, and the history of both."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.actions import ACTION_COLUMNS, ACTION_JOIN, action_from
from db.tables import LedgerEntry, action, contribution, signup, signup_event, signup_option
from db.upsert import put
from domain.actions import Action, ActionState
from domain.sign_ups import SignUp, SignUpEvent, SignUpState

SIGN_UP_COLUMNS = (
    signup.c.participant_id.label("signup_participant_id"),
    signup.c.state.label("signup_state"),
    signup.c.place.label("signup_place"),
    signup.c.at.label("signup_at"),
    signup.c.option_id.label("signup_option_id"),
    signup.c.pledged.label("signup_pledged"),
    signup.c.muted.label("signup_muted"),
    signup.c.language.label("signup_language"),
)


def sign_up_from(row: Any) -> SignUp:
    """The sign-up in a row that has `SIGN_UP_COLUMNS`."""
    return SignUp(
        participant_id=row.signup_participant_id,
        state=row.signup_state,
        place=row.signup_place,
        at=row.signup_at,
        option_id=row.signup_option_id,
        pledged=row.signup_pledged,
        muted=row.signup_muted,
        language=row.signup_language,
    )


_OF_ACTION: Any = select(*SIGN_UP_COLUMNS).where(
    signup.c.guild_id == bindparam("guild_id"), signup.c.action_id == bindparam("action_id")
)
_LOAD = _OF_ACTION.where(signup.c.participant_id.in_(bindparam("participant_ids", expanding=True)))
_WAITING = (
    _OF_ACTION.where(signup.c.state == SignUpState.WAITLISTED)
    .order_by(signup.c.place)
    .limit(bindparam("most"))
)


async def load_sign_ups(
    conn: AsyncConnection, guild_id: int, action_id: int, participant_ids: Collection[int]
) -> list[SignUp]:
    """Read where participants stand in an action; those who never signed up are left out."""
    key = {
        "guild_id": guild_id,
        "action_id": action_id,
        "participant_ids": list(participant_ids),
    }
    return [sign_up_from(row) for row in await conn.execute(_LOAD, key)]


async def load_sign_up(
    conn: AsyncConnection, guild_id: int, action_id: int, participant_id: int
) -> SignUp | None:
    """Read where one participant stands in an action; None if they never signed up."""
    found = await load_sign_ups(conn, guild_id, action_id, [participant_id])
    return found[0] if found else None


async def list_waiting(
    conn: AsyncConnection, guild_id: int, action_id: int, limit: int
) -> list[SignUp]:
    """The head of the waitlist, by place."""
    key = {"guild_id": guild_id, "action_id": action_id, "most": limit}
    return [sign_up_from(row) for row in await conn.execute(_WAITING, key)]


async def write_events(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    events: Sequence[SignUpEvent],
    *,
    first_id: int,
) -> None:
    """Append changes to the history under consecutive ids, and write where they led to.

    Whether somebody is muted is not theirs to change, and stays as it is.
    """
    key = {"guild_id": guild_id, "action_id": action_id}
    await conn.execute(
        insert(signup_event),
        [
            key
            | {
                "event_id": event_id,
                "participant_id": event.sign_up.participant_id,
                "change": event.change,
                "place": event.sign_up.place,
                "at": event.sign_up.at,
                "state": event.sign_up.state,
                "option_id": event.sign_up.option_id,
                "pledged": event.sign_up.pledged,
            }
            for event_id, event in enumerate(events, first_id)
        ],
    )
    last = {event.sign_up.participant_id: event.sign_up for event in events}
    await put(conn, signup, *(key | _moved(sign_up) for sign_up in last.values()))


def _moved(sign_up: SignUp) -> dict[str, Any]:
    return {name: value for name, value in vars(sign_up).items() if name != "muted"}


async def save_counts(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    *,
    signed_up: int,
    waitlisted: int,
    arrivals: int,
    pledged_amount: int,
    pledged_count: int,
) -> None:
    """Set an action's running counts; the caller has locked the action."""
    await conn.execute(
        update(action)
        .where(action.c.guild_id == guild_id, action.c.action_id == action_id)
        .values(
            signed_up=signed_up,
            waitlisted=waitlisted,
            arrivals=arrivals,
            pledged_amount=pledged_amount,
            pledged_count=pledged_count,
        )
    )


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
    return [sign_up_from(row) for row in rows]


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
            signup_event.c.state,
            signup_event.c.place,
            signup_event.c.at,
            signup_event.c.option_id,
            signup_event.c.pledged,
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
    return [
        SignUp(row.participant_id, row.state, row.place, row.at, row.option_id, row.pledged)
        for row in rows
    ]


async def list_own_sign_ups(
    conn: AsyncConnection, guild_id: int, participant_id: int, limit: int, offset: int
) -> list[tuple[Action, SignUp, str | None]]:
    """What a participant is in or waits for, the latest moment first, with their option's label."""
    rows = await conn.execute(
        select(*ACTION_COLUMNS, *SIGN_UP_COLUMNS, signup_option.c.label)
        .select_from(
            ACTION_JOIN.join(
                signup,
                (signup.c.guild_id == action.c.guild_id)
                & (signup.c.action_id == action.c.action_id),
            ).join(
                signup_option,
                (signup_option.c.guild_id == signup.c.guild_id)
                & (signup_option.c.action_id == signup.c.action_id)
                & (signup_option.c.option_id == signup.c.option_id),
                isouter=True,
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
    return [(action_from(row), sign_up_from(row), row.label) for row in rows]


async def list_muted(
    conn: AsyncConnection, guild_id: int, participant_id: int, now: datetime, limit: int
) -> list[Action]:
    """The actions that a participant is in, has muted, and that go on, the latest moment first."""
    rows = await conn.execute(
        select(*ACTION_COLUMNS)
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
            signup.c.muted,
            action.c.log_until > now,
            action.c.state.not_in((ActionState.FINAL, ActionState.CANCELLED)),
        )
        .order_by(action.c.starts_at.desc(), action.c.action_id.desc())
        .limit(limit)
    )
    return [action_from(row) for row in rows]


async def list_pledges(
    conn: AsyncConnection, guild_id: int, action_id: int
) -> dict[int, int | None]:
    """What each of those who are in has pledged, if anything, by participant id."""
    rows = await conn.execute(
        select(signup.c.participant_id, signup.c.pledged).where(
            signup.c.guild_id == guild_id,
            signup.c.action_id == action_id,
            signup.c.state == SignUpState.IN,
        )
    )
    return {row.participant_id: row.pledged for row in rows}


async def count_yet_to_log(conn: AsyncConnection, guild_id: int, action_id: int) -> int:
    """How many of those who are in have logged nothing, or withdrew all of it again.

    What waits for a check, or was not counted, is logged.
    """
    withdrawal = contribution.alias("withdrawal")
    withdrawn = exists().where(
        withdrawal.c.guild_id == contribution.c.guild_id,
        withdrawal.c.withdraws == contribution.c.contribution_id,
    )
    has_logged = exists().where(
        contribution.c.guild_id == signup.c.guild_id,
        contribution.c.action_id == signup.c.action_id,
        contribution.c.participant_id == signup.c.participant_id,
        contribution.c.entry == LedgerEntry.LOGGED,
        ~withdrawn,
    )
    rows = await conn.execute(
        select(func.count())
        .select_from(signup)
        .where(
            signup.c.guild_id == guild_id,
            signup.c.action_id == action_id,
            signup.c.state == SignUpState.IN,
            ~has_logged,
        )
    )
    return rows.scalar_one()


async def set_language(
    conn: AsyncConnection, guild_id: int, action_id: int, participant_id: int, language: str
) -> None:
    """Have somebody who signed up pinged in this language channel from now on."""
    await _change(conn, guild_id, action_id, participant_id, language=language)


async def move_out_of(
    conn: AsyncConnection, guild_id: int, language: str, action_ids: Collection[int]
) -> None:
    """Have those who signed up in a language channel pinged in the main one from now on."""
    await conn.execute(
        update(signup)
        .where(
            signup.c.guild_id == guild_id,
            signup.c.action_id.in_(action_ids),
            signup.c.language == language,
        )
        .values(language="")
    )


async def muted_ids(conn: AsyncConnection, guild_id: int, participant_id: int) -> set[int]:
    """The ids of the actions of a server that somebody has muted."""
    muted = await conn.scalars(
        select(signup.c.action_id).where(
            signup.c.guild_id == guild_id,
            signup.c.participant_id == participant_id,
            signup.c.muted.is_(True),
        )
    )
    return set(muted)


async def set_muted(
    conn: AsyncConnection, guild_id: int, action_id: int, participant_id: int, muted: bool
) -> None:
    """Have somebody who signed up left out of what the action sends, or not any more."""
    await _change(conn, guild_id, action_id, participant_id, muted=muted)


async def _change(
    conn: AsyncConnection, guild_id: int, action_id: int, participant_id: int, **values: object
) -> None:
    """Write something about a sign-up that is no event of its history."""
    await conn.execute(
        update(signup)
        .where(
            signup.c.guild_id == guild_id,
            signup.c.action_id == action_id,
            signup.c.participant_id == participant_id,
        )
        .values(values)
    )
