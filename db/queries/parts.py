"""Reading the parts of a whole action, each by its own queries."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.official_counts import list_newest
from db.queries.options import list_options
from db.queries.organisers import list_co_organisers
from db.queries.posters import list_posters
from db.queries.roles import list_roles
from db.queries.shifts import list_shifts
from db.queries.tasks import list_tasks
from db.queries.totals import load_totals
from db.queries.translations import list_translations
from db.queries.votes import list_apps
from domain.actions import Action
from domain.kinds import Feature
from domain.parts import Parts
from domain.shifts import cut_off


async def load_parts(conn: AsyncConnection, action: Action) -> Parts:
    """Everything that the action has beside its own values; only what its kind can have.

    Its shifts end when it does: it may have been shortened since they were made.
    """
    ids, features = (action.guild_id, action.action_id), action.rules.features
    shifts = await list_shifts(conn, *ids) if Feature.SHIFTS in features else ()
    return Parts(
        options=await list_options(conn, *ids),
        co_organisers=await list_co_organisers(conn, *ids),
        apps=await list_apps(conn, *ids) if Feature.APPS in features else (),
        shifts=cut_off(shifts, action.ends_at),
        tasks=await list_tasks(conn, *ids) if Feature.TASKS in features else (),
        officials=() if action.number is None else await list_newest(conn, *ids),
        totals=await load_totals(conn, *ids) if len(action.currencies) > 1 else {},
        translations=await list_translations(conn, *ids),
        roles=await list_roles(conn, *ids) if action.grants_role else {},
        posters=await list_posters(conn, *ids),
    )
