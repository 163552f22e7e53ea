"""Sign-ups: places, capacity and the waitlist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SignUpState(StrEnum):
    IN = "in"
    WAITLISTED = "waitlisted"
    LEFT = "left"


class SignUpChange(StrEnum):
    """What a row of the sign-up history records."""

    JOINED = "joined"
    WAITLISTED = "waitlisted"
    PROMOTED = "promoted"
    LEFT = "left"


@dataclass(frozen=True)
class SignUp:
    """One person's standing in one action.

    `place` is the arrival number, 1 for the first; who leaves and returns arrives anew.
    """

    participant_id: int
    state: SignUpState
    place: int
    at: datetime


@dataclass(frozen=True)
class SignUpResult:
    """What a click on *I'm in* or *Leave* led to. `changed` is False when it was so already.

    `promoted_participant_id` is who got the place that was freed.
    """

    state: SignUpState
    place: int
    changed: bool
    promoted_participant_id: int | None = None


def state_on_arrival(signed_up: int, waitlisted: int, capacity: int | None) -> SignUpState:
    """Where a newcomer stands: in while there is room and nobody waits, else on the waitlist."""
    if capacity is None or (signed_up < capacity and not waitlisted):
        return SignUpState.IN
    return SignUpState.WAITLISTED
