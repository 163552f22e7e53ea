"""A thousand messages that wait for the budget: the most important goes first, whenever it came."""

from __future__ import annotations

import asyncio

from db.engine import Database
from domain.deliveries import DeliveryKind
from services.application import assemble, running
from services.budget import Budget
from services.dispatcher import IN_HAND, PER_SERVER
from tests.services.stand_ins import RecordingSender, SetClock
from tests.services.world import (
    DAY,
    GUILD,
    MINUTE,
    MOMENT,
    NOW,
    World,
    fundraiser,
    until,
)

REMINDER = DeliveryKind.REMINDER
SERVERS = 60
PER_SECOND = 300.0


async def a_world_with_a_budget(database: Database) -> World:
    clock, sender = SetClock(NOW), RecordingSender()
    services = assemble(database, clock, sender, role_interval=0, budget=Budget(PER_SECOND))
    return World(database, clock, sender, services)


async def test_a_moment_that_falls_due_meanwhile_does_not_wait_behind_them(
    sqlite_database: Database,
):
    """Reminders of sixty servers are on their way when the moment of another one comes."""
    world = await a_world_with_a_budget(sqlite_database)
    async with running(world.services):
        await world.set_up()
        await world.publish(fundraiser(starts=MOMENT))
        await world.services.dispatcher.send_due()
        for number in range(SERVERS):
            await world.set_up(number + 1)
            await world.publish(fundraiser(starts=MOMENT + DAY), guild_id=number + 1)
        world.clock.set(MOMENT - DAY - MINUTE)
        await world.services.dispatcher.send_due()
        before = len(world.sender.sent)
        world.clock.set(MOMENT)
        world.sender.ready.set()
        await until(lambda: len(world.sender.sent) >= before + SERVERS + 1)
    kinds = [owed.delivery.kind for owed in world.sender.sent[before:]]
    assert kinds.index(DeliveryKind.MOMENT) <= 1
    assert kinds.count(REMINDER) == SERVERS


async def test_one_server_with_very_many_leaves_room_for_the_others(sqlite_database: Database):
    world = await a_world_with_a_budget(sqlite_database)
    async with running(world.services):
        await world.set_up(1)
        for number in range(PER_SERVER):
            await world.publish(fundraiser(f"Action {number}"), guild_id=1)
        await world.set_up(2)
        await world.publish(guild_id=2)
        world.sender.block(1)
        sending = asyncio.create_task(world.services.dispatcher.send_due())
        await until(lambda: [o.server.guild_id for o in world.sender.sent] == [2, 2])
        world.sender.let_go(1)
        await sending
    assert len(world.sender.sent) == 2 * PER_SERVER + 2


async def test_more_than_is_in_hand_goes_out_without_being_asked_again(sqlite_database: Database):
    world = await a_world_with_a_budget(sqlite_database)
    actions = IN_HAND // 2 + 20
    async with running(world.services):
        for number in range(actions):
            guild_id = 1 + number // 10
            await world.set_up(guild_id)
            await world.publish(fundraiser(f"Action {number}"), guild_id=guild_id)
        assert world.sender.sent == []
        world.sender.ready.set()
        await until(lambda: len(world.sender.sent) == 2 * actions)
    assert GUILD not in {owed.server.guild_id for owed in world.sender.sent}
