"""Offers of shifts: to hand one over, or to swap."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.servers import next_id
from db.tables import participant, shift_offer
from domain.shifts import OfferState, ShiftOffer

_giver, _other = participant.alias("giver"), participant.alias("other")
_OFFERS = (
    select(
        shift_offer,
        _giver.c.user_id.label("from_user_id"),
        _other.c.user_id.label("to_user_id"),
        _giver.c.hides_choices.label("giver_unnamed"),
        _other.c.hides_choices.label("taker_unnamed"),
    )
    .join_from(
        shift_offer,
        _giver,
        and_(
            _giver.c.guild_id == shift_offer.c.guild_id,
            _giver.c.participant_id == shift_offer.c.from_id,
        ),
        isouter=True,
    )
    .join(
        _other,
        and_(
            _other.c.guild_id == shift_offer.c.guild_id,
            _other.c.participant_id == shift_offer.c.to_id,
        ),
        isouter=True,
    )
)


def _offer_from(row: Any) -> ShiftOffer:
    return ShiftOffer(
        offer_id=row.offer_id,
        action_id=row.action_id,
        shift_id=row.shift_id,
        from_id=row.from_id,
        to_id=row.to_id,
        for_shift_id=row.for_shift_id,
        state=row.state,
        at=row.at,
        from_user_id=row.from_user_id,
        to_user_id=row.to_user_id,
        giver_unnamed=bool(row.giver_unnamed),
        taker_unnamed=bool(row.taker_unnamed),
    )


async def insert_offer(conn: AsyncConnection, guild_id: int, offer: ShiftOffer) -> ShiftOffer:
    """Store an offer under a new id and return it with that."""
    stored = replace(offer, offer_id=await next_id(conn, guild_id))
    names = {column.name for column in shift_offer.c} - {"guild_id"}
    values = {name: getattr(stored, name) for name in names}
    await conn.execute(insert(shift_offer).values(guild_id=guild_id, **values))
    return stored


async def load_offer(conn: AsyncConnection, guild_id: int, offer_id: int) -> ShiftOffer | None:
    """Read an offer with the people behind it."""
    rows = await conn.execute(
        _OFFERS.where(shift_offer.c.guild_id == guild_id, shift_offer.c.offer_id == offer_id)
    )
    row = rows.one_or_none()
    return None if row is None else _offer_from(row)


async def list_offers(
    conn: AsyncConnection, guild_id: int, action_id: int, from_id: int
) -> list[ShiftOffer]:
    """The offers that somebody has made in an action, the latest first."""
    rows = await conn.execute(
        _OFFERS.where(
            shift_offer.c.guild_id == guild_id,
            shift_offer.c.action_id == action_id,
            shift_offer.c.from_id == from_id,
        ).order_by(shift_offer.c.offer_id.desc())
    )
    return [_offer_from(row) for row in rows]


async def close_offer(
    conn: AsyncConnection,
    guild_id: int,
    offer_id: int,
    state: OfferState,
    *,
    to_id: int | None = None,
) -> None:
    """Write how an offer ended, and who answered it where that was open to anyone."""
    values: dict[str, Any] = {"state": state} | ({} if to_id is None else {"to_id": to_id})
    await conn.execute(
        update(shift_offer)
        .where(shift_offer.c.guild_id == guild_id, shift_offer.c.offer_id == offer_id)
        .values(**values)
    )


async def withdraw_offers(
    conn: AsyncConnection, guild_id: int, shift_ids: Collection[int], from_id: int | None = None
) -> None:
    """Take back what is still offered of shifts: by anybody, or by the one who had them."""
    wanted = [
        shift_offer.c.guild_id == guild_id,
        shift_offer.c.shift_id.in_(shift_ids),
        shift_offer.c.state == OfferState.OPEN,
    ]
    if from_id is not None:
        wanted.append(shift_offer.c.from_id == from_id)
    await conn.execute(update(shift_offer).where(*wanted).values(state=OfferState.WITHDRAWN))
