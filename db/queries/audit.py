"""The audit log: what was done to actions, by whom, when and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.participants import participant_of
from db.queries.servers import next_id
from db.tables import audit_event, participant
from domain.audit import Act, AuditEvent
from domain.deliveries import Delivery, DeliveryKind

_TELLS_OF_ACT = frozenset({DeliveryKind.STEP, DeliveryKind.NOTICE, DeliveryKind.BY_HAND})

_EVENTS = select(audit_event, participant.c.user_id).join_from(
    audit_event,
    participant,
    and_(
        participant.c.guild_id == audit_event.c.guild_id,
        participant.c.participant_id == audit_event.c.participant_id,
    ),
    isouter=True,
)


def _event_from(row: Any) -> AuditEvent:
    return AuditEvent(row.event_id, row.action_id, row.act, row.at, row.user_id, row.detail)


async def write_down(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int | None,
    act: Act,
    now: datetime,
    *,
    user_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Append an act to the audit log and return its id; without a user it was time's."""
    who = None if user_id is None else await participant_of(conn, guild_id, user_id, now)
    event_id = await next_id(conn, guild_id)
    await conn.execute(
        insert(audit_event).values(
            guild_id=guild_id,
            event_id=event_id,
            action_id=action_id,
            participant_id=who,
            act=act,
            detail=dict(detail or {}),
            at=now,
        )
    )
    return event_id


async def load_event(conn: AsyncConnection, delivery: Delivery) -> AuditEvent | None:
    """The act that a delivery tells of, if it tells of one."""
    if delivery.kind not in _TELLS_OF_ACT or delivery.item_id is None:
        return None
    rows = await conn.execute(
        _EVENTS.where(
            audit_event.c.guild_id == delivery.guild_id,
            audit_event.c.event_id == delivery.item_id,
        )
    )
    row = rows.one_or_none()
    return None if row is None else _event_from(row)


async def latest_event(
    conn: AsyncConnection, guild_id: int, action_id: int, acts: Collection[Act]
) -> AuditEvent | None:
    """The last of these acts that was done to an action."""
    rows = await conn.execute(
        _EVENTS.where(
            audit_event.c.guild_id == guild_id,
            audit_event.c.action_id == action_id,
            audit_event.c.act.in_(acts),
        )
        .order_by(audit_event.c.event_id.desc())
        .limit(1)
    )
    row = rows.one_or_none()
    return None if row is None else _event_from(row)


async def is_written_down(
    conn: AsyncConnection, guild_id: int, action_id: int, act: Act, detail: Mapping[str, Any]
) -> bool:
    """Tell whether just this was done to an action before."""
    rows = await conn.execute(
        select(audit_event.c.detail).where(
            audit_event.c.guild_id == guild_id,
            audit_event.c.action_id == action_id,
            audit_event.c.act == act,
        )
    )
    return any(found == detail for found in rows.scalars())


async def last_written_down(
    conn: AsyncConnection, guild_id: int, action_id: int, act: Act, detail: Mapping[str, Any]
) -> int:
    """The id of the event by which just this was done to an action last, 0 if it never was."""
    rows = await conn.execute(
        select(audit_event.c.event_id, audit_event.c.detail).where(
            audit_event.c.guild_id == guild_id,
            audit_event.c.action_id == action_id,
            audit_event.c.act == act,
        )
    )
    return max((row.event_id for row in rows if row.detail == detail), default=0)


async def is_written_down_in_server(
    conn: AsyncConnection,
    guild_id: int,
    act: Act,
    detail: Mapping[str, Any],
    *,
    since: datetime | None = None,
) -> bool:
    """Tell whether just this was done to any action of a server before, or `since` an instant."""
    such = [audit_event.c.guild_id == guild_id, audit_event.c.act == act]
    if since is not None:
        such.append(audit_event.c.at > since)
    rows = await conn.execute(select(audit_event.c.detail).where(*such))
    return any(found == detail for found in rows.scalars())


async def list_events(
    conn: AsyncConnection, guild_id: int, action_id: int, *, limit: int, offset: int = 0
) -> list[AuditEvent]:
    """What was done to an action, the latest first."""
    rows = await conn.execute(
        _EVENTS.where(audit_event.c.guild_id == guild_id, audit_event.c.action_id == action_id)
        .order_by(audit_event.c.event_id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [_event_from(row) for row in rows]


async def last_acts(
    conn: AsyncConnection, guild_id: int, action_ids: Collection[int]
) -> dict[int, datetime]:
    """When something was last done to actions, by action id."""
    rows = await conn.execute(
        select(audit_event.c.action_id, func.max(audit_event.c.at).label("at"))
        .where(audit_event.c.guild_id == guild_id, audit_event.c.action_id.in_(action_ids))
        .group_by(audit_event.c.action_id)
    )
    return {row.action_id: row.at for row in rows}
