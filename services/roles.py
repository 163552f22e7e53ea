"""Participant roles: giving and taking them one after the other, as Discord lets us."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import roles as queries
from db.queries import sign_ups
from db.queries.actions import load_action
from db.queries.audit import last_written_down, write_down
from db.queries.servers import load_server
from domain.actions import Action
from domain.audit import Act
from domain.deliveries import MAX_ATTEMPTS, retry_delay
from domain.errors import SendFailed
from domain.mending import RoleUse, role_gone, unfinished
from domain.roles import MEMBER_GONE, ROLE_GONE, ROLES_TRIED, SWITCHED, RoleChange
from services.budget import ROLES, importance
from services.clock import Clock
from services.dispatcher import Dispatcher
from services.group_commit import GroupCommit
from services.notices import tell_organisers
from services.sending import Sender

log = logging.getLogger(__name__)

UNEXPECTED = "unexpected"
"""The reason of failures that are defects of ours; only these are given up after some attempts."""

HOUSEKEEPING = 60.0
"""Seconds between looks at which roles nobody needs any more."""


class Roles:
    """One long-lived task; each server has a lane, in which one person is served after the other.

    Who should have a role stands in the database, so that a stop loses nobody. Where something
    fails that will not pass, the action's queue stops and its organisers are told.
    """

    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        sender: Sender,
        dispatcher: Dispatcher,
        *,
        interval: float,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._sender = sender
        self._dispatcher = dispatcher
        self._interval = interval
        self._awake = asyncio.Event()
        self._untidy = True
        self._lanes: dict[int, asyncio.Task[None]] = {}
        self._failures: dict[int, int] = {}
        self._not_before: dict[int, datetime] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._work_forever(), name="roles")

    async def close(self) -> None:
        task, self._task = self._task, None
        for running in filter(None, (task, *self._lanes.values())):
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running

    def wake(self, *, tidy: bool = False) -> None:
        """Look again at who waits for a role; with `tidy` also at which roles can go."""
        self._untidy = self._untidy or tidy
        self._awake.set()

    async def want(
        self,
        conn: AsyncConnection,
        action: Action,
        participant_id: int,
        *,
        gives: bool,
        language: str = "",
    ) -> None:
        """Have an action's role given to a participant, or taken; nothing where it grants none.

        `language` is the language channel in which they signed up.

        The caller calls `wake` once this is committed.
        """
        if action.grants_role:
            ids = (action.guild_id, action.action_id)
            wanted = {(participant_id, language): gives}
            await queries.want(conn, *ids, wanted, self._clock.now())

    async def catch_up(self) -> None:
        """Do everything that can be done now, and wait for it."""
        await self._tidy()
        await self._begin_lanes()
        while self._lanes:
            await asyncio.wait(self._lanes.values())
            await self._begin_lanes()

    async def _work_forever(self) -> None:
        await self._sender.wait_until_ready()
        while True:
            self._awake.clear()
            try:
                if self._untidy:
                    self._untidy = False
                    await self._tidy()
                await self._begin_lanes()
            except Exception:
                log.exception("roles not looked after; it is tried again soon")
            # Not wait_for: before Python 3.12 it can swallow a cancellation.
            try:
                async with asyncio.timeout(self._patience()):
                    await self._awake.wait()
            except TimeoutError:
                self._untidy = True

    def _patience(self) -> float:
        """Seconds until a server is tried again in which something failed, or to the next look."""
        now = self._clock.now()
        waits = [(at - now).total_seconds() for at in self._not_before.values()]
        return max(0.1, min([HOUSEKEEPING, *waits]))

    async def _begin_lanes(self) -> None:
        now = self._clock.now()
        self._not_before = {g: at for g, at in self._not_before.items() if at > now}
        async with self._database.read() as conn:
            waiting = await queries.servers_waiting(conn)
            idle = [g for g in waiting if g not in self._lanes and g not in self._not_before]
            ready = [g for g in idle if await queries.next_change(conn, g) is not None]
        for guild_id in set(ready) - self._lanes.keys():
            self._lanes[guild_id] = asyncio.create_task(self._run_lane(guild_id))

    async def _run_lane(self, guild_id: int) -> None:
        importance.set(ROLES)
        try:
            while guild_id not in self._not_before:
                async with self._database.read() as conn:
                    change = await queries.next_change(conn, guild_id)
                if change is None:
                    return
                await self._carry_out(change)
                await asyncio.sleep(self._interval)
        except Exception:
            log.exception("the roles of server %s wait", guild_id)
            self._back_off(guild_id)
        finally:
            del self._lanes[guild_id]
            self.wake()

    async def _carry_out(self, change: RoleChange) -> None:
        try:
            await self._give_or_take(change)
        except SendFailed as failure:
            await self._take_notice(change, failure)
            return
        except Exception:
            log.exception("role of action %s/%s", change.guild_id, change.action_id)
            permanent = change.attempts + 1 >= MAX_ATTEMPTS
            await self._take_notice(change, SendFailed(UNEXPECTED, permanent=permanent))
            return
        self._failures.pop(change.guild_id, None)
        await self._commit.run(lambda conn: queries.mark_done(conn, change))

    async def _give_or_take(self, change: RoleChange) -> None:
        role_id = change.role_id
        if change.user_id is None or (role_id is None and not change.gives):
            return  # the person is deleted, or the role is
        if role_id is None:
            role_id = await self._create(change)
        try:
            await self._sender.change_role(
                change.guild_id, change.user_id, role_id, gives=change.gives
            )
        except SendFailed as failure:
            if failure.reason != MEMBER_GONE:
                raise

    async def _create(self, change: RoleChange) -> int:
        """Make a role of the action, as the first person needs it."""
        name = f"#{change.number} {change.title}"
        role_id = await self._sender.create_role(change.guild_id, name, language=change.language)
        ids = (change.guild_id, change.action_id)

        async def work(conn: AsyncConnection) -> None:
            await queries.save_role(conn, *ids, role_id, language=change.language)
            await write_down(conn, *ids, Act.ROLE_CREATED, self._clock.now())

        # Shielded: what was made is remembered even if the bot stops right now.
        await asyncio.shield(self._commit.run(work))
        return role_id

    async def _take_notice(self, change: RoleChange, failure: SendFailed) -> None:
        """Wait and try again what will pass; else stop the queue and tell the organisers."""
        ids = (change.guild_id, change.action_id)
        if failure.permanent:
            log.error("roles of action %s/%s stopped: %s", *ids, failure.reason)
            await self._commit.run(lambda conn: self._stop(conn, change, failure.reason))
            self._dispatcher.wake()
            return
        log.warning("role of action %s/%s waits: %s", *ids, failure.reason)
        self._back_off(change.guild_id, failure.retry_after)
        await self._commit.run(lambda conn: queries.count_attempt(conn, change, failure.reason))

    def _back_off(self, guild_id: int, asked: float | None = None) -> None:
        failures = self._failures.get(guild_id, 0) + 1
        self._failures[guild_id] = failures
        delay = max(timedelta(seconds=asked or 0), retry_delay(failures, random.random()))
        self._not_before[guild_id] = self._clock.now() + delay

    async def _stop(self, conn: AsyncConnection, change: RoleChange, why: str) -> None:
        now, ids = self._clock.now(), (change.guild_id, change.action_id)
        action = await load_action(conn, *ids, lock=True)
        if action is None or not action.grants_role:
            return  # it was switched off meanwhile
        gone = why == ROLE_GONE
        await queries.fail(conn, *ids, change.language, why, all_of_them=gone)
        act, detail = Act.ROLE_FAILED, {"error": why}
        if gone:
            detail = role_gone(change.role_id or 0, RoleUse.PARTICIPANTS, change.language)
            act = Act.ROLE_GONE
        # It stops again whenever somebody whose turn failed leaves and comes back: that is no news
        # before an organiser did something about it.
        told = await last_written_down(conn, *ids, act, detail)
        tried = await last_written_down(conn, *ids, Act.TRIED_AGAIN, ROLES_TRIED)
        switched = await last_written_down(conn, *ids, Act.EDITED, SWITCHED)
        if not told or told < max(tried, switched):
            await tell_organisers(conn, *ids, act, now, detail)

    async def _tidy(self) -> None:
        """Delete the roles that nobody needs any more: one request each, and not one a person."""
        try:
            async with self._database.read() as conn:
                unneeded = await queries.list_roles_to_delete(conn, self._clock.now())
            for guild_id, action_id, language, role_id in unneeded:
                if guild_id not in self._lanes:
                    await self._delete(guild_id, action_id, language, role_id)
        except Exception:
            log.exception("roles not tidied up; it is tried again later")

    async def _delete(self, guild_id: int, action_id: int, language: str, role_id: int) -> None:
        failed: Sequence[str] = ()
        try:
            await self._sender.delete_role(guild_id, role_id)
        except SendFailed as failure:
            log.warning("role of action %s/%s not deleted: %s", guild_id, action_id, failure.reason)
            if not failure.permanent:
                return
            failed = [failure.reason] if failure.reason != ROLE_GONE else ()

        async def work(conn: AsyncConnection) -> None:
            now, ids = self._clock.now(), (guild_id, action_id)
            action = await load_action(conn, *ids, lock=True)
            goes_on = action is not None and unfinished(action, now)
            server = await load_server(conn, guild_id)
            if goes_on and language and server.language_channel(language) is None:
                # Somebody may have pressed there just as it was given up.
                await queries.move_out_of(conn, guild_id, language, [action_id], now)
                await sign_ups.move_out_of(conn, guild_id, language, [action_id])
            await queries.save_role(conn, *ids, None, language=language)
            await queries.forget(conn, *ids, language)
            if action is not None and action.grants_role and goes_on:
                # It was switched on again meanwhile: all are given the role that is made next.
                await queries.want_everyone(conn, *ids, now, language=language)
            for why in failed:
                await tell_organisers(conn, *ids, Act.ROLE_FAILED, now, {"error": why})
            if not failed:
                await write_down(conn, *ids, Act.ROLE_DELETED, now)

        await asyncio.shield(self._commit.run(work))
        self._dispatcher.wake()
