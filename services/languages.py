"""The languages that people have chosen for themselves, at hand whenever somebody is answered."""

from __future__ import annotations

from collections import OrderedDict

from db.engine import Database
from db.queries import preferences as queries
from services.group_commit import GroupCommit

MOST_KEPT = 100_000
"""People whose language is kept in memory, which takes some 10 MB."""


class Languages:
    """Knows all who have chosen a language, so far as they are not too many; others chose none.

    Of too many those are kept who were asked for last; somebody else is read when they come.
    """

    def __init__(self, database: Database, commit: GroupCommit, *, most: int = MOST_KEPT) -> None:
        self._database = database
        self._commit = commit
        self._most = most
        self._chosen: OrderedDict[int, str | None] = OrderedDict()
        self._knows_all = False

    async def start(self) -> None:
        """Read who has chosen a language."""
        async with self._database.read() as conn:
            chosen = await queries.list_languages(conn, limit=self._most + 1)
        self._knows_all = len(chosen) <= self._most
        # What is remembered by now is of a choice since: newer than what was read.
        for user_id, code in list(chosen.items())[: self._most]:
            self._chosen.setdefault(user_id, code)

    async def of(self, user_id: int) -> str | None:
        """The code of the language in which somebody wants to be answered, if they have said so."""
        if user_id in self._chosen:
            self._chosen.move_to_end(user_id)
        elif self._knows_all:
            return None
        else:
            async with self._database.read() as conn:
                code = (await queries.load_preference(conn, user_id)).language
            self._keep(user_id, self._chosen.get(user_id, code))
        return self._chosen[user_id]

    async def choose(self, user_id: int, code: str | None) -> None:
        """Answer somebody in this language from now on, everywhere; None for as the server does."""
        await self._commit.run(lambda conn: queries.save_language(conn, user_id, code))
        self._keep(user_id, code)

    def _keep(self, user_id: int, code: str | None) -> None:
        self._chosen[user_id] = code
        self._chosen.move_to_end(user_id)
        if len(self._chosen) > self._most:
            self._chosen.popitem(last=False)
            self._knows_all = False
