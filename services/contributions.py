"""Use cases of contributions: logging what one did, proving it later, withdrawing it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as action_queries
from db.queries import ledger as queries
from db.queries import participants
from db.queries.ledger import OwnContribution
from domain.actions import LATE_FOR, Action
from domain.errors import Gone, Refusal
from domain.evidence import (
    Evidence,
    evidence_of,
    proved_by,
    require_few,
    require_message_taken,
    require_text_taken,
)
from domain.kinds import ProofKind
from domain.ledger import Contribution, Standing
from domain.openings import require_logging_open, require_proving_open
from domain.pictures import Picture
from domain.servers import Actor
from domain.sources import read_source
from services.clock import Clock
from services.group_commit import GroupCommit
from services.ledger import Entry, Logged, enter, load_for_change, prove_later, withdraw_entry
from services.redraws import Redraws

LOG = "log"
"""The step by which an amount is typed."""

MOST_PROVABLE = 25
"""Contributions that one chooses from to prove one of them: a select of Discord's holds no more."""


@dataclass(frozen=True)
class _Click:
    """What a member typed into the form; empty texts are none."""

    user_id: int
    amount: int
    proof: str
    note: str
    unit_code: str | None
    pictures: tuple[Picture, ...]
    source: str | None


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
        pictures: Sequence[Picture] = (),
        source: str | None = None,
    ) -> Logged:
        """Log `amount` in the action's unit (money: minor units), with an optional proof.

        `unit_code` is the currency, one of the action's; the first where it is left out.
        `source` is one of `domain.sources.sources_of`, where the action has any. It needs no
        sign-up. By a stated rule it may be held for a check, as everything is that comes up to
        two weeks too late; the result says so. `proof` is as `domain.fields.read_proof` returned
        it, several a line each, or empty for none.
        """
        click = _Click(actor.user_id, amount, proof, note, unit_code, _each_once(pictures), source)

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
        require_logging_open(action, now)
        require_logged_by_hand(action)
        read = [_read(action, click) for click in clicks]
        entries = [entry for entry in read if isinstance(entry, Entry)]
        entered = iter(await enter(conn, action, entries, now) if entries else ())
        return [one if isinstance(one, Refusal) else next(entered) for one in read]

    async def add_proof(
        self,
        actor: Actor,
        guild_id: int,
        contribution_id: int,
        *,
        text: str = "",
        pictures: Sequence[Picture] = (),
        message_link: str = "",
    ) -> Logged:
        """Prove the actor's own contribution after it was logged; at most 20 proofs for each.

        `text` is as `log` takes a proof; `message_link` leads to the actor's own message, which
        is not taken where it is about money. What one gave in the action before is refused.
        """
        pictures = _each_once(pictures)

        async def work(conn: AsyncConnection) -> Logged:
            now = self._clock.now()
            action, contribution, _ = await self._load_own(conn, actor, guild_id, contribution_id)
            require_proving_open(action, now)
            if contribution.withdrawn:
                raise Refusal("proof.withdrawn", title=action.title)
            evidence: tuple[Evidence, ...] = ()
            if text:
                require_text_taken(action)
                evidence += evidence_of(action.rules.proof, text)
            if message_link:
                require_message_taken(action)
                evidence += evidence_of(ProofKind.MESSAGE, message_link)
            proof = proved_by(evidence, pictures)
            if proof is None:
                raise Refusal("proof.nothing_given")
            after = await prove_later(conn, action, contribution, evidence, pictures, now)
            proved = replace(contribution, proof=contribution.proof or proof)
            return Logged(action, proved, after)

        logged = await self._commit.run(work)
        self._redraws.request(guild_id, logged.action.action_id)
        return logged

    async def withdraw(self, actor: Actor, guild_id: int, contribution_id: int) -> Logged:
        """Withdraw the actor's own contribution; doing it twice changes nothing.

        It leaves a tally that was published before as it is.
        """

        async def work(conn: AsyncConnection) -> Logged:
            now = self._clock.now()
            action, contribution, before = await self._load_own(
                conn, actor, guild_id, contribution_id
            )
            if contribution.withdrawn:
                return Logged(action, contribution, before, changed=False)
            require_logging_open(action, now)
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

    async def list_provable(self, actor: Actor, guild_id: int) -> list[OwnContribution]:
        """The actor's contributions that can still be proved, newest first, 25 at most."""
        since = self._clock.now() - LATE_FOR
        async with self._database.read() as conn:
            who = await participants.find_participant(conn, guild_id, actor.user_id)
            if who is None:
                return []
            return await queries.list_own_standing(conn, guild_id, who, since, MOST_PROVABLE)

    async def _load_own(
        self, conn: AsyncConnection, actor: Actor, guild_id: int, contribution_id: int
    ) -> tuple[Action, Contribution, Standing]:
        """The actor's own contribution with its action locked, and where it stands."""
        who = await participants.find_participant(conn, guild_id, actor.user_id)
        found = await load_for_change(conn, guild_id, contribution_id)
        if found[1].participant_id != who:
            raise Gone("refused.not_your_contribution")
        return found


def _read(action: Action, click: _Click) -> Entry | Refusal:
    """What a click logs, or why it can't be taken."""
    if click.unit_code not in (None, *action.currencies):
        return Refusal("refused.currency_gone", currency=", ".join(action.currencies))
    evidence = evidence_of(action.rules.proof, click.proof)
    try:
        require_few(len(evidence) + len(click.pictures))
        source = read_source(action, click.source)
    except Refusal as refusal:
        return refusal
    return Entry(
        click.user_id,
        click.amount,
        proved_by(evidence, click.pictures),
        evidence,
        click.note,
        unit_code=click.unit_code,
        pictures=click.pictures,
        source=source,
    )


def _each_once(pictures: Iterable[Picture]) -> tuple[Picture, ...]:
    return tuple({picture.digest: picture for picture in pictures}.values())


def require_logged_by_hand(action: Action) -> None:
    """Refuse to log an amount where contributions come about in another way, as by a check-in."""
    if LOG not in action.rules.steps:
        raise Refusal(f"refused.log_by.{action.rules.steps[0]}", title=action.title)
