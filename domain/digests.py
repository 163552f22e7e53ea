"""Digests: when reviewers are told what waits for a check."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.actions import Action, ActionState

EVERY = timedelta(hours=24)
"""From the moment on, for as long as there can be something to check."""

AFTER_END = timedelta(hours=1)
"""How long after the end there is one more: that is when most has been logged."""


def next_digest(action: Action, now: datetime) -> datetime | None:
    """When the next digest of an action is due after an instant; None if none is any more."""
    if action.state is ActionState.CANCELLED:
        return None
    periods = max(0, (now - action.starts_at) // EVERY)
    daily = action.starts_at + (periods + 1) * EVERY
    instants = (daily, action.ends_at + AFTER_END)
    return min((at for at in instants if now < at < action.answers_until), default=None)


def is_digest(action: Action, instant: datetime) -> bool:
    """Tell whether a digest is due just then."""
    return next_digest(action, instant - timedelta.resolution) == instant
