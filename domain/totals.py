"""Running totals of what was contributed to an action."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Total:
    """Running totals of one unit of an action. Amounts in the unit (money: minor units).

    Proved and verified are parts of logged; held and not counted stand beside it.
    """

    logged: int = 0
    logged_count: int = 0
    proved: int = 0
    proved_count: int = 0
    verified: int = 0
    verified_count: int = 0
    held: int = 0
    held_count: int = 0
    withdrawn: int = 0
    withdrawn_count: int = 0
    not_counted: int = 0
    not_counted_count: int = 0


NO_TOTAL = Total()
