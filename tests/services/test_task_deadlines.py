"""Deadlines of tasks: whoever has one is reminded a day before, and they move with the action."""

from __future__ import annotations

from domain.actions import Action
from domain.audit import Act
from domain.deliveries import DeliveryKind, DeliveryState
from services.task_lists import NewTask
from tests.services.test_editing import edit, events
from tests.services.test_tasks import listed, project
from tests.services.world import (
    DAY,
    GUILD,
    HOUR,
    MOMENT,
    NOW,
    ORGANISER,
    SECOND,
    World,
    at,
    fan,
)

TASK = DeliveryKind.TASK
DUE = NOW + 3 * DAY


async def with_tasks(world: World, *tasks: NewTask) -> Action:
    draft = await world.draft(project())
    await world.services.task_lists.add(ORGANISER, GUILD, draft.action_id, list(tasks))
    return await world.services.actions.publish(ORGANISER, GUILD, draft.action_id)


async def claim(world: World, action: Action, number: int, task: int = 0) -> int:
    task_id = (await listed(world, action))[task].task_id
    await world.services.tasks.claim(fan(number), GUILD, action.action_id, task_id)
    return task_id


def reminded(world: World) -> list[tuple[str, int | None]]:
    """Of which task whom a reminder addressed, in order."""
    tasks = [owed.task for owed in world.sender.sent if owed.delivery.kind is TASK]
    return [(task.title, task.claimed_by) for task in tasks if task is not None]


async def states(world: World, action: Action) -> list[DeliveryState]:
    return [r.state for r in await world.records(action) if r.delivery.kind is TASK]


async def test_whoever_has_an_unfinished_task_then_is_reminded_once_a_day_before(world: World):
    tasks = [NewTask(title, at(DUE)) for title in ("Poster", "Thread", "Video", "Logo")]
    action = await with_tasks(world, *tasks, NewTask("Some day"))
    ids = (GUILD, action.action_id)
    poster = await claim(world, action, 1)
    await world.services.tasks.give_back(fan(1), *ids, poster)
    await claim(world, action, 2)
    thread = await claim(world, action, 3, 1)
    await world.services.tasks.finish(fan(3), *ids, thread)
    await claim(world, action, 4, 4)  # without a deadline
    video = await claim(world, action, 5, 2)
    await world.services.tasks.finish(fan(5), *ids, video)
    await world.services.tasks.undo(fan(5), *ids, video)
    world.clock.set(DUE - DAY - SECOND)
    assert TASK not in await world.send_due()
    world.clock.set(DUE - DAY)
    await world.send_due()
    assert reminded(world) == [("Poster", fan(2).user_id), ("Video", fan(5).user_id)]
    assert (await states(world, action)).count(DeliveryState.SKIPPED) == 2, "done, and nobody's"
    world.clock.set(DUE)
    await edit(world, action, title="Another title")
    await world.send_due()
    assert len(reminded(world)) == 2


async def test_a_deadline_within_a_day_reminds_nobody(world: World):
    action = await with_tasks(world, NewTask("Poster", at(NOW + DAY)))
    await claim(world, action, 1)
    assert await states(world, action) == []


async def test_another_deadline_takes_its_reminder_along(world: World):
    action = await with_tasks(world, NewTask("Poster", at(DUE)))
    task_id = await claim(world, action, 1)
    new = NewTask("Poster", at(DUE + DAY))
    await world.services.task_lists.edit(ORGANISER, GUILD, action.action_id, task_id, new)
    world.clock.set(DUE - DAY)
    assert TASK not in await world.send_due()
    world.clock.set(DUE)
    await world.send_due()
    assert reminded(world) == [("Poster", fan(1).user_id)]
    assert await states(world, action) == [DeliveryState.CANCELLED, DeliveryState.SENT]


async def test_a_reminder_that_comes_after_the_deadline_is_left_out(world: World):
    action = await with_tasks(world, NewTask("Poster", at(DUE)))
    await claim(world, action, 1)
    world.clock.set(DUE)
    await world.send_due()
    assert await states(world, action) == [DeliveryState.SKIPPED]


async def test_deadlines_move_along_with_the_action_and_people_are_told(world: World):
    due = [NewTask("Poster", at(DUE)), NewTask("Thread", at(DUE)), NewTask("Some day")]
    action = await with_tasks(world, *due)
    done = await claim(world, action, 1, 1)
    await world.services.tasks.finish(fan(1), GUILD, action.action_id, done)
    await edit(world, action, starts=at(MOMENT + 2 * DAY))
    tasks = await listed(world, action)
    assert [task.due_at for task in tasks] == [DUE + 2 * DAY, DUE, None], "what is done stays"
    assert tasks[0].due == at(DUE + 2 * DAY).wall
    (told,) = [e for e in await events(world, action) if e.act is Act.RESCHEDULED]
    assert told.detail["tasks"] == "moved"
    pending = [
        r.delivery.due_at
        for r in await world.records(action)
        if r.delivery.kind is TASK and r.state is DeliveryState.PENDING
    ]
    assert pending == [DUE - DAY, DUE + DAY]


async def test_deadlines_stay_where_only_the_end_moves_or_they_would_have_passed(world: World):
    action = await with_tasks(world, NewTask("Poster", at(NOW + DAY)))
    await edit(world, action, ends=at(action.ends_at + DAY))
    assert (await listed(world, action))[0].due_at == NOW + DAY
    moved = await world.load(action)
    ends = at(moved.ends_at - (MOMENT - NOW - HOUR))
    await edit(world, action, starts=at(NOW + HOUR), ends=ends)
    assert (await listed(world, action))[0].due_at == NOW + DAY
    (told, _) = [e for e in await events(world, action) if e.act is Act.RESCHEDULED]
    assert "tasks" not in told.detail
