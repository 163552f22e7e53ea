"""How much there is to check of each action, by its running totals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import action, action_total
from domain.actions import ANSWER_FOR, APPEAL_FOR, CHECKS_FOR, LATE_FOR, ActionState

_UNCHECKABLE = (ActionState.DRAFT, ActionState.AWAITING_APPROVAL, ActionState.CANCELLED)

_CHECKED_FOR = LATE_FOR + CHECKS_FOR


@dataclass(frozen=True)
class Pile:
    """How much of an action there is to check, by its running totals.

    No contribution without a check has an id below `first`. Of one that `only_appeals` are checked
    of nothing else is told. `outliers` are unchecked contributions whose amounts stand out.
    """

    action_id: int
    checked: int
    total: int
    held: int
    first: int
    only_appeals: bool = False
    outliers: tuple[int, ...] = ()

    @property
    def rest(self) -> int:
        """How many count without a check."""
        return self.total - self.checked - self.held


async def list_piles(
    conn: AsyncConnection, guild_id: int, now: datetime, action_id: int | None = None
) -> list[Pile]:
    """What there is to check of each action that can be checked, or of one, by action id.

    Appeals are answered for some time after the rest can't be checked any more.
    """
    of_one = () if action_id is None else (action.c.action_id == action_id,)
    total = action_total.c
    rows = await conn.execute(
        select(
            action.c.action_id,
            action.c.log_until,
            func.sum(total.verified_count + total.not_counted_count).label("checked"),
            func.sum(total.logged_count + total.held_count + total.not_counted_count).label("all"),
            func.sum(total.held_count).label("held"),
        )
        .join(
            action_total,
            and_(total.guild_id == action.c.guild_id, total.action_id == action.c.action_id),
        )
        .where(
            action.c.guild_id == guild_id,
            action.c.state.not_in(_UNCHECKABLE),
            action.c.log_until > now - (_CHECKED_FOR + APPEAL_FOR + ANSWER_FOR),
            *of_one,
        )
        .group_by(action.c.action_id, action.c.log_until)
        .order_by(action.c.action_id)
    )
    # A contribution's id is higher than its action's: both come from one counter of the server.
    return [
        Pile(row.action_id, int(row.checked), int(row.all), int(row.held), row.action_id)
        if row.log_until > now - _CHECKED_FOR
        else Pile(row.action_id, 0, 0, 0, row.action_id, only_appeals=True)
        for row in rows
    ]
