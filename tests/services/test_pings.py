"""The cap on pings of a role: counted by the server's day, with room kept for moments."""

from __future__ import annotations

from datetime import timedelta

from domain.actions import Action
from domain.deliveries import DeliveryKind
from domain.owed_messages import OwedMessage
from domain.pings import PingDay, pinged_role
from domain.servers import RolePurpose
from tests.services.stand_ins import unreachable
from tests.services.world import (
    DAY,
    GUILD,
    HOUR,
    MINUTE,
    MODERATOR,
    MOMENT,
    NOW,
    OTHER_GUILD,
    World,
    fan,
    fundraiser,
)

ALERTS = 75


async def capped(world: World, cap: int, guild_id: int = GUILD) -> None:
    servers = world.services.servers
    await servers.set_zone(MODERATOR, guild_id, "Asia/Seoul")
    await servers.set_role(MODERATOR, guild_id, RolePurpose.PING, ALERTS)
    await servers.set_pings(MODERATOR, guild_id, cap=cap, quiet=None)


async def come_in(world: World, *actions: Action) -> None:
    """Have somebody in each action, with its role: without it nothing but announcements pings."""
    for action in actions:
        await world.services.sign_ups.join(fan(1), GUILD, action.action_id)
    await world.services.roles.catch_up()


def pinging(sent: list[OwedMessage]) -> list[tuple[DeliveryKind, bool]]:
    kinds = (DeliveryKind.ANNOUNCEMENT, DeliveryKind.REMINDER, DeliveryKind.MOMENT)
    for owed in sent:
        if owed.delivery.kind is DeliveryKind.ANNOUNCEMENT:
            assert pinged_role(owed) in (None, ALERTS)
        else:
            assert pinged_role(owed) in (None, owed.action.role_id)
    return [(o.delivery.kind, pinged_role(o) is not None) for o in sent if o.delivery.kind in kinds]


async def test_over_the_cap_messages_go_out_without_a_ping_until_the_next_day(world: World):
    await capped(world, 2)
    for number in range(3):
        await world.publish(fundraiser(f"Action {number}", starts=MOMENT + 3 * DAY))
    await world.send_due()
    assert [pings for _, pings in pinging(world.sender.sent)] == [True, True, False]
    assert await world.services.pings.today(GUILD) == PingDay(2, 2)
    world.clock.set(NOW + timedelta(hours=15))  # midnight in Seoul
    assert await world.services.pings.today(GUILD) == PingDay(2, 0)
    world.sender.sent.clear()
    await world.publish(fundraiser("The next day", starts=MOMENT + 3 * DAY))
    await world.send_due()
    assert pinging(world.sender.sent) == [(DeliveryKind.ANNOUNCEMENT, True)]


async def test_room_is_kept_for_the_moments_of_the_day_which_always_ping(world: World):
    await capped(world, 2)
    world.clock.set(MOMENT - 2 * HOUR)
    first = await world.publish(fundraiser("First"))
    second = await world.publish(fundraiser("Second", starts=MOMENT + MINUTE))
    await come_in(world, first, second)
    await world.publish(fundraiser("Tomorrow", starts=MOMENT + DAY))
    await world.send_due()
    assert {pings for _, pings in pinging(world.sender.sent)} == {False}
    assert await world.services.pings.today(GUILD) == PingDay(2, 0, 2)
    world.sender.sent.clear()
    world.clock.set(MOMENT + MINUTE)
    await world.send_due()
    moments = [p for kind, p in pinging(world.sender.sent) if kind is DeliveryKind.MOMENT]
    assert moments == [True, True]


async def test_no_room_is_kept_for_a_moment_that_pings_nobody(world: World):
    await capped(world, 1)
    world.clock.set(MOMENT - 2 * HOUR)
    await world.services.servers.set_grants_roles(MODERATOR, GUILD, grants=False)
    await world.publish()
    await world.send_due()
    assert pinging(world.sender.sent) == [(DeliveryKind.ANNOUNCEMENT, True)]
    assert await world.services.pings.today(GUILD) == PingDay(1, 1, 0)


async def test_a_cap_of_none_leaves_the_moment_its_ping(world: World):
    await capped(world, 0)
    await come_in(world, await world.publish())
    for instant in (NOW, MOMENT - HOUR, MOMENT):
        world.clock.set(instant)
        await world.send_due()
    assert pinging(world.sender.sent) == [
        (DeliveryKind.ANNOUNCEMENT, False),
        (DeliveryKind.REMINDER, False),
        (DeliveryKind.MOMENT, True),
    ]


async def test_a_message_that_is_tried_again_takes_its_ping_once(world: World):
    await capped(world, 1)
    await world.publish(fundraiser(starts=MOMENT + 3 * DAY))
    world.sender.fail(DeliveryKind.ANNOUNCEMENT, unreachable())
    await world.send_due()
    assert (await world.services.pings.today(GUILD)).used == 1, "its place is taken already"
    world.clock.advance(10 * MINUTE)
    await world.send_due()
    assert pinging(world.sender.sent) == [(DeliveryKind.ANNOUNCEMENT, True)]
    assert (await world.services.pings.today(GUILD)).used == 1


async def test_servers_have_pings_of_their_own(world: World):
    await world.set_up(OTHER_GUILD)
    for guild_id in (GUILD, OTHER_GUILD):
        await capped(world, 1, guild_id)
        await world.publish(fundraiser(starts=MOMENT + 3 * DAY), guild_id)
    await world.send_due()
    assert [pings for _, pings in pinging(world.sender.sent)] == [True, True]
