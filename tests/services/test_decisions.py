"""Conditional launch: at its time an action is confirmed or called off, once, and that is told."""

from __future__ import annotations

from datetime import timedelta

from db.queries.audit import list_events
from domain.actions import Action, ActionState
from domain.audit import Act, AuditEvent
from domain.deliveries import LEASE, DeliveryKind, DeliveryState
from domain.life_cycle import Step
from tests.services.stand_ins import unreachable
from tests.services.world import (
    DAY,
    GUILD,
    HOUR,
    MOMENT,
    ORGANISER,
    World,
    a_world,
    at,
    fan,
    until,
)

BY = MOMENT - 2 * DAY
"""When it is decided."""


async def a_condition(world: World, needed: int = 2) -> Action:
    draft = await world.draft()
    settings, ids = world.services.sign_up_settings, (GUILD, draft.action_id)
    await settings.set_condition(ORGANISER, *ids, needed, at(BY))
    action = await world.services.actions.publish(ORGANISER, GUILD, draft.action_id)
    await world.send_due()
    return action


async def come_in(world: World, action: Action, *numbers: int) -> None:
    for number in numbers:
        await world.services.sign_ups.join(fan(number), GUILD, action.action_id)


async def decided(world: World, action: Action) -> list[AuditEvent]:
    async with world.database.read() as conn:
        events = await list_events(conn, GUILD, action.action_id, limit=50)
    return [event for event in events if event.act in (Act.CONFIRMED, Act.CALLED_OFF)]


async def test_with_enough_people_it_is_confirmed_and_goes_its_way(world: World):
    action = await a_condition(world)
    await come_in(world, action, 1, 2)
    world.clock.set(BY)
    assert await world.send_due() == [DeliveryKind.DECISION]
    now = await world.load(action)
    assert (now.state, now.confirmed_at, now.undecided) == (ActionState.OPEN, BY, False)
    told = world.sender.sent[-1]
    assert told.action.confirmed_at == BY
    (event,) = await decided(world, action)
    assert (event.act, event.user_id) == (Act.CONFIRMED, None)
    assert event.detail == {"needed": 2, "signed_up": 2}
    await world.services.sign_ups.leave(fan(1), GUILD, action.action_id)
    world.clock.set(MOMENT)
    assert DeliveryKind.MOMENT in await world.send_due()


async def test_without_them_it_is_called_off_and_owes_nothing_more(world: World):
    action = await a_condition(world)
    await come_in(world, action, 1)
    world.clock.set(BY)
    assert await world.send_due() == [DeliveryKind.DECISION]
    now = await world.load(action)
    assert (now.state, now.stopped_at, now.reason) == (ActionState.CANCELLED, BY, None)
    (event,) = await decided(world, action)
    assert (event.act, event.detail) == (Act.CALLED_OFF, {"needed": 2, "signed_up": 1})
    states = await world.states(action)
    assert states[DeliveryKind.MOMENT] is DeliveryState.CANCELLED
    assert states[DeliveryKind.TALLY] is DeliveryState.CANCELLED
    world.clock.set(MOMENT + 3 * DAY)
    assert await world.send_due() == []


async def test_people_on_the_waitlist_are_not_in(world: World):
    action = await a_condition(world, needed=1)
    assert (await world.load(action)).signed_up == 0
    world.clock.set(BY)
    await world.send_due()
    assert (await world.load(action)).state is ActionState.CANCELLED


async def test_it_is_decided_once_however_often_its_message_is_tried(world: World):
    """After the decision people come and go; the news stays what it was."""
    action = await a_condition(world)
    await come_in(world, action, 1, 2)
    world.sender.fail(DeliveryKind.DECISION, unreachable(), unreachable())
    world.clock.set(BY)
    assert await world.send_due() == []
    await world.services.sign_ups.leave(fan(1), GUILD, action.action_id)
    for _ in range(3):
        world.clock.advance(timedelta(minutes=6))
        await world.send_due()
    assert world.sender.kinds.count(DeliveryKind.DECISION) == 1
    assert [event.act for event in await decided(world, action)] == [Act.CONFIRMED]
    assert (await world.load(action)).confirmed_at == BY


async def test_what_was_decided_before_a_stop_is_told_after_it_and_not_decided_anew(world: World):
    """The bot stops between the decision and its message: the lease runs out."""
    action = await a_condition(world)
    world.clock.set(BY)
    world.sender.block(GUILD)
    world.sender.ready.set()
    world.services.dispatcher.wake()
    await until(lambda: DeliveryKind.DECISION in world.sender.tried)
    await world.services.dispatcher.close()
    assert (await world.load(action)).state is ActionState.CANCELLED
    async with a_world(world.database) as again:
        again.clock.set(BY + LEASE)
        assert await again.send_due() == [DeliveryKind.DECISION]
    assert len(await decided(world, action)) == 1


async def test_a_paused_action_is_decided_when_it_goes_on(world: World):
    action = await a_condition(world)
    take, ids = world.services.life_cycle.take, (GUILD, action.action_id)
    await take(ORGANISER, *ids, Step.PAUSE)
    world.clock.set(BY + HOUR)
    assert DeliveryKind.DECISION not in await world.send_due()
    assert (await world.load(action)).state is ActionState.PAUSED
    await take(ORGANISER, *ids, Step.RESUME)
    assert DeliveryKind.DECISION in await world.send_due()
    assert (await world.load(action)).state is ActionState.CANCELLED


async def test_what_an_organiser_cancelled_before_is_not_called_off_too(world: World):
    action = await a_condition(world)
    take, ids = world.services.life_cycle.take, (GUILD, action.action_id)
    await take(ORGANISER, *ids, Step.CANCEL, reason="rain")
    world.clock.set(BY)
    assert DeliveryKind.DECISION not in await world.send_due()
    assert await decided(world, action) == []
    assert (await world.load(action)).reason == "rain"
