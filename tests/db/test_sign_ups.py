"""Tests of the queries on sign-ups, and of the history that replays to the same."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries.actions import load_action
from db.queries.participants import participant_of
from db.queries.servers import next_id
from db.queries.sign_ups import (
    add_event,
    change_counts,
    first_waiting,
    list_own_sign_ups,
    list_sign_ups,
    load_sign_up,
    next_place,
    put_sign_up,
)
from domain.actions import Action
from domain.sign_ups import SignUp, SignUpChange, SignUpState
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
        place = await next_place(conn, GUILD, action.action_id)
    else:
        place = known.place
    sign_up = SignUp(who, STATE_AFTER[what], place, NOW + minute * MINUTE)
    event_id = await next_id(conn, GUILD)
    await add_event(conn, GUILD, event_id, action.action_id, who, what, place, sign_up.at)
    await put_sign_up(conn, GUILD, action.action_id, sign_up)
    return sign_up


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
        assert again.place == 2


async def test_the_waitlist_moves_up_in_order_of_arrival(database: Database):
    async with database.write() as conn:
        action = await an_open_action(conn, capacity=1)
        ids = (GUILD, action.action_id)
        assert await first_waiting(conn, *ids) is None
        await change(conn, action, 11, SignUpChange.JOINED, 0)
        second = await change(conn, action, 12, SignUpChange.WAITLISTED, 1)
        third = await change(conn, action, 10, SignUpChange.WAITLISTED, 2)
        assert await first_waiting(conn, *ids) == second
        await change(conn, action, 12, SignUpChange.PROMOTED, 3)
        assert await first_waiting(conn, *ids) == third
        await change(conn, action, 10, SignUpChange.LEFT, 4)
        assert await first_waiting(conn, *ids) is None


async def test_counts_move_and_never_below_zero(database: Database):
    async with database.write() as conn:
        action = await an_open_action(conn)
        ids = (GUILD, action.action_id)
        await change_counts(conn, *ids, signed_up=2, waitlisted=1)
        await change_counts(conn, *ids, signed_up=-1)
        found = await load_action(conn, *ids)
        assert found is not None
        assert (found.signed_up, found.waitlisted) == (1, 1)
        with pytest.raises(IntegrityError):
            async with conn.begin_nested():
                await change_counts(conn, *ids, waitlisted=-2)


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
        assert await list_own_sign_ups(conn, GUILD, who, 10, 0) == [(late, later), (early, mine)]
        assert await list_own_sign_ups(conn, GUILD, who, 1, 1) == [(early, mine)]
        assert await list_own_sign_ups(conn, 7, who, 10, 0) == []
