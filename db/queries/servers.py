"""Servers: their settings, and the counters from which their ids and numbers come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.preferences import quiet_from, quiet_values
from db.tables import server, server_role
from db.upsert import insert_into, put
from domain.message_plans import plan_as_json, plan_from_json
from domain.servers import Server


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
    )


async def ensure_server(conn: AsyncConnection, guild_id: int, now: datetime) -> None:
    """Create the server's row if it has none."""
    grants_roles = Server(guild_id).grants_roles  # the column's own default is an older one
    row = insert_into(conn, server).values(
        guild_id=guild_id, grants_roles=grants_roles, created_at=now
    )
    await conn.execute(row.on_conflict_do_nothing(index_elements=["guild_id"]))


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
