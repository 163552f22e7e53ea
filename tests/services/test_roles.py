"""Participant roles: a queue that gives them one by one, survives stops and explains itself."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from db.queries import roles as queries
from db.queries.audit import list_events
from db.queries.participants import find_participant
from db.queries.roles import load_progress
from domain.actions import Action, ActionState
from domain.audit import Act
from domain.deliveries import DeliveryKind
from domain.errors import SendFailed
from domain.life_cycle import Step
from domain.roles import MEMBER_GONE, ROLE_GONE, RoleProgress
from tests.services.stand_ins import forbidden, unreachable
from tests.services.world import (
    GUILD,
    HOUR,
    MINUTE,
    MODERATOR,
    MOMENT,
    ORGANISER,
    World,
    a_world,
    at,
    fan,
    fundraiser,
    until,
)

NOTICE = DeliveryKind.NOTICE


async def an_action(world: World, capacity: int | None = None) -> Action:
    """A published action whose participants get a role."""
    await world.services.servers.set_grants_roles(MODERATOR, GUILD, grants=True)
    action = await world.publish(fundraiser(capacity=capacity))
    await world.send_due()
    return action


async def come_in(world: World, action: Action, *numbers: int) -> None:
    sign_ups = world.services.sign_ups
    await asyncio.gather(*(sign_ups.join(fan(n), GUILD, action.action_id) for n in numbers))


async def leave(world: World, action: Action, number: int) -> None:
    await world.services.sign_ups.leave(fan(number), GUILD, action.action_id)


async def have_it(world: World, action: Action) -> set[int] | None:
    """The numbers of the fans who have the action's role; None where it has none."""
    role_id = (await world.load(action)).role_id
    if role_id is None:
        return None
    return {user_id - 1000 for user_id in world.sender.roles[role_id]}


async def progress(world: World, action: Action) -> RoleProgress:
    async with world.database.read() as conn:
        return await load_progress(conn, GUILD, action.action_id)


async def acts(world: World, action: Action) -> list[Act]:
    async with world.database.read() as conn:
        return [e.act for e in await list_events(conn, GUILD, action.action_id, limit=50)]


async def switch(world: World, action: Action, *, grants: bool) -> None:
    settings = world.services.sign_up_settings
    await settings.switch_role(ORGANISER, GUILD, action.action_id, grants=grants)


async def try_again(world: World, action: Action) -> None:
    settings = world.services.sign_up_settings
    await settings.try_roles_again(ORGANISER, GUILD, action.action_id)


# ---- Giving and taking


async def test_whoever_is_in_gets_the_role_and_whoever_leaves_loses_it(world: World):
    action = await an_action(world, capacity=3)
    await come_in(world, action, 1, 2, 3, 4)
    await world.services.roles.catch_up()
    assert await have_it(world, action) == {1, 2, 3}
    assert list(world.sender.role_names.values()) == ["#1 Match a Million"]
    await leave(world, action, 1)
    await world.services.roles.catch_up()
    assert await have_it(world, action) == {2, 3, 4}
    assert await progress(world, action) == RoleProgress(wanted=3, given=3)
    assert (await acts(world, action)).count(Act.ROLE_CREATED) == 1


async def test_who_comes_and_goes_before_their_turn_is_not_given_it(world: World):
    action = await an_action(world)
    await come_in(world, action, 1, 2)
    await leave(world, action, 1)
    await world.services.roles.catch_up()
    assert world.sender.role_changes == [(fan(2).user_id, True)]


async def test_without_the_setting_nobody_gets_a_role(world: World):
    await world.services.servers.set_grants_roles(MODERATOR, GUILD, grants=False)
    action = await world.publish()
    await come_in(world, action, 1)
    await world.services.roles.catch_up()
    assert world.sender.roles == {}
    assert await progress(world, action) == RoleProgress()


async def test_the_worker_takes_clicks_up_by_itself(world: World):
    action = await an_action(world)
    world.sender.ready.set()
    await come_in(world, action, 1, 2)
    both = {fan(1).user_id, fan(2).user_id}
    await until(lambda: both in world.sender.roles.values())


