"""Recurrence: the dates of a rule are dateutil's own, in wall time, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from dateutil import rrule, tz
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refusal
from domain.recurrence import (
    LAST,
    WORKING_DAYS,
    Pattern,
    Rule,
    next_occurrence,
    occurrences,
    read_rule,
    require_rule,
    rules_from,
    upcoming,
    write_rule,
)
from domain.zones import known_zone

LONG_AGO = datetime(1970, 1, 2, tzinfo=UTC)
DAY = timedelta(days=1)

ODD = (
    "Africa/Casablanca",  # goes back for a month each year
    "America/Sao_Paulo",  # changed at midnight until 2019
    "America/Santiago",  # changes at midnight
    "America/New_York",
    "Asia/Kathmandu",
    "Asia/Seoul",
    "Asia/Tehran",
    "Australia/Lord_Howe",  # by half an hour
    "Europe/Dublin",
    "Pacific/Apia",  # without 30 December 2011
    "Pacific/Kwajalein",  # without 21 August 1993
    "UTC",
)
ZONES = st.one_of(
    st.sampled_from(ODD), st.sampled_from(sorted(filter(known_zone, available_timezones())))
)
WALLS = st.datetimes(datetime(1990, 1, 1), datetime(2035, 12, 31)).map(
    lambda wall: wall.replace(microsecond=0)
)
BYDAY = (rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Any rule, its end included."""
    pattern = draw(st.sampled_from(Pattern))
    weekdays = st.integers(0, 6)
    ends: dict[str, Any] = draw(
        st.one_of(
            st.just({}),
            st.fixed_dictionaries({"count": st.integers(2, 60)}),
            st.fixed_dictionaries({"until": st.dates(date(1990, 1, 1), date(2040, 1, 1))}),
        )
    )
    parts: dict[str, Any] = {}
    if pattern is Pattern.WEEKLY:
        parts["days"] = tuple(sorted(draw(st.sets(weekdays, min_size=1))))
    elif pattern is Pattern.MONTH_DAY:
        parts["day"] = draw(st.integers(1, 31))
    elif pattern is Pattern.MONTH_WEEKDAY:
        parts = {"days": (draw(weekdays),), "nth": draw(st.sampled_from([1, 2, 3, 4, 5, LAST]))}
    return Rule(pattern, every=draw(st.integers(1, 5)), **parts, **ends)


def by_dateutil(rule: Rule, starts_wall: datetime) -> rrule.rrule:
    """The same rule, said to dateutil in its own words instead of in ours."""
    values: dict[str, Any] = {"dtstart": starts_wall, "interval": rule.every, "count": rule.count}
    if rule.until is not None:
        values["until"] = datetime.combine(rule.until, datetime.max.time())
    match rule.pattern:
        case Pattern.DAILY:
            return rrule.rrule(rrule.DAILY, **values)
        case Pattern.WEEKLY:
            return rrule.rrule(rrule.WEEKLY, byweekday=rule.days, **values)
        case Pattern.MONTH_WEEKDAY:
            weekday = BYDAY[rule.days[0]](rule.nth)
            return rrule.rrule(rrule.MONTHLY, byweekday=weekday, **values)
        case Pattern.MONTH_DAY:
            days = [d for d in (28, 29, 30, 31) if d <= rule.day] or [rule.day]
            return rrule.rrule(rrule.MONTHLY, bymonthday=days, bysetpos=-1, **values)


