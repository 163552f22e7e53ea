"""Lists of who takes part in an action, each page found by an index however far down it is."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, and_, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.contributions import WITHDRAWAL, with_later_entries
from db.queries.sign_ups import SIGN_UP_COLUMNS, sign_up_from
from db.tables import (
    LedgerEntry,
    contribution,
    participant,
    shift,
    shift_claim,
    signup,
    signup_event,
)
from db.tables.sign_ups import HAS_LANGUAGE, HAS_OPTION
from domain.participants import Listed, Showing, Turn
from domain.shifts import Shift
from domain.sign_ups import SignUpState

_ARRIVED = (
    select(func.min(signup_event.c.at))
    .where(
        signup_event.c.guild_id == signup.c.guild_id,
        signup_event.c.action_id == signup.c.action_id,
        signup_event.c.participant_id == signup.c.participant_id,
        signup_event.c.place == signup.c.place,
    )
    .scalar_subquery()
    .label("arrived_at")
)

_PEOPLE: Any = select(
    *SIGN_UP_COLUMNS,
    participant.c.user_id,
    participant.c.hides_choices,
    participant.c.public_name,
    _ARRIVED,
).join_from(
    signup,
    participant,
    and_(
        participant.c.guild_id == signup.c.guild_id,
        participant.c.participant_id == signup.c.participant_id,
    ),
)


def select_page(
    guild_id: int, action_id: int, showing: Showing, turn: Turn, limit: int
) -> Select[Any]:
    """The statement that reads up to so many sign-ups, by place, from a place on."""
    place = signup.c.place
    wanted = _PEOPLE.where(
        signup.c.guild_id == guild_id,
        signup.c.action_id == action_id,
        signup.c.state == showing.state,
        place < turn.place if turn.backwards else place > turn.place,
    )
    if showing.option_id is not None:
        wanted = wanted.where(signup.c.option_id == showing.option_id, _said_of(HAS_OPTION))
    if showing.language:
        wanted = wanted.where(signup.c.language == showing.language, _said_of(HAS_LANGUAGE))
    return wanted.order_by(place.desc() if turn.backwards else place).limit(limit)


def _said_of(condition: str) -> Any:
    """What an index is about, so that it is known to hold all that is looked for."""
    return text(f"signup.{condition}")


async def list_participants(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    showing: Showing,
    turn: Turn,
    limit: int,
) -> list[Listed]:
    """Read up to so many sign-ups, by place, from a place on."""
    rows = await conn.execute(select_page(guild_id, action_id, showing, turn, limit))
    return [_listed_from(row) for row in rows]


def _listed_from(row: Any) -> Listed:
    sign_up = sign_up_from(row)
    left = sign_up.state is SignUpState.LEFT
    since = sign_up.at if left or row.arrived_at is None else row.arrived_at
    return Listed(sign_up, row.user_id, since, row.hides_choices, row.public_name)


async def list_shifts_of(
    conn: AsyncConnection, guild_id: int, action_id: int, participant_ids: Collection[int]
) -> dict[int, list[Shift]]:
    """The shifts of an action that participants have, by participant id, the earliest first."""
    rows = await conn.execute(
        select(shift_claim.c.participant_id, shift)
        .join_from(
            shift_claim,
            shift,
            and_(
                shift.c.guild_id == shift_claim.c.guild_id,
                shift.c.shift_id == shift_claim.c.shift_id,
            ),
        )
        .where(
            shift_claim.c.guild_id == guild_id,
            shift_claim.c.action_id == action_id,
            shift_claim.c.participant_id.in_(participant_ids),
        )
        .order_by(shift.c.starts_at, shift.c.shift_id)
    )
    found: dict[int, list[Shift]] = {}
    for row in rows:
        one = Shift(row.shift_id, row.starts_at, row.ends_at, row.target, row.title, row.taken)
        found.setdefault(row.participant_id, []).append(one)
    return found


async def list_without_sign_up(
    conn: AsyncConnection, guild_id: int, action_id: int, *, after: int, limit: int
) -> list[tuple[int, int | None, str | None]]:
    """Who logged something and never signed up: participant id, user id, and public name.

    By participant id, from the one behind `after` on. What is held or does not count makes no
    difference, what was withdrawn does.
    """
    rows = await conn.execute(
        select(participant.c.participant_id, participant.c.user_id, participant.c.public_name)
        .select_from(
            with_later_entries(contribution)
            .join(
                participant,
                and_(
                    participant.c.guild_id == contribution.c.guild_id,
                    participant.c.participant_id == contribution.c.participant_id,
                ),
            )
            .outerjoin(
                signup,
                and_(
                    signup.c.guild_id == contribution.c.guild_id,
                    signup.c.action_id == contribution.c.action_id,
                    signup.c.participant_id == contribution.c.participant_id,
                ),
            )
        )
        .where(
            contribution.c.guild_id == guild_id,
            contribution.c.action_id == action_id,
            contribution.c.participant_id > after,
            contribution.c.entry == LedgerEntry.LOGGED,
            WITHDRAWAL.c.contribution_id.is_(None),
            signup.c.participant_id.is_(None),
        )
        .distinct()
        .order_by(participant.c.participant_id)
        .limit(limit)
    )
    return [(row.participant_id, row.user_id, row.public_name) for row in rows]


# ---- What somebody keeps to themselves


async def load_hides(conn: AsyncConnection, guild_id: int, user_id: int) -> bool:
    """Whether a member keeps what they chose to themselves."""
    found = await conn.scalar(
        select(participant.c.hides_choices).where(
            participant.c.guild_id == guild_id, participant.c.user_id == user_id
        )
    )
    return bool(found)


async def is_unnamed(conn: AsyncConnection, guild_id: int, participant_id: int) -> bool:
    """Whether a participant keeps what they chose to themselves."""
    found = await conn.scalar(
        select(participant.c.hides_choices).where(
            participant.c.guild_id == guild_id, participant.c.participant_id == participant_id
        )
    )
    return bool(found)


async def save_hides(
    conn: AsyncConnection, guild_id: int, participant_id: int, hides: bool
) -> None:
    """Write whether a participant keeps what they chose to themselves."""
    await conn.execute(
        update(participant)
        .where(participant.c.guild_id == guild_id, participant.c.participant_id == participant_id)
        .values(hides_choices=hides)
    )
