"""The courier: sends one claimed delivery and marks what became of it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as action_queries
from db.queries import claims, outbox
from db.queries import deliveries as queries
from db.queries.appeals import MOST_TOLD, mark_told
from db.queries.directs import take_along
from domain.actions import ActionState
from domain.deliveries import (
    LONGEST_AFTER,
    MAX_ATTEMPTS,
    TO_ONE_PERSON,
    Delivery,
    DeliveryKind,
    DeliveryState,
    PlannedDelivery,
    Post,
    retry_delay,
)
from domain.direct import UNDELIVERABLE
from domain.errors import SendFailed
from domain.language_channels import MAIN
from domain.lateness import Verdict, judge
from domain.owed_messages import OwedMessage
from domain.pings import ping_role, pinged_role
from services.clock import Clock
from services.direct_messages import DirectMessages
from services.group_commit import GroupCommit
from services.language_channels import keep_card
from services.lateness import ask, skip_missed
from services.metrics import Metrics
from services.notices import tell_of_failure
from services.pings import begin
from services.planning import owe, owe_event, owe_thread
from services.preparing import prepare
from services.quiet_hours import Waiting
from services.redraws import NOT_FOUND, Redraws
from services.sending import Sender
from services.servers import Servers

log = logging.getLogger(__name__)

UNEXPECTED = "unexpected"
"""The reason of failures that are defects of ours; only these are given up after some attempts."""

CHANGES_CARD = frozenset(
    {
        DeliveryKind.CARD,
        DeliveryKind.MOMENT,
        DeliveryKind.REVEAL,
        DeliveryKind.DAILY_CALL,
        DeliveryKind.CLOSING,
        DeliveryKind.TALLY,
    }
)
"""What the card is redrawn after; the card itself, since people click while it is being posted."""

CHANGES_POSTS = frozenset({DeliveryKind.CLOSING, DeliveryKind.TALLY})
"""After these the older messages are redrawn too: their buttons ask for what can't be done."""

WITHOUT_MESSAGE = frozenset(
    {
        DeliveryKind.NEXT_OCCURRENCE,
        DeliveryKind.REDRAW,
        DeliveryKind.AHEAD,
        DeliveryKind.THANKS,
        DeliveryKind.EVENT,
    }
)
"""Deliveries that only have something done at their time."""

OUTCOMES = {Verdict.MISSED: "missed", Verdict.ASK: "asked"}
BECAME: dict[DeliveryState | None, str] = {
    DeliveryState.SENT: "done",
    DeliveryState.PENDING: "waiting",
    DeliveryState.CANCELLED: "taken_back",
}
"""What becomes of a delivery that is not sent, in a word for the log and the metrics: by what was
decided about it, or how it stands by then. All else is skipped."""

Turn = Callable[[Delivery], Awaitable[bool | None]]
"""Doing it again changes nothing: a delivery whose lease ran out is taken up once more.

Where the result is True it put the delivery off. It raises `SendFailed` for what Discord refused.
"""


Attached = Callable[[OwedMessage], AbstractAsyncContextManager[OwedMessage]]


