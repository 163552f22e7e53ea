"""Use cases of fans: handing a shift over and swapping one, by an offer that is answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as action_queries
from db.queries import participants
from db.queries import shift_offers as queries
from domain.deliveries import DeliveryKind, PlannedDelivery
from domain.errors import Gone, NotAllowed, Refusal
from domain.servers import Actor
from domain.shifts import OfferState, Shift, ShiftOffer
from services.clock import Clock
from services.dispatcher import Dispatcher
from services.group_commit import GroupCommit
from services.planning import owe
from services.shift_claims import held_shift, lock_action, pass_on, require_room, shift_of
from services.shifts import Shifts
from services.sign_ups import require_in

MOST_OFFERS = 5
"""Offers that one person may make of one shift: each mentions somebody."""


@dataclass(frozen=True)
class Accepted:
    """What was handed over, and what came back for it."""

    offer: ShiftOffer
    shift: Shift
    back: Shift | None


class ShiftOffers:
    """The shift stays with its giver until the offer is accepted, so that coverage is true."""

    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        shifts: Shifts,
        dispatcher: Dispatcher,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._shifts = shifts
        self._dispatcher = dispatcher

    async def offer(
        self,
        actor: Actor,
        guild_id: int,
        action_id: int,
        shift_id: int,
        to_user_id: int | None,
        for_shift_id: int | None = None,
    ) -> ShiftOffer:
        """Offer the actor's shift to one member, or to anyone, and owe the message that asks.

        With `for_shift_id` a shift of that member's is asked for in return. An earlier offer of
        the shift is taken back.
        """
        if to_user_id == actor.user_id:
            raise Refusal("shifts.to_yourself")

        async def work(conn: AsyncConnection) -> ShiftOffer:
            now = self._clock.now()
            action, who = await lock_action(conn, actor, guild_id, action_id, now)
            shift = await held_shift(conn, action, who, shift_id, key="shifts.not_yours")
            _require_ahead(shift, now)
            to_id = None
            if to_user_id is not None:
                to_id = await participants.participant_of(conn, guild_id, to_user_id, now)
            made = await queries.list_offers(conn, guild_id, action_id, who)
            _require_new([o for o in made if o.shift_id == shift_id], to_id, for_shift_id)
            if for_shift_id is not None:
                if to_id is None:
                    raise Gone("shifts.gone")
                back = await held_shift(conn, action, to_id, for_shift_id, key="shifts.not_theirs")
                _require_ahead(back, now)
                await require_room(
                    conn, action, who, back, key="shifts.you_overlap", without=shift_id
                )
            if to_id is not None:
                await require_room(
                    conn, action, to_id, shift, key="shifts.they_overlap", without=for_shift_id
                )
            await queries.withdraw_offers(conn, guild_id, [shift_id], who)
            new = ShiftOffer(0, action_id, shift_id, who, to_id, for_shift_id, OfferState.OPEN, now)
            return await self._owe(conn, guild_id, await queries.insert_offer(conn, guild_id, new))

        offer = await self._commit.run(work)
        self._dispatcher.wake()
        return offer

    async def accept(self, actor: Actor, guild_id: int, offer_id: int) -> Accepted:
        """Take an offered shift over, signing the actor up for the action first."""
        async with self._database.read() as conn:
            offer = await _answerable(conn, actor, guild_id, offer_id)
            action_id = offer.action_id
            action = await action_queries.load_action(conn, guild_id, action_id, whole=True)
            if action is None:
                raise Gone("refused.no_such_action")
            # Before signing up, which would stay if only the taking over were refused.
            _require_ahead(shift_of(action, offer.shift_id), self._clock.now())
        await self._shifts.sign_up(actor, guild_id, action_id)

        async def work(conn: AsyncConnection) -> Accepted:
            now = self._clock.now()
            action, who = await lock_action(conn, actor, guild_id, action_id, now)
            await require_in(conn, action, who, key="shifts.left")
            offer = await _answerable(conn, actor, guild_id, offer_id)
            giver, back = offer.from_id, None
            shift = await held_shift(conn, action, giver, offer.shift_id, key="shifts.not_theirs")
            _require_ahead(shift, now)
            if offer.for_shift_id is not None:
                back = await held_shift(
                    conn, action, who, offer.for_shift_id, key="shifts.not_yours"
                )
                await require_room(
                    conn, action, giver, back, key="shifts.they_overlap", without=offer.shift_id
                )
            await require_room(
                conn, action, who, shift, key="shifts.you_overlap", without=offer.for_shift_id
            )
            await queries.close_offer(conn, guild_id, offer_id, OfferState.ACCEPTED, to_id=who)
            await pass_on(conn, action, shift, giver, who, now)
            if back is not None:
                await pass_on(conn, action, back, who, giver, now)
            return Accepted(await self._owe(conn, guild_id, offer), shift, back)

        accepted = await self._commit.run(work)
        self._dispatcher.wake()
        return accepted

    async def decline(self, actor: Actor, guild_id: int, offer_id: int) -> None:
        """Say no to an offer that was made to the actor; its giver is told."""

        async def work(conn: AsyncConnection) -> None:
            offer = await _answerable(conn, actor, guild_id, offer_id)
            if offer.to_id is None:
                raise NotAllowed("shifts.not_your_offer")
            await action_queries.load_action(conn, guild_id, offer.action_id, lock=True)
            offer = await _answerable(conn, actor, guild_id, offer_id)
            await queries.close_offer(conn, guild_id, offer_id, OfferState.DECLINED)
            await self._owe(conn, guild_id, offer)

        await self._commit.run(work)
        self._dispatcher.wake()

    async def withdraw(self, actor: Actor, guild_id: int, offer_id: int) -> ShiftOffer:
        """Take back an offer of the actor's that nobody has answered."""

        async def work(conn: AsyncConnection) -> ShiftOffer:
            offer = await _load(conn, guild_id, offer_id)
            if offer.from_user_id != actor.user_id:
                raise NotAllowed("shifts.not_your_offer")
            await action_queries.load_action(conn, guild_id, offer.action_id, lock=True)
            offer = await _load(conn, guild_id, offer_id)
            _require_open(offer)
            await queries.close_offer(conn, guild_id, offer_id, OfferState.WITHDRAWN)
            return offer

        return await self._commit.run(work)

    async def _owe(self, conn: AsyncConnection, guild_id: int, offer: ShiftOffer) -> ShiftOffer:
        """Owe the message that tells how the offer stands: it asks, or gives the answer."""
        now = self._clock.now()
        plan = PlannedDelivery(DeliveryKind.SHIFT_OFFER, now, item_id=offer.offer_id)
        await owe(conn, guild_id, offer.action_id, [plan], now)
        return offer


