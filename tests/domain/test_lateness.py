"""What becomes of a message by its kind and by how late its turn comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.actions import Action, ActionState
from domain.deliveries import Delivery, DeliveryKind
from domain.lateness import MOMENT_GRACE, Verdict, judge
from domain.owed_messages import Missed, OwedMessage
from domain.parts import Parts
from domain.servers import Server
from domain.shifts import OfferState, Shift, ShiftOffer
from domain.tasks import Task
from domain.vote_calls import plan_calls
from tests.domain.ledgers import DAY, START, make_action
from tests.domain.votes import STARTS, make_app, make_vote

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SEND, SKIP, MISSED, ASK = Verdict.SEND, Verdict.SKIP, Verdict.MISSED, Verdict.ASK
KINDS = DeliveryKind

SHIFT = Shift(1, START + HOUR, START + 3 * HOUR, target=2, taken=1)
OFFER = ShiftOffer(5, 2, 1, 7, None, None, OfferState.OPEN, START)
TASK = Task(1, "Cover", due_at=START + 12 * HOUR, claimed_by=7, claimed_at=START)
ACTION = make_action(parts=Parts(shifts=(SHIFT,), tasks=(TASK,)))
"""It begins at START, ends a day later, and its tally is due a day after that."""


def owed(
    kind: DeliveryKind, due: timedelta, late: timedelta, action: Action = ACTION, **values: Any
) -> OwedMessage:
    """A delivery due so long after the start, whose turn comes so late."""
    details = {name: values.pop(name) for name in ("offset", "ordered_at") if name in values}
    item = values.pop("item_id", 1)
    due_at = action.starts_at + due
    delivery = Delivery(1, 9, 2, kind, due_at, 1, item_id=item, **details)
    values = {"addressee": 7, "addressees": (7,), "offer": None, "yet_to_log": 3} | values
    return OwedMessage(delivery, action, Server(1), due_at + late, **values)


TABLE = [
    (KINDS.ANNOUNCEMENT, -2 * DAY, DAY, SEND),
    (KINDS.ANNOUNCEMENT, -2 * DAY, 3 * DAY, MISSED),
    (KINDS.CARD, -2 * DAY, 3 * DAY, SEND),
    (KINDS.CARD, -2 * DAY, 4 * DAY, SKIP),
    (KINDS.REMINDER, -DAY, DAY - MINUTE, SEND),
    (KINDS.REMINDER, -DAY, DAY, MISSED),
    (KINDS.MOMENT, 0 * HOUR, MOMENT_GRACE, SEND),
    (KINDS.MOMENT, 0 * HOUR, MOMENT_GRACE + MINUTE, ASK),
    (KINDS.MOMENT, 0 * HOUR, DAY - MINUTE, ASK),
    (KINDS.MOMENT, 0 * HOUR, DAY, MISSED),
    (KINDS.PROMOTED, HOUR, 2 * HOUR, SEND),
    (KINDS.PROMOTED, HOUR, DAY, MISSED),
    (KINDS.SHIFT, HOUR - 15 * MINUTE, HOUR, SEND),
    (KINDS.SHIFT, HOUR - 15 * MINUTE, 3 * HOUR, MISSED),
    (KINDS.TASK, -12 * HOUR, DAY - MINUTE, SEND),
    (KINDS.TASK, -12 * HOUR, DAY, MISSED),
    (KINDS.LAST_HOUR, 23 * HOUR, 30 * MINUTE, SEND),
    (KINDS.LAST_HOUR, 23 * HOUR, HOUR, MISSED),
    (KINDS.NUDGE, 20 * HOUR, DAY, SEND),
    (KINDS.NUDGE, 20 * HOUR, 2 * DAY, MISSED),
    (KINDS.CLOSING, DAY, DAY - MINUTE, SEND),
    (KINDS.CLOSING, DAY, DAY, MISSED),
    (KINDS.TALLY, 2 * DAY, 30 * DAY, SEND),
    (KINDS.STEP, HOUR, 2 * HOUR, SEND),
    (KINDS.STEP, HOUR, 30 * DAY, MISSED),
    (KINDS.DECISION, -HOUR, 2 * HOUR, SEND),
    (KINDS.DECISION, -HOUR, 30 * DAY, MISSED),
    (KINDS.NOTICE, HOUR, 30 * DAY, SEND),
    (KINDS.PREFLIGHT, -30 * MINUTE, 20 * MINUTE, SEND),
    (KINDS.PREFLIGHT, -30 * MINUTE, HOUR, SKIP),
    (KINDS.AHEAD, -HOUR, 30 * DAY, SKIP),
]


@pytest.mark.parametrize(("kind", "due", "late", "verdict"), TABLE)
def test_each_kind_is_judged_by_how_late_its_turn_comes(
    kind: DeliveryKind, due: timedelta, late: timedelta, verdict: Verdict
) -> None:
    assert judge(owed(kind, due, late)) is verdict


@pytest.mark.parametrize(("kind", "due", "late", "verdict"), TABLE)
def test_in_time_each_kind_is_sent(
    kind: DeliveryKind, due: timedelta, late: timedelta, verdict: Verdict
) -> None:
    assert judge(owed(kind, due, timedelta(0))) is SEND


@pytest.mark.parametrize("state", [ActionState.PAUSED, ActionState.CANCELLED])
def test_what_organisers_stopped_is_skipped_and_not_missed(state: ActionState) -> None:
    stopped = replace(ACTION, state=state)
    for kind, due, late, _ in TABLE:
        assert judge(owed(kind, due, late, stopped)) is not ASK
        if kind not in (KINDS.STEP, KINDS.DECISION, KINDS.PROMOTED):
            assert judge(owed(kind, due, late, stopped)) is not MISSED


def test_what_is_about_nobody_is_skipped_and_not_missed() -> None:
    """Not even where its time has passed besides."""
    for late in (timedelta(0), 30 * DAY):
        assert judge(owed(KINDS.PROMOTED, HOUR, late, addressee=None)) is SKIP
        assert judge(owed(KINDS.SHIFT, HOUR, late, addressees=())) is SKIP
        assert judge(owed(KINDS.TASK, HOUR, late, item_id=99)) is SKIP
        assert judge(owed(KINDS.NUDGE, HOUR, late, yet_to_log=0)) is SKIP


def test_of_reminders_that_are_due_together_only_the_last_is_sent() -> None:
    assert judge(owed(KINDS.REMINDER, -DAY, 23 * HOUR, superseded=True)) is SKIP
    assert judge(owed(KINDS.REMINDER, -DAY, 23 * HOUR)) is SEND
    passed = owed(KINDS.REMINDER, -DAY, 2 * DAY, superseded=True)
    assert judge(passed) is MISSED, "the later one came too late as well"


@pytest.mark.parametrize(("kind", "due", "late", "verdict"), TABLE)
def test_what_an_organiser_ordered_is_sent_whatever_its_time(
    kind: DeliveryKind, due: timedelta, late: timedelta, verdict: Verdict
) -> None:
    ordered = owed(kind, due, late, ordered_at=START)
    assert judge(ordered) is SEND
    cancelled = replace(ordered, action=replace(ACTION, state=ActionState.CANCELLED))
    told_anyway = kind in (KINDS.STEP, KINDS.DECISION, KINDS.NOTICE)
    assert judge(cancelled) is (SEND if told_anyway else SKIP)


def test_an_ordered_moment_is_sent_long_after_its_time_and_before_it_too() -> None:
    for late in (-DAY, timedelta(0), 12 * HOUR):
        assert judge(owed(KINDS.MOMENT, timedelta(0), late, ordered_at=START)) is SEND


def test_of_three_daily_calls_that_were_missed_one_is_sent_and_two_are_listed() -> None:
    """The days that the first two called for have ended; the third one's still runs."""
    action = make_vote(make_app(reset="23:30"))
    calls = list(plan_calls(action, STARTS + 6 * HOUR))[:3]
    now = calls[-1].due_at + HOUR
    verdicts = [judge(call_owed(action, call.due_at, now)) for call in calls]
    assert verdicts == [MISSED, MISSED, SEND]
    much_later = calls[-1].due_at + 4 * HOUR
    assert judge(call_owed(action, calls[-1].due_at, much_later)) is MISSED


def call_owed(action: Action, due_at: datetime, now: datetime) -> OwedMessage:
    return OwedMessage(Delivery(1, 9, 2, KINDS.DAILY_CALL, due_at, 1), action, Server(1), now)


def test_the_list_of_what_was_missed_goes_out_unless_it_is_empty() -> None:
    missed = Missed(8, KINDS.REMINDER, START, ACTION)
    assert judge(owed(KINDS.MISSED, HOUR, 9 * DAY, missed=(missed,))) is SEND
    assert judge(owed(KINDS.MISSED, HOUR, 9 * DAY)) is SKIP


def test_an_offer_of_a_shift_that_is_over_was_missed() -> None:
    offered = owed(KINDS.SHIFT_OFFER, timedelta(0), 2 * HOUR, offer=OFFER)
    assert judge(offered) is SEND
    assert judge(owed(KINDS.SHIFT_OFFER, timedelta(0), 4 * HOUR, offer=OFFER)) is MISSED
    withdrawn = replace(OFFER, state=OfferState.WITHDRAWN)
    assert judge(owed(KINDS.SHIFT_OFFER, timedelta(0), 4 * HOUR, offer=withdrawn)) is SKIP
