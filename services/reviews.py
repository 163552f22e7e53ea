"""Use cases of checking contributions: what waits, who looks at it, and a reviewer's verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import leases, participants
from db.queries import reviews as queries
from db.queries.actions import load_action
from db.queries.appeals import load_appeals
from db.queries.contributions import load_contribution
from db.queries.flags import list_flags
from db.queries.piles import Pile
from db.queries.reviews import Seeker
from domain.actions import Action
from domain.errors import Gone
from domain.ledger import Verdict
from domain.openings import require_answers_open
from domain.reasons import Reason
from domain.reviewing import (
    LEASE,
    SHELVES,
    Desk,
    Filter,
    Queue,
    Ruling,
    Shelf,
    Waiting,
    read_reason,
)
from domain.servers import Actor, require_reviewer
from services.clock import Clock
from services.group_commit import GroupCommit
from services.redraws import Redraws
from services.review_desk import FirstUnchecked, load_progress, load_waiting
from services.servers import Servers
from services.verdicts import Decided, give_verdict

ALL = Queue()

FEW = 5
"""Contributions among which one is free, whoever leases others of them meanwhile."""

LOOKS = 3
"""Times that it is looked outside of the transaction: no click waits for a search."""


class Reviews:
    """Whoever is shown a contribution has it for ten minutes. Nobody checks their own."""

    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        servers: Servers,
        redraws: Redraws,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._servers = servers
        self._redraws = redraws
        self.unchecked = FirstUnchecked()

    # ---- What is next

    async def next(
        self, actor: Actor, guild_id: int, *, queue: Queue = ALL, after: int = 0
    ) -> Desk:
        """What a reviewer gets next, behind a contribution that they skipped or decided on.

        At the end what was skipped comes again. It is theirs for ten minutes.
        """
        require_reviewer(actor, await self._servers.get(guild_id))
        action, piles = await self.open_piles(guild_id, queue)

        async def take(conn: AsyncConnection, among: Sequence[int] | None) -> int | None:
            now = self._clock.now()
            who = await participants.participant_of(conn, guild_id, actor.user_id, now)
            if after:
                await leases.release(conn, guild_id, who, [after])
            return await self._take(conn, guild_id, queue, piles, Seeker(who, now), after, among)

        for _ in range(LOOKS):
            among = await self._look(actor, guild_id, queue, piles, after)
            found = await self._commit.run(partial(take, among=among))
            if found is not None or not among:
                break
        else:
            # Others were first each time: nobody is while this holds the transaction.
            found = await self._commit.run(partial(take, among=None))
        async with self._database.read() as conn:
            return Desk(
                queue,
                None if found is None else await load_waiting(conn, guild_id, found),
                await load_progress(conn, guild_id, piles, queue),
                action,
            )

    async def begin(self, actor: Actor, guild_id: int, *, action_id: int | None = None) -> Desk:
        """What a reviewer gets first: of a sample that was drawn and waits, else of everything."""
        require_reviewer(actor, await self._servers.get(guild_id))
        sample = Queue(Filter.SAMPLE, action_id)
        _, piles = await self.open_piles(guild_id, sample)
        async with self._database.read() as conn:
            waits = await queries.count_shelf(conn, guild_id, Shelf.SAMPLED, piles)
        if waits:
            desk = await self.next(actor, guild_id, queue=sample)
            if desk.waiting is not None:
                return desk
        return await self.next(actor, guild_id, queue=Queue(action_id=action_id))

    async def open_piles(self, guild_id: int, queue: Queue) -> tuple[Action | None, list[Pile]]:
        """What there is to check; refused where the one action can't be checked any more."""
        now = self._clock.now()
        async with self._database.read() as conn:
            action = None
            if queue.action_id is not None:
                action = await load_action(conn, guild_id, queue.action_id)
                if action is None:
                    raise Gone("refused.no_such_action")
                require_answers_open(action, now)
            return action, await self.unchecked.list_piles(conn, guild_id, now, queue.action_id)

    async def _look(
        self, actor: Actor, guild_id: int, queue: Queue, piles: Sequence[Pile], after: int
    ) -> list[int]:
        """The first few that a reviewer can get next; none where nothing waits for them."""
        async with self._database.read() as conn:
            who = await participants.find_participant(conn, guild_id, actor.user_id)
            seeker = Seeker(who or 0, self._clock.now())
            return await _find(conn, guild_id, queue, piles, seeker, after, None)

    async def _take(
        self,
        conn: AsyncConnection,
        guild_id: int,
        queue: Queue,
        piles: Sequence[Pile],
        seeker: Seeker,
        after: int,
        among: Sequence[int] | None,
    ) -> int | None:
        """Lease the next contribution, of a few or of all there are."""
        who, lease = seeker.reviewer_id, {"now": seeker.now, "until": seeker.now + LEASE}
        for number in await _find(conn, guild_id, queue, piles, seeker, after, among):
            # Where another process was first, the one behind is free.
            if await leases.take_leases(conn, guild_id, who, [number], **lease):
                return number
        await leases.take_leases(conn, guild_id, who, [], **lease)
        return None

    async def pass_on(self, actor: Actor, guild_id: int, contribution_id: int) -> None:
        """Leave a contribution to others: its language is one that this reviewer can't read."""
        require_reviewer(actor, await self._servers.get(guild_id))

        async def work(conn: AsyncConnection) -> None:
            now = self._clock.now()
            who = await participants.participant_of(conn, guild_id, actor.user_id, now)
            if await load_contribution(conn, guild_id, contribution_id) is None:
                raise Gone("refused.no_such_contribution")
            await leases.release(conn, guild_id, who, [contribution_id])
            await leases.pass_on(conn, guild_id, contribution_id, who, now)

        await self._commit.run(work)

    # ---- Verdicts

    async def verify(self, actor: Actor, guild_id: int, contribution_id: int) -> Decided:
        """Have a contribution count as verified."""
        return await self.decide(actor, guild_id, contribution_id, Ruling(Verdict.VERIFIED))

    async def do_not_count(
        self,
        actor: Actor,
        guild_id: int,
        contribution_id: int,
        reason: str = "",
        code: Reason = Reason.OWN,
    ) -> Decided:
        """Take a contribution out of the tally, for a reason of the list or one's own words."""
        words = read_reason(reason) if code is Reason.OWN or reason.strip() else None
        ruling = Ruling(Verdict.NOT_COUNTED, reason=words, reason_code=code)
        return await self.decide(actor, guild_id, contribution_id, ruling)

    async def correct(
        self, actor: Actor, guild_id: int, contribution_id: int, amount: int, reason: str
    ) -> Decided:
        """Have a contribution count at another amount, in its own unit (money: minor units)."""
        ruling = Ruling(Verdict.CORRECTED, amount, read_reason(reason), Reason.OWN)
        return await self.decide(actor, guild_id, contribution_id, ruling)

    async def revise(
        self, actor: Actor, guild_id: int, contribution_id: int, ruling: Ruling
    ) -> Decided:
        """Decide otherwise than the same reviewer did before; it needs a reason."""
        ruling = replace(ruling, reason=read_reason(ruling.reason or ""))
        return await self.decide(actor, guild_id, contribution_id, ruling, revises=True)

    async def decide(
        self,
        actor: Actor,
        guild_id: int,
        contribution_id: int,
        ruling: Ruling,
        *,
        revises: bool = False,
    ) -> Decided:
        """Write a verdict down; see `services.verdicts.give_verdict`."""
        require_reviewer(actor, await self._servers.get(guild_id))

        async def work(conn: AsyncConnection) -> Decided:
            now = self._clock.now()
            who = await participants.participant_of(conn, guild_id, actor.user_id, now)
            ids = (guild_id, who, contribution_id)
            return await give_verdict(conn, *ids, ruling, now, revises=revises)

        decided = await self._commit.run(work)
        self._redraws.request(guild_id, decided.action.action_id)
        return decided

    async def find(self, actor: Actor, guild_id: int, contribution_id: int) -> Waiting:
        """A contribution with what there is to judge it by."""
        require_reviewer(actor, await self._servers.get(guild_id))
        async with self._database.read() as conn:
            found = await load_waiting(conn, guild_id, contribution_id)
        if found is None:
            raise Gone("refused.no_such_contribution")
        return found


