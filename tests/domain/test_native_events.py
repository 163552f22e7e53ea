"""What a hand did to an event, and what the bot is to make of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refusal
from domain.native_events import (
    OVER,
    SLACK,
    ByHand,
    EventMoved,
    EventShown,
    EventStatus,
    NativeEvent,
    aim,
    done_by_hand,
    require_moved,
    settle_move,
    steps_to,
)

HOUR = timedelta(hours=1)
STARTS = datetime(2026, 11, 21, 11, tzinfo=UTC)
ENDS = STARTS + 2 * HOUR
BEFORE = STARTS - HOUR

SHOWN = EventShown("Trend party", "#1", "https://discord.com/channels/1/2/3", STARTS, ENDS)
KNOWN = NativeEvent(1, 2, 3, SHOWN)
MOVED = EventMoved(STARTS + HOUR, ENDS + HOUR, told_by=9)
THERE = replace(SHOWN, starts_at=MOVED.starts_at, ends_at=MOVED.ends_at)


@pytest.mark.parametrize(
    ("seen", "now", "done"),
    [
        (SHOWN, BEFORE, None),
        (None, BEFORE, ByHand.DELETED),
        (THERE, BEFORE, ByHand.MOVED),
        (replace(SHOWN, ends_at=ENDS + HOUR), BEFORE, ByHand.MOVED),
        (replace(SHOWN, name="Ours", description="", location="the park"), BEFORE, None),
        (replace(SHOWN, status=EventStatus.CANCELLED), BEFORE, ByHand.CANCELLED),
        (replace(SHOWN, status=EventStatus.ACTIVE), BEFORE, ByHand.STARTED),
        (replace(SHOWN, status=EventStatus.ACTIVE), STARTS - SLACK, None),
        (replace(SHOWN, status=EventStatus.ACTIVE), STARTS, None),
        (replace(SHOWN, status=EventStatus.COMPLETED), STARTS, ByHand.ENDED),
        (replace(SHOWN, status=EventStatus.COMPLETED), ENDS, None),
    ],
)
def test_what_was_done_by_hand_is_told_from_what_discord_does(
    seen: EventShown | None, now: datetime, done: ByHand | None
) -> None:
    assert done_by_hand(KNOWN, seen, now) is done


@pytest.mark.parametrize("status", sorted(OVER))
def test_to_what_is_over_nothing_can_be_done(status: EventStatus) -> None:
    over = replace(KNOWN, shown=replace(SHOWN, status=status))
    assert done_by_hand(over, None, BEFORE) is None
    assert done_by_hand(over, THERE, BEFORE) is None


def test_a_change_of_the_bots_own_that_was_under_way_is_no_hands() -> None:
    changing = replace(KNOWN, shown=THERE, before=SHOWN)
    assert done_by_hand(changing, SHOWN, BEFORE) is None
    assert done_by_hand(changing, THERE, BEFORE) is None


def test_a_move_is_told_once_and_another_one_anew() -> None:
    asked = replace(KNOWN, moved=MOVED)
    assert done_by_hand(asked, THERE, BEFORE) is None
    further = replace(THERE, ends_at=THERE.ends_at + HOUR)
    assert done_by_hand(asked, further, BEFORE) is ByHand.MOVED


def test_while_it_is_asked_of_a_moved_event_keeps_its_times_and_takes_the_rest() -> None:
    asked, wanted = replace(KNOWN, moved=MOVED), replace(SHOWN, name="Another title")
    assert settle_move(asked, THERE, wanted) == asked
    assert aim(asked, THERE, wanted) == replace(THERE, name="Another title")


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (THERE, THERE),  # its action was moved too
        (SHOWN, SHOWN),  # somebody put it back by hand
        (THERE, replace(SHOWN, starts_at=STARTS - HOUR)),  # its action has yet another time
    ],
)
def test_a_move_is_settled_by_either_side(seen: EventShown, wanted: EventShown) -> None:
    settled = settle_move(replace(KNOWN, moved=MOVED), seen, wanted)
    assert settled.moved is None
    assert aim(settled, seen, wanted).times == wanted.times


def test_the_start_of_a_running_event_stays_whatever_is_wanted() -> None:
    running = replace(SHOWN, status=EventStatus.ACTIVE)
    later = replace(THERE, status=EventStatus.SCHEDULED)
    assert aim(KNOWN, running, later).times == (STARTS, THERE.ends_at)


@given(st.sampled_from(EventStatus), st.sampled_from(EventStatus))
def test_a_status_is_reached_only_by_steps_that_discord_allows(
    status: EventStatus, wanted: EventStatus
) -> None:
    scheduled, active = EventStatus.SCHEDULED, EventStatus.ACTIVE
    allowed = {
        (scheduled, active),
        (active, EventStatus.COMPLETED),
        (scheduled, EventStatus.CANCELLED),
    }
    steps = [status, *steps_to(status, wanted)]
    assert set(pairwise(steps)) <= allowed
    if wanted in OVER:
        assert steps[-1] in OVER


def test_an_answer_is_for_the_move_of_which_it_was_told() -> None:
    asked = replace(KNOWN, moved=MOVED)
    assert require_moved(asked, MOVED.told_by) == MOVED
    for known, told_by, key in (
        (asked, 8, "refused.event_moved_again"),
        (KNOWN, 9, "refused.event_not_moved"),
        (None, 9, "refused.event_not_moved"),
        (replace(asked, gone_at=BEFORE), 9, "refused.event_not_moved"),
    ):
        with pytest.raises(Refusal) as caught:
            require_moved(known, told_by)
        assert caught.value.key == key
