"""The ledger: contributions and checks, from which each contribution's standing is derived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.actions import Action, ActionState
from domain.kinds import ProofKind, Unit
from domain.money import minor_digits
from domain.rates import in_first_currency
from domain.reasons import Reason
from domain.totals import Total

LATELY = timedelta(hours=24)
"""The time for which a kind's daily cap holds, up to a new contribution."""


class HeldReason(StrEnum):
    """The stated rules by which a contribution waits for a check before it counts."""

    SAME_CODE = "same_code"
    OVER_CAP = "over_cap"
    OUTSIDE_WINDOW = "outside_window"


class Verdict(StrEnum):
    VERIFIED = "verified"
    NOT_COUNTED = "not_counted"
    CORRECTED = "corrected"


@dataclass(frozen=True)
class Contribution:
    """What a participant says they did. Never changed; withdrawing it is another entry.

    `amount` is in the action's unit (money: minor units). `proof` is kept although the proof
    itself can be purged, so that totals stay reproducible. A vote's tick has the app and the
    voting day that it is for.
    """

    contribution_id: int
    participant_id: int
    at: datetime
    amount: int
    unit_code: str
    proof: ProofKind | None
    held: HeldReason | None
    withdrawn: bool = False
    app_id: int | None = None
    day: date | None = None
    entered_by: int | None = None
    """The participant id of an organiser who entered it for them."""

    source: str | None = None
    """The platform or app on which it was done, where its kind asks for it."""


@dataclass(frozen=True)
class Check:
    """A reviewer's verdict. `amount` is set for corrections only; the last check decides.

    `reason_code` is the reason from the list, `reason` what the reviewer wrote besides.
    """

    check_id: int
    contribution_id: int
    verdict: Verdict
    at: datetime
    amount: int | None = None
    reason: str | None = None
    reason_code: Reason | None = None


class StandingState(StrEnum):
    LOGGED = "logged"
    HELD = "held"
    WITHDRAWN = "withdrawn"
    NOT_COUNTED = "not_counted"


@dataclass(frozen=True)
class Standing:
    """Where one contribution stands, and the amount at which it stands there."""

    state: StandingState
    amount: int
    proved: bool
    verified: bool


def standing(contribution: Contribution, check: Check | None) -> Standing:
    """Derive a contribution's standing from its entries and its last check.

    A withdrawal wins over any check; a check wins over a hold. Proved and verified are said of
    logged contributions only.
    """
    amount = contribution.amount
    if check is not None and check.verdict is Verdict.CORRECTED and check.amount is not None:
        amount = check.amount
    if contribution.withdrawn:
        return Standing(StandingState.WITHDRAWN, amount, proved=False, verified=False)
    if check is None:
        if contribution.held is not None:
            return Standing(StandingState.HELD, amount, proved=False, verified=False)
        return Standing(
            StandingState.LOGGED, amount, proved=contribution.proof is not None, verified=False
        )
    if check.verdict is Verdict.NOT_COUNTED:
        return Standing(StandingState.NOT_COUNTED, amount, proved=False, verified=False)
    return Standing(
        StandingState.LOGGED, amount, proved=contribution.proof is not None, verified=True
    )


def last_checks(checks: Sequence[Check]) -> dict[int, Check]:
    """The deciding check of each contribution that has one: the one with the highest id."""
    deciding: dict[int, Check] = {}
    for check in sorted(checks, key=lambda c: c.check_id):
        deciding[check.contribution_id] = check
    return deciding


def change_total(total: Total, before: Standing | None, after: Standing | None) -> Total:
    """The running totals after one contribution moved from one standing to another."""
    values = dict(vars(total))
    for where, sign in ((before, -1), (after, 1)):
        if where is None:
            continue
        parts = [where.state.value]
        if where.state is StandingState.LOGGED:
            parts += ["proved"] * where.proved + ["verified"] * where.verified
        for part in parts:
            values[part] += sign * where.amount
            values[f"{part}_count"] += sign
    return Total(**values)


def counted(where: Standing | None) -> int:
    """What a contribution adds to what is logged where it stands so; nothing if it is not there."""
    return where.amount if where and where.state is StandingState.LOGGED else 0


def counted_unchecked(action: Action, unit_code: str) -> int | None:
    """The largest amount in a unit that counts without a check; None for any.

    It is the action's cap. Without one, it is the whole goal: nobody's single contribution is
    more than what everyone together is asked for. Both are in the action's first currency, and
    hold in another one at the rate that its organiser typed. What has neither, as a fundraiser
    without a goal or a currency without a rate, has a million whole units of its currency: it
    stops slips of the keyboard and jokes in every currency, and who wants it to suit one of them
    sets a cap.
    """
    most = action.goal if action.cap is None else action.cap
    worth = in_first_currency(action, 1, unit_code)
    if most is not None and worth is not None:
        return int(most // worth)
    whole_units = action.rules.unlikely_above
    if whole_units is None or action.unit is not Unit.MONEY:
        return whole_units
    return whole_units * 10 ** minor_digits(unit_code)


def reason_to_hold(
    action: Action,
    *,
    amount: int,
    at: datetime,
    code_seen: bool,
    unit_code: str | None = None,
    lately: int = 0,
) -> HeldReason | None:
    """The first rule by which a new contribution must wait for a check, if any.

    Rules, in this order: the same person gave the same proof in this action before; the amount is
    over what the action counts without a check (see `counted_unchecked`), by itself or, where the
    kind's cap is for a day, with what is logged of the same person's from the last 24 hours
    (`lately`); it was logged before the kind's contributions are taken, as most are from the
    moment on, after the logging window closed, or while the action is paused.
    """
    if code_seen:
        return HeldReason.SAME_CODE
    most = counted_unchecked(action, unit_code or action.unit_code)
    if most is not None and amount + (lately if action.rules.daily_cap else 0) > most:
        return HeldReason.OVER_CAP
    return HeldReason.OUTSIDE_WINDOW if at < action.log_from else held_as_late(action, at)


def held_as_late(action: Action, at: datetime) -> HeldReason | None:
    """Why whatever is logged waits for a check: the time for it is over, or the action paused."""
    late = at >= action.log_until or action.state is ActionState.PAUSED
    return HeldReason.OUTSIDE_WINDOW if late else None
