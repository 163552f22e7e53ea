"""How a sample for a spot check is laid out: strata by size, and how many rows of each.

Where amounts differ, a few large ones make up much of the total, so that drawing blindly says
little of it. The largest rows are then all checked (those that by size alone would be drawn with
certainty: C.-E. Särndal, B. Swensson, J. Wretman, Model Assisted Survey Sampling, 1992, 3.6.1),
and the rest is cut where amounts grow by the same factor (P. Gunning, J. M. Horgan: A new
algorithm for the construction of stratum boundaries in skewed populations, Survey Methodology 30,
2004). Each further row is drawn from the stratum where it makes the promise largest, which comes to
power allocation with the exponent 1/2 (M. D. Bankier, The American Statistician 42, 1988). Of one
to three sampled strata, with and without the largest apart, that is taken which promises most if
everything holds: shares of rows and of amounts count alike.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.errors import Refusal
from domain.spot_bounds import Bound, Stratum, promise
from domain.spot_sizes import LARGEST, SMALLEST, Wanted

FEWEST = 10
"""Rows drawn of each stratum, or all where there are fewer."""

MOST_PARTS = 3
"""Strata of a unit that are sampled; the largest rows are another one."""

STEPS = 24
"""Steps of amounts that are kept of each stratum; of fewer amounts each is one."""

ROUNDING = 1e-6

Amounts = Mapping[str, Mapping[int, int]]
"""How many rows there are of each amount, by unit code."""


@dataclass(frozen=True)
class Design:
    """Strata with their samples, laid out for `size` rows, and what they say if all hold."""

    size: int
    strata: tuple[Stratum, ...]
    promised: tuple[Bound, ...]

    @property
    def sample(self) -> int:
        """The rows that are drawn: all there are at the most, and some of each stratum."""
        return sum(stratum.sample for stratum in self.strata)

    @property
    def rows(self) -> int:
        return sum(stratum.rows for stratum in self.strata)

    @property
    def promised_rows(self) -> int:
        return sum(bound.rows for bound in self.promised)

    @property
    def amounts(self) -> dict[str, tuple[int, int]]:
        """By unit what would hold at the least, and what there is."""
        sums: dict[str, tuple[int, int]] = {}
        for stratum, bound in zip(self.strata, self.promised, strict=True):
            least, of = sums.get(stratum.unit_code, (0, 0))
            sums[stratum.unit_code] = (least + bound.amount, of + stratum.amount)
        return sums

    @property
    def share(self) -> float:
        """The smallest share of the rows and of each unit's amount that would hold."""
        shares = [self.promised_rows / self.rows]
        return min(shares + [least / of for least, of in self.amounts.values() if of])


def count_amounts(rows: Iterable[tuple[int, str, int]]) -> Amounts:
    """How often each amount is there."""
    counts: dict[str, Counter[int]] = {}
    for _, code, amount in rows:
        counts.setdefault(code, Counter())[amount] += 1
    return counts


def design(amounts: Amounts, size: int) -> Design:
    """The strata, and the sample of each, that promise most of `size` rows."""
    designs = [
        _lay_out(amounts, size, parts, apart=apart)
        for parts in range(1, MOST_PARTS + 1)
        for apart in (False, True)
    ]
    # The first of equals: the one with the fewest strata.
    return max(designs, key=lambda made: _worth(made, _weights(made.strata)))


def design_as(amounts: Amounts, wanted: Wanted) -> Design:
    """The design of the size, or with the precision, that somebody wants; may raise `Refusal`."""
    if wanted.percent is None:
        return design(amounts, wanted.size)
    return design_for(amounts, float(1 - wanted.percent / 100))


def design_for(amounts: Amounts, share: float) -> Design:
    """The smallest design that promises so large a share of rows and amounts if all hold.

    Of alike amounts that share is 0.05^(1/n), which the "rule of three" puts as 1 - 3/n (J. A.
    Hanley, A. Lippman-Hand: If nothing goes wrong, is everything all right?, JAMA 249, 1983).
    Raises `Refusal` where even the largest sample does not reach it.
    """
    low, high = SMALLEST, LARGEST
    found = design(amounts, high)
    if found.share < share:
        raise Refusal("refused.too_precise", most=LARGEST, percent=_percent_off(found.share))
    while low < high:
        middle = (low + high) // 2
        tried = design(amounts, middle)
        if tried.share >= share:
            found, high = tried, middle
        else:
            low = middle + 1
    return found


def _percent_off(share: float) -> float:
    """How far a share is from the whole, in per cent, rounded up to tenths."""
    return int((1 - share) * 1000 + 1) / 10


