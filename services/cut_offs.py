"""Keeping apart what is entered from what was counted before, by whatever clock."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.editions import settled_until
from domain.actions import Action
from domain.openings import entered_at


async def entry_instant(conn: AsyncConnection, action: Action, now: datetime) -> datetime:
    """When something that is entered now counts as entered: after every cut-off until now.

    For what is written the caller has locked the action.
    """
    return entered_at(action, now, await settled_until(conn, action.guild_id, action.action_id))
