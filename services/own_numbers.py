"""Use cases of one's own numbers: what one's part in the last actions comes to."""

from __future__ import annotations

from collections.abc import Sequence

from db.engine import Database
from db.queries import own_numbers as queries
from db.queries.given import list_given_by
from db.queries.participants import find_participant
from db.queries.sign_ups import load_sign_up
from domain.own_numbers import PAGE, OwnNumbers, own_numbers
from domain.servers import Actor


class OwnSummaries:
    """Each sees their own numbers alone, and beside them nobody else's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(
        self, actor: Actor, guild_id: int, *, page: int = 0
    ) -> tuple[Sequence[OwnNumbers], bool]:
        """A page of the actor's numbers, the latest action first, and whether there are more."""
        async with self._database.read() as conn:
            who = await find_participant(conn, guild_id, actor.user_id)
            if who is None:
                return (), False
            actions = await queries.list_taken_part(
                conn, guild_id, who, limit=PAGE + 1, offset=page * PAGE
            )
            shown = [
                own_numbers(
                    action,
                    await load_sign_up(conn, guild_id, action.action_id, who),
                    await list_given_by(conn, guild_id, action.action_id, who),
                )
                for action in actions[:PAGE]
            ]
        return shown, len(actions) > PAGE
