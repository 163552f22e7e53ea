"""The catalogues are complete and fit Discord, and every sentence in the code comes from them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

import pytest

from locales import LANGUAGES, Language, language
from locales.catalogue import FOLDER, read_catalogue
from tests.catalogue_scanners import (
    ALLOWED_SENTENCES,
    EVERYWHERE,
    KEY,
    TWO,
    WITHOUT_SENTENCES,
    Mentions,
    entries,
    faults_of,
    forms,
    keys_mentioned,
    limit_faults,
    literal_sentences,
    made_up,
    placeholder_faults,
    plural_faults,
    sources,
)

ENGLISH = entries("en")
FIRST_SEGMENTS = frozenset(key.partition(".")[0] for key in ENGLISH)


@pytest.mark.parametrize("code", LANGUAGES)
class TestCatalogue:
    """Each language's file."""

    def test_it_has_exactly_the_keys_of_english_and_nothing_empty_or_fuzzy(self, code: str) -> None:
        assert faults_of(code, entries(code), ENGLISH) == []

    def test_its_plural_forms_are_complete(self, code: str) -> None:
        assert plural_faults(code, read_catalogue(code)) == []

    def test_its_placeholders_are_those_of_english(self, code: str) -> None:
        assert placeholder_faults(code, read_catalogue(code), ENGLISH) == []

    def test_its_keys_look_like_keys_and_stand_there_once(self, code: str) -> None:
        """A second entry with the same key would silently replace the first."""
        path = FOLDER / f"{code.replace('-', '_')}.po"
        keys = re.findall(r'^msgid "(.+)"$', path.read_text("utf-8"), re.MULTILINE)
        assert [key for key in keys if not KEY.fullmatch(key)] == []
        assert sorted({key for key in keys if keys.count(key) > 1}) == []

    def test_its_texts_fit_discord(self, code: str) -> None:
        faults = [
            fault
            for key, message in entries(code).items()
            for form in forms(message)
            for fault in limit_faults(key, form)
        ]
        assert faults == []


# ---- The code beside the catalogues


def mentioned_everywhere() -> dict[str, Mentions]:
    return {path: keys_mentioned(tree, FIRST_SEGMENTS) for path, tree in sources(EVERYWHERE)}


def test_every_key_in_the_code_is_in_the_catalogue() -> None:
    missing = {
        (path, key)
        for path, mentions in mentioned_everywhere().items()
        for key in mentions.keys - ENGLISH.keys()
    }
    pointless = {
        (path, pattern)
        for path, mentions in mentioned_everywhere().items()
        for pattern in mentions.patterns
        if not any(re.fullmatch(pattern, key) for key in ENGLISH)
    }
    assert sorted(missing | pointless) == []


def test_every_key_in_the_catalogue_is_used_in_the_code() -> None:
    mentions = mentioned_everywhere().values()
    unused = [key for key in ENGLISH if not any(found.include(key) for found in mentions)]
    assert unused == []


def test_no_code_has_a_literal_sentence() -> None:
    found = [
        f"{path}:{line}: {text}"
        for path, tree in sources(WITHOUT_SENTENCES)
        for line, text in literal_sentences(tree)
        if (path, text) not in ALLOWED_SENTENCES
    ]
    assert found == []


# ---- The language in use


def test_a_language_is_found_by_its_code_in_any_spelling() -> None:
    for code in ("ko", "ko-KR", "ko_KR", "KO"):
        assert language(code).code == "ko"
    for code in (None, "", "en-US", "xx", "../en"):
        assert language(code).code == "en"
    assert language("ko") is language("ko-KR")
    assert LANGUAGES[0] == "en"


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        language("ko")("config.unheard_of")
    with pytest.raises(KeyError):
        language("ko").many("config.unknown_zone", 1, zone="x")
    with pytest.raises(KeyError):
        language("ko")("config.unknown_zone")


def test_typed_braces_are_only_text() -> None:
    typed = "{zone.__class__}"
    assert typed in language("en")("config.unknown_zone", zone=typed)


def test_plurals_follow_the_catalogues_header() -> None:
    made = made_up(TWO, a=("one of {x}", "{n} of {x}"))
    words = Language("en", made)
    assert words.many("a", 1, x="y") == "one of y"
    assert words.many("a", 1234, x="y") == "1,234 of y"
    with pytest.raises(KeyError):
        words("a")


def test_money_names_its_currency_unmistakably() -> None:
    english, korean = language("en"), language("ko")
    assert english.money(1026531, "USD") == "US$10,265.31"
    assert english.money(1026531, "CAD") == "CA$10,265.31"
    assert english.money(30000, "KRW") == korean.money(30000, "KRW") == "₩30,000"
    assert english.money(500, "JPY") == "JP¥500"
    assert english.money(5000000, "IDR") == "IDR\N{NO-BREAK SPACE}50,000.00"
    assert english.money(1, "KWD") == "KWD\N{NO-BREAK SPACE}0.001"
    assert english.money(10**15 + 1, "USD") == "US$10,000,000,000,000.01"
    assert korean.money(1026531, "USD") == "US$10,265.31"


def test_only_a_reached_goal_is_a_hundred_percent() -> None:
    assert language("en").percent(9999, 10000) == "99%"
    assert language("en").percent(10000, 10000) == "100%"
    assert language("en").percent(1_026_531, 1_000_000) == "102%"
    assert language("en").percent(0, 5) == "0%"


def test_wall_times_are_written_as_they_are() -> None:
    wall = datetime(2026, 11, 21, 20, 0, tzinfo=timezone(timedelta(hours=9)))
    assert language("en").date_time(wall) == "Sat 21 Nov 20:00"
    assert language("ko").date_time(wall) == "11월 21일 (토) 20:00"
    assert language("en").day(date(2026, 12, 29)) == "Tue 29 Dec"
    assert language("ko").day(date(2026, 12, 29)) == "12월 29일 (화)"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "in 1 minute"),
        (3595, "in 1 hour"),
        (5400, "in 90 minutes"),
        (7200, "in 2 hours"),
        (86400, "in 1 day"),
        (36 * 3600, "in 36 hours"),
        (3 * 86400, "in 3 days"),
        (10 * 86400, "in 10 days"),
        (14 * 86400, "in 2 weeks"),
        (-7200, "2 hours ago"),
    ],
)
def test_durations_are_coarse_but_never_a_unit_off(seconds: int, words: str) -> None:
    assert language("en").duration(seconds) == words


def test_durations_and_lists_in_korean() -> None:
    assert language("ko").duration(3 * 86400) == "3일 후"
    assert language("ko").listing(["가", "나", "다"]) == "가, 나 및 다"
    assert language("en").listing(["a", "b"]) == "a and b"
    assert language("en").number(1234567) == "1,234,567"
