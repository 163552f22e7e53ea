"""Discord's own events that stand for actions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.deliveries import has_delivery
from db.tables import action, delivery, native_event, server
from db.tables.deliveries import UNDONE
from db.upsert import put
from domain.actions import ActionState
from domain.deliveries import IMPORTANCE, STILL_OWED, DeliveryKind, DeliveryState
from domain.native_events import (
    OF_SERVER,
    EventMoved,
    EventShown,
    EventStatus,
    NativeEvent,
)

JUST_OVER = timedelta(days=1)
"""How long after its end an action's event may still be behind."""

_UNFINISHED_ONES = (
    select(native_event)
    .join(
        action,
        and_(
            action.c.guild_id == native_event.c.guild_id,
            action.c.action_id == native_event.c.action_id,
        ),
    )
    .where(
        native_event.c.gone_at.is_(None),
        action.c.state.in_((ActionState.SCHEDULED, ActionState.OPEN, ActionState.PAUSED)),
    )
)


async def has_events(conn: AsyncConnection, guild_id: int, action_id: int) -> bool:
    """Tell whether an action has an event, or should have one."""
    is_on = select(server.c.guild_id).where(server.c.guild_id == guild_id, server.c.native_events)
    known = select(native_event.c.guild_id).where(
        native_event.c.guild_id == guild_id, native_event.c.action_id == action_id
    )
    found = await conn.execute(select(or_(is_on.exists(), known.exists())))
    return bool(found.scalar_one())


async def waits_for_look(
    conn: AsyncConnection, guild_id: int, action_id: int, due: datetime, *, claimed: bool
) -> bool:
    """Tell whether a look at an action's event is owed by an instant, or even `claimed` by now."""
    states = STILL_OWED if claimed else (DeliveryState.PENDING,)
    waits = (
        delivery.c.kind == DeliveryKind.EVENT,
        delivery.c.state.in_(states),
        delivery.c.due_at <= due,
    )
    return await has_delivery(conn, guild_id, action_id, *waits)


async def list_looks(conn: AsyncConnection, guild_id: int) -> dict[int, datetime]:
    """When the next look at an event is due that nobody has begun, by action id."""
    rows = await conn.execute(
        select(delivery.c.action_id, func.min(delivery.c.due_at).label("due_at"))
        .where(
            text(UNDONE),
            delivery.c.importance == IMPORTANCE[DeliveryKind.EVENT],
            delivery.c.guild_id == guild_id,
            delivery.c.kind == DeliveryKind.EVENT,
            delivery.c.state == DeliveryState.PENDING,
        )
        .group_by(delivery.c.action_id)
    )
    return {row.action_id: row.due_at for row in rows}


async def revive_looks(conn: AsyncConnection, guild_id: int, now: datetime) -> bool:
    """Owe again what failed for want of room or of a permission; tell whether there was any."""
    revived = await conn.execute(
        update(delivery)
        .where(
            delivery.c.guild_id == guild_id,
            delivery.c.kind == DeliveryKind.EVENT,
            delivery.c.state == DeliveryState.FAILED,
            delivery.c.error.in_(OF_SERVER),
        )
        .values(state=DeliveryState.PENDING, try_at=now, attempts=0)
    )
    return bool(revived.rowcount)


async def load_event(conn: AsyncConnection, guild_id: int, action_id: int) -> NativeEvent | None:
    """The event of an action, if the bot has made one or was about to."""
    rows = await conn.execute(
        select(native_event).where(
            native_event.c.guild_id == guild_id, native_event.c.action_id == action_id
        )
    )
    row = rows.one_or_none()
    return None if row is None else _event_from(row)


async def find_event(conn: AsyncConnection, guild_id: int, event_id: int) -> NativeEvent | None:
    """The event by its id on Discord; None for events that are none of the bot's."""
    rows = await conn.execute(
        select(native_event).where(
            native_event.c.guild_id == guild_id, native_event.c.event_id == event_id
        )
    )
    row = rows.one_or_none()
    return None if row is None else _event_from(row)


async def list_events(conn: AsyncConnection, guild_id: int) -> list[NativeEvent]:
    """Everything that the bot knows of events in a server."""
    rows = await conn.execute(select(native_event).where(native_event.c.guild_id == guild_id))
    return [_event_from(row) for row in rows]


async def list_standing(
    conn: AsyncConnection, now: datetime, guild_id: int | None = None
) -> list[NativeEvent]:
    """The events that should stand on Discord, of actions of a server, or of all, not yet over."""
    of_server = () if guild_id is None else (native_event.c.guild_id == guild_id,)
    lasts = action.c.ends_at > now - JUST_OVER
    there = _UNFINISHED_ONES.where(native_event.c.event_id.is_not(None), lasts, *of_server)
    return [_event_from(row) for row in await conn.execute(there)]


async def list_current(conn: AsyncConnection, guild_id: int) -> list[NativeEvent]:
    """The events of a server's unfinished actions, those among them that are being made."""
    rows = await conn.execute(_UNFINISHED_ONES.where(native_event.c.guild_id == guild_id))
    return [_event_from(row) for row in rows]


async def save_event(conn: AsyncConnection, known: NativeEvent) -> None:
    """Write what the bot knows of an action's event."""
    shown: dict[str, Any] = {"now": _as_json(known.shown)}
    if known.before is not None:
        shown["before"] = _as_json(known.before)
    if known.moved is not None:
        starts, ends = (time.isoformat() for time in known.moved.times)
        shown["moved"] = {"starts": starts, "ends": ends, "told_by": known.moved.told_by}
    values = {
        "guild_id": known.guild_id,
        "action_id": known.action_id,
        "event_id": known.event_id,
        "shown": shown,
        "gone_at": known.gone_at,
    }
    await put(conn, native_event, values)


async def forget_event(conn: AsyncConnection, guild_id: int, action_id: int) -> None:
    """Know no more of an action's event; another one may be made."""
    await conn.execute(
        delete(native_event).where(
            native_event.c.guild_id == guild_id, native_event.c.action_id == action_id
        )
    )


def _event_from(row: Any) -> NativeEvent:
    shown: Mapping[str, Any] = row.shown
    before, moved = shown.get("before"), shown.get("moved")
    return NativeEvent(
        guild_id=row.guild_id,
        action_id=row.action_id,
        event_id=row.event_id,
        shown=_from_json(shown["now"]),
        before=None if before is None else _from_json(before),
        moved=None if moved is None else EventMoved(*_times(moved), moved["told_by"]),
        gone_at=row.gone_at,
    )


def _as_json(shown: EventShown) -> dict[str, str]:
    starts, ends = (time.isoformat() for time in shown.times)
    return {
        "name": shown.name,
        "description": shown.description,
        "location": shown.location,
        "starts": starts,
        "ends": ends,
        "status": shown.status.value,
    }


def _from_json(value: Mapping[str, str]) -> EventShown:
    texts = (value["name"], value["description"], value["location"])
    return EventShown(*texts, *_times(value), EventStatus(value["status"]))


def _times(value: Mapping[str, Any]) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(value["starts"]), datetime.fromisoformat(value["ends"])
