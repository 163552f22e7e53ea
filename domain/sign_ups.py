"""Sign-ups: places, capacity and the waitlist."""

from __future__ import annotations

from collections.abc import Iterable
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
    CHOSE = "chose"
    """They chose another option."""

    PLEDGED = "pledged"
    """They named an amount, or another one, or took it back."""


@dataclass(frozen=True)
class SignUp:
    """One person's standing in one action.

    `place` is the arrival number, 1 for the first; who leaves and returns arrives anew.
    `option_id` is the option they chose, None for a plain *I'm in*. `pledged` is the amount that
    they intend to contribute, in the action's unit, if they named one. `muted` people are left
    out of the action's calls.
    """

    participant_id: int
    state: SignUpState
    place: int
    at: datetime
    option_id: int | None = None
    pledged: int | None = None
    muted: bool = False


@dataclass(frozen=True)
class SignUpOption:
    """A way of being in that an organiser offers beside *I'm in*, such as "can host".

    `taken` counts those who chose it, people on the waitlist included.
    """

    option_id: int
    label: str
    capacity: int | None = None
    taken: int = 0


@dataclass(frozen=True)
class SignUpEvent:
    """One change to the history, and where it left the person."""

    change: SignUpChange
    sign_up: SignUp


@dataclass(frozen=True)
class SignUpResult:
    """What a click on *I'm in* or *Leave* led to. `changed` is False when it was so already.

    `promoted_participant_id` is who got the place that was freed.
    """

    state: SignUpState
    place: int
    changed: bool
    promoted_participant_id: int | None = None


class Roster:
    """An action's places while clicks are settled, one after the other in order of arrival.

    `known` are the sign-ups of those who click. `waiting` is the head of the waitlist by place,
    with at least as many people as there are clicks on *Leave*: none of them uses up more than
    one. `events` collects every change, in order.
    """

    def __init__(
        self,
        *,
        capacity: int | None,
        signed_up: int,
        waitlisted: int,
        arrivals: int,
        known: Iterable[SignUp],
        waiting: Iterable[SignUp],
    ) -> None:
        self.capacity = capacity
        self.signed_up = signed_up
        self.waitlisted = waitlisted
        self.arrivals = arrivals
        self.events: list[SignUpEvent] = []
        head = list(waiting)
        self._sign_ups = {s.participant_id: s for s in (*head, *known)}
        self._waiting = [s.participant_id for s in head]

    def join(self, participant_id: int, at: datetime) -> SignUpResult:
        """Let somebody in while there is room and nobody waits, else put them on the waitlist."""
        known = self._sign_ups.get(participant_id)
        if known is not None and known.state is not SignUpState.LEFT:
            return SignUpResult(known.state, known.place, changed=False)
        self.arrivals += 1
        full = self.capacity is not None and self.signed_up >= self.capacity
        if full or self.waitlisted:
            self._waiting.append(participant_id)
            self.waitlisted += 1
            state, change = SignUpState.WAITLISTED, SignUpChange.WAITLISTED
        else:
            self.signed_up += 1
            state, change = SignUpState.IN, SignUpChange.JOINED
        self._record(change, SignUp(participant_id, state, self.arrivals, at))
        return SignUpResult(state, self.arrivals, changed=True)

    def leave(self, participant_id: int, at: datetime) -> SignUpResult | None:
        """Take a sign-up back and pass a freed place on; None if there never was one."""
        known = self._sign_ups.get(participant_id)
        if known is None:
            return None
        if known.state is SignUpState.LEFT:
            return SignUpResult(SignUpState.LEFT, known.place, changed=False)
        left = SignUp(participant_id, SignUpState.LEFT, known.place, at)
        self._record(SignUpChange.LEFT, left)
        promoted = None
        if known.state is SignUpState.WAITLISTED:
            self.waitlisted -= 1
            if participant_id in self._waiting:
                self._waiting.remove(participant_id)
        else:
            self.signed_up -= 1
            promoted = self._promote(at)
        return SignUpResult(SignUpState.LEFT, known.place, True, promoted)

    def _promote(self, at: datetime) -> int | None:
        """Give a freed place to whoever has waited longest."""
        if not self._waiting:
            return None
        first = self._sign_ups[self._waiting.pop(0)]
        self.waitlisted -= 1
        self.signed_up += 1
        promoted = SignUp(first.participant_id, SignUpState.IN, first.place, at)
        self._record(SignUpChange.PROMOTED, promoted)
        return first.participant_id

    def _record(self, change: SignUpChange, sign_up: SignUp) -> None:
        self._sign_ups[sign_up.participant_id] = sign_up
        self.events.append(SignUpEvent(change, sign_up))
