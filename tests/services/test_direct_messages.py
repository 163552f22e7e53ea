"""Direct messages as services: who gets them and who does not, once, and how they end."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from db.tables import delivery, participant, signup
from domain.actions import Action
from domain.deliveries import DeliveryKind, DeliveryState
from domain.direct import LEAD, PACE, UNDELIVERABLE, Direct
from domain.errors import SendFailed
from domain.life_cycle import Step
from domain.owed_messages import OwedMessage
from domain.sign_ups import SignUpState
from services.direct_messages import CHUNK
from services.task_lists import NewTask
from tests.services.test_editing import edit
from tests.services.test_shifts import a_stream, take
from tests.services.test_task_deadlines import DUE, claim, with_tasks
from tests.services.world import (
    DAY,
    GUILD,
    HOUR,
    MINUTE,
    MOMENT,
    NOW,
    ORGANISER,
    PATIENCE,
    SECOND,
    World,
    at,
    fan,
    fundraiser,
    hashtag,
)

DIRECT, AHEAD = DeliveryKind.DIRECT, DeliveryKind.AHEAD
CLOSED = SendFailed(UNDELIVERABLE, permanent=True)


async def join(world: World, action: Action, *numbers: int) -> None:
    for number in numbers:
        await world.services.sign_ups.join(fan(number), action.guild_id, action.action_id)


async def switch(world: World, *numbers: int, on: bool = True, guild_id: int = GUILD) -> None:
    for number in numbers:
        await world.services.direct_messages.switch(fan(number).user_id, guild_id, on=on)


def messages(world: World) -> list[OwedMessage]:
    return [owed for owed in world.sender.sent if owed.delivery.kind is DIRECT]


def told(world: World, kind: DeliveryKind | None = None) -> list[int | None]:
    """To whom direct messages were sent, in order; those of one kind where it is given."""
    return [
        owed.addressee for owed in messages(world) if kind in (None, owed.repeats[0].delivery.kind)
    ]


def people(*numbers: int) -> list[int]:
    return [fan(number).user_id for number in numbers]


async def go_through(world: World, *instants: timedelta) -> None:
    """Send what is due at each of these times before the moment."""
    for before in instants:
        world.clock.set(MOMENT - before)
        await world.send_due()


async def up_to_the_moment(world: World) -> None:
    """Stop where it is looked who is to be told, and where they are."""
    await go_through(world, *(m * MINUTE for m in (120, 40, 15, 10, 6, 5)))


async def outcome(world: World, action: Action) -> Counter[DeliveryState]:
    return Counter(r.state for r in await world.records(action) if r.delivery.kind is DIRECT)


# ---- Ahead of the moment


async def test_only_those_who_are_in_and_asked_for_it_are_told_ten_minutes_before(world: World):
    action = await world.publish(fundraiser(capacity=3))
    await join(world, action, 1, 2, 3, 4)
    await switch(world, 1, 3, 4, 5)
    await go_through(world, 120 * MINUTE, 40 * MINUTE, 15 * MINUTE, LEAD + 3 * SECOND)
    assert told(world) == [], "it is early"
    await go_through(world, LEAD)
    assert told(world) == people(1, 3), "2 did not ask, 4 waits, 5 is not in"
    await up_to_the_moment(world)
    assert told(world) == people(1, 3)
    assert {owed.repeats[0].delivery.kind for owed in messages(world)} == {AHEAD}


async def test_who_comes_later_is_told_by_the_last_look_and_nobody_twice(world: World):
    action = await world.publish()
    await join(world, action, 1)
    await switch(world, 1)
    await go_through(world, 15 * MINUTE, LEAD)
    await join(world, action, 2)
    await switch(world, 2)
    await up_to_the_moment(world)
    world.clock.set(MOMENT)
    await world.send_due()
    assert told(world) == people(1, 2)


@pytest.mark.parametrize("reason", ["left", "stopped", "muted", "deleted"])
async def test_who_is_no_longer_concerned_when_it_is_sent_gets_nothing(world: World, reason: str):
    action = await world.publish()
    await join(world, action, 1, 2)
    await switch(world, 1, 2)
    await go_through(world, 15 * MINUTE)
    assert await outcome(world, action) == {DeliveryState.PENDING: 2}
    if reason == "left":
        await world.services.sign_ups.leave(fan(1), GUILD, action.action_id)
    elif reason == "stopped":
        await switch(world, 1, on=False)
    else:
        values = {signup: {"muted": True}, participant: {"user_id": None}}
        table = signup if reason == "muted" else participant
        who = select(participant.c.participant_id).where(
            participant.c.user_id == fan(1).user_id, participant.c.guild_id == GUILD
        )
        async with world.database.write() as conn:
            await conn.execute(
                update(table)
                .where(table.c.participant_id == who.scalar_subquery())
                .values(values[table])
            )
    await go_through(world, LEAD, 6 * MINUTE)
    assert told(world) == people(2)
    assert DeliveryKind.NOTICE not in world.sender.kinds


async def test_who_has_given_what_they_pledged_needs_no_call(world: World):
    action = await world.publish()
    await join(world, action, 1, 2)
    await switch(world, 1, 2)
    for number, amount in ((1, 5000), (2, 5000)):
        await world.services.sign_ups.pledge(fan(number), GUILD, action.action_id, amount)
    await world.log(action, fan(1), 5000)
    await world.log(action, fan(2), 4000)
    await up_to_the_moment(world)
    assert told(world) == people(2)


@pytest.mark.parametrize("how", [Step.PAUSE, Step.CANCEL])
async def test_a_stop_takes_along_what_was_not_sent(world: World, how: Step):
    action = await world.publish()
    await join(world, action, 1)
    await switch(world, 1)
    await world.services.roles.catch_up()
    await go_through(world, 15 * MINUTE)
    await world.services.life_cycle.take(ORGANISER, GUILD, action.action_id, how, reason="Rain")
    assert await outcome(world, action) == {DeliveryState.CANCELLED: 1}
    await up_to_the_moment(world)
    assert told(world) == []


async def test_another_moment_takes_them_along_and_tells_of_itself(world: World):
    action = await world.publish(hashtag())
    await join(world, action, 1, 2)
    await world.services.roles.catch_up()
    await switch(world, 1)
    await go_through(world, 15 * MINUTE, LEAD)
    await switch(world, 2)
    await go_through(world, 6 * MINUTE + SECOND)
    await edit(world, action, starts=at(MOMENT + DAY))
    world.clock.set(MOMENT)
    await world.send_due()
    assert told(world) == people(1), "nobody is told of the moment that it was"
    for before in (15 * MINUTE, LEAD, 6 * MINUTE):
        world.clock.set(MOMENT + DAY - before)
        await world.send_due()
    assert told(world) == people(1, 1, 2)


async def test_after_the_moment_they_are_told_for_a_little_while_only(world: World):
    for late, expected in ((9 * MINUTE, people(1)), (11 * MINUTE, [])):
        action = await world.publish()
        await join(world, action, 1)
        await switch(world, 1)
        await go_through(world, 15 * MINUTE)
        world.sender.sent.clear()
        world.clock.set(MOMENT + late)
        await world.send_due()
        assert told(world) == expected
        world.clock.set(NOW)
        await world.services.life_cycle.take(
            ORGANISER, GUILD, action.action_id, Step.CANCEL, reason="Again"
        )


async def test_thousands_are_told_in_time_without_holding_up_a_click(world: World):
    """The messages are made in chunks, and clicks are answered in between."""
    action = await world.publish()
    many = 3000
    await fill(world, action, many)
    world.clock.set(MOMENT - 120 * MINUTE)
    look = asyncio.create_task(world.services.dispatcher.send_due())
    clicks = 0
    while not look.done():
        click = world.services.sign_ups.join(fan(10_000 + clicks), GUILD, action.action_id)
        async with asyncio.timeout(PATIENCE):
            await click
        clicks += 1
    await world.services.dispatcher.send_due()
    found = await due_of(world, action)
    assert len(found) == many
    assert set(found.values()) == {1}, "nobody has two"
    assert clicks > many / CHUNK
    async with world.database.read() as conn:
        due = set(await conn.scalars(select(delivery.c.due_at).where(delivery.c.kind == DIRECT)))
    assert due == {MOMENT - LEAD - many * PACE}


async def fill(world: World, action: Action, many: int) -> None:
    """Have many people sign up who want direct messages, the short way."""
    first = 5_000_000
    base = {"guild_id": GUILD}
    async with world.database.write() as conn:
        await conn.execute(
            insert(participant),
            [
                base
                | {
                    "participant_id": first + n,
                    "user_id": 900_000 + n,
                    "created_at": NOW,
                    "direct": Direct.ON,
                }
                for n in range(many)
            ],
        )
        await conn.execute(
            insert(signup),
            [
                base
                | {
                    "action_id": action.action_id,
                    "participant_id": first + n,
                    "state": SignUpState.IN,
                    "place": n + 1,
                    "at": NOW,
                }
                for n in range(many)
            ],
        )


async def due_of(world: World, action: Action) -> Counter[int]:
    async with world.database.read() as conn:
        rows = await conn.scalars(
            select(delivery.c.participant_id).where(
                delivery.c.action_id == action.action_id, delivery.c.kind == DIRECT
            )
        )
        return Counter(rows)


# ---- In addition to what is posted


async def test_a_shift_and_a_deadline_are_told_to_those_who_have_them(world: World):
    stream = await a_stream(world)
    project = await with_tasks(world, NewTask("Poster", at(DUE)))
    await take(world, stream, fan(1))
    await take(world, stream, fan(2))
    await claim(world, project, 3)
    await join(world, stream, 4)
    await switch(world, 1, 3, 4)
    world.clock.set(DUE - DAY)
    await world.send_due()
    await go_through(world, 15 * MINUTE)
    found = {(owed.addressee, owed.repeats[0].delivery.kind) for owed in messages(world)}
    assert found == {
        (fan(3).user_id, DeliveryKind.TASK),
        (fan(1).user_id, DeliveryKind.SHIFT),
    }


async def test_who_moves_up_from_the_waitlist_is_told(world: World):
    action = await world.publish(fundraiser(capacity=1))
    await join(world, action, 1, 2, 3)
    await switch(world, 2, 3)
    await world.services.sign_ups.leave(fan(1), GUILD, action.action_id)
    await world.send_due()
    assert told(world) == people(2)


async def test_what_repeats_another_reaches_more_people_than_one_chunk(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("services.direct_messages.CHUNK", 5)
    stream = await a_stream(world)
    await fill(world, stream, 12)
    world.clock.set(stream.ends_at - HOUR)
    await world.send_due()
    assert len(set(told(world, DeliveryKind.LAST_HOUR))) == 12
    assert len(told(world, DeliveryKind.LAST_HOUR)) == 12
