"""Tests of the queries on sign-ups, and of the history that replays to the same."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries.actions import load_action
from db.queries.participants import participant_of
from db.queries.servers import next_id
from db.queries.sign_ups import (
    list_own_sign_ups,
    list_sign_ups,
    list_waiting,
    load_sign_up,
    load_sign_ups,
    save_counts,
    write_events,
)
from db.tables import signup_event
from domain.actions import Action
from domain.sign_ups import SignUp, SignUpChange, SignUpEvent, SignUpState
from tests.databases import run_apart
from tests.db.seeds import GUILD, MINUTE, NOW, an_open_action

STATE_AFTER = {
    SignUpChange.JOINED: SignUpState.IN,
    SignUpChange.WAITLISTED: SignUpState.WAITLISTED,
    SignUpChange.PROMOTED: SignUpState.IN,
    SignUpChange.LEFT: SignUpState.LEFT,
}


async def change(
    conn: AsyncConnection, action: Action, user_id: int, what: SignUpChange, minute: int
) -> SignUp:
    """Record one change as a service does, with a new place for who arrives."""
    who = await participant_of(conn, GUILD, user_id, NOW)
    known = await load_sign_up(conn, GUILD, action.action_id, who)
    arrives = what in (SignUpChange.JOINED, SignUpChange.WAITLISTED)
    if arrives or known is None:
        place = 1 + len(await list_events(conn, action))
    else:
        place = known.place
    state = STATE_AFTER.get(what, SignUpState.IN if known is None else known.state)
    pledged = minute if what is SignUpChange.PLEDGED else None
    sign_up = SignUp(who, state, place, NOW + minute * MINUTE, pledged=pledged)
    event_id = await next_id(conn, GUILD)
    event = SignUpEvent(what, sign_up)
    await write_events(conn, GUILD, action.action_id, [event], first_id=event_id)
    return sign_up


async def list_events(conn: AsyncConnection, action: Action) -> list[int]:
    """The ids of all changes so far: each arrival has a higher place than any before."""
    found = await conn.scalars(
        select(signup_event.c.event_id).where(signup_event.c.action_id == action.action_id)
    )
    return list(found)


async def test_a_sign_up_is_stored_and_overwritten(database: Database):
    async with database.write() as conn:
        action = await an_open_action(conn)
        who = await participant_of(conn, GUILD, 11, NOW)
        assert await load_sign_up(conn, GUILD, action.action_id, who) is None
        joined = await change(conn, action, 11, SignUpChange.JOINED, 0)
        assert await load_sign_up(conn, GUILD, action.action_id, who) == joined
        left = await change(conn, action, 11, SignUpChange.LEFT, 1)
        assert await load_sign_up(conn, GUILD, action.action_id, who) == left
        assert left.place == joined.place == 1
        again = await change(conn, action, 11, SignUpChange.JOINED, 2)
        assert await list_sign_ups(conn, GUILD, action.action_id) == [again]
        assert again.place > left.place


async def test_the_waitlist_moves_up_in_order_of_arrival(database: Database):
    async with database.write() as conn:
        action = await an_open_action(conn, capacity=1)
        ids = (GUILD, action.action_id)
        assert await list_waiting(conn, *ids, 5) == []
        await change(conn, action, 11, SignUpChange.JOINED, 0)
        second = await change(conn, action, 12, SignUpChange.WAITLISTED, 1)
        third = await change(conn, action, 10, SignUpChange.WAITLISTED, 2)
        assert await list_waiting(conn, *ids, 5) == [second, third]
        assert await list_waiting(conn, *ids, 1) == [second]
        await change(conn, action, 12, SignUpChange.PROMOTED, 3)
        assert await list_waiting(conn, *ids, 5) == [third]
        await change(conn, action, 10, SignUpChange.LEFT, 4)
        assert await list_waiting(conn, *ids, 5) == []


async def test_counts_are_stored_and_never_below_zero(database: Database):
    async with database.write() as conn:
        action = await an_open_action(conn)
        ids = (GUILD, action.action_id)
        counts = {"waitlisted": 1, "arrivals": 3, "pledged_amount": 50, "pledged_count": 1}
        await save_counts(conn, *ids, signed_up=2, **counts)
        found = await load_action(conn, *ids)
        assert found is not None
        assert (found.signed_up, found.waitlisted, found.arrivals) == (2, 1, 3)
        with pytest.raises(IntegrityError):
            async with conn.begin_nested():
                await save_counts(conn, *ids, signed_up=-1, **counts)


async def test_many_changes_are_written_at_once_and_the_last_stands(database: Database):
    async with database.write() as conn:
        action = await an_open_action(conn)
        ids = (GUILD, action.action_id)
        first, second = [await participant_of(conn, GUILD, user, NOW) for user in (11, 12)]
        joined = SignUp(first, SignUpState.IN, 1, NOW)
        other = SignUp(second, SignUpState.IN, 2, NOW)
        left = SignUp(first, SignUpState.LEFT, 1, NOW)
        events = [
            SignUpEvent(SignUpChange.JOINED, joined),
            SignUpEvent(SignUpChange.JOINED, other),
            SignUpEvent(SignUpChange.LEFT, left),
        ]
        first_id = await next_id(conn, GUILD, len(events))
        await write_events(conn, *ids, events, first_id=first_id)
        found = await load_sign_ups(conn, *ids, [first, second, 999])
        assert sorted(found, key=lambda s: s.place) == [left, other]
        assert await list_sign_ups(conn, *ids, until=NOW) == [left, other]


async def test_a_replay_is_up_to_and_including_the_cut_off(database: Database):
    async with database.write() as conn:
        action = await an_open_action(conn)
        ids = (GUILD, action.action_id)
        first = await change(conn, action, 11, SignUpChange.JOINED, 0)
        waiting = await change(conn, action, 12, SignUpChange.WAITLISTED, 1)
        left = await change(conn, action, 11, SignUpChange.LEFT, 2)
        promoted = await change(conn, action, 12, SignUpChange.PROMOTED, 3)
        assert await list_sign_ups(conn, *ids, until=NOW - MINUTE) == []
        assert await list_sign_ups(conn, *ids, until=NOW) == [first]
        assert await list_sign_ups(conn, *ids, until=NOW + MINUTE) == [first, waiting]
        assert await list_sign_ups(conn, *ids, until=NOW + 2 * MINUTE) == [left, waiting]
        assert await list_sign_ups(conn, *ids, until=NOW + 9 * MINUTE) == [left, promoted]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.sampled_from(SignUpChange), st.integers(0, 1)), max_size=12
    )
)
def test_a_replay_of_everything_is_what_stands(
    sqlite_url: str, changes: list[tuple[int, SignUpChange, int]]
):
    """Whatever came after what, and also where several changes share an instant."""

    async def replay() -> tuple[list[SignUp], list[SignUp]]:
        database = await Database.open(sqlite_url)
        try:
            async with database.write() as conn:
                action = await an_open_action(conn, number=None)
                minute = 0
                for user_id, what, later in changes:
                    minute += later
                    await change(conn, action, user_id, what, minute)
                ids = (GUILD, action.action_id)
                until = NOW + minute * MINUTE
                return await list_sign_ups(conn, *ids), await list_sign_ups(conn, *ids, until=until)
        finally:
            await database.close()

    standing, replayed = run_apart(replay())
    assert replayed == standing


async def test_ones_own_sign_ups_are_those_not_taken_back(database: Database):
    async with database.write() as conn:
        early = await an_open_action(conn, number=1)
        late = await an_open_action(conn, number=2, starts_at=NOW + MINUTE)
        gone = await an_open_action(conn, number=3)
        mine = await change(conn, early, 11, SignUpChange.JOINED, 0)
        later = await change(conn, late, 11, SignUpChange.WAITLISTED, 1)
        await change(conn, gone, 11, SignUpChange.JOINED, 2)
        await change(conn, gone, 11, SignUpChange.LEFT, 3)
        await change(conn, late, 12, SignUpChange.JOINED, 4)
        early, late = [await load_action(conn, GUILD, a.action_id) for a in (early, late)]
        who = mine.participant_id
        assert await list_own_sign_ups(conn, GUILD, who, 10, 0) == [
            (late, later, None),
            (early, mine, None),
        ]
        assert await list_own_sign_ups(conn, GUILD, who, 1, 1) == [(early, mine, None)]
        assert await list_own_sign_ups(conn, 7, who, 10, 0) == []
