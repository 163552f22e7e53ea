"""Rates that organisers type: read strictly, and applied exactly."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actions import Action
from domain.errors import Refusal
from domain.rates import (
    in_first_currency,
    matched,
    rates_of,
    read_rates,
    require_frozen,
    together,
    toward_goal,
)
from tests.domain.ledgers import make_action

CODES = ("USD", "KRW", "EUR", "KWD")


def in_several(rates: str = "", first: str = "USD", further: str = "KRW EUR") -> Action:
    fields = {"currencies": further, "rates": rates, "rates_source": "the bank"}
    return make_action(unit_code=first, goal=2_000_000, fields=fields)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("KRW 0.00073", "KRW 0.00073"),
        ("krw: 0.00073\n\nEUR = 1.08\n", "KRW 0.00073\nEUR 1.08"),
        ("1 KRW = 0.00073 USD", "KRW 0.00073"),
        ("ＫＲＷ　０．０００７３", "KRW 0.00073"),
        ("KWD 3", "KWD 3"),
        ("", ""),
    ],
)
def test_rates_are_read_one_a_line(typed: str, stored: str) -> None:
    assert read_rates(typed, CODES) == stored


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("KRW", "field.rates.line"),
        ("0.00073", "field.rates.line"),
        ("KRW 0", "field.rates.line"),
        ("KRW 0.000", "field.rates.line"),
        ("KRW -1", "field.rates.line"),
        ("KRW 0,00073", "field.rates.line"),
        ("KRW 1.2.3", "field.rates.line"),
        ("KRW 0.0000000000001", "field.rates.line"),
        ("1 KRW = 0.00073 EUR", "field.rates.line"),
        ("2 KRW = 0.00146 USD", "field.rates.line"),
        ("KRW 1e-3", "field.rates.line"),
        ("USD 1", "field.rates.other_currency"),
        ("JPY 0.0065", "field.rates.other_currency"),
        ("KRW 0.0007\nKRW 0.0008", "field.rates.twice"),
    ],
)
def test_what_is_no_rate_of_a_further_currency_is_refused(typed: str, key: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_rates(typed, CODES)
    assert refusal.value.key == key


def test_amounts_are_worth_what_the_rates_say() -> None:
    action = in_several("KRW 0.00073\nEUR 1.08")
    assert in_first_currency(action, 1000, "USD") == 1000
    assert in_first_currency(action, 30_000, "KRW") == 2190  # 30,000 won are US$21.90
    assert in_first_currency(action, 100, "EUR") == 108
    assert together(action, {"USD": 1000, "KRW": 30_000, "EUR": 100}) == 3298


@pytest.mark.parametrize(("won", "cents"), [(1, 0), (3, 2), (5, 2), (7, 4), (8, 4)])
def test_half_a_cent_is_rounded_to_the_even_one(won: int, cents: int) -> None:
    assert together(in_several("KRW 0.005", further="KRW"), {"USD": 0, "KRW": won}) == cents


def test_there_is_no_sum_without_a_rate_for_every_currency() -> None:
    amounts = {"USD": 500, "KRW": 30_000, "EUR": 100}
    assert together(in_several("KRW 0.00073"), amounts) is None
    assert toward_goal(in_several("KRW 0.00073"), amounts) == (500, False)
    assert together(in_several(further=""), {"USD": 500}) is None
    assert toward_goal(in_several("KRW 0.00073\nEUR 1"), amounts) == (500 + 2190 + 100, True)


@given(
    st.fixed_dictionaries({code: st.integers(0, 10**18) for code in CODES}),
    st.lists(st.decimals("0.000000000001", "999999999", places=12), min_size=3, max_size=3),
)
def test_a_sum_is_exact_but_for_one_rounding(amounts: dict[str, int], rates: list[object]) -> None:
    lines = "\n".join(f"{code} {rate:f}" for code, rate in zip(CODES[1:], rates, strict=True))
    action = in_several(read_rates(lines, CODES), further=" ".join(CODES[1:]))
    found = together(action, amounts)
    digits = {"USD": 2, "KRW": 0, "EUR": 2, "KWD": 3}
    exact = Fraction(amounts["USD"])
    for code, rate in rates_of(action).items():
        exact += Fraction(amounts[code]) * Fraction(rate) * Fraction(10) ** (2 - digits[code])
    assert found == round(exact)


def test_rates_do_not_change_once_they_are_published() -> None:
    before = in_several("KRW 0.00073")
    require_frozen(before, in_several("KRW 0.00073"))
    with pytest.raises(Refusal) as refusal:
        require_frozen(before, in_several("KRW 0.00074"))
    assert refusal.value.key == "field.rates.frozen"


def test_a_match_is_what_was_reached_up_to_its_limit() -> None:
    action = make_action(fields={"matcher": "Moonlight", "match_limit": "500000"})
    assert matched(action, 123_400) == (123_400, 500_000)
    assert matched(action, 700_000) == (500_000, 500_000)
    assert matched(make_action(), 700_000) is None
