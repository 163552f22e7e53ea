"""Typed times are understood to the last word, asked back, or refused; never silently wrong."""

from __future__ import annotations

import tomllib
import zoneinfo
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import Refusal
from domain.when import AmbiguityReason, Ambiguous, Reading, Understood, read_when, resolve_wall
from domain.when.date_order import day_comes_first
from domain.when.lexicon import Sense, load_lexicon
from domain.zones import known_zone, zone_info

NOON_IN_SEOUL = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
PHRASES = tomllib.loads((Path(__file__).parent / "when_phrases.toml").read_text(encoding="utf-8"))
SETTINGS: dict[str, dict[str, Any]] = {
    "english": {"zone": "Asia/Seoul", "language": "en"},
    "korean": {"zone": "Asia/Seoul", "language": "ko"},
    "no order": {"zone": "UTC", "language": "en"},
}
TABLE = [(where, *row) for where, rows in PHRASES.items() for row in rows.items()]
ZONES = sorted(zone for zone in zoneinfo.available_timezones() if known_zone(zone))
WALLS = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(
    lambda wall: wall.replace(microsecond=0)
)
BRIEFLY = settings(
    max_examples=150, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)


def show(reading: Reading, zone: str) -> str:
    wall = str(reading.wall).removesuffix(":00")
    return wall if reading.zone == zone else f"{wall} {reading.zone}"


def result(text: str, now: datetime = NOON_IN_SEOUL, **where: Any) -> str:
    try:
        meant = read_when(text, now=now, **where)
    except Refusal as refusal:
        return refusal.key
    if isinstance(meant, Understood):
        return show(meant.reading, where["zone"])
    return f"{meant.reason}: " + " | ".join(show(r, where["zone"]) for r in meant.readings)


def refusal_of(text: str, now: datetime = NOON_IN_SEOUL, **where: Any) -> Refusal:
    defaults: dict[str, Any] = {"zone": "Asia/Seoul", "language": "ko"}
    with pytest.raises(Refusal) as refused:
        read_when(text, now=now, **defaults | where)
    return refused.value


@pytest.mark.parametrize(("where", "text", "expected"), TABLE)
def test_a_phrase_means_what_the_table_says(where: str, text: str, expected: str) -> None:
    assert result(text, **SETTINGS[where]) == expected


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(TABLE) >= 150


@pytest.mark.parametrize(("where", "text", "expected"), TABLE)
def test_korean_words_never_change_what_english_says(where: str, text: str, expected: str) -> None:
    if where == "english":
        weeks_differ = expected.startswith("week:")
        assert weeks_differ or result(text, zone="Asia/Seoul", language="ko") == expected


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("8pm maybe", "maybe"),
        ("내일 글쎄 8시", "글쎄"),
        ("next foo 8pm", "foo"),
        ("8pm 9pm", "9pm"),
        ("29 nov 20", "20"),
        ("8pm, blah, blah", "blah,"),
        ("x" * 99, "x" * 40),
        ("8² pm", "8²"),
        ("at " * 150, "at"),
    ],
)
def test_the_first_piece_not_understood_is_named(text: str, word: str) -> None:
    refusal = refusal_of(text)
    assert refusal.key == "when.not_understood"
    assert refusal.values == {"text": text, "word": word}


def test_a_past_time_is_refused_with_the_instant_it_would_be() -> None:
    refusal = refusal_of("오늘 8am")
    assert refusal.values == {
        "text": "오늘 8am",
        "instant": datetime(2026, 11, 20, 23, 0, tzinfo=UTC),
        "zone": "Asia/Seoul",
    }


def test_a_weekday_that_contradicts_the_date_is_refused_with_the_date() -> None:
    assert refusal_of("Sun 28 Nov 2026 8pm").values["date"] == date(2026, 11, 28)


def test_midnight_is_flagged() -> None:
    for text, flagged in (
        ("12am", True),
        ("25:00", False),
        ("오늘 자정", True),
        ("0:00:30", False),
    ):
        meant = read_when(text, now=NOON_IN_SEOUL, zone="Asia/Seoul", language="ko")
        assert isinstance(meant, Understood)
        assert meant.reading.midnight is flagged


def test_a_skipped_wall_time_is_refused_with_the_times_around_it() -> None:
    now = datetime(2027, 3, 10, 12, 0, tzinfo=UTC)
    refusal = refusal_of("14 Mar 2:30am", now, zone="America/New_York", language="en")
    assert refusal.key == "when.nonexistent"
    assert refusal.values["before"] == datetime(2027, 3, 14, 1, 59)
    assert refusal.values["after"] == datetime(2027, 3, 14, 3, 0)


