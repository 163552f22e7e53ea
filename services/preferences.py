"""Use cases of what people prefer, in every server alike."""

from __future__ import annotations

from db.engine import Database
from db.queries import preferences as queries
from db.queries.preferences import Preference
from domain.errors import Refusal
from domain.quiet import QuietHours
from domain.zones import known_zone
from services.group_commit import GroupCommit


class Preferences:
    def __init__(self, database: Database, commit: GroupCommit) -> None:
        self._database = database
        self._commit = commit

    async def zone_of(self, user_id: int) -> str | None:
        """The IANA zone or fixed offset that somebody lives in; None if they never said."""
        async with self._database.read() as conn:
            return await queries.load_zone(conn, user_id)

    async def load(self, user_id: int) -> Preference:
        """Everything that somebody prefers."""
        async with self._database.read() as conn:
            return await queries.load_preference(conn, user_id)

    async def set_quiet(self, user_id: int, quiet: QuietHours | None) -> None:
        """Remember when what can wait does, by the clock where somebody lives; None for never.

        Refuses quiet hours of somebody who has not said where that is.
        """
        if quiet is not None and await self.zone_of(user_id) is None:
            raise Refusal("quiet.zone_first")
        await self._commit.run(lambda conn: queries.save_quiet(conn, user_id, quiet))

    async def set_zone(self, user_id: int, zone: str) -> None:
        """Remember where somebody lives; refuses what is no zone."""
        if not known_zone(zone):
            raise Refusal("setup.unknown_zone", text=zone)
        await self._commit.run(lambda conn: queries.save_zone(conn, user_id, zone))
