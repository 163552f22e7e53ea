"""What an action owes from its publishing on, and how failures are spaced."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actions import Action, ActionState
from domain.deliveries import IMPORTANCE, TOLD_WHATEVER_HAPPENS, Delivery, DeliveryKind, retry_delay
from domain.kinds import CHECK_IN_LEAD, Kind
from domain.message_plans import DEFAULT_REMINDERS
from domain.owed_messages import OwedMessage
from domain.plans import plan_deliveries
from domain.servers import Server
from domain.votes import VoteApp
from tests.domain.ledgers import make_action
from tests.domain.votes import DAY, STARTS, make_app, make_vote

HOUR = timedelta(hours=1)


def action_that_starts() -> Action:
    return replace(make_action(), state=ActionState.OPEN)


def kinds_planned(before: timedelta) -> list[DeliveryKind]:
    action = action_that_starts()
    return [plan.kind for plan in plan_deliveries(action, action.starts_at - before)]


def test_everything_is_owed_from_the_announcement_to_the_tally() -> None:
    assert kinds_planned(30 * HOUR) == [
        DeliveryKind.ANNOUNCEMENT,
        DeliveryKind.CARD,
        DeliveryKind.REMINDER,
        DeliveryKind.REMINDER,
        DeliveryKind.LAST_HOUR,
        DeliveryKind.PREFLIGHT,
        DeliveryKind.MOMENT,
        *[DeliveryKind.AHEAD] * 4,
        DeliveryKind.CLOSING,
        DeliveryKind.TALLY,
        DeliveryKind.DIGEST,
    ]


def test_reminders_that_would_come_too_late_are_left_out() -> None:
    assert kinds_planned(3 * HOUR).count(DeliveryKind.REMINDER) == 1
    assert kinds_planned(HOUR).count(DeliveryKind.REMINDER) == 0
    assert kinds_planned(HOUR + timedelta(minutes=4)).count(DeliveryKind.REMINDER) == 0


def test_only_what_may_call_it_off_goes_before_the_moment_and_every_kind_has_its_turn() -> None:
    first = sorted(IMPORTANCE, key=IMPORTANCE.__getitem__)[:2]
    assert first == [DeliveryKind.DECISION, DeliveryKind.MOMENT]
    assert set(IMPORTANCE) == set(DeliveryKind)


@given(st.integers(1, 30), st.floats(0, 1, exclude_max=True))
def test_retries_wait_longer_each_time_up_to_five_minutes(attempts: int, jitter: float) -> None:
    delay = retry_delay(attempts, jitter)
    ceiling = timedelta(seconds=min(300, 2**attempts))
    assert ceiling / 2 <= delay <= ceiling


def owed(
    kind: DeliveryKind, action: Action, after: timedelta, addressee: int | None
) -> OwedMessage:
    now = action.starts_at + after
    delivery = Delivery(action.guild_id, 1, action.action_id, kind, action.starts_at, 1)
    return OwedMessage(delivery, action, Server(action.guild_id), now, addressee)


def test_a_reminder_of_what_has_begun_is_pointless() -> None:
    action = action_that_starts()
    assert owed(DeliveryKind.REMINDER, action, timedelta(0), None).pointless
    assert not owed(DeliveryKind.REMINDER, action, -HOUR, None).pointless
    assert not owed(DeliveryKind.MOMENT, action, HOUR, None).pointless


def test_news_of_a_place_that_was_given_back_is_pointless() -> None:
    action = action_that_starts()
    assert owed(DeliveryKind.PROMOTED, action, -HOUR, None).pointless
    assert not owed(DeliveryKind.PROMOTED, action, -HOUR, 7).pointless


def test_nothing_is_said_about_a_cancelled_action() -> None:
    cancelled = replace(action_that_starts(), state=ActionState.CANCELLED)
    for kind in DeliveryKind:
        assert owed(kind, cancelled, -HOUR, 7).pointless is (kind not in TOLD_WHATEVER_HAPPENS)


def test_a_message_is_late_after_five_minutes() -> None:
    action = action_that_starts()
    assert not owed(DeliveryKind.MOMENT, action, timedelta(minutes=5), None).late
    assert owed(DeliveryKind.MOMENT, action, timedelta(minutes=6), None).late


def planned(action: Action, before: timedelta, kind: DeliveryKind) -> list[timedelta]:
    """How long before the start what is planned of a kind is due, that long before the start."""
    plans = plan_deliveries(action, action.starts_at - before)
    return [action.starts_at - plan.due_at for plan in plans if plan.kind is kind]


def test_what_was_posted_is_redrawn_when_its_buttons_change_before_the_moment() -> None:
    redraw, action = DeliveryKind.REDRAW, action_that_starts()
    assert planned(action, 30 * HOUR, redraw) == []
    assert planned(replace(action, sign_up_lead=5 * HOUR), 30 * HOUR, redraw) == [5 * HOUR]
    assert planned(replace(action, sign_up_lead=5 * HOUR), 4 * HOUR, redraw) == []
    place = replace(action, kind=Kind.ATTENDANCE, sign_up_lead=5 * HOUR)
    assert planned(place, 30 * HOUR, redraw) == [5 * HOUR, CHECK_IN_LEAD]
    both = replace(place, sign_up_lead=CHECK_IN_LEAD)
    assert planned(both, 30 * HOUR, redraw) == [CHECK_IN_LEAD]


def test_a_card_is_redrawn_as_apps_open_and_close_within_the_action() -> None:
    def redraws(*apps: VoteApp) -> list[timedelta]:
        return planned(make_vote(*apps), DAY, DeliveryKind.REDRAW)

    early, late = STARTS - DAY, STARTS + 60 * DAY
    app = make_app(opens_at=STARTS + DAY, closes_at=STARTS + 3 * DAY)
    assert redraws(app, make_app(2), replace(app, app_id=3)) == [-DAY, -3 * DAY]
    assert redraws(make_app(opens_at=early, closes_at=late)) == []
    assert redraws(make_app(opens_at=late, closes_at=late + DAY)) == []


@pytest.mark.parametrize("kind", [Kind.SUBMISSION, Kind.PROJECT])
def test_where_the_end_is_a_deadline_people_are_reminded_of_that(kind: Kind) -> None:
    action = replace(action_that_starts(), kind=kind)
    lasts = action.ends_at - action.starts_at
    before_the_end = [offset - lasts for offset in DEFAULT_REMINDERS]
    assert planned(action, 30 * HOUR, DeliveryKind.REMINDER) == before_the_end
    assert not owed(DeliveryKind.REMINDER, action, HOUR, None).pointless
    assert owed(DeliveryKind.REMINDER, action, lasts, None).pointless
