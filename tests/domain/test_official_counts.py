"""Official counts as organisers type them, and the last time that a typed one can mean."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refusal
from domain.official_counts import OfficialCount
from domain.official_entries import MOST_NAMES, OfficialEntry, name_among, read_entry
from domain.when import Ambiguous, read_past

NOW = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
"""A Sunday, 21:00 in Seoul."""

TYPED = {
    "name": " Charity's  page ",
    "value": "US$1.02M",
    "source": "charity.example",
    "link": "",
}


def counted(name: str, number: int = 1) -> OfficialCount:
    return OfficialCount(number, name, "1", "page", None, NOW, NOW)


def entered(name: str, value: str = "2") -> OfficialEntry:
    return OfficialEntry(name, value, "page", None, NOW)


def refusal_of(typed: dict[str, str], at: datetime = NOW) -> str:
    with pytest.raises(Refusal) as caught:
        read_entry(TYPED | typed, at, NOW)
    return caught.value.key


def test_an_entry_is_kept_as_typed_on_one_line() -> None:
    entry = read_entry(TYPED | {"link": "HTTPS://Example.org/Page "}, NOW, NOW)
    link = "https://example.org/Page"
    assert entry == OfficialEntry("Charity's page", "US$1.02M", "charity.example", link, NOW)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ({"name": "\u200b"}, "official.missing.name"),
        ({"source": " "}, "official.missing.source"),
        ({"value": "\u2060"}, "official.missing.value"),
        ({"name": "x" * 61}, "official.too_long"),
        ({"value": "9" * 81}, "official.too_long"),
        ({"link": "javascript:alert(1)"}, "field.link.invalid"),
        ({"link": "https://example.org/" + "x" * 300}, "official.too_long"),
    ],
)
def test_what_is_missing_too_long_or_no_link_is_refused(typed: dict[str, str], key: str) -> None:
    assert refusal_of(typed) == key


def test_a_reading_of_the_next_minute_passes_and_a_later_one_is_refused() -> None:
    minute = timedelta(minutes=1)
    assert read_entry(TYPED, NOW + minute, NOW).at == NOW + minute
    assert refusal_of({}, NOW + minute + timedelta(seconds=1)) == "official.future"


def test_a_name_is_the_same_however_it_is_spelled() -> None:
    assert name_among([counted("Charity's Page")], entered("charity's page")) == "Charity's Page"
    assert name_among([counted("조회수")], entered("조회수")) == "조회수"


def test_a_sixth_name_is_refused_but_not_a_newer_value() -> None:
    known = [counted(f"Count {n}", n) for n in range(MOST_NAMES)]
    assert name_among(known, entered("count 3")) == "Count 3"
    with pytest.raises(Refusal) as caught:
        name_among(known, entered("Another"))
    assert caught.value.key == "official.too_many"


def test_only_a_known_count_can_be_taken_off() -> None:
    assert name_among([counted("Views")], entered("Views", value="")) == "Views"
    with pytest.raises(Refusal) as caught:
        name_among([counted("Views")], entered("Rank", value=""))
    assert caught.value.key == "official.no_value"


# ---- Times behind


def past(text: str, language: str = "en") -> list[str]:
    """What a text means in Seoul, as its clocks show it."""
    found = read_past(text, now=NOW, zone="Asia/Seoul", language=language)
    readings = found.readings if isinstance(found, Ambiguous) else (found.reading,)
    return [f"{r.instant.astimezone(ZoneInfo('Asia/Seoul')):%d %b %H:%M}" for r in readings]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("20:00", ["22 Nov 20:00"]),
        ("22:00", ["21 Nov 22:00"]),
        ("today 20:00", ["22 Nov 20:00"]),
        ("yesterday 20:00", ["21 Nov 20:00"]),
        ("Sat 20:00", ["21 Nov 20:00"]),
        ("Mon 20:00", ["16 Nov 20:00"]),
        ("19 Nov 20:00", ["19 Nov 20:00"]),
        ("2026-11-21 20:00", ["21 Nov 20:00"]),
        ("at 8", ["22 Nov 08:00", "22 Nov 20:00"]),
    ],
)
def test_a_time_without_a_day_is_the_last_one(text: str, meant: list[str]) -> None:
    assert past(text) == meant


def test_korean_times_are_read_too() -> None:
    assert past("오후 8시", "ko") == ["22 Nov 20:00"]


@pytest.mark.parametrize("text", ["today 23:00", "tomorrow 20:00", "in 3 hours"])
def test_what_says_that_it_lies_ahead_does(text: str) -> None:
    found = read_past(text, now=NOW, zone="Asia/Seoul", language="en")
    assert not isinstance(found, Ambiguous)
    assert found.reading.instant > NOW


@given(st.integers(0, 23), st.integers(0, 59), st.sampled_from(["Asia/Seoul", "America/New_York"]))
def test_a_time_of_day_lies_within_the_last_day(hour: int, minute: int, zone: str) -> None:
    found = read_past(f"{hour:02}:{minute:02}", now=NOW, zone=zone, language="en")
    readings = found.readings if isinstance(found, Ambiguous) else (found.reading,)
    for reading in readings:
        assert NOW - timedelta(days=2) < reading.instant <= NOW
