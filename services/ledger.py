"""Writing to the ledger of a locked action: entries, proofs, checks, and what they add up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import actions as action_queries
from db.queries import given, participants, sign_ups, tasks
from db.queries import ledger as queries
from db.queries.attachments import delete_attachments
from db.queries.ledger import StoredProof
from db.queries.servers import next_id
from domain.actions import Action
from domain.errors import Gone, Refusal
from domain.evidence import Evidence, pictured, proved_by, require_few
from domain.kinds import Feature, ProofKind
from domain.ledger import (
    LATELY,
    Check,
    Contribution,
    HeldReason,
    Standing,
    counted,
    reason_to_hold,
    standing,
)
from domain.pictures import Picture
from domain.sign_ups import SignUpState
from services.cut_offs import entry_instant
from services.flagging import Given
from services.shown import evidence_in, keep_shown, proofs_of
from services.standings import Move, keep_in_step
from services.thanks import owe_thanks

NOTE = "note"


@dataclass(frozen=True)
class Logged:
    """What became of a contribution that was logged, proved or withdrawn."""

    action: Action
    contribution: Contribution
    standing: Standing
    changed: bool = True


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

    pictures: tuple[Picture, ...] = ()
    source: str | None = None
    """The platform on which it was done, where its kind asks for it."""


async def enter(
    conn: AsyncConnection, action: Action, entries: Sequence[Entry], now: datetime
) -> list[Logged]:
    """Append entries to the ledger of an action, which the caller has locked and found open.

    What a stated rule holds is held; running totals and contributors' sums move along, and what
    has evidence is looked at for flags.
    """
    ids = (action.guild_id, action.action_id)
    now = await entry_instant(conn, action, now)
    contributions = await _judge(conn, action, entries, now)
    await queries.insert_contributions(conn, *ids, contributions)
    shown = [
        Given(contribution, entry.evidence, entry.pictures)
        for contribution, entry in zip(contributions, entries, strict=True)
    ]
    proofs = [proof for one in shown for proof in proofs_of(one)]
    for contribution, entry in zip(contributions, entries, strict=True):
        if entry.note:
            key = (contribution.contribution_id, contribution.participant_id)
            proofs.append(StoredProof(*key, NOTE, entry.note, None))
    await queries.insert_proofs(conn, *ids, proofs)
    moves = [Move(entered, None, standing(entered, None)) for entered in contributions]
    await keep_in_step(conn, action, moves, now)
    await keep_shown(conn, action, shown, now)
    return [Logged(action, move.contribution, move.after) for move in moves]


async def _judge(
    conn: AsyncConnection, action: Action, entries: Sequence[Entry], now: datetime
) -> list[Contribution]:
    """The entries as contributions, numbered in their order, each held if a stated rule says so."""
    guild_id, action_id = action.guild_id, action.action_id
    people = [entry.user_id for entry in entries]
    helpers = [entry.entered_by for entry in entries if entry.entered_by is not None]
    who = await participants.participants_of(conn, guild_id, [*people, *helpers], now)
    digests = [{(who[entry.user_id], digest) for digest in _digests(entry)} for entry in entries]
    every = {one for theirs in digests for one in theirs}
    seen = await queries.seen_digests(conn, guild_id, action_id, every)
    lately = await _logged_lately(conn, action, set(who.values()), now)
    first_id = await next_id(conn, guild_id, len(entries))
    contributions: list[Contribution] = []
    for contribution_id, (entry, theirs) in enumerate(zip(entries, digests, strict=True), first_id):
        participant_id = who[entry.user_id]
        unit_code = entry.unit_code or action.unit_code
        held = entry.held
        if entry.app_id is None:
            held = reason_to_hold(
                action,
                amount=entry.amount,
                at=now,
                code_seen=not theirs.isdisjoint(seen),
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
            source=entry.source,
        )
        seen |= theirs
        lately[participant_id] += counted(standing(contribution, None))
        contributions.append(contribution)
    return contributions


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


async def prove_later(
    conn: AsyncConnection,
    action: Action,
    contribution: Contribution,
    evidence: Sequence[Evidence],
    pictures: Sequence[Picture],
    now: datetime,
) -> Standing:
    """Add proof to a contribution, loaded with its action locked; returns where it stands then.

    What counts already is not held by it any more, and what is held stays so. Refused is therefore
    what the same person gave in this action before, with this contribution or with another one.
    """
    now = await entry_instant(conn, action, now)
    ids, number = (action.guild_id, action.action_id), contribution.contribution_id
    shown = Given(contribution, tuple(evidence), tuple(pictures))
    digests = {(contribution.participant_id, one.digest) for one in evidence_in(shown)}
    if await queries.seen_digests(conn, *ids, digests):
        raise Refusal("proof.given_before", title=action.title)
    there = await queries.list_proofs(conn, action.guild_id, number)
    require_few(sum(said.item != NOTE for said in there) + len(digests))
    positions = Counter(said.item for said in there)
    await queries.insert_proofs(conn, *ids, proofs_of(shown, positions))
    check = await queries.last_check(conn, action.guild_id, number)
    before = after = standing(contribution, check)
    proof = proved_by(evidence, pictures)
    if contribution.proof is None and proof is not None:
        await queries.insert_later_proof(
            conn,
            action.guild_id,
            entry_id=await next_id(conn, action.guild_id),
            action_id=action.action_id,
            contribution=contribution,
            proof=proof,
            at=now,
        )
        proved = replace(contribution, proof=proof)
        after = standing(proved, check)
        await keep_in_step(conn, action, [Move(proved, before, after)], now)
    await keep_shown(conn, action, [shown], now)
    return after


async def add_check(
    conn: AsyncConnection,
    action: Action,
    contribution: Contribution,
    before: Standing,
    check: Check,
    reviewer_id: int,
) -> Standing:
    """Append a reviewer's verdict on a contribution, loaded with its action locked.

    `reviewer_id` is a participant's. Returns where the contribution stands by it.
    """
    now = check.at
    check = replace(check, at=await entry_instant(conn, action, now))
    await queries.insert_check(conn, action.guild_id, action.action_id, check, reviewer_id)
    after = standing(contribution, check)
    await keep_in_step(conn, action, [Move(contribution, before, after)], now)
    if after.verified:
        await owe_thanks(conn, action, contribution.participant_id, now)
    return after


async def withdraw_entry(
    conn: AsyncConnection,
    action: Action,
    contribution: Contribution,
    before: Standing,
    now: datetime,
) -> Logged:
    """Append the withdrawal of an entry, loaded with its action locked, and of what hangs on it.

    A task that it marked as done is not done any more, and free if its claimer has left meanwhile;
    its files and pictures are purged.
    """
    ids = (action.guild_id, action.action_id)
    now = await entry_instant(conn, action, now)
    await queries.insert_withdrawal(
        conn,
        action.guild_id,
        withdrawal_id=await next_id(conn, action.guild_id),
        action_id=action.action_id,
        contribution=contribution,
        at=now,
    )
    withdrawn = replace(contribution, withdrawn=True)
    check = await queries.last_check(conn, action.guild_id, contribution.contribution_id)
    after = standing(withdrawn, check)
    await keep_in_step(conn, action, [Move(withdrawn, before, after)], now)
    if Feature.TASKS in action.rules.features:
        await tasks.reopen_task(conn, *ids, contribution.contribution_id)
        sign_up = await sign_ups.load_sign_up(conn, *ids, contribution.participant_id)
        if sign_up is None or sign_up.state is SignUpState.LEFT:
            await tasks.free_tasks(conn, *ids, contribution.participant_id)
    if contribution.app_id is None or contribution.proof is not None:  # A tick can have no files.
        await delete_attachments(conn, action.guild_id, contribution.contribution_id)
    return Logged(action, withdrawn, after)


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


def _digests(entry: Entry) -> set[str]:
    return {one.digest for one in (*entry.evidence, *pictured(entry.pictures))}
