"""Planning anew: which of what an action owes stays, what is taken back, and what is added."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.actions import Action
from domain.deliveries import DeliveryKind, PlannedDelivery
from domain.digests import is_digest
from domain.plans import plan_rest
from domain.preflight import preflights
from domain.reminders import has_reminder, last_hour, nudge_due, reminder_due
from domain.shifts import REMIND_BEFORE
from domain.tasks import DEADLINE_LEAD
from domain.vote_calls import call_due


@dataclass(frozen=True)
class Owed:
    """A delivery that was planned before and is not sent. `failed`: it was given up."""

    delivery_id: int
    plan: PlannedDelivery
    failed: bool


@dataclass(frozen=True)
class Replan:
    """The ids of what is taken back, and what is owed instead."""

    taken_back: tuple[int, ...]
    added: tuple[PlannedDelivery, ...]


def replan(action: Action, owed: Sequence[Owed], now: datetime) -> Replan:
    """What changes about what an announced action owes; the whole action has to be read for it.

    What is due, or so soon that it would not be planned any more, stays if its instant does: it
    may be on its way, or wait for Discord. Something that failed gives way to what is planned in
    its place, and stays as it is where nothing is.
    """
    planned = list(plan_rest(action, now))
    holds = {o.delivery_id for o in owed if o.plan in planned or _holds(action, o.plan, now)}
    kept = {_which(o.plan) for o in owed if o.delivery_id in holds and not o.failed}
    added = tuple(plan for plan in planned if _which(plan) not in kept)
    replaced = {_which(plan) for plan in planned}
    taken_back = tuple(
        o.delivery_id
        for o in owed
        if o.delivery_id not in holds or (o.failed and _which(o.plan) in replaced)
    )
    return Replan(taken_back, added)


def _holds(action: Action, plan: PlannedDelivery, now: datetime) -> bool:
    """Tell whether what was planned before is right by the action's present times too."""
    match plan.kind:
        case DeliveryKind.REMINDER:
            due = reminder_due(action, plan.offset)
            return plan.due_at == due and has_reminder(action, plan.offset)
        case DeliveryKind.REDRAW:
            return plan.due_at <= now and plan.due_at == action.starts_at - plan.offset
        case DeliveryKind.AHEAD:
            of_another = plan.item_id is not None
            return of_another or plan.due_at == action.starts_at - plan.offset
        case DeliveryKind.REVEAL if action.reveal is not None:
            # Where it was revealed at once, it is owed an instant later.
            return _overdue(plan, action.reveal.at, now)
        case DeliveryKind.TALLY:
            return _overdue(plan, action.log_until, now)
        case DeliveryKind.DECISION if action.undecided and action.decide is not None:
            return _overdue(plan, action.decide.at, now)
        case DeliveryKind.DECISION:
            return action.confirmed_at is not None  # it has yet to be told
        case DeliveryKind.NEXT_OCCURRENCE:
            return action.series_id is not None and _overdue(plan, action.starts_at, now)
        case DeliveryKind.SHIFT | DeliveryKind.TASK:
            return _part_holds(action, plan)
        case DeliveryKind.DIGEST:
            return is_digest(action, plan.due_at)
        case DeliveryKind.DAILY_CALL:
            return plan.due_at <= now and call_due(action, plan.due_at, now) is not None
        case _:
            return plan.due_at == _only_instant(action, plan)


def _only_instant(action: Action, plan: PlannedDelivery) -> datetime | None:
    """When the one delivery of a kind is due, where that kind is due at a single instant."""
    match plan.kind:
        case DeliveryKind.PREFLIGHT:
            return next((due for due, before in preflights(action) if before == plan.offset), None)
        case DeliveryKind.MOMENT:
            return action.starts_at
        case DeliveryKind.LAST_HOUR:
            return last_hour(action)
        case DeliveryKind.CLOSING:
            return action.ends_at
        case DeliveryKind.NUDGE:
            return nudge_due(action)
        case _:
            return None


def _part_holds(action: Action, plan: PlannedDelivery) -> bool:
    """Tell whether the shift or the task that it reminds of is still there, at the same time."""
    if plan.kind is DeliveryKind.SHIFT:
        begins = (plan.item_id, plan.due_at + REMIND_BEFORE)
        return any((shift.shift_id, shift.starts_at) == begins for shift in action.parts.shifts)
    ends = (plan.item_id, plan.due_at + DEADLINE_LEAD)
    return any((task.task_id, task.due_at) == ends for task in action.parts.tasks)


def _overdue(plan: PlannedDelivery, instant: datetime, now: datetime) -> bool:
    """Tell whether it was planned for an instant, or after that had passed."""
    return plan.due_at == instant or instant < plan.due_at <= now


def _which(plan: PlannedDelivery) -> Hashable:
    """Which of an action's deliveries it is, at whatever time; of daily calls the time tells."""
    if plan.kind is DeliveryKind.DAILY_CALL:
        return plan.kind, plan.due_at
    return plan.kind, plan.offset, plan.item_id
