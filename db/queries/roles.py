"""Participant roles: who is to be given or to lose one, in a queue that outlives restarts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, delete, exists, false, func, literal, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import (
    action,
    action_role,
    delivery,
    language_channel,
    participant,
    role_change,
    signup,
)
from db.upsert import insert_into, put
from domain.actions import ActionState
from domain.deliveries import STILL_OWED, DeliveryKind
from domain.roles import RoleChange, RoleChangeState, RoleProgress
from domain.sign_ups import SignUpState

_OF_ROLE = and_(
    action.c.guild_id == action_role.c.guild_id, action.c.action_id == action_role.c.action_id
)
_IN_CHANNEL = and_(
    language_channel.c.guild_id == action_role.c.guild_id,
    language_channel.c.language == action_role.c.language,
)

_PINGS_ROLE_YET = (DeliveryKind.STEP, DeliveryKind.DECISION)


def _of_action(guild_id: int, action_id: int, language: str | None = None) -> Any:
    """The changes of an action's roles, or of the one of a language channel."""
    of_action = and_(role_change.c.guild_id == guild_id, role_change.c.action_id == action_id)
    return of_action if language is None else and_(of_action, role_change.c.language == language)


async def is_sign_up_role(conn: AsyncConnection, guild_id: int, role_id: int) -> bool:
    """Tell whether a role is one of the bot's own, which whoever signs up for an action gets."""
    main = and_(action.c.guild_id == guild_id, action.c.role_id == role_id)
    spread = and_(action_role.c.guild_id == guild_id, action_role.c.role_id == role_id)
    found = select(or_(exists().where(main), exists().where(spread)))
    return bool((await conn.execute(found)).scalar_one())


async def want(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    gives: Mapping[tuple[int, str], bool],
    now: datetime,
) -> None:
    """Have an action's roles given to participants (True), or taken from them.

    By participant and language channel: each has a role of its own.
    """
    key = {"guild_id": guild_id, "action_id": action_id}
    fresh = {"state": RoleChangeState.PENDING, "attempts": 0, "error": None, "changed_at": now}
    rows = [
        key | fresh | {"participant_id": who, "language": language, "gives": wanted}
        for (who, language), wanted in gives.items()
    ]
    await put(conn, role_change, *rows)


async def want_everyone(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    now: datetime,
    *,
    language: str = "",
    takes: bool = False,
) -> None:
    """Have a language channel's role of an action given to all who are in by it, but the muted.

    Where it `takes`, as the role of before stands still, that is taken from everybody else.
    """
    await _want_all(conn, guild_id, [action_id], now, language=language, takes=takes)


async def want_standing(
    conn: AsyncConnection, guild_id: int, language: str, action_ids: Collection[int], now: datetime
) -> None:
    """Have the roles of a language channel that stand still given to who is in by it, as above.

    That is of those of the actions that give a role.
    """
    found = await conn.scalars(
        select(action_role.c.action_id)
        .join_from(action_role, action, _OF_ROLE)
        .where(
            action_role.c.guild_id == guild_id,
            action_role.c.language == language,
            action_role.c.action_id.in_(action_ids),
            action.c.grants_role == true(),
        )
    )
    if standing := list(found):
        await _want_all(conn, guild_id, standing, now, language=language, takes=True)


async def _want_all(
    conn: AsyncConnection,
    guild_id: int,
    action_ids: Collection[int],
    now: datetime,
    *,
    language: str,
    takes: bool,
) -> None:
    columns = (
        "guild_id",
        "action_id",
        "participant_id",
        "language",
        "gives",
        "state",
        "changed_at",
    )
    takes_part = and_(
        signup.c.state == SignUpState.IN,
        signup.c.muted == false(),
        signup.c.language == language,
    )
    people = select(
        signup.c.guild_id,
        signup.c.action_id,
        signup.c.participant_id,
        literal(language, role_change.c.language.type),
        takes_part,
        literal(RoleChangeState.PENDING, role_change.c.state.type),
        literal(now, role_change.c.changed_at.type),
    ).where(
        signup.c.guild_id == guild_id,
        signup.c.action_id.in_(action_ids),
    )
    if not takes:
        people = people.where(takes_part)
    rows = insert_into(conn, role_change).from_select(columns, people)
    keys = [column.name for column in role_change.primary_key]
    fresh = {"state": RoleChangeState.PENDING, "attempts": 0, "error": None, "changed_at": now}
    await conn.execute(
        rows.on_conflict_do_update(index_elements=keys, set_=fresh | {"gives": rows.excluded.gives})
    )


async def list_languages(conn: AsyncConnection, guild_id: int, action_id: int) -> list[str]:
    """The language channels in which somebody has signed up, the main one always among them."""
    found = await conn.scalars(
        select(signup.c.language)
        .where(signup.c.guild_id == guild_id, signup.c.action_id == action_id)
        .distinct()
    )
    return sorted({"", *found})


