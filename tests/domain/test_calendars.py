"""Calendars: what is written reads back equal, by the library and by others' reading of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from domain.actions import Action, ActionState
from domain.blueprints import blueprint_of
from domain.calendar_zones import rule_zone, zone_rules
from domain.calendars import (
    Dated,
    DatedSeries,
    Dates,
    Entry,
    SeriesEntry,
    sort_dates,
    write_calendar,
)
from domain.recurrence import Pattern, Rule, occurrences
from domain.series import Series
from domain.walls import Wall
from domain.when import resolve_late
from tests.db.seeds import a_draft

NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
URL = "https://discord.com/channels/1/2/3"
ODD_TITLES = (
    "Stage, encore; and more",
    "First line\nsecond: 총공 \\n",
    "생일 총공 🎉 우리의 밤을 위하여, 스물네 시간 동안 함께하는 해시태그 총공입니다 🩵🩵",
    "العيد \N{RIGHT-TO-LEFT MARK} ไทย",
    "BEGIN:VEVENT\r\nSUMMARY:another",
)


def an_action(
    wall: datetime = datetime(2026, 11, 21, 20),
    zone: str = "Asia/Seoul",
    length: timedelta = timedelta(hours=2),
    **changes: Any,
) -> Action:
    starts = resolve_late(wall, zone)
    values = {"number": 7, "action_id": 7, "state": ActionState.OPEN, "published_at": NOW - DAY}
    values |= {"created_at": NOW - DAY, "ends": None, "starts": starts.wall}
    values |= {"starts_at": starts.at, "ends_at": starts.at + length}
    return a_draft(**(values | changes))


def an_entry(action: Action | None = None, title: str = "Trend party", **changes: Any) -> Entry:
    dated = Dated(action or an_action(), changes.pop("changed_at", NOW))
    return replace(Entry(dated, title, "What it is", "Trend party", URL), **changes)


def read(written: bytes) -> list[Any]:
    """The entries of a file, which has no line of more than 75 octets and reads as it is."""
    lines = written.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert lines[-1] == b""
    calendar = Calendar.from_ical(written)
    assert calendar.to_ical() == written
    assert (calendar["version"], calendar["method"]) == ("2.0", "PUBLISH")
    assert calendar["prodid"]
    assert calendar.get_missing_tzids() == set()
    for event in calendar.events:
        assert event.errors == []
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND"} <= set(event)
    return list(calendar.events)


def read_one(entry: Entry) -> Any:
    (event,) = read(write_calendar("Fans", [entry], [], NOW))
    return event


# ---- One action


@pytest.mark.parametrize("title", ODD_TITLES)
def test_an_action_reads_back_equal(title: str) -> None:
    action = an_action()
    text = f"{title}\nand, so; on\\"
    event = read_one(an_entry(action, title, description=text, place="Gate 3, left"))
    # Line breaks are \n in a calendar, whatever they were.
    assert str(event["summary"]) == title.replace("\r\n", "\n")
    assert str(event["description"]) == text.replace("\r\n", "\n")
    assert str(event["location"]) == "Gate 3, left"
    assert (str(event["url"]), event["status"]) == (URL, "CONFIRMED")
    assert event["categories"].cats == ["Trend party"]
    assert (event["dtstart"].dt, event["dtend"].dt) == (action.starts_at, action.ends_at)


def test_it_is_written_down_in_the_zone_in_which_it_was_meant() -> None:
    start = read_one(an_entry())["dtstart"]
    assert (start.to_ical(), start.params["TZID"]) == (b"20261121T200000", "Asia/Seoul")


@settings(deadline=None)  # the first look-up of a zone reads it from disk
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2034, 1, 1)),
    st.sampled_from(
        (
            *("America/New_York", "Australia/Lord_Howe", "Europe/Dublin", "Africa/Casablanca"),
            *("UTC", "UTC+05:30", "UTC-03:30", "Asia/Kathmandu", "America/Santiago"),
        )
    ),
    st.sampled_from([timedelta(hours=1), timedelta(days=1), timedelta(days=40)]),
)
def test_instants_stay_what_they_are_whatever_the_clocks_do(
    wall: datetime, zone: str, length: timedelta
) -> None:
    action = an_action(wall.replace(microsecond=0), zone, length)
    event = read_one(an_entry(action))
    # In UTC: to Python a time that the clocks show twice equals none of another zone (PEP 495).
    read = [event[name].dt.astimezone(UTC) for name in ("dtstart", "dtend")]
    assert read == [action.starts_at, action.ends_at]


def test_a_time_that_the_clocks_show_twice_is_the_one_that_was_meant() -> None:
    second = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    wall = Wall(datetime(2026, 11, 1, 1, 30), "America/New_York", fold=1)
    action = an_action(starts=wall, starts_at=second, ends_at=second + timedelta(hours=1))
    assert read_one(an_entry(action))["dtstart"].to_ical() == b"20261101T063000Z"


@pytest.mark.parametrize(
    "zone", ["America/New_York", "Europe/London", "Europe/Dublin", "Africa/Casablanca"]
)
def test_the_rules_of_a_zone_say_the_same_as_the_zone(zone: str) -> None:
    """As dateutil reads them, which knows nothing of who wrote them."""
    rules = zone_rules(zone, rule_zone(zone), 2025, 2030).to_ical().decode()
    as_read, there = tz.tzical(StringIO(rules)).get(zone), ZoneInfo(zone)
    wall = datetime(2026, 1, 1, 0, 15)
    while wall.year < 2029:
        local = wall.replace(tzinfo=there)
        if local.astimezone(UTC).astimezone(there) == local:
            assert wall.replace(tzinfo=as_read).utcoffset() == local.utcoffset(), wall
        wall += timedelta(minutes=30)


def test_its_uid_stays_while_its_sequence_grows_with_every_change() -> None:
    first = read_one(an_entry(changed_at=NOW - DAY))
    later = read_one(an_entry(an_action(datetime(2026, 12, 5, 8)), "Another title"))
    assert first["uid"] == later["uid"] != read_one(an_entry(an_action(action_id=8)))["uid"]
    assert first["uid"] != read_one(an_entry(an_action(guild_id=9)))["uid"]
    assert (first["sequence"], later["sequence"]) == (0, 86400)
    assert later["last-modified"].dt == NOW


def test_what_became_of_it_is_its_status() -> None:
    cancelled = an_action(state=ActionState.CANCELLED, stopped_at=NOW)
    assert read_one(an_entry(cancelled))["status"] == "CANCELLED"
    assert read_one(an_entry(an_action(state=ActionState.PAUSED)))["status"] == "TENTATIVE"
    assert read_one(an_entry(an_action(needed=10)))["status"] == "TENTATIVE"


# ---- A series

WEEKLY = Rule(Pattern.WEEKLY, days=(5,))


def a_series(
    rule: Rule = WEEKLY,
    starts: datetime = datetime(2026, 11, 21, 20),
    zone: str = "Asia/Seoul",
    **changes: Any,
) -> Series:
    series = Series(
        1 << 62, 3, rule, starts, zone, 3 * DAY, blueprint_of(an_action()), 1, NOW - 2 * DAY
    )
    return replace(series, **changes)


def on(series: Series, wall: datetime, action_id: int = 7, **changes: Any) -> Entry:
    """One of a series' actions, for a date of it."""
    at = changes.pop("at", wall)
    action = an_action(at, series.zone, action_id=action_id, occurrence=wall, **changes)
    return an_entry(replace(action, series_id=series.series_id), f"Party {action_id}")


