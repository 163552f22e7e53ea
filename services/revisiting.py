"""Use cases of a reviewer's own verdicts: which of them can still be changed."""

from __future__ import annotations

from datetime import datetime

from db.engine import Database
from db.queries import checks, participants
from db.queries.piles import list_piles
from domain.errors import Refusal
from domain.openings import require_checks_open
from domain.reviewing import (
    MOST_VERDICTS,
    OwnVerdict,
    OwnVerdicts,
    Waiting,
    require_revision,
)
from domain.servers import Actor, require_reviewer
from services.clock import Clock
from services.review_desk import load_waiting
from services.reviews import Reviews
from services.servers import Servers


class Revisiting:
    """Finding verdicts to decide otherwise; that is `Reviews.revise`."""

    def __init__(
        self, database: Database, clock: Clock, servers: Servers, reviews: Reviews
    ) -> None:
        self._database = database
        self._clock = clock
        self._servers = servers
        self._reviews = reviews

    async def list(self, actor: Actor, guild_id: int, *, before: int | None = None) -> OwnVerdicts:
        """A page of the verdicts that a reviewer may still change, the newest first.

        `before` is a check: those that are older than it.
        """
        require_reviewer(actor, await self._servers.get(guild_id))
        now = self._clock.now()
        own: list[OwnVerdict] = []
        async with self._database.read() as conn:
            who = await participants.find_participant(conn, guild_id, actor.user_id)
            piles = [p for p in await list_piles(conn, guild_id, now) if not p.only_appeals]
            if who is None or not piles:
                return OwnVerdicts(own)
            # What can be changed is of these.
            action_ids, behind = [pile.action_id for pile in piles], before
            while True:
                found, behind = await checks.list_of(
                    conn, guild_id, who, MOST_VERDICTS + 1, action_ids=action_ids, before=behind
                )
                for check in found:
                    if len(own) == MOST_VERDICTS:
                        return OwnVerdicts(own, older=own[-1].check.check_id)
                    waiting = await load_waiting(
                        conn, guild_id, check.contribution_id, with_files=False
                    )
                    if waiting is not None and _may_revise(waiting, who, now):
                        own.append(OwnVerdict(check, waiting))
                if behind is None:
                    return OwnVerdicts(own)

    async def find(self, actor: Actor, guild_id: int, contribution_id: int) -> Waiting:
        """A contribution on which the reviewer decided, and may decide otherwise; or refused."""
        found = await self._reviews.find(actor, guild_id, contribution_id)
        require_checks_open(found.action, self._clock.now())
        async with self._database.read() as conn:
            who = await participants.find_participant(conn, guild_id, actor.user_id)
        require_revision(found.contribution, found.checks, found.appeal, who or 0)
        return found


def _may_revise(waiting: Waiting, who: int, now: datetime) -> bool:
    try:
        require_checks_open(waiting.action, now)
        require_revision(waiting.contribution, waiting.checks, waiting.appeal, who)
    except Refusal:
        return False
    return True
