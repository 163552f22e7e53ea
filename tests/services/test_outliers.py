"""Outliers that wait for a check: none is hidden by those before it, and what is over is gone."""

from __future__ import annotations

import pytest

from db.queries import amounts
from domain.actions import Action
from domain.reviewing import Filter, Queue
from services import flagging, outliers
from tests.services.world import GUILD, MOMENT, NOW, REVIEWER, World, fan, fundraiser, number_of


async def with_usual_amounts(world: World, title: str = "Match a Million") -> Action:
    """A fundraiser with enough amounts to tell what is usual: above it are 900 dollars."""
    world.clock.set(NOW)
    action = await world.publish(fundraiser(title))
    world.clock.set(MOMENT)
    for number in range(20):
        await world.log(action, fan(number), 1000 + 100 * number)
    flagging.forget_limits()
    return action


async def log_outliers(world: World, action: Action, *fans: int) -> list[int]:
    return [number_of(await world.log(action, fan(n), 90_000)) for n in fans]


async def next_flagged(world: World, action: Action) -> int | None:
    queue = Queue(Filter.FLAGGED, action.action_id)
    desk = await world.services.reviews.next(REVIEWER, GUILD, queue=queue)
    return desk.waiting and desk.waiting.contribution.contribution_id


async def test_what_was_checked_makes_room_for_later_outliers(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    for module in (outliers, amounts):
        monkeypatch.setattr(module, "MOST_COUNTED", 2)
    action = await with_usual_amounts(world)
    first = await log_outliers(world, action, 30, 31, 32)
    assert await next_flagged(world, action) == first[0]
    (later,) = await log_outliers(world, action, 33)
    await world.services.contributions.withdraw(fan(30), GUILD, first[0])
    for number in first[1:]:
        await world.services.reviews.verify(REVIEWER, GUILD, number)
    assert await next_flagged(world, action) == later


async def remembered(world: World) -> set[int]:
    """The actions of which outliers are remembered."""
    async with world.database.read() as conn:
        found = outliers.remembered[conn.engine.sync_engine]
    return {action_id for _, action_id in found}


async def test_outliers_of_what_nobody_checks_any_more_are_forgotten(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    over, action = [await with_usual_amounts(world, title) for title in ("Over", "Open")]
    await next_flagged(world, over)
    with monkeypatch.context() as an_hour_later:
        an_hour_later.setattr(outliers, "REMEMBERED_S", 0)
        await next_flagged(world, action)
    assert await remembered(world) == {action.action_id}
    while (number := await next_flagged(world, action)) is not None:
        await world.services.reviews.verify(REVIEWER, GUILD, number)
    assert await remembered(world) == set(), "nothing of it waits"
