"""Storing drafts that are laid out and not typed: duplicates, templates, a series' actions."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.actions import insert_action, load_action
from db.queries.options import insert_options
from db.queries.servers import next_id
from db.queries.shifts import insert_shifts
from db.queries.tasks import insert_tasks
from db.queries.votes import insert_apps
from domain.actions import Action


async def store_draft(conn: AsyncConnection, draft: Action) -> Action:
    """Store a draft with its options, apps, shifts and tasks under new ids; returns it whole."""
    stored = replace(draft, action_id=await next_id(conn, draft.guild_id))
    ids, parts = (stored.guild_id, stored.action_id), stored.parts
    await insert_action(conn, stored)
    await insert_options(conn, *ids, parts.options)
    await insert_apps(conn, *ids, parts.apps)
    await insert_shifts(conn, *ids, parts.shifts)
    await insert_tasks(conn, *ids, parts.tasks)
    whole = await load_action(conn, *ids, whole=True)
    assert whole is not None
    return whole
