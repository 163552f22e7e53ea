"""A spot check in words at its longest, in every language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.spot_checks import EarlierDraw, Outcome, SpotCheck, redraw, result, seed_hash
from domain.spot_designs import count_amounts, design
from locales import Language
from tests.domain.ledgers import START
from tests.ui.subjects import ALL_LANGUAGES, fundraiser
from ui.spot_lines import seal_line, spot_lines
from ui.spot_panel import draw_spot_check, spot_preview

SEED = "00112233445566778899aabbccddeeff"
CURRENCIES = ("USD", "KRW", "JPY", "EUR", "IDR")
ROWS = [
    (n, CURRENCIES[n % len(CURRENCIES)], 10 ** (3 + n % 8) * 3 + n % 1013) for n in range(1, 30_000)
]
DRAWN = design(count_amounts(ROWS), 2000)
ACTION = fundraiser(
    title="*총공* " * 40, fields={"currencies": " ".join(CURRENCIES[1:])}, seed=SEED, number=10**6
)


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=str)
def test_a_spot_check_at_its_longest_fits(say: Language) -> None:
    check = SpotCheck(1, START, DRAWN.strata, 5)
    sample = redraw(SEED, 5, DRAWN.strata, ROWS)
    amounts = {row: amount for row, _, amount in ROWS}
    outcomes = {
        row: Outcome(n, amounts[row], amounts[row], holds=True) for row, n in sample.items()
    }
    earlier = [EarlierDraw(n, START, 2000, 2000, 1999) for n in range(1, 5)]
    found = result(check, seed_hash(SEED), outcomes, seed=SEED, earlier=earlier)
    assert found.complete
    assert len("\n".join(spot_lines(say, ACTION, found))) < 1800
    assert draw_spot_check(say, ACTION, found).content_length() < 4000
    assert len(spot_preview(say, ACTION, DRAWN, 5, open_until=True)) <= 2000


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=str)
def test_what_has_no_seed_has_no_seal(say: Language) -> None:
    assert seal_line(say, replace(ACTION, seed=None)) == ""
    assert seed_hash(SEED) in seal_line(say, ACTION)