def instant_of(wall: datetime, zone: str) -> datetime:
    """What dateutil makes of a wall time: skipped ones moved on, of two equal ones the first."""
    return tz.resolve_imaginary(wall.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


# ---- Against dateutil


@given(rules(), WALLS, ZONES)
def test_the_dates_are_those_of_dateutil_in_every_zone(rule: Rule, wall: datetime, zone: str):
    expected = [(found, instant_of(found, zone)) for found in islice(by_dateutil(rule, wall), 30)]
    found = upcoming(rule, wall, zone, LONG_AGO, limit=30)
    instants = [instant for _, instant in expected]
    if len(set(instants)) == len(instants):
        assert [(o.wall, o.starts.at) for o in found] == expected
    else:  # The date line moved: the day that was left out is one with the day after.
        assert [o.starts.at for o in found][: len(set(instants))] == list(dict.fromkeys(instants))


@given(rules(), WALLS, ZONES, st.timedeltas(timedelta(0), timedelta(days=800)))
def test_the_next_date_is_the_first_one_after_an_instant(
    rule: Rule, wall: datetime, zone: str, later: timedelta
):
    after = instant_of(wall, zone) + later
    every = (instant_of(found, zone) for found in by_dateutil(rule, wall))
    expected = next((instant for instant in every if instant > after), None)
    found = next_occurrence(rule, wall, zone, after)
    assert (None if found is None else found.starts.at) == expected


@given(rules(), WALLS, ZONES)
def test_the_dates_come_one_after_the_other_at_the_same_time_of_day(
    rule: Rule, wall: datetime, zone: str
):
    found = upcoming(rule, wall, zone, LONG_AGO, limit=60)
    assert {o.wall.time() for o in found} <= {wall.time()}
    assert all(one.starts.at < two.starts.at for one, two in pairwise(found))
    for occurrence in found:
        shown = occurrence.starts.at.astimezone(ZoneInfo(zone))
        assert occurrence.starts.wall.time == shown.replace(tzinfo=None, fold=0)
        assert occurrence.starts.wall.fold == shown.fold
        if shown.replace(tzinfo=None) != occurrence.wall:
            assert not tz.datetime_exists(occurrence.wall.replace(tzinfo=ZoneInfo(zone)))


@given(rules(), WALLS, ZONES)
def test_asked_for_one_by_one_the_dates_are_the_same(rule: Rule, wall: datetime, zone: str):
    """So a series goes: each date is asked for when the one before has come."""
    one_by_one, after = [], LONG_AGO
    while len(one_by_one) < 12:
        found = next_occurrence(rule, wall, zone, after)
        if found is None:
            break
        one_by_one.append(found)
        after = found.starts.at
    assert one_by_one == upcoming(rule, wall, zone, LONG_AGO, limit=12)


@given(rules(), WALLS, ZONES, st.sets(st.integers(0, 19)))
def test_skipped_dates_are_left_out_and_no_other(
    rule: Rule, wall: datetime, zone: str, numbers: set[int]
):
    every = upcoming(rule, wall, zone, LONG_AGO, limit=20)
    skipped = {o.wall.date() for n, o in enumerate(every) if n in numbers}
    kept = list(islice(occurrences(rule, wall, zone, LONG_AGO, skipped), 20 - len(skipped)))
    if len({o.starts.at.date() for o in every}) == len(every):
        assert [o.wall for o in kept] == [o.wall for o in every if o.wall.date() not in skipped]


@given(rules())
def test_a_rule_reads_back_as_it_was_written(rule: Rule):
    assert read_rule(write_rule(rule)) == rule


@given(rules(), WALLS)
def test_a_rule_ends_as_it_says(rule: Rule, wall: datetime):
    found = upcoming(rule, wall, "UTC", LONG_AGO, limit=100)
    if rule.count is not None:
        assert len(found) == rule.count
    if rule.until is not None:
        assert all(o.wall.date() <= rule.until for o in found)


# ---- Days that not every month or year has


def dates_of(rule: Rule, wall: datetime, limit: int = 14) -> list[str]:
    return [f"{o.wall:%m-%d}" for o in upcoming(rule, wall, "Asia/Seoul", LONG_AGO, limit=limit)]


@pytest.mark.parametrize("day", [29, 30, 31])
def test_a_month_without_the_day_has_its_last_day_instead(day: int):
    found = dates_of(Rule(Pattern.MONTH_DAY, day=day), datetime(2027, 12, day, 20))
    last = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
    months = (12, *range(1, 13), 1)
    assert found == [f"{month:02}-{min(day, last.get(month, 31)):02}" for month in months]


def test_from_a_leap_day_on_it_is_on_the_28th_in_common_years():
    rule = Rule(Pattern.MONTH_DAY, every=12, day=29)
    assert dates_of(rule, datetime(2028, 2, 29, 20), 5) == [
        "02-29",
        "02-28",
        "02-28",
        "02-28",
        "02-29",
    ]


def test_a_fifth_friday_is_only_in_months_that_have_one():
    found = dates_of(Rule(Pattern.MONTH_WEEKDAY, days=(4,), nth=5), datetime(2027, 1, 29, 20), 4)
    assert found == ["01-29", "04-30", "07-30", "10-29"]


def test_the_last_friday_is_in_every_month():
    found = dates_of(Rule(Pattern.MONTH_WEEKDAY, days=(4,), nth=LAST), datetime(2027, 1, 29, 20), 4)
    assert found == ["01-29", "02-26", "03-26", "04-30"]


# ---- Days on which the clocks change


@pytest.mark.parametrize(
    ("zone", "wall", "shown"),
    [
        ("America/New_York", datetime(2027, 3, 14, 2, 30), "03:30-0400"),  # skipped
        ("America/New_York", datetime(2027, 11, 7, 1, 30), "01:30-0400"),  # comes twice
        ("America/Santiago", datetime(2027, 9, 5, 0, 0), "01:00-0300"),  # no midnight
        ("Australia/Lord_Howe", datetime(2027, 10, 3, 2, 15), "02:45+1100"),  # half an hour
    ],
)
def test_a_time_that_the_clocks_skip_is_moved_on_and_of_two_the_first_counts(
    zone: str, wall: datetime, shown: str
):
    before = (wall - DAY).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    days = upcoming(Rule(Pattern.DAILY), wall - DAY, zone, before, limit=2)
    local = [o.starts.at.astimezone(ZoneInfo(zone)) for o in days]
    assert f"{local[0]:%H:%M%z}" == shown
    assert local[1].time() == wall.time()


def test_a_day_that_the_date_line_took_away_is_left_out():
    walls = upcoming(
        Rule(Pattern.DAILY),
        datetime(2011, 12, 28, 20),
        "Pacific/Apia",
        datetime(2011, 12, 29, 7, tzinfo=UTC),
        limit=3,
    )
    shown = [f"{o.starts.at.astimezone(ZoneInfo('Pacific/Apia')):%m-%d %H:%M}" for o in walls]
    assert shown == ["12-29 20:00", "12-31 20:00", "01-01 20:00"]


# ---- What is offered and what is refused


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_every_rule_that_is_offered_begins_with_the_date(start: date):
    wall = datetime(start.year, start.month, start.day, 20)
    offered = rules_from(start)
    assert len(set(offered)) == len(offered)
    for rule in offered:
        require_rule(rule, wall)
    assert (Rule(Pattern.WEEKLY, days=WORKING_DAYS) in offered) == (start.weekday() < 5)
    assert any(r.nth == LAST for r in offered) == ((start + 7 * DAY).month != start.month)


SATURDAY = datetime(2026, 11, 21, 20)


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        (Rule(Pattern.DAILY, every=0), "series.every_out_of_range"),
        (Rule(Pattern.DAILY, every=100), "series.every_out_of_range"),
        (Rule(Pattern.DAILY, count=1), "series.count_out_of_range"),
        (Rule(Pattern.DAILY, count=1000), "series.count_out_of_range"),
        (Rule(Pattern.DAILY, until=SATURDAY.date()), "series.until_too_early"),
        (Rule(Pattern.DAILY, count=3, until=date(2027, 1, 1)), "series.two_ends"),
        (Rule(Pattern.WEEKLY, days=(4,)), "series.not_a_date_of_it"),
        (Rule(Pattern.MONTH_WEEKDAY, days=(5,), nth=5), "series.not_a_date_of_it"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(rule: Rule, key: str):
    with pytest.raises(Refusal) as caught:
        require_rule(rule, SATURDAY)
    assert caught.value.key == key


@pytest.mark.parametrize("text", ["", "FREQ=YEARLY;INTERVAL=1;BYDAY=XX", "nonsense"])
def test_text_that_is_no_rule_is_not_read(text: str):
    with pytest.raises((ValueError, KeyError)):
        read_rule(text)


def test_at_the_end_of_the_calendar_there_is_no_next_date():
    after = datetime(9998, 12, 31, 12, tzinfo=UTC)
    assert next_occurrence(Rule(Pattern.DAILY), datetime(9998, 12, 1, 20), "UTC", after) is not None
    late = datetime(9999, 1, 5, tzinfo=UTC)
    assert next_occurrence(Rule(Pattern.DAILY), datetime(9998, 12, 1, 20), "UTC", late) is None