def _lay_out(amounts: Amounts, size: int, parts: int, *, apart: bool) -> Design:
    everything = sum(sum(counts.values()) for counts in amounts.values())
    strata: list[Stratum] = []
    for code, counts in sorted(amounts.items()):
        quota = max(FEWEST, size * sum(counts.values()) // everything)
        strata += _cut(code, counts, parts, quota if apart else 0)
    drawn = _allocate(strata, size)
    return Design(size, drawn, tuple(promise(drawn)))


def _cut(code: str, counts: Mapping[int, int], parts: int, quota: int) -> list[Stratum]:
    """Cut a unit's rows by size, the largest ones apart; those are drawn as a whole.

    Apart are amounts of at least the total divided by the quota, half a quota of rows at most.
    """
    ordered, total = sorted(counts), sum(amount * n for amount, n in counts.items())
    largest = 0
    room = quota // 2
    while largest < len(ordered) - 1:
        amount = ordered[-1 - largest]
        if counts[amount] > room or amount * quota < total:
            break
        room -= counts[amount]
        largest += 1
    rest, top = (ordered[: len(ordered) - largest], ordered[len(ordered) - largest :])
    strata = [stratum_of(code, cell, counts) for cell in _cells(rest, parts)]
    if top:
        strata.append(stratum_of(code, top, counts, whole=True))
    return strata


def stratum_of(
    code: str, ordered: Sequence[int], counts: Mapping[int, int], *, whole: bool = False
) -> Stratum:
    """The stratum of these amounts, in ascending order; where it is `whole`, all is drawn."""
    rows = sum(counts[amount] for amount in ordered)
    amount = sum(amount * counts[amount] for amount in ordered)
    cells = [[amount] for amount in ordered] if len(ordered) <= STEPS else _cells(ordered, STEPS)
    steps = tuple((cell[-1], sum(counts[amount] for amount in cell)) for cell in cells)
    return Stratum(code, ordered[0], ordered[-1], rows, amount, rows if whole else 0, steps)


def _cells(ordered: Sequence[int], parts: int) -> list[list[int]]:
    """Cut amounts in ascending order where they grow by the same factor, whole units at that."""
    lowest = max(1, ordered[0])
    factor = (max(1, ordered[-1]) / lowest) ** (1 / parts)
    # What rounding leaves of a whole number is taken for that number, on any machine.
    bounds = [int(lowest * factor**n + ROUNDING) for n in range(1, parts)]
    cells: list[list[int]] = [[] for _ in range(parts)]
    for amount in ordered:
        cells[bisect_left(bounds, amount)].append(amount)
    return [cell for cell in cells if cell]


def _allocate(strata: Sequence[Stratum], size: int) -> tuple[Stratum, ...]:
    """Give each stratum its least, and what is left row by row to where it helps the most.

    If everything holds, a stratum's rows that may not are about in inverse proportion to its
    sample, so that the next row lessens what is uncertain by `weight / (n * (n + 1))`.
    """
    weights = _weights(strata)
    samples = [s.sample or min(FEWEST, s.rows) for s in strata]
    left = size - sum(samples)
    gains = [
        (-weights[n] / (samples[n] * (samples[n] + 1)), n)
        for n, stratum in enumerate(strata)
        if samples[n] < stratum.rows
    ]
    heapq.heapify(gains)
    while left > 0 and gains:
        _, n = heapq.heappop(gains)
        samples[n] += 1
        left -= 1
        if samples[n] < strata[n].rows:
            heapq.heappush(gains, (-weights[n] / (samples[n] * (samples[n] + 1)), n))
    return tuple(replace(s, sample=n) for s, n in zip(strata, samples, strict=True))


def _weights(strata: Sequence[Stratum]) -> list[float]:
    """How much of everything each stratum is: its share of the rows and that of its amount.

    Amounts in several units can't be added: each unit weighs as its rows do.
    """
    rows, amounts, everything = Counter[str](), Counter[str](), 0
    for s in strata:
        rows[s.unit_code] += s.rows
        amounts[s.unit_code] += s.amount
        everything += s.rows
    return [
        s.rows / everything
        + rows[s.unit_code] / everything * s.amount / (amounts[s.unit_code] or 1)
        for s in strata
    ]


def _worth(made: Design, weights: Sequence[float]) -> float:
    """The share of rows promised, plus that of amounts."""
    rows = {s.unit_code: 0 for s in made.strata}
    for s in made.strata:
        rows[s.unit_code] += s.rows
    in_amounts = sum(
        rows[code] * (least / of if of else 1) for code, (least, of) in made.amounts.items()
    )
    return (made.promised_rows + in_amounts) / made.rows