def test_a_skipped_time_without_a_date_is_refused_while_it_is_near_and_rolls_on_after() -> None:
    where: dict[str, Any] = {"zone": "America/New_York", "language": "en"}
    assert result("2:30", datetime(2027, 3, 14, 6, 30, tzinfo=UTC), **where) == "when.nonexistent"
    after = datetime(2027, 3, 14, 20, 0, tzinfo=UTC)
    assert result("2:30", after, **where) == "2027-03-15 02:30"


def test_a_wall_time_that_comes_twice_is_asked_back() -> None:
    before = datetime(2026, 10, 31, 12, 0, tzinfo=UTC)
    meant = read_when("1 Nov 1:30am", now=before, zone="America/New_York", language="en")
    assert isinstance(meant, Ambiguous)
    assert meant.reason is AmbiguityReason.DAYLIGHT_FOLD
    first, second = meant.readings
    assert (first.fold, second.fold, first.wall) == (0, 1, second.wall)
    assert second.instant - first.instant == timedelta(hours=1)


def test_an_abbreviation_says_which_of_two_equal_wall_times_is_meant() -> None:
    before = datetime(2026, 10, 31, 12, 0, tzinfo=UTC)
    for text, fold in (("1 Nov 1:30am EDT", 0), ("1 Nov 1:30am EST", 1)):
        meant = read_when(text, now=before, zone="America/New_York", language="en")
        assert isinstance(meant, Understood)
        assert meant.reading.fold == fold


def test_the_first_of_two_equal_wall_times_is_no_choice_once_it_has_passed() -> None:
    between = datetime(2026, 11, 1, 5, 45, tzinfo=UTC)
    meant = read_when("today 1:30am", now=between, zone="America/New_York", language="en")
    assert isinstance(meant, Understood)
    assert meant.reading.fold == 1


def test_in_two_hours_is_exact_across_a_change_of_clocks() -> None:
    now = datetime(2026, 11, 1, 4, 30, tzinfo=UTC)
    meant = read_when("in 2 hours", now=now, zone="America/New_York", language="en")
    assert isinstance(meant, Understood)
    assert meant.reading.instant == now + timedelta(hours=2)
    assert (meant.reading.wall.hour, meant.reading.fold) == (1, 1)


def test_in_one_day_keeps_the_wall_time_across_a_change_of_clocks() -> None:
    now = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)
    assert result("in 1 day", now, zone="America/New_York", language="en") == "2026-11-01 12:00"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tonight 1am", "night: 2026-11-21 01:00 | 2026-11-22 01:00"),
        ("25:00", "night: 2026-11-21 01:00 | 2026-11-22 01:00"),
        ("오늘 밤 2시", "night: 2026-11-21 02:00 | 2026-11-22 02:00"),
        ("tonight 9pm", "2026-11-21 21:00"),
        ("midnight", "2026-11-22 00:00"),
        ("fri 25:00", "2026-11-21 01:00"),
        ("20 nov 25:00", "2026-11-21 01:00"),
        ("1am", "2026-11-21 01:00"),
    ],
)
def test_tonight_said_in_the_small_hours_may_be_this_night(text: str, expected: str) -> None:
    half_past_midnight = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
    assert result(text, half_past_midnight, zone="Asia/Seoul", language="ko") == expected


def test_a_zone_in_daylight_time_makes_its_standard_abbreviation_ambiguous() -> None:
    july = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    expected = "zone_abbreviation: 2026-07-03 20:00 | 2026-07-03 20:00 UTC-05:00"
    assert result("3 jul 8pm EST", july, zone="America/New_York", language="en") == expected


def test_an_abbreviation_used_only_in_one_country_counts_there() -> None:
    where: dict[str, Any] = {"language": "en", "zone": "Australia/Sydney"}
    assert "Australia/Sydney" not in result("22 nov 8pm EST", zone="Asia/Seoul", language="en")
    assert result("22 nov 8pm EST", **where).startswith("zone_abbreviation: 2026-11-22 20:00 |")


@pytest.mark.parametrize(
    ("zone", "language", "day_first"),
    [
        ("Asia/Seoul", "en", False),
        ("America/New_York", "en", False),
        ("Asia/Manila", "en", False),
        ("Europe/London", "en", True),
        ("America/Sao_Paulo", "pt-BR", True),
        ("Asia/Jakarta", "id", True),
        ("Asia/Calcutta", "en", True),
        ("UTC", "ko", False),
        ("UTC", "en", None),
        ("UTC+09:00", "en", None),
        ("America/Toronto", "en", None),
        ("Europe/London", "ko", None),
        ("UTC", "nonsense", None),
    ],
)
def test_the_order_of_dates_comes_from_country_and_language(
    zone: str, language: str, day_first: bool | None
) -> None:
    assert day_comes_first(zone, language) is day_first


