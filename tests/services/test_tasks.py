"""Tasks: listed by organisers, claimed by one person at a time, done and undone with the ledger."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from db.queries.actions import update_action
from db.queries.audit import list_events
from db.queries.ledger import load_proofs
from domain.actions import Action
from domain.audit import Act
from domain.errors import Gone, NotAllowed, Refusal
from domain.kinds import Kind, ProofKind
from domain.ledger import HeldReason
from domain.life_cycle import Step
from domain.servers import Actor
from domain.sign_ups import SignUpState
from domain.tasks import MOST_TASKS, Task, TaskState
from domain.totals import NO_TOTAL, Total
from services.actions import Typed
from services.task_lists import NewTask
from tests.services.world import (
    DAY,
    GUILD,
    MODERATOR,
    MOMENT,
    NOW,
    ORGANISER,
    OTHER_GUILD,
    OTHER_ORGANISER,
    REVIEWER,
    World,
    at,
    fan,
    hashtag,
    refused,
)

LINK = "https://example.org/poster"


def project(**changes: object) -> Typed:
    """What an organiser types for a project that starts at MOMENT."""
    typed = Typed(Kind.PROJECT, "Subway banner", at(MOMENT), None, None, {"brief": "A banner"})
    return replace(typed, **changes)


async def listed(world: World, action: Action) -> list[Task]:
    """The tasks as they stand in the database."""
    found = await world.services.task_lists.find(ORGANISER, GUILD, action.action_id)
    return list(found.parts.tasks)


@pytest.fixture
async def action(world: World) -> Action:
    """A published project of three tasks, the second one with a deadline."""
    draft = await world.draft(project())
    new = [NewTask("Poster"), NewTask("Subtitles", at(NOW + DAY)), NewTask("Thread")]
    await world.services.task_lists.add(ORGANISER, GUILD, draft.action_id, new)
    return await world.services.actions.publish(ORGANISER, GUILD, draft.action_id)


# ---- Organisers


async def test_tasks_are_kept_in_their_order_with_deadlines(world: World, action: Action):
    tasks = await listed(world, action)
    assert [(task.title, task.due_at, task.state) for task in tasks] == [
        ("Poster", None, TaskState.FREE),
        ("Subtitles", NOW + DAY, TaskState.FREE),
        ("Thread", None, TaskState.FREE),
    ]
    assert tasks[1].due is not None
    assert tasks[1].due.zone == "Asia/Seoul"


async def test_a_change_after_publishing_is_written_down(world: World, action: Action):
    lists, ids = world.services.task_lists, (GUILD, action.action_id)
    first, second, _ = await listed(world, action)
    await lists.edit(ORGANISER, *ids, first.task_id, NewTask("Big poster", at(MOMENT)))
    await lists.remove(MODERATOR, *ids, second.task_id)
    assert [task.title for task in await listed(world, action)] == ["Big poster", "Thread"]
    async with world.database.read() as conn:
        events = await list_events(conn, *ids, limit=10)
    changes = [event.user_id for event in events if event.act is Act.PARTS_CHANGED]
    assert changes == [MODERATOR.user_id, ORGANISER.user_id]


async def test_only_those_who_run_it_may_change_the_list(world: World, action: Action):
    lists, ids = world.services.task_lists, (GUILD, action.action_id)
    (task, *_) = await listed(world, action)
    for who, key in (
        (fan(1), "refused.needs_organiser"),
        (REVIEWER, "refused.needs_organiser"),
        (OTHER_ORGANISER, "refused.not_your_action"),
    ):
        for work in (
            lists.find(who, *ids),
            lists.add(who, *ids, [NewTask("More")]),
            lists.edit(who, *ids, task.task_id, NewTask("Other")),
            lists.remove(who, *ids, task.task_id),
            lists.free(who, *ids, task.task_id),
        ):
            with refused(key, NotAllowed):
                await work
    assert len(await listed(world, action)) == 3


async def test_a_list_that_is_too_long_or_wrong_changes_nothing(world: World, action: Action):
    lists, ids = world.services.task_lists, (GUILD, action.action_id)
    room = MOST_TASKS - 3
    for new, key in (
        ([NewTask("x")] * (room + 1), "tasks.too_many"),
        ([NewTask("fine"), NewTask("  ")], "tasks.no_title"),
        ([NewTask("x" * 81)], "tasks.title_too_long"),
        ([], "tasks.none_typed"),
    ):
        with refused(key):
            await lists.add(ORGANISER, *ids, new)
    assert len(await listed(world, action)) == 3
    await lists.add(ORGANISER, *ids, [NewTask("x")] * room)
    assert len(await listed(world, action)) == MOST_TASKS


async def test_only_projects_have_tasks(world: World):
    action = await world.publish(hashtag())
    ids = (GUILD, action.action_id)
    for work in (
        world.services.task_lists.find(ORGANISER, *ids),
        world.services.task_lists.add(ORGANISER, *ids, [NewTask("x")]),
        world.services.tasks.find(*ids),
        world.services.tasks.claim(fan(1), *ids, 1),
    ):
        with refused("tasks.none_here"):
            await work


async def test_a_claimed_task_is_removed_only_where_that_is_meant(world: World, action: Action):
    lists, ids = world.services.task_lists, (GUILD, action.action_id)
    first, second, third = await listed(world, action)
    await world.services.tasks.claim(fan(1), *ids, first.task_id)
    with refused("tasks.remove_claimed"):
        await lists.remove(ORGANISER, *ids, first.task_id)
    await lists.remove(ORGANISER, *ids, first.task_id, claimed=True)
    await lists.remove(ORGANISER, *ids, second.task_id)
    await world.services.tasks.claim(fan(1), *ids, third.task_id)
    await world.services.tasks.finish(fan(1), *ids, third.task_id)
    with refused("tasks.remove_done"):
        await lists.remove(ORGANISER, *ids, third.task_id, claimed=True)
    with refused("tasks.free_done"):
        await lists.free(ORGANISER, *ids, third.task_id)
    with refused("tasks.gone", Gone):
        await lists.remove(ORGANISER, *ids, first.task_id)


async def test_an_organiser_frees_a_task_whose_claimer_vanished(world: World, action: Action):
    ids = (GUILD, action.action_id)
    (task, *_) = await listed(world, action)
    await world.services.tasks.claim(fan(1), *ids, task.task_id)
    await world.services.task_lists.free(ORGANISER, *ids, task.task_id)
    done = await world.services.tasks.claim(fan(2), *ids, task.task_id)
    assert done.task.claimed_by == fan(2).user_id


async def test_nothing_is_changed_of_what_is_over(world: World, action: Action):
    (task, *_) = await listed(world, action)
    world.clock.set(action.log_until)
    ids = (GUILD, action.action_id)
    with refused("refused.state.final"):
        await world.services.task_lists.add(ORGANISER, *ids, [NewTask("Late")])
    with refused("refused.state.final"):
        await world.services.tasks.claim(fan(1), *ids, task.task_id)


# ---- Members


async def test_of_many_who_claim_a_task_at_once_one_gets_it(world: World, action: Action):
    (task, *_) = await listed(world, action)
    claims = [
        world.services.tasks.claim(fan(n), GUILD, action.action_id, task.task_id) for n in range(10)
    ]
    results = await asyncio.gather(*claims, return_exceptions=True)
    refusals = [result for result in results if isinstance(result, Refusal)]
    assert [refusal.key for refusal in refusals] == ["tasks.taken"] * 9
    (owner,) = [t.claimed_by for t in await listed(world, action) if t.claimed_by]
    again = await world.services.tasks.claim(Actor(owner), GUILD, action.action_id, task.task_id)
    assert again.task.claimed_by == owner


async def test_claiming_signs_up_who_is_not_in(world: World, action: Action):
    (task, second, _) = await listed(world, action)
    ids = (GUILD, action.action_id)
    await world.services.tasks.claim(fan(1), *ids, task.task_id)
    sign_up = await world.services.sign_ups.find(fan(1), *ids)
    assert sign_up is not None
    assert sign_up.state is SignUpState.IN
    await world.services.tasks.claim(fan(1), *ids, second.task_id)
    assert (await world.load(action)).signed_up == 1


async def test_a_taken_task_signs_nobody_up(world: World, action: Action):
    (task, *_) = await listed(world, action)
    ids = (GUILD, action.action_id)
    await world.services.tasks.claim(fan(1), *ids, task.task_id)
    with refused("tasks.taken"):
        await world.services.tasks.claim(fan(2), *ids, task.task_id)
    assert await world.services.sign_ups.find(fan(2), *ids) is None


async def test_the_waitlist_claims_nothing(world: World):
    action = await world.publish(project(capacity=1))
    ids = (GUILD, action.action_id)
    await world.services.task_lists.add(ORGANISER, *ids, [NewTask("Poster")])
    (task,) = await listed(world, action)
    await world.services.sign_ups.join(fan(1), *ids)
    with refused("tasks.waitlisted"):
        await world.services.tasks.claim(fan(2), *ids, task.task_id)
    assert (await listed(world, action))[0].state is TaskState.FREE


async def test_a_done_task_is_a_contribution_from_publishing_on(world: World, action: Action):
    (task, *_) = await listed(world, action)
    ids = (GUILD, action.action_id)
    await world.services.tasks.claim(fan(1), *ids, task.task_id)
    done = await world.services.tasks.finish(
        fan(1), *ids, task.task_id, link=LINK, note="See page 2"
    )
    assert done.logged is not None
    contribution = done.logged.contribution
    assert (contribution.amount, contribution.proof) == (1, ProofKind.LINK)
    assert contribution.held is None
    assert done.task.contribution_id == contribution.contribution_id
    assert await world.total(action) == Total(1, 1, 1, 1)
    async with world.database.read() as conn:
        proofs = await load_proofs(conn, GUILD, contribution.contribution_id)
    assert proofs == {"link": LINK, "note": "See page 2"}
    again = await world.services.tasks.finish(fan(1), *ids, task.task_id)
    assert again.logged is None
    assert await world.total(action) == Total(1, 1, 1, 1)


async def test_a_task_that_is_done_late_or_while_it_is_paused_is_held(world: World, action: Action):
    (task, other, _) = await listed(world, action)
    ids, tasks = (GUILD, action.action_id), world.services.tasks
    for one in (task, other):
        await tasks.claim(fan(1), *ids, one.task_id)
    await world.services.life_cycle.take(ORGANISER, *ids, Step.PAUSE, reason="Wait")
    paused = await tasks.finish(fan(1), *ids, task.task_id)
    assert paused.logged is not None
    assert paused.logged.contribution.held is HeldReason.OUTSIDE_WINDOW
    with refused("refused.state.paused"):
        await tasks.give_back(fan(1), *ids, other.task_id)
    await world.services.life_cycle.take(ORGANISER, *ids, Step.RESUME)
    world.clock.set(action.log_until)
    late = await tasks.finish(fan(1), *ids, other.task_id)
    assert late.logged is not None
    assert late.logged.contribution.held is HeldReason.OUTSIDE_WINDOW
    assert (await tasks.undo(fan(1), *ids, other.task_id)).task.state is TaskState.CLAIMED
    with refused("refused.state.final"):
        await tasks.give_back(fan(1), *ids, other.task_id)


async def test_undoing_withdraws_it_and_done_again_counts_again(world: World, action: Action):
    (task, *_) = await listed(world, action)
    tasks, at_task = world.services.tasks, (GUILD, action.action_id, task.task_id)
    await tasks.claim(fan(1), *at_task)
    await tasks.finish(fan(1), *at_task, link=LINK)
    undone = await tasks.undo(fan(1), *at_task)
    assert undone.task.state is TaskState.CLAIMED
    assert (await world.total(action)).logged == 0
    assert (await tasks.undo(fan(1), *at_task)).logged is None
    without = await tasks.finish(fan(1), *at_task)
    assert without.logged is not None
    assert (await world.total(action)) == Total(1, 1, withdrawn=1, withdrawn_count=1)
    await tasks.undo(fan(1), *at_task)
    same_link = await tasks.finish(fan(1), *at_task, link=LINK)
    assert same_link.logged is not None
    assert same_link.logged.contribution.held is HeldReason.SAME_CODE


async def test_withdrawing_the_contribution_undoes_the_task(world: World, action: Action):
    (task, *_) = await listed(world, action)
    at_task = (GUILD, action.action_id, task.task_id)
    await world.services.tasks.claim(fan(1), *at_task)
    done = await world.services.tasks.finish(fan(1), *at_task)
    assert done.logged is not None
    ledger_id = done.logged.contribution.contribution_id
    await world.services.contributions.withdraw(fan(1), GUILD, ledger_id)
    assert (await listed(world, action))[0].state is TaskState.CLAIMED
    assert (await world.total(action)).logged == 0


async def test_done_at_once_from_two_devices_counts_once(world: World, action: Action):
    (task, *_) = await listed(world, action)
    at_task = (GUILD, action.action_id, task.task_id)
    await world.services.tasks.claim(fan(1), *at_task)
    await asyncio.gather(*(world.services.tasks.finish(fan(1), *at_task) for _ in range(5)))
    assert await world.total(action) == Total(1, 1)


async def test_nobody_touches_what_others_have(world: World, action: Action):
    (task, free, _) = await listed(world, action)
    tasks, at_task = world.services.tasks, (GUILD, action.action_id, task.task_id)
    await tasks.claim(fan(1), *at_task)
    for step in (tasks.give_back, tasks.finish, tasks.undo):
        with refused("tasks.not_yours"):
            await step(fan(2), *at_task)
        with refused("tasks.not_yours"):
            await step(fan(2), GUILD, action.action_id, free.task_id)
    await tasks.finish(fan(1), *at_task)
    with refused("tasks.give_back_done"):
        await tasks.give_back(fan(1), *at_task)
    await tasks.undo(fan(1), *at_task)
    given = await tasks.give_back(fan(1), *at_task)
    assert given.task.state is TaskState.FREE
    assert await world.total(action) == replace(NO_TOTAL, withdrawn=1, withdrawn_count=1)


async def test_another_servers_or_actions_task_is_out_of_reach(world: World, action: Action):
    await world.set_up(OTHER_GUILD)
    other = await world.publish(project())
    (task, *_) = await listed(world, action)
    with refused("tasks.gone", Gone):
        await world.services.tasks.claim(fan(1), GUILD, other.action_id, task.task_id)
    with refused("refused.no_such_action", Gone):
        await world.services.tasks.claim(fan(1), OTHER_GUILD, action.action_id, task.task_id)


async def test_what_is_not_announced_yet_shows_nobody_its_tasks(world: World):
    draft = await world.draft(project())
    with refused("refused.no_such_action", Gone):
        await world.services.tasks.find(GUILD, draft.action_id)
    planned = replace(draft, announce=at(NOW + DAY))
    await world.services.commit.run(lambda conn: update_action(conn, planned))
    await world.services.actions.publish(ORGANISER, GUILD, draft.action_id)
    with refused("refused.no_such_action", Gone):
        await world.services.tasks.find(GUILD, draft.action_id)
    world.clock.set(NOW + DAY)
    await world.services.tasks.find(GUILD, draft.action_id)
