"""The review panel: proofs that can be looked at, and that do nothing by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import discord
import pytest

from locales import language
from tests.domain.ledgers import make_contribution
from tests.ui.subjects import hashtag
from ui.review_panel import draw_waiting

ENGLISH = language("en")


def lines_with(**proofs: str) -> list[str]:
    """Every line of the panel of a contribution with these proofs."""
    view = draw_waiting(ENGLISH, hashtag(), make_contribution(1), proofs, 1)
    items: Iterator[Any] = view.walk_children()
    texts = [item.content for item in items if isinstance(item, discord.ui.TextDisplay)]
    assert sum(map(len, texts)) <= 4000
    return "\n".join(texts).splitlines()


@pytest.mark.parametrize(
    ("link", "host", "address"),
    [
        ("https://example.org/a_b*c", "example.org", "https://example.org/a_b%2Ac"),
        ("https://example.org/x)[y](z", "example.org", "https://example.org/x%29%5By%5D%28z"),
        ("https://пример.example/총", "xn--e1afmkfd.example", None),
    ],
)
def test_a_link_is_shown_as_typed_and_can_be_opened(
    link: str, host: str, address: str | None
) -> None:
    address = address or f"https://{host}/%EC%B4%9D"
    shown = f"Link: `{link}` · `{host}`: [open the page](<{address}>)"
    assert shown in lines_with(link=link)


def test_a_code_that_is_a_link_can_be_opened_too() -> None:
    shown = "`https://example.org/r/1` · `example.org`: [open the page](<https://example.org/r/1>)"
    assert f"Confirmation code: {shown}" in lines_with(code="https://example.org/r/1")


@pytest.mark.parametrize("link", ["javascript:alert(1)", "example", "https://", "http://[x"])
def test_what_leads_nowhere_is_no_link(link: str) -> None:
    assert f"Link: `{link}`" in lines_with(link=link)


def test_the_longest_link_and_note_fit() -> None:
    link = "https://example.org/" + "총" * 280
    assert f"Link: `{link}`" in lines_with(link=link, note="*" * 500)
