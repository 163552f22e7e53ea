"""Hashtags: what is refused since it would break, and what is only pointed out."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refusal
from domain.tags import Doubt, read_tag, warnings


def doubts(tag: str, *others: str) -> list[tuple[Doubt, str]]:
    return [(found.doubt, found.about) for found in warnings(tag, others)]


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


@pytest.mark.parametrize(
    ("typed", "why", "naming"),
    [
        ("#two words", "spaces", None),
        ("#a\u3000b", "spaces", None),
        ("#a-b", "characters", "-"),
        ("#a!b?c!", "characters", "! ?"),
        ("##x", "characters", "#"),
        ("@x", "characters", "@"),
        ("Day🎉", "characters", "🎉"),
        ("👩‍👩‍👧Day", "characters", "👩‍👩‍👧"),
        ("x²", "characters", "²"),
        ("a\u200bb", "characters", "U+200B"),
        ("OurDay_", "underscore", None),
        ("_", "underscore", None),
        ("#", "invalid", None),
        ("#2026", "invalid", None),
        ("20_26", "invalid", None),
        ("x" * 51, "too_long", None),
    ],
)
def test_a_tag_that_would_break_is_refused_and_told_why(
    typed: str, why: str, naming: str | None
) -> None:
    with pytest.raises(Refusal) as caught:
        read_tag(typed)
    assert caught.value.key == f"field.tag.{why}"
    if naming is not None:
        assert caught.value.values["characters"] == naming


def test_characters_are_counted_as_people_count_them() -> None:
    assert read_tag("क्षि" * 25)
    assert read_tag("x" * 50)


@given(st.text(max_size=60))
def test_whatever_is_taken_is_linked_whole_by_x_and_bluesky(text: str) -> None:
    try:
        tag = read_tag(text)
    except Refusal:
        return
    # X (twitter-text): letters, marks, decimal digits, underscores, and a letter among them.
    assert regex.fullmatch(r"[\p{L}\p{M}\p{Nd}_]*\p{L}[\p{L}\p{M}\p{Nd}_]*", tag)
    # Bluesky cuts punctuation off at the end, and links nothing that is digits and punctuation.
    assert regex.sub(r"\p{P}+$", "", tag) == tag
    assert read_tag(tag) == tag


# ---- What is pointed out


@pytest.mark.parametrize(
    ("tag", "characters"),
    [
        ("StаrlightDay", "а"),  # a Cyrillic а
        ("Οurday", "Ο"),  # a Greek Omicron
        ("ＯｕｒDay", "Ｏｕｒ"),
        ("𝗕𝗧day", "𝗕𝗧"),
    ],
)
def test_a_look_alike_character_is_pointed_out(tag: str, characters: str) -> None:
    assert doubts(read_tag(tag)) == [(Doubt.LOOK_ALIKE, characters)]


@pytest.mark.parametrize(
    "tag",
    ["OurDay", "생일축하HappyMina", "ニ二day", "Мина", "별빛_2026", "İzmir", "สวัสดีday", "夢のDay1"],
)
def test_scripts_that_are_mixed_every_day_are_not(tag: str) -> None:
    assert doubts(read_tag(tag), "Another", tag) == []


def test_a_differing_case_form_is_pointed_out() -> None:
    assert doubts("OurDay", "ourday", "OurDay", "OURDAY", "Other") == [
        (Doubt.CASE, "ourday"),
        (Doubt.CASE, "OURDAY"),
    ]


@pytest.mark.parametrize("tag", ["7Days", "_OurDay"])
def test_a_tag_that_begins_with_no_letter_is_pointed_out(tag: str) -> None:
    assert doubts(tag) == [(Doubt.LEADING, tag[0])]
