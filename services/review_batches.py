"""Use cases of checking several contributions after one look at all of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import leases, participants
from db.queries.actions import load_action
from db.queries.attachments import Sizes, sizes_of
from db.queries.contributions import load_contribution
from db.queries.flags import list_flags
from db.queries.piles import Pile
from db.queries.proofs import Said, measure_said
from db.queries.reviews import Seeker, find_waiting
from domain.actions import Action
from domain.entries import MOST_BYTES_SENT, MOST_SENT
from domain.errors import Refusal
from domain.ledger import Verdict
from domain.reviewing import BATCH, LEASE, TOGETHER, Batch, Queue, Ruling, Shelf
from domain.servers import Actor, require_reviewer
from services.clock import Clock
from services.flagging import outlier_limit
from services.group_commit import GroupCommit
from services.redraws import Redraws
from services.review_desk import load_progress, load_waiting
from services.reviews import Reviews
from services.servers import Servers
from services.verdicts import give_verdict

EPOCH = datetime.fromtimestamp(0, UTC)
MICROSECOND = timedelta(microseconds=1)

LOOKED_AT = 2 * BATCH
"""Contributions among which a page is looked for: some of them are for a look of their own."""

MOST_LOOKS = 10
"""How often it is looked further behind where all of them are; then the reviewer says so."""

MOST_SAID, LONGEST_SAID, LONGEST_CODE = 2, 160, 40
"""Codes and links that the line of one contribution shows, and how long they may be for that."""


@dataclass(frozen=True)
class BatchDone:
    """How many were verified, and how many were not: checked, flagged or withdrawn meanwhile."""

    verified: int
    left_out: int


class ReviewBatches:
    """What has a flag or is held is looked at alone, and so is what stands out by its amount."""

    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        servers: Servers,
        redraws: Redraws,
        reviews: Reviews,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._servers = servers
        self._redraws = redraws
        self._reviews = reviews

    async def open(self, actor: Actor, guild_id: int, queue: Queue, *, after: int = 0) -> Batch:
        """The next page of up to ten, behind a contribution; empty where there is none.

        It is empty too where all of some hundred are for a look of their own, and then says where
        to go on. They are the reviewer's for ten minutes.
        """
        require_reviewer(actor, await self._servers.get(guild_id))
        _, piles = await self._reviews.open_piles(guild_id, queue)
        shelf = TOGETHER.get(queue.filter)
        if shelf is None:
            raise Refusal("review.several.one_by_one")

        # Looked for outside of the transaction: no click waits for a search.
        async with self._database.read() as conn:
            who = await participants.find_participant(conn, guild_id, actor.user_id)
            seeker = Seeker(who or 0, self._clock.now())
            places = await _places(conn, guild_id, piles, after)
            among, behind = await _look(conn, guild_id, shelf, places, seeker)

        async def work(conn: AsyncConnection) -> datetime:
            now = self._clock.now()
            who = await participants.participant_of(conn, guild_id, actor.user_id, now)
            page = await _find(conn, guild_id, shelf, piles, Seeker(who, now), 0, BATCH, among)
            until = now + LEASE
            await leases.take_leases(conn, guild_id, who, page, now=now, until=until)
            return until

        until = await self._commit.run(work)
        batch = await self.show(actor, guild_id, queue, _token(until))
        return batch if batch.items else replace(batch, behind=behind)

    async def show(self, actor: Actor, guild_id: int, queue: Queue, token: int) -> Batch:
        """What a reviewer still looks at of a page."""
        require_reviewer(actor, await self._servers.get(guild_id))
        _, piles = await self._reviews.open_piles(guild_id, queue)
        async with self._database.read() as conn:
            who = await participants.find_participant(conn, guild_id, actor.user_id)
            found = await leases.list_leased(conn, guild_id, who or 0, _instant(token))
            items = [await load_waiting(conn, guild_id, number) for number in found]
            progress = await load_progress(conn, guild_id, piles, queue)
        return Batch(queue, [item for item in items if item is not None], token, progress)

    async def take_out(
        self, actor: Actor, guild_id: int, queue: Queue, token: int, numbers: Collection[int]
    ) -> Batch:
        """Leave contributions out of a page: they wait to be looked at one by one."""
        require_reviewer(actor, await self._servers.get(guild_id))

        async def work(conn: AsyncConnection) -> None:
            who = await participants.find_participant(conn, guild_id, actor.user_id)
            await leases.release(conn, guild_id, who or 0, numbers)

        await self._commit.run(work)
        batch = await self.show(actor, guild_id, queue, token)
        return batch if batch.items else replace(batch, behind=max(numbers, default=None))

    async def verify(self, actor: Actor, guild_id: int, numbers: Sequence[int]) -> BatchDone:
        """Verify what was looked at, in one transaction; what can't be any more is left out."""
        require_reviewer(actor, await self._servers.get(guild_id))

        async with self._database.read() as conn:
            plain = await _list_plain(conn, guild_id, numbers[:BATCH])

        async def work(conn: AsyncConnection) -> tuple[int, list[Action]]:
            now, verified = self._clock.now(), list[Action]()
            who = await participants.participant_of(conn, guild_id, actor.user_id, now)
            ruling = Ruling(Verdict.VERIFIED)
            flagged = {found.contribution_id for found in await list_flags(conn, guild_id, plain)}
            for number in plain:
                if number in flagged:
                    continue  # It was flagged just now.
                try:
                    done = await give_verdict(conn, guild_id, who, number, ruling, now)
                except Refusal:
                    continue  # Nothing was written: it is refused before that.
                verified.append(done.action)
            return len(verified), verified

        count, actions = await self._commit.run(work)
        for action_id in {action.action_id for action in actions}:
            self._redraws.request(guild_id, action_id)
        return BatchDone(count, len(numbers) - count)