def read_series(series: Series, *dates: Entry) -> list[Any]:
    whole = replace(dates[0], title="Every week", description="All dates")
    return read(write_calendar("Fans", [], [SeriesEntry(series, whole, dates)], NOW))


def dates_of(event: Any, until: datetime = datetime(2028, 1, 1)) -> list[datetime]:
    """The wall times of an entry, as dateutil understands its rule."""
    starts = event["dtstart"].dt
    rule = rrulestr(event["rrule"].to_ical().decode(), dtstart=starts)
    exdates = event.get("exdate")
    skipped = {moment.dt for moment in exdates.dts} if exdates is not None else set()
    last = until.replace(tzinfo=starts.tzinfo)
    found = rule.between(starts, last, inc=True)
    return [moment.replace(tzinfo=None) for moment in found if moment not in skipped]


@pytest.mark.parametrize("zone", ["Asia/Seoul", "America/New_York", "UTC+05:30", "UTC"])
@pytest.mark.parametrize(
    "rule",
    [
        Rule(Pattern.DAILY, every=3),
        Rule(Pattern.WEEKLY, every=2, days=(2, 5)),
        Rule(Pattern.WEEKLY, days=(5,), count=12),
        Rule(Pattern.WEEKLY, days=(5,), until=date(2027, 4, 3)),
        Rule(Pattern.MONTH_DAY, day=31),
        Rule(Pattern.MONTH_WEEKDAY, days=(5,), nth=-1, count=5),
    ],
)
def test_a_series_has_the_dates_that_its_rule_gives(rule: Rule, zone: str) -> None:
    starts = {Pattern.MONTH_DAY: datetime(2026, 10, 31, 20)}.get(
        rule.pattern, datetime(2026, 11, 28, 20)
    )
    series = a_series(rule, starts, zone, skipped=frozenset({date(2026, 12, 5), date(2027, 1, 9)}))
    master, *_ = read_series(series, on(series, starts))
    last = datetime(2028, 1, 1)
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    given = []
    for one in occurrences(rule, starts, zone, long_ago, series.skipped):
        if one.wall > last:
            break
        given.append(one.wall)
    assert dates_of(master, last) == given