async def _find(
    conn: AsyncConnection,
    guild_id: int,
    queue: Queue,
    piles: Sequence[Pile],
    seeker: Seeker,
    after: int,
    among: Sequence[int] | None,
) -> list[int]:
    """The first few that a reviewer can get next, shelf by shelf, from where they were."""
    shelves = SHELVES[queue.filter]
    start = await _shelf_of(conn, guild_id, shelves, piles, after) if after else None
    turns = [(shelf, 0) for shelf in shelves]
    if start is not None:
        place = shelves.index(start)
        turns = [(start, after), *turns[place + 1 :], *turns[:place], (start, 0)]
    for shelf, behind in turns:
        found = await queries.find_waiting(
            conn,
            guild_id,
            shelf,
            piles,
            seeker,
            after=behind,
            unflagged=queue.filter is Filter.FLAGGED and shelf in (Shelf.HELD, Shelf.REST),
            among=among,
            limit=FEW,
        )
        if found:
            return found
    return []


async def _shelf_of(
    conn: AsyncConnection,
    guild_id: int,
    shelves: Sequence[Shelf],
    piles: Sequence[Pile],
    contribution_id: int,
) -> Shelf | None:
    """On which of the shelves a contribution lies, or lay before it was checked."""
    if len(shelves) == 1:
        return shelves[0]
    found = await load_contribution(conn, guild_id, contribution_id)
    if found is None:
        return None
    if await load_appeals(conn, guild_id, [contribution_id]):
        return Shelf.APPEALED
    outlier = any(contribution_id in pile.outliers for pile in piles)
    if Shelf.FLAGGED in shelves and (
        outlier or await list_flags(conn, guild_id, [contribution_id])
    ):
        return Shelf.FLAGGED
    return Shelf.REST if found[1].held is None else Shelf.HELD
