"""The contributions of #MatchAMillion's day, made up so that they add up to its total exactly."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

HOURS = 3600.0

CURVE = ((0.0, 0.0), (5 * HOURS, 0.185), (24 * HOURS, 0.78), (25 * HOURS, 1.0))
"""What had been given of the whole so many seconds after the moment."""

LEAST = 100
"""The smallest amount, in cents."""

TWICE_WITHIN = 600.0
"""Seconds in which somebody who is not sure logs the same code again."""


@dataclass(frozen=True)
class Gift:
    """One form that somebody sends: when, in seconds from the moment on, and what is in it."""

    at: float
    user_id: int
    minor: int
    code: str


def a_day(people: int, total_minor: int, twice: int) -> list[Gift]:
    """What so many people send, in order; as many of them as `twice` says send it again."""
    chance = random.Random(20_200_606)
    weights = [chance.lognormvariate(0, 1) for _ in range(people)]
    scale = (total_minor - LEAST * people) / sum(weights)
    amounts = [LEAST + int(weight * scale) for weight in weights]
    for number in range(total_minor - sum(amounts)):
        amounts[number % people] += 1
    gifts = [
        Gift(
            _when(given / total_minor), number, minor, f"{number:05d}-{chance.getrandbits(32):08X}"
        )
        for number, (minor, given) in enumerate(zip(amounts, accumulate(amounts), strict=True), 1)
    ]
    again = [
        Gift(min(gift.at + chance.uniform(1, TWICE_WITHIN), CURVE[-1][0]), *_said(gift))
        for gift in chance.sample(gifts, twice)
    ]
    return sorted(gifts + again, key=lambda gift: gift.at)


def total_of(gifts: Sequence[Gift]) -> int:
    """What they come to in cents, each code once."""
    return sum({gift.code: gift.minor for gift in gifts}.values())


def _when(given: float) -> float:
    for (begins, before), (ends, after) in pairwise(CURVE):
        if given <= after:
            return begins + (given - before) / (after - before) * (ends - begins)
    return CURVE[-1][0]


def _said(gift: Gift) -> tuple[int, int, str]:
    return gift.user_id, gift.minor, gift.code
