"""Shifts and sessions: blocks of time within an action, who takes them, and who is shown which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True)
class Shift:
    """One block of time, from `starts_at` up to `ends_at`.

    `target` is how many people it should have; None for a session, to which everybody is
    invited. `taken` is how many have taken it.
    """

    shift_id: int
    starts_at: datetime
    ends_at: datetime
    target: int | None = None
    title: str | None = None
    taken: int = 0


class ShiftChange(StrEnum):
    """What a row of the shifts' history records."""

    TAKEN = "taken"
    GIVEN_UP = "given_up"
    HANDED_OVER = "handed_over"
    TAKEN_OVER = "taken_over"


@dataclass(frozen=True)
class ShiftEvent:
    """One change to the history of a shift."""

    change: ShiftChange
    shift_id: int
    participant_id: int


class OfferState(StrEnum):
    """Where an offer to hand over or swap a shift stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
