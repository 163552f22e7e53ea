"""What a random sample of a stratum says of all its rows, at the least.

The share that holds is bounded from below by Clopper and Pearson's exact one-sided limit (C. J.
Clopper, E. S. Pearson: The use of confidence or fiducial limits illustrated in the case of the
binomial, Biometrika 26, 1934). It is that of draws with replacement; samples here are drawn
without, which varies less, so that the limit is on the safe side. Bonferroni's inequality joins
the strata: with H sampled ones each may fail with a probability of 5 % / H.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from math import ceil
from typing import Any

CONFIDENCE = 0.95
ROUNDING = 1e-9
"""What a share is lowered by against rounding, so that no limit comes out too high by it."""


@dataclass(frozen=True)
class Stratum:
    """Rows of alike amounts, from `least` to `most` inclusive, of which `sample` are drawn.

    `rows` is how many there are in all, `amount` what they add up to in the unit. `steps` tell how
    the rows spread: so many of them are at most so large, and larger than the step before.
    """

    unit_code: str
    least: int
    most: int
    rows: int
    amount: int
    sample: int
    steps: tuple[tuple[int, int], ...] = ()

    @property
    def whole(self) -> bool:
        """Tell whether all its rows are checked, so that nothing about it is uncertain."""
        return self.sample == self.rows

    def largest(self, rows: int) -> int:
        """What so many of its largest rows add up to at the most."""
        amount = 0
        for most, there in reversed(self.steps or ((self.most, self.rows),)):
            taken = min(rows, there)
            amount += taken * most
            rows -= taken
        return amount


@dataclass(frozen=True)
class Found:
    """What checking a stratum's sample has found so far.

    Of `checked` rows `held` stand as they were logged. `lost` is what all checked ones were too
    much, `credited` what is left of them.
    """

    checked: int = 0
    held: int = 0
    credited: int = 0
    lost: int = 0

    def and_row(self, credited: int, lost: int, holds: bool) -> Found:
        """What is found with one more row checked."""
        return Found(
            self.checked + 1, self.held + holds, self.credited + credited, self.lost + lost
        )


@dataclass(frozen=True)
class Bound:
    """At least so many rows hold, and at least so much of what they add up to."""

    rows: int
    amount: int


def lowest_bounds(strata: Sequence[Stratum], found: Sequence[Found]) -> list[Bound]:
    """What holds of each stratum at the least: all of it together with 95 % confidence.

    Every sample has to be checked. The rows that may not hold are taken to be the largest ones of
    their stratum, and to be worth nothing.
    """
    sampled = sum(not stratum.whole for stratum in strata)
    alpha = (1 - CONFIDENCE) / max(1, sampled)
    return [_bound(s, f, alpha) for s, f in zip(strata, found, strict=True)]


def promise(strata: Sequence[Stratum]) -> list[Bound]:
    """What could be said of each stratum if everything in its sample held."""
    hold = [Found(s.sample, s.sample, s.sample * s.least, 0) for s in strata]
    return lowest_bounds(strata, hold)


def _bound(stratum: Stratum, found: Found, alpha: float) -> Bound:
    if found.checked != stratum.sample:
        raise ValueError("a bound needs the whole sample")
    if stratum.whole:
        return Bound(found.held, stratum.amount - found.lost)
    share = lowest_share(found.held, found.checked, alpha)
    rows = max(found.held, ceil(stratum.rows * (share - ROUNDING)))
    unseen = stratum.rows - found.checked
    # Of those that nobody looks at, so many may not hold.
    failing = max(0, stratum.rows - rows - (found.checked - found.held))
    from_above = stratum.amount - found.lost - stratum.largest(failing)
    from_below = found.credited + (unseen - failing) * stratum.least
    return Bound(rows, max(from_above, from_below))


@lru_cache(maxsize=4096)
def lowest_share(held: int, checked: int, alpha: float) -> float:
    """Clopper and Pearson's lower limit: the share at which `held` or more have probability alpha.

    It is the alpha quantile of the beta distribution with `held` and `checked - held + 1`.
    """
    if held == 0:
        return 0.0
    if held == checked:
        return alpha ** (1 / checked)
    # Imported here, for those who draw samples: it takes 8 MB. A context of its own, since two
    # threads can't use the shared one.
    exact: Any = import_module("mpmath").MPContext()

    def excess(share: Any) -> Any:
        return exact.betainc(held, checked - held + 1, 0, share, regularized=True) - alpha

    return float(exact.findroot(excess, (0, held / checked), solver="illinois", tol=1e-20))
