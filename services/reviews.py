"""Use cases of checking contributions: what waits, and a reviewer's verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as action_queries
from db.queries import ledger as queries
from db.queries import participants
from db.queries.servers import next_id
from domain.actions import Action, require_contributions_open
from domain.errors import NotAllowed, Refusal
from domain.ledger import Check, Contribution, Verdict, standing
from domain.servers import Actor, require_reviewer
from services.clock import Clock
from services.group_commit import GroupCommit
from services.ledger import load_for_change, move_total
from services.redraws import Redraws
from services.servers import Servers

REASON_LENGTH = 200


@dataclass(frozen=True)
class Waiting:
    """One contribution that waits for a check, with its proof and how many wait in all.

    The action is whole.
    """

    action: Action
    contribution: Contribution
    proofs: Mapping[str, str]
    waiting: int


class Reviews:
    """A queue of unchecked contributions, held ones first. Nobody checks their own."""

    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        servers: Servers,
        redraws: Redraws,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._servers = servers
        self._redraws = redraws

    async def next(self, actor: Actor, guild_id: int, *, after: int = 0) -> Waiting | None:
        """The next contribution to check, behind the one given; None when nothing waits."""
        require_reviewer(actor, await self._servers.get(guild_id))
        now = self._clock.now()
        async with self._database.read() as conn:
            who = await participants.find_participant(conn, guild_id, actor.user_id)
            found = await queries.next_waiting(conn, guild_id, not_by=who, now=now, after=after)
            if found is None:
                return None
            action_id, contribution = found
            action = await action_queries.load_action(conn, guild_id, action_id, whole=True)
            assert action is not None
            return Waiting(
                action,
                contribution,
                await queries.load_proofs(conn, guild_id, contribution.contribution_id),
                await queries.count_waiting(conn, guild_id, not_by=who, now=now),
            )

    async def verify(self, actor: Actor, guild_id: int, contribution_id: int) -> None:
        await self._check(actor, guild_id, contribution_id, Verdict.VERIFIED, None)

    async def do_not_count(
        self, actor: Actor, guild_id: int, contribution_id: int, reason: str
    ) -> None:
        """Take a contribution out of the tally; the reason is 1 to 200 characters."""
        reason = " ".join(reason.split())
        if not reason:
            raise Refusal("review.reason_missing")
        await self._check(
            actor, guild_id, contribution_id, Verdict.NOT_COUNTED, reason[:REASON_LENGTH]
        )

    async def _check(
        self,
        actor: Actor,
        guild_id: int,
        contribution_id: int,
        verdict: Verdict,
        reason: str | None,
    ) -> None:
        require_reviewer(actor, await self._servers.get(guild_id))

        async def work(conn: AsyncConnection) -> Action:
            now = self._clock.now()
            who = await participants.participant_of(conn, guild_id, actor.user_id, now)
            action, contribution, before = await load_for_change(conn, guild_id, contribution_id)
            if contribution.participant_id == who:
                raise NotAllowed("review.your_own")
            require_contributions_open(action, now)
            if contribution.withdrawn:
                raise Refusal("review.withdrawn")
            if await queries.last_check(conn, guild_id, contribution_id) is not None:
                raise Refusal("review.already_checked")
            check = Check(
                await next_id(conn, guild_id), contribution_id, verdict, now, reason=reason
            )
            await queries.insert_check(conn, guild_id, action.action_id, check, who)
            after = standing(contribution, check)
            await move_total(conn, action, contribution, before, after, now)
            return action

        action = await self._commit.run(work)
        self._redraws.request(guild_id, action.action_id)
