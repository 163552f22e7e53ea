"""Blueprints: what is laid out from an action is the same action on another day."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actions import Action, ActionState
from domain.blueprints import (
    AppPlan,
    Blueprint,
    OptionPlan,
    ShiftPlan,
    TaskPlan,
    as_json,
    blueprint_of,
    from_json,
    lay_out,
)
from domain.kinds import Kind
from domain.parts import Parts
from domain.shifts import Shift
from domain.sign_ups import SignUpOption
from domain.tasks import Task
from domain.votes import VoteApp
from domain.walls import Resolved, Wall
from domain.when import resolve_late
from tests.domain.ledgers import make_action

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
BERLIN = "Europe/Berlin"

LENGTHS = st.timedeltas(timedelta(days=-500), timedelta(days=500))
MAYBE = st.none() | LENGTHS
TEXT = st.text(max_size=20)
AMOUNTS = st.none() | st.integers(0, 2**53)

BLUEPRINTS = st.builds(
    Blueprint,
    kind=st.sampled_from(Kind),
    title=TEXT,
    length=LENGTHS,
    unit_code=TEXT,
    log_window=LENGTHS,
    explicit_end=st.booleans(),
    goal=AMOUNTS,
    baseline=AMOUNTS,
    cap=AMOUNTS,
    capacity=AMOUNTS,
    fields=st.dictionaries(TEXT, TEXT, max_size=3),
    channel_id=st.none() | st.integers(0, 2**63 - 1),
    sign_up_lead=MAYBE,
    sign_up_role_id=st.none() | st.integers(0, 2**63 - 1),
    needed=AMOUNTS,
    decide_lead=MAYBE,
    announce_lead=MAYBE,
    reveal_lead=MAYBE,
    helpers_lead=MAYBE,
    grants_role=st.booleans(),
    options=st.tuples() | st.tuples(st.builds(OptionPlan, TEXT, AMOUNTS)),
    apps=st.tuples()
    | st.tuples(
        st.builds(AppPlan, TEXT, st.integers(1, 99), st.times(), TEXT, opens=MAYBE, closes=MAYBE)
    ),
    shifts=st.tuples() | st.tuples(st.builds(ShiftPlan, LENGTHS, LENGTHS, AMOUNTS, TEXT)),
    tasks=st.tuples() | st.tuples(st.builds(TaskPlan, TEXT, MAYBE)),
)


def at(wall: datetime, zone: str = BERLIN) -> Resolved:
    return resolve_late(wall, zone)


def lay(blueprint: Blueprint, starts: Resolved) -> Action:
    return lay_out(blueprint, starts, guild_id=1, organiser_id=2, organiser_user_id=3, now=NOW)


def action_at(starts: Resolved, ends: Resolved, **values: Any) -> Action:
    defaults: dict[str, Any] = {
        "starts": starts.wall,
        "starts_at": starts.at,
        "ends": ends.wall,
        "ends_at": ends.at,
        "log_until": ends.at + DAY,
    }
    return make_action(**(defaults | values))


@given(BLUEPRINTS)
def test_a_blueprint_comes_back_from_json_as_it_was(blueprint: Blueprint):
    stored = json.loads(json.dumps(as_json(blueprint)))
    assert from_json(stored | {"something_new": [1]}) == blueprint


def test_what_is_not_written_down_has_its_default():
    assert from_json(
        {"kind": "stream", "title": "x", "length": "PT2H", "unit_code": "streams"}
    ) == (Blueprint(Kind.STREAM, "x", 2 * HOUR, "streams"))


@pytest.mark.parametrize(
    ("day", "elapsed"),
    [(datetime(2027, 3, 27, 20), 14 * HOUR), (datetime(2027, 10, 30, 20), 16 * HOUR)],
)
def test_its_times_are_the_same_on_the_clock_across_daylight_saving(
    day: datetime, elapsed: timedelta
):
    first = at(datetime(2027, 2, 6, 20))
    ends = at(datetime(2027, 2, 7, 11))
    early = at(datetime(2027, 2, 5, 20))
    shift = Shift(1, ends.at - 2 * HOUR, ends.at, 3, "Last", taken=2)
    task = Task(7, "Banner", ends.wall, ends.at, claimed_by=9, claimed_at=NOW)
    action = action_at(
        first,
        ends,
        kind=Kind.PROJECT,
        announce=early,
        needed=10,
        decide=early,
        parts=Parts(shifts=(shift,), tasks=(task,)),
    )
    laid = lay(blueprint_of(action), at(day))
    assert laid.ends_at - laid.starts_at == elapsed
    assert laid.ends == Wall(day + 15 * HOUR, BERLIN)
    assert laid.log_until == laid.ends_at + DAY
    assert laid.announce == laid.decide == at(day - DAY)
    (laid_shift,), (laid_task,) = laid.parts.shifts, laid.parts.tasks
    assert laid_shift == Shift(0, at(day + 13 * HOUR).at, laid.ends_at, 3, "Last")
    assert laid_task == Task(0, "Banner", Wall(day + 15 * HOUR, BERLIN), laid.ends_at)


def test_everything_that_was_decided_is_taken_over_and_nothing_that_happened():
    starts, ends = at(datetime(2027, 2, 6, 20)), at(datetime(2027, 2, 7, 20))
    app = VoteApp(
        1, "App", 3, time(23, 30), "Asia/Seoul", "https://a.b", "late", starts.at, ends.at
    )
    parts = Parts(
        options=(SignUpOption(1, "Can host", 2, taken=2), SignUpOption(2, "Late")),
        co_organisers=(77,),
        apps=(app,),
    )
    action = action_at(
        starts,
        ends,
        kind=Kind.VOTE,
        goal=5,
        baseline=6,
        cap=7,
        capacity=8,
        fields={"guide": "Tap"},
        channel_id=9,
        sign_up_lead=HOUR,
        sign_up_role_id=10,
        grants_role=True,
        role_id=11,
        series_id=12,
        occurrence=starts.wall.time,
        state=ActionState.CANCELLED,
        reason="why",
        signed_up=13,
        confirmed_at=NOW,
        parts=parts,
    )
    laid = lay(blueprint_of(action), starts)
    fresh = replace(
        action,
        guild_id=1,
        action_id=0,
        organiser_id=2,
        organiser_user_id=3,
        number=None,
        created_at=NOW,
        published_at=None,
        role_id=None,
        series_id=None,
        occurrence=None,
        state=ActionState.DRAFT,
        reason=None,
        signed_up=0,
        confirmed_at=None,
        parts=Parts(options=(SignUpOption(0, "Can host", 2), SignUpOption(0, "Late")), apps=(app,)),
    )
    assert laid == fresh
    assert blueprint_of(laid) == blueprint_of(action)


def test_the_length_of_a_kind_stays_that_though_the_clocks_changed_meanwhile():
    starts = at(datetime(2027, 3, 27, 20))
    ends = at(datetime(2027, 3, 28, 21))
    action = replace(action_at(starts, ends, kind=Kind.FUNDRAISER), ends=None)
    laid = lay(blueprint_of(action), at(datetime(2027, 4, 3, 20)))
    assert laid.ends is None
    assert laid.ends_at == at(datetime(2027, 4, 4, 20)).at


def test_it_never_ends_before_it_starts():
    """Half an hour from the second 02:20 on: the clocks have shown 02:50 before."""
    starts = Resolved(
        Wall(datetime(2027, 10, 31, 2, 20), BERLIN, 1), datetime(2027, 10, 31, 1, 20, tzinfo=UTC)
    )
    laid = lay(Blueprint(Kind.STREAM, "x", HOUR / 2, "streams", explicit_end=True), starts)
    assert laid.ends_at - laid.starts_at == HOUR / 2
    assert laid.ends == Wall(datetime(2027, 10, 31, 2, 50), BERLIN, 1)


def test_a_shift_in_an_hour_that_the_clocks_skip_is_left_out():
    blueprint = Blueprint(
        Kind.STREAM,
        "x",
        3 * HOUR,
        "streams",
        shifts=tuple(ShiftPlan(n * HOUR, (n + 1) * HOUR) for n in range(3)),
    )
    laid = lay(blueprint, at(datetime(2027, 3, 28, 1)))
    blocks = [(s.starts_at - laid.starts_at, s.ends_at - laid.starts_at) for s in laid.parts.shifts]
    assert blocks == [(0 * HOUR, HOUR), (HOUR, 2 * HOUR)]
    assert laid.ends_at - laid.starts_at == 2 * HOUR
