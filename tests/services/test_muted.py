"""Muted people: nothing of the action that they muted addresses them, not even by name."""

from __future__ import annotations

import pytest

from domain.actions import Action
from domain.deliveries import DeliveryKind, DeliveryState
from domain.owed_messages import OwedMessage
from services.task_lists import NewTask
from tests.services.test_direct_messages import join, people
from tests.services.test_shifts import a_stream, offer, take
from tests.services.test_task_deadlines import DUE, claim, with_tasks
from tests.services.world import DAY, GUILD, MINUTE, MOMENT, World, at, fan, fundraiser

SHIFT, OFFER = DeliveryKind.SHIFT, DeliveryKind.SHIFT_OFFER


async def mute(world: World, action: Action, *numbers: int, muted: bool = True) -> None:
    for number in numbers:
        await world.services.sign_ups.mute(fan(number), GUILD, action.action_id, muted=muted)


def last(world: World, kind: DeliveryKind) -> OwedMessage:
    return [owed for owed in world.sender.sent if owed.delivery.kind is kind][-1]


async def states(world: World, action: Action, kind: DeliveryKind) -> list[DeliveryState]:
    return [r.state for r in await world.records(action) if r.delivery.kind is kind]


async def test_a_reminder_of_a_shift_leaves_them_out_and_is_not_sent_for_them_alone(world: World):
    action = await a_stream(world)
    for number, block in ((1, 0), (2, 0), (3, 1)):
        await take(world, action, fan(number), block)
    await mute(world, action, 1, 3)
    world.clock.set(MOMENT - 15 * MINUTE)
    await world.send_due()
    assert last(world, SHIFT).addressees == tuple(people(2))
    world.clock.set(MOMENT + 105 * MINUTE)
    assert SHIFT not in await world.send_due(), "3 alone has the second one"
    assert sorted(await states(world, action, SHIFT))[-2:] == [
        DeliveryState.SENT,
        DeliveryState.SKIPPED,
    ]


@pytest.mark.parametrize("muted", [True, False])
async def test_a_reminder_of_their_deadline_is_not_sent(world: World, muted: bool):
    action = await with_tasks(world, NewTask("Poster", at(DUE)))
    await claim(world, action, 1)
    await mute(world, action, 1, muted=muted)
    world.clock.set(DUE - DAY)
    assert (DeliveryKind.TASK in await world.send_due()) is not muted
    expected = DeliveryState.SKIPPED if muted else DeliveryState.SENT
    assert await states(world, action, DeliveryKind.TASK) == [expected]


@pytest.mark.parametrize("muted", [True, False])
async def test_that_they_move_up_from_the_waitlist_is_not_told(world: World, muted: bool):
    action = await world.publish(fundraiser(capacity=1))
    await join(world, action, 1, 2)
    await mute(world, action, 2, muted=muted)
    await world.services.sign_ups.leave(fan(1), GUILD, action.action_id)
    assert (DeliveryKind.PROMOTED in await world.send_due()) is not muted


async def test_an_offer_is_posted_and_pings_whoever_has_not_muted_the_action(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1))
    await join(world, action, 2)
    await mute(world, action, 2)
    asked = await offer(world, action, fan(1), fan(2))
    await world.send_due()
    assert last(world, OFFER).addressees == tuple(people(1)), "2 is asked without a ping"
    await mute(world, action, 1)
    await mute(world, action, 2, muted=False)
    await world.services.shift_offers.accept(fan(2), GUILD, asked)
    await world.send_due()
    assert last(world, OFFER).addressees == tuple(people(2)), "1 is answered without a ping"
