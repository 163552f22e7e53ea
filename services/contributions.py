"""Use cases of contributions: logging what one did, seeing it, withdrawing it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as action_queries
from db.queries import ledger as queries
from db.queries import participants, totals
from db.queries.ledger import OwnContribution, StoredProof
from db.queries.servers import next_id
from domain.actions import Action, require_contributions_open
from domain.errors import Gone
from domain.fields import fold_proof
from domain.kinds import ProofKind
from domain.ledger import Contribution, Standing, change_total, reason_to_hold, standing
from domain.servers import Actor
from services.clock import Clock
from services.group_commit import GroupCommit
from services.redraws import Redraws

NOTE = "note"


@dataclass(frozen=True)
class Logged:
    """What became of a contribution that was logged or withdrawn."""

    action: Action
    contribution: Contribution
    standing: Standing
    changed: bool = True


def proof_digest(kind: ProofKind, text: str) -> str:
    """The digest by which the same code or link is known again."""
    return hashlib.sha256(fold_proof(kind, text).encode()).hexdigest()


@dataclass(frozen=True)
class _Entry:
    """What a member says they did; empty texts are none."""

    user_id: int
    amount: int
    proof: str
    note: str


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
        proof: str = "",
        note: str = "",
    ) -> Logged:
        """Log `amount` in the action's unit (money: minor units), with an optional proof.

        It needs no sign-up. By a stated rule it may be held for a check; the result says so.
        `proof` is as `domain.fields.read_proof` returned it, or empty for none.
        """
        entry = _Entry(actor.user_id, amount, proof, note)

        async def settle(
            conn: AsyncConnection, entries: Sequence[_Entry]
        ) -> list[Logged | Exception]:
            return await self._settle(conn, guild_id, action_id, entries)

        key = (Contributions, guild_id, action_id)
        logged = await self._commit.run_together(key, settle, entry)
        self._redraws.request(guild_id, action_id)
        return logged

    async def _settle(
        self, conn: AsyncConnection, guild_id: int, action_id: int, entries: Sequence[_Entry]
    ) -> list[Logged | Exception]:
        """Store entries of one action, which is locked meanwhile."""
        now = self._clock.now()
        action = await action_queries.load_action(conn, guild_id, action_id, lock=True)
        if action is None:
            raise Gone("refused.no_such_action")
        require_contributions_open(action, now)
        user_ids = [entry.user_id for entry in entries]
        who = await participants.participants_of(conn, guild_id, user_ids, now)
        proof = action.rules.proof
        given = {(who[e.user_id], proof_digest(proof, e.proof)) for e in entries if e.proof}
        seen = await queries.seen_digests(conn, guild_id, action_id, given)
        first_id = await next_id(conn, guild_id, len(entries))
        logged: list[Logged] = []
        proofs: list[StoredProof] = []
        total = action.total
        for contribution_id, entry in enumerate(entries, first_id):
            participant_id = who[entry.user_id]
            code = (participant_id, proof_digest(proof, entry.proof))
            contribution = Contribution(
                contribution_id=contribution_id,
                participant_id=participant_id,
                at=now,
                amount=entry.amount,
                unit_code=action.unit_code,
                proof=proof if entry.proof else None,
                held=reason_to_hold(action, amount=entry.amount, at=now, code_seen=code in seen),
            )
            if entry.proof:
                seen.add(code)
            after = standing(contribution, None)
            total = change_total(total, None, after)
            logged.append(Logged(action, contribution, after))
            proofs += _proofs_of(entry, contribution)
        await queries.insert_contributions(
            conn, guild_id, action_id, [done.contribution for done in logged]
        )
        await queries.insert_proofs(conn, guild_id, action_id, proofs)
        await totals.save_total(conn, guild_id, action_id, action.unit_code, total)
        return [*logged]

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
            await queries.insert_withdrawal(
                conn,
                guild_id,
                withdrawal_id=await next_id(conn, guild_id),
                action_id=action.action_id,
                contribution=contribution,
                at=now,
            )
            again = await queries.load_contribution(conn, guild_id, contribution_id)
            assert again is not None
            check = await queries.last_check(conn, guild_id, contribution_id)
            after = standing(again[1], check)
            await move_total(conn, action, before, after)
            return Logged(action, again[1], after)

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


def _proofs_of(entry: _Entry, contribution: Contribution) -> list[StoredProof]:
    """What was said beside a contribution, as it is stored."""
    ids = (contribution.contribution_id, contribution.participant_id)
    found: list[StoredProof] = []
    if contribution.proof is not None:
        digest = proof_digest(contribution.proof, entry.proof)
        found.append(StoredProof(*ids, contribution.proof, entry.proof, digest))
    if entry.note:
        found.append(StoredProof(*ids, NOTE, entry.note, None))
    return found


async def load_for_change(
    conn: AsyncConnection, guild_id: int, contribution_id: int
) -> tuple[Action, Contribution, Standing]:
    """Load a contribution with its action locked, and where it stands; raises `Gone`."""
    found = await queries.load_contribution(conn, guild_id, contribution_id)
    action = found and await action_queries.load_action(conn, guild_id, found[0], lock=True)
    # Read again under the lock: another process may have changed it meanwhile.
    found = await queries.load_contribution(conn, guild_id, contribution_id)
    if found is None or action is None:
        raise Gone("refused.no_such_contribution")
    check = await queries.last_check(conn, guild_id, contribution_id)
    return action, found[1], standing(found[1], check)


async def move_total(
    conn: AsyncConnection, action: Action, before: Standing | None, after: Standing
) -> None:
    """Keep the action's running totals in step with one contribution's standing."""
    total = change_total(action.total, before, after)
    await totals.save_total(conn, action.guild_id, action.action_id, action.unit_code, total)