async def test_muted_people_can_be_left_out(world: World):
    action = await an_action(world)
    await come_in(world, action, 1, 2)
    await world.services.roles.catch_up()
    async with world.database.write() as conn:
        who = await find_participant(conn, GUILD, fan(1).user_id)
        assert who is not None
        await world.services.roles.want(conn, await world.load(action), who, gives=False)
    await world.services.roles.catch_up()
    assert await have_it(world, action) == {2}


async def test_switched_on_later_everybody_who_is_in_gets_it(world: World):
    action = await world.publish(fundraiser(capacity=2))
    await come_in(world, action, 1, 2, 3)
    await switch(world, action, grants=True)
    assert await progress(world, action) == RoleProgress(wanted=2, given=0)
    await world.services.roles.catch_up()
    assert await have_it(world, action) == {1, 2}


# ---- Deleting


async def test_switched_off_the_role_is_deleted_with_one_request(world: World):
    action = await an_action(world)
    await come_in(world, action, 1, 2)
    await world.services.roles.catch_up()
    given = len(world.sender.role_changes)
    await switch(world, action, grants=False)
    await come_in(world, action, 3)
    await world.services.roles.catch_up()
    assert world.sender.roles == {}
    assert len(world.sender.role_changes) == given
    assert (await world.load(action)).role_id is None
    assert await progress(world, action) == RoleProgress()
    await switch(world, action, grants=True)
    await world.services.roles.catch_up()
    assert await have_it(world, action) == {1, 2, 3}


async def test_switched_on_again_before_it_was_deleted_the_role_is_theirs_who_are_in(world: World):
    action = await an_action(world, capacity=2)
    await come_in(world, action, 1, 2, 3)
    await world.services.roles.catch_up()
    assert await have_it(world, action) == {1, 2}
    await switch(world, action, grants=False)
    await leave(world, action, 1)
    await switch(world, action, grants=True)
    await world.services.roles.catch_up()
    assert await have_it(world, action) == {2, 3}
    assert len(world.sender.role_names) == 1


async def test_switched_on_again_while_it_is_deleted_everybody_gets_a_new_one(world: World):
    action = await an_action(world)
    await come_in(world, action, 1, 2)
    await world.services.roles.catch_up()
    await switch(world, action, grants=False)
    world.sender.block(GUILD)
    deleting = asyncio.create_task(world.services.roles.catch_up())
    await until(lambda: GUILD in world.sender.waiting)
    await switch(world, action, grants=True)
    world.sender.let_go(GUILD)
    await deleting
    assert await have_it(world, action) == {1, 2}
    assert len(world.sender.role_names) == 2


async def test_what_is_paused_past_its_end_keeps_the_role_for_when_it_goes_on(world: World):
    action = await an_action(world)
    await come_in(world, action, 1)
    await world.services.roles.catch_up()
    ids, take = (GUILD, action.action_id), world.services.life_cycle.take
    await take(ORGANISER, *ids, Step.PAUSE, reason="rain")
    await world.send_due()
    world.clock.set(action.log_until + HOUR)
    await world.services.roles.catch_up()
    assert await have_it(world, action) == {1}
    await take(ORGANISER, *ids, Step.CANCEL, reason="more rain")
    await world.send_due()
    await world.services.roles.catch_up()
    assert world.sender.roles == {}


async def test_the_role_goes_once_the_action_is_final(world: World):
    action = await an_action(world)
    await come_in(world, action, 1)
    await world.services.roles.catch_up()
    await world.finish(action)
    await world.services.roles.catch_up()
    assert world.sender.roles == {}
    assert Act.ROLE_DELETED in await acts(world, action)


