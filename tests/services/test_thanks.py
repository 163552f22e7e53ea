"""The thank-you role: owed once to whom something is verified, given at its pace, explained."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from db.queries.audit import list_events
from db.queries.deliveries import DeliveryRecord
from domain.actions import Action
from domain.audit import Act
from domain.deliveries import DeliveryKind, DeliveryState
from domain.errors import SendFailed
from domain.ledger import Verdict
from domain.reasons import Reason
from domain.reviewing import Ruling
from domain.roles import MEMBER_GONE
from domain.servers import RolePurpose
from services.ledger import Logged
from tests.services.stand_ins import forbidden, unreachable
from tests.services.world import (
    GUILD,
    MINUTE,
    MODERATOR,
    MOMENT,
    OTHER_REVIEWER,
    REVIEWER,
    World,
    fan,
    fundraiser,
    number_of,
)

ROLE, NEW_ROLE = 7900, 7901


@pytest.fixture
async def action(world: World) -> Action:
    """A fundraiser whose moment has come, in a server that thanks with a role."""
    await world.services.servers.set_role(MODERATOR, GUILD, RolePurpose.THANKS, ROLE)
    world.sender.roles[ROLE] = set()
    published = await world.publish(fundraiser())
    world.clock.set(MOMENT)
    await world.send_due()
    return published


async def verify(world: World, logged: Logged) -> None:
    await world.services.reviews.verify(REVIEWER, GUILD, number_of(logged))


async def thanks(world: World, action: Action) -> list[DeliveryRecord]:
    records = await world.records(action)
    return [r for r in records if r.delivery.kind is DeliveryKind.THANKS]


async def states(world: World, action: Action) -> list[DeliveryState]:
    return [record.state for record in await thanks(world, action)]


async def told(world: World, action: Action) -> list[Act]:
    """What organisers were told of the role, the first first."""
    async with world.database.read() as conn:
        events = await list_events(conn, GUILD, action.action_id, limit=50)
    return [e.act for e in reversed(events) if e.detail.get("use") == "thanks"]


async def test_whoever_has_something_verified_gets_the_role_once(world: World, action: Action):
    first, second, other = (
        await world.log(action, fan(1)),
        await world.log(action, fan(1), 2000),
        await world.log(action, fan(2), 3000),
    )
    await world.send_due()
    assert world.sender.role_changes == [], "nothing is verified yet"
    await verify(world, first)
    await verify(world, second)
    await world.services.reviews.do_not_count(REVIEWER, GUILD, number_of(other), "no proof")
    await world.send_due()
    assert world.sender.role_changes == [(fan(1).user_id, True)]
    assert await states(world, action) == [DeliveryState.SENT]


async def test_it_is_owed_for_a_correction_and_once_in_a_server(world: World, action: Action):
    one = await world.log(action, fan(1))
    another = await world.publish(fundraiser("Another", starts=MOMENT + MINUTE))
    world.clock.advance(MINUTE)
    await world.services.reviews.correct(REVIEWER, GUILD, number_of(one), 900, "as the page says")
    await verify(world, await world.log(another, fan(1)))
    await world.send_due()
    assert world.sender.role_changes == [(fan(1).user_id, True)]


async def test_it_is_not_taken_when_a_verdict_changes_later(world: World, action: Action):
    logged = await world.log(action, fan(1))
    await verify(world, logged)
    await world.send_due()
    ruling = Ruling(Verdict.NOT_COUNTED, reason="seen twice", reason_code=Reason.OWN)
    await world.services.reviews.revise(REVIEWER, GUILD, number_of(logged), ruling)
    await world.send_due()
    assert world.sender.roles[ROLE] == {fan(1).user_id}


async def test_a_role_chosen_later_is_owed_once_to_all_of_whom_something_is_verified(world: World):
    published = await world.publish(fundraiser())
    another = await world.publish(fundraiser("Another"))
    world.clock.set(MOMENT)
    for of, who in ((published, 1), (another, 1), (another, 2)):
        await verify(world, await world.log(of, fan(who)))
    await world.log(published, fan(3))
    assert await thanks(world, published) == []
    await world.services.servers.set_role(MODERATOR, GUILD, RolePurpose.THANKS, ROLE)
    world.sender.roles[ROLE] = set()
    await verify(world, await world.log(published, fan(1), 2000))
    await world.send_due()
    assert sorted(world.sender.role_changes) == [(fan(1).user_id, True), (fan(2).user_id, True)]
    # Another setting, or the same role once more, is no occasion.
    await world.services.servers.set_tally_public(MODERATOR, GUILD, public=False)
    await world.services.servers.set_role(MODERATOR, GUILD, RolePurpose.THANKS, ROLE)
    await world.send_due()
    assert len(world.sender.role_changes) == 2


async def test_who_was_thanked_with_one_role_gets_the_one_that_takes_its_place(
    world: World, action: Action
):
    await verify(world, await world.log(action, fan(1)))
    await world.send_due()
    await verify(world, await world.log(action, fan(2)))  # waits for the old one still
    await world.services.servers.set_role(MODERATOR, GUILD, RolePurpose.THANKS, NEW_ROLE)
    world.sender.roles[NEW_ROLE] = set()
    await world.send_due()
    assert world.sender.roles[ROLE] == {fan(1).user_id}
    assert world.sender.roles[NEW_ROLE] == {fan(1).user_id, fan(2).user_id}
    assert len(world.sender.role_changes) == 3


async def test_who_has_left_is_passed_over_and_thanked_at_the_next_occasion(
    world: World, action: Action
):
    await verify(world, await world.log(action, fan(1)))
    world.sender.fail_by_role(SendFailed(MEMBER_GONE, permanent=True))
    await world.send_due()
    assert await states(world, action) == [DeliveryState.SKIPPED]
    assert await told(world, action) == []
    await verify(world, await world.log(action, fan(1)))
    await world.send_due()
    assert world.sender.roles[ROLE] == {fan(1).user_id}


async def test_a_role_that_is_gone_fails_for_all_is_told_once_and_mended(
    world: World, action: Action
):
    for number in range(3):
        await verify(world, await world.log(action, fan(number)))
    del world.sender.roles[ROLE]
    sent = await world.send_due()
    assert sent.count(DeliveryKind.NOTICE) == 1
    assert set(await states(world, action)) == {DeliveryState.FAILED}
    await verify(world, await world.log(action, fan(3)))
    assert DeliveryKind.NOTICE not in await world.send_due()
    assert await told(world, action) == [Act.ROLE_GONE]
    world.sender.roles[NEW_ROLE] = set()
    await world.services.servers.set_role(MODERATOR, GUILD, RolePurpose.THANKS, NEW_ROLE)
    await world.services.dispatcher.try_failed_again(GUILD)
    await world.send_due()
    assert world.sender.roles[NEW_ROLE] == {fan(number).user_id for number in range(4)}


async def test_of_a_final_action_organisers_are_told_of_a_role_that_is_gone(
    world: World, action: Action
):
    logged = await world.log(action, fan(1))
    await world.finish(action)
    del world.sender.roles[ROLE]
    await verify(world, logged)
    assert DeliveryKind.NOTICE in await world.send_due()


async def test_a_role_above_the_bots_is_told_once_however_many_wait(world: World, action: Action):
    for number in range(3):
        await verify(world, await world.log(action, fan(number)))
        world.sender.fail_by_role(forbidden())
        await world.send_due()
    assert await told(world, action) == [Act.ROLE_FAILED]
    assert world.sender.kinds.count(DeliveryKind.NOTICE) == 1


async def test_what_will_pass_is_tried_again(world: World, action: Action):
    await verify(world, await world.log(action, fan(1)))
    world.sender.fail_by_role(unreachable(), unreachable())
    for _ in range(3):
        await world.send_due()
        world.clock.advance(timedelta(minutes=5))
    assert world.sender.roles[ROLE] == {fan(1).user_id}
    assert await told(world, action) == []


async def test_where_the_role_was_taken_off_the_settings_nobody_is_given_it(
    world: World, action: Action
):
    await verify(world, await world.log(action, fan(1)))
    await world.services.servers.set_role(MODERATOR, GUILD, RolePurpose.THANKS, None)
    await world.send_due()
    assert await states(world, action) == [DeliveryState.SKIPPED]
    assert world.sender.role_changes == []


async def test_many_who_are_verified_at_once_are_each_owed_it_and_get_it(
    world: World, action: Action
):
    logged = await asyncio.gather(*(world.log(action, fan(n)) for n in range(40)))
    numbers = [number_of(one) for one in logged]
    batches = world.services.review_batches
    for start in range(0, len(numbers), 10):
        await batches.verify(OTHER_REVIEWER, GUILD, numbers[start : start + 10])
    assert await states(world, action) == [DeliveryState.PENDING] * 40
    await world.send_due()
    assert len(world.sender.role_changes) == 40
    assert world.sender.roles[ROLE] == {fan(n).user_id for n in range(40)}
