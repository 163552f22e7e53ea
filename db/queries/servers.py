"""Servers: their settings, and the counters from which their ids and numbers come."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.preferences import quiet_from, quiet_values
from db.tables import kind_role, language_channel, server, server_role
from db.upsert import insert_into, put
from domain.kinds import Kind
from domain.message_plans import plan_as_json, plan_from_json
from domain.servers import KindRole, LanguageChannel, Server

NEW_SERVER = {
    "grants_roles": Server(0).grants_roles,
    "keep_proofs_days": Server(0).keep_proofs_days,
}
"""What a server begins with where the columns' own defaults are those of older servers."""


async def load_server(conn: AsyncConnection, guild_id: int) -> Server:
    """Read a server's settings; the defaults if it has never been seen."""
    rows = (
        await conn.execute(
            select(
                server.c.language,
                server.c.zone,
                server.c.announce_channel_id,
                server.c.self_service_ping,
                server.c.organiser_channel_id,
                server.c.grants_roles,
                server.c.messages,
                server.c.ping_cap,
                server.c.quiet_from,
                server.c.quiet_until,
                server.c.tally_public,
                server.c.threads,
                server.c.native_events,
                server.c.choices_public,
                server.c.kinds,
                server.c.keep_proofs_days,
                server_role.c.purpose,
                server_role.c.role_id,
            )
            .join_from(
                server, server_role, server.c.guild_id == server_role.c.guild_id, isouter=True
            )
            .where(server.c.guild_id == guild_id)
        )
    ).all()
    if not rows:
        return Server(guild_id)
    return Server(
        guild_id=guild_id,
        language=rows[0].language,
        zone=rows[0].zone,
        announce_channel_id=rows[0].announce_channel_id,
        roles={row.purpose: row.role_id for row in rows if row.purpose is not None},
        self_service_ping=rows[0].self_service_ping,
        organiser_channel_id=rows[0].organiser_channel_id,
        grants_roles=rows[0].grants_roles,
        plan=plan_from_json(rows[0].messages),
        ping_cap=rows[0].ping_cap,
        quiet=quiet_from(rows[0]),
        tally_public=rows[0].tally_public,
        threads=rows[0].threads,
        native_events=rows[0].native_events,
        choices_public=rows[0].choices_public,
        kinds=None if rows[0].kinds is None else frozenset(map(Kind, rows[0].kinds)),
        keep_proofs_days=rows[0].keep_proofs_days,
        language_channels=await list_channels(conn, guild_id),
        kind_roles=await _list_kind_roles(conn, guild_id),
    )


async def list_channels(conn: AsyncConnection, guild_id: int) -> tuple[LanguageChannel, ...]:
    """A server's language channels, by language."""
    columns = (
        language_channel.c.language,
        language_channel.c.channel_id,
        language_channel.c.role_id,
    )
    rows = await conn.execute(
        select(*columns)
        .where(language_channel.c.guild_id == guild_id)
        .order_by(language_channel.c.language)
    )
    return tuple(LanguageChannel(*row) for row in rows)


async def _list_kind_roles(conn: AsyncConnection, guild_id: int) -> dict[Kind, KindRole]:
    columns = (kind_role.c.kind, kind_role.c.role_id, kind_role.c.self_service)
    rows = await conn.execute(select(*columns).where(kind_role.c.guild_id == guild_id))
    return {row.kind: KindRole(row.role_id, row.self_service) for row in rows}


async def ensure_server(conn: AsyncConnection, guild_id: int, now: datetime) -> None:
    """Create the server's row if it has none."""
    row = insert_into(conn, server).values(guild_id=guild_id, created_at=now, **NEW_SERVER)
    await conn.execute(row.on_conflict_do_nothing(index_elements=["guild_id"]))


async def list_unknown(conn: AsyncConnection, guild_ids: Collection[int]) -> list[int]:
    """Those of some servers of which nothing is known: nobody has set up or started anything."""
    known = set(
        await conn.scalars(select(server.c.guild_id).where(server.c.guild_id.in_(guild_ids)))
    )
    return [guild_id for guild_id in guild_ids if guild_id not in known]


async def was_welcomed(conn: AsyncConnection, guild_id: int) -> bool:
    """Tell whether a server was told how to start."""
    told_at = select(server.c.welcomed_at).where(server.c.guild_id == guild_id)
    return await conn.scalar(told_at) is not None


async def welcome(conn: AsyncConnection, guild_id: int, now: datetime) -> None:
    """Note that a server was told how to start, creating its row."""
    await ensure_server(conn, guild_id, now)
    await conn.execute(
        update(server)
        .where(server.c.guild_id == guild_id, server.c.welcomed_at.is_(None))
        .values(welcomed_at=now)
    )


async def save_server(conn: AsyncConnection, settings: Server, now: datetime) -> None:
    """Write a server's settings and roles, creating its row if it has none."""
    await ensure_server(conn, settings.guild_id, now)
    await conn.execute(
        update(server)
        .where(server.c.guild_id == settings.guild_id)
        .values(
            language=settings.language,
            zone=settings.zone,
            announce_channel_id=settings.announce_channel_id,
            self_service_ping=settings.self_service_ping,
            organiser_channel_id=settings.organiser_channel_id,
            grants_roles=settings.grants_roles,
            messages=plan_as_json(settings.plan),
            ping_cap=settings.ping_cap,
            tally_public=settings.tally_public,
            threads=settings.threads,
            native_events=settings.native_events,
            choices_public=settings.choices_public,
            kinds=None if settings.kinds is None else sorted(settings.kinds),
            keep_proofs_days=settings.keep_proofs_days,
            **quiet_values(settings.quiet),
        )
    )
    await conn.execute(
        delete(server_role).where(
            server_role.c.guild_id == settings.guild_id,
            server_role.c.purpose.not_in(settings.roles),
        )
    )
    for purpose, role_id in settings.roles.items():
        values = {"guild_id": settings.guild_id, "purpose": purpose, "role_id": role_id}
        await put(conn, server_role, values)
    await _replace(conn, language_channel, settings.guild_id, map(vars, settings.language_channels))
    of_kinds = ({"kind": kind} | vars(role) for kind, role in settings.kind_roles.items())
    await _replace(conn, kind_role, settings.guild_id, of_kinds)


async def _replace(
    conn: AsyncConnection, table: Table, guild_id: int, rows: Iterable[Mapping[str, Any]]
) -> None:
    """Have just these rows of a server's in a table."""
    await conn.execute(delete(table).where(table.c.guild_id == guild_id))
    if values := [{"guild_id": guild_id, **row} for row in rows]:
        await conn.execute(insert(table), values)


async def next_id(conn: AsyncConnection, guild_id: int, count: int = 1) -> int:
    """Reserve `count` consecutive row ids of a server and return the first.

    Raises NoResultFound if the server has no row.
    """
    last = await conn.execute(
        update(server)
        .where(server.c.guild_id == guild_id)
        .values(last_id=server.c.last_id + count)
        .returning(server.c.last_id)
    )
    return last.scalar_one() - count + 1


async def next_action_number(conn: AsyncConnection, guild_id: int) -> int:
    """Reserve the number under which the server's next action is published."""
    number = await conn.execute(
        update(server)
        .where(server.c.guild_id == guild_id)
        .values(last_action_number=server.c.last_action_number + 1)
        .returning(server.c.last_action_number)
    )
    return number.scalar_one()
