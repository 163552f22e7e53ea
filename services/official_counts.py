"""Use cases of official counts: entering what everyone watches, and correcting it."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.official_counts import insert_official_count
from db.queries.participants import participant_of
from domain.actions import Action, ActionState
from domain.audit import Act
from domain.errors import Refusal
from domain.official_entries import OfficialEntry, name_among
from domain.servers import Actor
from services.changing import Changing, Done
from services.clock import Clock
from services.cut_offs import entry_instant


class OfficialCounts:
    """Those who run an action enter them; what was entered stays, and the newest is shown."""

    def __init__(self, changing: Changing, clock: Clock) -> None:
        self._changing = changing
        self._clock = clock

    async def find(self, actor: Actor, guild_id: int, action_id: int) -> Action:
        """A whole published action whose counts the actor may enter."""
        action = await self._changing.find(actor, guild_id, action_id)
        _require_published(action)
        return action

    async def enter(
        self, actor: Actor, guild_id: int, action_id: int, entry: OfficialEntry
    ) -> Action:
        """Add a count; it takes the place of the one of the same name, however it is spelled."""

        async def change(conn: AsyncConnection, action: Action) -> None:
            _require_published(action)
            named = replace(entry, name=name_among(action.parts.officials, entry))
            now = await entry_instant(conn, action, self._clock.now())
            who = await participant_of(conn, guild_id, actor.user_id, now)
            await insert_official_count(conn, guild_id, action_id, named, entered_by=who, now=now)

        detail = {"official": entry.name, "value": entry.value}
        done = Done(Act.OFFICIAL_ENTERED, detail)
        return await self._changing.change(actor, guild_id, action_id, change, done)


def _require_published(action: Action) -> None:
    """Counts belong to what took place: they can be entered after its end too."""
    if action.number is None:
        raise Refusal("refused.step.draft", title=action.title)
    if action.state is ActionState.CANCELLED:
        raise Refusal("refused.step.cancelled", title=action.title)
