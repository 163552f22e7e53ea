"""What pings a role waits a little for those who are yet to be given it, or to lose it."""

from __future__ import annotations

import pytest

from domain.actions import Action
from domain.deliveries import DeliveryKind
from domain.life_cycle import Step
from domain.pings import ROLES_LOOK, ROLES_WAIT, pinged_role
from services.reminding import Words
from tests.services.stand_ins import forbidden
from tests.services.test_addressed import pinged, with_alerts
from tests.services.test_direct_messages import join
from tests.services.world import (
    GUILD,
    HOUR,
    MOMENT,
    NOW,
    ORGANISER,
    SECOND,
    World,
)

REMINDER, STEP = DeliveryKind.REMINDER, DeliveryKind.STEP


async def with_role(world: World) -> Action:
    """An action whose role fan 1 has."""
    await with_alerts(world, HOUR)
    action = await world.publish()
    await join(world, action, 1)
    await world.services.roles.catch_up()
    await world.send_due()
    return action


async def test_a_reminder_waits_for_who_has_just_come_in(world: World):
    action = await with_role(world)
    await join(world, action, 2)
    world.clock.set(MOMENT - HOUR)
    assert REMINDER not in await world.send_due()
    await world.services.roles.catch_up()
    world.clock.advance(ROLES_LOOK)
    assert await pinged(world, action, REMINDER) == {1, 2}
    assert not world.sender.sent[-1].late


async def test_it_waits_for_a_minute_at_the_most_and_not_for_a_queue_that_has_stopped(
    world: World,
):
    action = await with_role(world)
    await join(world, action, 2)
    world.clock.set(MOMENT - HOUR)
    while world.clock.now() < MOMENT - HOUR + ROLES_WAIT:
        assert REMINDER not in await world.send_due()
        world.clock.advance(ROLES_LOOK)
    assert REMINDER in await world.send_due()
    world.sender.fail_by_role(forbidden())
    await world.services.roles.catch_up()
    await world.send_due()
    await world.services.life_cycle.take(ORGANISER, GUILD, action.action_id, Step.PAUSE)
    assert STEP in await world.send_due()


@pytest.mark.parametrize("ordered", [False, True])
async def test_what_organisers_do_now_waits_too(world: World, ordered: bool):
    action = await with_role(world)
    await join(world, action, 2)
    ids = (GUILD, action.action_id)
    world.clock.set(NOW + HOUR)
    if ordered:
        reminder = next(r for r in await world.records(action) if r.delivery.kind is REMINDER)
        await world.services.outbox.send_now(ORGANISER, GUILD, reminder.delivery.delivery_id)
    else:
        await world.services.reminding.send(ORGANISER, *ids, Words(), pings=True)
    kind = REMINDER if ordered else DeliveryKind.BY_HAND
    assert kind not in await world.send_due()
    await world.services.roles.catch_up()
    world.clock.advance(ROLES_LOOK)
    assert await pinged(world, action, kind) == {1, 2}


async def test_the_moment_never_waits_nor_what_would_ping_nobody_later(world: World):
    action = await with_role(world)
    await join(world, action, 2)
    world.clock.set(MOMENT - 2 * SECOND)
    take = world.services.life_cycle.take
    await take(ORGANISER, GUILD, action.action_id, Step.PAUSE)
    assert STEP in await world.send_due()
    assert pinged_role(world.sender.sent[-1]) is not None
    await take(ORGANISER, GUILD, action.action_id, Step.RESUME)
    world.clock.set(MOMENT)
    assert DeliveryKind.MOMENT in await world.send_due()


async def test_a_role_that_was_switched_off_is_pinged_no_more_while_it_stands(world: World):
    action = await with_role(world)
    settings = world.services.sign_up_settings
    await settings.switch_role(ORGANISER, GUILD, action.action_id, grants=False)
    world.clock.set(MOMENT - HOUR)
    assert REMINDER in await world.send_due()
    assert world.sender.sent[-1].action.role_id is not None, "it stands"
    assert pinged_role(world.sender.sent[-1]) is None
    assert (await world.services.pings.today(GUILD)).moments == 0, "nor by the moment"