async def move_out_of(
    conn: AsyncConnection,
    guild_id: int,
    language: str,
    action_ids: Collection[int],
    now: datetime,
) -> None:
    """Have those who are in by a language channel given the main roles of these actions instead.

    To be called while their sign-ups are of that language. Its own roles are deleted whole, so
    they are not taken from anybody.
    """
    columns = ("guild_id", "action_id", "participant_id", "gives", "state", "changed_at")
    people = (
        select(
            signup.c.guild_id,
            signup.c.action_id,
            signup.c.participant_id,
            literal(True, role_change.c.gives.type),
            literal(RoleChangeState.PENDING, role_change.c.state.type),
            literal(now, role_change.c.changed_at.type),
        )
        .join(
            action,
            and_(
                action.c.guild_id == signup.c.guild_id,
                action.c.action_id == signup.c.action_id,
                action.c.grants_role == true(),
            ),
        )
        .where(
            signup.c.guild_id == guild_id,
            signup.c.action_id.in_(action_ids),
            signup.c.state == SignUpState.IN,
            signup.c.muted == false(),
            signup.c.language == language,
        )
    )
    rows = insert_into(conn, role_change).from_select(columns, people)
    keys = [column.name for column in role_change.primary_key]
    fresh = {"state": RoleChangeState.PENDING, "attempts": 0, "error": None, "changed_at": now}
    await conn.execute(
        rows.on_conflict_do_update(index_elements=keys, set_=fresh | {"gives": True})
    )
    await conn.execute(
        delete(role_change).where(
            role_change.c.guild_id == guild_id,
            role_change.c.action_id.in_(action_ids),
            role_change.c.language == language,
        )
    )


async def servers_waiting(conn: AsyncConnection) -> list[int]:
    """The servers in which somebody waits for a role to be given or taken."""
    waiting = role_change.c.state == RoleChangeState.PENDING
    return list(await conn.scalars(select(role_change.c.guild_id).where(waiting).distinct()))


async def next_change(conn: AsyncConnection, guild_id: int) -> RoleChange | None:
    """What a server has waited for longest; a role of which something failed is left out.

    Who is to lose a role goes before all who are to be given one: with it they would be pinged.
    """
    taken = await _next_change(conn, guild_id, gives=False)
    return taken or await _next_change(conn, guild_id, gives=True)


async def _next_change(conn: AsyncConnection, guild_id: int, *, gives: bool) -> RoleChange | None:
    stopped = role_change.alias("stopped")
    failed = exists().where(
        stopped.c.guild_id == role_change.c.guild_id,
        stopped.c.action_id == role_change.c.action_id,
        stopped.c.language == role_change.c.language,
        stopped.c.state == RoleChangeState.FAILED,
    )
    rows = await conn.execute(
        select(
            role_change.c.guild_id,
            role_change.c.action_id,
            role_change.c.participant_id,
            role_change.c.gives,
            role_change.c.attempts,
            participant.c.user_id,
            case(
                (role_change.c.language == "", action.c.role_id), else_=action_role.c.role_id
            ).label("role_id"),
            action.c.number,
            action.c.title,
            role_change.c.language,
        )
        .select_from(role_change)
        .join(
            participant,
            and_(
                participant.c.guild_id == role_change.c.guild_id,
                participant.c.participant_id == role_change.c.participant_id,
            ),
        )
        .join(
            action,
            and_(
                action.c.guild_id == role_change.c.guild_id,
                action.c.action_id == role_change.c.action_id,
            ),
        )
        .join(
            action_role,
            and_(
                action_role.c.guild_id == role_change.c.guild_id,
                action_role.c.action_id == role_change.c.action_id,
                action_role.c.language == role_change.c.language,
            ),
            isouter=True,
        )
        .where(
            role_change.c.guild_id == guild_id,
            role_change.c.state == RoleChangeState.PENDING,
            role_change.c.gives == gives,
            ~failed,
            action.c.grants_role == true(),
        )
        .order_by(role_change.c.changed_at, role_change.c.participant_id)
        .limit(1)
    )
    row = rows.one_or_none()
    return None if row is None else RoleChange(*row)


async def is_under_way(conn: AsyncConnection, guild_id: int, action_id: int) -> bool:
    """Tell whether somebody's role of an action is about to be given or taken.

    It is not where the action's queue has stopped: that may take days.
    """
    # By the index of what is to be done: of all who are in, most have their role.
    wanted = role_change.c.state.in_((RoleChangeState.PENDING, RoleChangeState.FAILED))
    states = select(role_change.c.state).where(_of_action(guild_id, action_id), wanted)
    found = set(await conn.scalars(states.distinct()))
    return RoleChangeState.PENDING in found and RoleChangeState.FAILED not in found


async def mark_done(conn: AsyncConnection, change: RoleChange) -> None:
    """Record that a change was made, unless the opposite has been asked for meanwhile."""
    await conn.execute(
        update(role_change)
        .where(
            _of_action(change.guild_id, change.action_id, change.language),
            role_change.c.participant_id == change.participant_id,
            role_change.c.gives == change.gives,
        )
        .values(state=RoleChangeState.DONE, error=None)
    )


async def count_attempt(conn: AsyncConnection, change: RoleChange, error: str) -> None:
    """Record that a change could not be made yet, for a reason of one word."""
    await conn.execute(
        update(role_change)
        .where(
            _of_action(change.guild_id, change.action_id, change.language),
            role_change.c.participant_id == change.participant_id,
        )
        .values(attempts=role_change.c.attempts + 1, error=error)
    )


