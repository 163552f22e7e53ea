"""Spot checks: a sample drawn by a seed that was fixed before, and what it says of the whole.

The frame is every contribution that stands as logged at the draw's instant, at the amount at which
it stands. Of each stratum those rows are drawn whose SHA-256 of `seed:draw:row` is smallest, so
that whoever has the seed and the tally's file draws the same ones.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from domain.ledger import Standing, StandingState
from domain.spot_bounds import Bound, Found, Stratum, lowest_bounds
from domain.spot_designs import count_amounts, design, stratum_of

__all__ = [
    "EarlierDraw",
    "Outcome",
    "SpotCheck",
    "SpotResult",
    "Stratum",
    "draw",
    "judge",
    "recount",
    "redraw",
    "result",
    "seed_hash",
]

Row = tuple[int, str, int]
"""A row's public number, its unit's code, and the amount at which it stood when it was drawn."""


@dataclass(frozen=True)
class SpotCheck:
    """A sample of what was logged by `at`, drawn from each of the strata.

    `number` counts the draws of the same action from 1 on: drawing again must not go unseen.
    """

    spot_check_id: int
    at: datetime
    strata: tuple[Stratum, ...]
    number: int = 1

    @property
    def rows(self) -> int:
        return sum(stratum.rows for stratum in self.strata)

    @property
    def sample(self) -> int:
        return sum(stratum.sample for stratum in self.strata)


@dataclass(frozen=True)
class Outcome:
    """What became of a row of the sample that was drawn at an amount.

    `credited` is what of that amount stands: None until somebody has checked it. A row that was
    corrected downwards does not hold, and is still worth what it was corrected to.
    """

    stratum: int
    drawn: int
    credited: int | None
    holds: bool = False


@dataclass(frozen=True)
class EarlierDraw:
    """How a draw went that was followed by another one."""

    number: int
    at: datetime
    sample: int
    checked: int
    held: int


@dataclass(frozen=True)
class SpotResult:
    """The newest sample of an action: how far it is checked, and what it says once all of it is.

    `seed` is there once it may be known: the action is final and the sample checked. `strata` of
    `sample` count from 1, by contribution id. `bounds` are by stratum, and empty until then.
    """

    check: SpotCheck
    seal: str
    found: tuple[Found, ...]
    bounds: tuple[Bound, ...]
    seed: str | None = None
    earlier: tuple[EarlierDraw, ...] = ()
    sample: Mapping[int, int] = field(default_factory=dict[int, int], repr=False)

    @property
    def checked(self) -> int:
        return sum(found.checked for found in self.found)

    @property
    def held(self) -> int:
        """How many of those checked hold."""
        return sum(found.held for found in self.found)

    @property
    def complete(self) -> bool:
        return self.checked == self.check.sample

    @property
    def rows(self) -> int:
        """How many contributions hold at the least; of a complete sample."""
        return sum(bound.rows for bound in self.bounds)

    @property
    def amounts(self) -> dict[str, tuple[int, int]]:
        """By unit what holds at the least, and what was logged; of a complete sample."""
        sums: dict[str, tuple[int, int]] = {}
        for stratum, bound in zip(self.check.strata, self.bounds, strict=True):
            least, of = sums.get(stratum.unit_code, (0, 0))
            sums[stratum.unit_code] = (least + bound.amount, of + stratum.amount)
        return sums


def seed_hash(seed: str) -> str:
    """The seal: what is published of a seed before, by which it can be recognised."""
    return sha256(seed.encode()).hexdigest()


def draw(
    seed: str, number: int, rows: Sequence[Row], size: int
) -> tuple[tuple[Stratum, ...], Mapping[int, int]]:
    """Lay out strata for `size` rows and draw them; returns the strata and `redraw`'s mapping."""
    strata = design(count_amounts(rows), size).strata
    return strata, redraw(seed, number, strata, rows)


def redraw(
    seed: str, number: int, strata: Sequence[Stratum], rows: Iterable[Row]
) -> dict[int, int]:
    """The rows of the sample, by their numbers, each with its stratum, counted from 1.

    The order of `rows` is irrelevant. Raises `ValueError` where one fits none of the strata.
    """
    lots: list[list[tuple[str, int]]] = [[] for _ in strata]
    for row, code, amount in rows:
        lot = sha256(f"{seed}:{number}:{row}".encode()).hexdigest()
        lots[_stratum_in(strata, code, amount)].append((lot, row))
    return {
        row: n
        for n, (stratum, lot) in enumerate(zip(strata, lots, strict=True), 1)
        for _, row in heapq.nsmallest(stratum.sample, lot)
    }


def _stratum_in(strata: Sequence[Stratum], code: str, amount: int) -> int:
    for n, stratum in enumerate(strata):
        if stratum.unit_code == code and stratum.least <= amount <= stratum.most:
            return n
    raise ValueError(f"no stratum of {amount} {code}")


def recount(strata: Sequence[Stratum], rows: Iterable[Row]) -> tuple[Stratum, ...]:
    """The strata with what their rows come to, told by nothing but unit, bounds and sample.

    Raises `ValueError` where a row fits none of them, or nothing fits a stratum.
    """
    counts = [Counter[int]() for _ in strata]
    for _, code, amount in rows:
        counts[_stratum_in(strata, code, amount)][amount] += 1
    if not all(counts):
        raise ValueError("a stratum without rows")
    return tuple(
        replace(stratum_of(s.unit_code, sorted(found), found), sample=s.sample)
        for s, found in zip(strata, counts, strict=True)
    )


def judge(stratum: int, drawn: int, where: Standing) -> Outcome:
    """What became of a row that was drawn at an amount, by where it stands now.

    What was withdrawn or is not counted any more holds nothing. What was corrected upwards holds
    what was logged.
    """
    match where.state:
        case StandingState.WITHDRAWN | StandingState.NOT_COUNTED:
            return Outcome(stratum, drawn, 0)
        case StandingState.LOGGED if where.verified:
            credited = min(drawn, where.amount)
            return Outcome(stratum, drawn, credited, credited == drawn)
        case _:
            return Outcome(stratum, drawn, None)


def result(
    check: SpotCheck,
    seal: str,
    outcomes: Mapping[int, Outcome],
    *,
    seed: str | None = None,
    earlier: Sequence[EarlierDraw] = (),
) -> SpotResult:
    """Fold what became of the sample, by contribution id or row number.

    `seed` is kept only where the sample is all checked.
    """
    found = [Found()] * len(check.strata)
    for outcome in outcomes.values():
        if outcome.credited is not None:
            so_far, lost = found[outcome.stratum - 1], outcome.drawn - outcome.credited
            found[outcome.stratum - 1] = so_far.and_row(outcome.credited, lost, outcome.holds)
    complete = sum(each.checked for each in found) == check.sample
    return SpotResult(
        check=check,
        seal=seal,
        found=tuple(found),
        bounds=tuple(lowest_bounds(check.strata, found)) if complete else (),
        seed=seed if complete else None,
        earlier=tuple(earlier),
        sample={key: outcome.stratum for key, outcome in outcomes.items()},
    )
