"""Owing what an action has planned, and owing it anew when its plan changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import deliveries, directs
from db.queries.failures import cancel_failed, cancel_failed_of
from db.queries.native_events import has_events, list_events, list_looks, waits_for_look
from db.queries.owed import is_left_out, list_owed, list_settled, take_back, was_sent
from db.queries.references import list_unfinished
from db.queries.servers import next_id
from db.queries.threads import waits_for_name
from domain.actions import Action, ActionState
from domain.deliveries import DeliveryKind, PlannedDelivery
from domain.plans import plan_deliveries, plan_series
from domain.replanning import replan
from domain.servers import Server
from services.group_commit import owes_more

ONCE = frozenset({DeliveryKind.ANNOUNCEMENT, DeliveryKind.CARD})
"""What is planned once, and not again when it was sent."""

REPLANNED = frozenset(
    {
        *ONCE,
        DeliveryKind.REMINDER,
        DeliveryKind.PREFLIGHT,
        DeliveryKind.MOMENT,
        DeliveryKind.REVEAL,
        DeliveryKind.CLOSING,
        DeliveryKind.TALLY,
        DeliveryKind.DECISION,
        DeliveryKind.NEXT_OCCURRENCE,
        DeliveryKind.REDRAW,
        DeliveryKind.DAILY_CALL,
        DeliveryKind.SHIFT,
        DeliveryKind.TASK,
        DeliveryKind.LAST_HOUR,
        DeliveryKind.NUDGE,
        DeliveryKind.AHEAD,
        DeliveryKind.DIGEST,
    }
)
"""What follows from an action's times; the rest tells of something that has happened."""


DIRECT = frozenset({DeliveryKind.DIRECT})
AHEAD = frozenset({DeliveryKind.AHEAD})
"""What is made of other deliveries, and goes where those go."""


NEVER = datetime.max.replace(tzinfo=UTC)
"""Later than anything that may be owed."""


async def owe(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    planned: Sequence[PlannedDelivery],
    now: datetime,
    *,
    participant_id: int | None = None,
) -> None:
    """Store planned deliveries under ids of the server."""
    if planned:
        first_id = await next_id(conn, guild_id, len(planned))
        await deliveries.insert_deliveries(
            conn,
            guild_id,
            action_id,
            planned,
            first_id=first_id,
            now=now,
            participant_id=participant_id,
        )
        owes_more.set(True)


async def plan_anew(conn: AsyncConnection, action: Action, now: datetime) -> None:
    """Take back what a published action owes by its old plan, and owe what it does by now.

    The whole action has to be read for it. What both plans have stays as it is. A paused one owes
    nothing but its card, a cancelled one nothing at all, but for the next action of their series;
    of one whose tally is published nothing changes.
    """
    if action.state is ActionState.FINAL:
        return
    ids = (action.guild_id, action.action_id)
    match action.state_at(now):
        case ActionState.CANCELLED:
            await deliveries.cancel_undone(conn, *ids, REPLANNED | DIRECT)
            planned = list(plan_series(action, now))
        case ActionState.PAUSED:
            await deliveries.cancel_undone(conn, *ids, REPLANNED - ONCE - AHEAD)
            await directs.cancel_but_steps(conn, action)
            planned = list(plan_series(action, now))
        case ActionState.SCHEDULED:
            await deliveries.cancel_undone(conn, *ids, REPLANNED)
            planned = list(plan_deliveries(action, now))
        case _:
            # It may have been scheduled until now.
            await deliveries.bring_forward(conn, *ids, ONCE, now)
            new = replan(action, await list_owed(conn, *ids, REPLANNED - ONCE), now)
            await take_back(conn, action.guild_id, new.taken_back)
            await directs.cancel_outdated(conn, action)
            planned = [*await _unannounced(conn, action, now), *new.added]
    settled = await list_settled(conn, *ids)
    if any(plan.kind is DeliveryKind.NUDGE for plan in planned):
        settled |= await _nudged(conn, action, planned)
    await owe(conn, *ids, [plan for plan in planned if plan not in settled], now)


async def _nudged(
    conn: AsyncConnection, action: Action, planned: Sequence[PlannedDelivery]
) -> set[PlannedDelivery]:
    """The nudge, if there was one: people are asked once, however much longer they have."""
    kind, ids = DeliveryKind.NUDGE, (action.guild_id, action.action_id)
    there_was = await was_sent(conn, *ids, kind)
    return {plan for plan in planned if there_was and plan.kind is kind}