def test_a_cancelled_a_moved_and_a_skipped_date_are_told_apart() -> None:
    walls = [datetime(2026, 11, 21, 20) + n * WEEK for n in range(4)]
    series = a_series(skipped=frozenset({walls[1].date(), walls[3].date()}))
    cancelled = on(series, walls[1], 8, state=ActionState.CANCELLED, stopped_at=NOW)
    moved = on(series, walls[2], 9, at=walls[2] + timedelta(hours=26))
    master, *dates = read_series(series, moved, cancelled, on(series, walls[0], 7))
    assert (master["summary"], master["status"]) == ("Every week", "CONFIRMED")
    # A date that was skipped before it had an action is no date; one after that is cancelled.
    assert [moment.dt.replace(tzinfo=None) for moment in master["exdate"].dts] == [walls[3]]
    zone = ZoneInfo("Asia/Seoul")
    assert [(e["recurrence-id"].dt, e["dtstart"].dt, e["status"]) for e in dates] == [
        (wall.replace(tzinfo=zone), at.replace(tzinfo=zone), status)
        for wall, at, status in (
            (walls[2], walls[2] + timedelta(hours=26), "CONFIRMED"),
            (walls[1], walls[1], "CANCELLED"),
            (walls[0], walls[0], "CONFIRMED"),
        )
    ]
    assert {event["uid"] for event in (master, *dates)} == {master["uid"]}
    assert len({event["sequence"] for event in (master, *dates)}) == 1


def test_an_ended_series_ends_with_its_last_action() -> None:
    walls = [datetime(2026, 11, 21, 20), datetime(2026, 11, 28, 20)]
    series = a_series(replace(WEEKLY, count=20), ended_at=NOW)
    master, *_ = read_series(series, on(series, walls[1], 8), on(series, walls[0]))
    assert dates_of(master) == walls
    assert master["rrule"]["until"] == [datetime(2026, 11, 28, 14, 59, 59, tzinfo=UTC)]


def test_what_goes_by_another_rule_now_stands_by_itself() -> None:
    series = a_series(starts=datetime(2026, 12, 5, 18))
    old, new = on(series, datetime(2026, 11, 22, 20)), on(series, datetime(2026, 12, 5, 20), 8)
    both = DatedSeries(series, new.dated, (new.dated, old.dated))
    found = sort_dates([old.dated, new.dated], [both])
    assert found == Dates((old.dated,), (DatedSeries(series, new.dated, (new.dated,)),))
    only = DatedSeries(series, old.dated, (old.dated,))
    assert sort_dates([old.dated], [only]) == Dates((old.dated,))


def test_what_was_published_before_its_series_began_keeps_its_entry() -> None:
    """Else whoever has it in their calendar already would have it twice."""
    walls = [datetime(2026, 11, 21, 20) + n * WEEK for n in range(3)]
    series = a_series()
    first = on(series, walls[0], published_at=series.created_at - DAY)
    second = on(series, walls[1], 8, published_at=series.created_at + DAY)
    dates = (second.dated, first.dated)
    found = sort_dates([second.dated], [DatedSeries(series, second.dated, dates)])
    (kept,) = found.series
    assert (kept.dates, found.single) == ((second.dated,), (first.dated,))
    entry = SeriesEntry(series, second, (second,), kept.alone)
    alone, master, _ = sorted(
        read(write_calendar("Fans", [first], [entry], NOW)), key=lambda event: event["uid"]
    )
    assert alone["uid"] == read_one(first)["uid"]
    assert dates_of(master, walls[2]) == walls[1:]
    (only,) = sort_dates([], [DatedSeries(series, first.dated, (first.dated,))]).series
    assert (only.dates, only.alone) == ((), frozenset({walls[0].date()}))
