"""A thousand messages that wait for the budget: the most important goes first, whenever it came."""

from __future__ import annotations

import asyncio

from db.engine import Database
from domain.deliveries import DeliveryKind
from domain.direct import LEAD
from domain.servers import RolePurpose
from services.application import assemble, running
from services.budget import Budget
from services.dispatcher import DIRECT_IN_HAND, IN_HAND, PER_SERVER
from tests.services.stand_ins import RecordingSender, SetClock
from tests.services.world import (
    DAY,
    GUILD,
    HOUR,
    MINUTE,
    MODERATOR,
    MOMENT,
    NOW,
    REVIEWER,
    SECOND,
    World,
    fan,
    fundraiser,
    number_of,
    until,
)

REMINDER = DeliveryKind.REMINDER
SERVERS = 60
THANKS_ROLE = 7900
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


async def test_servers_that_hang_together_leave_room_for_another(sqlite_database: Database):
    """Each of them has more due than it may have in hand."""
    world = await a_world_with_a_budget(sqlite_database)
    hanging = range(1, 5)
    async with running(world.services):
        for guild_id in hanging:
            await world.set_up(guild_id)
            for number in range(25):
                await world.publish(fundraiser(f"Action {number}"), guild_id=guild_id)
            world.sender.block(guild_id)
        await world.set_up(5)
        await world.publish(guild_id=5)
        sending = asyncio.create_task(world.services.dispatcher.send_due())
        await until(lambda: [o.server.guild_id for o in world.sender.sent] == [5, 5])
        for guild_id in hanging:
            world.sender.let_go(guild_id)
        await sending
    assert len(world.sender.sent) == 4 * 50 + 2


async def test_many_direct_messages_hold_up_nothing_else_of_their_server(
    sqlite_database: Database,
):
    """They go out slowly, one after the other."""
    clock, sender = SetClock(NOW), RecordingSender()
    services = assemble(sqlite_database, clock, sender, direct_interval=60)
    world = World(sqlite_database, clock, sender, services)
    async with running(services):
        await world.set_up()
        action = await world.publish()
        for number in range(DIRECT_IN_HAND):
            await services.sign_ups.join(fan(number), GUILD, action.action_id)
            await services.direct_messages.switch(fan(number).user_id, GUILD, on=True)
        for before in (DAY, HOUR):
            clock.set(MOMENT - before)
            await services.dispatcher.send_due()
        clock.set(MOMENT - LEAD)
        sender.ready.set()
        await until(lambda: DeliveryKind.DIRECT in sender.kinds)
        other = await world.publish(fundraiser("Another", starts=MOMENT + DAY))
        async with asyncio.timeout(5):
            await until(lambda: sender.sent[-1].action.action_id == other.action_id)
    assert sender.kinds.count(DeliveryKind.DIRECT) == 1


async def test_thank_you_roles_hold_up_no_message_of_their_server(sqlite_database: Database):
    """Discord takes them slowly, and so does the bot."""
    clock, sender = SetClock(NOW), RecordingSender()
    services = assemble(sqlite_database, clock, sender, role_interval=60)
    world = World(sqlite_database, clock, sender, services)
    async with running(services):
        await world.set_up()
        action = await world.publish()
        clock.set(MOMENT)
        await services.dispatcher.send_due()
        for number in range(3 * PER_SERVER):
            logged = await world.log(action, fan(number))
            await services.reviews.verify(REVIEWER, GUILD, number_of(logged))
        sender.roles[THANKS_ROLE] = set()
        await services.servers.set_role(MODERATOR, GUILD, RolePurpose.THANKS, THANKS_ROLE)
        sender.ready.set()
        await until(lambda: len(sender.role_changes) == 1)
        other = await world.publish(fundraiser("Another", starts=MOMENT + DAY))
        async with asyncio.timeout(5):
            await until(lambda: sender.sent[-1].action.action_id == other.action_id)
    assert len(sender.role_changes) == 1


async def test_the_alarm_stands_at_a_moment_of_a_server_that_hangs(sqlite_database: Database):
    """Its channel takes nothing, so that nothing more of it is taken in hand but what is urgent."""
    world = await a_world_with_a_budget(sqlite_database)
    dispatcher, tried = world.services.dispatcher, world.sender.tried
    async with running(world.services):
        await world.set_up(1)
        await world.publish(fundraiser(starts=MOMENT), guild_id=1)
        for before in (DAY, HOUR):
            world.clock.set(MOMENT - before)
            await dispatcher.send_due()
        world.clock.set(MOMENT - SECOND)
        for number in range(PER_SERVER):
            await world.publish(fundraiser(f"Later {number}", starts=MOMENT + DAY), guild_id=1)
        world.sender.block(1)
        world.sender.ready.set()
        await until(lambda: bool(world.sender.waiting))
        await asyncio.sleep(0.3)  # all is taken in hand, and the alarm is set
        world.clock.set(MOMENT)
        async with asyncio.timeout(5):
            await until(lambda: DeliveryKind.MOMENT in tried)
        world.sender.let_go(1)


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
