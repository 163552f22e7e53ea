"""Keeping Discord's own events in step with actions, and noticing what a hand does to them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as action_queries
from db.queries import native_events as queries
from db.queries.posts import load_post
from domain.actions import Action
from domain.audit import Act
from domain.deliveries import Delivery, DeliveryKind
from domain.errors import SendFailed
from domain.native_events import (
    EVENT_GONE,
    FOR_GOOD,
    OVER,
    ByHand,
    EventMoved,
    EventShown,
    EventStatus,
    NativeEvent,
    aim,
    done_by_hand,
    event_times,
    next_look,
    same_event,
    settle_move,
    steps_to,
    takes_event,
)
from services.clock import Clock
from services.dispatcher import Dispatcher
from services.event_doubles import EventDoubles
from services.group_commit import GroupCommit, owes_more
from services.notices import tell_organisers
from services.planning import look_at_event, owe_event, plan_look
from services.sending import Sender
from services.servers import Servers

log = logging.getLogger(__name__)

OVERTAKEN = "overtaken"
"""The reason of a failure that will pass: an organiser has answered meanwhile."""


class NativeEvents:
    """Whatever is to be done to an event is done when its delivery's turn comes, one at a time.

    So what Discord tells of is only looked into then: by that time all that the bot itself has
    done is written down.
    """

    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        servers: Servers,
        sender: Sender,
        dispatcher: Dispatcher,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._servers = servers
        self._sender = sender
        self._dispatcher = dispatcher
        self._doubles = EventDoubles(sender)

    # ---- Noticing

    async def made(self, guild_id: int, own: Mapping[int, EventShown]) -> None:
        """Events stand on Discord that the bot has made; those that were made twice are deleted."""
        if not (await self._servers.get(guild_id)).native_events:
            return
        async with self._database.read() as conn:
            known = await queries.list_current(conn, guild_id)
        twice = [
            event.action_id
            for event_id, seen in own.items()
            if (event := self._doubles.note(known, event_id, seen)) is not None
        ]
        await self._look_at([event for event in known if event.action_id in twice])

    async def noticed(self, guild_id: int, event_id: int, seen: EventShown | None) -> None:
        """An event was changed on Discord, by whomever; it was deleted where `seen` is None.

        Where that makes room for another one, what found none is tried again.
        """
        if not (await self._servers.get(guild_id)).native_events:
            return
        if seen is None or seen.status in OVER:
            now = self._clock.now()
            if await self._commit.run(lambda conn: queries.revive_looks(conn, guild_id, now)):
                self._dispatcher.wake()
        async with self._database.read() as conn:
            known = await queries.find_event(conn, guild_id, event_id)
        if known is not None and done_by_hand(known, seen, self._clock.now()) is not None:
            await self._look_at([known])

    async def list_standing(self, guild_id: int | None = None) -> dict[int, list[NativeEvent]]:
        """The events of unfinished actions, by server, of one server or of all that want them."""
        async with self._database.read() as conn:
            found = await queries.list_standing(conn, self._clock.now(), guild_id)
        by_server: dict[int, list[NativeEvent]] = {}
        for known in found:
            if (await self._servers.get(known.guild_id)).native_events:
                by_server.setdefault(known.guild_id, []).append(known)
        return by_server

    async def catch_up(self, standing: list[NativeEvent], seen: Mapping[int, EventShown]) -> None:
        """Look at those events of a server that are not as they were left; `seen` are all it has.

        What happened while the bot was away is noticed by that.
        """
        now = self._clock.now()
        changed = [
            known
            for known in standing
            if known.event_id is not None and done_by_hand(known, seen.get(known.event_id), now)
        ]
        await self._look_at(changed)

    async def _look_at(self, events: list[NativeEvent]) -> None:
        if not events:
            return
        now = self._clock.now()

        async def work(conn: AsyncConnection) -> None:
            for known in events:
                await look_at_event(conn, known.guild_id, known.action_id, now)

        await self._commit.run(work)
        self._dispatcher.wake()

    # ---- Keeping in step

    async def keep(self, delivery: Delivery) -> None:
        """Have an action's event show what the action is by now; raises `SendFailed`."""
        ids = (delivery.guild_id, delivery.action_id)
        server = await self._servers.get(delivery.guild_id)
        async with self._database.read() as conn:
            action = await action_queries.load_action(conn, *ids)
            known = await queries.load_event(conn, *ids)
            card = await load_post(conn, *ids, DeliveryKind.CARD)
        if action is None:
            return
        if not server.native_events:
            await self._take_down(ids, known)
            return
        now = self._clock.now()
        wanted = self._sender.draw_event(action, server, card, now)
        if known is None or (known.event_id is None and known.gone_at is None):
            known = await self._make(action, known, wanted, now)
        if known is not None and known.event_id is not None:
            known, event_id = await self._one_that_stands(known, known.event_id)
            await self._doubles.remove(ids, event_id)
            await self._keep_in_step(action, known, event_id, wanted, now)
        await self._commit.run(lambda conn: self._plan(conn, action, known, now))

    async def _plan(
        self, conn: AsyncConnection, action: Action, known: NativeEvent | None, now: datetime
    ) -> None:
        """Look again when it is announced, when it begins and when it ends."""
        if not action.announced(now):
            await owe_event(conn, action, now)
        elif known is not None and known.event_id is not None:
            await plan_look(conn, action, next_look(action, now), now)

    async def _take_down(self, ids: tuple[int, int], known: NativeEvent | None) -> None:
        """Delete an event that its server wants no more; one that is over stays as it is."""
        if known is None:
            return
        event_id = known.event_id
        if event_id is None and known.gone_at is None:
            event_id = await self._made_before(known)
        if event_id is not None and known.shown.status not in OVER:
            try:
                await self._sender.delete_event(known.guild_id, event_id)
            except SendFailed as failure:
                if failure.reason != EVENT_GONE:
                    raise
        await self._doubles.remove(ids, event_id)
        await self._commit.run(lambda conn: queries.forget_event(conn, *ids))

    async def _make(
        self, action: Action, known: NativeEvent | None, wanted: EventShown, now: datetime
    ) -> NativeEvent | None:
        """Make an action's event, unless it has begun, or one was made without our knowing."""
        ids = (action.guild_id, action.action_id)
        if known is not None and (made := await self._made_before(known)) is not None:
            return await self._save(known, replace(known, event_id=made))
        if not takes_event(action, now):
            if known is not None:
                await self._commit.run(lambda conn: queries.forget_event(conn, *ids))
            return None
        known = await self._save(known, NativeEvent(*ids, None, wanted))
        event_id = await self._sender.create_event(action.guild_id, wanted)
        made = replace(known, event_id=event_id)

        async def work(conn: AsyncConnection) -> NativeEvent:
            await _write(conn, known, made)
            if await queries.revive_looks(conn, action.guild_id, now):
                owes_more.set(True)  # what kept this one from being made kept others too
            return made

        return await self._commit.run(work)

    async def _made_before(self, known: NativeEvent) -> int | None:
        """The id of an event that was about to be made, where only that was never written down."""
        ids = (known.guild_id, known.action_id)
        own = await self._sender.list_own_events(known.guild_id)
        made = [event_id for event_id, seen in own.items() if same_event(seen, known.shown)]
        made.sort(key=lambda event_id: own[event_id].status in OVER)
        if not made:
            return None
        log.info("the event of action %s/%s had been made before", *ids)
        self._doubles.note_others(ids, (each for each in made[1:] if own[each].status not in OVER))
        return made[0]

    async def _keep_in_step(
        self,
        action: Action,
        known: NativeEvent,
        event_id: int,
        wanted: EventShown,
        now: datetime,
    ) -> None:
        """Notice what a hand did, and change what is not as it should be; raises `SendFailed`."""
        seen = await self._see(known, event_id)
        by_hand = done_by_hand(known, seen, now)
        if seen is None or by_hand in FOR_GOOD:
            await self._lost(action, known, by_hand, wanted)
            return
        if by_hand is not None:
            known = await self._tell(action, known, by_hand, seen)
        settled = settle_move(known, seen, wanted)
        target = aim(settled, seen, wanted)
        steps = steps_to(seen.status, wanted.status)
        status = steps[-1] if steps else seen.status
        written = replace(settled, shown=replace(wanted, status=status), before=None)
        try:
            if seen.status not in OVER and replace(target, status=seen.status) != seen:
                known = await self._save(known, replace(written, before=known.shown))
                await self._sender.edit_event(known.guild_id, event_id, seen, target)
            elif steps:
                known = await self._save(known, replace(written, before=known.shown))
            for step in steps:
                await self._set_status(known, event_id, step)
        except SendFailed as failure:
            if failure.reason != EVENT_GONE:
                raise
            await self._lost(action, known, ByHand.DELETED, wanted)
            return
        if written != known:
            await self._save(known, written)

    async def _one_that_stands(self, known: NativeEvent, event_id: int) -> tuple[NativeEvent, int]:
        """An action's event; where somebody deleted just that one of two, the one they left."""
        others = self._doubles.of(known)
        if not others or await self._see(known, event_id) is not None:
            return known, event_id
        for other in others:
            if await self._see(known, other) is not None:
                return await self._save(known, replace(known, event_id=other)), other
        return known, event_id

    async def _see(self, known: NativeEvent, event_id: int) -> EventShown | None:
        try:
            return await self._sender.load_event(known.guild_id, event_id)
        except SendFailed as failure:
            if failure.reason != EVENT_GONE:
                raise
            return None

    async def _set_status(self, known: NativeEvent, event_id: int, status: EventStatus) -> None:
        """Begin or end an event, which Discord may do itself at just that time."""
        try:
            await self._sender.set_event_status(known.guild_id, event_id, status)
        except SendFailed as failure:
            if not failure.permanent or failure.reason == EVENT_GONE:
                raise
            seen = await self._see(known, event_id)
            if seen is not None and status in steps_to(seen.status, status):
                raise

    async def _lost(
        self, action: Action, known: NativeEvent, by_hand: ByHand | None, wanted: EventShown
    ) -> None:
        """Note that an event is there no more; of what is over anyway nobody is told."""
        now = self._clock.now()
        if by_hand is None or wanted.status in OVER:
            shown = replace(known.shown, status=EventStatus.COMPLETED)
            await self._save(known, replace(known, shown=shown, before=None, moved=None))
            return
        gone = replace(known, event_id=None, before=None, moved=None, gone_at=now)

        async def work(conn: AsyncConnection) -> None:
            await _write(conn, known, gone)
            await _tell_organisers(conn, action, Act.EVENT_GONE, now, by_hand)

        await self._commit.run(work)

    async def _tell(
        self, action: Action, known: NativeEvent, by_hand: ByHand, seen: EventShown
    ) -> NativeEvent:
        """Tell organisers that an event was moved or started by hand; what is known of it then."""
        now = self._clock.now()

        async def work(conn: AsyncConnection) -> NativeEvent:
            times = {}
            if by_hand is ByHand.MOVED:
                times = {"before": _as_json(event_times(action)), "after": _as_json(seen.times)}
            told = await _tell_organisers(conn, action, Act.EVENT_MOVED, now, by_hand, times)
            if by_hand is ByHand.MOVED:
                changed = replace(known, moved=EventMoved(*seen.times, told), before=None)
            else:
                changed = replace(known, shown=replace(known.shown, status=seen.status))
            await _write(conn, known, changed)
            return changed

        return await self._commit.run(work)

    async def _save(self, before: NativeEvent | None, after: NativeEvent) -> NativeEvent:
        """Write down what is known of an event, if it is still `before`; raises `SendFailed`."""
        await self._commit.run(lambda conn: _write(conn, before, after))
        return after


async def _write(conn: AsyncConnection, before: NativeEvent | None, after: NativeEvent) -> None:
    if await queries.load_event(conn, after.guild_id, after.action_id) != before:
        raise SendFailed(OVERTAKEN, permanent=False)
    await queries.save_event(conn, after)


async def _tell_organisers(
    conn: AsyncConnection,
    action: Action,
    act: Act,
    now: datetime,
    by_hand: ByHand,
    times: Mapping[str, Any] | None = None,
) -> int:
    detail = {"how": by_hand.value, **(times or {})}
    return await tell_organisers(conn, action.guild_id, action.action_id, act, now, detail)


def _as_json(times: tuple[datetime, datetime]) -> dict[str, str]:
    return dict(zip(("starts", "ends"), (time.isoformat() for time in times), strict=True))
