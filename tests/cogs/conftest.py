"""The fixtures that every test of the cogs uses: a fan server with the bot in it."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from tests.fanserver import FanServer
from tests.recorded import requests_file


@pytest.fixture
async def new_server(sqlite_url: str, request: pytest.FixtureRequest) -> AsyncGenerator[FanServer]:
    """A server into which the bot has just come: nothing is set up.

    The mark `real_charts` has the charts of tallies drawn, which takes a second each.
    """
    fan_server = FanServer(sqlite_url, real_charts="real_charts" in request.keywords)
    async with fan_server.open():
        yield fan_server
        fan_server.record_requests(requests_file())
    fan_server.assert_clean()


@pytest.fixture
async def server(new_server: FanServer) -> FanServer:
    """A server in which everything is set up, in English and Seoul's time."""
    await new_server.configure()
    return new_server


@pytest.fixture
async def korean_server(new_server: FanServer) -> FanServer:
    """A server in which everything is set up, in Korean and Seoul's time."""
    await new_server.configure("ko")
    return new_server
