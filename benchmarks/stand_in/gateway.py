"""The gateway: sessions over websockets, what happened in order, resuming, and lost connections."""

from __future__ import annotations

import asyncio
import secrets
import time
import zlib
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from benchmarks.stand_in import ids
from benchmarks.stand_in.places import Json, application, user
from benchmarks.stand_in.wire import from_json, to_json
from benchmarks.stand_in.world import World

DISPATCH, HEARTBEAT, IDENTIFY, RESUME = 0, 1, 2, 6
REQUEST_MEMBERS, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 8, 9, 10, 11
HEARTBEAT_S = 41.25
KEPT = 20_000
"""Events that a session keeps for resuming."""

CHUNK = 1000
LARGE = 250
"""Members beyond which GUILD_CREATE lists no more."""

GUILDS, MEMBERS, SCHEDULED_EVENTS = 1 << 0, 1 << 1, 1 << 16
AUTHENTICATION_FAILED, INVALID_SHARD = 4004, 4010
INTENTS = {
    "GUILD_MEMBER_ADD": MEMBERS,
    "GUILD_MEMBER_REMOVE": MEMBERS,
    "GUILD_MEMBER_UPDATE": MEMBERS,
    "GUILD_SCHEDULED_EVENT_CREATE": SCHEDULED_EVENTS,
    "GUILD_SCHEDULED_EVENT_UPDATE": SCHEDULED_EVENTS,
    "GUILD_SCHEDULED_EVENT_DELETE": SCHEDULED_EVENTS,
    "GUILD_SCHEDULED_EVENT_USER_ADD": SCHEDULED_EVENTS,
    "INTERACTION_CREATE": 0,
}
"""The intent that an event needs; the others need that of servers."""


class Connection:
    """One websocket, compressed as it was asked for."""

    def __init__(
        self, socket: web.WebSocketResponse, request: web.Request, *, compressed: bool
    ) -> None:
        self.socket = socket
        self._request = request
        self._deflate = zlib.compressobj(1) if compressed else None
        self._turn = asyncio.Lock()

    async def send(self, told: bytes) -> None:
        """Send one payload; a connection that is gone swallows it, as the network does."""
        async with self._turn:
            if self.socket.closed:
                return
            try:
                if self._deflate is None:
                    await self.socket.send_str(told.decode())
                else:
                    flushed = self._deflate.compress(told) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
                    await self.socket.send_bytes(flushed)
            except (ConnectionError, RuntimeError):
                return

    async def cut(self, code: int | None) -> None:
        """Close it with a code, or break the line without one."""
        if code is not None:
            await self.socket.close(code=code)
        elif self._request.transport is not None:
            self._request.transport.abort()


@dataclass
class Session:
    """What Discord knows of one shard; it outlives its connection, so that it can be resumed."""

    shard_id: int
    shard_count: int
    intents: int
    connection: Connection | None
    session_id: str = field(default_factory=lambda: secrets.token_hex(16))
    sequence: int = 0
    sent: deque[tuple[int, bytes]] = field(default_factory=lambda: deque(maxlen=KEPT))
    complete: bool = False
    """Whether READY and all its servers were sent."""

    def holds(self, guild_id: int | None) -> bool:
        """Tell whether a server belongs to this shard; direct messages belong to the first."""
        return ((guild_id or 0) >> 22) % self.shard_count == self.shard_id

    async def dispatch(self, event: str, data: Any) -> None:
        """Send an event now, or keep it until the session is resumed."""
        self.sequence += 1
        told = to_json({"op": DISPATCH, "t": event, "s": self.sequence, "d": data})
        self.sent.append((self.sequence, told))
        if self.connection is not None:
            await self.connection.send(told)


