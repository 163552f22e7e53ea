"""Who has taken which shift."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, delete, false, insert, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.actions import ACTION_COLUMNS, ACTION_JOIN, action_from
from db.tables import action, participant, shift, shift_claim, signup
from domain.actions import Action, ActionState
from domain.shifts import Shift
from domain.sign_ups import SignUpState

_TO_PARTICIPANT = and_(
    participant.c.guild_id == shift_claim.c.guild_id,
    participant.c.participant_id == shift_claim.c.participant_id,
)

_TO_SIGN_UP = and_(
    signup.c.guild_id == shift_claim.c.guild_id,
    signup.c.action_id == shift_claim.c.action_id,
    signup.c.participant_id == shift_claim.c.participant_id,
)


async def list_claims(
    conn: AsyncConnection, guild_id: int, action_id: int, participant_id: int
) -> frozenset[int]:
    """The ids of the shifts that somebody has in an action."""
    rows = await conn.scalars(
        select(shift_claim.c.shift_id).where(
            shift_claim.c.guild_id == guild_id,
            shift_claim.c.action_id == action_id,
            shift_claim.c.participant_id == participant_id,
        )
    )
    return frozenset(rows)


async def list_holders(
    conn: AsyncConnection, guild_id: int, shift_id: int, *, named: bool = False
) -> list[int]:
    """The Discord users who have a shift, but for those who have muted its action.

    They come in the order in which they took it. With `named` only those who don't keep that to
    themselves.
    """
    rows = await conn.scalars(
        select(participant.c.user_id)
        .join_from(shift_claim, participant, _TO_PARTICIPANT)
        .join(signup, _TO_SIGN_UP)
        .where(
            signup.c.state == SignUpState.IN,
            signup.c.muted == false(),
            shift_claim.c.guild_id == guild_id,
            shift_claim.c.shift_id == shift_id,
            participant.c.user_id.is_not(None),
            ~participant.c.hides_choices if named else true(),
        )
        .order_by(shift_claim.c.at, shift_claim.c.participant_id)
    )
    return [user_id for user_id in rows if user_id is not None]


async def list_claimants(
    conn: AsyncConnection, guild_id: int, action_id: int
) -> list[tuple[int, int]]:
    """Every shift of an action that somebody has, with who: shift id, participant id."""
    rows = await conn.execute(
        select(shift_claim.c.shift_id, shift_claim.c.participant_id)
        .where(shift_claim.c.guild_id == guild_id, shift_claim.c.action_id == action_id)
        .order_by(shift_claim.c.shift_id, shift_claim.c.participant_id)
    )
    return [(row.shift_id, row.participant_id) for row in rows]


async def insert_claim(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    shift_id: int,
    participant_id: int,
    now: datetime,
) -> None:
    """Give a shift to somebody who does not have it; `change_taken` counts them."""
    await conn.execute(
        insert(shift_claim).values(
            guild_id=guild_id,
            shift_id=shift_id,
            participant_id=participant_id,
            action_id=action_id,
            at=now,
        )
    )


async def delete_claim(
    conn: AsyncConnection, guild_id: int, shift_id: int, participant_id: int
) -> bool:
    """Take a shift from somebody; False if they do not have it. `change_taken` counts."""
    deleted = await conn.execute(
        delete(shift_claim).where(
            shift_claim.c.guild_id == guild_id,
            shift_claim.c.shift_id == shift_id,
            shift_claim.c.participant_id == participant_id,
        )
    )
    return bool(deleted.rowcount)


async def change_taken(conn: AsyncConnection, guild_id: int, shift_id: int, by: int) -> None:
    """Count people who took a shift or gave it up; the caller has locked the action."""
    await conn.execute(
        update(shift)
        .where(shift.c.guild_id == guild_id, shift.c.shift_id == shift_id)
        .values(taken=shift.c.taken + by)
    )


async def list_own_shifts(
    conn: AsyncConnection, guild_id: int, participant_id: int, now: datetime, limit: int
) -> list[tuple[Action, Shift]]:
    """What somebody has ahead of them in a server's actions, the soonest first."""
    rows = await conn.execute(
        select(*ACTION_COLUMNS, *(column.label(f"shift_{column.name}") for column in shift.c))
        .select_from(
            ACTION_JOIN.join(
                shift,
                and_(
                    shift.c.guild_id == action.c.guild_id,
                    shift.c.action_id == action.c.action_id,
                ),
            ).join(
                shift_claim,
                and_(
                    shift_claim.c.guild_id == shift.c.guild_id,
                    shift_claim.c.shift_id == shift.c.shift_id,
                ),
            )
        )
        .where(
            shift_claim.c.guild_id == guild_id,
            shift_claim.c.participant_id == participant_id,
            shift.c.ends_at > now,
            shift.c.starts_at < action.c.ends_at,
            action.c.ends_at > now,
            action.c.state != ActionState.CANCELLED,
        )
        .order_by(shift.c.starts_at, shift.c.shift_id)
        .limit(limit)
    )
    return [
        (
            action_from(row),
            Shift(
                row.shift_shift_id,
                row.shift_starts_at,
                row.shift_ends_at,
                row.shift_target,
                row.shift_title,
                row.shift_taken,
            ),
        )
        for row in rows
    ]
