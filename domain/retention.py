"""For how long what proves contributions is kept, once nothing about them can change any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.actions import ANSWERED_WITHIN, Action
from domain.servers import KEEP_DAYS, Server

DAYS_OFFERED = (60, 90, KEEP_DAYS, 365)
"""Days that a server can choose, beside keeping everything for ever."""


def kept_until(action: Action, server: Server) -> datetime | None:
    """When proofs, files and notes of an action's contributions are deleted; never where None."""
    if server.keep_proofs_days is None:
        return None
    return action.answers_until + timedelta(days=server.keep_proofs_days)


def ended_before(now: datetime, days: int) -> datetime:
    """Until when logging must have ended in an action whose proofs were kept for `days`."""
    return now - timedelta(days=days) - ANSWERED_WITHIN