class Courier:
    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        servers: Servers,
        sender: Sender,
        redraws: Redraws,
        direct_messages: DirectMessages,
        metrics: Metrics,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._servers = servers
        self._sender = sender
        self._redraws = redraws
        self._direct_messages = direct_messages
        self._metrics = metrics

        self._waiting = Waiting(database, commit, clock, servers)
        self.turns: dict[DeliveryKind, Turn] = {}
        """What is decided when a delivery's time has come, before its message is drawn."""

        self.attached: Attached = contextlib.nullcontext
        """Gives a message the files that go with it, while it is being sent."""

    async def wait_until_ready(self) -> None:
        await self._sender.wait_until_ready()

    async def deliver(self, delivery: Delivery) -> None:
        """Send a delivery, postpone it or give it up; whatever happens is marked and logged."""
        ids = (delivery.guild_id, delivery.delivery_id)
        try:
            await self._deliver(delivery)
        except Exception:
            log.exception("delivery %s/%s failed", *ids)
            try:
                await self._fail(delivery, SendFailed(UNEXPECTED, permanent=False, unsure=True))
            except Exception:
                # It is free again when its lease ends.
                log.exception("delivery %s/%s stays claimed", *ids)

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            # What is decided at its time, is so for those that repeat it elsewhere.
            turn = self.turns.get(delivery.kind) if delivery.copy_of is None else None
            if turn is not None and await turn(delivery):
                self._note(delivery, "waiting")
                return
        except SendFailed as failure:
            await self._fail(delivery, failure)
            return
        if delivery.kind in WITHOUT_MESSAGE:
            await self._commit.run(lambda conn: self._mark_done(conn, delivery))
            self._note(delivery, "done")
            if delivery.kind is DeliveryKind.REDRAW:
                self._redraws.request(delivery.guild_id, delivery.action_id, posts=True)
            return
        with self._redraws.posting(delivery.guild_id, delivery.action_id):
            await self._send(delivery)

    async def _send(self, delivery: Delivery) -> None:
        """Send a delivery's message as all stands now, unless it is decided otherwise."""
        owed = await prepare(self._database, self._servers, self._clock, delivery)
        try:
            post = await self._sent_before(owed)
            if post is None:
                verdict = Verdict.SKIP if owed is None else judge(owed)
                if owed is None or verdict is not Verdict.SEND:
                    await self._let_be(delivery, verdict)
                    return
                owed = await self._waiting.heed(owed)
                if owed is None:
                    self._note(delivery, "waiting")
                    self._redraw_after(delivery)
                    return
                owed = await self._begin(owed)
                if owed is None:
                    self._note(delivery, "taken_back")
                    return
                post = await self._post(owed)
            elif owed is not None:
                owed = await self._waiting.as_sent(owed)
        except SendFailed as failure:
            for each in (owed, *owed.together) if owed else ():
                await self._fail(each.delivery, failure)
            return
        assert owed is not None
        # Shielded: what was posted is marked even if the bot stops right now.
        await asyncio.shield(self._commit.run(lambda conn: self._mark_sent(conn, owed, post)))
        for each in (owed, *owed.together):
            self._note_sent(each)

    async def _post(self, owed: OwedMessage) -> Post | None:
        """Post a message with its files, or edit the one in whose place it is; `SendFailed`."""
        async with self.attached(owed) as message:
            if message.stands_at is not None:
                try:
                    await self._sender.redraw_message(message, message.stands_at)
                except SendFailed as failure:
                    if failure.reason != NOT_FOUND:
                        raise
                else:
                    return message.stands_at
            return await self._sender.send(message)

    def _note_sent(self, owed: OwedMessage) -> None:
        """Log and count a message that is on Discord by now, and redraw what it changes."""
        delivery = owed.delivery
        late = (self._clock.now() - delivery.due_at).total_seconds()
        log.info(
            "delivery %s/%s sent: %s, %.1f s after it was due",
            delivery.guild_id,
            delivery.delivery_id,
            delivery.kind.value,
            late,
        )
        self._metrics.count_sent(delivery.kind, late)
        self._redraw_after(delivery)

    def _redraw_after(self, delivery: Delivery) -> None:
        """Have the card tell what holds by the time of a delivery."""
        if delivery.kind in CHANGES_CARD:
            posts = delivery.kind in CHANGES_POSTS
            self._redraws.request(delivery.guild_id, delivery.action_id, posts=posts)

    async def _sent_before(self, owed: OwedMessage | None) -> Post | None:
        """Where it stands already, if an attempt before this one sent it; raises `SendFailed`."""
        if owed is None or owed.delivery.unsure_since is None:
            return None
        post = await self._sender.find(owed, owed.delivery.unsure_since)
        if post is not None:
            ids = (owed.delivery.guild_id, owed.delivery.delivery_id)
            log.info("delivery %s/%s had been sent before", *ids)
        return post

    async def _let_be(self, delivery: Delivery, verdict: Verdict) -> None:
        """Do what was decided about a delivery that is not sent."""
        now, outcome = self._clock.now(), OUTCOMES.get(verdict)
        match verdict:
            case Verdict.MISSED:
                await self._commit.run(lambda conn: skip_missed(conn, delivery, now))
            case Verdict.ASK:
                await self._commit.run(lambda conn: ask(conn, delivery, now))
            case _:
                outcome = await self._commit.run(lambda conn: self._skip(conn, delivery))
        self._note(delivery, outcome or "skipped")
        if verdict is not Verdict.SKIP:
            self._redraw_after(delivery)  # its time has come all the same

    async def _skip(self, conn: AsyncConnection, delivery: Delivery) -> str:
        """Owe it no more, and say what became of it.

        It may wait again, with another that could not be sent just now, or be done: by its turn.
        """
        ids = (delivery.guild_id, delivery.delivery_id)
        state = await claims.load_state(conn, *ids)
        if state is DeliveryState.CLAIMED:
            await queries.mark_skipped(conn, *ids)
        return BECAME.get(state, "skipped")

    def _note(self, delivery: Delivery, outcome: str) -> None:
        """Log and count what became of a delivery that is not sent."""
        ids, kind = (delivery.guild_id, delivery.delivery_id), delivery.kind
        log.info("delivery %s/%s %s: %s", *ids, outcome, kind.value)
        self._metrics.count(kind, outcome)

    async def _begin(self, owed: OwedMessage) -> OwedMessage | None:
        """Note that it may be on Discord from now on, and ping by the cap; None if not owed."""
        now = self._clock.now()

        async def work(conn: AsyncConnection) -> OwedMessage | None:
            begun = await begin(conn, owed, now)
            if begun is not None:
                await take_along(conn, owed.delivery, owed.merged)
            return begun

        return await self._commit.run(work)

    async def _mark_sent(
        self,
        conn: AsyncConnection,
        owed: OwedMessage,
        post: Post | None,
        pinged: Collection[int] = (),
    ) -> None:
        """Mark a message as sent, and all that went out with it; `pinged` are the roles of both."""
        delivery, action = owed.delivery, owed.action
        pinged = pinged or set(filter(None, map(pinged_role, (owed, *owed.together))))
        now = self._clock.now()
        ids, is_copy = (delivery.guild_id, delivery.delivery_id), delivery.copy_of is not None
        did_ping = pinged_role(owed) is not None if is_copy else None
        await queries.mark_sent(conn, *ids, post, now, pinged=did_ping)
        for each in owed.together:
            await self._mark_sent(conn, each, post, pinged)
        if owed.missed:
            told = [missed.delivery_id for missed in owed.missed]
            await outbox.mark_told(conn, delivery.guild_id, told)
        if owed.verdicts and delivery.participant_id is not None:
            last = max(told.check.check_id for told in owed.verdicts)
            await mark_told(conn, delivery.guild_id, delivery.participant_id, last)
            if len(owed.verdicts) == MOST_TOLD:  # There may be more than one message holds.
                further = PlannedDelivery(DeliveryKind.VERDICT, now, item_id=last)
                ids, who = (delivery.guild_id, delivery.action_id), delivery.participant_id
                await owe(conn, *ids, [further], now, participant_id=who)
        if delivery.kind is DeliveryKind.CARD and post is not None:
            await keep_card(conn, delivery, post, now)
            if delivery.language == MAIN:
                await owe_event(conn, action, now, in_lane=True)  # it leads to the card
                if owed.server.threads:
                    await owe_thread(conn, action, now)
        if delivery.kind is DeliveryKind.TALLY and delivery.language == MAIN:
            # By the message in the action's own channel alone: where that failed for good, what
            # stands elsewhere reached some of its people only, and organisers can have it tried
            # again. Its numbers are settled by their edition, not by this.
            await action_queries.set_state(
                conn, action.guild_id, action.action_id, ActionState.FINAL
            )
        if is_copy:
            return
        act = None if owed.event is None else owed.event.act
        await self._direct_messages.repeat(
            conn, action, delivery, pinged=ping_role(owed) in pinged, act=act
        )

    async def _mark_done(self, conn: AsyncConnection, delivery: Delivery) -> None:
        now = self._clock.now()
        await queries.mark_sent(conn, delivery.guild_id, delivery.delivery_id, None, now)

    async def _fail(self, delivery: Delivery, failure: SendFailed) -> None:
        """Try again later what may still succeed: a message is not lost to a long outage."""
        ids = (delivery.guild_id, delivery.delivery_id)
        defective = failure.reason == UNEXPECTED and delivery.attempts >= MAX_ATTEMPTS
        if failure.permanent or defective:
            # That somebody closed their messages is no fault.
            level = logging.INFO if failure.reason == UNDELIVERABLE else logging.ERROR
            log.log(level, "delivery %s/%s failed for good: %s", *ids, failure.reason)
            await self._commit.run(lambda conn: self._give_up(conn, delivery, failure))
            self._metrics.count(delivery.kind, "failed")
            return
        asked = timedelta(seconds=failure.retry_after or 0)
        delay = max(asked, retry_delay(delivery.attempts, random.random()))
        try_at = self._clock.now() + delay
        log.warning("delivery %s/%s not sent (%s), again in %s", *ids, failure.reason, delay)
        self._metrics.count(delivery.kind, "tried")
        unsure = failure.unsure or delivery.unsure_since is not None
        attempts = delivery.attempts
        if failure.reason != UNEXPECTED:
            attempts = min(attempts, LONGEST_AFTER)
        await self._commit.run(
            lambda conn: claims.postpone(
                conn, *ids, try_at, failure.reason, unsure=unsure, attempts=attempts
            )
        )

    async def _give_up(
        self, conn: AsyncConnection, delivery: Delivery, failure: SendFailed
    ) -> None:
        reason = failure.reason
        await queries.mark_failed(conn, delivery.guild_id, delivery.delivery_id, reason)
        await tell_of_failure(conn, delivery, failure, self._clock.now())
        if delivery.kind in TO_ONE_PERSON:
            await self._direct_messages.note_failure(conn, delivery, reason)
