"""The budget of requests: evenly spaced, the most important first, and nothing is lost."""

from __future__ import annotations

import asyncio

import pytest

from services.budget import PEOPLE_WAIT, Budget, Turn, importance

QUICK = 200.0
"""Requests a second in these tests."""


async def asked(budget: Budget, level: int, done: list[int]) -> None:
    await budget.wait(level)
    done.append(level)


async def test_the_most_important_goes_first_whenever_it_came() -> None:
    budget, done = Budget(QUICK), list[int]()
    await budget.wait(9)
    waiting = [asyncio.create_task(asked(budget, level, done)) for level in (7, 4, 4, 0, 9)]
    await asyncio.sleep(0)
    late = asyncio.create_task(asked(budget, -1, done))
    await asyncio.gather(*waiting, late)
    assert done == [-1, 0, 4, 4, 7, 9]


async def test_in_no_second_are_there_more_than_discord_takes() -> None:
    """Wherever the second begins: there is no burst at the start either."""
    budget, loop = Budget(), asyncio.get_running_loop()
    times: list[float] = []

    async def request() -> None:
        await budget.wait(0)
        times.append(loop.time())

    await asyncio.gather(*(request() for _ in range(110)))
    most = max(sum(start <= time < start + 1 for time in times) for start in times)
    assert most <= 50
    assert times[-1] - times[0] < 110 / 50 * 1.5, "nor are there many fewer"


async def test_who_gives_up_waiting_costs_nobody_a_turn() -> None:
    budget, done = Budget(QUICK), list[int]()
    impatient = [asyncio.create_task(asked(budget, 0, done)) for _ in range(50)]
    patient = asyncio.create_task(asked(budget, 5, done))
    await asyncio.sleep(0)
    for task in impatient:
        task.cancel()
    async with asyncio.timeout(10 / QUICK + 1):
        await patient
    assert done == [5]


async def test_a_turn_serves_one_request_and_an_unused_one_goes_to_the_next() -> None:
    budget = Budget(1 / 3600)  # one an hour: only what is given on can let anybody through
    await budget.wait(0)
    with budget.using(Turn()):
        pass
    async with asyncio.timeout(5):
        await budget.wait(0)
    with budget.using(Turn()):
        await budget.request()  # by the turn itself
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await budget.request()


async def test_without_a_rate_nothing_waits() -> None:
    budget = Budget(None)
    async with asyncio.timeout(5):
        for _ in range(10_000):
            await budget.request()


async def test_requests_are_as_important_as_the_task_that_makes_them() -> None:
    budget, order = Budget(QUICK), list[int]()
    assert importance.get() == PEOPLE_WAIT

    async def task(level: int) -> None:
        importance.set(level)
        await budget.request()
        order.append(level)

    await asyncio.gather(*(task(level) for level in (8, 2, 5)))
    assert order == [2, 5, 8]
