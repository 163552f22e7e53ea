"""The roster settles clicks as a queue of people at a door would be settled by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Gone, Refusal
from domain.sign_ups import Roster, SignUp, SignUpChange, SignUpOption, SignUpState

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


# ---- Options and pledges

HOST, LATE = SignUpOption(1, "can host", capacity=1), SignUpOption(2, "late")


def roster_with_options(capacity: int | None = None) -> Roster:
    return Roster(
        capacity=capacity,
        signed_up=0,
        waitlisted=0,
        arrivals=0,
        known=(),
        waiting=(),
        options=[HOST, LATE],
    )


def test_an_option_takes_a_place_of_the_action_and_one_of_its_own() -> None:
    places = roster_with_options()
    joined = places.join(1, NOW, 1)
    assert (joined.state, joined.option, places.signed_up) == (SignUpState.IN, "can host", 1)
    assert places.options[1].taken == 1


def test_a_full_option_is_refused_naming_what_is_open() -> None:
    places = roster_with_options()
    places.join(1, NOW, 1)
    with pytest.raises(Refusal, match="option_full_others") as caught:
        places.join(2, NOW, 1)
    assert caught.value.values == {"option": "can host", "others": "late"}
    assert not places.has(2)
    assert places.join(2, NOW).state is SignUpState.IN


def test_an_option_that_is_not_offered_is_refused() -> None:
    with pytest.raises(Gone, match="no_such_option"):
        roster_with_options().join(1, NOW, 3)


def test_choosing_another_option_keeps_the_place() -> None:
    places = roster_with_options()
    places.join(1, NOW, 1)
    chosen = places.join(1, NOW, 2)
    assert (chosen.changed, chosen.chose, chosen.place, chosen.option) == (True, True, 1, "late")
    assert [option.taken for option in places.options.values()] == [0, 1]
    assert places.join(1, NOW).option is None
    assert [option.taken for option in places.options.values()] == [0, 0]
    assert [event.change for event in places.events[1:]] == [SignUpChange.CHOSE] * 2
    assert not places.join(1, NOW).changed


def test_who_waits_holds_their_option_s_place() -> None:
    places = roster_with_options(capacity=1)
    places.join(1, NOW)
    assert places.join(2, NOW, 1).state is SignUpState.WAITLISTED
    with pytest.raises(Refusal):
        places.join(3, NOW, 1)
    places.leave(1, NOW)
    assert places.options[1].taken == 1
    assert places.events[-1].sign_up.option_id == 1


def test_a_pledge_counts_while_its_person_is_in() -> None:
    places = roster_with_options(capacity=1)
    places.join(1, NOW)
    places.join(2, NOW)
    places.pledge(1, NOW, 30)
    places.pledge(2, NOW, 5)
    assert (places.pledged_amount, places.pledged_count) == (30, 1)
    places.leave(1, NOW)
    assert (places.pledged_amount, places.pledged_count) == (5, 1)
    places.pledge(2, NOW, None)
    assert (places.pledged_amount, places.pledged_count) == (0, 0)


def test_only_who_is_in_or_waits_can_pledge() -> None:
    places = roster_with_options()
    assert places.pledge(1, NOW, 5) is None
    places.join(1, NOW)
    places.leave(1, NOW)
    assert places.pledge(1, NOW, 5) is None
    assert places.pledged_amount == 0


def test_who_returns_has_pledged_and_chosen_nothing() -> None:
    places = roster_with_options()
    places.join(1, NOW, 1)
    places.pledge(1, NOW, 5)
    places.leave(1, NOW)
    back = places.join(1, NOW)
    assert (back.option, back.pledged) == (None, None)


def test_who_came_in_or_left_is_told_apart_from_who_only_chose() -> None:
    known = [SignUp(n, SignUpState.IN, n, NOW, muted=n == 4) for n in (1, 2, 4)]
    waiting = [SignUp(5, SignUpState.WAITLISTED, 5, NOW)]
    places = Roster(
        capacity=3,
        signed_up=3,
        waitlisted=1,
        arrivals=5,
        known=known,
        waiting=waiting,
        options=[LATE],
    )
    places.leave(1, NOW)
    places.join(2, NOW, 2)
    places.join(3, NOW)
    places.leave(4, NOW)
    assert places.moved == {(1, ""): False, (5, ""): True, (3, ""): True}


wishes = st.lists(
    st.tuples(
        st.integers(1, 6),
        st.sampled_from(["join", "leave", "pledge"]),
        st.none() | st.integers(1, 3),
        st.none() | st.integers(1, 50),
    ),
    max_size=40,
)


@given(st.none() | st.integers(1, 4), wishes)
def test_every_counter_equals_what_the_sign_ups_add_up_to(
    capacity: int | None, pressed: list[tuple[int, str, int | None, int | None]]
) -> None:
    places = roster_with_options(capacity)
    for person, wish, option_id, amount in pressed:
        try:
            if wish == "join":
                places.join(person, NOW, option_id)
            elif wish == "leave":
                places.leave(person, NOW)
            else:
                places.pledge(person, NOW, amount)
        except Refusal:
            assert option_id == 3 or places.options[option_id or 0].full
    last = {event.sign_up.participant_id: event.sign_up for event in places.events}
    present = [s for s in last.values() if s.state is not SignUpState.LEFT]
    inside = [s for s in present if s.state is SignUpState.IN]
    pledged = [s.pledged for s in inside if s.pledged is not None]
    assert (places.signed_up, places.waitlisted) == (len(inside), len(present) - len(inside))
    assert (places.pledged_amount, places.pledged_count) == (sum(pledged), len(pledged))
    for option in places.options.values():
        assert option.taken == sum(s.option_id == option.option_id for s in present)
        assert option.capacity is None or option.taken <= option.capacity


LANGUAGES = ("", "ko", "es")

in_languages = st.lists(
    st.tuples(
        st.integers(1, 6),
        st.sampled_from(["join", "leave", "pledge"]),
        st.none() | st.sampled_from(LANGUAGES),
    ),
    max_size=40,
)
known_before = st.dictionaries(
    st.integers(1, 4), st.tuples(st.sampled_from(LANGUAGES), st.booleans())
)


@given(st.none() | st.integers(4, 5), known_before, in_languages)
def test_everybody_ends_with_the_role_of_the_one_channel_where_they_signed_up(
    capacity: int | None,
    before: dict[int, tuple[str, bool]],
    pressed: list[tuple[int, str, str | None]],
) -> None:
    known = [
        SignUp(who, SignUpState.IN, who, NOW, language=language, muted=muted)
        for who, (language, muted) in before.items()
    ]
    places = Roster(
        capacity=capacity,
        signed_up=len(known),
        waitlisted=0,
        arrivals=4,
        known=known,
        waiting=(),
    )
    wanted = {who: language for who, (language, _) in before.items()}
    for who, wish, language in pressed:
        if wish == "join":
            places.join(who, NOW, language=language)
            wanted[who] = wanted.get(who, "") if language is None else language
        elif wish == "leave":
            places.leave(who, NOW)
        else:
            places.pledge(who, NOW, 5)
    had = {(who, language) for who, (language, muted) in before.items() if not muted}
    given = {key for key, gives in places.moved.items() if gives}
    taken = {key for key, gives in places.moved.items() if not gives}
    assert taken <= had, "nobody loses a role that they don't have"
    assert not given & had, "nobody is given what they have"
    states = {event.sign_up.participant_id: event.sign_up.state for event in places.events}
    stays_in = {who for who in {*before, *states} if states.get(who, SignUpState.IN) == "in"}
    muted = {who for who, (_, muted) in before.items() if muted}
    assert (had | given) - taken == {(who, wanted[who]) for who in stays_in - muted}
    stored = {event.sign_up.participant_id: event.sign_up.language for event in places.events}
    stored |= {sign_up.participant_id: sign_up.language for sign_up in places.relocated}
    for who, language in wanted.items():
        was = before[who][0] if who in before else ""
        assert stored.get(who, was) == language
