"""The tally: a pure function of sign-ups, contributions and checks up to a cut-off."""

from __future__ import annotations

from collections.abc import Sequence
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
from domain.totals import Total


@dataclass(frozen=True)
class TallyRow:
    """One contribution as the tally counts it; `participant` is a number within the action."""

    row: int
    participant: int
    at: datetime
    amount: int
    standing: Standing
    held: HeldReason | None


@dataclass(frozen=True)
class TallySignUp:
    """One pledge as the tally counts it; a participant has the same number in every row."""

    participant: int
    state: SignUpState


@dataclass(frozen=True)
class Tally:
    """Every published number of an action, and the rows that they add up from.

    `participants` counts distinct people with something logged. `baseline` and `goal` stand
    apart and are in no total. `sign_ups` are those in and those waitlisted.
    """

    action: Action
    cut_off: datetime
    pledged: int
    waitlisted: int
    participants: int
    total: Total
    rows: tuple[TallyRow, ...]
    sign_ups: tuple[TallySignUp, ...] = ()


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
    total = Total()
    rows: list[TallyRow] = []
    pseudonyms: dict[int, int] = {}
    people: set[int] = set()
    ordered = sorted(contributions, key=lambda c: (c.at, c.contribution_id))
    for number, contribution in enumerate(ordered, 1):
        where = standing(contribution, deciding.get(contribution.contribution_id))
        total = change_total(total, None, where)
        who = pseudonyms.setdefault(contribution.participant_id, len(pseudonyms) + 1)
        if where.state is StandingState.LOGGED:
            people.add(contribution.participant_id)
        rows.append(TallyRow(number, who, contribution.at, where.amount, where, contribution.held))
    pledges = [
        TallySignUp(pseudonyms.setdefault(s.participant_id, len(pseudonyms) + 1), s.state)
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
        total=total,
        rows=tuple(rows),
        sign_ups=tuple(pledges),
    )
