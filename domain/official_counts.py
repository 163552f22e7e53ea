"""Official counts: what everyone watches, entered by organisers and never added to members'."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class OfficialCount:
    """A number as its publisher shows it, at an instant: a charity's page, a rank, views.

    `name` says what is counted and `value` what it was, both as typed; of several with the same
    name the newest one stands. `at` is when it was read, `entered_at` when it was entered.
    """

    official_count_id: int
    name: str
    value: str
    source: str
    link: str | None
    at: datetime
    entered_at: datetime