@pytest.mark.parametrize("calls_off", [True, False])
async def test_the_role_of_what_is_cancelled_outlives_the_message_that_pings_it(
    world: World, calls_off: bool
):
    action = await an_action(world)
    await come_in(world, action, 1)
    await world.services.roles.catch_up()
    ids = (GUILD, action.action_id)
    kind = DeliveryKind.DECISION if calls_off else DeliveryKind.STEP
    world.sender.fail(kind, unreachable())
    if calls_off:
        by = at(MOMENT - HOUR)
        await world.services.sign_up_settings.set_condition(ORGANISER, *ids, 5, by)
        world.clock.set(by.at)
    else:
        take = world.services.life_cycle.take
        await take(ORGANISER, *ids, Step.CANCEL, reason="rain")
    await world.send_due()
    assert (await world.load(action)).state is ActionState.CANCELLED
    await world.services.roles.catch_up()
    assert await have_it(world, action) == {1}
    world.clock.advance(10 * MINUTE)
    assert kind in await world.send_due()
    assert world.sender.sent[-1].action.role_id is not None
    await world.services.roles.catch_up()
    assert world.sender.roles == {}


async def test_a_role_that_cannot_be_deleted_is_told_and_let_be(world: World):
    action = await an_action(world)
    await come_in(world, action, 1)
    await world.services.roles.catch_up()
    world.sender.fail_by_role(forbidden())
    await switch(world, action, grants=False)
    await world.services.roles.catch_up()
    assert NOTICE in await world.send_due()
    assert (await world.load(action)).role_id is None


# ---- Failures


async def test_what_will_pass_is_tried_again_and_loses_nobody(world: World):
    action = await an_action(world)
    await come_in(world, action, 1, 2, 3)
    world.sender.fail_by_role(unreachable(), unreachable(), unreachable(retry_after=90))
    for _ in range(3):
        await world.services.roles.catch_up()
        assert world.sender.roles == {}
        world.clock.advance(timedelta(seconds=60))
    await world.services.roles.catch_up()
    assert world.sender.roles == {}, "Discord asked for 90 seconds"
    world.clock.advance(timedelta(seconds=40))
    await world.services.roles.catch_up()
    assert await have_it(world, action) == {1, 2, 3}


async def test_a_missing_permission_stops_the_queue_and_is_told_once(world: World):
    action = await an_action(world)
    await come_in(world, action, 1, 2)
    world.sender.fail_by_role(forbidden())
    await world.services.roles.catch_up()
    assert (await progress(world, action)).error == "forbidden"
    assert await world.send_due() == [NOTICE]
    assert world.sender.sent[-1].event is not None
    assert world.sender.sent[-1].event.act is Act.ROLE_FAILED
    await come_in(world, action, 3)
    await world.services.roles.catch_up()
    assert await world.send_due() == []
    assert world.sender.roles == {}
    for number in (1, 2, 3):
        await leave(world, action, number)
    await world.services.roles.catch_up()
    world.sender.fail_by_role(forbidden())
    await come_in(world, action, 1, 2, 3)
    await world.services.roles.catch_up()
    assert (await progress(world, action)).error == "forbidden"
    assert NOTICE not in await world.send_due(), "once, however often it stops"
    await try_again(world, action)
    await world.services.roles.catch_up()
    assert await have_it(world, action) == {1, 2, 3}
    assert (await progress(world, action)) == RoleProgress(wanted=3, given=3)


async def fails_to_give(world: World, action: Action) -> bool:
    """Whether organisers are told that nobody can be given the role."""
    world.sender.fail_by_role(forbidden())
    await world.services.roles.catch_up()
    assert (await progress(world, action)).error == "forbidden"
    return NOTICE in await world.send_due()


async def test_what_fails_again_after_it_was_tried_again_is_told_again_and_only_then(world: World):
    action = await an_action(world)
    await come_in(world, action, 1)
    assert await fails_to_give(world, action)
    await try_again(world, action)
    assert (await acts(world, action))[0] is Act.TRIED_AGAIN
    assert await fails_to_give(world, action), "an organiser thought that it was mended"
    await leave(world, action, 1)
    await world.services.roles.catch_up()
    await come_in(world, action, 1)
    assert not await fails_to_give(world, action)
    for grants in (False, True):
        await switch(world, action, grants=grants)
    assert await fails_to_give(world, action)


