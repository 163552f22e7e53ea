"""Signing up: places, capacity, the waitlist that moves up in order, and the history of it all."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from db.queries.actions import set_state
from db.queries.participants import find_participant
from db.queries.sign_ups import list_sign_ups
from db.tables import signup_event
from domain.actions import Action, ActionState
from domain.deliveries import DeliveryKind
from domain.errors import Gone
from domain.sign_ups import SignUp, SignUpChange, SignUpResult, SignUpState
from tests.services.world import (
    DAY,
    GUILD,
    MINUTE,
    MOMENT,
    NOW,
    OTHER_GUILD,
    SECOND,
    World,
    fan,
    fundraiser,
    refused,
)

IN, WAITLISTED, LEFT = SignUpState.IN, SignUpState.WAITLISTED, SignUpState.LEFT


async def join(world: World, action: Action, number: int) -> SignUpResult:
    ids = (action.guild_id, action.action_id)
    return (await world.services.sign_ups.join(fan(number), *ids)).result


async def leave(world: World, action: Action, number: int) -> SignUpResult | None:
    ids = (action.guild_id, action.action_id)
    return (await world.services.sign_ups.leave(fan(number), *ids)).result


async def participant(world: World, number: int, guild_id: int = GUILD) -> int:
    """The id under which a fan takes part in a server."""
    async with world.database.read() as conn:
        found = await find_participant(conn, guild_id, fan(number).user_id)
    assert found is not None
    return found


async def rows(world: World, action: Action) -> list[SignUp]:
    """Everybody who ever signed up, by place."""
    async with world.database.read() as conn:
        return await list_sign_ups(conn, action.guild_id, action.action_id)


async def promoted(world: World, action: Action) -> list[int | None]:
    """The participants whom promotions are owed, in the order in which they were planned."""
    return [
        record.delivery.participant_id
        for record in sorted(await world.records(action), key=lambda r: r.delivery.delivery_id)
        if record.delivery.kind is DeliveryKind.PROMOTED
    ]


async def history(world: World, action: Action) -> list[tuple[int, SignUpChange, int]]:
    """Participant, change and place of every entry, in order."""
    async with world.database.read() as conn:
        found = await conn.execute(
            select(signup_event.c.participant_id, signup_event.c.change, signup_event.c.place)
            .where(
                signup_event.c.guild_id == action.guild_id,
                signup_event.c.action_id == action.action_id,
            )
            .order_by(signup_event.c.event_id)
        )
        return [(row.participant_id, row.change, row.place) for row in found]


async def require_counters_equal_rows(world: World, action: Action) -> None:
    stored = [row.state for row in await rows(world, action)]
    now = await world.load(action)
    assert (now.signed_up, now.waitlisted) == (stored.count(IN), stored.count(WAITLISTED))


async def test_joining_twice_gives_one_place(world: World):
    action = await world.publish()
    assert await join(world, action, 1) == SignUpResult(IN, 1, changed=True)
    assert await join(world, action, 2) == SignUpResult(IN, 2, changed=True)
    world.clock.advance(MINUTE)
    assert await join(world, action, 1) == SignUpResult(IN, 1, changed=False)
    stored = await rows(world, action)
    assert [(row.state, row.place, row.at) for row in stored] == [(IN, 1, NOW), (IN, 2, NOW)]
    assert (await world.load(action)).signed_up == 2


async def test_a_double_click_gives_one_place(world: World):
    action = await world.publish()
    clicks = await asyncio.gather(*(join(world, action, 1) for _ in range(5)))
    assert [click.changed for click in clicks] == [True, False, False, False, False]
    assert (await world.load(action)).signed_up == 1


async def test_leaving_twice_leaves_once_and_without_a_sign_up_does_nothing(world: World):
    action = await world.publish()
    await join(world, action, 1)
    assert await leave(world, action, 2) is None
    assert await leave(world, action, 1) == SignUpResult(LEFT, 1, changed=True)
    assert await leave(world, action, 1) == SignUpResult(LEFT, 1, changed=False)
    assert (await world.load(action)).signed_up == 0
    assert len(await history(world, action)) == 2


async def test_who_leaves_and_returns_arrives_anew(world: World):
    action = await world.publish()
    for number in (1, 2):
        await join(world, action, number)
    await leave(world, action, 1)
    assert await join(world, action, 1) == SignUpResult(IN, 3, changed=True)
    await require_counters_equal_rows(world, action)


async def test_a_full_action_puts_the_next_fan_on_the_waitlist(world: World):
    action = await world.publish(fundraiser(capacity=1))
    assert await join(world, action, 1) == SignUpResult(IN, 1, changed=True)
    assert await join(world, action, 2) == SignUpResult(WAITLISTED, 2, changed=True)
    assert await join(world, action, 2) == SignUpResult(WAITLISTED, 2, changed=False)
    await require_counters_equal_rows(world, action)


async def test_a_freed_place_goes_to_who_waited_longest_and_is_told_once(world: World):
    action = await world.publish(fundraiser(capacity=2))
    for number in range(1, 6):
        await join(world, action, number)
    third, fourth = await participant(world, 3), await participant(world, 4)

    assert await leave(world, action, 2) == SignUpResult(LEFT, 2, True, third)
    assert await promoted(world, action) == [third]
    assert await leave(world, action, 2) == SignUpResult(LEFT, 2, changed=False)
    assert await promoted(world, action) == [third]

    assert await leave(world, action, 1) == SignUpResult(LEFT, 1, True, fourth)
    assert await promoted(world, action) == [third, fourth]
    assert await join(world, action, 3) == SignUpResult(IN, 3, changed=False)
    states = [(row.place, row.state) for row in await rows(world, action)]
    assert states == [(1, LEFT), (2, LEFT), (3, IN), (4, IN), (5, WAITLISTED)]
    await require_counters_equal_rows(world, action)


async def test_the_promotion_is_due_at_once_and_addressed_to_who_was_promoted(world: World):
    action = await world.publish(fundraiser(capacity=1))
    for number in (1, 2):
        await join(world, action, number)
    world.clock.advance(MINUTE)
    await leave(world, action, 1)
    await world.send_due()
    (message,) = [m for m in world.sender.sent if m.delivery.kind is DeliveryKind.PROMOTED]
    assert message.delivery.due_at == NOW + MINUTE
    assert message.addressee == fan(2).user_id
    assert (message.action.signed_up, message.action.waitlisted) == (1, 0)


async def test_who_leaves_the_waitlist_frees_no_place(world: World):
    action = await world.publish(fundraiser(capacity=1))
    for number in (1, 2, 3):
        await join(world, action, number)
    assert await leave(world, action, 2) == SignUpResult(LEFT, 2, changed=True)
    assert await promoted(world, action) == []
    await leave(world, action, 1)
    assert await promoted(world, action) == [await participant(world, 3)]
    await require_counters_equal_rows(world, action)


async def test_nobody_overtakes_the_waitlist(world: World):
    """Whoever comes after a place was freed stands behind those who waited for it."""
    action = await world.publish(fundraiser(capacity=1))
    for number in (1, 2):
        await join(world, action, number)
    left, joined = await asyncio.gather(leave(world, action, 1), join(world, action, 3))
    assert left is not None
    assert left.promoted_participant_id == await participant(world, 2)
    assert joined.state is WAITLISTED


async def test_a_draft_takes_no_sign_ups(world: World):
    draft = await world.draft()
    for click in (join, leave):
        with refused("refused.no_such_action", Gone):
            await click(world, draft, 1)
    assert await rows(world, draft) == []


async def test_sign_ups_are_taken_until_the_end_and_not_from_then_on(world: World):
    """After it, who was in stays in: the pledge is part of the tally."""
    action = await world.publish(fundraiser(capacity=1))
    for instant, number in ((MOMENT, 1), (MOMENT + DAY - SECOND, 2)):
        world.clock.set(instant)
        await join(world, action, number)
    before = await rows(world, action)
    world.clock.set(MOMENT + DAY)
    for click in (join, leave):
        for number in (1, 2, 3):
            with refused("refused.state.counting"):
                await click(world, action, number)
    assert await rows(world, action) == before
    assert await promoted(world, action) == []


async def test_final_and_cancelled_actions_take_no_sign_ups(world: World):
    for state in (ActionState.FINAL, ActionState.CANCELLED):
        action = await world.publish()
        await join(world, action, 1)
        async with world.database.write() as conn:
            await set_state(conn, GUILD, action.action_id, state)
        for click in (join, leave):
            with refused(f"refused.state.{state.value}"):
                await click(world, action, 1)
        assert [row.state for row in await rows(world, action)] == [IN]


async def test_another_servers_action_does_not_exist_here(world: World):
    action = await world.publish()
    for act in (world.services.sign_ups.join, world.services.sign_ups.leave):
        with refused("refused.no_such_action", Gone):
            await act(fan(1), OTHER_GUILD, action.action_id)
        with refused("refused.no_such_action", Gone):
            await act(fan(1), GUILD, 404)
    assert await world.services.sign_ups.find(fan(1), GUILD, action.action_id) is None


async def test_one_sees_what_one_is_in_and_waits_for(world: World):
    first = await world.publish(fundraiser("First", capacity=1))
    later = await world.publish(fundraiser("Later", starts=MOMENT + DAY))
    dropped = await world.publish(fundraiser("Dropped"))
    await join(world, first, 2)
    for action in (first, later, dropped):
        await join(world, action, 1)
    await leave(world, dropped, 1)
    sign_ups = world.services.sign_ups
    own = await sign_ups.list_own(fan(1), GUILD, limit=10)
    assert [(action.title, sign_up.state, sign_up.place) for action, sign_up, _ in own] == [
        ("Later", IN, 1),
        ("First", WAITLISTED, 2),
    ]
    assert await sign_ups.list_own(fan(1), GUILD, limit=1, offset=1) == own[1:]
    assert await sign_ups.list_own(fan(3), GUILD, limit=10) == []
    assert await sign_ups.list_own(fan(1), OTHER_GUILD, limit=10) == []
    found = await sign_ups.find(fan(1), GUILD, dropped.action_id)
    assert found is not None
    assert found.state is LEFT
    assert await sign_ups.find(fan(3), GUILD, dropped.action_id) is None


async def test_of_three_hundred_who_click_at_once_the_first_hundred_are_in(world: World):
    action = await world.publish(fundraiser(capacity=100))
    clicks = await asyncio.gather(*(join(world, action, n) for n in range(300)))
    assert [click.place for click in clicks] == list(range(1, 301))
    assert [click.state for click in clicks] == [IN] * 100 + [WAITLISTED] * 200
    stored = await rows(world, action)
    assert [row.place for row in stored] == list(range(1, 301))
    assert [row.state for row in stored] == [IN] * 100 + [WAITLISTED] * 200
    await require_counters_equal_rows(world, action)
    assert len(await history(world, action)) == 300


async def test_a_crowd_that_comes_and_goes_at_once_fills_every_place_in_order(world: World):
    """Thirty leave while sixty more come: the action stays full, and thirty are promoted."""
    action = await world.publish(fundraiser(capacity=50))
    await asyncio.gather(*(join(world, action, n) for n in range(100)))
    await asyncio.gather(
        *(
            leave(world, action, n // 3) if n % 3 == 0 else join(world, action, 100 + n)
            for n in range(90)
        )
    )
    stored = await rows(world, action)
    assert [row.place for row in stored if row.state is IN] == list(range(31, 81))
    assert [row.place for row in stored if row.state is WAITLISTED] == list(range(81, 161))
    assert await promoted(world, action) == [stored[n].participant_id for n in range(50, 80)]
    await require_counters_equal_rows(world, action)


# One small model, and the services beside it, through the same clicks.


@dataclass
class Model:
    """Who is in, who waits in which order, and who was promoted, in plain Python."""

    capacity: int
    places: dict[int, int] = field(default_factory=dict[int, int])
    inside: set[int] = field(default_factory=set[int])
    waiting: list[int] = field(default_factory=list[int])
    promotions: list[int] = field(default_factory=list[int])
    arrivals: int = 0

    def state(self, who: int) -> SignUpState:
        return IN if who in self.inside else WAITLISTED if who in self.waiting else LEFT

    def join(self, who: int) -> tuple[SignUpState, int, bool]:
        changed = self.state(who) is LEFT
        if changed:
            self.arrivals += 1
            self.places[who] = self.arrivals
            self.waiting.append(who)
            if len(self.inside) < self.capacity:
                self.inside.add(self.waiting.pop(0))
        return self.state(who), self.places[who], changed

    def leave(self, who: int) -> tuple[SignUpState, int, bool] | None:
        if who not in self.places:
            return None
        before = self.state(who)
        if before is WAITLISTED:
            self.waiting.remove(who)
        elif before is IN:
            self.inside.remove(who)
            if self.waiting:
                self.promotions.append(self.waiting.pop(0))
                self.inside.add(self.promotions[-1])
        return LEFT, self.places[who], before is not LEFT


def replayed(events: list[tuple[int, SignUpChange, int]]) -> dict[int, tuple[SignUpState, int]]:
    """State and place of each participant, from the history alone."""
    states = {
        SignUpChange.JOINED: IN,
        SignUpChange.PROMOTED: IN,
        SignUpChange.WAITLISTED: WAITLISTED,
        SignUpChange.LEFT: LEFT,
    }
    return {who: (states[change], place) for who, change, place in events}


CLICKS = st.tuples(st.integers(0, 7), st.sampled_from(["join", "join", "leave"]))
GUILDS = itertools.count(5000)


@given(
    capacity=st.integers(1, 4),
    bursts=st.lists(st.lists(CLICKS, min_size=1, max_size=12), min_size=1, max_size=6),
)
@settings(
    max_examples=40,
    deadline=None,
    # The database is reused; every example has a server of its own.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_any_clicks_lead_to_what_the_model_says(
    sqlite_world: World, capacity: int, bursts: list[list[tuple[int, str]]]
):
    """Clicks of a burst come at once, and are settled in their order."""
    world, guild_id = sqlite_world, next(GUILDS)
    await world.set_up(guild_id)
    action = await world.publish(fundraiser(capacity=capacity), guild_id)
    model = Model(capacity)
    for burst in bursts:
        expected = [model.join(who) if act == "join" else model.leave(who) for who, act in burst]
        results = await asyncio.gather(
            *((join if act == "join" else leave)(world, action, who) for who, act in burst)
        )
        assert [r and (r.state, r.place, r.changed) for r in results] == expected

    ids = {who: await participant(world, who, guild_id) for who in model.places}
    stored = await rows(world, action)
    state = {row.participant_id: (row.state, row.place) for row in stored}
    assert state == {ids[who]: (model.state(who), model.places[who]) for who in model.places}
    assert await promoted(world, action) == [ids[who] for who in model.promotions]
    assert replayed(await history(world, action)) == state
    await require_counters_equal_rows(world, action)
    async with world.database.read() as conn:
        until_now = await list_sign_ups(conn, guild_id, action.action_id, until=world.clock.now())
    assert sorted(until_now, key=lambda s: s.participant_id) == sorted(
        stored, key=lambda s: s.participant_id
    )
