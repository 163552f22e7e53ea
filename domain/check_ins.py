"""Checking in at a place: from when on, by which code, and how often one may guess."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.actions import Action, require_contributions_open
from domain.errors import Refusal
from domain.fields import fold_proof
from domain.kinds import FieldKind, ProofKind

MOST_WRONG_CODES = 5
WRONG_CODES_WITHIN = timedelta(minutes=10)
"""Five wrong codes in ten minutes, and one has to wait: a short code is easily guessed."""


def require_check_in_open(action: Action, now: datetime) -> None:
    """Refuse a check-in before the doors open, and to what is final, cancelled or a draft."""
    require_contributions_open(action, now)
    if now < action.log_from:
        raise Refusal("check_in.too_early", title=action.title, opens=action.log_from)


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
