"""The panel of common amounts and the forms behind it, at their longest; what a button carries."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actions import Action
from domain.errors import Refusal
from domain.kinds import Kind
from domain.quick_amounts import MOST_TAPPED
from domain.sources import sources_of
from locales import Language
from tests.ui.subjects import ALL_LANGUAGES, make_action
from ui.buttons import MAX_ID
from ui.log_form import LogForm, ProofForm, Typed
from ui.log_panel import draw_log_panel, parts_of, read_tap, write_tap

LINKS = "\n".join(f"https://{'x' * 50}{n}.example/{n}" for n in range(20))
FIELDS = {
    Kind.HASHTAG: ("posts", {}),
    Kind.STREAM: ("streams", {"links": LINKS}),
    Kind.FUNDRAISER: ("USD", {"currencies": "KRW IDR KWD EUR"}),
    Kind.CUSTOM: ("custom", {"unit": "*총_" * 10}),
}
BIG = 10**18
EVERY = pytest.mark.parametrize("kind", list(FIELDS))
languages = pytest.mark.parametrize("say", ALL_LANGUAGES, ids=repr)


def longest(kind: Kind) -> Action:
    unit_code, fields = FIELDS[kind]
    return make_action(
        kind=kind, unit_code=unit_code, fields=fields, title="@everyone*" * 10, goal=None, cap=None
    )


@EVERY
@languages
def test_a_panel_at_its_longest_fits_in_a_direct_message_too(kind: Kind, say: Language) -> None:
    action = longest(kind)
    for part in (None, *parts_of(action)):
        text, view = draw_log_panel(
            say, action, action.log_until, part=part, last=MOST_TAPPED, only_for=(BIG, BIG)
        )
        assert len(text) <= 2000
        assert "@everyone*" not in text
        rows = view.to_components()
        assert len(rows) <= 5
        for item in (item for row in rows for item in row["components"]):
            assert len(item["custom_id"]) <= 100
            assert len(item.get("label", "")) <= 80
            assert len(item.get("options", ())) <= 25


@EVERY
@languages
def test_the_forms_have_five_parts_at_most_and_no_hint_is_cut(kind: Kind, say: Language) -> None:
    async def submit(*given: Any) -> None:
        """Nothing."""

    action = longest(kind)
    for form in (
        LogForm(say, action, Typed(), submit),
        LogForm(say, action, Typed(), submit, proof=False),
        ProofForm(say, action, Typed(), submit),
    ):
        assert len(form.children) <= 5
        for label in form.children:
            assert isinstance(label, discord.ui.Label)
            assert not (label.description or "").endswith("…")
            assert not label.text.endswith("…")


@languages
def test_after_a_check_in_pictures_alone_are_asked_for(say: Language) -> None:
    """A code typed later is not taken: it is told on site."""

    async def submit(*given: Any) -> None:
        """Nothing."""

    form = ProofForm(say, make_action(kind=Kind.ATTENDANCE), Typed(), submit)
    (asked,) = form.children
    assert isinstance(asked, discord.ui.Label)
    assert isinstance(asked.component, discord.ui.FileUpload)


@given(amount=st.integers(1, MOST_TAPPED), kind=st.sampled_from(list(FIELDS)), data=st.data())
def test_what_a_button_carries_is_read_again(amount: int, kind: Kind, data: Any) -> None:
    action = longest(kind)
    part = data.draw(st.sampled_from(parts_of(action) or (None,)))
    carried = write_tap(part, amount)
    assert 0 <= carried <= MAX_ID
    assert read_tap(action, carried) == (amount, part)


def test_a_button_of_a_currency_that_is_gone_is_refused() -> None:
    with pytest.raises(Refusal, match=r"log_panel\.changed"):
        read_tap(longest(Kind.FUNDRAISER), write_tap("JPY", 5))


def test_a_stream_of_many_links_has_as_many_platforms() -> None:
    assert len(sources_of(longest(Kind.STREAM))) == 20 + 1  # and any other
