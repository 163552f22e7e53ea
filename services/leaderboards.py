"""Use cases of leaderboards: who may see them, and a page of one."""

from __future__ import annotations

from db.engine import Database
from db.queries.actions import load_action
from db.queries.contributors import list_named
from db.queries.participants import load_public_name
from domain.errors import Gone
from domain.leaderboards import PAGE, Leaderboard, units_of
from domain.servers import Actor
from domain.tally_access import require_tally
from services.clock import Clock
from services.servers import Servers


class Leaderboards:
    """Whoever may see an action's tally may see who chose to be named in it."""

    def __init__(self, database: Database, clock: Clock, servers: Servers) -> None:
        self._database = database
        self._clock = clock
        self._servers = servers

    async def show(
        self,
        actor: Actor,
        guild_id: int,
        action_id: int,
        *,
        unit: int = 0,
        page: int = 0,
    ) -> Leaderboard:
        """A page of an action's leaderboard in one of its units, by its place among them.

        It is the first one where there is no such unit, as the currency was taken away since.
        """
        now, server = self._clock.now(), await self._servers.get(guild_id)
        async with self._database.read() as conn:
            action = await load_action(conn, guild_id, action_id, whole=True)
            if action is None or not action.announced(now):
                raise Gone("refused.no_such_action")
            require_tally(actor, server, action, now)
            units = units_of(action)
            unit_code = units[unit if unit < len(units) else 0]
            places = await list_named(
                conn, guild_id, action_id, unit_code, limit=PAGE + 1, offset=page * PAGE
            )
            own_name = await load_public_name(conn, guild_id, actor.user_id)
        return Leaderboard(action, unit_code, places[:PAGE], page, len(places) > PAGE, own_name)
