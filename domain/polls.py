"""Time polls: the slots that an organiser offers, who ticks which, and which one wins."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.deliveries import Post
from domain.errors import NotAllowed, Refusal
from domain.kinds import Kind
from domain.servers import Actor, Server, require_organiser
from domain.walls import Resolved

LEAST_SLOTS = 2
MOST_SLOTS = 20


@dataclass(frozen=True)
class Slot:
    """One time on offer. `number` counts from 1, the earliest; `ticks` is how many it suits."""

    number: int
    starts: Resolved
    ticks: int = 0


@dataclass(frozen=True)
class Poll:
    """A question about when an action should start, its slots the earliest first.

    `post` is where its message stands, if it does. `winner` is the number of the slot that was
    chosen when it was closed; none where it was closed without an action.
    """

    guild_id: int
    poll_id: int
    kind: Kind
    title: str
    organiser_id: int
    organiser_user_id: int | None
    created_at: datetime
    slots: tuple[Slot, ...]
    post: Post | None = None
    closed_at: datetime | None = None
    winner: int | None = None

    def slot(self, number: int | None) -> Slot | None:
        """The slot of that number, if there is one."""
        return next((slot for slot in self.slots if slot.number == number), None)


def make_slots(times: Iterable[Resolved], now: datetime) -> tuple[Slot, ...]:
    """The slots for these times in order, the same instant only once; 2 to 20 of them."""
    distinct: dict[datetime, Resolved] = {}
    for time in times:
        distinct.setdefault(time.at, time)
    for time in distinct.values():
        if time.at <= now:
            raise Refusal("poll.past", time=time.at)
    if len(distinct) < LEAST_SLOTS:
        raise Refusal("poll.too_few", least=LEAST_SLOTS)
    if len(distinct) > MOST_SLOTS:
        raise Refusal("poll.too_many", most=MOST_SLOTS)
    return tuple(Slot(number, distinct[at]) for number, at in enumerate(sorted(distinct), 1))


def ranking(slots: Iterable[Slot]) -> list[Slot]:
    """The slots by ticks, the most first; of equal ones the earliest first."""
    return sorted(slots, key=lambda slot: (-slot.ticks, slot.starts.at))


def candidates(poll: Poll, now: datetime) -> list[Slot]:
    """What can still become an action, the winner first."""
    return ranking(slot for slot in poll.slots if slot.starts.at > now)


def require_open(poll: Poll) -> None:
    """Refuse ticks for a poll that was closed."""
    if poll.closed_at is not None:
        raise Refusal("poll.closed_already", title=poll.title)


def require_slots(poll: Poll, numbers: Collection[int]) -> None:
    """Refuse slots that the poll does not have."""
    if not {slot.number for slot in poll.slots}.issuperset(numbers):
        raise Refusal("refused.unknown_button")


def require_choosable(poll: Poll, number: int, now: datetime) -> Slot:
    """The slot to make an action of; refused where its time has passed."""
    slot = poll.slot(number)
    if slot is None:
        raise Refusal("refused.unknown_button")
    if slot.starts.at <= now:
        raise Refusal("poll.slot_past", time=slot.starts.at)
    return slot


def require_poll_manager(actor: Actor, server: Server, poll: Poll) -> None:
    """Refuse anybody but the poll's organiser, who still has to be one, and moderators."""
    require_organiser(actor, server)
    if not actor.manages_server and actor.user_id != poll.organiser_user_id:
        organiser = f"<@{poll.organiser_user_id}>"
        raise NotAllowed("refused.not_your_poll", title=poll.title, organiser=organiser)
