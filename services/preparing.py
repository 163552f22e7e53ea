"""Reading what a delivery's message needs, as it stands when it is sent."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as action_queries
from db.queries import (
    audit,
    claims,
    deliveries,
    participant_lists,
    participants,
    preferences,
    shift_claims,
    shift_offers,
    sign_ups,
)
from domain.actions import Action
from domain.deliveries import TELLS_ORGANISERS, Delivery, DeliveryKind, Post
from domain.kinds import Feature
from domain.language_channels import localized
from domain.owed_messages import OwedMessage
from domain.seals import holders
from domain.shifts import ShiftOffer
from domain.sign_ups import is_addressed
from services.appeals import prepare_verdicts
from services.clock import Clock
from services.digests import list_told, read_to_check
from services.direct_preparing import in_own_language, prepare_direct
from services.lateness import is_superseded, list_missed
from services.servers import Servers
from services.tallies import load_tally


async def prepare(
    database: Database,
    servers: Servers,
    clock: Clock,
    delivery: Delivery,
    *,
    claimed: bool = True,
) -> OwedMessage | None:
    """Read what the message needs; None if its action is gone, or it is owed no more.

    One that is not `claimed` is looked at as it would be if it were sent now.
    """
    server = await servers.get(delivery.guild_id)
    async with database.read() as conn:
        action = await action_queries.load_action(
            conn, delivery.guild_id, delivery.action_id, whole=True
        )
        if action is None:
            return None
        if claimed:
            owed = await claims.load_owed(conn, delivery)
            if owed is None:
                return None
            delivery = owed
        if delivery.kind is DeliveryKind.DIRECT:
            direct = await prepare_direct(conn, delivery, action, server, clock)
            return await in_own_language(conn, direct)
        if delivery.kind is DeliveryKind.VERDICT:
            owed = OwedMessage(delivery, action, server, clock.now())
            return await in_own_language(conn, await prepare_verdicts(conn, delivery, owed))
        there = localized(action, server, delivery.language)
        if there is None:
            return None  # the server has no such language channel any more
        action, server = there
        event = await audit.load_event(conn, delivery)
        addressee = await _addressee(conn, delivery, action)
        holders, offer = await _about_shift(conn, delivery)
        yet_to_log = await _yet_to_log(conn, delivery, action)
        now = clock.now()
        tally = stands_at = None
        if delivery.kind is DeliveryKind.TALLY:
            tally = await load_tally(conn, action, now)
            stands_at = await _stands_at(conn, delivery)
        missed = await list_missed(conn, delivery, server, now)
        superseded = await is_superseded(conn, delivery, now)
        to_check = await read_to_check(conn, delivery, action, server, clock)
        told = await list_told(conn, delivery, action, server)
        own_languages = await _own_languages(conn, delivery, action)
    return OwedMessage(
        delivery,
        action,
        server,
        now,
        addressee,
        tally,
        event,
        addressees=holders or told,
        offer=offer,
        missed=missed,
        superseded=superseded,
        yet_to_log=yet_to_log,
        to_check=to_check,
        stands_at=stands_at,
        own_languages=own_languages,
    )


async def _own_languages(
    conn: AsyncConnection, delivery: Delivery, action: Action
) -> dict[int, str]:
    """Which languages an action's organisers chose, where one of them may be told directly."""
    if delivery.kind not in TELLS_ORGANISERS:
        return {}
    return await preferences.languages_of(conn, holders(action))


async def _stands_at(conn: AsyncConnection, delivery: Delivery) -> Post | None:
    """Where a tally stands already, of which a newer edition takes the place.

    Even one that was first to be posted: it may have failed, and been amended before it is tried
    again.
    """
    ids, kinds = (delivery.guild_id, delivery.action_id), {DeliveryKind.TALLY}
    posted = await deliveries.list_posted(conn, *ids, kinds, 1, language=delivery.language)
    return posted[0].post if posted else None


async def _yet_to_log(conn: AsyncConnection, delivery: Delivery, action: Action) -> int:
    """How many a nudge is for; nobody where there is nothing to do."""
    nothing_to_do = Feature.TASKS in action.rules.features and not action.parts.tasks
    if delivery.kind is not DeliveryKind.NUDGE or nothing_to_do:
        return 0
    return await sign_ups.count_yet_to_log(conn, action.guild_id, action.action_id)


async def _about_shift(
    conn: AsyncConnection, delivery: Delivery
) -> tuple[tuple[int, ...], ShiftOffer | None]:
    """Whom a delivery about a shift addresses, and the offer of which it tells.

    That is who has the shift and may be named, or is asked or answered. Who has muted the action is
    not addressed; an offer is posted all the same, since others wait for what becomes of it.
    """
    guild_id, item_id = delivery.guild_id, delivery.item_id
    if item_id is not None and delivery.kind is DeliveryKind.SHIFT:
        return tuple(await shift_claims.list_holders(conn, guild_id, item_id, named=True)), None
    if item_id is not None and delivery.kind is DeliveryKind.SHIFT_OFFER:
        offer = await shift_offers.load_offer(conn, guild_id, item_id)
        return await _parties(conn, delivery, offer), offer
    return (), None


async def _parties(
    conn: AsyncConnection, delivery: Delivery, offer: ShiftOffer | None
) -> tuple[int, ...]:
    """Who made an offer of a shift, and to whom: those that have not muted its action."""
    if offer is None:
        return ()
    ids, parties = (delivery.guild_id, delivery.action_id), list[int]()
    for who, user_id in ((offer.from_id, offer.from_user_id), (offer.to_id, offer.to_user_id)):
        sign_up = None if who is None else await sign_ups.load_sign_up(conn, *ids, who)
        if user_id is not None and (sign_up is None or not sign_up.muted):
            parties.append(user_id)
    return tuple(parties)


async def _addressee(conn: AsyncConnection, delivery: Delivery, action: Action) -> int | None:
    """The Discord user whom a delivery addresses, if they still have the place or task.

    None if they have muted the action.
    """
    guild_id, who = delivery.guild_id, delivery.participant_id
    if delivery.kind is DeliveryKind.TASK:
        claimed_by = next(
            (t.claimed_by for t in action.parts.tasks if t.task_id == delivery.item_id), None
        )
        if claimed_by is not None:
            who = await participants.find_participant(conn, guild_id, claimed_by)
    if who is None:
        return None
    sign_up = await sign_ups.load_sign_up(conn, guild_id, delivery.action_id, who)
    if not is_addressed(sign_up):
        return None
    if await participant_lists.is_unnamed(conn, guild_id, who):
        return None
    return await participants.user_of(conn, guild_id, who)
