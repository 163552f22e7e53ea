"""Use cases of time polls: offering slots, ticking those that suit, closing."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from weakref import WeakValueDictionary

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import participants
from db.queries import polls as queries
from db.queries import servers as server_queries
from db.queries.tags import list_tagged_by
from domain.errors import Gone, Refusal, SendFailed
from domain.fields import read_title
from domain.kinds import Kind
from domain.polls import (
    Poll,
    make_slots,
    require_choosable,
    require_open,
    require_poll_manager,
    require_slots,
)
from domain.seals import require_told_by_none
from domain.servers import Actor, require_kind, require_organiser
from domain.walls import Resolved
from services.clock import Clock
from services.group_commit import GroupCommit
from services.redraws import Redraws
from services.sending import Sender
from services.servers import Servers

SHOWN_AFTER_CLOSING = timedelta(days=7)
"""How long organisers can still make an action of a poll that was closed."""


class NotPosted(Refusal):
    """A poll is stored, but Discord did not take its message."""

    def __init__(self, poll: Poll) -> None:
        super().__init__("poll.not_posted", title=poll.title)


class Polls:
    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        servers: Servers,
        sender: Sender,
        redraws: Redraws,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._servers = servers
        self._sender = sender
        self._redraws = redraws
        self._posting: WeakValueDictionary[tuple[int, int], asyncio.Lock] = WeakValueDictionary()

    async def read_title(self, actor: Actor, guild_id: int, typed: str) -> str:
        """What a poll is about; refused where it tells a tag of the actor's that is sealed yet."""
        title = read_title(typed)
        now = self._clock.now()
        async with self._database.read() as conn:
            who = await participants.find_participant(conn, guild_id, actor.user_id)
            # A refusal would tell the tags of others.
            own = [] if who is None else await list_tagged_by(conn, guild_id, who, now)
        for action in own:
            require_told_by_none(action, [title], now)
        return title

    async def open(
        self, actor: Actor, guild_id: int, kind: Kind, title: str, times: Sequence[Resolved]
    ) -> Poll:
        """Store a poll and post it in the server's channel; raises `Refusal`.

        Where Discord does not take the message the poll is kept, and `post` tries again.
        """
        server = await self._servers.get(guild_id)
        require_organiser(actor, server)
        require_kind(server, kind)
        if server.announce_channel_id is None:
            raise Refusal("publish.no_channel")
        now = self._clock.now()
        title = await self.read_title(actor, guild_id, title)
        slots = make_slots(times, now)

        async def work(conn: AsyncConnection) -> Poll:
            await server_queries.ensure_server(conn, guild_id, now)
            poll = Poll(
                guild_id=guild_id,
                poll_id=await server_queries.next_id(conn, guild_id),
                kind=kind,
                title=title,
                organiser_id=await participants.participant_of(conn, guild_id, actor.user_id, now),
                organiser_user_id=actor.user_id,
                created_at=now,
                slots=slots,
            )
            await queries.insert_poll(conn, poll)
            return poll

        poll = await self._commit.run(work)
        async with self._one_at_a_time(guild_id, poll.poll_id):
            return await self._post(poll)

    async def post(self, actor: Actor, guild_id: int, poll_id: int) -> Poll:
        """Post a poll whose message was deleted, or could not be posted."""
        async with self._one_at_a_time(guild_id, poll_id):
            poll = await self.find_own(actor, guild_id, poll_id)
            require_open(poll)
            if poll.post is not None:
                failure = await self._redraws.draw(guild_id, poll_id)
                if failure is None:
                    raise Refusal("poll.stands", title=poll.title)
                if not failure.permanent:
                    raise Refusal("mending.cannot_look")
            return await self._post(poll)

    def _one_at_a_time(self, guild_id: int, poll_id: int) -> asyncio.Lock:
        """Posting a poll: who comes second finds it posted. A server is one process's alone."""
        return self._posting.setdefault((guild_id, poll_id), asyncio.Lock())

    async def _post(self, poll: Poll) -> Poll:
        server = await self._servers.get(poll.guild_id)
        try:
            post = await self._sender.post_poll(poll, server, self._clock.now())
        except SendFailed:
            raise NotPosted(poll) from None
        ids = (poll.guild_id, poll.poll_id)
        await self._commit.run(lambda conn: queries.save_poll_post(conn, *ids, post))
        self._redraws.request(*ids)  # somebody may have ticked while it was being posted
        return replace(poll, post=post)

    async def find(self, guild_id: int, poll_id: int) -> Poll:
        async with self._database.read() as conn:
            return await self._load(conn, guild_id, poll_id)

    async def find_own(self, actor: Actor, guild_id: int, poll_id: int) -> Poll:
        """A poll that the actor may close; raises `Refusal`."""
        poll = await self.find(guild_id, poll_id)
        require_poll_manager(actor, await self._servers.get(guild_id), poll)
        return poll

    async def list_recent(
        self, actor: Actor, guild_id: int, *, limit: int, offset: int = 0
    ) -> list[Poll]:
        """A page of the server's open and lately closed polls, the newest first; for organisers."""
        require_organiser(actor, await self._servers.get(guild_id))
        closed_after = self._clock.now() - SHOWN_AFTER_CLOSING
        async with self._database.read() as conn:
            return await queries.list_polls(
                conn, guild_id, closed_after=closed_after, limit=limit, offset=offset
            )

    async def ticked(self, actor: Actor, guild_id: int, poll_id: int) -> frozenset[int]:
        """The numbers of the slots that the actor has ticked."""
        async with self._database.read() as conn:
            who = await participants.find_participant(conn, guild_id, actor.user_id)
            if who is None:
                return frozenset()
            return await queries.load_ticks(conn, guild_id, poll_id, who)

    async def tick(self, actor: Actor, guild_id: int, poll_id: int, slots: Collection[int]) -> Poll:
        """Have exactly these slots suit the actor; returns the poll with its new counts."""
        wanted = frozenset(slots)

        async def work(conn: AsyncConnection) -> tuple[Poll, bool]:
            poll = await self._load(conn, guild_id, poll_id, lock=True)
            require_open(poll)
            require_slots(poll, wanted)
            now = self._clock.now()
            who = await participants.participant_of(conn, guild_id, actor.user_id, now)
            before = await queries.load_ticks(conn, guild_id, poll_id, who)
            added, removed = wanted - before, before - wanted
            await queries.change_ticks(conn, guild_id, poll_id, who, added=added, removed=removed)
            return await self._load(conn, guild_id, poll_id), bool(added or removed)

        poll, changed = await self._commit.run(work)
        if changed:
            self._redraws.request(guild_id, poll_id)
        return poll

    async def close(self, actor: Actor, guild_id: int, poll_id: int, winner: int | None) -> Poll:
        """Close a poll in favour of a slot, or of none.

        Of a poll that is closed already another slot can be chosen.
        """
        server = await self._servers.get(guild_id)

        async def work(conn: AsyncConnection) -> Poll:
            now = self._clock.now()
            poll = await self._load(conn, guild_id, poll_id, lock=True)
            require_poll_manager(actor, server, poll)
            if winner is None:
                require_open(poll)
            else:
                require_choosable(poll, winner, now)
            closed_at = poll.closed_at or now
            await queries.close_poll(conn, guild_id, poll_id, winner, closed_at)
            return replace(poll, closed_at=closed_at, winner=winner)

        poll = await self._commit.run(work)
        self._redraws.request(guild_id, poll_id)
        return poll

    async def _load(
        self, conn: AsyncConnection, guild_id: int, poll_id: int, *, lock: bool = False
    ) -> Poll:
        poll = await queries.load_poll(conn, guild_id, poll_id, lock=lock)
        if poll is None:
            raise Gone("refused.no_such_poll")
        return poll
