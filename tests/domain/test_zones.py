"""Zones are found by the names that people have for them."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import Refusal
from domain.places import ZoneMatch, meant_zones, named_zones, near_zones, search_zones
from domain.zones import (
    abbreviations,
    known_zone,
    offset_name,
    parse_offset,
    zone_country,
    zone_info,
)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("seoul", "Asia/Seoul"),
        ("서울", "Asia/Seoul"),
        ("한국", "Asia/Seoul"),
        ("대한민국", "Asia/Seoul"),
        ("korea", "Asia/Seoul"),
        ("kr", "Asia/Seoul"),
        ("KST", "Asia/Seoul"),
        ("부산", "Asia/Seoul"),
        ("도쿄", "Asia/Tokyo"),
        ("brazil", "America/Sao_Paulo"),
        ("브라질", "America/Sao_Paulo"),
        ("sao paulo", "America/Sao_Paulo"),
        ("São", "America/Sao_Paulo"),
        ("ＳＡＯ ＰＡＵＬＯ", "America/Sao_Paulo"),
        ("kuala", "Asia/Kuala_Lumpur"),
        ("manila", "Asia/Manila"),
        ("philippines", "Asia/Manila"),
        ("us", "America/New_York"),
        ("america/los_angeles", "America/Los_Angeles"),
        ("los angeles", "America/Los_Angeles"),
        ("saigon", "Asia/Ho_Chi_Minh"),
        ("beijing", "Asia/Shanghai"),
        ("istan", "Europe/Istanbul"),
        ("seoul korea", "Asia/Seoul"),
        ("utc", "UTC"),
        ("gmt", "UTC"),
        ("UTC+9", "UTC+09:00"),
        ("-3:30", "UTC-03:30"),
    ],
)
def test_the_best_match_comes_first(text: str, zone: str) -> None:
    assert search_zones(text, "en")[0].zone == zone


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Soeul", "Asia/Seoul"),
        ("tokio", "Asia/Tokyo"),
        ("San Paulo", "America/Sao_Paulo"),
        ("New Yrok", "America/New_York"),
        ("Phillipines", "Asia/Manila"),
    ],
)
def test_what_is_misspelt_finds_what_is_spelt_alike(text: str, zone: str) -> None:
    assert search_zones(text, "en") == []
    assert near_zones(text, "en")[0].zone == zone


@pytest.mark.parametrize("text", ["", "xyzzy", "!", "x" * 60])
def test_what_is_like_no_place_finds_none(text: str) -> None:
    assert near_zones(text, "en") == []


def test_an_abbreviation_finds_all_its_meanings() -> None:
    found = {match.zone for match in search_zones("ist", "en")}
    assert {"Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin", "Europe/Istanbul"} <= found


def test_matches_are_named_in_the_language_of_the_search() -> None:
    assert search_zones("seoul", "ko")[0] == ZoneMatch("Asia/Seoul", "서울", "대한민국")
    assert search_zones("서울", "en-US")[0] == ZoneMatch("Asia/Seoul", "Seoul", "South Korea")
    assert search_zones("seoul", "xx-nonsense")[0].city == "Seoul"


def test_nothing_typed_lists_well_known_zones() -> None:
    found = search_zones(" ", "en")
    assert found[0].zone == "Asia/Seoul"
    assert len(found) == len({match.zone for match in found}) == 25


def test_no_more_matches_than_wanted_and_none_for_nonsense() -> None:
    assert len(search_zones("united states", "en")) == 25
    assert len(search_zones("united states", "en", limit=3)) == 3
    assert search_zones("qqqq", "en") == []


def test_a_warm_search_is_quick() -> None:
    for language in ("en", "ko"):
        search_zones("seoul", language)
    start = time.perf_counter()
    for text in ("s", "united states", "서울", "a b c", "america/"):
        search_zones(text, "ko")
    assert (time.perf_counter() - start) / 5 < 0.02


@settings(max_examples=150, deadline=None, database=None)
@given(text=st.text(max_size=20), language=st.sampled_from(["en", "ko", "pt-BR"]))
def test_any_text_can_be_searched(text: str, language: str) -> None:
    assert len(search_zones(text, language)) <= 25
    assert isinstance(known_zone(text), bool)


def test_every_zone_that_is_offered_is_known() -> None:
    for letter in "abcdefghijklmnopqrstuvwxyz":
        for match in search_zones(letter, "en", limit=500):
            assert known_zone(match.zone)
            assert match.city


def test_every_named_or_abbreviated_zone_is_known() -> None:
    for zones in named_zones("ko").values():
        assert all(map(known_zone, zones))
    for short in abbreviations():
        assert all(known_zone(meaning.zone) for meaning in short.meanings)


def test_an_abbreviation_is_never_the_name_of_a_place() -> None:
    names = named_zones("ko").keys() | named_zones("en").keys()
    assert not names & {short.name.casefold() for short in abbreviations()}


@pytest.mark.parametrize("name", ["Asia/Seoul", "UTC", "UTC+9", "GMT-3", "+09:00", "UTC+05:30"])
def test_iana_names_and_offsets_are_known(name: str) -> None:
    assert known_zone(name)
    assert zone_info(name)


@pytest.mark.parametrize("name", ["", "Seoul", "asia/seoul", "UTC+15", "Factory", "../x", "9"])
def test_other_names_are_unknown(name: str) -> None:
    assert not known_zone(name)
    with pytest.raises(Refusal) as refused:
        zone_info(name)
    assert refused.value.key == "zone.unknown"


def test_an_offset_has_one_name() -> None:
    for text in ("UTC+9", "gmt +9", "+09:00", "+0900", "UTC+09:00"):
        offset = parse_offset(text)
        assert offset is not None
        assert offset == timedelta(hours=9)
        assert offset_name(offset) == "UTC+09:00"
    assert parse_offset("-12") == timedelta(hours=-12)
    assert parse_offset("-13") is None


def test_a_zone_knows_its_country_under_old_names_too() -> None:
    assert zone_country("Asia/Seoul") == "KR"
    assert zone_country("Asia/Calcutta") == zone_country("Asia/Kolkata") == "IN"
    assert zone_country("UTC+09:00") is None


@pytest.mark.parametrize(
    ("text", "zones"),
    [
        ("Asia/Seoul", ["Asia/Seoul"]),
        ("us/pacific", ["US/Pacific"]),
        ("London", ["Europe/London"]),
        ("India", ["Asia/Kolkata"]),
        ("utc+9", ["UTC+09:00"]),
        ("GMT", ["UTC", "Europe/London"]),
        ("qqqq", []),
    ],
)
def test_a_text_that_names_a_zone_exactly_means_that_one(text: str, zones: list[str]) -> None:
    assert [match.zone for match in meant_zones(text, "en")] == zones


@pytest.mark.parametrize("text", ["IST", "EST", "Brazil"])
def test_a_text_that_may_mean_several_zones_means_them_all(text: str) -> None:
    assert meant_zones(text, "en") == search_zones(text, "en")
    assert len(meant_zones(text, "en")) > 2
