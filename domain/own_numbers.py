"""What one member's part in an action comes to, for their own eyes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.actions import Action
from domain.ledger import Check, Contribution, StandingState, change_total, standing
from domain.sign_ups import SignUp
from domain.totals import NO_TOTAL, Total

PAGE = 5
"""Actions on one page."""


@dataclass(frozen=True)
class OwnNumbers:
    """One's numbers in an action; `totals` are by unit code, and none of them is of others.

    `reasons` says how often something was not counted for the same reason, the most frequent
    first, each with one of the checks that give it.
    """

    action: Action
    sign_up: SignUp | None
    totals: Mapping[str, Total]
    reasons: Sequence[tuple[Check, int]]


def own_numbers(
    action: Action,
    sign_up: SignUp | None,
    given: Iterable[tuple[Contribution, Check | None]],
) -> OwnNumbers:
    """Add up what a member gave to an action, each with the check that decides on it."""
    totals: dict[str, Total] = {}
    said: dict[object, Check] = {}
    times: Counter[object] = Counter()
    for contribution, check in given:
        where, code = standing(contribution, check), contribution.unit_code
        totals[code] = change_total(totals.get(code, NO_TOTAL), None, where)
        if where.state is StandingState.NOT_COUNTED and check is not None:
            why = (check.reason_code, check.reason)
            said.setdefault(why, check)
            times[why] += 1
    in_order = {code: totals[code] for code in (*action.currencies, *totals) if code in totals}
    reasons = tuple((said[why], count) for why, count in times.most_common())
    return OwnNumbers(action, sign_up, in_order, reasons)