def test_every_full_zone_name_is_understood() -> None:
    for zone in ZONES:
        if "/" in zone:
            meant = read_when(
                f"2026-11-29 20:00 {zone}", now=NOON_IN_SEOUL, zone="Asia/Seoul", language="ko"
            )
            assert isinstance(meant, Understood)
            assert meant.reading.instant == resolve_wall(datetime(2026, 11, 29, 20, 0), zone)


def test_the_server_decides_the_order_of_dates() -> None:
    where: dict[str, Any] = {"zone": "UTC", "language": "en"}
    assert result("10/12 20:00", day_first=True, **where) == "2026-12-10 20:00"
    assert result("10/12 20:00", day_first=False, **where) == "2027-10-12 20:00"
    assert result("29/11 20:00", day_first=False, **where) == "2026-11-29 20:00"


def test_an_unknown_zone_is_refused_and_an_unknown_language_reads_english() -> None:
    assert result("8pm", zone="Nowhere", language="en") == "zone.unknown"
    assert result("8pm", zone="Asia/Seoul", language="tlh") == "2026-11-21 20:00"


def test_the_vocabularies_have_words_for_everything_the_grammar_knows() -> None:
    senses = {sense for meanings in load_lexicon("ko").values() for sense, _ in meanings}
    assert senses == set(Sense)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_no_place_is_named_like_another_word_of_the_grammar(language: str) -> None:
    for word, meanings in load_lexicon(language).items():
        senses = {sense for sense, _ in meanings}
        assert Sense.ZONE not in senses or senses == {Sense.ZONE}, word


WORDS = st.sampled_from(
    sorted({"".join(w) if w[0] > "z" else " ".join(w) for w in load_lexicon("ko")})
)
NUMBERS = st.integers(0, 3000).map(str)
SIGNS = st.sampled_from([":", ".", "/", "-", ",", "+09:00", "UTC+", "T", "Z", "(", ")", "²", "<t:"])
SHORT_WORDS = st.sampled_from(
    "pm am sat 8pm 20:00 11/12 29 nov tomorrow tonight midnight noon at in next this week h d 시 "
    "분 일 월 뒤 오늘 내일 밤 새벽 반 자정 KST PST IST 25:00 12 8 2026 3 days later".split()
)
ASSEMBLED = st.lists(SHORT_WORDS | NUMBERS | SIGNS | WORDS, max_size=8).flatmap(
    lambda parts: st.sampled_from([" ", ""]).map(lambda space: space.join(parts))
)


@settings(BRIEFLY, max_examples=600)
@given(
    text=st.text(max_size=30) | ASSEMBLED,
    zone=st.sampled_from(["Asia/Seoul", "America/New_York", "Pacific/Apia", "UTC+05:30"]),
    language=st.sampled_from(["en", "ko", "pt-BR"]),
    now=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)),
    day_first=st.none() | st.booleans(),
)
def test_any_text_is_read_into_the_future_or_refused(
    text: str, zone: str, language: str, now: datetime, day_first: bool | None
) -> None:
    now = now.replace(tzinfo=UTC)
    try:
        meant = read_when(text, now=now, zone=zone, language=language, day_first=day_first)
    except Refusal:
        return
    readings = (meant.reading,) if isinstance(meant, Understood) else meant.readings
    assert isinstance(meant, Understood) or len(readings) > 1
    for reading in readings:
        assert now < reading.instant <= now + timedelta(days=731)
        assert resolve_wall(reading.wall, reading.zone, reading.fold) == reading.instant
    assert list(readings) == sorted(readings, key=lambda reading: reading.instant)


@BRIEFLY
@given(
    ahead=st.integers(2, 700 * 24 * 60),
    zone=st.sampled_from(["Asia/Seoul", "America/Sao_Paulo", "America/New_York", "Asia/Kolkata"]),
    layout=st.sampled_from(
        [
            "%Y-%m-%d %H:%M",
            "%Y-%m-%dT%H:%M:%S",
            "%d/%m/%Y %H:%M",
            "%d.%m.%Y %H:%M",
            "%a %d %b %Y %I:%M %p",
            "%B %d, %Y at %I.%M%p",
            "%Y년 %m월 %d일 %p %I시 %M분",
            "%H:%M on the %d of %B %Y",
            "%Y. %m. %d. %H:%M",
        ]
    ),
)
def test_a_written_out_wall_time_reads_back(ahead: int, zone: str, layout: str) -> None:
    local = (NOON_IN_SEOUL + timedelta(minutes=ahead)).astimezone(zone_info(zone))
    wall = local.replace(tzinfo=None, fold=0)
    meant = read_when(
        wall.strftime(layout), now=NOON_IN_SEOUL, zone=zone, language="ko", day_first=True
    )
    readings = (meant.reading,) if isinstance(meant, Understood) else meant.readings
    assert {reading.wall for reading in readings} == {wall}
    assert isinstance(meant, Understood) or meant.reason is AmbiguityReason.DAYLIGHT_FOLD


