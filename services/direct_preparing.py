"""Reading what a direct message says, as far as it concerns its addressee when it is sent."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import audit, directs, participants, posts, preferences, sign_ups
from db.queries.actions import load_action
from db.queries.shift_claims import list_holders
from domain.actions import Action
from domain.audit import AuditEvent
from domain.concerned import overtaken_by
from domain.deliveries import Delivery, DeliveryKind
from domain.direct import Direct
from domain.owed_messages import OwedMessage, spoken
from domain.servers import Server
from domain.sign_ups import SignUpState
from services.clock import Clock
from services.direct_messages import wakes_now
from services.finished import has_to_log, list_days_left


async def prepare_direct(
    conn: AsyncConnection, delivery: Delivery, action: Action, server: Server, clock: Clock
) -> OwedMessage | None:
    """Read what a direct message repeats; it is pointless where nothing is left of that.

    None if its addressee was deleted. Who left or waits, is muted, has finished or wants no
    messages any more is told nothing.
    """
    guild_id, who = delivery.guild_id, delivery.participant_id
    user_id = None if who is None else await participants.user_of(conn, guild_id, who)
    if user_id is None:
        return None
    owed = OwedMessage(delivery, action, server, clock.now(), user_id)
    prefers = await preferences.load_preference(conn, user_id)
    until = None
    if prefers.quiet is not None and prefers.zone is not None:
        until = prefers.quiet.until(prefers.zone, owed.now)
    parts = [delivery]
    if prefers.quiet is not None and not await wakes_now(conn, delivery, owed.now, until):
        parts += await directs.list_waiting(conn, delivery)
    repeats: list[OwedMessage] = []
    if await directs.load_direct(conn, guild_id, user_id) is Direct.ON:
        repeats = [r for r in [await _repeat(conn, part, owed) for part in parts] if r is not None]
    shown = repeats[0].action if repeats else action
    return OwedMessage(
        delivery,
        shown,
        server,
        owed.now,
        user_id,
        repeats=tuple(repeats),
        merged=tuple(part.delivery_id for part in parts[1:]),
        zone=prefers.zone,
        card=await posts.load_post(conn, guild_id, shown.action_id, DeliveryKind.CARD),
    )


async def in_own_language(conn: AsyncConnection, owed: OwedMessage | None) -> OwedMessage | None:
    """A direct message as its addressee reads it: in the language that they chose.

    Else in that of the language channel in which they signed up, if any, whose card it leads to.
    """
    if owed is None or owed.addressee is None or owed.delivery.participant_id is None:
        return owed
    ids = (owed.server.guild_id, owed.action.action_id)
    sign_up = await sign_ups.load_sign_up(conn, *ids, owed.delivery.participant_id)
    channel = "" if sign_up is None else sign_up.language
    card = await posts.load_post(conn, *ids, DeliveryKind.CARD, language=channel)
    own = (await preferences.load_preference(conn, owed.addressee)).language
    return spoken(replace(owed, card=owed.card and (card or owed.card)), own or channel)


async def _repeat(
    conn: AsyncConnection, message: Delivery, owed: OwedMessage
) -> OwedMessage | None:
    """What a direct message repeats, for its addressee alone; None if it doesn't concern them."""
    guild_id, who = message.guild_id, message.participant_id
    assert who is not None
    assert message.item_id is not None
    about = await directs.load_delivery(conn, guild_id, message.item_id)
    action = owed.action
    if message.action_id != action.action_id:
        other = await load_action(conn, guild_id, message.action_id, whole=True)
        if other is None:
            return None
        action = other
    sign_up = await sign_ups.load_sign_up(conn, guild_id, action.action_id, who)
    if about is None or sign_up is None or sign_up.state is not SignUpState.IN or sign_up.muted:
        return None
    user_id, holders = owed.addressee, tuple[int, ...]()
    assert user_id is not None
    if about.kind is DeliveryKind.SHIFT and about.item_id is not None:
        holders = (user_id,) if user_id in await list_holders(conn, guild_id, about.item_id) else ()
    event = await audit.load_event(conn, about)
    if about.kind is DeliveryKind.STEP and not await _is_news(conn, action, event):
        return None
    days = await list_days_left(conn, about, action, sign_up, owed.now)
    to_log = bool(days)
    if days is None:
        to_log = await has_to_log(conn, about, action, sign_up, owed.now)
    repeat = OwedMessage(
        about,
        action,
        owed.server,
        owed.now,
        user_id,
        event=event,
        addressees=holders,
        yet_to_log=int(to_log),
        days_left=days or (),
    )
    return repeat if to_log and not repeat.pointless else None


async def _is_news(conn: AsyncConnection, action: Action, event: AuditEvent | None) -> bool:
    """Tell whether a step was the last of those after which it is no news any more."""
    if event is None:
        return False
    ids = (action.guild_id, action.action_id)
    last = await audit.latest_event(conn, *ids, overtaken_by(event.act))
    return last is not None and last.event_id == event.event_id
