"""What an action owes by its times: which messages, and when each is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from domain.actions import Action, ActionState
from domain.deliveries import DeliveryKind, PlannedDelivery
from domain.digests import next_digest
from domain.direct import looks_ahead
from domain.preflight import preflights
from domain.reminders import has_reminder, last_hour, nudge_due, reminder_due
from domain.shifts import REMIND_BEFORE
from domain.tasks import DEADLINE_LEAD
from domain.vote_calls import plan_calls, window

SOON = timedelta(minutes=5)
"""A reminder that would come so soon after the announcement tells nobody anything new."""


def plan_deliveries(action: Action, now: datetime) -> Iterator[PlannedDelivery]:
    """All deliveries that an action owes from its publishing on, its announcement first."""
    announced = now if action.announce is None else max(now, action.announce.at)
    yield PlannedDelivery(DeliveryKind.ANNOUNCEMENT, announced)
    yield PlannedDelivery(DeliveryKind.CARD, announced)
    yield from plan_rest(action, announced)


def plan_rest(action: Action, now: datetime) -> Iterator[PlannedDelivery]:
    """What an action still owes at an instant at which it is announced, or was already.

    A reminder whose instant has passed already, or that would come within five minutes, is left
    out; so is the moment of what has begun.
    """
    if action.undecided and action.decide is not None:
        yield PlannedDelivery(DeliveryKind.DECISION, max(action.decide.at, now))
    yield from _plan_reminders(action, now)
    for due, before in preflights(action):
        if due > now:
            yield PlannedDelivery(DeliveryKind.PREFLIGHT, due, before)
    if action.reveal is not None and action.reveal.at > now:
        yield PlannedDelivery(DeliveryKind.REVEAL, action.reveal.at)
    if action.starts_at > now:
        yield PlannedDelivery(DeliveryKind.MOMENT, action.starts_at)
    for due, before in looks_ahead(action.starts_at, now):
        yield PlannedDelivery(DeliveryKind.AHEAD, due, before)
    if action.ends_at > now:
        yield PlannedDelivery(DeliveryKind.CLOSING, action.ends_at)
    yield PlannedDelivery(DeliveryKind.TALLY, max(action.log_until, now))
    if (digest := next_digest(action, now)) is not None:
        yield PlannedDelivery(DeliveryKind.DIGEST, digest)
    yield from _plan_parts(action, now)
    for instant in sorted(_other_looks(action)):
        if instant > now:
            offset = action.starts_at - instant
            yield PlannedDelivery(DeliveryKind.REDRAW, instant, offset)
    yield from plan_series(action, now)


def _plan_reminders(action: Action, now: datetime) -> Iterator[PlannedDelivery]:
    """Its reminders, one an instant, the last hour, and the nudge."""
    taken: set[datetime] = set()
    for offset in filter(partial(has_reminder, action), action.plan.reminders):
        due = reminder_due(action, offset)
        if due > now + SOON and due not in taken:
            taken.add(due)
            yield PlannedDelivery(DeliveryKind.REMINDER, due, offset)
    last, nudge = last_hour(action), nudge_due(action)
    if last is not None and last > now + SOON:
        yield PlannedDelivery(DeliveryKind.LAST_HOUR, last)
    if nudge is not None and nudge > now + SOON:
        yield PlannedDelivery(DeliveryKind.NUDGE, nudge)


def _plan_parts(action: Action, now: datetime) -> Iterator[PlannedDelivery]:
    """What is owed of an action's shifts, its tasks with a deadline, and a vote's days."""
    for shift in action.parts.shifts:
        if shift.starts_at - REMIND_BEFORE > now:
            due = shift.starts_at - REMIND_BEFORE
            yield PlannedDelivery(DeliveryKind.SHIFT, due, item_id=shift.shift_id)
    for task in action.parts.tasks:
        if task.due_at is not None and task.due_at - DEADLINE_LEAD > now:
            due = task.due_at - DEADLINE_LEAD
            yield PlannedDelivery(DeliveryKind.TASK, due, item_id=task.task_id)
    for call in plan_calls(action, now):
        yield PlannedDelivery(DeliveryKind.DAILY_CALL, call.due_at)


def _other_looks(action: Action) -> set[datetime]:
    """The instants, beside the moment and the end, from which its posts look different."""
    instants: set[datetime] = set()
    for app in action.parts.apps:
        opens, closes = window(action, app)
        if opens < closes:
            instants |= {opens, closes} - {action.starts_at, action.ends_at}
    if action.sign_up_lead is not None:
        instants.add(action.sign_ups_end)
    if action.rules.log_lead:
        instants.add(action.log_from)
    return instants


def plan_series(action: Action, now: datetime) -> Iterator[PlannedDelivery]:
    """When the action is made that follows in its series: as this one starts, however it stands.

    After one that was cancelled it is made at once.
    """
    if action.series_id is not None:
        cancelled = action.state is ActionState.CANCELLED
        due = now if cancelled else max(action.starts_at, now)
        yield PlannedDelivery(DeliveryKind.NEXT_OCCURRENCE, due)
