"""Use cases of contributions: logging what one did, seeing it, withdrawing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as action_queries
from db.queries import ledger as queries
from db.queries import participants
from db.queries.ledger import OwnContribution
from domain.actions import Action, require_contributions_open
from domain.errors import Gone, Refusal
from domain.servers import Actor
from services.clock import Clock
from services.group_commit import GroupCommit
from services.ledger import Entry, Logged, enter, evidence_of, load_for_change, withdraw_entry
from services.redraws import Redraws

LOG = "log"
"""The step by which an amount is typed."""


@dataclass(frozen=True)
class _Click:
    """What a member typed into the form; empty texts are none."""

    user_id: int
    amount: int
    proof: str
    note: str
    unit_code: str | None


class Contributions:
    """Each is taken once and acknowledged when committed; the running totals move with it."""

    def __init__(
        self, database: Database, commit: GroupCommit, clock: Clock, redraws: Redraws
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._redraws = redraws

    async def log(
        self,
        actor: Actor,
        guild_id: int,
        action_id: int,
        amount: int,
        *,
        unit_code: str | None = None,
        proof: str = "",
        note: str = "",
    ) -> Logged:
        """Log `amount` in the action's unit (money: minor units), with an optional proof.

        `unit_code` is the currency, one of the action's; the first where it is left out.
        It needs no sign-up. By a stated rule it may be held for a check; the result says so.
        `proof` is as `domain.fields.read_proof` returned it, or empty for none.
        """
        click = _Click(actor.user_id, amount, proof, note, unit_code)

        async def settle(
            conn: AsyncConnection, clicks: Sequence[_Click]
        ) -> list[Logged | Exception]:
            return await self._settle(conn, guild_id, action_id, clicks)

        key = (Contributions, guild_id, action_id)
        logged = await self._commit.run_together(key, settle, click)
        self._redraws.request(guild_id, action_id)
        return logged

    async def _settle(
        self, conn: AsyncConnection, guild_id: int, action_id: int, clicks: Sequence[_Click]
    ) -> list[Logged | Exception]:
        """Store entries of one action, which is locked meanwhile."""
        now = self._clock.now()
        action = await action_queries.load_action(conn, guild_id, action_id, lock=True)
        if action is None:
            raise Gone("refused.no_such_action")
        require_contributions_open(action, now)
        require_logged_by_hand(action)
        proof, taken = action.rules.proof, (None, *action.currencies)
        entries = [
            Entry(
                click.user_id,
                click.amount,
                proof if click.proof else None,
                evidence_of(proof, click.proof),
                click.note,
                unit_code=click.unit_code,
            )
            for click in clicks
            if click.unit_code in taken
        ]
        entered = iter(await enter(conn, action, entries, now) if entries else ())
        gone = Refusal("refused.currency_gone", currency=", ".join(action.currencies))
        return [next(entered) if click.unit_code in taken else gone for click in clicks]

    async def withdraw(self, actor: Actor, guild_id: int, contribution_id: int) -> Logged:
        """Withdraw the actor's own contribution; doing it twice changes nothing."""

        async def work(conn: AsyncConnection) -> Logged:
            now = self._clock.now()
            who = await participants.find_participant(conn, guild_id, actor.user_id)
            action, contribution, before = await load_for_change(conn, guild_id, contribution_id)
            if contribution.participant_id != who:
                raise Gone("refused.not_your_contribution")
            if contribution.withdrawn:
                return Logged(action, contribution, before, changed=False)
            require_contributions_open(action, now)
            return await withdraw_entry(conn, action, contribution, before, now)

        logged = await self._commit.run(work)
        if logged.changed:
            self._redraws.request(guild_id, logged.action.action_id)
        return logged

    async def list_own(
        self, actor: Actor, guild_id: int, *, limit: int, offset: int = 0
    ) -> list[OwnContribution]:
        """The actor's contributions, newest first, withdrawn ones included."""
        async with self._database.read() as conn:
            who = await participants.find_participant(conn, guild_id, actor.user_id)
            if who is None:
                return []
            return await queries.list_own_contributions(conn, guild_id, who, limit, offset)


def require_logged_by_hand(action: Action) -> None:
    """Refuse to log an amount where contributions come about in another way, as by a check-in."""
    if LOG not in action.rules.steps:
        raise Refusal(f"refused.log_by.{action.rules.steps[0]}", title=action.title)
