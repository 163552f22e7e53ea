"""What organisers type about an app, and daily times."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest

from domain.app_forms import Reader, Unclear, app_texts, read_app
from domain.errors import Refusal
from domain.when.daily import DailyTime, read_daily
from tests.domain.votes import LONDON, NEW_YORK, SEOUL

READER = Reader(SEOUL, "en", datetime(2026, 11, 21, 12, tzinfo=UTC))
TEXTS = {"name": "Mubeat", "cap": "10", "reset": "23:30 KST", "window": "", "note": ""}


@pytest.mark.parametrize(
    ("text", "language", "meanings"),
    [
        ("23:30 KST", "en", [("23:30", SEOUL)]),
        ("23:30", "en", [("23:30", SEOUL)]),
        ("23:30 Asia/Seoul", "en", [("23:30", SEOUL)]),
        ("00:00 UTC", "en", [("00:00", "UTC")]),
        ("24:00 KST", "en", [("00:00", SEOUL)]),
        ("midnight UTC+9", "en", [("00:00", "UTC+09:00")]),
        ("밤 11시 30분", "ko", [("23:30", SEOUL)]),
        ("8pm PST", "en", [("20:00", "America/Los_Angeles"), ("20:00", "Asia/Manila")]),
        ("at 8", "en", [("08:00", SEOUL), ("20:00", SEOUL)]),
    ],
)
def test_a_daily_time_is_read_with_its_zone(
    text: str, language: str, meanings: list[tuple[str, str]]
) -> None:
    expected = [DailyTime(time.fromisoformat(at), zone) for at, zone in meanings]
    assert list(read_daily(text, zone=SEOUL, language=language)) == expected


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("  ", "when.empty"),
        ("tomorrow 8pm", "when.not_daily"),
        ("21 Nov 20:00", "when.not_daily"),
        ("in 3 hours", "when.not_daily"),
        ("<t:1700000000>", "when.not_daily"),
        ("KST", "when.no_time"),
        ("9pm in the morning", "when.contradiction"),
        ("when I wake", "when.not_understood"),
        ("8 " * 100, "when.not_understood"),
    ],
)
def test_what_comes_but_once_is_no_daily_time(text: str, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_daily(text, zone=SEOUL, language="en")
    assert refused.value.key == key


def test_an_app_is_read_as_it_was_typed() -> None:
    typed = TEXTS | {
        "name": "  Mu  beat ",
        "cap": "1,000",
        "reset": "18:00 Europe/London",
        "note": "New accounts wait\n7 days. (https://example.org/vote)\nhttps://example.org/more",
    }
    app = read_app(typed, READER)
    assert (app.name, app.cap, app.reset, app.zone) == ("Mu beat", 1000, time(18), LONDON)
    assert app.link == "https://example.org/vote"
    assert app.note == "New accounts wait 7 days. () https://example.org/more"


WINDOWS = [
    ("24 Nov 20:00 – 28 Nov 23:00", (24, 11), (28, 14)),
    ("24 Nov 20:00 - 28 Nov 23:00", (24, 11), (28, 14)),
    ("24 Nov 20:00 ~ 28 Nov 23:00", (24, 11), (28, 14)),
    ("24 Nov 20:00 –", (24, 11), None),
    ("- 28 Nov 23:00", None, (28, 14)),
    ("2026-11-24 20:00 Asia/Seoul – 2026-11-28 23:00 Asia/Seoul", (24, 11), (28, 14)),
]


@pytest.mark.parametrize(("text", "opens", "closes"), WINDOWS)
def test_a_window_has_two_sides_of_which_one_can_be_open(
    text: str, opens: Any, closes: Any
) -> None:
    def instant(at: tuple[int, int] | None) -> datetime | None:
        return at and datetime(2026, 11, *at, tzinfo=UTC)

    app = read_app(TEXTS | {"window": text}, READER)
    assert (app.opens_at, app.closes_at) == (instant(opens), instant(closes))
    assert read_app(app_texts(app, SEOUL), READER) == app


@pytest.mark.parametrize(
    ("field", "text", "key"),
    [
        ("name", " ", "field.title.empty"),
        ("name", "x" * 41, "apps.name_too_long"),
        ("cap", "lots", "amount.not_understood"),
        ("cap", "0", "amount.not_positive"),
        ("cap", "2.5", "amount.not_whole"),
        ("cap", "1000001", "apps.cap_too_large"),
        ("reset", "now and then", "when.not_understood"),
        ("window", "soon", "apps.window_unclear"),
        ("window", "1 Nov – 2 Nov – 3 Nov", "apps.window_unclear"),
        ("window", "28 Nov 23:00 – 24 Nov 20:00", "when.end_before_start"),
        ("window", "20 Nov 2026 20:00 –", "when.past"),
        ("note", "https://localhost/x", "field.link.invalid"),
        ("note", "https://example.org/" + "x" * 300, "apps.link_too_long"),
    ],
)
def test_what_cannot_be_taken_is_refused(field: str, text: str, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_app(TEXTS | {field: text}, READER)
    assert refused.value.key == key


@pytest.mark.parametrize(
    ("field", "text", "count"),
    [("reset", "8pm PST", 2), ("window", "24 Nov 8 o'clock – 28 Nov 23:00", 2)],
)
def test_each_choice_of_what_is_unclear_reads_as_just_that(
    field: str, text: str, count: int
) -> None:
    typed = TEXTS | {field: text}
    with pytest.raises(Unclear) as caught:
        read_app(typed, READER)
    assert caught.value.field == field
    settled = [read_app(typed | {field: o.text}, READER) for o in caught.value.options]
    assert len(set(settled)) == count


def test_a_window_that_has_begun_stays_where_it_is_left_alone() -> None:
    app = read_app(TEXTS | {"window": "24 Nov 20:00 – 28 Nov 23:00"}, READER)
    stored = replace(app, app_id=3, logged=50)
    later = replace(READER, now=datetime(2026, 11, 26, tzinfo=UTC))
    changed = read_app(app_texts(stored, SEOUL) | {"cap": "30"}, later, stored)
    assert changed == replace(stored, cap=30)
    cleared = read_app(app_texts(stored, SEOUL) | {"window": ""}, later, stored)
    assert (cleared.opens_at, cleared.closes_at) == (None, None)


def test_a_zone_with_summer_time_is_kept_by_its_name() -> None:
    assert read_app(TEXTS | {"reset": "00:00 New York"}, READER).zone == NEW_YORK
