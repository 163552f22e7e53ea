"""What organisers type into a kind's fields is read, or refused by name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.errors import Refusal
from domain.fields import (
    fields_as_text,
    read_capacity,
    read_fields,
    read_tag,
    read_title,
    read_url,
)
from domain.kinds import KINDS, Kind, rules
from tests.domain.ledgers import make_action

FUNDRAISER = {"link": "https://example.org/give", "currency": "usd"}


def refused(work: object, *arguments: object) -> str:
    """The key of the refusal that a call ends in."""
    with pytest.raises(Refusal) as caught:
        work(*arguments)  # type: ignore[operator]  # pyright: ignore[reportCallIssue]
    return caught.value.key


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        ("#StarlightComeback", "StarlightComeback"),
        ("별빛컴백", "별빛컴백"),
        ("＃총공_2026", "총공_2026"),
        ("  #İzmir  ", "İzmir"),
        ("#ไทย", "ไทย"),
        ("#हिन्दी", "हिन्दी"),
        ("#7thAnniversary", "7thAnniversary"),
    ],
)
def test_a_tag_of_any_script_is_taken(typed: str, tag: str) -> None:
    assert read_tag(typed) == tag


@pytest.mark.parametrize("typed", ["#two words", "#a-b", "#", "#2026", "##x", "#a!b", "@x"])
def test_a_tag_that_would_break_is_refused(typed: str) -> None:
    assert refused(read_tag, typed) == "field.tag.invalid"


@pytest.mark.parametrize(
    "typed",
    [
        "example.org",
        "ftp://example.org",
        "javascript:alert(1)",
        "https://",
        "https://localhost",
        "https://user@example.org",
        "https://example.org/a b",
        "https://example.org/](x)",
        "https://[::1",
    ],
)
def test_what_is_no_web_address_is_refused(typed: str) -> None:
    assert refused(read_url, typed) == "field.link.invalid"


def test_a_web_address_is_taken_as_it_is() -> None:
    assert read_url(" https://example.org/give?x=1#top ") == "https://example.org/give?x=1#top"


def test_a_title_is_one_line_of_at_most_a_hundred_characters() -> None:
    assert read_title("  Match \n the   million ") == "Match the million"
    assert refused(read_title, " \n ") == "field.title.empty"
    assert refused(read_title, "x" * 101) == "field.title.too_long"


def test_a_capacity_is_read_as_people_write_numbers() -> None:
    assert read_capacity("1,000", "en") == 1000
    assert read_capacity("2천", "ko") == 2000
    assert read_capacity("  ", "en") is None
    assert refused(read_capacity, "2000000", "en") == "field.capacity.too_large"
    assert refused(read_capacity, "many", "en") == "amount.not_understood"
    assert refused(read_capacity, "0", "en") == "amount.not_positive"


def test_amounts_are_read_in_the_currency_whatever_the_order_of_the_fields() -> None:
    read = read_fields(
        rules(Kind.FUNDRAISER), {"goal": "10,000", "baseline": "500.50", **FUNDRAISER}, "en"
    )
    assert (read.unit_code, read.goal, read.baseline) == ("USD", 1_000_000, 50_050)
    assert read.texts == {"link": "https://example.org/give"}


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ({"currency": ""}, "field.currency.missing"),
        ({"currency": "XYZ"}, "field.currency.unknown"),
        ({"link": ""}, "field.link.missing"),
        ({"goal": "€500"}, "amount.other_currency"),
        ({"goal": "a lot"}, "amount.not_understood"),
        ({"currency": "KWD", "goal": "1.234"}, "amount.ambiguous"),
    ],
)
def test_a_field_that_cant_be_taken_is_named(typed: dict[str, str], key: str) -> None:
    assert refused(read_fields, rules(Kind.FUNDRAISER), {**FUNDRAISER, **typed}, "en") == key


def test_the_kinds_cap_holds_where_none_is_typed() -> None:
    read = read_fields(rules(Kind.HASHTAG), {"tag": "#Tag"}, "en")
    assert read.cap == rules(Kind.HASHTAG).default_cap == 300
    assert read_fields(rules(Kind.HASHTAG), {"tag": "#Tag", "cap": "50"}, "en").cap == 50


@pytest.mark.parametrize("kind", list(Kind))
def test_a_kinds_form_fits_into_a_modal_and_names_no_field_twice(kind: Kind) -> None:
    names = [field.name for field in KINDS[kind].fields]
    assert len(names) == len(set(names)) <= 5


def test_a_draft_is_written_so_that_it_reads_back_the_same() -> None:
    draft = replace(
        make_action(),
        kind=Kind.FUNDRAISER,
        unit_code="KWD",
        goal=1_234_500,
        baseline=1,
        cap=999_000,
        fields={"link": "https://example.org"},
    )
    read = read_fields(draft.rules, fields_as_text(draft), "en")
    assert (read.unit_code, read.goal, read.baseline, read.cap, read.texts) == (
        draft.unit_code,
        draft.goal,
        draft.baseline,
        draft.cap,
        draft.fields,
    )
