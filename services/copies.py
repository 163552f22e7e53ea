"""Copies among pictures of one layout, such as a charity's receipts, of which all look alike."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.looks import MOST_OF_ONE_LAYOUT, list_candidates, list_details
from domain.looks import (
    ALIKE_IN_ONE_LAYOUT,
    COMPARED_IN_DETAIL,
    detail_of,
    distance,
    parts_of_views,
)
from domain.pictures import Picture
from services.pictures import first_same


async def find_copied(
    conn: AsyncConnection, guild_id: int, picture: Picture, *, but: int
) -> int | None:
    """The contribution of which a new picture copies one, rescaled or recompressed.

    Those nearest by their bits are compared in detail. Where one of the two has no detail, as none
    had at first, their bits alone decide. A cropped copy is not looked for: too many others would
    be taken for one. Left out are the contribution `but` and the same picture byte for byte.
    """
    look = picture.look
    if look is None:
        return None
    near = [
        (apart, other)
        for other in await list_candidates(
            conn, guild_id, parts_of_views([look]), but=but, most=MOST_OF_ONE_LAYOUT
        )
        if other.digest != picture.digest and (apart := distance(look, other.look)) is not None
    ]
    near = sorted(near, key=lambda one: one[0])[:COMPARED_IN_DETAIL]
    if not near:
        return None
    mine = detail_of(look)
    details = await list_details(conn, guild_id, [other for _, other in near])
    shown: list[tuple[int, bytes]] = []
    for (apart, other), detail in zip(near, details, strict=True):
        if mine is not None and detail is not None:
            shown.append((other.contribution_id, detail))
        elif apart <= ALIKE_IN_ONE_LAYOUT:
            return other.contribution_id
    if mine is None:
        return None
    place = await first_same(mine, [detail for _, detail in shown])
    return None if place is None else shown[place][0]
