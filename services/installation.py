"""Facts about this installation that outlive a restart."""

from __future__ import annotations

from db.engine import Database
from db.queries import installation as queries
from services.group_commit import GroupCommit

COMMAND_TREE = "command_tree"
"""Hash of the command tree as Discord last took it."""


class Installation:
    def __init__(self, database: Database, commit: GroupCommit) -> None:
        self._database = database
        self._commit = commit

    async def recall(self, name: str) -> str | None:
        async with self._database.read() as conn:
            return await queries.load_fact(conn, name)

    async def remember(self, name: str, value: str) -> None:
        await self._commit.run(lambda conn: queries.save_fact(conn, name, value))