class Gateway:
    """All sessions of the bot, by shard; the newest session of a shard takes the place of older."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.url = ""
        self.sessions: dict[tuple[int, int], Session] = {}
        self.connected = 0
        self.resumed = 0
        self.refuses_until = 0.0
        """Until this Unix time nobody can connect."""

    def session_for(self, guild_id: int | None) -> Session | None:
        """The connected session that an event in a server goes to."""
        return next((s for s in self.sessions.values() if s.holds(guild_id) and s.connection), None)

    async def dispatch(self, event: str, guild_id: int | None, data: Any) -> bool:
        """Tell the bot what happened in a server; False if it is not connected to hear it.

        A session that was cut off gets it when it is resumed.
        """
        heard = False
        for session in list(self.sessions.values()):
            needed = INTENTS.get(event, GUILDS)
            if session.holds(guild_id) and session.intents & needed == needed:
                heard = heard or session.connection is not None
                await session.dispatch(event, data)
        return heard

    async def drop(
        self, *, shard: int | None = None, code: int | None = None, resumable: bool = True
    ) -> int:
        """Cut connections, with a close code or as a broken line; returns how many.

        A session that is not resumable is forgotten, so that the bot has to identify anew.
        """
        cut = 0
        for key, session in list(self.sessions.items()):
            if shard is not None and session.shard_id != shard:
                continue
            connection, session.connection = session.connection, None
            if not resumable:
                del self.sessions[key]
            if connection is not None:
                cut += 1
                await connection.cut(code)
        return cut

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Speak with one connection until it ends."""
        if time.time() < self.refuses_until:
            return web.Response(status=503)
        # Soon over, because a bot that was killed answers no close.
        socket = web.WebSocketResponse(max_msg_size=0, timeout=1.0)
        await socket.prepare(request)
        self.connected += 1
        compressed = request.query.get("compress") == "zlib-stream"
        connection = Connection(socket, request, compressed=compressed)
        await connection.send(_told(HELLO, {"heartbeat_interval": int(HEARTBEAT_S * 1000)}))
        session: Session | None = None
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    session = await self._hear(connection, session, from_json(message.data))
        finally:
            if session is not None and session.connection is connection:
                session.connection = None
        return socket

    async def _hear(
        self, connection: Connection, session: Session | None, message: Json
    ) -> Session | None:
        op = message["op"]
        if op == HEARTBEAT:
            await connection.send(_told(HEARTBEAT_ACK, None))
        elif op == IDENTIFY:
            return await self._identify(connection, message["d"])
        elif op == RESUME:
            return await self._resume(connection, message["d"])
        elif op == REQUEST_MEMBERS and session is not None:
            await self._list_members(session, message["d"])
        return session

    async def _identify(self, connection: Connection, told: Json) -> Session | None:
        if told["token"].removeprefix("Bot ") != ids.TOKEN:
            await connection.socket.close(code=AUTHENTICATION_FAILED)
            return None
        shard_id, shard_count = told.get("shard") or (0, 1)
        if not 0 <= shard_id < shard_count:
            await connection.socket.close(code=INVALID_SHARD)
            return None
        session = Session(shard_id, shard_count, told["intents"], connection)
        self.sessions[shard_id, shard_count] = session
        guilds = [found for found in self._world.guilds.values() if session.holds(found.guild_id)]
        await session.dispatch("READY", self._ready(session, [g.guild_id for g in guilds]))
        listed = LARGE if session.intents & MEMBERS else 0
        for guild in guilds:
            await session.dispatch("GUILD_CREATE", guild.shown(listed))
        session.complete = True
        return session

    def _ready(self, session: Session, guild_ids: Iterable[int]) -> Json:
        return {
            "v": 10,
            "user": user(ids.BOT_ID),
            "guilds": [{"id": str(found), "unavailable": True} for found in guild_ids],
            "session_id": session.session_id,
            "resume_gateway_url": self.url,
            "shard": [session.shard_id, session.shard_count],
            "application": application(),
        }

    async def _resume(self, connection: Connection, told: Json) -> Session | None:
        known = [s for s in self.sessions.values() if s.session_id == told["session_id"]]
        if not known or (known[0].sent and known[0].sent[0][0] > (told["seq"] or 0) + 1):
            await connection.send(_told(INVALID_SESSION, False))
            return None
        (session,) = known
        reached = told["seq"] or 0
        while missed := [(number, event) for number, event in session.sent if number > reached]:
            for reached, event in missed:  # noqa: B007 - the last is where the next look begins
                await connection.send(event)
        # Only now, so that what happens meanwhile comes after what happened before.
        session.connection = connection
        self.resumed += 1
        await session.dispatch("RESUMED", {})
        return session

    async def _list_members(self, session: Session, asked: Json) -> None:
        guild = self._world.guild(int(asked["guild_id"]))
        wanted = asked.get("user_ids")
        if wanted is not None:
            named = [int(found) for found in (wanted if isinstance(wanted, list) else [wanted])]
            found = [user_id for user_id in named if guild.has_member(user_id)]
        else:
            begins, limit = asked.get("query") or "", asked.get("limit") or guild.member_count
            members = (m for m in guild.members() if user(m)["username"].startswith(begins))
            found = [member for member, _ in zip(members, range(limit), strict=False)]
        chunks = [found[at : at + CHUNK] for at in range(0, len(found), CHUNK)] or [[]]
        for index, chunk in enumerate(chunks):
            told: Json = {
                "guild_id": str(guild.guild_id),
                "members": [guild.member(member) for member in chunk],
                "chunk_index": index,
                "chunk_count": len(chunks),
            }
            if asked.get("nonce") is not None:
                told["nonce"] = asked["nonce"]
            await session.dispatch("GUILD_MEMBERS_CHUNK", told)


def _told(op: int, data: Any) -> bytes:
    return to_json({"op": op, "d": data, "s": None, "t": None})
