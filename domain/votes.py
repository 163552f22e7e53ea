"""Votes: the apps in which members vote, their days and resets, and the daily calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time


@dataclass(frozen=True)
class VoteApp:
    """One app of a vote. `app_id` is its number within the action, from 1.

    `cap` is how many votes one person has a day. A day runs from one `reset` to the next, by
    the wall clock of `zone`. It can be voted in from `opens_at` until `closes_at`, or as long as
    the action runs where they are None.
    """

    app_id: int
    name: str
    cap: int
    reset: time
    zone: str
    link: str | None = None
    note: str | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
