"""Use cases of what people prefer, in every server alike."""

from __future__ import annotations

from collections.abc import Sequence

from db.engine import Database
from db.queries import preferences as queries
from db.queries.preferences import Preference
from domain.errors import Refusal
from domain.quiet import QuietHours
from domain.share_links import ShareChoice, read_instance, read_platforms
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

    # ---- Where they share to

    async def share_choice(self, user_id: int) -> ShareChoice:
        """The platforms to which somebody shares, and their Mastodon server."""
        preference = await self.load(user_id)
        return ShareChoice(preference.platforms, preference.instance)

    async def share_to(self, user_id: int, keys: Sequence[str]) -> ShareChoice:
        """Remember the platforms to which somebody shares; refuses what is none."""
        known = read_platforms(keys)
        await self._commit.run(lambda conn: queries.save_platforms(conn, user_id, known))
        return await self.share_choice(user_id)

    async def set_instance(self, user_id: int, typed: str) -> ShareChoice:
        """Remember somebody's Mastodon server; refuses what can't be one."""
        instance = read_instance(typed)
        await self._commit.run(lambda conn: queries.save_instance(conn, user_id, instance))
        return await self.share_choice(user_id)
