"""Text for Discord: typed text does nothing, times and amounts are unmistakable."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kinds import Unit
from locales import language
from tests.ui.subjects import fundraiser, hashtag
from ui.text import (
    amount,
    bar,
    code,
    code_block,
    plain,
    safe_url,
    shorten,
    stamp,
    zoned,
    zoned_range,
)

ENGLISH, KOREAN = language("en"), language("ko")

NASTY = [
    *("@everyone", "@here", "<@81384788765712384>", "<@!1>", "<@&81384788765712384>", "<#1>"),
    *("<:x:1>", "<a:x:1>", "<t:0:R>", "</me:1>", "<id:home>", "[x](https://a.b)", "(https://a.b)"),
    *("<https://a.b>", "https://a.b/_x_~~y~~", "http://@everyone", "https://a.b/**||", "`", "```"),
    *("# ", "-# ", "> ", ">>> ", "- ", "* ", "1. ", "**", "__", "||", "~~", "\\", "\\\\"),
    *("\n", "\r\n", "\u2028", "\u202e", "\u2066", "\u200b", " ", "\x00", "é́́́́́́́", "\ud800"),
]
typed = st.lists(st.sampled_from(NASTY) | st.text(max_size=4), max_size=8).map("".join)


def live_marks(text: str) -> str:
    """The markdown characters that no backslash precedes."""
    return "".join(re.findall(r"[*_~|`\[\]]", re.sub(r"\\.", "", text)))


def assert_harmless(text: str) -> None:
    assert not live_marks(text)
    assert not re.search(r"@(everyone|here|[!&]?\d)", text, re.IGNORECASE)
    assert not re.search(r"<[@#:/a-z]", text, re.IGNORECASE)
    assert not re.match(r"#|-|>|\+|\d+[.)]", text)
    assert not re.search(r"[\n\r\u2028\u2029\u202a-\u202e\u2066-\u2069]", text)
    text.encode()


@given(typed)
def test_typed_text_has_no_effect(text: str) -> None:
    assert_harmless(plain(text))


@given(typed, st.integers(1, 60))
def test_typed_text_has_no_effect_when_cut_and_keeps_the_limit(text: str, limit: int) -> None:
    shown = plain(text, limit)
    assert len(shown) <= limit
    assert_harmless(shown)


@given(st.text(alphabet="ab총*_~|`[]()<>@#- 1.\\:!", max_size=40))
def test_typed_text_stays_readable(text: str) -> None:
    shown = re.sub(r"\\(.)", r"\1", plain(text)).replace("\u200b", "")
    assert shown == " ".join(text.split())


@given(typed)
def test_a_code_span_cannot_be_broken_out_of(text: str) -> None:
    for span, fence in ((code(text), "`"), (code_block(text), "```")):
        inner = span.removeprefix(fence).removesuffix(fence)
        assert len(inner) == len(span) - 2 * len(fence)
        assert "`" not in inner
        assert inner.strip("\n")
        assert "\n" not in inner.strip("\n")


@given(typed, st.integers(1, 30))
def test_a_label_is_cut_to_its_limit(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit


def test_cutting_never_splits_what_people_see_as_one_character() -> None:
    family = "👨‍👩‍👧‍👦"
    assert shorten(family * 3, 14) == f"{family}…"
    assert plain(family * 3, 14) == f"{family}…"


def test_an_address_still_leads_to_the_same_place() -> None:
    assert plain("see https://youtu.be/a_b?t=1") == "see https://youtu.be/a%5Fb?t=1"


@pytest.mark.parametrize("text", ["javascript:alert(1)", "https://", "ftp://a.b", "https://[", ""])
def test_only_web_addresses_become_links(text: str) -> None:
    assert safe_url(text) is None


@pytest.mark.parametrize(
    ("text", "url", "host"),
    [
        ("https://한국.kr/총", "https://xn--3e0b707e.kr/%EC%B4%9D", "xn--3e0b707e.kr"),
        ("HTTPS://Example.org:8443", "https://example.org:8443", "example.org"),
        ("https://a.org/100%", "https://a.org/100%25", "a.org"),
        ("https://a.org/%EC%b4%9D", "https://a.org/%EC%b4%9D", "a.org"),
    ],
)
def test_an_address_is_in_the_form_that_discord_takes(text: str, url: str, host: str) -> None:
    assert safe_url(text) == (url, host)


@pytest.mark.parametrize(
    "text", ["https://a..b", "https://.", "https://a.b:abc", "https://:pw@a.b", "https://a.b:99999"]
)
def test_what_leads_nowhere_becomes_no_link(text: str) -> None:
    assert safe_url(text) is None


def test_a_link_cannot_end_early() -> None:
    address = safe_url("https://a.b/(x)>총")
    assert address == ("https://a.b/%28x%29%3E%EC%B4%9D", "a.b")


MOMENT = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
"""In Seoul, four hours later."""


def test_a_time_names_its_zone() -> None:
    assert zoned(ENGLISH, MOMENT, "Asia/Seoul") == "Sat 21 Nov 20:00 KST"
    assert zoned(ENGLISH, MOMENT, "America/Sao_Paulo") == "Sat 21 Nov 08:00 UTC-03:00"
    assert zoned(ENGLISH, MOMENT, "UTC+09:00") == "Sat 21 Nov 20:00 UTC+09:00"


def test_a_span_says_once_what_both_its_ends_have_in_common() -> None:
    def span(hours: int) -> str:
        return zoned_range(ENGLISH, MOMENT, MOMENT + timedelta(hours=hours), "Asia/Seoul")

    assert span(2) == "Sat 21 Nov 20:00–22:00 KST"
    assert span(26) == "Sat 21 Nov 20:00 – Sun 22 Nov 22:00 KST"
    assert span(4) == f"Sat 21 Nov 20:00 KST – {zoned(ENGLISH, MIDNIGHT, 'Asia/Seoul')}"
    before = datetime(2026, 10, 24, 18, 0, tzinfo=UTC)
    shown = zoned_range(ENGLISH, before, before + timedelta(days=1), "Europe/Berlin")
    assert shown == "Sat 24 Oct 20:00 CEST – Sun 25 Oct 19:00 CET", "the clocks change between"


def test_an_abbreviation_with_several_meanings_has_its_offset_beside() -> None:
    shown = zoned(ENGLISH, MOMENT, "America/Los_Angeles")
    assert shown == "Sat 21 Nov 03:00 PST (UTC-08:00)"


def test_midnight_is_spelled_out_as_a_night() -> None:
    midnight = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    expected = "the night of Tue 24 Nov to Wed 25 Nov, 00:00 KST"
    assert zoned(ENGLISH, midnight, "Asia/Seoul") == expected
    assert "0시" in zoned(KOREAN, midnight, "Asia/Seoul")


def test_a_timestamp_is_discords() -> None:
    assert stamp(MOMENT, "R") == "<t:1795258800:R>"


def test_amounts_carry_their_unit() -> None:
    assert amount(ENGLISH, fundraiser(), 2500) == "US$25.00"
    assert amount(ENGLISH, Unit.MONEY, 50000, "JPY") == ENGLISH.money(50000, "JPY")
    assert amount(ENGLISH, hashtag(), 1) == "1 post"
    assert amount(ENGLISH, Unit.POSTS, 1200, "posts") == "1,200 posts"


@pytest.mark.parametrize(
    ("part", "whole", "filled"),
    [(0, 10, 0), (99, 100, 9), (100, 100, 10), (300, 100, 10), (0, 0, 10)],
)
def test_a_bar_is_full_only_when_the_whole_is_reached(part: int, whole: int, filled: int) -> None:
    assert bar(part, whole) == "▰" * filled + "▱" * (10 - filled)
