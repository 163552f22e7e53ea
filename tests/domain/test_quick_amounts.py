"""Which amounts one tap logs: by unit and currency, one's own last one, and never too much."""

from __future__ import annotations

from typing import Any

import pytest

from domain.actions import Action
from domain.kinds import Kind
from domain.money import known_currency
from domain.quick_amounts import MOST_TAPPED, WORTH_LESS, quick_amounts
from tests.domain.ledgers import make_action


def counting(kind: Kind, unit_code: str, **values: Any) -> Action:
    return make_action(kind=kind, unit_code=unit_code, **values)


@pytest.mark.parametrize(
    ("kind", "amounts"),
    [
        (Kind.HASHTAG, (1, 5, 10, 20)),
        (Kind.STREAM, (1, 5, 10, 20, 50)),
        (Kind.CUSTOM, (1, 5, 10)),
    ],
)
def test_common_amounts_are_offered_by_unit(kind: Kind, amounts: tuple[int, ...]) -> None:
    assert quick_amounts(counting(kind, "x"), "x") == amounts


@pytest.mark.parametrize(
    ("currency", "amounts"),
    [
        ("USD", (500, 1000, 2000, 5000)),
        ("KRW", (5_000, 10_000, 20_000, 50_000)),
        ("JPY", (500, 1_000, 2_000, 5_000)),
        ("IDR", (5_000_000, 10_000_000, 20_000_000, 50_000_000)),
        ("KWD", (5_000, 10_000, 20_000, 50_000)),
    ],
)
def test_money_is_offered_in_sums_that_people_give_in_that_currency(
    currency: str, amounts: tuple[int, ...]
) -> None:
    """In minor units: the won and the yen have none, the Kuwaiti dinar has a thousand."""
    given = counting(Kind.FUNDRAISER, currency, cap=None, goal=None)
    assert quick_amounts(given, currency) == amounts


def test_every_currency_of_the_table_is_one_and_stands_there_once() -> None:
    codes = [code for codes in WORTH_LESS.values() for code in codes]
    assert len(codes) == len(set(codes))
    assert all(map(known_currency, codes))


def test_what_one_logged_last_comes_first_unless_it_is_a_common_amount() -> None:
    posts = counting(Kind.HASHTAG, "posts")
    assert quick_amounts(posts, "posts", last=7) == (7, 1, 5, 10, 20)
    assert quick_amounts(posts, "posts", last=5) == (1, 5, 10, 20)


def test_what_would_wait_for_a_check_as_too_much_is_not_offered() -> None:
    posts = counting(Kind.HASHTAG, "posts", cap=5)
    assert quick_amounts(posts, "posts", last=9) == (1, 5)


def test_no_button_carries_more_than_it_can() -> None:
    given = counting(Kind.FUNDRAISER, "USD", cap=None, goal=10**15)
    assert quick_amounts(given, "USD", last=MOST_TAPPED + 1) == (500, 1000, 2000, 5000)
