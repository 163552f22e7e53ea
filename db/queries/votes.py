"""Votes: the apps of a vote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import contribution, vote_app
from domain.votes import VoteApp


async def list_apps(conn: AsyncConnection, guild_id: int, action_id: int) -> tuple[VoteApp, ...]:
    """A vote's apps by their number."""
    rows = await conn.execute(
        select(vote_app)
        .where(vote_app.c.guild_id == guild_id, vote_app.c.action_id == action_id)
        .order_by(vote_app.c.app_id)
    )
    return tuple(
        VoteApp(
            app_id=row.app_id,
            name=row.name,
            cap=row.cap,
            reset=time.fromisoformat(row.reset),
            zone=row.zone,
            link=row.link,
            note=row.note,
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            logged=row.logged,
        )
        for row in rows
    )


async def insert_apps(
    conn: AsyncConnection, guild_id: int, action_id: int, apps: Sequence[VoteApp]
) -> None:
    """Store apps of a vote under the numbers that they have."""
    if apps:
        await conn.execute(
            insert(vote_app),
            [
                {
                    "guild_id": guild_id,
                    "action_id": action_id,
                    **vars(app),
                    "reset": app.reset.isoformat(),
                }
                for app in apps
            ],
        )


async def update_app(conn: AsyncConnection, guild_id: int, action_id: int, app: VoteApp) -> None:
    """Overwrite what organisers decided on about an app."""
    values = {**vars(app), "reset": app.reset.isoformat()}
    del values["app_id"], values["logged"]
    await conn.execute(update(vote_app).where(*_is(guild_id, action_id, app.app_id)).values(values))


async def delete_app(conn: AsyncConnection, guild_id: int, action_id: int, app_id: int) -> None:
    """Remove an app for which there is nothing in the ledger."""
    await conn.execute(delete(vote_app).where(*_is(guild_id, action_id, app_id)))


async def was_ticked(conn: AsyncConnection, guild_id: int, action_id: int, app_id: int) -> bool:
    """Tell whether there are ticks for an app, be they taken back."""
    found = exists().where(
        contribution.c.guild_id == guild_id,
        contribution.c.action_id == action_id,
        contribution.c.app_id == app_id,
    )
    return bool(await conn.scalar(select(found)))


async def add_logged(
    conn: AsyncConnection, guild_id: int, action_id: int, changes: Mapping[int, int]
) -> None:
    """Add to the votes that count, by app; the caller has locked the action."""
    for app_id, change in changes.items():
        if change:
            await conn.execute(
                update(vote_app)
                .where(*_is(guild_id, action_id, app_id))
                .values(logged=vote_app.c.logged + change)
            )


def _is(guild_id: int, action_id: int, app_id: int) -> tuple[Any, ...]:
    columns = vote_app.c
    return (
        columns.guild_id == guild_id,
        columns.action_id == action_id,
        columns.app_id == app_id,
    )
