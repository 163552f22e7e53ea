"""Writing down a reviewer's verdict, and owing its fan the news."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import appeals, checks, leases
from db.queries.given import list_given_by
from db.queries.servers import next_id
from domain.actions import Action
from domain.check_ins import counts_otherwise
from domain.deliveries import DeliveryKind, PlannedDelivery
from domain.errors import Refusal
from domain.ledger import Check, Contribution, Verdict
from domain.openings import require_answers_open, require_checks_open
from domain.reviewing import (
    TOLD_AFTER,
    Appeal,
    Given,
    Ruling,
    concerns_fan,
    require_revision,
    require_verdict,
)
from services.ledger import add_check, load_for_change
from services.planning import owe

Rule = Callable[[Contribution, list[Given], Appeal | None, int], None]


@dataclass(frozen=True)
class Decided:
    """A verdict that was written down."""

    action: Action
    contribution: Contribution
    check: Check


async def give_verdict(
    conn: AsyncConnection,
    guild_id: int,
    who: int,
    contribution_id: int,
    ruling: Ruling,
    now: datetime,
    *,
    revises: bool = False,
) -> Decided:
    """Append a verdict of the participant `who`, and move what follows from it.

    `revises`: in the place of their own last one. Raises `Refusal` where it is not theirs to give,
    or another reviewer looks at the contribution now.
    """
    action, contribution, before = await load_for_change(conn, guild_id, contribution_id)
    ids = (guild_id, contribution_id)
    given = await checks.list_given(conn, *ids)
    appeal = (await appeals.load_appeals(conn, guild_id, [contribution_id])).get(contribution_id)
    answers = appeal is not None and appeal.is_open(given[-1].check if given else None)
    (require_answers_open if answers else require_checks_open)(action, now)
    rule: Rule = require_revision if revises else require_verdict
    rule(contribution, given, appeal, who)
    if await leases.is_leased_to_another(conn, *ids, who, now):
        raise Refusal("review.leased")
    if ruling.verdict is not Verdict.NOT_COUNTED:
        await require_once(conn, action, contribution, "review.counts_otherwise")
    corrected = ruling.verdict is Verdict.CORRECTED
    if corrected and ruling.amount == before.amount:
        raise Refusal("review.same_amount")
    check = Check(
        await next_id(conn, guild_id),
        contribution_id,
        ruling.verdict,
        now,
        amount=ruling.amount if corrected else None,
        reason=ruling.reason,
        reason_code=ruling.reason_code,
    )
    await add_check(conn, action, contribution, before, check, who)
    await leases.forget(conn, *ids)
    if concerns_fan(given, check):
        await _tell(conn, action, contribution, check, now)
    return Decided(action, contribution, check)


async def require_once(
    conn: AsyncConnection, action: Action, contribution: Contribution, key: str
) -> None:
    """Refuse to have somebody count twice where everybody does once; the action is locked."""
    if action.rules.once:
        ids = (action.guild_id, action.action_id)
        own = await list_given_by(conn, *ids, contribution.participant_id)
        if counts_otherwise(contribution, own):
            raise Refusal(key)


async def _tell(
    conn: AsyncConnection, action: Action, contribution: Contribution, check: Check, now: datetime
) -> None:
    """Owe the fan a direct message that tells of it in some minutes, if they want any.

    Each verdict has its own minutes, in which a slip of the thumb is put right. Messages come as
    far apart, however many verdicts each will tell of. Others are told at their next click.
    """
    guild_id, who = action.guild_id, contribution.participant_id
    if not await appeals.wants_telling(conn, guild_id, who):
        return
    due = now + TOLD_AFTER
    last, unwritten = await appeals.last_tellings(conn, guild_id, who)
    if unwritten is not None and unwritten >= due:
        return  # That one tells of it too.
    if last is not None:
        due = max(due, last + TOLD_AFTER)
    message = PlannedDelivery(DeliveryKind.VERDICT, due, item_id=check.check_id)
    await owe(conn, guild_id, action.action_id, [message], now, participant_id=who)
