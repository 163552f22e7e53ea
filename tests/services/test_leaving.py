"""Leaving frees what somebody has taken, also where they leave just as they take it."""

from __future__ import annotations

from domain.actions import Action
from domain.servers import Actor
from domain.tasks import TaskState
from services.shift_offers import ShiftOffers
from services.shifts import Shifts
from services.sign_ups import SignedUp, SignUps
from services.task_lists import NewTask
from services.tasks import Tasks
from tests.services.test_shifts import a_stream, holders, take, whole
from tests.services.test_tasks import listed, project
from tests.services.world import GUILD, ORGANISER, World, fan, refused


class LeavingAtOnce(SignUps):
    """Signing up by somebody who leaves on another device before anything else is done."""

    async def join(
        self,
        actor: Actor,
        guild_id: int,
        action_id: int,
        option_id: int | None = None,
        *,
        channel_id: int | None = None,
    ) -> SignedUp:
        joined = await super().join(actor, guild_id, action_id, option_id, channel_id=channel_id)
        await self.leave(actor, guild_id, action_id)
        return joined


def leaving_at_once(world: World) -> LeavingAtOnce:
    made = world.services
    return LeavingAtOnce(
        world.database,
        made.commit,
        made.clock,
        made.redraws,
        made.dispatcher,
        made.roles,
        made.servers,
    )


async def with_tasks(world: World, *titles: str) -> Action:
    action = await world.publish(project())
    new = [NewTask(title) for title in titles]
    await world.services.task_lists.add(ORGANISER, GUILD, action.action_id, new)
    return action


async def test_leaving_frees_the_tasks_that_are_not_done(world: World):
    action = await with_tasks(world, "Poster", "Thread", "Video")
    ids, tasks = (GUILD, action.action_id), world.services.tasks
    first, second, third = await listed(world, action)
    for task in (first, second):
        await tasks.claim(fan(1), *ids, task.task_id)
    await tasks.claim(fan(2), *ids, third.task_id)
    await tasks.finish(fan(1), *ids, second.task_id)
    await world.services.sign_ups.leave(fan(1), *ids)
    assert [(task.state, task.claimed_by) for task in await listed(world, action)] == [
        (TaskState.FREE, None),
        (TaskState.DONE, fan(1).user_id),
        (TaskState.CLAIMED, fan(2).user_id),
    ]
    await tasks.claim(fan(2), *ids, first.task_id)
    undone = await tasks.undo(fan(1), *ids, second.task_id)
    assert undone.task.state is TaskState.FREE, "who has left has nothing to do any more"


async def test_a_task_is_not_given_to_who_leaves_while_taking_it(world: World):
    action = await with_tasks(world, "Poster")
    (task,) = await listed(world, action)
    made = world.services
    tasks = Tasks(world.database, made.commit, made.clock, made.redraws, leaving_at_once(world))
    with refused("tasks.left"):
        await tasks.claim(fan(1), GUILD, action.action_id, task.task_id)
    assert (await listed(world, action))[0].state is TaskState.FREE
    assert (await world.load(action)).signed_up == 0


async def test_a_shift_is_not_given_to_who_leaves_while_taking_it(world: World):
    action = await a_stream(world)
    made = world.services
    shifts = Shifts(world.database, made.commit, made.clock, leaving_at_once(world), made.redraws)
    block = (await whole(world, action)).parts.shifts[0]
    with refused("shifts.left"):
        await shifts.take(fan(1), GUILD, action.action_id, block.shift_id)
    assert await holders(world, action) == [set(), set(), set()]
    assert (await whole(world, action)).parts.shifts[0].taken == 0


async def test_an_offered_shift_stays_with_its_giver_if_the_taker_leaves(world: World):
    action = await a_stream(world)
    block = await take(world, action, fan(1))
    made = world.services
    offer = await made.shift_offers.offer(fan(1), GUILD, action.action_id, block.shift_id, None)
    shifts = Shifts(world.database, made.commit, made.clock, leaving_at_once(world), made.redraws)
    offers = ShiftOffers(world.database, made.commit, made.clock, shifts, made.dispatcher)
    with refused("shifts.left"):
        await offers.accept(fan(2), GUILD, offer.offer_id)
    assert await holders(world, action) == [{1}, set(), set()]