async def test_trying_again_what_never_stopped_is_not_written_down(world: World):
    action = await an_action(world)
    await come_in(world, action, 1)
    await try_again(world, action)
    assert Act.TRIED_AGAIN not in await acts(world, action)


async def test_who_leaves_loses_the_role_before_others_are_given_it(world: World):
    action = await an_action(world)
    await come_in(world, action, 1)
    await world.services.roles.catch_up()
    world.clock.advance(timedelta(seconds=1))
    await come_in(world, action, 2, 3)
    world.clock.advance(timedelta(seconds=1))
    await leave(world, action, 1)
    await world.services.roles.catch_up()
    assert world.sender.role_changes[1] == (fan(1).user_id, False)


async def test_one_action_s_failure_stops_no_other(world: World):
    stuck, other = await an_action(world), await an_action(world)
    await come_in(world, stuck, 1)
    world.sender.fail_by_role(forbidden())
    await world.services.roles.catch_up()
    await come_in(world, other, 1, 2)
    await world.services.roles.catch_up()
    assert await have_it(world, other) == {1, 2}
    assert await have_it(world, stuck) is None


async def test_a_member_who_has_left_the_server_holds_up_nobody(world: World):
    action = await an_action(world)
    await come_in(world, action, 1)
    await world.services.roles.catch_up()
    await come_in(world, action, 2, 3)
    world.sender.fail_by_role(SendFailed(MEMBER_GONE, permanent=True))
    await world.services.roles.catch_up()
    assert (await progress(world, action)).error is None
    assert await have_it(world, action) == {1, 3}


async def test_a_role_deleted_by_hand_is_noticed_and_made_anew_on_request(world: World):
    action = await an_action(world)
    await come_in(world, action, 1, 2)
    await world.services.roles.catch_up()
    world.sender.roles.clear()
    await come_in(world, action, 3)
    await world.services.roles.catch_up()
    assert await progress(world, action) == RoleProgress(wanted=3, given=0, error=ROLE_GONE)
    assert await world.send_due() == [NOTICE]
    assert world.sender.sent[-1].event is not None
    assert world.sender.sent[-1].event.act is Act.ROLE_GONE
    await try_again(world, action)
    await world.services.roles.catch_up()
    assert await have_it(world, action) == {1, 2, 3}
    assert len(world.sender.role_names) == 2


async def test_a_defect_is_given_up_after_some_attempts_and_told(world: World):
    action = await an_action(world)
    await come_in(world, action, 1)
    world.sender.fail_by_role(*(ValueError("a defect") for _ in range(12)))
    for _ in range(12):
        await world.services.roles.catch_up()
        world.clock.advance(10 * MINUTE)
    assert (await progress(world, action)).error == "unexpected"
    assert NOTICE in await world.send_due()


# ---- Stops


async def test_after_a_stop_the_queue_goes_on_where_it_was(world: World):
    action = await an_action(world)
    await come_in(world, action, *range(10))
    world.sender.block(GUILD)
    world.sender.ready.set()
    world.services.roles.wake()
    await until(lambda: GUILD in world.sender.waiting)
    await world.services.roles.close()
    assert await have_it(world, action) is None
    async with a_world(world.database) as again:
        again.sender.ready.set()
        await until(lambda: len(again.sender.role_changes) == 10)
        assert await have_it(again, action) == set(range(10))


async def test_what_is_asked_for_anew_while_it_is_done_is_not_forgotten(world: World):
    """Somebody leaves while the role is on its way to them."""
    action = await an_action(world)
    await come_in(world, action, 1)
    async with world.database.read() as conn:
        change = await queries.next_change(conn, GUILD)
    assert change is not None
    await leave(world, action, 1)
    async with world.database.write() as conn:
        await queries.mark_done(conn, change)
    async with world.database.read() as conn:
        left = await queries.next_change(conn, GUILD)
    assert left is not None
    assert not left.gives
