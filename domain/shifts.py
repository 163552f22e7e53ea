"""Shifts and sessions: blocks of time within an action, who takes them, and who is shown which."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from domain.errors import Refusal
from domain.when import resolve_late
from domain.zones import zone_info

SHORTEST, LONGEST = timedelta(minutes=30), timedelta(hours=12)
"""How long one block may be."""

MOST_BLOCKS = 200
"""Blocks of one grid."""

MOST_SESSIONS = 20
"""Sessions of one action."""

MOST_PEOPLE = 1000
"""People whom one block may be meant for."""

REMIND_BEFORE = timedelta(minutes=15)
"""How long before its start a shift's people are reminded."""

NIGHT_FROM, NIGHT_UNTIL = time(23), time(7)
"""A fan's own night, by the clock on their wall."""


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

    @property
    def is_session(self) -> bool:
        return self.target is None

    @property
    def full(self) -> bool:
        return self.target is not None and self.taken >= self.target

    @property
    def share(self) -> float:
        """How much of its target it has, from 0 to 1; a session lacks nobody."""
        return 1.0 if self.target is None else min(self.taken / self.target, 1.0)

    def overlaps(self, other: Shift) -> bool:
        """Tell whether the two have time in common; one that follows the other has none."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


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


@dataclass(frozen=True)
class ShiftOffer:
    """One person's offer of their shift, to one other or (`to_id` None) to whoever wants it.

    With `for_shift_id` it is a swap: the other one's shift comes back for it. Until it is
    accepted the shift stays with the giver. The ids are participants'; `from_user_id` and
    `to_user_id` are the Discord users behind them.
    """

    offer_id: int
    action_id: int
    shift_id: int
    from_id: int
    to_id: int | None
    for_shift_id: int | None
    state: OfferState
    at: datetime
    from_user_id: int | None = None
    to_user_id: int | None = None
    giver_unnamed: bool = False
    taker_unnamed: bool = False


@dataclass(frozen=True)
class Coverage:
    """How many places of the blocks are filled, and those ahead that most lack people."""

    filled: int
    places: int
    thinnest: tuple[Shift, ...]


def make_grid(start: datetime, end: datetime, block: timedelta, target: int) -> tuple[Shift, ...]:
    """Cut the time from `start` up to `end` into blocks for `target` people each.

    The last block may be shorter. They have no ids yet. Refuses blocks of under 30 minutes or
    over 12 hours, more than 200 of them, and targets that are not from 1 to 1000.
    """
    if not SHORTEST <= block <= LONGEST:
        raise Refusal("shifts.block_length")
    if not 1 <= target <= MOST_PEOPLE:
        raise Refusal("shifts.people", most=MOST_PEOPLE)
    if end <= start:
        raise Refusal("when.end_before_start")
    count = -((start - end) // block)
    if count > MOST_BLOCKS:
        raise Refusal("shifts.too_many_blocks", count=count, most=MOST_BLOCKS)
    starts = (start + block * n for n in range(count))
    return tuple(Shift(0, at, min(at + block, end), target) for at in starts)


def night_of(day: date, zone: str) -> tuple[datetime, datetime]:
    """The night that begins on a day in a zone: two instants, whatever its clocks do meanwhile."""
    rules = zone_info(zone)
    begins = datetime.combine(day, NIGHT_FROM, rules)
    ends = datetime.combine(day + timedelta(days=1), NIGHT_UNTIL, rules).replace(fold=1)
    # Compared across zones they are instants; within one zone Python would compare wall times.
    return begins.astimezone(UTC), ends.astimezone(UTC)


def in_night(shift: Shift, zone: str) -> bool:
    """Tell whether a shift takes from the night of somebody who lives in the zone."""
    rules = zone_info(zone)
    day = shift.starts_at.astimezone(rules).date() - timedelta(days=1)
    last = shift.ends_at.astimezone(rules).date()
    while day <= last:
        begins, ends = night_of(day, zone)
        if shift.starts_at < ends and begins < shift.ends_at:
            return True
        day += timedelta(days=1)
    return False


def offer_order(
    shifts: Iterable[Shift], mine: Collection[int], zone: str | None, now: datetime
) -> list[Shift]:
    """The blocks to offer to somebody: those that most lack people first, then the soonest.

    `mine` are the ids of what they have. Left out are sessions, what is full or has begun, what
    overlaps a shift of theirs, and what lies in their own night (as far as `zone` is known).
    """
    everything = list(shifts)
    held = [shift for shift in everything if shift.shift_id in mine]
    offered = [
        shift
        for shift in everything
        if not shift.is_session
        and not shift.full
        and shift.starts_at > now
        and not any(shift.overlaps(own) for own in held)
        and not (zone is not None and in_night(shift, zone))
    ]
    return sorted(offered, key=lambda shift: (shift.share, shift.starts_at, shift.shift_id))


def coverage(shifts: Iterable[Shift], now: datetime) -> Coverage:
    """How well the blocks are covered; the thinnest are among those not over and not full."""
    blocks = [shift for shift in shifts if not shift.is_session]
    wanting = [shift for shift in blocks if not shift.full and shift.ends_at > now]
    least = min((shift.share for shift in wanting), default=1.0)
    return Coverage(
        filled=sum(min(shift.taken, shift.target or 0) for shift in blocks),
        places=sum(shift.target or 0 for shift in blocks),
        thinnest=tuple(shift for shift in wanting if shift.share == least),
    )


def moved(shifts: Iterable[Shift], by: timedelta) -> tuple[Shift, ...]:
    """The same shifts, earlier or later."""
    return tuple(
        replace(shift, starts_at=shift.starts_at + by, ends_at=shift.ends_at + by)
        for shift in shifts
    )


def moved_on_the_wall(
    shifts: Iterable[Shift], by: timedelta, zone: str, start: datetime, end: datetime
) -> tuple[Shift, ...]:
    """The same shifts, earlier or later by the clocks of a zone, within `start` and `end`.

    What ran from 20:00 to 22:00 does so on its new day too, whatever the clocks do in between.
    A block has no length any more where they skip it.
    """

    def at(instant: datetime) -> datetime:
        wall = instant.astimezone(zone_info(zone)).replace(tzinfo=None)
        return min(max(resolve_late(wall + by, zone).at, start), end)

    return tuple(
        replace(shift, starts_at=at(shift.starts_at), ends_at=at(shift.ends_at)) for shift in shifts
    )


def have_moved(before: Iterable[Shift], after: Iterable[Shift]) -> bool:
    """Tell whether shifts that are still there begin at other times."""
    starts = {shift.shift_id: shift.starts_at for shift in before}
    return any(starts.get(s.shift_id, s.starts_at) != s.starts_at for s in after)


def outside(shifts: Iterable[Shift], start: datetime, end: datetime) -> tuple[Shift, ...]:
    """The blocks that nobody has and that don't lie within the time from `start` up to `end`.

    One that has no length any more lies nowhere. Refuses where there are sessions among them or
    blocks that people have, naming the first.
    """
    found = [
        shift
        for shift in shifts
        if shift.starts_at < start or shift.ends_at > end or shift.starts_at >= shift.ends_at
    ]
    held = [shift for shift in found if shift.is_session or shift.taken]
    if held:
        raise Refusal("shifts.held_outside", count=len(held), first=held[0].starts_at)
    return tuple(found)


def cut_off(shifts: Iterable[Shift], end: datetime) -> tuple[Shift, ...]:
    """What is left of shifts at the end of their action: none lasts longer or begins later."""
    return tuple(
        replace(shift, ends_at=min(shift.ends_at, end)) for shift in shifts if shift.starts_at < end
    )


@dataclass(frozen=True)
class GridChange:
    """What has to be written so that a grid takes the place of the blocks there are."""

    added: tuple[Shift, ...]
    kept: tuple[Shift, ...]
    """With their new targets."""

    removed: tuple[Shift, ...]


def regrid(present: Sequence[Shift], wanted: Sequence[Shift], now: datetime) -> GridChange:
    """Put a grid in the place of the blocks there are; sessions stay.

    A block of the same time stays, with its people. One that people have and that has begun
    stays too. Refuses where one that people have would go, naming the first of them; blocks
    that are over are not made.
    """
    blocks = [shift for shift in present if not shift.is_session]
    by_time = {(shift.starts_at, shift.ends_at): shift for shift in blocks}
    kept: list[Shift] = []
    added: list[Shift] = []
    for shift in wanted:
        known = by_time.pop((shift.starts_at, shift.ends_at), None)
        if known is not None:
            kept.append(replace(known, target=shift.target))
        elif shift.ends_at > now:
            added.append(shift)
    gone = [shift for shift in by_time.values() if not (shift.taken and shift.starts_at <= now)]
    held = [shift for shift in gone if shift.taken]
    if held:
        raise Refusal("shifts.held_blocks", count=len(held), first=held[0].starts_at)
    return GridChange(tuple(added), tuple(kept), tuple(gone))
