"""Checking in at a place: from when on, by which code, and how often one may guess."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from domain.actions import Action
from domain.errors import Refusal
from domain.fields import fold_proof
from domain.kinds import FieldKind, ProofKind
from domain.ledger import (
    Check,
    Contribution,
    HeldReason,
    StandingState,
    Verdict,
    held_as_late,
    standing,
)
from domain.openings import require_contributions_open

MOST_WRONG_CODES = 5
WRONG_CODES_WITHIN = timedelta(minutes=10)
"""Five wrong codes in ten minutes, and one has to wait: a short code is easily guessed."""

MOST_NOT_COUNTED = 2
"""Check-ins of one person that reviewers don't count: after the first they can do it once more."""

Given = tuple[Contribution, Check | None]
"""A check-in, and the check that decides on it."""


def require_check_in_open(action: Action, now: datetime) -> None:
    """Refuse a check-in before the doors open, and to what is final, cancelled or a draft."""
    require_contributions_open(action, now)
    if now < action.log_from:
        raise Refusal("check_in.too_early", title=action.title, opens=action.log_from)


def held_out_of_time(action: Action, found: Contribution, now: datetime) -> bool:
    """Tell whether a check-in waits for a check by its time alone, and would count now.

    It came before the doors opened, or while the action was paused.
    """
    in_time = now >= action.log_from and held_as_late(action, now) is None
    return found.held is HeldReason.OUTSIDE_WINDOW and in_time


def live_of(own: Collection[Given]) -> Given | None:
    """Of one person's check-ins the one that counts, else one that waits for a check."""
    counts = [one for one in own if _state(one) is StandingState.LOGGED]
    waits = [one for one in own if _state(one) is StandingState.HELD]
    return next(iter(counts + waits), None)


def not_counted_of(own: Collection[Given]) -> list[Given]:
    """Those that reviewers didn't count; withdrawing slips past no verdict."""
    return [one for one in own if one[1] is not None and one[1].verdict is Verdict.NOT_COUNTED]


def counts_otherwise(contribution: Contribution, own: Collection[Given]) -> bool:
    """Tell whether another one of a person's check-ins counts: it is once for everybody."""
    others = [one for one in own if one[0].contribution_id != contribution.contribution_id]
    return any(_state(one) is StandingState.LOGGED for one in others)


def _state(one: Given) -> StandingState:
    return standing(*one).state


def code_of(action: Action) -> str | None:
    """The code that is shown on site, if the action has one. It is for organisers' eyes only."""
    names = [field.name for field in action.rules.fields if field.kind is FieldKind.SECRET]
    return next((action.fields[name] for name in names if action.fields.get(name)), None)


def same_code(code: str, typed: str) -> bool:
    """Tell whether a code was typed right; case, spaces and dashes don't matter."""
    known, given = (fold_proof(ProofKind.CODE, text).encode() for text in (code, typed))
    return hmac.compare_digest(known, given)


def wait_for_next_try(tries: Sequence[datetime], now: datetime) -> timedelta | None:
    """How long somebody has to wait who typed wrong codes at these instants; None if not at all."""
    recent = sorted(at for at in tries if now - at < WRONG_CODES_WITHIN)
    if len(recent) < MOST_WRONG_CODES:
        return None
    return recent[-MOST_WRONG_CODES] + WRONG_CODES_WITHIN - now
