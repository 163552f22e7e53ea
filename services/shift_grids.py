"""Use cases of organisers: setting up an action's shifts and sessions."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import shifts as queries
from domain.actions import Action
from domain.audit import Act
from domain.errors import Gone, Refusal
from domain.fields import is_visible
from domain.kinds import Feature
from domain.servers import Actor
from domain.shifts import MOST_SESSIONS, Shift, regrid
from services.changing import Change, Changing, Done
from services.clock import Clock
from services.shift_claims import remove

TITLE_LENGTH = 80


class ShiftGrids:
    """Changes to blocks and sessions; all are within the time of their action."""

    def __init__(self, changing: Changing, clock: Clock) -> None:
        self._changing = changing
        self._clock = clock

    async def find(self, actor: Actor, guild_id: int, action_id: int) -> Action:
        """The whole action, which the actor may change and which can have shifts."""
        action = await self._changing.find(actor, guild_id, action_id)
        _require_shifts(action)
        return action

    async def set_grid(
        self, actor: Actor, guild_id: int, action_id: int, wanted: Sequence[Shift]
    ) -> Action:
        """Have these blocks in place of those there are; raises `Refusal`.

        Blocks of the same time keep their people. If people have a block that would go, nothing
        is changed.
        """

        async def change(conn: AsyncConnection, action: Action) -> None:
            now = self._clock.now()
            for shift in wanted:
                _require_inside(action, shift)
            new = regrid(action.parts.shifts, wanted, now)
            if not (new.added or new.kept):
                raise Refusal("shifts.over")
            await remove(conn, action, [shift.shift_id for shift in new.removed], now)
            await queries.update_shifts(conn, guild_id, new.kept)
            await queries.insert_shifts(conn, guild_id, action_id, new.added)

        return await self._change(actor, guild_id, action_id, change)

    async def add_session(
        self, actor: Actor, guild_id: int, action_id: int, session: Shift
    ) -> Action:
        """Invite everybody to a block of time; its title is 1 to 80 characters."""
        title = " ".join((session.title or "").split())
        if not is_visible(title) or len(title) > TITLE_LENGTH:
            raise Refusal("shifts.session_title", most=TITLE_LENGTH)
        if session.ends_at <= session.starts_at:
            raise Refusal("when.end_before_start")

        async def change(conn: AsyncConnection, action: Action) -> None:
            _require_inside(action, session)
            if session.ends_at <= self._clock.now():
                raise Refusal("shifts.over")
            if sum(shift.is_session for shift in action.parts.shifts) >= MOST_SESSIONS:
                raise Refusal("shifts.too_many_sessions", most=MOST_SESSIONS)
            new = Shift(0, session.starts_at, session.ends_at, None, title)
            await queries.insert_shifts(conn, guild_id, action_id, [new])

        return await self._change(actor, guild_id, action_id, change)

    async def remove_session(
        self, actor: Actor, guild_id: int, action_id: int, shift_id: int
    ) -> Action:
        async def change(conn: AsyncConnection, action: Action) -> None:
            known = {shift.shift_id for shift in action.parts.shifts if shift.is_session}
            if shift_id not in known:
                raise Gone("shifts.gone")
            await remove(conn, action, [shift_id], self._clock.now())

        return await self._change(actor, guild_id, action_id, change)

    async def clear(self, actor: Actor, guild_id: int, action_id: int) -> Action:
        """Remove all blocks, those that people have too; sessions stay."""

        async def change(conn: AsyncConnection, action: Action) -> None:
            blocks = [shift.shift_id for shift in action.parts.shifts if not shift.is_session]
            await remove(conn, action, blocks, self._clock.now())

        return await self._change(actor, guild_id, action_id, change)

    async def _change(self, actor: Actor, guild_id: int, action_id: int, change: Change) -> Action:
        async def checked(conn: AsyncConnection, action: Action) -> None:
            _require_shifts(action)
            await change(conn, action)

        return await self._changing.change(actor, guild_id, action_id, checked, _write_up)


def _write_up(before: Action, after: Action) -> list[Done]:
    """The channel is told where people have lost shifts that they had taken."""
    left = {shift.shift_id for shift in after.parts.shifts}
    lost = any(shift.taken and shift.shift_id not in left for shift in before.parts.shifts)
    return [Done(Act.PARTS_CHANGED, {"part": "shifts"}, told=lost)]


def _require_shifts(action: Action) -> None:
    if Feature.SHIFTS not in action.rules.features:
        raise Refusal("shifts.not_this_kind", title=action.title)


def _require_inside(action: Action, shift: Shift) -> None:
    if shift.starts_at < action.starts_at or shift.ends_at > action.ends_at:
        raise Refusal("shifts.outside", starts=action.starts_at, ends=action.ends_at)
