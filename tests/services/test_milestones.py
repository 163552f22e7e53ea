"""Milestones: each is announced once, whoever logs what at the same time, and costs no click."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

import pytest

from db.engine import Database
from domain.actions import Action
from domain.deliveries import DeliveryKind, DeliveryState
from domain.fields import fields_as_text
from domain.life_cycle import Step
from tests.databases import statements
from tests.services.test_editing import edit
from tests.services.world import (
    GUILD,
    MINUTE,
    MODERATOR,
    MOMENT,
    ORGANISER,
    REVIEWER,
    World,
    a_world,
    fan,
    fundraiser,
    until,
)

MILESTONE = DeliveryKind.MILESTONE


async def started(world: World, **texts: str) -> Action:
    """A fundraiser with a goal of 100 dollars whose moment has come and was told."""
    wanted: dict[str, Any] = {"goal": "100", "cap": "100"} | texts
    action = await world.publish(fundraiser(**wanted))
    world.clock.set(MOMENT)
    await world.send_due()
    return action


async def plan(world: World, action: Action, **changes: Any) -> Action:
    return await world.services.message_plans.change(
        ORGANISER, GUILD, action.action_id, lambda plan: replace(plan, **changes)
    )


async def retype(world: World, action: Action, **texts: str) -> None:
    await edit(world, action, texts={**fields_as_text(action), **texts})


async def told(world: World, action: Action) -> list[int | None]:
    """At which totals, in cents, a milestone was or will be announced, in order."""
    records = await world.records(action)
    return [
        r.delivery.item_id
        for r in records
        if r.delivery.kind is MILESTONE and r.state is not DeliveryState.CANCELLED
    ]


async def test_each_quarter_of_the_goal_is_announced_as_it_is_reached(world: World):
    action = await started(world)
    for number in range(12):
        await world.log(action, fan(number), 1000)
    assert await told(world, action) == [2500, 5000, 7500, 10000]
    assert await world.send_due() == [MILESTONE] * 4
    assert (await world.load(action)).next_mark is None


async def test_of_several_at_once_only_the_highest_is_announced(world: World):
    action = await started(world)
    await world.log(action, fan(1), 8000)
    await world.log(action, fan(2), 2500)
    assert await told(world, action) == [7500, 10000]


async def test_many_who_log_at_the_same_time_reach_each_milestone_once(world: World):
    action = await started(world)
    logs = (world.log(action, fan(number), 100) for number in range(120))
    await asyncio.gather(*logs)
    marks = await told(world, action)
    assert len(marks) == len(set(marks))
    assert marks[-1] == 10000
    assert await told(world, action) == marks


@pytest.fixture
async def two_worlds(database: Database) -> AsyncGenerator[tuple[World, World]]:
    """Two processes on one database."""
    async with a_world(database) as one, a_world(database) as other:
        await one.set_up()
        yield one, other


async def test_two_processes_that_log_at_the_same_time_announce_it_once(
    two_worlds: tuple[World, World],
):
    one, other = two_worlds
    action = await started(one)
    other.clock.set(MOMENT)
    for number in range(60):
        logs = (world.log(action, fan(number + 100 * n), 100) for n, world in enumerate(two_worlds))
        await asyncio.gather(*logs)
    assert await told(one, action) == [2500, 5000, 7500, 10000]


async def test_what_is_held_reaches_nothing_until_it_is_verified(world: World):
    action = await started(world, cap="20")
    held = await world.log(action, fan(1), 6000)
    await world.log(action, fan(2), 1000)
    assert await told(world, action) == []
    contribution_id = held.contribution.contribution_id
    await world.services.reviews.verify(REVIEWER, GUILD, contribution_id)
    assert await told(world, action) == [5000]


async def test_a_withdrawal_takes_no_milestone_back_and_none_is_reached_twice(world: World):
    action = await started(world)
    logged = await world.log(action, fan(1), 3000)
    await world.services.contributions.withdraw(fan(1), GUILD, logged.contribution.contribution_id)
    await world.log(action, fan(1), 3000)
    assert await told(world, action) == [2500]
    assert await world.send_due() == [MILESTONE]


async def test_another_goal_moves_what_is_to_come_and_repeats_nothing(world: World):
    action = await started(world)
    await world.log(action, fan(1), 5000)
    await retype(world, action, goal="200", cap="100")
    assert (await world.load(action)).next_mark == 15000, "25 % and 50 % were announced"
    await world.log(action, fan(2), 5000)
    await world.log(action, fan(3), 5000)
    assert await told(world, action) == [5000, 15000]


async def test_what_an_edit_leaves_behind_is_passed_over_in_silence(world: World):
    action = await started(world, goal="1,000")
    await world.log(action, fan(1), 6000)
    await retype(world, action, goal="100", cap="100")
    assert await told(world, action) == []
    await world.log(action, fan(2), 2000)
    assert await told(world, action) == [7500]


async def test_an_actions_own_list_holds_from_then_on(world: World):
    action = await started(world)
    changed = await plan(world, action, milestones=("10%", "3000", "300%"))
    assert changed.plan.milestones == ("10%", "3000", "300%")
    await world.log(action, fan(1), 1000)
    await world.log(action, fan(2), 2500)
    assert await told(world, action) == [1000, 3000]
    assert (await world.load(action)).next_mark == 30000
    await plan(world, action, milestones=())
    assert (await world.load(action)).next_mark is None


async def test_without_a_goal_there_is_none(world: World):
    action = await started(world, goal="", cap="")
    await world.log(action, fan(1), 100_000)
    assert await told(world, action) == []


async def test_currencies_count_by_their_rates_or_by_the_goals_own(world: World):
    several: dict[str, Any] = {"currency": "USD, KRW", "goal": "100", "cap": "100"}
    unrated = await started(world, **several)
    world.clock.set(MOMENT - MINUTE)
    several |= {"rates": "KRW 0.001", "rates_source": "the bank"}
    draft = await world.draft(fundraiser(starts=MOMENT + MINUTE, **several))
    rated = await world.services.actions.publish(ORGANISER, GUILD, draft.action_id)
    world.clock.set(MOMENT + MINUTE)
    for action in (unrated, rated):
        for number in range(3):
            await world.services.contributions.log(
                fan(number), GUILD, action.action_id, 10_000, unit_code="KRW"
            )
    assert await told(world, unrated) == []
    assert await told(world, rated) == [2500]


@pytest.mark.parametrize("step", [Step.CANCEL, Step.PAUSE])
async def test_of_what_stopped_no_milestone_is_told(world: World, step: Step):
    action = await started(world)
    await world.log(action, fan(1), 3000)
    ids = (GUILD, action.action_id)
    await world.services.life_cycle.take(ORGANISER, *ids, step, reason="A slip")
    assert MILESTONE not in await world.send_due()


async def test_the_dispatcher_learns_of_a_milestone_by_itself(world: World):
    action = await started(world)
    world.sender.ready.set()
    await world.log(action, fan(1), 3000)
    await until(lambda: MILESTONE in world.sender.kinds)


async def test_a_click_that_reaches_no_milestone_costs_nothing_more(world: World):
    action = await started(world)
    await world.log(action, fan(1), 100)
    with statements() as with_marks:
        await world.log(action, fan(2), 100)
    await plan(world, action, milestones=())
    with statements() as without:
        await world.log(action, fan(3), 100)
    assert with_marks == without
    assert not any("milestone" in statement for statement in with_marks)


async def test_where_tallies_are_kept_no_milestone_is_posted(world: World):
    """Nor later, once everybody may see them: it is no news by then."""
    action = await started(world)
    await world.services.servers.set_tally_public(MODERATOR, GUILD, public=False)
    await world.log(action, fan(1), 5000)
    assert MILESTONE not in await world.send_due()
    await world.services.servers.set_tally_public(MODERATOR, GUILD, public=True)
    assert MILESTONE not in await world.send_due()
    await world.log(action, fan(2), 3000)
    assert await world.send_due() == [MILESTONE]
