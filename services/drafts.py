"""Storing drafts that are laid out and not typed: duplicates, templates, a series' actions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import posters
from db.queries.actions import insert_action, load_action
from db.queries.options import insert_options
from db.queries.servers import next_id
from db.queries.shifts import insert_shifts
from db.queries.tasks import insert_tasks
from db.queries.translations import copy_translation, list_translations
from db.queries.votes import insert_apps
from domain.actions import Action
from domain.posters import PosterUse
from domain.seals import copied_posters
from domain.translating import fits


async def store_draft(
    conn: AsyncConnection,
    draft: Action,
    *,
    posters_of: int | None,
    uses: Collection[PosterUse],
    translated_as: Sequence[int | None],
) -> Action:
    """Store a draft with its options, apps, shifts and tasks under new ids; returns it whole.

    It shows the posters for these uses that an action of its server has by now, where that is
    given; what is for the reveal stays sealed until its own. It is called in other languages as
    the last of the given actions is that says the same.
    """
    stored = replace(draft, action_id=await next_id(conn, draft.guild_id))
    ids, parts = (stored.guild_id, stored.action_id), stored.parts
    await insert_action(conn, stored)
    await insert_options(conn, *ids, parts.options)
    await insert_apps(conn, *ids, parts.apps)
    await insert_shifts(conn, *ids, parts.shifts)
    await insert_tasks(conn, *ids, parts.tasks)
    if posters_of is not None:
        there = await posters.list_posters(conn, stored.guild_id, posters_of)
        copied = [use for use in copied_posters(stored, there) if use in uses]
        at, to = stored.created_at, stored.action_id
        await posters.copy_posters(conn, stored.guild_id, posters_of, copied, to=to, now=at)
    for model in filter(None, translated_as):
        for one in (await list_translations(conn, stored.guild_id, model)).values():
            if fits(stored, one):
                await copy_translation(conn, stored.guild_id, model, one, to=stored.action_id)
    whole = await load_action(conn, *ids, whole=True)
    assert whole is not None
    return whole
