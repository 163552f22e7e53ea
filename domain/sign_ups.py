"""Sign-ups: places, capacity and the waitlist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.errors import Gone, Refusal


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

    `place` is the arrival number, 1 for the first; who leaves and returns arrives anew. `at` is
    when it last changed. `option_id` is the option they chose, None for a plain *I'm in*.
    `pledged` is the amount that they intend to contribute, in the action's unit, if they named
    one. `muted` people are left out of what the action sends. `language` is the language channel
    in which they signed up, empty for any other: there they are pinged.
    """

    participant_id: int
    state: SignUpState
    place: int
    at: datetime
    option_id: int | None = None
    pledged: int | None = None
    muted: bool = False
    language: str = ""


@dataclass(frozen=True)
class SignUpOption:
    """A way of being in that an organiser offers beside *I'm in*, such as "can host".

    `taken` counts those who chose it, people on the waitlist included.
    """

    option_id: int
    label: str
    capacity: int | None = None
    taken: int = 0

    @property
    def full(self) -> bool:
        return self.capacity is not None and self.taken >= self.capacity


@dataclass(frozen=True)
class SignUpEvent:
    """One change to the history, and where it left the person."""

    change: SignUpChange
    sign_up: SignUp


@dataclass(frozen=True)
class SignUpResult:
    """What a click on *I'm in*, an option or *Leave*, or a pledge led to.

    `changed` is False when it was so already. `promoted_participant_id` is who got the place that
    was freed; `chose` tells that somebody who was in only chose another option. `option` is what
    their option is called. `relocated`: they are pinged in another language channel from now on.
    """

    state: SignUpState
    place: int
    changed: bool
    promoted_participant_id: int | None = None
    chose: bool = False
    option: str | None = None
    pledged: int | None = None
    muted: bool = False
    relocated: bool = False


