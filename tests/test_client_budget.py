"""Requests over a real socket: each waits for the budget, answers to interactions never do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable
from typing import Any

import pytest
from aiohttp import web
from discord.http import HTTPClient, Route

from client import Fanchant
from services.budget import Budget

SOON = 0.3
"""Seconds in which a request to this machine is answered, unless it waits for something."""


class OneAtATime(Budget):
    """A budget that lets nothing through until it is told to; it counts who came."""

    def __init__(self) -> None:
        super().__init__(None)
        self.asked = 0
        self._open = asyncio.Semaphore(0)

    async def request(self) -> None:
        self.asked += 1
        await self._open.acquire()

    def let_one_through(self) -> None:
        self._open.release()


class Discord:
    """A server on this machine that knows what was asked of it."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.limited = 0
        """How many of the next requests are answered with "too many"."""

    async def answer(self, request: web.Request) -> web.Response:
        self.paths.append(request.path)
        if self.limited:
            self.limited -= 1
            body = {"message": "slow down", "retry_after": 0.01, "global": False}
            return _answer(body, status=429, headers={"Via": "1.1 google"})
        return _answer({"id": "5", "username": "fanchant", "discriminator": "0"})


def _answer(body: dict[str, object], **values: Any) -> web.Response:
    """JSON by just the content type by which discord.py knows it."""
    return web.Response(body=json.dumps(body), content_type="application/json", **values)


@pytest.fixture
async def discord_here(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Discord]:
    """Real sockets: discord.py asks this server instead of Discord."""
    here = Discord()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", here.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    monkeypatch.setattr(Route, "BASE", f"http://{host}:{port}/api/v10")
    yield here
    await runner.cleanup()


@pytest.fixture
async def budget() -> OneAtATime:
    return OneAtATime()


@pytest.fixture
async def http(discord_here: Discord, budget: OneAtATime) -> AsyncGenerator[HTTPClient]:
    """The bot's own client for requests, logged in."""
    bot = Fanchant(shard_count=1, budget=budget)
    async with bot:
        budget.let_one_through()
        await bot.http.static_login("not-a-real-token")
        discord_here.paths.clear()
        budget.asked = 0
        yield bot.http


async def started(request: Awaitable[Any]) -> asyncio.Future[Any]:
    """A request that has been on its way for a while."""
    running = asyncio.ensure_future(request)
    await asyncio.wait({running}, timeout=SOON)
    return running


async def test_a_request_reaches_discord_only_when_the_budget_lets_it(
    http: HTTPClient, budget: OneAtATime, discord_here: Discord
) -> None:
    message = await started(http.request(Route("GET", "/channels/{channel_id}", channel_id=1)))
    assert (message.done(), discord_here.paths, budget.asked) == (False, [], 1)
    budget.let_one_through()
    await message
    assert discord_here.paths == ["/api/v10/channels/1"]


async def test_what_discord_py_repeats_counts_again(
    http: HTTPClient, budget: OneAtATime, discord_here: Discord
) -> None:
    discord_here.limited = 1
    budget.let_one_through()
    message = await started(http.request(Route("GET", "/channels/{channel_id}", channel_id=1)))
    assert (message.done(), len(discord_here.paths), budget.asked) == (False, 1, 2)
    budget.let_one_through()
    await message
    assert len(discord_here.paths) == 2


@pytest.mark.parametrize(
    "path", ["/interactions/7/token/callback", "/webhooks/8/token", "/webhooks/8/token/messages/9"]
)
async def test_answers_to_interactions_wait_for_nothing(
    http: HTTPClient, budget: OneAtATime, discord_here: Discord, path: str
) -> None:
    waiting = await started(http.request(Route("GET", "/channels/{channel_id}", channel_id=1)))
    answer = await started(http.request(Route("POST", path)))
    assert answer.done()
    assert discord_here.paths == [f"/api/v10{path}"]
    assert budget.asked == 1, "that of the other one"
    budget.let_one_through()
    await waiting


async def test_the_budgets_own_pace_holds_over_the_socket(discord_here: Discord) -> None:
    """Ten requests at twenty a second, sent together, take nearly half a second."""
    loop = asyncio.get_running_loop()
    bot = Fanchant(shard_count=1, budget=Budget(20))
    async with bot:
        await bot.http.static_login("not-a-real-token")
        before = loop.time()
        routes = [Route("GET", "/channels/{channel_id}", channel_id=n) for n in range(10)]
        await asyncio.gather(*(bot.http.request(route) for route in routes))
        assert loop.time() - before > 7.5 / 20
    assert len(discord_here.paths) == 11