def exists(wall: datetime, zone: str) -> bool:
    """Look for the wall time among all instants it could be, without the code under test."""
    rules = zone_info(zone)
    around = wall.replace(tzinfo=UTC)
    offsets = {
        (around + timedelta(hours=hours)).astimezone(rules).utcoffset() for hours in range(-49, 50)
    }
    return any(
        (around - offset).astimezone(rules).replace(tzinfo=None) == wall
        for offset in offsets
        if offset is not None
    )


def check_wall(wall: datetime, zone: str, fold: int) -> None:
    if exists(wall, zone):
        instant = resolve_wall(wall, zone, fold)
        assert instant.astimezone(zone_info(zone)).replace(tzinfo=None) == wall
        return
    with pytest.raises(Refusal) as refused:
        resolve_wall(wall, zone, fold)
    assert refused.value.key == "when.nonexistent"
    before, after = refused.value.values["before"], refused.value.values["after"]
    assert isinstance(before, datetime)
    assert isinstance(after, datetime)
    assert before < wall < after
    assert exists(before, zone)
    assert exists(after, zone)


@BRIEFLY
@given(wall=WALLS, zone=st.sampled_from(ZONES), fold=st.integers(0, 1))
def test_a_wall_time_comes_back_or_does_not_exist(wall: datetime, zone: str, fold: int) -> None:
    check_wall(wall, zone, fold)


def changes(zone: str) -> list[datetime]:
    """Return the wall times right before the zone's clocks change, 2024 to 2028."""
    rules = zone_info(zone)
    days = [datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=count) for count in range(1500)]
    found: list[datetime] = []
    for low, high in pairwise(days):
        old = low.astimezone(rules).utcoffset()
        if old is None or old == high.astimezone(rules).utcoffset():
            continue
        while high - low > timedelta(minutes=1):
            middle = low + (high - low) / 2
            if middle.astimezone(rules).utcoffset() == old:
                low = middle
            else:
                high = middle
        found.append((high.replace(second=0, microsecond=0) + old).replace(tzinfo=None))
    return found


@pytest.mark.parametrize(
    "zone", ["America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "Africa/Casablanca"]
)
def test_around_every_change_of_clocks_walls_come_back_or_do_not_exist(zone: str) -> None:
    assert changes(zone)
    for change in changes(zone):
        for minutes in range(-90, 91, 10):
            for fold in (0, 1):
                check_wall(change + timedelta(minutes=minutes), zone, fold)


@pytest.mark.parametrize("zone", ZONES)
def test_every_zone_resolves_noon_through_a_year(zone: str) -> None:
    for week in range(53):
        check_wall(datetime(2027, 1, 2, 12, 0) + timedelta(weeks=week), zone, 0)


@BRIEFLY
@given(
    wall=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),
    zone=st.sampled_from(["America/New_York", "America/Santiago", "Europe/London", "Asia/Seoul"]),
)
def test_a_weekly_wall_time_keeps_its_wall_time(wall: datetime, zone: str) -> None:
    instants: list[datetime] = []
    for week in range(60):
        try:
            instant = resolve_wall(wall + timedelta(weeks=week), zone)
        except Refusal:
            continue
        instants.append(instant)
        local = instant.astimezone(zone_info(zone)).replace(tzinfo=None)
        assert local == wall + timedelta(weeks=week)
    assert instants == sorted(instants)


def test_a_whole_skipped_day_does_not_exist() -> None:
    with pytest.raises(Refusal) as refused:
        resolve_wall(datetime(2011, 12, 30, 12, 0), "Pacific/Apia")
    assert refused.value.values["before"] == datetime(2011, 12, 29, 23, 59)
    assert refused.value.values["after"] == datetime(2011, 12, 31, 0, 0)


def test_the_ends_of_the_calendar_are_refused() -> None:
    for wall, zone in (
        (datetime(9999, 12, 31, 23), "America/New_York"),
        (datetime(1, 1, 1), "Asia/Seoul"),
    ):
        with pytest.raises(Refusal) as refused:
            resolve_wall(wall, zone)
        assert refused.value.key == "when.too_far"
