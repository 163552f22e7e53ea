"""Direct messages: when people are told ahead of a moment, who has finished, and own zones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actions import Action, ActionState
from domain.audit import Act
from domain.deliveries import Delivery, DeliveryKind
from domain.direct import (
    LEAD,
    LOOKS,
    PACE,
    begin_telling,
    has_finished,
    is_repeated,
    looks_ahead,
)
from domain.errors import Refusal
from domain.kinds import Kind
from domain.own_zone import live_in
from domain.walls import Wall

MOMENT = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NOW = datetime(2026, 11, 21, 12, 40, tzinfo=UTC)
"""21:40 in Seoul and Tokyo, 9:40 in São Paulo, 18:10 in India."""


@given(st.integers(min_value=0, max_value=20_000))
def test_exactly_one_look_before_the_last_begins_to_tell_so_many(people: int):
    """The last look is for those who came since, however many had come before."""
    begins = {look: begin_telling(MOMENT, look, people) for look in LOOKS}
    early = [look for look in LOOKS[:-1] if begins[look] is not None]
    assert early, "some look is early enough, or the first one tries"
    first = max(early)
    due = begins[first]
    assert due is not None
    assert due + people * PACE == MOMENT - LEAD, "the last one is told ten minutes before"
    assert first == LOOKS[0] or MOMENT - first <= due
    assert begins[LOOKS[-1]] is not None


def test_looks_that_have_passed_are_not_planned():
    assert list(looks_ahead(MOMENT, MOMENT - 16 * MINUTE)) == [
        (MOMENT - 15 * MINUTE, 15 * MINUTE),
        (MOMENT - 6 * MINUTE, 6 * MINUTE),
    ]
    assert list(looks_ahead(MOMENT, MOMENT - 6 * MINUTE)) == []


def an_action(kind: Kind) -> Action:
    wall = Wall(MOMENT.replace(tzinfo=None), "UTC")
    return Action(
        *(1, 2, kind, "Stage day", ActionState.OPEN, 3, 4, wall, MOMENT, None, MOMENT + HOUR),
        *(MOMENT + 2 * HOUR, "USD", MOMENT - HOUR),
    )


@pytest.mark.parametrize(
    ("kind", "pledged", "logged", "finished"),
    [
        (Kind.FUNDRAISER, None, 0, False),
        (Kind.FUNDRAISER, None, 1, True),
        (Kind.FUNDRAISER, 50, 49, False),
        (Kind.FUNDRAISER, 50, 50, True),
        (Kind.VOTE, None, 3, False),
    ],
)
def test_who_did_what_they_pledged_has_finished_and_votes_come_back_every_day(
    kind: Kind, pledged: int | None, logged: int, *, finished: bool
):
    assert has_finished(an_action(kind), pledged, logged) is finished


def test_a_step_that_pinged_nobody_is_told_directly_and_a_reminder_once_some_may_have_finished():
    step = Delivery(1, 1, 2, DeliveryKind.STEP, MOMENT, 2, item_id=1)
    party = an_action(Kind.HASHTAG)
    assert not is_repeated(party, step, MOMENT, pinged=True, act=Act.CANCELLED)
    assert is_repeated(party, step, MOMENT, pinged=False, act=Act.CANCELLED)
    assert not is_repeated(party, step, MOMENT, pinged=False, act=Act.SIGN_UPS_CLOSED)
    reminder = replace(step, kind=DeliveryKind.REMINDER)
    assert not is_repeated(party, reminder, MOMENT - MINUTE, pinged=False)
    assert is_repeated(party, reminder, MOMENT, pinged=False)


@pytest.mark.parametrize(
    ("typed", "language", "among"),
    [
        ("9:40 pm", "en", "Asia/Seoul"),
        ("21:40", "en", "Asia/Tokyo"),
        ("오후 9시 40분", "ko", "Asia/Seoul"),
        ("9:40", "en", "Asia/Seoul"),
        ("9:40 am", "en", "America/Sao_Paulo"),
        ("9:41am", "en", "America/Sao_Paulo"),
        ("18:10", "en", "Asia/Kolkata"),
        ("1:40 pm", "en", "Europe/Berlin"),
        ("서울", "ko", "Asia/Seoul"),
        ("são paulo", "en", "America/Sao_Paulo"),
    ],
)
def test_the_time_on_ones_clock_or_a_city_says_where_one_lives(
    typed: str, language: str, among: str
):
    assert among in [match.zone for match in live_in(typed, NOW, language)]


@given(st.integers(min_value=0, max_value=47))
def test_every_place_that_is_offered_has_that_time_now(halves: int):
    typed = f"{halves // 2:02}:{halves % 2 * 30 + 10:02}"
    try:
        found = live_in(f"{typed} h", NOW, "en")
    except Refusal as refusal:
        assert refusal.key == "own_zone.nowhere"  # noqa: PT017 - most half hours are nowhere's
        return
    shown = {f"{NOW.astimezone(ZoneInfo(match.zone)):%H:%M}" for match in found}
    assert shown == {typed}
    assert len(found) <= 25


@pytest.mark.parametrize(
    ("typed", "key"),
    [("Atlantis", "not_understood"), ("tomorrow", "not_understood"), ("9:00 am", "nowhere")],
)
def test_what_names_neither_is_refused_with_what_was_typed(typed: str, key: str):
    with pytest.raises(Refusal) as caught:
        live_in(typed, NOW, "en")
    assert (caught.value.key, caught.value.values) == (f"own_zone.{key}", {"text": typed})
