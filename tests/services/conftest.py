"""Fixtures of the services' tests: a running Fanchant on each engine, and on SQLite alone."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from db.engine import Database
from tests.services.world import World, a_world


@pytest.fixture
async def world(database: Database) -> AsyncGenerator[World]:
    """Running services with one server set up, on each engine in turn."""
    async with a_world(database) as made:
        await made.set_up()
        yield made


@pytest.fixture
async def sqlite_world(sqlite_database: Database) -> AsyncGenerator[World]:
    """Running services on SQLite, for tests that go through many examples."""
    async with a_world(sqlite_database) as made:
        yield made
