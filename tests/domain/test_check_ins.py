"""Checking in: when the doors open, which code is the same, and how often one may guess."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actions import ActionState
from domain.check_ins import (
    MOST_WRONG_CODES,
    WRONG_CODES_WITHIN,
    code_of,
    require_check_in_open,
    same_code,
    wait_for_next_try,
)
from domain.errors import Gone, Refusal
from domain.kinds import CHECK_IN_LEAD, Kind
from tests.domain.ledgers import START, make_action

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def gathering(**values: object):
    return make_action(**{"kind": Kind.ATTENDANCE, "unit_code": "people", **values})


def test_the_doors_open_two_hours_before_the_start():
    action = gathering()
    with pytest.raises(Refusal) as refused:
        require_check_in_open(action, START - CHECK_IN_LEAD - timedelta(microseconds=1))
    assert refused.value.values["opens"] == START - timedelta(hours=2)
    require_check_in_open(action, START - CHECK_IN_LEAD)
    require_check_in_open(action, action.log_until - MINUTE)


def test_nobody_checks_in_when_it_is_over_or_was_never_announced():
    with pytest.raises(Refusal, match="final"):
        require_check_in_open(gathering(), gathering().log_until)
    with pytest.raises(Refusal, match="cancelled"):
        require_check_in_open(gathering(state=ActionState.CANCELLED), START)
    with pytest.raises(Gone):
        require_check_in_open(gathering(state=ActionState.DRAFT, number=None), START)


def test_an_action_without_a_code_has_none():
    assert code_of(gathering(fields={"place": "Hall 3"})) is None
    assert code_of(gathering(fields={"place": "Hall 3", "code": "BLUE-7"})) == "BLUE-7"


def test_a_code_is_the_same_however_it_is_written():
    for typed in ("BLUE-7 sky", "blue7sky", " Blue 7–SKY\n"):
        assert same_code("Blue-7 Sky", typed)
    for typed in ("", "blue7", "blue 8 sky", "blue7sky!"):
        assert not same_code("Blue-7 Sky", typed)


def test_the_sixth_guess_has_to_wait_until_the_first_is_ten_minutes_old():
    tries = [NOW + n * MINUTE for n in range(MOST_WRONG_CODES)]
    assert wait_for_next_try(tries[:-1], NOW + 4 * MINUTE) is None
    assert wait_for_next_try(tries, NOW + 4 * MINUTE) == 6 * MINUTE
    assert wait_for_next_try(tries, NOW + WRONG_CODES_WITHIN) is None


@given(st.lists(st.integers(0, 3600), max_size=30))
def test_nobody_gets_more_than_five_guesses_in_any_ten_minutes(seconds: list[int]):
    taken: list[datetime] = []
    for at in (NOW + timedelta(seconds=second) for second in sorted(seconds)):
        if wait_for_next_try(taken, at) is None:
            taken.append(at)
    for at in taken:
        within = [other for other in taken if timedelta(0) <= other - at < WRONG_CODES_WITHIN]
        assert len(within) <= MOST_WRONG_CODES
