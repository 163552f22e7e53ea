"""Facts of the installation: remembered over a restart, and replaced by newer ones."""

from __future__ import annotations

from db.engine import Database
from services.installation import COMMAND_TREE
from tests.services.world import a_world


async def test_what_is_remembered_outlives_a_restart(database: Database):
    async with a_world(database) as world:
        assert await world.services.installation.recall(COMMAND_TREE) is None
        for value in ("first", "second"):
            await world.services.installation.remember(COMMAND_TREE, value)
        assert await world.services.installation.recall("something else") is None
    async with a_world(database) as world:
        assert await world.services.installation.recall(COMMAND_TREE) == "second"