async def fail(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    language: str,
    error: str,
    *,
    all_of_them: bool = False,
) -> None:
    """Stop the queue of a language channel's role for a reason of one word.

    `all_of_them`: what was done as well.
    """
    states = [RoleChangeState.PENDING, *([RoleChangeState.DONE] if all_of_them else ())]
    await conn.execute(
        update(role_change)
        .where(_of_action(guild_id, action_id, language), role_change.c.state.in_(states))
        .values(state=RoleChangeState.FAILED, error=error)
    )


async def retry(
    conn: AsyncConnection, guild_id: int, action_id: int, language: str, now: datetime
) -> None:
    """Have the queue of a language channel's role go on where it stopped."""
    stopped = role_change.c.state == RoleChangeState.FAILED
    await conn.execute(
        update(role_change)
        .where(_of_action(guild_id, action_id, language), stopped)
        .values(state=RoleChangeState.PENDING, attempts=0, error=None, changed_at=now)
    )


async def forget(
    conn: AsyncConnection, guild_id: int, action_id: int, language: str | None = None
) -> None:
    """Leave everybody's role as it is: the role itself goes, or was never made.

    That of one language channel, or all of the action's.
    """
    await conn.execute(delete(role_change).where(_of_action(guild_id, action_id, language)))


async def list_errors(conn: AsyncConnection, guild_id: int, action_id: int) -> dict[str, str]:
    """Why the queues of an action's roles have stopped, by language, so far as they have."""
    rows = await conn.execute(
        select(role_change.c.language, func.max(role_change.c.error).label("error"))
        .where(_of_action(guild_id, action_id), role_change.c.state == RoleChangeState.FAILED)
        .group_by(role_change.c.language)
    )
    return {row.language: row.error for row in rows}


async def load_progress(conn: AsyncConnection, guild_id: int, action_id: int) -> RoleProgress:
    """How many should have a role of an action and how many do, and what stopped one's queue."""
    columns = role_change.c
    gives = _count_where(columns.gives == true())
    given = _count_where(and_(columns.gives == true(), columns.state == RoleChangeState.DONE))
    error = func.max(columns.error).filter(columns.state == RoleChangeState.FAILED)
    rows = await conn.execute(select(gives, given, error).where(_of_action(guild_id, action_id)))
    return RoleProgress(*rows.one())


def _count_where(condition: Any) -> Any:
    return func.count().filter(condition)


async def save_role(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    role_id: int | None,
    *,
    language: str = "",
) -> None:
    """Remember the role that was made for an action's language channel, or that it has none."""
    if language:
        key = {"guild_id": guild_id, "action_id": action_id, "language": language}
        if role_id is not None:
            await put(conn, action_role, key | {"role_id": role_id})
            return
        of_language = (action_role.c[name] == value for name, value in key.items())
        await conn.execute(delete(action_role).where(*of_language))
        return
    await conn.execute(
        update(action)
        .where(action.c.guild_id == guild_id, action.c.action_id == action_id)
        .values(role_id=role_id)
    )


async def list_roles(conn: AsyncConnection, guild_id: int, action_id: int) -> dict[str, int]:
    """The roles of those who signed up in a language channel, by language."""
    rows = await conn.execute(
        select(action_role.c.language, action_role.c.role_id).where(
            action_role.c.guild_id == guild_id, action_role.c.action_id == action_id
        )
    )
    return {row.language: row.role_id for row in rows}


async def list_roles_to_delete(
    conn: AsyncConnection, now: datetime
) -> list[tuple[int, int, str, int]]:
    """Server, action, language and role id of roles that nobody needs any more, over all servers.

    The role of a language channel goes with the channel.
    The role of what has ended stays until every message that pings it is out; one that was switched
    off is pinged by none. What is paused goes on one day, whatever the time.
    """
    owed = select(delivery.c.delivery_id).where(
        delivery.c.guild_id == action.c.guild_id,
        delivery.c.action_id == action.c.action_id,
        delivery.c.kind.in_(_PINGS_ROLE_YET),
        delivery.c.state.in_(STILL_OWED),
    )
    unneeded = or_(
        action.c.grants_role == false(),
        and_(
            or_(
                action.c.state.in_((ActionState.CANCELLED, ActionState.FINAL)),
                and_(action.c.state != ActionState.PAUSED, action.c.log_until <= now),
            ),
            ~owed.exists(),
        ),
    )
    main = literal("", action_role.c.language.type).label("language")
    rows = await conn.execute(
        select(action.c.guild_id, action.c.action_id, main, action.c.role_id)
        .where(action.c.role_id.is_not(None), unneeded)
        .union_all(
            select(
                action.c.guild_id, action.c.action_id, action_role.c.language, action_role.c.role_id
            )
            .join_from(action_role, action, _OF_ROLE)
            .join(language_channel, _IN_CHANNEL, isouter=True)
            .where(or_(unneeded, language_channel.c.channel_id.is_(None)))
        )
    )
    return [tuple(row) for row in rows]
