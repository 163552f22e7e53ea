"""The roster settles clicks as a queue of people at a door would be settled by hand."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from domain.sign_ups import Roster, SignUp, SignUpChange, SignUpState

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def roster(capacity: int | None) -> Roster:
    return Roster(capacity=capacity, signed_up=0, waitlisted=0, arrivals=0, known=(), waiting=())


def test_a_full_action_puts_the_next_fan_on_the_waitlist() -> None:
    places = roster(1)
    assert places.join(1, NOW).state is SignUpState.IN
    assert places.join(2, NOW).state is SignUpState.WAITLISTED


def test_whoever_waited_longest_gets_a_freed_place() -> None:
    places = roster(1)
    for person in (1, 2, 3):
        places.join(person, NOW)
    left = places.leave(1, NOW)
    assert left is not None
    assert left.promoted_participant_id == 2


def test_nobody_overtakes_the_waitlist() -> None:
    """A place that is free while somebody waits is not given to a newcomer."""
    places = Roster(
        capacity=2,
        signed_up=1,
        waitlisted=1,
        arrivals=2,
        known=(),
        waiting=[SignUp(2, SignUpState.WAITLISTED, 2, NOW)],
    )
    assert places.join(3, NOW).state is SignUpState.WAITLISTED


def test_who_leaves_and_returns_arrives_anew() -> None:
    places = roster(None)
    places.join(1, NOW)
    places.join(2, NOW)
    places.leave(1, NOW)
    assert places.join(1, NOW).place == 3


def test_leaving_without_having_been_in_is_nothing() -> None:
    places = roster(None)
    assert places.leave(1, NOW) is None
    assert places.events == []


clicks = st.lists(st.tuples(st.integers(1, 6), st.booleans()), max_size=40)


@given(st.integers(1, 4), clicks)
def test_any_clicks_lead_where_a_simple_queue_leads(
    capacity: int, pressed: list[tuple[int, bool]]
) -> None:
    """Everybody in one list by arrival: the first `capacity` of it are in."""
    places = roster(capacity)
    queue: list[int] = []
    for person, joins in pressed:
        if joins:
            places.join(person, NOW)
            if person not in queue:
                queue.append(person)
        else:
            places.leave(person, NOW)
            if person in queue:
                queue.remove(person)
    last = {event.sign_up.participant_id: event.sign_up for event in places.events}
    present = [s for s in last.values() if s.state is not SignUpState.LEFT]
    assert [s.participant_id for s in sorted(present, key=lambda s: s.place)] == queue
    assert {s.participant_id for s in present if s.state is SignUpState.IN} == set(queue[:capacity])
    assert (places.signed_up, places.waitlisted) == (
        len(queue[:capacity]),
        len(queue[capacity:]),
    )
    arrived = (SignUpChange.JOINED, SignUpChange.WAITLISTED)
    numbers = [e.sign_up.place for e in places.events if e.change in arrived]
    assert numbers == list(range(1, places.arrivals + 1))


@given(st.integers(1, 3), clicks, st.integers(0, 40))
def test_settling_in_two_batches_leads_to_the_same(
    capacity: int, pressed: list[tuple[int, bool]], cut: int
) -> None:
    """The second batch knows those who click, and a waitlist as long as its clicks on Leave."""
    whole = roster(capacity)
    first = roster(capacity)
    for person, joins in pressed:
        _ = whole.join(person, NOW) if joins else whole.leave(person, NOW)
    for person, joins in pressed[:cut]:
        _ = first.join(person, NOW) if joins else first.leave(person, NOW)
    stored = {event.sign_up.participant_id: event.sign_up for event in first.events}
    rest = pressed[cut:]
    leaves = sum(not joins for _, joins in rest)
    waiting = sorted(
        (s for s in stored.values() if s.state is SignUpState.WAITLISTED), key=lambda s: s.place
    )
    second = Roster(
        capacity=capacity,
        signed_up=first.signed_up,
        waitlisted=first.waitlisted,
        arrivals=first.arrivals,
        known=[stored[person] for person, _ in rest if person in stored],
        waiting=waiting[:leaves],
    )
    for person, joins in rest:
        _ = second.join(person, NOW) if joins else second.leave(person, NOW)
    assert first.events + second.events == whole.events
