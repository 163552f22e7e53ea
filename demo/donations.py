"""The fundraiser of the story: #MatchAMillion of June 2020, at one hundredth.

Published figures (Vulture and Relevant, June 2020): 35,609 donors gave US$1,026,531 in about
25 hours, 19 % of it by hour 5 and 78 % by hour 24. The single amounts are made up; their number,
their sum and the share at those hours are the published ones, divided by a hundred.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta

COUNT = 356
SUM = 1_026_531
"""Cents."""

CURVE = ((5, 19), (24, 78), (25, 100))
"""Hours since the start, and the percent of the sum that was in by then."""

SMALLEST = 100
TYPICAL = (500, 500, 1000, 1000, 1500, 2000, 2500, 3000, 5000, 10000)
TWICE = 18
"""How many were sent a second time, with the same confirmation code."""


@dataclass(frozen=True)
class Donation:
    """One donation: when after the start, how many cents, and the charity's code for it."""

    after: timedelta
    cents: int
    code: str


def make_donations(seed: int = 2020) -> list[Donation]:
    """The donations in order of time; their sum and their shares along the curve are exact."""
    dice = random.Random(seed)
    donations: list[Donation] = []
    hour_before = percent_before = 0
    for hour, percent in CURVE:
        count = COUNT * percent // 100 - COUNT * percent_before // 100
        cents = SUM * percent // 100 - SUM * percent_before // 100
        seconds = sorted(dice.randrange(hour_before * 3600 + 60, hour * 3600) for _ in range(count))
        for second, amount in zip(seconds, _split(dice, cents, count), strict=True):
            code = f"MM-{len(donations) + 1:04}-{dice.randrange(16**4):04X}"
            donations.append(Donation(timedelta(seconds=second), amount, code))
        hour_before, percent_before = hour, percent
    return donations


def _split(dice: random.Random, cents: int, count: int) -> list[int]:
    """Amounts as people give them, stretched so that they sum to `cents` exactly."""
    drawn = [dice.choice(TYPICAL) for _ in range(count)]
    scaled = [max(SMALLEST, amount * cents // sum(drawn)) for amount in drawn]
    scaled[scaled.index(max(scaled))] += cents - sum(scaled)
    return scaled