class Roster:
    """An action's places while clicks are settled, one after the other in order of arrival.

    `known` are the sign-ups of those who click. `waiting` is the head of the waitlist by place,
    with at least as many people as there are clicks on *Leave*: none of them uses up more than
    one. `options` are needed where somebody chooses one or has one. `pledged_amount` and
    `pledged_count` are of those who are in. `events` collects every change, in order.
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
        pledged_amount: int = 0,
        pledged_count: int = 0,
        options: Iterable[SignUpOption] = (),
    ) -> None:
        self.capacity = capacity
        self.signed_up = signed_up
        self.waitlisted = waitlisted
        self.arrivals = arrivals
        self.pledged_amount = pledged_amount
        self.pledged_count = pledged_count
        self.options = {option.option_id: option for option in options}
        self.events: list[SignUpEvent] = []
        head = list(waiting)
        self._sign_ups = {s.participant_id: s for s in (*head, *known)}
        self._before = dict(self._sign_ups)
        self._waiting = [s.participant_id for s in head]

    @property
    def moved(self) -> dict[tuple[int, str], bool]:
        """Who is to be given (True) or to lose the role of a language channel, muted people apart.

        By participant and language: whoever changes it loses one role and is given another.
        """
        moved: dict[tuple[int, str], bool] = {}
        for who, after in self._sign_ups.items():
            was, now = pinged_in(self._before.get(who)), pinged_in(after)
            if was == now:
                continue
            if was is not None:
                moved[who, was] = False
            if now is not None:
                moved[who, now] = True
        return moved

    @property
    def relocated(self) -> Iterator[SignUp]:
        """The sign-ups whose language is another one than by their last event: that is none."""
        recorded = self._before | {e.sign_up.participant_id: e.sign_up for e in self.events}
        for who, after in self._sign_ups.items():
            if after.language != recorded[who].language:
                yield after

    def has(self, participant_id: int) -> bool:
        """Tell whether somebody is in or waits."""
        known = self._sign_ups.get(participant_id)
        return known is not None and known.state is not SignUpState.LEFT

    def join(
        self,
        participant_id: int,
        at: datetime,
        option_id: int | None = None,
        language: str | None = None,
    ) -> SignUpResult:
        """Let somebody in while there is room and nobody waits, else put them on the waitlist.

        Who is in or waits keeps their place and chooses the option, or none. `language` is the
        language channel in which they are pinged from now on, None for the same as before. Raises
        `Refusal` for an option that is full or gone.
        """
        known = self._sign_ups.get(participant_id)
        present = known is not None and known.state is not SignUpState.LEFT
        other = known is None or known.option_id != option_id
        if option_id is not None and (other or not present):
            self._require_room(option_id)
        if language is None:
            language = known.language if known is not None else ""
        if known is not None and present:
            relocated = known.language != language
            there = replace(known, language=language)
            if not other:
                self._sign_ups[participant_id] = there
                return self._result(there, changed=False, relocated=relocated)
            chosen = replace(there, option_id=option_id, at=at)
            self._record(SignUpChange.CHOSE, chosen)
            return self._result(chosen, chose=True, relocated=relocated)
        self.arrivals += 1
        full = self.capacity is not None and self.signed_up >= self.capacity
        if full or self.waitlisted:
            self._waiting.append(participant_id)
            state, change = SignUpState.WAITLISTED, SignUpChange.WAITLISTED
        else:
            state, change = SignUpState.IN, SignUpChange.JOINED
        muted = known is not None and known.muted
        new = SignUp(
            participant_id, state, self.arrivals, at, option_id, muted=muted, language=language
        )
        self._record(change, new)
        return self._result(new)

    def leave(self, participant_id: int, at: datetime) -> SignUpResult | None:
        """Take a sign-up back and pass a freed place on; None if there never was one.

        The option and the pledged amount go with it.
        """
        known = self._sign_ups.get(participant_id)
        if known is None:
            return None
        if known.state is SignUpState.LEFT:
            return SignUpResult(SignUpState.LEFT, known.place, changed=False)
        left = replace(known, state=SignUpState.LEFT, at=at, option_id=None, pledged=None)
        self._record(SignUpChange.LEFT, left)
        promoted = None
        if known.state is SignUpState.IN:
            promoted = self._promote(at)
        elif participant_id in self._waiting:
            self._waiting.remove(participant_id)
        return SignUpResult(SignUpState.LEFT, known.place, True, promoted)

    def pledge(self, participant_id: int, at: datetime, amount: int | None) -> SignUpResult | None:
        """Note what somebody intends to contribute, None for nothing; None if they aren't in."""
        known = self._sign_ups.get(participant_id)
        if known is None or known.state is SignUpState.LEFT:
            return None
        if known.pledged == amount:
            return self._result(known, changed=False)
        pledged = replace(known, pledged=amount, at=at)
        self._record(SignUpChange.PLEDGED, pledged)
        return self._result(pledged)

    def _require_room(self, option_id: int) -> None:
        option = self.options.get(option_id)
        if option is None:
            raise Gone("refused.no_such_option")
        if not option.full:
            return
        others = [other.label for other in self.options.values() if not other.full]
        key = "refused.option_full_others" if others else "refused.option_full"
        raise Refusal(key, option=option.label, others=", ".join(others))

    def fill(self, at: datetime) -> None:
        """Give free places to those who have waited longest."""
        while self._waiting and (self.capacity is None or self.signed_up < self.capacity):
            self._promote(at)

    def _promote(self, at: datetime) -> int | None:
        """Give a freed place to whoever has waited longest."""
        if not self._waiting:
            return None
        first = self._sign_ups[self._waiting.pop(0)]
        self._record(SignUpChange.PROMOTED, replace(first, state=SignUpState.IN, at=at))
        return first.participant_id

    def _result(
        self,
        sign_up: SignUp,
        *,
        changed: bool = True,
        chose: bool = False,
        relocated: bool = False,
    ) -> SignUpResult:
        option = None if sign_up.option_id is None else self.options.get(sign_up.option_id)
        return SignUpResult(
            sign_up.state,
            sign_up.place,
            changed,
            chose=chose,
            option=option.label if option else None,
            pledged=sign_up.pledged,
            muted=sign_up.muted,
            relocated=relocated,
        )

    def _record(self, change: SignUpChange, sign_up: SignUp) -> None:
        before = self._sign_ups.get(sign_up.participant_id)
        if before is not None:
            self._count(before, -1)
        self._count(sign_up, 1)
        self._sign_ups[sign_up.participant_id] = sign_up
        self.events.append(SignUpEvent(change, sign_up))

    def _count(self, sign_up: SignUp, by: int) -> None:
        """Keep every counter in step with one sign-up that comes (1) or goes (-1)."""
        if sign_up.state is SignUpState.LEFT:
            return
        option = None if sign_up.option_id is None else self.options.get(sign_up.option_id)
        if option is not None:
            self.options[option.option_id] = replace(option, taken=option.taken + by)
        if sign_up.state is SignUpState.WAITLISTED:
            self.waitlisted += by
            return
        self.signed_up += by
        if sign_up.pledged is not None:
            self.pledged_amount += by * sign_up.pledged
            self.pledged_count += by


def is_addressed(sign_up: SignUp | None) -> bool:
    """Tell whether somebody is in, and has not muted what the action sends."""
    return sign_up is not None and sign_up.state is SignUpState.IN and not sign_up.muted


def pinged_in(sign_up: SignUp | None) -> str | None:
    """The language channel whose role somebody has; None for no role at all."""
    return sign_up.language if sign_up is not None and is_addressed(sign_up) else None
