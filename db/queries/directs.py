"""Direct messages: who wants them, whom a delivery concerns, and which of them are owed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.deliveries import delivery_from
from db.tables import (
    contributor,
    delivery,
    participant,
    shift,
    shift_claim,
    signup,
    task,
)
from db.tables.deliveries import UNDONE
from domain.actions import Action
from domain.deliveries import (
    DIRECT_LEVEL,
    STILL_OWED,
    Delivery,
    DeliveryKind,
    DeliveryState,
)
from domain.direct import Direct, goes_on
from domain.sign_ups import SignUpState

WAITED = "quiet_hours"
"""The reason why a direct message was not sent at once."""

_OWED = and_(text(UNDONE), delivery.c.importance == DIRECT_LEVEL)
"""Direct messages yet to be sent, as they stand in the index of what is undone."""


# ---- Who wants them


async def load_direct(conn: AsyncConnection, guild_id: int, user_id: int) -> Direct:
    """Whether somebody wants direct messages about a server's actions."""
    found = await conn.scalar(
        select(participant.c.direct).where(
            participant.c.guild_id == guild_id, participant.c.user_id == user_id
        )
    )
    return Direct.OFF if found is None else found


async def save_direct(
    conn: AsyncConnection,
    guild_id: int,
    participant_id: int,
    direct: Direct,
    *,
    only_if: Direct | None = None,
) -> bool:
    """Write it down, where it is `only_if` so far if that is given; False if it is not."""
    changed = await conn.execute(
        update(participant)
        .where(
            participant.c.guild_id == guild_id,
            participant.c.participant_id == participant_id,
            *(() if only_if is None else (participant.c.direct == only_if,)),
        )
        .values(direct=direct)
    )
    return bool(changed.rowcount)


async def list_untold(conn: AsyncConnection) -> list[tuple[int, int]]:
    """Guild and user id of all whose direct messages are closed, and who do not know it yet."""
    rows = await conn.execute(
        select(participant.c.guild_id, participant.c.user_id).where(
            participant.c.direct == Direct.CLOSED, participant.c.user_id.is_not(None)
        )
    )
    return [(row.guild_id, row.user_id) for row in rows]


# ---- Whom a delivery concerns


async def list_ahead(conn: AsyncConnection, action: Action) -> list[int]:
    """The looks ahead of an action's moment, as that is now."""
    rows = await conn.execute(
        select(delivery).where(
            delivery.c.guild_id == action.guild_id,
            delivery.c.action_id == action.action_id,
            delivery.c.kind == DeliveryKind.AHEAD,
            delivery.c.item_id.is_(None),
        )
    )
    looks = map(delivery_from, rows)
    return [d.delivery_id for d in looks if d.due_at + d.offset == action.starts_at]


async def count_concerned(
    conn: AsyncConnection, action: Action, about: Delivery, parents: Sequence[int]
) -> int:
    """How many want a direct message about a delivery and have none that repeats the parents."""
    found = _concerned(action, about, parents).subquery()
    counted = await conn.scalar(select(func.count()).select_from(found))
    return counted or 0


async def list_concerned(
    conn: AsyncConnection, action: Action, about: Delivery, parents: Sequence[int], limit: int
) -> list[int]:
    """The participant ids of those whom `count_concerned` counts, up to a number of them."""
    wanted = _concerned(action, about, parents).order_by(participant.c.participant_id).limit(limit)
    return list(await conn.scalars(wanted))


def _concerned(action: Action, about: Delivery, parents: Sequence[int]) -> Any:
    """Whom a delivery concerns, as far as it is worth making a message for them.

    When that is sent, it is looked again.
    """
    has_one = select(delivery.c.participant_id).where(
        delivery.c.guild_id == about.guild_id,
        delivery.c.action_id == about.action_id,
        delivery.c.kind == DeliveryKind.DIRECT,
        delivery.c.item_id.in_(parents),
        delivery.c.state != DeliveryState.CANCELLED,
        delivery.c.participant_id.is_not(None),
    )
    return (
        select(participant.c.participant_id)
        .join(
            signup,
            and_(
                signup.c.guild_id == participant.c.guild_id,
                signup.c.participant_id == participant.c.participant_id,
            ),
        )
        .where(
            signup.c.guild_id == about.guild_id,
            signup.c.action_id == about.action_id,
            signup.c.state == SignUpState.IN,
            signup.c.muted.is_(False),
            participant.c.direct == Direct.ON,
            participant.c.user_id.is_not(None),
            participant.c.participant_id.not_in(has_one),
            *_among(action, about),
        )
    )