async def _load(conn: AsyncConnection, guild_id: int, offer_id: int) -> ShiftOffer:
    offer = await queries.load_offer(conn, guild_id, offer_id)
    if offer is None:
        raise Gone("shifts.no_such_offer")
    return offer


async def _answerable(
    conn: AsyncConnection, actor: Actor, guild_id: int, offer_id: int
) -> ShiftOffer:
    """An open offer that the actor may answer."""
    offer = await _load(conn, guild_id, offer_id)
    # First: one that was made to anyone is somebody's once it is taken.
    _require_open(offer)
    if offer.from_user_id == actor.user_id:
        raise NotAllowed("shifts.to_yourself")
    if offer.to_id is not None and offer.to_user_id != actor.user_id:
        raise NotAllowed("shifts.not_your_offer")
    return offer


def _require_open(offer: ShiftOffer) -> None:
    if offer.state is not OfferState.OPEN:
        raise Refusal("shifts.answered")


def _require_ahead(shift: Shift, now: datetime) -> None:
    if shift.ends_at <= now:
        raise Refusal("shifts.over")


def _require_new(made: list[ShiftOffer], to_id: int | None, for_shift_id: int | None) -> None:
    """Refuse to ask the same person the same again, or ever more people."""
    if any((o.to_id, o.for_shift_id) == (to_id, for_shift_id) for o in made):
        raise Refusal("shifts.asked_already")
    if len(made) >= MOST_OFFERS:
        raise Refusal("shifts.asked_enough", most=MOST_OFFERS)
