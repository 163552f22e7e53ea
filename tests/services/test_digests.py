"""Digests of actions that were published by a version without them."""

from __future__ import annotations

from sqlalchemy import delete

from db.tables import delivery
from domain.actions import ANSWERED_WITHIN, Action
from domain.deliveries import DeliveryKind
from domain.life_cycle import Step
from tests.services.world import DAY, GUILD, MOMENT, ORGANISER, World, fundraiser

DIGEST = DeliveryKind.DIGEST


async def owed(world: World, action: Action) -> list[DeliveryKind]:
    return [r.delivery.kind for r in await world.records(action) if r.delivery.kind is DIGEST]


async def test_what_was_published_when_there_were_no_digests_gets_them(world: World):
    """Once each, and only where something can still be checked."""
    cancelled, old, there = [await world.publish(fundraiser()) for _ in range(3)]
    await world.services.life_cycle.take(
        ORGANISER, GUILD, cancelled.action_id, Step.CANCEL, reason="x"
    )
    draft = await world.draft()
    async with world.database.write() as conn:
        none_of = [action.action_id for action in (cancelled, old, draft)]
        await conn.execute(
            delete(delivery).where(delivery.c.kind == DIGEST, delivery.c.action_id.in_(none_of))
        )
    world.clock.set(MOMENT + DAY)
    catch_up = world.services.digests.catch_up
    for _ in range(2):
        await catch_up()
    assert [len(await owed(world, action)) for action in (cancelled, draft)] == [0, 0]
    assert [len(await owed(world, action)) for action in (old, there)] == [1, 1]


async def test_what_is_long_over_gets_none(world: World):
    action = await world.publish(fundraiser())
    async with world.database.write() as conn:
        await conn.execute(delete(delivery).where(delivery.c.kind == DIGEST))
    world.clock.set(action.log_until + ANSWERED_WITHIN)
    await world.services.digests.catch_up()
    assert await owed(world, action) == []
