"""Google's calendar: what its link adds, and by which rule it repeats that."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.actions import ActionState
from domain.calendars import Entry, SeriesEntry
from domain.google_calendar import google_link, repeating_rule
from domain.recurrence import Pattern, Rule, occurrences
from domain.series import Series
from domain.walls import Wall
from domain.when import resolve_late
from domain.zones import zone_info
from tests.domain.test_calendars import DAY, a_series, an_action, an_entry, on

FIRST = datetime(2026, 11, 21, 20)
WEEK = 7 * DAY
HOUR = timedelta(hours=1)


def asked_for(link: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(link).query)


def test_a_google_link_says_when_by_the_clock_of_the_zone() -> None:
    entry = an_entry(an_action(), "총공, & more", place="Gate 3")
    asked = asked_for(google_link(entry, "About\nit"))
    assert asked == {
        "action": ["TEMPLATE"],
        "text": ["총공, & more"],
        "dates": ["20261121T200000/20261121T220000"],
        "ctz": ["Asia/Seoul"],
        "details": ["About\nit"],
        "location": ["Gate 3"],
    }


def test_a_google_link_of_a_fixed_offset_is_in_utc() -> None:
    asked = asked_for(google_link(an_entry(an_action(zone="UTC+05:30")), ""))
    assert asked["dates"] == ["20261121T143000Z/20261121T163000Z"]
    assert not {"ctz", "details", "location"} & set(asked)


# ---- A series


def rule_of(series: Series, *dates: Entry) -> str:
    """By which rule the first of these dates is repeated."""
    return repeating_rule(SeriesEntry(series, dates[0], dates), dates[0])


def test_a_plain_series_is_added_by_its_rule() -> None:
    series = a_series()
    rule = rule_of(series, on(series, FIRST))
    asked = asked_for(google_link(on(series, FIRST), "", rule))
    assert asked["recur"] == ["RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=SA"]
    assert asked["dates"] == ["20261121T200000/20261121T220000"]
    assert asked["ctz"] == ["Asia/Seoul"]
    assert "recur" not in asked_for(google_link(on(series, FIRST), ""))


@settings(deadline=None)
@given(
    st.sampled_from(
        [
            Rule(Pattern.DAILY, every=3),
            Rule(Pattern.WEEKLY, every=2, days=(0, 5)),
            Rule(Pattern.MONTH_DAY, day=21),
            Rule(Pattern.MONTH_WEEKDAY, days=(5,), nth=3),
            Rule(Pattern.WEEKLY, days=(5,), until=date(2027, 4, 10)),
        ]
    ),
    st.none() | st.integers(2, 12),
    st.integers(0, 5),
    st.sampled_from(("Asia/Seoul", "America/New_York", "Europe/Berlin", "Africa/Casablanca")),
)
def test_from_whichever_date_the_same_dates_follow(
    rule: Rule, count: int | None, which: int, zone: str
) -> None:
    if rule.until is None:
        rule = replace(rule, count=count)
    series = a_series(rule, zone=zone)
    begin = resolve_late(FIRST, zone).at - timedelta(seconds=1)
    until = datetime(2027, 11, 21, tzinfo=UTC)
    coming = takewhile(lambda o: o.starts.at < until, occurrences(rule, FIRST, zone, begin))
    by_rule = [occurrence.wall for occurrence in coming]
    wall = by_rule[min(which, len(by_rule) - 1)]
    found = rule_of(series, on(series, wall))
    starts = wall.replace(tzinfo=zone_info(zone))
    read = rrulestr(found.removeprefix("RRULE:"), dtstart=starts)
    dates = [each.replace(tzinfo=None) for each in read.between(starts, until, inc=True)]
    assert dates == by_rule[by_rule.index(wall) :]


def moved_zone(series: Series) -> Entry:
    entry = on(series, FIRST)
    action = replace(entry.dated.action, starts=Wall(FIRST, "Asia/Tokyo", 0))
    return replace(entry, dated=replace(entry.dated, action=action))


UNPLAIN: list[tuple[str, dict[str, Any], Any]] = [
    ("a date is skipped", {"skipped": frozenset({date(2026, 12, 5)})}, None),
    ("it was ended", {"ended_at": datetime(2026, 11, 19, tzinfo=UTC)}, None),
    ("the date was moved", {}, lambda series: on(series, FIRST, at=FIRST + HOUR)),
    ("the date was cancelled", {}, lambda series: on(series, FIRST, state=ActionState.CANCELLED)),
    ("it is in another zone", {}, moved_zone),
    ("it is in a fixed offset", {"zone": "UTC+05:30"}, None),
    ("not every month has the day", {"rule": Rule(Pattern.MONTH_DAY, day=31)}, None),
]


@pytest.mark.parametrize(("why", "changes", "date_of"), UNPLAIN, ids=[each[0] for each in UNPLAIN])
def test_what_a_rule_does_not_say_is_added_date_by_date(
    why: str, changes: dict[str, Any], date_of: Any
) -> None:
    series = replace(a_series(), **changes)
    assert rule_of(series, date_of(series) if date_of else on(series, FIRST)) == "", why


def test_only_what_comes_later_counts() -> None:
    series = a_series(skipped=frozenset({date(2026, 11, 28)}))
    third = on(series, FIRST + 2 * WEEK, 9)
    moved = on(series, FIRST, 7, at=FIRST + HOUR)
    assert repeating_rule(SeriesEntry(series, third, (third, moved)), third)
    later = on(series, FIRST + 3 * WEEK, 10, at=FIRST + 3 * WEEK + HOUR)
    assert not repeating_rule(SeriesEntry(series, later, (later, third)), third)
