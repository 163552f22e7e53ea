"""What an organiser asks of a spot check: so many rows, or so much precision."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from domain.errors import Refusal
from domain.money import AmbiguousAmount, read_count

SMALLEST, DEFAULT, LARGEST = 20, 200, 2000
"""Rows that one may ask for."""

FINEST, COARSEST = Decimal("0.1"), Decimal(50)
"""Precisions that one may ask for, in per cent of what is logged."""


@dataclass(frozen=True)
class Wanted:
    """So many rows or, where `percent` is given, as many as come so close to all that is logged."""

    size: int = DEFAULT
    percent: Decimal | None = None


def read_wanted(size: str, percent: str, language: str) -> Wanted:
    """Read both as typed; a precision decides over a size. Raises `Refusal`."""
    if percent.strip():
        return Wanted(percent=_read_percent(percent))
    if not size.strip():
        return Wanted()
    count = read_count(size, language=language)
    if isinstance(count, AmbiguousAmount) or not SMALLEST <= count <= LARGEST:
        raise Refusal("refused.spot_size", text=size, least=SMALLEST, most=LARGEST)
    return Wanted(count)


def _read_percent(text: str) -> Decimal:
    try:
        percent = Decimal(text.strip().rstrip("%％ ").strip().replace(",", "."))
        if FINEST <= percent <= COARSEST:
            return percent
    except InvalidOperation:  # no number, or none that can be compared
        pass
    raise Refusal("refused.spot_percent", text=text, least=FINEST, most=COARSEST)
