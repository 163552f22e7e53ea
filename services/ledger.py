"""Writing to the ledger of a locked action: entries, withdrawals, and the running totals."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import actions as action_queries
from db.queries import given, participants, sign_ups, tasks, totals, votes
from db.queries import ledger as queries
from db.queries.attachments import delete_attachments
from db.queries.ledger import StoredProof
from db.queries.servers import next_id
from domain.actions import Action
from domain.errors import Gone
from domain.fields import fold_proof
from domain.kinds import Feature, ProofKind, Unit
from domain.ledger import (
    LATELY,
    Contribution,
    HeldReason,
    Standing,
    change_total,
    counted,
    reason_to_hold,
    standing,
)
from domain.sign_ups import SignUpState
from services.milestones import announce_reached

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
class Evidence:
    """Something that shows what one did; where `digest` is the same, it is the same thing."""

    kind: ProofKind
    value: str
    digest: str


def evidence_of(kind: ProofKind, text: str) -> tuple[Evidence, ...]:
    """The evidence in a code or a link; none in no text."""
    return (Evidence(kind, text, proof_digest(kind, text)),) if text else ()


@dataclass(frozen=True)
class Entry:
    """What a member did, before it is in the ledger; an empty note is none.

    `proof` is what the contribution counts as proved by. `entered_by` is the Discord user id of
    an organiser who entered it for them. A tick says for which app and day it is, and by itself
    whether it is held.
    """

    user_id: int
    amount: int
    proof: ProofKind | None = None
    evidence: tuple[Evidence, ...] = ()
    note: str = ""
    entered_by: int | None = None
    app_id: int | None = None
    day: date | None = None
    held: HeldReason | None = None
    unit_code: str | None = None
    """The currency of the amount; the action's first one where None."""


async def enter(
    conn: AsyncConnection, action: Action, entries: Sequence[Entry], now: datetime
) -> list[Logged]:
    """Append entries to the ledger of an action, which the caller has locked and found open.

    What a stated rule holds is held; the running totals move along.
    """
    guild_id, action_id = action.guild_id, action.action_id
    people = [entry.user_id for entry in entries]
    helpers = [entry.entered_by for entry in entries if entry.entered_by is not None]
    who = await participants.participants_of(conn, guild_id, [*people, *helpers], now)
    digests = {(who[entry.user_id], e.digest) for entry in entries for e in entry.evidence}
    seen = await queries.seen_digests(conn, guild_id, action_id, digests)
    first_id = await next_id(conn, guild_id, len(entries))
    logged: list[Logged] = []
    proofs: list[StoredProof] = []
    running = await totals.running_totals(conn, action)
    before = dict(running)
    lately = await _logged_lately(conn, action, set(who.values()), now)
    for contribution_id, entry in enumerate(entries, first_id):
        participant_id = who[entry.user_id]
        unit_code = entry.unit_code or action.unit_code
        codes = {(participant_id, e.digest) for e in entry.evidence}
        held = entry.held
        if entry.app_id is None:
            code_seen = not codes.isdisjoint(seen)
            held = reason_to_hold(
                action,
                amount=entry.amount,
                at=now,
                code_seen=code_seen,
                unit_code=unit_code,
                lately=lately[participant_id],
            )
        contribution = Contribution(
            contribution_id=contribution_id,
            participant_id=participant_id,
            at=now,
            amount=entry.amount,
            unit_code=unit_code,
            proof=entry.proof,
            held=held,
            app_id=entry.app_id,
            day=entry.day,
            entered_by=None if entry.entered_by is None else who[entry.entered_by],
        )
        seen |= codes
        after = standing(contribution, None)
        lately[participant_id] += counted(after)
        running[unit_code] = change_total(running[unit_code], None, after)
        logged.append(Logged(action, contribution, after))
        proofs += _proofs_of(entry, contribution)
    await queries.insert_contributions(
        conn, guild_id, action_id, [done.contribution for done in logged]
    )
    await queries.insert_proofs(conn, guild_id, action_id, proofs)
    for unit_code, total in running.items():
        if total != before[unit_code]:
            await totals.save_total(conn, guild_id, action_id, unit_code, total)
    await announce_reached(conn, action, running, now)
    by_app: Counter[int] = Counter()
    for done in logged:
        if done.contribution.app_id is not None:
            by_app[done.contribution.app_id] += counted(done.standing)
    await votes.add_logged(conn, guild_id, action_id, by_app)
    return logged


async def _logged_lately(
    conn: AsyncConnection, action: Action, who: Collection[int], now: datetime
) -> Counter[int]:
    """What is logged of each participant's from the last 24 hours, where a daily cap needs it."""
    lately: Counter[int] = Counter()
    if action.rules.daily_cap:
        ids = (action.guild_id, action.action_id)
        for entry, check in await given.list_given_since(conn, *ids, who, now - LATELY):
            lately[entry.participant_id] += counted(standing(entry, check))
    return lately


async def withdraw_entry(
    conn: AsyncConnection,
    action: Action,
    contribution: Contribution,
    before: Standing,
    now: datetime,
) -> Logged:
    """Append the withdrawal of an entry, loaded with its action locked, and of what hangs on it.

    A task that it marked as done is not done any more, and free if its claimer has left meanwhile;
    the files of an entry are purged.
    """
    ids = (action.guild_id, action.action_id)
    withdrawal_id = await next_id(conn, action.guild_id)
    await queries.insert_withdrawal(
        conn,
        action.guild_id,
        withdrawal_id=withdrawal_id,
        action_id=action.action_id,
        contribution=contribution,
        at=now,
    )
    withdrawn = replace(contribution, withdrawn=True)
    check = await queries.last_check(conn, action.guild_id, contribution.contribution_id)
    after = standing(withdrawn, check)
    await move_total(conn, action, withdrawn, before, after, now)
    if Feature.TASKS in action.rules.features:
        await tasks.reopen_task(conn, *ids, contribution.contribution_id)
        sign_up = await sign_ups.load_sign_up(conn, *ids, contribution.participant_id)
        if sign_up is None or sign_up.state is SignUpState.LEFT:
            await tasks.free_tasks(conn, *ids, contribution.participant_id)
    if action.unit is Unit.ENTRIES:
        await delete_attachments(conn, action.guild_id, contribution.contribution_id)
    return Logged(action, withdrawn, after)


def _proofs_of(entry: Entry, contribution: Contribution) -> list[StoredProof]:
    """What was said beside a contribution, as it is stored."""
    ids = (contribution.contribution_id, contribution.participant_id)
    found = [StoredProof(*ids, e.kind, e.value, e.digest) for e in entry.evidence]
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
    conn: AsyncConnection,
    action: Action,
    contribution: Contribution,
    before: Standing | None,
    after: Standing,
    now: datetime,
) -> None:
    """Keep the running totals, of the action and of a tick's app, in step with its standing.

    A milestone that the totals reach by it is announced.
    """
    if contribution.app_id is not None:
        ids = (action.guild_id, action.action_id)
        change = counted(after) - counted(before)
        await votes.add_logged(conn, *ids, {contribution.app_id: change})
    running = await totals.running_totals(conn, action)
    unit_code = contribution.unit_code
    total = change_total(running[unit_code], before, after)
    await totals.save_total(conn, action.guild_id, action.action_id, unit_code, total)
    await announce_reached(conn, action, running | {unit_code: total}, now)
