"""Lengths of time as people type them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.errors import Refusal
from domain.when import read_length


@pytest.mark.parametrize(
    ("text", "language", "minutes"),
    [
        ("2h", "en", 120),
        ("90 min", "en", 90),
        ("1h30", "en", 90),
        ("1 hour and 30 minutes", "en", 90),
        ("1.5h", "en", 90),
        ("half an hour", "en", 30),
        ("2시간", "ko", 120),
        ("1시간 30분", "ko", 90),
        ("두 시간", "ko", 120),
        ("2h", "ko", 120),
        ("1 day", "en", 1440),
        ("２ h", "en", 120),
    ],
)
def test_a_length_is_read_to_its_last_word(text: str, language: str, minutes: int) -> None:
    assert read_length(text, language) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "text", ["", " ", "2", "h", "2h or so", "tomorrow", "2²h", "2h " * 30, "9999999999 days"]
)
def test_what_is_no_length_is_refused_with_what_was_typed(text: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_length(text, "en")
    assert (caught.value.key, caught.value.values) == ("when.no_length", {"text": text.strip()})


@pytest.mark.parametrize(
    ("text", "language", "minutes"),
    [
        ("2 hours before", "en", 120),
        ("90 min before the start", "en", 90),
        ("시작 2시간 전", "ko", 120),
        ("30분 전에", "ko", 30),
    ],
)
def test_a_length_may_be_said_to_be_before_a_start(text: str, language: str, minutes: int) -> None:
    assert read_length(text, language) == timedelta(minutes=minutes)
