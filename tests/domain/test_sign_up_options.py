"""Options beside *I'm in*: what organisers may type, and what may become of those in use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refusal
from domain.sign_up_options import (
    OptionLine,
    options_as_text,
    read_options,
    settle_options,
)
from domain.sign_ups import SignUpOption

HOST, LATE = SignUpOption(1, "can host", 5, 3), SignUpOption(2, "late", None, 0)


def refused(text: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read_options(text, "en")
    return caught.value


def test_an_option_stands_on_a_line_with_its_capacity_behind_a_bar() -> None:
    read = read_options("can host | 5\n\n  late  \n늦참｜1,000\n", "en")
    assert read == (OptionLine("can host", 5), OptionLine("late"), OptionLine("늦참", 1000))
    assert read_options(" \n ", "en") == ()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("a\nb\nc\nd\ne", "field.options.too_many"),
        ("late\nLATE", "field.options.twice"),
        ("| 5", "field.options.no_name"),
        ("…", "field.options.no_name"),
        ("x" * 41, "field.options.too_long"),
        ("can host | many", "amount.not_understood"),
        ("can host | 0", "amount.not_positive"),
        ("can host | 9999999", "field.capacity.too_large"),
    ],
)
def test_what_cannot_be_an_option_is_refused(text: str, key: str) -> None:
    assert refused(text).key == key


def test_an_option_of_the_same_name_keeps_its_people_whatever_its_capacity() -> None:
    settled = settle_options([HOST, LATE], [OptionLine("Can host", 1), OptionLine("early")])
    assert settled == [SignUpOption(1, "Can host", 1, 3), SignUpOption(0, "early")]


def test_an_option_that_people_chose_can_be_renamed_and_not_removed() -> None:
    renamed = settle_options([HOST, LATE], [OptionLine("late"), OptionLine("hosting", 4)])
    assert renamed == [LATE, SignUpOption(1, "hosting", 4, 3)]
    with pytest.raises(Refusal) as caught:
        settle_options([HOST, LATE], [OptionLine("late")])
    assert (caught.value.key, caught.value.values["people"]) == ("field.options.chosen", 3)


labels = st.text("abcd", min_size=1, max_size=2)
options = st.lists(
    st.builds(
        SignUpOption,
        option_id=st.integers(1, 99),
        label=labels,
        capacity=st.none() | st.integers(1, 9),
        taken=st.integers(0, 3),
    ),
    unique_by=(lambda option: option.option_id, lambda option: option.label.casefold()),
    max_size=4,
)
wanted = st.lists(
    st.builds(OptionLine, labels, st.none() | st.integers(1, 9)),
    unique_by=lambda line: line.label.casefold(),
    max_size=4,
)


@given(options)
def test_options_read_back_from_their_text(present: list[SignUpOption]) -> None:
    lines = [OptionLine(option.label, option.capacity) for option in present]
    assert list(read_options(options_as_text(present), "en")) == lines


@given(options, wanted)
def test_nobody_loses_what_they_chose(present: list[SignUpOption], lines: list[OptionLine]) -> None:
    try:
        settled = settle_options(present, lines)
    except Refusal:
        assert sum(option.taken > 0 for option in present) > 0
        return
    assert [(o.label, o.capacity) for o in settled] == [(li.label, li.capacity) for li in lines]
    kept = {option.option_id: option.taken for option in settled if option.option_id}
    assert len(kept) == sum(option.option_id > 0 for option in settled), "no option stands twice"
    assert {o.option_id: o.taken for o in present if o.taken}.items() <= kept.items()
