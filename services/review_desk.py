"""Reading what lies before a reviewer: a contribution with all that there is to judge it by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import appeals, attachments, checks, reviews
from db.queries import ledger as queries
from db.queries.actions import load_action
from db.queries.flags import list_flags
from db.queries.piles import Pile, list_piles
from domain.reviewing import Filter, Progress, Queue, Shelf, Waiting
from services.flagging import outlier_limit
from services.outliers import with_outliers


async def load_waiting(
    conn: AsyncConnection, guild_id: int, contribution_id: int, *, with_files: bool = True
) -> Waiting | None:
    """Read a contribution with its proofs, files, flags and checks; None if there is none."""
    found = await queries.load_contribution(conn, guild_id, contribution_id)
    action = found and await load_action(conn, guild_id, found[0], whole=True)
    if found is None or action is None:
        return None
    contribution = found[1]
    ids = (guild_id, contribution_id)
    limit = await outlier_limit(conn, action, contribution.unit_code)
    return Waiting(
        action,
        contribution,
        [(proof.item, proof.value) for proof in await queries.list_proofs(conn, *ids)],
        await attachments.load_attachments(conn, *ids) if with_files else (),
        await list_flags(conn, guild_id, [contribution_id]),
        limit if limit is not None and contribution.amount > limit else None,
        await checks.list_given(conn, *ids),
        (await appeals.load_appeals(conn, guild_id, [contribution_id])).get(contribution_id),
    )


class FirstUnchecked:
    """Remembers from where on an action has unchecked contributions: that only ever grows.

    So nobody goes through what has long been checked; after a restart it is found anew.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], int] = {}

    async def list_piles(
        self, conn: AsyncConnection, guild_id: int, now: datetime, action_id: int | None
    ) -> list[Pile]:
        """What there is to check, each with where its unchecked contributions begin, and outliers.

        Not within a transaction that writes.
        """
        piles: list[Pile] = []
        for pile in await list_piles(conn, guild_id, now, action_id):
            key = (guild_id, pile.action_id)
            first = self._known.get(key, pile.first)
            if pile.rest or pile.held:
                found = await reviews.find_first_unchecked(conn, guild_id, pile, first)
                first = self._known[key] = first if found is None else found
            piles.append(replace(pile, first=first))
        return await with_outliers(conn, guild_id, piles)


async def load_progress(
    conn: AsyncConnection, guild_id: int, piles: Sequence[Pile], queue: Queue
) -> Progress:
    """How far the checking is: by running totals, and counts that end at a thousand."""
    ids = (conn, guild_id)
    of_sample = queue.filter is Filter.SAMPLE
    return Progress(
        checked=sum(pile.checked for pile in piles),
        total=sum(pile.total for pile in piles),
        held=sum(pile.held for pile in piles),
        flagged=await reviews.count_shelf(*ids, Shelf.FLAGGED, piles),
        appeals=await reviews.count_shelf(*ids, Shelf.APPEALED, piles),
        foreign=await reviews.count_foreign(*ids, piles),
        sample=await reviews.count_sample(*ids, piles) if of_sample else 0,
        sample_left=await reviews.count_shelf(*ids, Shelf.SAMPLED, piles) if of_sample else 0,
    )