async def _unannounced(
    conn: AsyncConnection, action: Action, now: datetime
) -> list[PlannedDelivery]:
    """The announcement that was left out because the action was paused when it was due."""
    kind, ids = DeliveryKind.ANNOUNCEMENT, (action.guild_id, action.action_id)
    if now >= action.ends_at or not await is_left_out(conn, *ids, kind):
        return []
    return [PlannedDelivery(kind, now)]


async def owe_thread(conn: AsyncConnection, action: Action, now: datetime) -> None:
    """Owe an action's thread, unless it has one, or had one that was deleted."""
    kind, ids = DeliveryKind.THREAD, (action.guild_id, action.action_id)
    if action.thread_id is not None or await deliveries.is_on_its_way(conn, *ids, kind):
        return
    if not await was_sent(conn, *ids, kind):
        await owe(conn, *ids, [PlannedDelivery(kind, now)], now)


async def owe_rename(conn: AsyncConnection, action: Action, now: datetime) -> None:
    """Have an action's thread, if it has one, be called as the action is by now."""
    ids, thread_id = (action.guild_id, action.action_id), action.thread_id
    if thread_id is not None and not await waits_for_name(conn, *ids, thread_id):
        rename = PlannedDelivery(DeliveryKind.THREAD, now, item_id=thread_id)
        await owe(conn, *ids, [rename], now)


async def owe_event(
    conn: AsyncConnection, action: Action, now: datetime, *, in_lane: bool = False
) -> None:
    """Have an action's event of Discord's own brought in step, where it has one or should have.

    What nobody knows of yet gets none before it is announced. `in_lane`: another delivery of the
    server is being sent just now, so a look that is claimed by now is yet to begin.
    """
    ids = (action.guild_id, action.action_id)
    unknown = not action.announced(now)
    if (unknown and action.state is ActionState.CANCELLED) or not await has_events(conn, *ids):
        return
    await look_at_event(conn, *ids, now, at=_event_due(action, now), in_lane=in_lane)


def _event_due(action: Action, now: datetime) -> datetime:
    """When an action's event is to be looked at: once people may know of the action."""
    if action.announced(now) or action.announce is None:
        return now
    return max(now, action.announce.at)


async def look_at_event(
    conn: AsyncConnection,
    guild_id: int,
    action_id: int,
    now: datetime,
    *,
    at: datetime | None = None,
    in_lane: bool = False,
) -> None:
    """Owe a look at an action's event, now or `at` an instant, unless one waits until then."""
    due = at or now
    if not await waits_for_look(conn, guild_id, action_id, due, claimed=in_lane):
        await cancel_failed(conn, guild_id, action_id, DeliveryKind.EVENT)
        look = PlannedDelivery(DeliveryKind.EVENT, due)
        await owe(conn, guild_id, action_id, [look], now)


async def plan_look(
    conn: AsyncConnection, action: Action, at: datetime | None, now: datetime
) -> None:
    """Owe the next look at an event by time alone, and no other later one; none where None."""
    ids = (action.guild_id, action.action_id)
    planned = [o for o in await list_owed(conn, *ids, {DeliveryKind.EVENT}) if o.plan.due_at > now]
    await take_back(conn, action.guild_id, [o.delivery_id for o in planned if o.plan.due_at != at])
    if at is not None and all(o.plan.due_at != at for o in planned):
        await owe(conn, *ids, [PlannedDelivery(DeliveryKind.EVENT, at)], now)


async def owe_all_events(conn: AsyncConnection, server: Server, now: datetime) -> None:
    """Bring the events of all a server's actions in step: where it wants none, those that stand.

    However many there are, that takes a handful of statements: a click waits for it.
    """
    guild_id, kind = server.guild_id, DeliveryKind.EVENT
    actions = await list_unfinished(conn, guild_id)
    if not server.native_events:
        known = {event.action_id for event in await list_events(conn, guild_id)}
        actions = [action for action in actions if action.action_id in known]
    waiting = await list_looks(conn, guild_id)
    looks = {
        action.action_id: PlannedDelivery(kind, at)
        for action in actions
        if action.number is not None and action.ends_at > now
        if (at := _event_due(action, now)) < waiting.get(action.action_id, NEVER)
    }
    if looks:
        await cancel_failed_of(conn, guild_id, looks, kind)
        first_id = await next_id(conn, guild_id, len(looks))
        await deliveries.insert_for_actions(conn, guild_id, looks, first_id=first_id, now=now)
        owes_more.set(True)
