"""The amounts that one tap logs: common ones of each unit and currency, and one's own last."""

from __future__ import annotations

import tomllib
from pathlib import Path

from domain.actions import Action
from domain.kinds import Unit
from domain.ledger import counted_unchecked
from domain.money import minor_digits

COMMON: dict[Unit, tuple[int, ...]] = {
    Unit.POSTS: (1, 5, 10, 20),
    Unit.STREAMS: (1, 5, 10, 20, 50),
    Unit.MONEY: (5, 10, 20, 50),
    Unit.CUSTOM: (1, 5, 10),
}
"""In the unit; of money whole units of a currency that is worth about as much as a dollar."""

_GIVEN: dict[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("quick_amounts.toml").read_text("utf-8")
)["times"]

WORTH_LESS = {int(times): tuple(codes) for times, codes in _GIVEN.items()}
"""Currencies in which one gives so many times the number, roughly: 5 dollars are 5,000 won."""

MOST_TAPPED = 2**43 - 1
"""The largest amount that a button carries; what is more is typed."""

_FACTOR = {code: factor for factor, codes in WORTH_LESS.items() for code in codes}


def quick_amounts(action: Action, unit_code: str, last: int | None = None) -> tuple[int, ...]:
    """The amounts to offer in a unit (money: minor units of that currency).

    `last` is what the person logged last in it, and comes first where it is not a common one.
    What would have to wait for a check because it is too much is not offered.
    """
    factor = 1
    if action.unit is Unit.MONEY:
        factor = _FACTOR.get(unit_code, 1) * 10 ** minor_digits(unit_code)
    amounts = [number * factor for number in COMMON.get(action.unit, ())]
    if last is not None and last not in amounts:
        amounts.insert(0, last)
    most = counted_unchecked(action, unit_code)
    limit = MOST_TAPPED if most is None else min(most, MOST_TAPPED)
    return tuple(number for number in amounts if number <= limit)
