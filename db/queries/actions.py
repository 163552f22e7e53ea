"""Actions: their rows, totals and posts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import TOTALS, action, action_post, action_total, participant
from db.upsert import insert_into, put
from domain.actions import Action, ActionState, Total, Wall
from domain.deliveries import DeliveryKind, Post

ACTION_JOIN = action.join(
    participant,
    and_(
        participant.c.guild_id == action.c.guild_id,
        participant.c.participant_id == action.c.organiser_id,
    ),
).join(
    # An inner join, because `insert_action` and `update_draft` see to the row: PostgreSQL can
    # lock both rows in the statement that reads them, and then sees both as they are by then.
    action_total,
    and_(
        action_total.c.guild_id == action.c.guild_id,
        action_total.c.action_id == action.c.action_id,
        action_total.c.unit_code == action.c.unit_code,
    ),
)
"""What a query selects `ACTION_COLUMNS` from."""

ACTION_COLUMNS = (
    *(column.label(f"action_{column.name}") for column in action.c),
    participant.c.user_id.label("action_organiser_user_id"),
    *(action_total.c[name].label(f"total_{name}") for name in TOTALS),
)
"""What `action_from` reads."""


def action_from(row: Any) -> Action:
    """The action in a row that has `ACTION_COLUMNS`."""
    ends = None
    if row.action_ends_wall is not None:
        ends = Wall(row.action_ends_wall, row.action_ends_zone, row.action_ends_fold)
    return Action(
        guild_id=row.action_guild_id,
        action_id=row.action_action_id,
        number=row.action_number,
        kind=row.action_kind,
        title=row.action_title,
        state=row.action_state,
        organiser_id=row.action_organiser_id,
        organiser_user_id=row.action_organiser_user_id,
        starts=Wall(row.action_starts_wall, row.action_starts_zone, row.action_starts_fold),
        starts_at=row.action_starts_at,
        ends=ends,
        ends_at=row.action_ends_at,
        log_until=row.action_log_until,
        unit_code=row.action_unit_code,
        goal=row.action_goal,
        baseline=row.action_baseline,
        cap=row.action_cap,
        capacity=row.action_capacity,
        fields=row.action_fields,
        created_at=row.action_created_at,
        published_at=row.action_published_at,
        signed_up=row.action_signed_up,
        waitlisted=row.action_waitlisted,
        arrivals=row.action_arrivals,
        total=Total(**{name: getattr(row, f"total_{name}") for name in TOTALS}),
    )


_LOAD: Any = (
    select(*ACTION_COLUMNS)
    .select_from(ACTION_JOIN)
    .where(action.c.guild_id == bindparam("guild_id"), action.c.action_id == bindparam("action_id"))
)
_LOAD_AND_LOCK = _LOAD.with_for_update(of=[action, action_total])


async def load_action(
    conn: AsyncConnection, guild_id: int, action_id: int, *, lock: bool = False
) -> Action | None:
    """Read an action with its counters; `lock` keeps others from changing it meanwhile.

    (On SQLite there is nothing to lock: only one transaction writes at a time.)
    """
    statement = _LOAD_AND_LOCK if lock else _LOAD
    rows = await conn.execute(statement, {"guild_id": guild_id, "action_id": action_id})
    row = rows.one_or_none()
    return None if row is None else action_from(row)


def _draft_values(value: Action) -> dict[str, Any]:
    """The columns that an organiser decides on."""
    return {
        "kind": value.kind,
        "title": value.title,
        "starts_wall": value.starts.time,
        "starts_zone": value.starts.zone,
        "starts_fold": value.starts.fold,
        "starts_at": value.starts_at,
        "ends_wall": value.ends.time if value.ends else None,
        "ends_zone": value.ends.zone if value.ends else None,
        "ends_fold": value.ends.fold if value.ends else None,
        "ends_at": value.ends_at,
        "log_until": value.log_until,
        "unit_code": value.unit_code,
        "goal": value.goal,
        "baseline": value.baseline,
        "cap": value.cap,
        "capacity": value.capacity,
        "fields": dict(value.fields),
    }


async def insert_action(conn: AsyncConnection, value: Action) -> None:
    """Store a new action, its total included."""
    await conn.execute(
        insert(action).values(
            guild_id=value.guild_id,
            action_id=value.action_id,
            number=value.number,
            state=value.state,
            organiser_id=value.organiser_id,
            created_at=value.created_at,
            published_at=value.published_at,
            signed_up=value.signed_up,
            waitlisted=value.waitlisted,
            arrivals=value.arrivals,
            **_draft_values(value),
        )
    )
    await save_total(conn, value.guild_id, value.action_id, value.unit_code, value.total)


async def update_draft(conn: AsyncConnection, value: Action) -> bool:
    """Overwrite what an organiser decided on; False if it is no draft any more."""
    changed = await conn.execute(
        update(action)
        .where(
            action.c.guild_id == value.guild_id,
            action.c.action_id == value.action_id,
            action.c.state == ActionState.DRAFT,
        )
        .values(_draft_values(value))
    )
    if not changed.rowcount:
        return False
    key = {"guild_id": value.guild_id, "action_id": value.action_id}
    row = insert_into(conn, action_total).values(unit_code=value.unit_code, **key)
    await conn.execute(row.on_conflict_do_nothing())
    await conn.execute(
        delete(action_total).where(
            action_total.c.guild_id == value.guild_id,
            action_total.c.action_id == value.action_id,
            action_total.c.unit_code != value.unit_code,
        )
    )
    return True


async def mark_published(
    conn: AsyncConnection, guild_id: int, action_id: int, number: int, now: datetime
) -> bool:
    """Open a draft under its number; False if it is no draft any more."""
    changed = await conn.execute(
        update(action)
        .where(
            action.c.guild_id == guild_id,
            action.c.action_id == action_id,
            action.c.number.is_(None),
        )
        .values(number=number, state=ActionState.OPEN, published_at=now)
    )
    return bool(changed.rowcount)


async def set_state(
    conn: AsyncConnection, guild_id: int, action_id: int, state: ActionState
) -> None:
    """Store a decision about where an action stands."""
    await conn.execute(
        update(action)
        .where(action.c.guild_id == guild_id, action.c.action_id == action_id)
        .values(state=state)
    )


async def delete_draft(conn: AsyncConnection, guild_id: int, action_id: int) -> bool:
    """Delete a draft and its totals; False if it is no draft any more."""
    deleted = await conn.execute(
        delete(action).where(
            action.c.guild_id == guild_id,
            action.c.action_id == action_id,
            action.c.number.is_(None),
        )
    )
    return bool(deleted.rowcount)


async def list_actions(
    conn: AsyncConnection,
    guild_id: int,
    *,
    states: Collection[ActionState],
    search: str = "",
    organiser_id: int | None = None,
    limit: int,
    offset: int = 0,
) -> list[Action]:
    """A server's actions in the given stored states, by number and the newest first.

    `search` is a number (`12`, `#12`), which comes before all, or a part of the title, in any case.
    """
    wanted = [action.c.guild_id == guild_id, action.c.state.in_(states)]
    order: list[Any] = [action.c.number.desc().nulls_last(), action.c.action_id.desc()]
    if words := search.strip():
        found = action.c.title.icontains(words, autoescape=True)
        digits = words.removeprefix("#")
        if digits.isascii() and digits.isdigit() and len(digits) < 19:
            numbered = action.c.number == int(digits)
            found = or_(found, numbered)
            order.insert(0, case((numbered, 0), else_=1))
        wanted.append(found)
    if organiser_id is not None:
        wanted.append(action.c.organiser_id == organiser_id)
    statement = select(*ACTION_COLUMNS).select_from(ACTION_JOIN).where(*wanted).order_by(*order)
    rows = await conn.execute(statement.limit(limit).offset(offset))
    return [action_from(row) for row in rows]


async def list_open_cards(conn: AsyncConnection, now: datetime) -> list[tuple[int, int]]:
    """Server and action id of every card whose action still changes, over all servers."""
    rows = await conn.execute(
        select(action.c.guild_id, action.c.action_id)
        .join(
            action_post,
            and_(
                action_post.c.guild_id == action.c.guild_id,
                action_post.c.action_id == action.c.action_id,
            ),
        )
        .where(
            action.c.state == ActionState.OPEN,
            action.c.log_until > now,
            action_post.c.purpose == DeliveryKind.CARD,
        )
    )
    return [(row.guild_id, row.action_id) for row in rows]


async def save_total(
    conn: AsyncConnection, guild_id: int, action_id: int, unit_code: str, total: Total
) -> None:
    """Write an action's running totals of one unit."""
    key = {"guild_id": guild_id, "action_id": action_id, "unit_code": unit_code}
    await put(conn, action_total, key | vars(total))


async def save_post(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    purpose: DeliveryKind,
    post: Post,
    now: datetime,
) -> None:
    """Remember where on Discord an action's message of this purpose stands now."""
    values = {
        "guild_id": guild_id,
        "action_id": action_id,
        "purpose": purpose,
        "channel_id": post.channel_id,
        "message_id": post.message_id,
        "posted_at": now,
    }
    await put(conn, action_post, values)


async def load_post(
    conn: AsyncConnection, guild_id: int, action_id: int, purpose: DeliveryKind
) -> Post | None:
    """Where on Discord an action's message of this purpose stands, if it was posted."""
    rows = await conn.execute(
        select(action_post.c.channel_id, action_post.c.message_id).where(
            action_post.c.guild_id == guild_id,
            action_post.c.action_id == action_id,
            action_post.c.purpose == purpose,
        )
    )
    row = rows.one_or_none()
    return None if row is None else Post(row.channel_id, row.message_id)
