"""Taking shifts and giving them up within a transaction whose caller has locked the action."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import actions as action_queries
from db.queries import participants
from db.queries import shift_claims as claims
from db.queries import shift_offers as offers
from db.queries import shifts as queries
from domain.actions import Action
from domain.errors import Gone, Refusal
from domain.openings import require_contributions_open
from domain.servers import Actor
from domain.shifts import Shift, ShiftChange, ShiftEvent, moved, moved_on_the_wall, outside
from domain.zones import zone_info


async def lock_action(
    conn: AsyncConnection, actor: Actor, guild_id: int, action_id: int, now: datetime
) -> tuple[Action, int]:
    """The whole action, locked, and the actor's participant id; refuses what is not running."""
    action = await action_queries.load_action(conn, guild_id, action_id, lock=True, whole=True)
    if action is None:
        raise Gone("refused.no_such_action")
    require_contributions_open(action, now)
    return action, await participants.participant_of(conn, guild_id, actor.user_id, now)


async def held_shift(
    conn: AsyncConnection, action: Action, who: int, shift_id: int, *, key: str
) -> Shift:
    """A shift that the participant has; refuses by `key` where they don't."""
    shift = shift_of(action, shift_id)
    if shift_id not in await claims.list_claims(conn, action.guild_id, action.action_id, who):
        raise Refusal(key)
    return shift


def shift_of(action: Action, shift_id: int) -> Shift:
    """A shift of an action read whole; refuses what is none of its."""
    for shift in action.parts.shifts:
        if shift.shift_id == shift_id:
            return shift
    raise Gone("shifts.gone")


async def require_room(
    conn: AsyncConnection,
    action: Action,
    who: int,
    shift: Shift,
    *,
    key: str,
    without: int | None = None,
) -> None:
    """Refuse by `key` (at) a shift at a time at which the participant has one already.

    The one `without` they would give away for it.
    """
    mine = await claims.list_claims(conn, action.guild_id, action.action_id, who)
    for other in action.parts.shifts:
        if other.shift_id in mine and other.shift_id != without and other.overlaps(shift):
            raise Refusal(key, at=other.starts_at)


async def give(
    conn: AsyncConnection, action: Action, shift: Shift, who: int, now: datetime
) -> None:
    """Give a shift with a free place to a participant who does not have it."""
    ids = (action.guild_id, action.action_id)
    await claims.insert_claim(conn, *ids, shift.shift_id, who, now)
    await claims.change_taken(conn, action.guild_id, shift.shift_id, 1)
    event = ShiftEvent(ShiftChange.TAKEN, shift.shift_id, who)
    await queries.write_shift_events(conn, *ids, [event], now)


async def pass_on(
    conn: AsyncConnection, action: Action, shift: Shift, giver: int, taker: int, now: datetime
) -> None:
    """Move a participant's shift to another: the number of those who have it stays the same."""
    ids = (action.guild_id, action.action_id)
    await claims.delete_claim(conn, action.guild_id, shift.shift_id, giver)
    await claims.insert_claim(conn, *ids, shift.shift_id, taker, now)
    await offers.withdraw_offers(conn, action.guild_id, [shift.shift_id], giver)
    events = [
        ShiftEvent(ShiftChange.HANDED_OVER, shift.shift_id, giver),
        ShiftEvent(ShiftChange.TAKEN_OVER, shift.shift_id, taker),
    ]
    await queries.write_shift_events(conn, *ids, events, now)


async def give_up(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    who: int,
    shift_ids: Collection[int],
    now: datetime,
) -> None:
    """Take shifts from the participant who has them, with what they offered of them."""
    if not shift_ids:
        return
    for shift_id in shift_ids:
        await claims.delete_claim(conn, guild_id, shift_id, who)
        await claims.change_taken(conn, guild_id, shift_id, -1)
    await offers.withdraw_offers(conn, guild_id, shift_ids, who)
    events = [ShiftEvent(ShiftChange.GIVEN_UP, shift_id, who) for shift_id in sorted(shift_ids)]
    await queries.write_shift_events(conn, guild_id, action_id, events, now)


async def give_up_all(
    conn: AsyncConnection, guild_id: int, action_id: int, who: int, now: datetime
) -> None:
    """Free the shifts ahead of somebody who leaves the action."""
    own = await claims.list_claims(conn, guild_id, action_id, who)
    if own:
        shifts = await queries.list_shifts(conn, guild_id, action_id)
        ahead = [s.shift_id for s in shifts if s.shift_id in own and s.ends_at > now]
        await give_up(conn, guild_id, action_id, who, ahead, now)


async def remove(
    conn: AsyncConnection, action: Action, shift_ids: Collection[int], now: datetime
) -> None:
    """Delete shifts, taking them from those who have them first."""
    ids = (action.guild_id, action.action_id)
    held = [
        ShiftEvent(ShiftChange.GIVEN_UP, shift_id, who)
        for shift_id, who in await claims.list_claimants(conn, *ids)
        if shift_id in shift_ids
    ]
    if held:
        await queries.write_shift_events(conn, *ids, held, now)
    await offers.withdraw_offers(conn, action.guild_id, shift_ids)
    await queries.delete_shifts(conn, *ids, shift_ids)


async def move_shifts(conn: AsyncConnection, before: Action, after: Action, now: datetime) -> None:
    """Have the shifts and sessions of an action follow its new time; people keep theirs.

    They move along where start and end move alike, be it only by the clocks on the wall, which
    may change in between. Otherwise they stay. Blocks outside the new time go; raises `Refusal`
    where somebody has one of those, or one is a session.
    """
    by, ends_by = after.starts_at - before.starts_at, after.ends_at - before.ends_at
    if not (by or ends_by):
        return
    shifts = tuple(await queries.list_shifts(conn, after.guild_id, after.action_id))
    if by == ends_by:
        await queries.update_shifts(conn, after.guild_id, moved(shifts, by))
        return
    zone, frame = after.starts.zone, (after.starts_at, after.ends_at)
    wall_by = _on_the_wall(after.starts_at, zone) - _on_the_wall(before.starts_at, zone)
    if wall_by == _on_the_wall(after.ends_at, zone) - _on_the_wall(before.ends_at, zone):
        shifts = moved_on_the_wall(shifts, wall_by, zone, *frame)
    gone = {shift.shift_id for shift in outside(shifts, *frame)}
    await remove(conn, after, gone, now)
    kept = [shift for shift in shifts if shift.shift_id not in gone]
    await queries.update_shifts(conn, after.guild_id, kept)


def _on_the_wall(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(zone_info(zone)).replace(tzinfo=None)
