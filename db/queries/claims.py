"""Claiming deliveries: who sends what when, and giving them back."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, literal, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.deliveries import change_undone, delivery_from
from db.tables import delivery
from db.tables.deliveries import UNDONE
from db.types import Instant
from domain.deliveries import (
    LEVELS,
    TAKE_TURNS,
    Delivery,
    DeliveryState,
)

_CLAIM = (
    update(delivery)
    .where(
        delivery.c.guild_id == bindparam("of_guild"),
        delivery.c.delivery_id == bindparam("of_delivery"),
    )
    .values(
        state=DeliveryState.CLAIMED,
        try_at=bindparam("lease_until"),
        attempts=delivery.c.attempts + 1,
    )
)


_DUE: Any = (
    select(delivery)
    .where(
        text(UNDONE),
        delivery.c.importance == bindparam("level"),
        delivery.c.try_at <= bindparam("now", type_=Instant),
        delivery.c.guild_id.not_in(bindparam("but_not", expanding=True)),
    )
    .order_by(delivery.c.importance, delivery.c.try_at, delivery.c.guild_id, delivery.c.delivery_id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


async def claim_due(
    conn: AsyncConnection,
    now: datetime,
    lease_until: datetime,
    limit: int,
    *,
    level: int,
    but_not: Collection[int] = (),
) -> list[Delivery]:
    """Take up to `limit` deliveries of an importance that are due, the oldest first.

    They belong to the caller until `lease_until`; `attempts` counts this one. Rows whose lease
    has run out are taken again. On PostgreSQL rows that another process is taking are skipped.
    """
    asked = {"level": level, "now": now, "but_not": list(but_not), "most": limit}
    rows = (await conn.execute(_DUE, asked)).all()
    if rows:
        await conn.execute(
            _CLAIM,
            [
                {
                    "of_guild": row.guild_id,
                    "of_delivery": row.delivery_id,
                    "lease_until": lease_until,
                }
                for row in rows
            ],
        )
    return [delivery_from(row, attempts=row.attempts + 1) for row in rows]


async def free_claimed(conn: AsyncConnection, now: datetime) -> None:
    """Let all that is claimed be claimed again at once, whatever its lease."""
    await conn.execute(
        update(delivery)
        .where(text(UNDONE), delivery.c.state == DeliveryState.CLAIMED)
        .values(state=DeliveryState.PENDING, try_at=now)
    )


async def begin_sending(
    conn: AsyncConnection,
    guild_id: int,
    delivery_id: int,
    now: datetime,
    *,
    pinged: bool | None = None,
    sent_with: int | None = None,
) -> bool:
    """Note that a claimed delivery may be on Discord from now on; False if it is owed no more.

    It is not either where it goes out in another message than in that of `sent_with`: another
    process has taken it along. `pinged`: it pings a role; None leaves what is known of that.
    """
    begins: dict[str, Any] = {
        "unsure_since": func.coalesce(delivery.c.unsure_since, literal(now, Instant()))
    }
    if pinged is not None:
        begins["pinged"] = pinged
    begun = await conn.execute(
        update(delivery)
        .where(
            delivery.c.guild_id == guild_id,
            delivery.c.delivery_id == delivery_id,
            delivery.c.state == DeliveryState.CLAIMED,
            delivery.c.sent_with.is_not_distinct_from(sent_with),
        )
        .values(**begins)
    )
    return bool(begun.rowcount)


async def load_owed(conn: AsyncConnection, claimed: Delivery) -> Delivery | None:
    """A claimed delivery as it stands now; None if it was taken back, or done, meanwhile."""
    row = (
        await conn.execute(
            select(delivery).where(
                delivery.c.guild_id == claimed.guild_id,
                delivery.c.delivery_id == claimed.delivery_id,
                delivery.c.state == DeliveryState.CLAIMED,
            )
        )
    ).one_or_none()
    return None if row is None else delivery_from(row)


async def is_owed(conn: AsyncConnection, guild_id: int, delivery_id: int) -> bool:
    """Tell whether a claimed delivery is still to be sent: it may have been taken back since."""
    return await load_state(conn, guild_id, delivery_id) is DeliveryState.CLAIMED


async def load_state(
    conn: AsyncConnection, guild_id: int, delivery_id: int
) -> DeliveryState | None:
    """How a delivery stands; None where there is none."""
    state = await conn.execute(
        select(delivery.c.state).where(
            delivery.c.guild_id == guild_id, delivery.c.delivery_id == delivery_id
        )
    )
    return state.scalar_one_or_none()


async def postpone(
    conn: AsyncConnection,
    guild_id: int,
    delivery_id: int,
    try_at: datetime,
    reason: str,
    *,
    unsure: bool = True,
    attempts: int | None = None,
) -> None:
    """Give a claimed delivery back, to be tried again from `try_at` on.

    `unsure`: it may have been sent, now or in an attempt before. `attempts` count from now on,
    where they are others than those that were made.
    """
    values: dict[str, Any] = {"state": DeliveryState.PENDING, "try_at": try_at, "error": reason}
    if not unsure:
        values["unsure_since"] = None
    if attempts is not None:
        values["attempts"] = attempts
    await change_undone(conn, guild_id, delivery_id, **values)


def _but_not(level: int) -> str:
    return f"but_not_{level}"


def _earliest(level: int) -> Any:
    of_others = delivery.c.guild_id.not_in(bindparam(_but_not(level), expanding=True))
    wanted = (of_others,) if level in TAKE_TURNS else ()
    return (
        select(delivery.c.try_at)
        .where(text(UNDONE), delivery.c.importance == level, *wanted)
        .order_by(delivery.c.try_at)
        .limit(1)
        .scalar_subquery()
        .label(f"level_{level - LEVELS.start}")
    )


# One look a level: each is a single step in the index of what is undone.
_NEXT_TRIES: Any = select(*(_earliest(level) for level in LEVELS))


async def next_tries(
    conn: AsyncConnection, *, but_not: Callable[[int], Collection[int]] = lambda level: ()
) -> dict[int, datetime]:
    """The earliest instant at which `claim_due` finds something of each importance, if ever.

    `but_not` gives the servers of which an importance is left out, where they take turns with it.
    """
    left_out = {_but_not(level): list(but_not(level)) for level in TAKE_TURNS}
    row = (await conn.execute(_NEXT_TRIES, left_out)).one()
    return {level: at for level, at in zip(LEVELS, row, strict=True) if at is not None}
