"""Outliers: amounts far above what others gave in the same action, by a robust rule.

The modified z-score of Boris Iglewicz and David Hoaglin, "How to Detect and Handle Outliers" (ASQC
Quality Press, 1993): 0.6745 times the distance from the median, divided by the median of all such
distances (MAD); above 3.5 is an outlier. Neither median moves because of a few absurd amounts, as a
mean and a standard deviation do. It is taken of the logarithms, since gifts and posts differ by
factors, not by sums. Where more than half of the amounts are the same the MAD is 0; then 1.253314
times the mean distance stands in for it, as in IBM SPSS. Only large amounts are outliers: a small
one can't inflate a total, and giving little is nobody's fault.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean, median

LEAST_AMOUNTS = 20
"""With fewer amounts nothing can be said about what is usual."""

THRESHOLD = 3.5
LEAST_FACTOR = 3
"""Nothing up to three times the median is far outside, however much the amounts agree."""

_MAD_FACTOR = 1 / 0.6745
_MEAN_FACTOR = 1.253314


def limit_of(amounts: Sequence[int]) -> int | None:
    """The largest amount that is no outlier among positive ones; None for fewer than twenty."""
    if len(amounts) < LEAST_AMOUNTS:
        return None
    logs = [math.log(amount) for amount in amounts]
    middle = median(logs)
    distances = [abs(value - middle) for value in logs]
    spread = _MAD_FACTOR * median(distances) or _MEAN_FACTOR * fmean(distances)
    far = max(middle + THRESHOLD * spread, middle + math.log(LEAST_FACTOR))
    # Amounts are below 2**63; whatever the spread, a limit above that is none.
    return round(math.exp(min(far, 43.0)))
