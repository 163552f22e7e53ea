"""The budget of requests: evenly spaced, the most important first, and nothing is lost."""

from __future__ import annotations

import asyncio

from services.budget import PEOPLE_WAIT, PREPARING, Budget, importance

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


async def test_a_message_is_prepared_only_when_few_others_are() -> None:
    """And others follow when its request is on its way, though it has no answer yet."""
    budget, prepared, answered = Budget(QUICK), list[int](), asyncio.Event()

    async def send(number: int) -> None:
        async with budget.preparing(number):
            prepared.append(number)
            await budget.request()
            await answered.wait()

    held = [asyncio.create_task(hold(budget)) for _ in range(PREPARING)]
    await asyncio.sleep(0)
    sending = [asyncio.create_task(send(number)) for number in (3, 1, 2)]
    await asyncio.sleep(5 / QUICK)
    assert prepared == []
    held[0].cancel()
    async with asyncio.timeout(5):
        while len(prepared) < 3:  # noqa: ASYNC110 - it comes by itself
            await asyncio.sleep(1 / QUICK)
    assert prepared == [1, 2, 3]
    answered.set()
    await asyncio.gather(*sending)
    for task in held:
        task.cancel()


async def hold(budget: Budget) -> None:
    """Prepare a message for ever."""
    async with budget.preparing(0):
        await asyncio.Event().wait()


async def test_who_is_stopped_while_waiting_for_a_place_leaves_it_to_the_next() -> None:
    budget = Budget(QUICK)
    held = [asyncio.create_task(hold(budget)) for _ in range(PREPARING)]
    waiting = [asyncio.create_task(hold(budget)) for _ in range(3)]
    await asyncio.sleep(0)
    for task in (*held, *waiting):
        task.cancel()
    await asyncio.gather(*held, *waiting, return_exceptions=True)
    async with asyncio.timeout(5):
        for _ in range(PREPARING + 1):
            async with budget.preparing(0):
                pass


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
