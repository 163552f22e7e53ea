"""The tally: a pure function of sign-ups, contributions and checks up to a cut-off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.actions import Action
from domain.ledger import (
    Check,
    Contribution,
    HeldReason,
    Standing,
    StandingState,
    change_total,
    last_checks,
    standing,
)
from domain.sign_ups import SignUp, SignUpState
from domain.totals import NO_TOTAL, Total


@dataclass(frozen=True)
class TallyRow:
    """One contribution as the tally counts it; `participant` is a number within the action."""

    row: int
    participant: int
    at: datetime
    amount: int
    standing: Standing
    held: HeldReason | None
    unit_code: str


@dataclass(frozen=True)
class TallySignUp:
    """One sign-up as the tally counts it; a participant has the same number in every row.

    `pledged` is the amount that they said they would contribute, in the action's unit, if any.
    """

    participant: int
    state: SignUpState
    pledged: int | None = None


@dataclass(frozen=True)
class Pledges:
    """What those who are in said they would contribute: an amount in the unit, by how many."""

    amount: int
    people: int


@dataclass(frozen=True)
class Tally:
    """Every published number of an action, and the rows that they add up from.

    `participants` counts distinct people with something logged. `totals` are by unit code, the
    action's first one first, and are never added across currencies. `baseline` and `goal` stand
    apart and are in no total. `sign_ups` are those in and those waitlisted.
    """

    action: Action
    cut_off: datetime
    pledged: int
    waitlisted: int
    participants: int
    totals: Mapping[str, Total]
    rows: tuple[TallyRow, ...]
    sign_ups: tuple[TallySignUp, ...] = ()

    @property
    def total(self) -> Total:
        """The total of the action's unit, with several currencies that of the first."""
        return self.totals[self.action.unit_code]

    @property
    def pledges(self) -> Pledges:
        return count_pledges(self.sign_ups)


def count_tally(
    action: Action,
    *,
    sign_ups: Sequence[SignUp],
    contributions: Sequence[Contribution],
    checks: Sequence[Check],
    cut_off: datetime,
) -> Tally:
    """Fold the ledger up to and including the cut-off. The order of the arguments is irrelevant.

    The caller passes only entries made up to the cut-off (a contribution's `withdrawn` is as of
    the cut-off too).
    """
    deciding = last_checks(checks)
    totals = dict.fromkeys(action.currencies, NO_TOTAL)
    rows: list[TallyRow] = []
    pseudonyms: dict[int, int] = {}
    people: set[int] = set()
    ordered = sorted(contributions, key=lambda c: (c.at, c.contribution_id))
    for number, contribution in enumerate(ordered, 1):
        where = standing(contribution, deciding.get(contribution.contribution_id))
        code = contribution.unit_code
        totals[code] = change_total(totals.get(code, NO_TOTAL), None, where)
        who = pseudonyms.setdefault(contribution.participant_id, len(pseudonyms) + 1)
        if where.state is StandingState.LOGGED:
            people.add(contribution.participant_id)
        rows.append(
            TallyRow(number, who, contribution.at, where.amount, where, contribution.held, code)
        )
    pledges = [
        TallySignUp(
            pseudonyms.setdefault(s.participant_id, len(pseudonyms) + 1), s.state, s.pledged
        )
        for s in sorted(sign_ups, key=lambda s: (s.place, s.participant_id))
        if s.state is not SignUpState.LEFT
    ]
    states = [pledge.state for pledge in pledges]
    return Tally(
        action=action,
        cut_off=cut_off,
        pledged=states.count(SignUpState.IN),
        waitlisted=states.count(SignUpState.WAITLISTED),
        participants=len(people),
        totals=totals,
        rows=tuple(rows),
        sign_ups=tuple(pledges),
    )


def count_pledges(sign_ups: Iterable[TallySignUp]) -> Pledges:
    """Add up the amounts that people named; who waits for a place pledges nothing yet."""
    amounts = [
        sign_up.pledged
        for sign_up in sign_ups
        if sign_up.state is SignUpState.IN and sign_up.pledged is not None
    ]
    return Pledges(sum(amounts), len(amounts))
