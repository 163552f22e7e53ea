"""Who has finished: they are left out of what is told to those who have something left to do."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import given, sign_ups, ticks
from domain.actions import Action
from domain.deliveries import Delivery, DeliveryKind
from domain.direct import FOR_UNFINISHED, goes_on, has_finished
from domain.ledger import StandingState, standing
from domain.sign_ups import SignUp
from domain.ticks import days_left, days_of, days_running
from domain.vote_calls import VotingDay

EVER = datetime.fromtimestamp(0, UTC)

COUNTS = frozenset({StandingState.LOGGED, StandingState.HELD})
"""What has been done; a check that it waits for is nothing that people can hurry."""

BY_DAY = frozenset(
    {
        DeliveryKind.BY_HAND,
        DeliveryKind.DAILY_CALL,
        DeliveryKind.LAST_HOUR,
        DeliveryKind.REMINDER,
    }
)
"""What reminds of a vote's days, which are over for who has ticked them."""

FOR_ALL_AT_FIRST = frozenset({DeliveryKind.BY_HAND, DeliveryKind.STEP})
"""What concerns everybody who is in before somebody may have finished."""


async def list_days_left(
    conn: AsyncConnection, about: Delivery, action: Action, sign_up: SignUp, now: datetime
) -> tuple[VotingDay, ...] | None:
    """What somebody has yet to tick of a vote's days that a message is about.

    None where it is not about days.
    """
    if about.kind not in BY_DAY or not goes_on(action):
        return None
    if about.kind is DeliveryKind.BY_HAND and not action.some_finished(now):
        return None
    key = (action.guild_id, action.action_id, sign_up.participant_id)
    ticked = await ticks.list_ticked(conn, *key)
    rested = await ticks.list_rest_days(conn, *key)
    return days_left(action, days_of(action, about, now), ticked, rested)


async def has_to_log(
    conn: AsyncConnection, about: Delivery, action: Action, sign_up: SignUp, now: datetime
) -> bool:
    """Tell whether somebody has not finished, of what those who have are not told.

    What would ping everybody who is in, were there a ping, is for all of them without one too.
    """
    sessions = {shift.shift_id for shift in action.parts.shifts if shift.is_session}
    is_session = about.kind is DeliveryKind.SHIFT and about.item_id in sessions
    if about.kind not in FOR_UNFINISHED and not is_session:
        return True
    if about.kind in FOR_ALL_AT_FIRST and not action.some_finished(now):
        return True
    who = [sign_up.participant_id]
    entries = await given.list_given_since(conn, action.guild_id, action.action_id, who, EVER)
    stand = [standing(entry, check) for entry, check in entries]
    logged = [s.amount for s in stand if s.state in COUNTS]
    if about.kind is DeliveryKind.NUDGE:
        return not logged
    all_counts_later = about.kind is DeliveryKind.AHEAD and not action.rules.reminds_of_end
    if all_counts_later and sign_up.pledged is None:
        return True
    return not has_finished(action, sign_up.pledged, sum(logged))


async def count_finished(conn: AsyncConnection, action: Action, now: datetime) -> int:
    """How many of those who are in have done all that they meant to, of a vote's day at least."""
    ids = (action.guild_id, action.action_id)
    pledges = await sign_ups.list_pledges(conn, *ids)
    if goes_on(action):
        days = [(day.app.app_id, day.day) for day in days_running(action, now)]
        done = await ticks.list_all_ticked(conn, *ids, days) if days else set[int]()
        return len(done & pledges.keys())
    logged = dict.fromkeys(pledges, 0)
    for entry, check in await given.list_given_since(conn, *ids, None, EVER):
        stand = standing(entry, check)
        if entry.participant_id in logged and stand.state in COUNTS:
            logged[entry.participant_id] += stand.amount
    return sum(has_finished(action, pledges[who], amount) for who, amount in logged.items())
