"""Actions: their rows, totals and posts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, case, delete, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.parts import load_parts
from db.queries.totals import keep_totals, save_total
from db.tables import TOTALS, action, action_organiser, action_total, participant, translation
from domain.actions import Action, ActionState
from domain.kinds import Kind
from domain.message_plans import plan_as_json, plan_from_json
from domain.parts import NO_PARTS, Parts
from domain.totals import Total
from domain.walls import Resolved, Wall

ACTION_JOIN = action.join(
    participant,
    and_(
        participant.c.guild_id == action.c.guild_id,
        participant.c.participant_id == action.c.organiser_id,
    ),
).join(
    # An inner join, because `insert_action` and `update_action` see to the row: PostgreSQL can
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


def action_from(row: Any, parts: Parts = NO_PARTS) -> Action:
    """The action in a row that has `ACTION_COLUMNS`."""
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
        ends=_wall(row, "ends"),
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
        pledged_amount=row.action_pledged_amount,
        pledged_count=row.action_pledged_count,
        total=Total(**{name: getattr(row, f"total_{name}") for name in TOTALS}),
        announce=_resolved(row, "announce"),
        channel_id=row.action_channel_id,
        sign_ups=row.action_sign_ups,
        sign_up_lead=_span(row.action_sign_up_lead_seconds),
        sign_up_role_id=row.action_sign_up_role_id,
        stopped_at=row.action_stopped_at,
        reason=row.action_reason,
        needed=row.action_needed,
        decide=_resolved(row, "decide"),
        confirmed_at=row.action_confirmed_at,
        grants_role=row.action_grants_role,
        role_id=row.action_role_id,
        series_id=row.action_series_id,
        occurrence=row.action_occurrence,
        plan=plan_from_json(row.action_messages),
        next_mark=row.action_next_mark,
        seed=row.action_seed,
        reveal=_resolved(row, "reveal"),
        helpers_lead=_span(row.action_helpers_lead_seconds),
        thread_id=row.action_thread_id,
        parts=parts,
    )


def _span(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else int(span.total_seconds())


def _wall(row: Any, name: str) -> Wall | None:
    wall, zone, fold = (getattr(row, f"action_{name}_{part}") for part in ("wall", "zone", "fold"))
    return None if wall is None else Wall(wall, zone, fold)


def _resolved(row: Any, name: str) -> Resolved | None:
    wall = _wall(row, name)
    return None if wall is None else Resolved(wall, getattr(row, f"action_{name}_at"))


def _wall_values(name: str, wall: Wall | None) -> dict[str, Any]:
    return {
        f"{name}_wall": wall.time if wall else None,
        f"{name}_zone": wall.zone if wall else None,
        f"{name}_fold": wall.fold if wall else None,
    }


def _resolved_values(name: str, resolved: Resolved | None) -> dict[str, Any]:
    at = resolved.at if resolved else None
    return {**_wall_values(name, resolved.wall if resolved else None), f"{name}_at": at}


_LOAD: Any = (
    select(*ACTION_COLUMNS)
    .select_from(ACTION_JOIN)
    .where(action.c.guild_id == bindparam("guild_id"), action.c.action_id == bindparam("action_id"))
)
_LOAD_AND_LOCK = _LOAD.with_for_update(of=[action, action_total])


async def load_action(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    *,
    lock: bool = False,
    whole: bool = False,
) -> Action | None:
    """Read an action with its counters; `lock` keeps others from changing it meanwhile.

    (On SQLite there is nothing to lock: only one transaction writes at a time.) `whole` reads
    its parts too, which no click needs.
    """
    statement = _LOAD_AND_LOCK if lock else _LOAD
    rows = await conn.execute(statement, {"guild_id": guild_id, "action_id": action_id})
    row = rows.one_or_none()
    if row is None:
        return None
    action = action_from(row)
    return replace(action, parts=await load_parts(conn, action)) if whole else action


def _decided(value: Action) -> dict[str, Any]:
    """The columns that organisers decide on."""
    return {
        "kind": value.kind,
        "title": value.title,
        "state": value.state,
        **_wall_values("starts", value.starts),
        "starts_at": value.starts_at,
        **_wall_values("ends", value.ends),
        "ends_at": value.ends_at,
        "log_until": value.log_until,
        "unit_code": value.unit_code,
        "goal": value.goal,
        "baseline": value.baseline,
        "cap": value.cap,
        "capacity": value.capacity,
        "fields": dict(value.fields),
        **_resolved_values("announce", value.announce),
        "channel_id": value.channel_id,
        "sign_ups": value.sign_ups,
        "sign_up_lead_seconds": _seconds(value.sign_up_lead),
        "sign_up_role_id": value.sign_up_role_id,
        "stopped_at": value.stopped_at,
        "reason": value.reason,
        "needed": value.needed,
        **_resolved_values("decide", value.decide),
        "confirmed_at": value.confirmed_at,
        "grants_role": value.grants_role,
        "role_id": value.role_id,
        "series_id": value.series_id,
        "occurrence": value.occurrence,
        "organiser_id": value.organiser_id,
        "messages": plan_as_json(value.plan),
        "seed": value.seed,
        **_resolved_values("reveal", value.reveal),
        "helpers_lead_seconds": _seconds(value.helpers_lead),
        "thread_id": value.thread_id,
    }


async def insert_action(conn: AsyncConnection, value: Action) -> None:
    """Store a new action, its total included."""
    await conn.execute(
        insert(action).values(
            guild_id=value.guild_id,
            action_id=value.action_id,
            number=value.number,
            created_at=value.created_at,
            published_at=value.published_at,
            signed_up=value.signed_up,
            waitlisted=value.waitlisted,
            arrivals=value.arrivals,
            pledged_amount=value.pledged_amount,
            pledged_count=value.pledged_count,
            **_decided(value),
        )
    )
    await save_total(conn, value.guild_id, value.action_id, value.unit_code, value.total)
    if len(value.currencies) > 1:
        await keep_totals(conn, value.guild_id, value.action_id, value.currencies)


async def update_action(conn: AsyncConnection, value: Action) -> None:
    """Overwrite what organisers decided on; the caller has locked the action."""
    await conn.execute(
        update(action)
        .where(action.c.guild_id == value.guild_id, action.c.action_id == value.action_id)
        .values(_decided(value))
    )
    await keep_totals(conn, value.guild_id, value.action_id, value.currencies)


async def mark_published(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    number: int,
    now: datetime,
    state: ActionState = ActionState.OPEN,
    *,
    seed: str | None = None,
) -> bool:
    """Open or schedule a draft under its number, with its seed; False if it is none any more."""
    changed = await conn.execute(
        update(action)
        .where(
            action.c.guild_id == guild_id,
            action.c.action_id == action_id,
            action.c.number.is_(None),
        )
        .values(number=number, state=state, published_at=now, seed=seed)
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


def helped_by(participant_id: int) -> Any:
    """Whether a participant is a co-organiser of an action."""
    return exists().where(
        action_organiser.c.guild_id == action.c.guild_id,
        action_organiser.c.action_id == action.c.action_id,
        action_organiser.c.participant_id == participant_id,
    )


def known_at(instant: datetime) -> Any:
    """Whether a published action was announced by an instant: else only its organisers know."""
    announced_at, stopped_at = action.c.announce_at, action.c.stopped_at
    by_then = and_(stopped_at.is_(None), announced_at <= instant)
    return or_(announced_at.is_(None), by_then, announced_at <= stopped_at)


def _translated_with(words: str) -> Any:
    """Whether words are a part of a title that an action has in a further language."""
    return exists().where(
        translation.c.guild_id == action.c.guild_id,
        translation.c.action_id == action.c.action_id,
        translation.c.title.icontains(words, autoescape=True),
    )


async def list_actions(
    conn: AsyncConnection,
    guild_id: int,
    *,
    states: Collection[ActionState],
    search: str = "",
    organiser_id: int | None = None,
    runner_id: int | None = None,
    announced_by: datetime | None = None,
    unfinished_at: datetime | None = None,
    kinds: Collection[Kind] | None = None,
    limit: int,
    offset: int = 0,
) -> list[Action]:
    """A server's actions in the given stored states, by number and the newest first.

    `search` is a number (`12`, `#12`), which comes before all, or a part of the title or of one
    that it was translated to, in any case. `runner_id` is a participant who organises them, alone
    or with others. `announced_by` leaves out what nobody knew of at that instant, `unfinished_at`
    what was final by then.
    """
    wanted = [action.c.guild_id == guild_id, action.c.state.in_(states)]
    order: list[Any] = [action.c.number.desc().nulls_last(), action.c.action_id.desc()]
    if words := search.strip():
        found = action.c.title.icontains(words, autoescape=True)
        found = or_(found, _translated_with(words))
        digits = words.removeprefix("#")
        if digits.isascii() and digits.isdigit() and len(digits) < 19:
            numbered = action.c.number == int(digits)
            found = or_(found, numbered)
            order.insert(0, case((numbered, 0), else_=1))
        wanted.append(found)
    if organiser_id is not None:
        wanted.append(action.c.organiser_id == organiser_id)
    if runner_id is not None:
        wanted.append(or_(action.c.organiser_id == runner_id, helped_by(runner_id)))
    if announced_by is not None:
        wanted.append(known_at(announced_by))
    if kinds is not None:
        wanted.append(action.c.kind.in_(kinds))
    if unfinished_at is not None:
        paused = action.c.state == ActionState.PAUSED
        wanted.append(or_(action.c.log_until > unfinished_at, paused))
    statement = select(*ACTION_COLUMNS).select_from(ACTION_JOIN).where(*wanted).order_by(*order)
    rows = await conn.execute(statement.limit(limit).offset(offset))
    return [action_from(row) for row in rows]
