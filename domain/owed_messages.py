"""Messages that are owed, with everything that drawing and sending them needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from domain.actions import Action, ActionState
from domain.audit import AuditEvent
from domain.deliveries import (
    TELLS_ORGANISERS,
    TOLD_WHATEVER_HAPPENS,
    WAITS,
    Delivery,
    DeliveryKind,
    Post,
)
from domain.language_channels import translated
from domain.reviewing import Progress, ToldVerdict
from domain.servers import Server
from domain.shifts import OfferState, Shift, ShiftOffer
from domain.tally import Tally
from domain.tally_access import shows_progress
from domain.tasks import Task, TaskState
from domain.vote_calls import VotingDay, call_due

LATE_AFTER = timedelta(minutes=5)
"""A message sent later than this after it was due says so."""


AHEAD_GRACE = timedelta(minutes=10)
"""Who could not be told ahead of the moment is told so long after it."""


STALE_AFTER = timedelta(days=7)
"""News of an action that is over is none any more so long after it could not be sent."""


@dataclass(frozen=True)
class Missed:
    """A message that was skipped because its time had passed, and the action it was about."""

    delivery_id: int
    kind: DeliveryKind
    due_at: datetime
    action: Action


@dataclass(frozen=True)
class OwedMessage:
    """Everything needed to draw and send one delivery, as of the instant of sending.

    `addressee` is the Discord user id of the one member whom it addresses, if any.
    """

    delivery: Delivery
    action: Action
    server: Server
    now: datetime
    addressee: int | None = None
    tally: Tally | None = None
    event: AuditEvent | None = None
    sent_at: datetime | None = None
    """When it was posted, of a message that is drawn again."""

    addressees: tuple[int, ...] = ()
    """The Discord users who have the shift that it reminds of, whom an offer of one may ping, or
    who can be told directly."""

    offer: ShiftOffer | None = None

    missed: tuple[Missed, ...] = ()
    """What organisers were not told of yet, the earliest first; of a delivery that tells of it."""

    superseded: bool = False
    """A later reminder of the same action is due as well."""

    yet_to_log: int = 0
    """How many of those who are in have logged nothing, where they are asked to."""

    finished: int = 0
    """How many of those who are in have done all, of what its organiser looks at beforehand."""

    days_left: tuple[VotingDay, ...] = ()
    """Of a vote's days: those that the addressee of a direct message has yet to tick."""

    repeats: tuple[OwedMessage, ...] = ()
    """Of a direct message: what it repeats, each as of now, so far as it concerns its addressee."""

    verdicts: tuple[ToldVerdict, ...] = ()
    """Of a direct message: what its addressee is told that reviewers decided."""

    to_check: Progress | None = None
    """What waits for a check, where reviewers are told of it and have a channel for that."""

    merged: tuple[int, ...] = ()
    """Of a direct message: the others that waited too, and that it takes along."""

    own_languages: Mapping[int, str] = field(default_factory=dict[int, str])
    """The languages that those chose for themselves who may be told directly, by Discord id."""

    zone: str | None = None
    """Of a direct message: where its addressee lives."""

    card: Post | None = None
    """Of a direct message: where the action's card stands."""

    may_ping: bool = True
    """Its role is pinged, if its kind does that: the day's cap leaves room for it."""

    silent: bool = False
    """Nobody's phone makes a sound: it comes in quiet hours, and later would be too late."""

    files: tuple[Path, ...] | None = None
    """Of a tally: what goes with it, so far as it is not too large; None before it is written."""

    stands_at: Post | None = None
    """Of an amended tally: the message that tells of it by now, which is edited."""

    together: tuple[OwedMessage, ...] = ()
    """What goes out in the same message, as quiet hours have held it up too."""

    @property
    def channel_ids(self) -> tuple[int, ...]:
        """Where it goes: to where its action is posted; a notice to the first that takes it.

        What was not announced yet is mentioned to organisers alone.
        """
        action, server = self.action, self.server
        if self.delivery.kind is DeliveryKind.THREAD:
            wanted = [action.thread_id]
        elif self.delivery.kind not in TELLS_ORGANISERS:
            wanted = [action.channel_id or server.announce_channel_id]
        elif self.delivery.kind is DeliveryKind.PREFLIGHT:
            wanted = self._confidential
        elif self.delivery.kind is DeliveryKind.DIGEST:
            wanted = [server.organiser_channel_id]
        elif all(a.announced(self.now) for a in (action, *(m.action for m in self.missed))):
            wanted = [server.organiser_channel_id, action.channel_id, server.announce_channel_id]
        else:
            wanted = self._confidential
        return tuple(dict.fromkeys(filter(None, wanted)))

    @property
    def _confidential(self) -> list[int | None]:
        """The organisers' channel, unless fans read it too; else its organiser is told directly."""
        channel_id = self.server.private_channel_id
        return [] if channel_id == self.action.channel_id else [channel_id]

    @property
    def shift(self) -> Shift | None:
        """The shift that it is about, if there still is one."""
        shift_id = self.offer.shift_id if self.offer else self.delivery.item_id
        return next((s for s in self.action.parts.shifts if s.shift_id == shift_id), None)

    @property
    def task(self) -> Task | None:
        """The task of which it reminds, if it is still there and somebody has it to do."""
        if self.delivery.kind is not DeliveryKind.TASK:
            return None
        for task in self.action.parts.tasks:
            if task.task_id == self.delivery.item_id and task.state is TaskState.CLAIMED:
                return task
        return None

    @property
    def quiet_until(self) -> datetime | None:
        """Until when quiet hours hold it up now; None if they don't."""
        return self._held_up_until(self.now)

    @property
    def in_quiet_hours(self) -> bool:
        return self._quiet_hours_end(self.now) is not None

    @property
    def expected_at(self) -> datetime:
        """When people could expect it: as it was due, or at the end of quiet hours."""
        return self._held_up_until(self.delivery.due_at) or self.delivery.due_at

    @property
    def waited(self) -> bool:
        """Tell whether quiet hours have held it up that are over now."""
        return self.delivery.due_at < self.expected_at <= self.now

    def _held_up_until(self, instant: datetime) -> datetime | None:
        kind = self.delivery.kind
        if kind not in WAITS or self.delivery.ordered_at is not None:
            return None
        if kind is DeliveryKind.BY_HAND and self.event and self.event.detail.get("urgent"):
            return None
        return self._quiet_hours_end(instant)

    def _quiet_hours_end(self, instant: datetime) -> datetime | None:
        quiet = self.server.quiet
        zone = self.server.zone or self.action.starts.zone
        return None if quiet is None else quiet.until(zone, instant)

    @property
    def late(self) -> bool:
        return (self.sent_at or self.now) - self.expected_at > LATE_AFTER

    @property
    def pointless(self) -> bool:
        """Nobody is helped by it any more: a reminder of what has begun, a call to what is over."""
        kind, action = self.delivery.kind, self.action
        if kind in (DeliveryKind.MISSED, DeliveryKind.DIRECT):
            return not (self.missed or self.repeats)
        if kind is DeliveryKind.VERDICT:
            return not self.verdicts
        if kind in TOLD_WHATEVER_HAPPENS:
            stale = self.now >= max(action.log_until, self.delivery.due_at + STALE_AFTER)
            return stale and kind in (DeliveryKind.STEP, DeliveryKind.DECISION)
        if action.state in (ActionState.CANCELLED, ActionState.DRAFT):
            return True
        if action.state is ActionState.PAUSED and kind is not DeliveryKind.PROMOTED:
            return kind not in (DeliveryKind.CARD, DeliveryKind.THREAD)
        until = self._helps_until
        return self._concerns_nobody or (until is not None and self.now >= until)

    @property
    def _helps_until(self) -> datetime | None:
        """From when on it tells of what has begun or is over; None if it never does."""
        action = self.action
        match self.delivery.kind:
            case DeliveryKind.REMINDER if self.delivery.offset >= timedelta(0):
                return action.reminded_of
            case DeliveryKind.REMINDER | DeliveryKind.MILESTONE | DeliveryKind.BY_HAND:
                return action.log_until
            case DeliveryKind.NUDGE | DeliveryKind.CARD | DeliveryKind.CLOSING:
                return action.log_until
            case DeliveryKind.LAST_HOUR | DeliveryKind.PROMOTED:
                return action.ends_at
            case DeliveryKind.ANNOUNCEMENT | DeliveryKind.MOMENT:
                return action.ends_at
            case DeliveryKind.PREFLIGHT | DeliveryKind.REVEAL:
                return action.starts_at
            case DeliveryKind.AHEAD:
                return min(action.ends_at, action.starts_at + AHEAD_GRACE)
            case _:
                return None

    @property
    def _concerns_nobody(self) -> bool:
        """Nobody is left, or nothing, of whom or what it tells."""
        match self.delivery.kind:
            case DeliveryKind.NUDGE:
                return not self.yet_to_log
            case DeliveryKind.MILESTONE:
                return not shows_progress(self.server, self.action, self.now)
            case DeliveryKind.PROMOTED:
                return self.addressee is None
            case DeliveryKind.DAILY_CALL:
                return call_due(self.action, self.delivery.due_at, self.now) is None
            case DeliveryKind.SHIFT | DeliveryKind.SHIFT_OFFER:
                return self._concerns_no_shift
            case DeliveryKind.TASK:
                return self._concerns_no_task
            case DeliveryKind.DIGEST:
                return self.late or self.to_check is None or not self.to_check.waits
            case _:
                return False

    @property
    def _concerns_no_shift(self) -> bool:
        """Its shift is gone or over, nobody has it, or its offer was taken back."""
        shift = self.shift
        if shift is None or self.now >= shift.ends_at:
            return True
        if self.delivery.kind is DeliveryKind.SHIFT:
            return not (shift.is_session or self.addressees)
        return self.offer is None or self.offer.state is OfferState.WITHDRAWN

    @property
    def _concerns_no_task(self) -> bool:
        """Its task is gone or done, nobody has it who is addressed, or its deadline has passed."""
        task = self.task
        if task is None or task.claimed_by is None or task.due_at is None:
            return True
        if task.unnamed and self.addressee is None:
            return True  # in the channel it would name them
        if task.claimed_by != self.addressee:
            return True
        return self.now >= min(task.due_at, self.action.log_until)


def spoken(owed: OwedMessage, code: str | None) -> OwedMessage:
    """What one person is told directly, in the language that they read: sentences and actions.

    Without one, or in the server's own, it stays as it is.
    """
    if not code or code == owed.server.language:
        return owed
    return replace(
        owed,
        server=replace(owed.server, language=code),
        action=translated(owed.action, code),
        repeats=tuple(spoken(repeat, code) for repeat in owed.repeats),
    )