async def _places(
    conn: AsyncConnection, guild_id: int, piles: Sequence[Pile], after: int
) -> list[tuple[Pile, int]]:
    """Where it is looked, action by action: the contributions of each behind an id.

    One action is gone through after the other, wherever the ids of their contributions lie.
    """
    found = await load_contribution(conn, guild_id, after) if after else None
    if found is None:
        return [(pile, 0) for pile in piles]
    action_id = found[0]
    return [
        (pile, after if pile.action_id == action_id else 0)
        for pile in piles
        if pile.action_id >= action_id
    ]


async def _look(
    conn: AsyncConnection,
    guild_id: int,
    shelf: Shelf,
    places: Sequence[tuple[Pile, int]],
    seeker: Seeker,
) -> tuple[list[int], int | None]:
    """The contributions of the next page, and behind which there may be more."""
    looks, last = 0, None
    for pile, behind in places:
        while True:
            if looks >= MOST_LOOKS:
                return [], last
            found = await _find(conn, guild_id, shelf, [pile], seeker, behind, LOOKED_AT)
            among = await _list_plain(conn, guild_id, found)
            among = await _list_seen_whole(conn, guild_id, among)
            if among:
                return among, among[-1]
            if found:
                looks, last = looks + 1, found[-1]
            if len(found) < LOOKED_AT:
                break
            behind = found[-1]
    return [], None


async def _find(
    conn: AsyncConnection,
    guild_id: int,
    shelf: Shelf,
    piles: Sequence[Pile],
    seeker: Seeker,
    after: int,
    limit: int,
    among: Collection[int] | None = None,
) -> list[int]:
    """What a reviewer can look at together with others, of some or of all there are."""
    return await find_waiting(
        conn,
        guild_id,
        shelf,
        piles,
        seeker,
        after=after,
        unflagged=True,
        among=among,
        limit=limit,
    )


async def _list_plain(conn: AsyncConnection, guild_id: int, numbers: Sequence[int]) -> list[int]:
    """Those that are neither held nor flagged, and do not stand out by their amount."""
    flagged = {found.contribution_id for found in await list_flags(conn, guild_id, numbers)}
    actions: dict[int, Action | None] = {}
    plain: list[int] = []
    for number in numbers:
        found = await load_contribution(conn, guild_id, number)
        if number in flagged or found is None or found[1].held is not None:
            continue
        action_id, contribution = found
        if action_id not in actions:
            actions[action_id] = await load_action(conn, guild_id, action_id)
        action = actions[action_id]
        limit = action and await outlier_limit(conn, action, contribution.unit_code)
        if limit is None or contribution.amount <= limit:
            plain.append(number)
    return plain


async def _list_seen_whole(
    conn: AsyncConnection, guild_id: int, numbers: Sequence[int]
) -> list[int]:
    """The first ones of those that a page can show whole, as far as one message takes them.

    What has other files than pictures, or more proof than a line shows, is for a look of its own.
    """
    sizes = await sizes_of(conn, guild_id, numbers)
    said = await measure_said(conn, guild_id, numbers)
    whole, files, size = list[int](), 0, 0
    for number in numbers:
        given = sizes.get(number, Sizes())
        if given.others or given.files > MOST_SENT or not _fits_a_line(said.get(number, Said())):
            continue
        files, size = files + given.files, size + given.size
        if whole and (files > MOST_SENT or size > MOST_BYTES_SENT):
            break
        whole.append(number)
    return whole[:BATCH]


def _fits_a_line(said: Said) -> bool:
    """Tell whether one line shows all codes and links."""
    short = said.longest_code <= LONGEST_CODE and said.length <= LONGEST_SAID
    return said.count <= MOST_SAID and short


def _token(until: datetime) -> int:
    return (until - EPOCH) // MICROSECOND


def _instant(token: int) -> datetime:
    try:
        return EPOCH + token * MICROSECOND
    except OverflowError:
        raise Refusal("refused.unknown_button") from None
