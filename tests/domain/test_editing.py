"""Editing what has been announced: what may become of it, and what is said to be different."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.actions import Action, ActionState, SignUpGate
from domain.editing import announce_at, closes_sign_ups, compare, settle_edit
from domain.errors import Refusal
from domain.kinds import Kind
from domain.parts import Parts
from domain.totals import Total
from domain.walls import Resolved, Wall
from tests.domain.ledgers import DAY, START, make_action

HOUR = timedelta(hours=1)
BEFORE, DURING, AFTER = START - DAY, START + HOUR, START + DAY + HOUR
SOMETHING = Total(logged=100, logged_count=1)


def resolved(at: datetime) -> Resolved:
    return Resolved(Wall(at.replace(tzinfo=None), "UTC"), at)


def moved(action: Action, starts: datetime, ends: datetime) -> Action:
    return replace(
        action,
        starts=resolved(starts).wall,
        starts_at=starts,
        ends=resolved(ends).wall,
        ends_at=ends,
    )


@pytest.mark.parametrize(
    ("now", "starts", "ends", "key"),
    [
        (BEFORE, START + HOUR, START + 2 * HOUR, None),
        (BEFORE, BEFORE - HOUR, START + DAY, "edit.start_past"),
        (BEFORE, START + HOUR, START + HOUR, "when.end_before_start"),
        (DURING, START + 2 * HOUR, START + 3 * HOUR, "edit.started"),
        (DURING, START, START + 3 * HOUR, None),
        (DURING, START, START + timedelta(minutes=30), "edit.end_past"),
        (AFTER, START, START + 2 * DAY, "edit.ended"),
    ],
)
def test_what_is_past_stays_and_what_is_moved_lies_ahead(
    now: datetime, starts: datetime, ends: datetime, key: str | None
) -> None:
    action = make_action()
    if key is None:
        edited = settle_edit(action, moved(action, starts, ends), now)
        assert (edited.starts_at, edited.ends_at) == (starts, ends)
        assert compare(action, edited).moved
        return
    with pytest.raises(Refusal) as refused:
        settle_edit(action, moved(action, starts, ends), now)
    assert refused.value.key == key


def test_the_time_for_logging_moves_with_the_end_unless_it_was_extended() -> None:
    action = make_action()
    later = settle_edit(action, moved(action, START, START + 2 * DAY), BEFORE)
    assert later.log_until == START + 3 * DAY
    extended = replace(action, log_until=START + 10 * DAY)
    for ends, until in ((START + 2 * DAY, START + 10 * DAY), (START + 12 * DAY, START + 13 * DAY)):
        assert settle_edit(extended, moved(extended, START, ends), BEFORE).log_until == until
    title = settle_edit(extended, replace(extended, title="New", log_until=START), BEFORE)
    assert title.log_until == extended.log_until


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ({"total": SOMETHING}, {"unit_code": "EUR"}, "edit.currency"),
        ({"total": Total(held_count=1, held=5)}, {"unit_code": "EUR"}, "edit.currency"),
        ({"pledged_amount": 50, "pledged_count": 1}, {"unit_code": "EUR"}, "edit.currency"),
        (
            {
                "fields": {"currencies": "EUR"},
                "parts": Parts(totals={"USD": Total(), "EUR": SOMETHING}),
            },
            {"fields": {}},
            "edit.currency",
        ),
        (
            {
                "kind": Kind.CUSTOM,
                "unit_code": "custom",
                "fields": {"unit": "letters"},
                "total": SOMETHING,
            },
            {"fields": {"unit": "kilometres"}},
            "edit.unit",
        ),
        ({}, {"kind": Kind.CUSTOM}, "edit.kind"),
        ({"signed_up": 5}, {"capacity": 4}, "edit.capacity"),
        ({"state": ActionState.CANCELLED}, {}, "refused.step.cancelled"),
        ({"state": ActionState.DRAFT}, {}, "refused.step.draft"),
        ({"state": ActionState.FINAL}, {}, "refused.step.final"),
    ],
)
def test_what_would_change_what_people_did_is_refused(
    before: dict[str, Any], after: dict[str, Any], key: str
) -> None:
    action = make_action(**before)
    with pytest.raises(Refusal) as refused:
        settle_edit(action, replace(action, **after), BEFORE)
    assert refused.value.key == key


def test_before_anything_is_logged_the_currency_can_change() -> None:
    action = make_action()
    edited = settle_edit(action, replace(action, unit_code="EUR", goal=500), BEFORE)
    assert compare(action, edited).fields == ("goal", "currency")


def test_a_capacity_may_fall_to_those_who_are_in() -> None:
    action = make_action(signed_up=5, capacity=9)
    assert settle_edit(action, replace(action, capacity=5), BEFORE).capacity == 5
    full = make_action(signed_up=5, capacity=4)
    assert settle_edit(full, replace(full, title="New"), BEFORE).title == "New"


def test_an_edit_names_what_is_different_and_nothing_else() -> None:
    action = make_action(fields={"link": "https://a.example", "matcher": "X"}, capacity=3)
    assert not compare(action, action)
    changed = replace(action, title="New", capacity=None, fields={"link": "https://b.example"})
    edit = compare(action, changed)
    assert (edit.fields, edit.moved) == (("title", "capacity", "link", "matcher"), False)


def test_an_announcement_can_be_moved_until_it_is_made() -> None:
    draft = make_action(state=ActionState.DRAFT, number=None)
    scheduled = make_action(state=ActionState.SCHEDULED, announce=resolved(START - 12 * HOUR))
    for action in (draft, scheduled):
        at = resolved(START - 6 * HOUR)
        assert announce_at(action, at, BEFORE).announce == at
        assert announce_at(action, None, BEFORE).announce is None
        for time, key in ((BEFORE, "past"), (START, "late")):
            with pytest.raises(Refusal) as refused:
                announce_at(action, resolved(time), BEFORE)
            assert refused.value.key == f"publish.announce_{key}"
    for action, now in ((make_action(), BEFORE), (scheduled, START - HOUR)):
        with pytest.raises(Refusal) as refused:
            announce_at(action, None, now)
        assert refused.value.key == "refused.announced_already"


def test_a_start_stays_behind_the_announcement() -> None:
    scheduled = make_action(state=ActionState.SCHEDULED, announce=resolved(START - 12 * HOUR))
    with pytest.raises(Refusal) as refused:
        settle_edit(scheduled, moved(scheduled, START - 13 * HOUR, START), BEFORE)
    assert refused.value.key == "publish.announce_late"


@pytest.mark.parametrize(
    ("starts", "decide"),
    [
        (START + DAY, START + 22 * HOUR),
        (START - 2 * HOUR, START - 4 * HOUR),
        (START, START - 2 * HOUR),
        (START - DAY + 2 * HOUR, START - DAY + 2 * HOUR),  # two hours before would be now
    ],
)
def test_the_decision_moves_with_the_start_and_is_never_past(
    starts: datetime, decide: datetime
) -> None:
    action = make_action(needed=5, decide=resolved(START - 2 * HOUR))
    edited = settle_edit(action, moved(action, starts, starts + DAY), BEFORE)
    assert edited.decide == resolved(decide)
    assert compare(action, edited).decide == (None if starts == START else decide)
    confirmed = replace(action, confirmed_at=BEFORE)
    edited = settle_edit(confirmed, moved(confirmed, starts, starts + DAY), BEFORE)
    assert edited.decide == action.decide, "what is decided stays decided"


def test_a_decision_stays_behind_the_announcement() -> None:
    action = make_action(
        state=ActionState.SCHEDULED,
        announce=resolved(START - 12 * HOUR),
        needed=5,
        decide=resolved(START - 6 * HOUR),
    )
    starts = START - 8 * HOUR
    edited = settle_edit(action, moved(action, starts, START), BEFORE)
    assert edited.decide == resolved(starts)


@pytest.mark.parametrize(
    ("lead", "announce", "gate", "closes"),
    [
        (2 * HOUR, None, SignUpGate.BY_TIME, True),
        (HOUR, None, SignUpGate.BY_TIME, False),
        (None, None, SignUpGate.BY_TIME, False),
        (2 * HOUR, None, SignUpGate.CLOSED, False),  # they were closed by hand before
        (2 * HOUR, None, SignUpGate.OPEN, False),  # and here they are open whatever the time
        (HOUR, BEFORE + HOUR, SignUpGate.BY_TIME, True),  # closed before they would open
        (2 * DAY, None, SignUpGate.BY_TIME, False),  # nor was there any time before
    ],
)
def test_an_edit_tells_whether_it_leaves_no_time_to_sign_up(
    lead: timedelta | None, announce: datetime | None, gate: SignUpGate, *, closes: bool
) -> None:
    action = make_action(sign_up_lead=lead, announce=announce and resolved(announce), sign_ups=gate)
    edited = settle_edit(action, moved(action, BEFORE + 2 * HOUR, START), BEFORE)
    assert closes_sign_ups(action, edited, BEFORE) is closes


def test_an_announcement_stays_before_the_sign_ups_close() -> None:
    draft = make_action(state=ActionState.DRAFT, number=None, sign_up_lead=3 * HOUR)
    assert announce_at(draft, resolved(START - 4 * HOUR), BEFORE).announce
    with pytest.raises(Refusal) as refused:
        announce_at(draft, resolved(START - 3 * HOUR), BEFORE)
    assert refused.value.key == "publish.cut_off_past"
