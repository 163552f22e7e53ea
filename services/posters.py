"""Use cases of posters: setting them for an action, telling them otherwise, taking them away."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import posters as queries
from db.queries.participants import participant_of
from domain.actions import Action
from domain.audit import Act
from domain.errors import Refusal
from domain.life_cycle import require_ongoing
from domain.posters import Fitted, Poster, PosterUse, poster_of, read_alt
from domain.seals import require_untold_by_poster
from domain.servers import Actor
from services.changing import Changing, Done
from services.clock import Clock


class Posters:
    """Whoever may change an action decides on its posters, for as long as it is not over."""

    def __init__(self, database: Database, clock: Clock, changing: Changing) -> None:
        self._database = database
        self._clock = clock
        self._changing = changing

    async def read(self, guild_id: int, action_id: int, poster: Poster) -> bytes | None:
        """What a poster shows; None where it is gone, or another one by now."""
        async with self._database.read() as conn:
            return await queries.load_content(conn, guild_id, action_id, poster)

    async def find(self, actor: Actor, guild_id: int, action_id: int) -> Action:
        """A whole action of which the actor may change the posters; raises `Refusal`."""
        action = await self._changing.find(actor, guild_id, action_id)
        self._require_open(action)
        return action

    async def set(
        self,
        actor: Actor,
        guild_id: int,
        action_id: int,
        use: PosterUse,
        picture: Fitted | None,
        alt: str,
    ) -> Action:
        """Have an action show a picture; without one, only tell otherwise of the one it has.

        What it carries is redrawn. Raises `Refusal` for a text that tells nothing of it, or of a
        tag that is sealed.
        """
        alt = read_alt(alt)

        async def change(conn: AsyncConnection, action: Action) -> None:
            self._require_open(action)
            require_untold_by_poster(action, use, alt)
            if picture is None:
                _require_poster(action, use)
                await queries.save_alt(conn, guild_id, action_id, use, alt)
                return
            now = self._clock.now()
            who = await participant_of(conn, guild_id, actor.user_id, now)
            ids = (guild_id, action_id)
            await queries.save_poster(conn, *ids, use, picture, alt, participant_id=who, now=now)

        done = _done(use)
        return await self._changing.change(actor, guild_id, action_id, change, done)

    async def remove(self, actor: Actor, guild_id: int, action_id: int, use: PosterUse) -> Action:
        """Have an action show this picture no more."""

        async def change(conn: AsyncConnection, action: Action) -> None:
            self._require_open(action)
            _require_poster(action, use)
            await queries.delete_poster(conn, guild_id, action_id, use)

        done = _done(use)
        return await self._changing.change(actor, guild_id, action_id, change, done)

    def _require_open(self, action: Action) -> None:
        if action.number is not None:
            require_ongoing(action, self._clock.now())


def _require_poster(action: Action, use: PosterUse) -> None:
    if poster_of(action.parts.posters, use) is None:
        raise Refusal("poster.none_there")


def _done(use: PosterUse) -> Done:
    """What everybody may know of a change: not what is to be seen, nor how that is told."""
    return Done(Act.POSTER_CHANGED, {"poster": use.value}, posts=True)
