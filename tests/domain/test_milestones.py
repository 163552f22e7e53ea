"""Milestones: what organisers type for them, and which of them a total has reached."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actions import Action
from domain.errors import Refusal
from domain.kinds import Kind
from domain.message_plans import DEFAULT_MILESTONES, MessagePlan
from domain.milestones import (
    mark_as_text,
    mark_at,
    marks_of,
    newly_reached,
    next_mark,
    reached_by,
    read_milestones,
    without_amounts,
)
from domain.totals import Total
from tests.domain.ledgers import make_action

HASHTAG = make_action(kind=Kind.HASHTAG, unit_code="posts")


def with_marks(*marks: str, goal: int | None = 1000) -> Action:
    return replace(HASHTAG, goal=goal, plan=MessagePlan(milestones=marks))


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("10%, 50%", ("10%", "50%")),
        ("50%,10%,100%", ("10%", "50%", "100%")),
        ("50 %; 5", ("5", "50%")),
        ("10,000, 2,500", ("2500", "10000")),
        ("1k\n1,000", ("1000",)),
        ("１０％、２０％", ("10%", "20%")),
        ("1만, 5천", ("5000", "10000")),
        ("050%, 50%,", ("50%",)),
        ("", ()),
    ],
)
def test_a_list_of_milestones_is_read(text: str, marks: tuple[str, ...]) -> None:
    read = read_milestones(text, HASHTAG, "ko")
    assert sorted(read) == sorted(marks)
    typed = ", ".join(mark_as_text(mark, HASHTAG) for mark in read)
    assert read_milestones(typed, HASHTAG, "ko") == read, "what is shown is read back"


def test_amounts_of_money_are_read_in_the_actions_currency() -> None:
    dollars = make_action()
    assert read_milestones("$1,000, 25.50", dollars, "en") == ("2550", "100000")
    assert mark_as_text("2550", dollars) == "25.50"
    won = replace(dollars, unit_code="KRW")
    assert read_milestones("3만 5천원", won, "ko") == ("35000",)


@pytest.mark.parametrize(
    ("text", "key", "piece"),
    [
        ("50%, half", "milestones.not_understood", "half"),
        ("500,1000", "milestones.not_understood", "500,1000"),
        ("0%", "milestones.percent", "0%"),
        ("50%, 1001%", "milestones.percent", "1001%"),
        ("-5%", "milestones.not_understood", "-5%"),
        ("12.5%", "milestones.not_understood", "12.5%"),
        ("0", "milestones.not_understood", "0"),
    ],
)
def test_what_is_no_milestone_is_refused_by_its_own_words(text: str, key: str, piece: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_milestones(text, HASHTAG, "en")
    assert (caught.value.key, caught.value.values["text"]) == (key, piece)


def test_a_server_takes_parts_of_the_goal_only() -> None:
    assert read_milestones("10%, 90%", None, "en") == ("10%", "90%")
    with pytest.raises(Refusal) as caught:
        read_milestones("10%, 5000", None, "en")
    assert caught.value.key == "milestones.only_percent"


def test_there_are_no_more_than_twenty() -> None:
    with pytest.raises(Refusal) as caught:
        read_milestones(", ".join(f"{n}%" for n in range(1, 22)), HASHTAG, "en")
    assert caught.value.values == {"count": 21, "most": 20}


def test_parts_come_to_whole_amounts_that_are_not_reached_too_early() -> None:
    assert [m.at for m in marks_of(with_marks("25%", "50%", goal=3))] == [1, 2]
    assert [m.text for m in marks_of(with_marks("50%", "600", "100%"))] == ["50%", "600", "100%"]
    assert [m.text for m in marks_of(with_marks("50%", "600", goal=None))] == ["600"]


@given(st.lists(st.integers(1, 400), max_size=30), st.integers(1, 2000))
def test_whatever_is_logged_each_milestone_is_passed_once_and_the_highest_is_told(
    amounts: list[int], goal: int
) -> None:
    action, passed, told, total = with_marks(*DEFAULT_MILESTONES, "700", goal=goal), [], [], 0
    ahead = next_mark(action, 0, ())
    for amount in amounts:
        total += amount
        if ahead is None or total < ahead:
            continue
        marks, highest = newly_reached(action, total, passed)
        assert highest is not None
        assert highest.at == max(mark.at for mark in marks) <= total
        passed += [mark.text for mark in marks]
        told.append(highest.at)
        ahead = next_mark(action, total, passed)
    assert len(passed) == len(set(passed))
    assert set(passed) == {mark.text for mark in marks_of(action) if mark.at <= total}
    assert told == sorted(set(told))


def test_of_two_milestones_at_the_same_amount_the_part_of_the_goal_is_named() -> None:
    action = with_marks("500", "50%", "25%", goal=1000)
    found = mark_at(action, 500)
    assert found is not None
    assert found.text == "50%"
    everything = mark_at(with_marks(*DEFAULT_MILESTONES, goal=1), 1)
    assert everything is not None
    assert everything.text == "100%"
    assert mark_at(action, 501) is None


def test_several_currencies_count_as_the_cards_bar_does() -> None:
    totals = {"USD": Total(logged=5000), "KRW": Total(logged=10_000)}
    two = make_action(goal=10_000, fields={"currencies": "KRW"})
    assert reached_by(two, totals) == 5000, "without rates the goal's own currency counts"
    rated = replace(two, fields={"currencies": "KRW", "rates": "KRW 0.001"})
    assert reached_by(rated, totals) == 6000


def test_what_waits_for_a_check_is_not_reached() -> None:
    assert reached_by(HASHTAG, {"posts": Total(logged=3, held=900, not_counted=900)}) == 3


def test_in_another_unit_only_parts_of_the_goal_hold_on() -> None:
    plan = MessagePlan((), ("50%", "5000"), nudges=True)
    assert without_amounts(plan) == MessagePlan((), ("50%",), nudges=True)