def _among(action: Action, about: Delivery) -> list[ColumnElement[bool]]:
    """Which of an action's people a kind of delivery is about."""
    who = participant.c.participant_id
    logged = select(contributor.c.participant_id).where(
        contributor.c.guild_id == about.guild_id,
        contributor.c.action_id == about.action_id,
        contributor.c.logged_count > 0,
    )
    match about.kind:
        case DeliveryKind.PROMOTED:
            return [who == about.participant_id]
        case DeliveryKind.NUDGE:
            return [who.not_in(logged)]
        case DeliveryKind.LAST_HOUR | DeliveryKind.REMINDER if goes_on(action):
            return []
        case DeliveryKind.LAST_HOUR | DeliveryKind.REMINDER:
            return [or_(signup.c.pledged.is_not(None), who.not_in(logged))]
        case DeliveryKind.TASK:
            claimed = select(task.c.claimed_by).where(
                task.c.guild_id == about.guild_id,
                task.c.task_id == about.item_id,
                task.c.claimed_by.is_not(None),
            )
            return [who.in_(claimed)]
        case DeliveryKind.SHIFT:
            return [or_(_is_session(about), who.in_(_holders(about)))]
        case _:
            return []


def _holders(about: Delivery) -> Any:
    return select(shift_claim.c.participant_id).where(
        shift_claim.c.guild_id == about.guild_id, shift_claim.c.shift_id == about.item_id
    )


def _is_session(about: Delivery) -> ColumnElement[bool]:
    return (
        select(shift.c.shift_id)
        .where(
            shift.c.guild_id == about.guild_id,
            shift.c.shift_id == about.item_id,
            shift.c.target.is_(None),
        )
        .exists()
    )


# ---- Which are owed


async def load_delivery(conn: AsyncConnection, guild_id: int, delivery_id: int) -> Delivery | None:
    """A delivery, whatever became of it."""
    rows = await conn.execute(
        select(delivery).where(
            delivery.c.guild_id == guild_id, delivery.c.delivery_id == delivery_id
        )
    )
    row = rows.one_or_none()
    return None if row is None else delivery_from(row)


async def list_waiting(conn: AsyncConnection, message: Delivery) -> list[Delivery]:
    """The others to the same person that waited for the end of their quiet hours, by id.

    Those that `take_along` gave to this message in an attempt before are among them.
    """
    others = select(delivery).where(
        delivery.c.guild_id == message.guild_id,
        delivery.c.participant_id == message.participant_id,
        delivery.c.delivery_id != message.delivery_id,
    )
    others = others.where(delivery.c.kind == DeliveryKind.DIRECT)
    found = list(await conn.execute(others.where(_OWED, delivery.c.error == WAITED)))
    if message.attempts > 1:
        found += await conn.execute(others.where(delivery.c.sent_with == message.delivery_id))
    return sorted(map(delivery_from, found), key=lambda other: other.delivery_id)


async def take_along(conn: AsyncConnection, message: Delivery, others: Sequence[int]) -> None:
    """Have a message that is sent now say what others would have, which are owed no more."""
    if others:
        await conn.execute(
            update(delivery)
            .where(
                _OWED, delivery.c.guild_id == message.guild_id, delivery.c.delivery_id.in_(others)
            )
            .values(state=DeliveryState.SKIPPED, sent_with=message.delivery_id)
        )


async def cancel_of(conn: AsyncConnection, guild_id: int, participant_id: int) -> None:
    """Owe somebody no direct message about a server's actions any more."""
    await conn.execute(
        update(delivery)
        .where(_OWED, delivery.c.guild_id == guild_id, delivery.c.participant_id == participant_id)
        .values(state=DeliveryState.CANCELLED)
    )


async def cancel_but_steps(conn: AsyncConnection, action: Action) -> None:
    """Take back an action's direct messages, but those that tell of a step, as of its pause."""
    ids = (delivery.c.guild_id == action.guild_id, delivery.c.action_id == action.action_id)
    steps = select(delivery.c.delivery_id).where(*ids, delivery.c.kind == DeliveryKind.STEP)
    of_a_step = func.coalesce(delivery.c.item_id.in_(steps), false())
    await conn.execute(
        update(delivery)
        .where(
            *ids,
            delivery.c.kind.in_((DeliveryKind.DIRECT, DeliveryKind.AHEAD)),
            delivery.c.state.in_(STILL_OWED),
            ~of_a_step,
        )
        .values(state=DeliveryState.CANCELLED)
    )


async def cancel_outdated(conn: AsyncConnection, action: Action) -> None:
    """Take back the direct messages ahead of a moment that is another by now."""
    current = await list_ahead(conn, action)
    ids = (delivery.c.guild_id == action.guild_id, delivery.c.action_id == action.action_id)
    ahead = select(delivery.c.delivery_id).where(
        *ids,
        delivery.c.kind == DeliveryKind.AHEAD,
        delivery.c.item_id.is_(None),
        delivery.c.delivery_id.not_in(current),
    )
    await conn.execute(
        update(delivery)
        .where(_OWED, *ids, delivery.c.item_id.in_(ahead))
        .values(state=DeliveryState.CANCELLED)
    )
