"""Use cases of looking at what is owed, and of deciding about single messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import audit, participants
from db.queries import outbox as queries
from domain.actions import Action
from domain.audit import Act
from domain.errors import Gone, Refusal
from domain.outbox import HIDDEN, Entry, Shelf, require_asked, why_not_dropped, why_not_sent
from domain.servers import Actor, Server, require_organiser
from services.changing import Changing
from services.clock import Clock
from services.dispatcher import Dispatcher
from services.group_commit import GroupCommit
from services.preparing import prepare
from services.servers import Servers


@dataclass(frozen=True)
class Shown:
    """A page of deliveries; `action` is None where it is the whole server's."""

    action: Action | None
    server: Server
    entries: Sequence[Entry]
    more: bool
    """There are further ones behind these."""


class Outbox:
    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        servers: Servers,
        changing: Changing,
        dispatcher: Dispatcher,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._servers = servers
        self._changing = changing
        self._dispatcher = dispatcher

    async def list(
        self,
        actor: Actor,
        guild_id: int,
        shelf: Shelf,
        *,
        action_id: int | None = None,
        limit: int,
        offset: int = 0,
    ) -> Shown:
        """What is on a shelf, of an action that the actor runs, or of all of theirs.

        Moderators run all actions of the server.
        """
        server = await self._servers.get(guild_id)
        require_organiser(actor, server)
        action = None
        if action_id is not None:
            action = await self._changing.find(actor, guild_id, action_id)
        async with self._database.read() as conn:
            who = None
            if action is None and not actor.manages_server:
                who = await participants.find_participant(conn, guild_id, actor.user_id)
                if who is None:
                    return Shown(None, server, [], more=False)
            found = await queries.list_entries(
                conn,
                guild_id,
                shelf,
                action_id=action_id,
                runner_id=who,
                limit=limit + 1,
                offset=offset,
            )
        return Shown(action, server, found[:limit], more=len(found) > limit)

    async def find(self, actor: Actor, guild_id: int, delivery_id: int) -> Entry:
        """A delivery of an action that the actor runs; raises `Refusal`."""
        require_organiser(actor, await self._servers.get(guild_id))
        async with self._database.read() as conn:
            entry = await queries.load_entry(conn, guild_id, delivery_id)
        if entry is None or entry.delivery.kind in HIDDEN:
            raise Gone("refused.no_such_message")
        await self._changing.find(actor, guild_id, entry.delivery.action_id)
        return entry

    async def why_not_sent(self, entry: Entry) -> str | None:
        """In one word why a delivery can't be sent now; None if it can."""
        owed = await prepare(
            self._database, self._servers, self._clock, entry.delivery, claimed=False
        )
        pointless = owed is None or owed.pointless
        return why_not_sent(entry, self._clock.now(), pointless=pointless)

    async def send_now(self, actor: Actor, guild_id: int, delivery_id: int) -> Entry:
        """Have a delivery sent at once, whatever its time; raises `Refusal`."""
        entry = await self.find(actor, guild_id, delivery_id)
        if why := await self.why_not_sent(entry):
            raise Refusal(f"refused.send.{why}", title=entry.action.title)
        await self._decide(actor, entry, Act.SENT_NOW)
        self._dispatcher.wake()
        return entry

    async def drop(self, actor: Actor, guild_id: int, delivery_id: int) -> Entry:
        """Take a delivery back for good; raises `Refusal`."""
        entry = await self.find(actor, guild_id, delivery_id)
        if why := why_not_dropped(entry, self._clock.now()):
            raise Refusal(f"refused.drop.{why}", title=entry.action.title)
        await self._decide(actor, entry, Act.DROPPED)
        return entry

    async def answer(self, actor: Actor, guild_id: int, delivery_id: int, *, send: bool) -> Entry:
        """Send a missed moment after all, or note that it was done by hand; raises `Refusal`."""
        entry = await self.find(actor, guild_id, delivery_id)
        require_asked(entry, self._clock.now())
        await self._decide(actor, entry, Act.SENT_NOW if send else Act.DONE_BY_HAND)
        self._dispatcher.wake()
        return entry

    async def _decide(self, actor: Actor, entry: Entry, act: Act) -> None:
        """Do what was decided and write it down, once: whoever comes second is refused."""

        async def work(conn: AsyncConnection) -> None:
            now, delivery = self._clock.now(), entry.delivery
            ids = (delivery.guild_id, delivery.delivery_id)
            match act:
                case Act.SENT_NOW:
                    done = await queries.order(conn, *ids, entry.state, delivery.ordered_at, now)
                case Act.DROPPED:
                    done = await queries.drop(conn, *ids, entry.state)
                case _:
                    done = await queries.mark_done_by_hand(conn, *ids, now)
            if not done:
                raise Refusal("refused.answered", title=entry.action.title)
            detail = {"message": delivery.kind.value, "due": delivery.due_at.isoformat()}
            await audit.write_down(
                conn,
                delivery.guild_id,
                delivery.action_id,
                act,
                now,
                user_id=actor.user_id,
                detail=detail,
            )

        await self._commit.run(work)
