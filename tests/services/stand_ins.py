"""What stands at the edges in tests of the services: a clock that is set, a sender that records."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.actions import Action
from domain.deliveries import DeliveryKind, OwedMessage, Post
from domain.errors import SendFailed
from domain.servers import Server


class SetClock:
    """Stands still at the instant it was last set to."""

    def __init__(self, instant: datetime) -> None:
        self._instant = instant

    def now(self) -> datetime:
        return self._instant

    def set(self, instant: datetime) -> None:
        assert instant.utcoffset() == timedelta(0)
        self._instant = instant

    def advance(self, by: timedelta) -> None:
        self.set(self._instant + by)


@dataclass(frozen=True)
class Drawn:
    """One edit of a card."""

    action: Action
    server: Server
    post: Post
    now: datetime


class RecordingSender:
    """Keeps what it was given to send and to draw; fails or blocks when it is told to.

    It is not ready until `ready` is set: so the long-lived tasks stand still in tests that send
    step by step, or not at all.
    """

    def __init__(self) -> None:
        self.ready = asyncio.Event()
        self.waiting: list[int] = []
        """The servers whose messages and cards wait to be let go."""
        self.sent: list[OwedMessage] = []
        self.tried: list[DeliveryKind] = []
        self.drawn: list[Drawn] = []
        self._gates: dict[int, asyncio.Event] = {}
        self._faults: dict[DeliveryKind, deque[Exception]] = defaultdict(deque)
        self._drawing_faults: dict[int, deque[Exception]] = defaultdict(deque)

    def fail(self, kind: DeliveryKind, *errors: Exception) -> None:
        """Raise these, one a try, when a message of this kind is to be sent."""
        self._faults[kind].extend(errors)

    def fail_to_draw(self, guild_id: int, *errors: Exception) -> None:
        """Raise these, one a try, when a card of this server is to be drawn."""
        self._drawing_faults[guild_id].extend(errors)

    def block(self, guild_id: int) -> None:
        """Have whatever is sent and drawn in this server wait until `let_go`."""
        self._gates[guild_id] = asyncio.Event()

    def let_go(self, guild_id: int) -> None:
        self._gates.pop(guild_id).set()

    @property
    def kinds(self) -> list[DeliveryKind]:
        """The kinds of what was sent, in order."""
        return [owed.delivery.kind for owed in self.sent]

    async def wait_until_ready(self) -> None:
        await self.ready.wait()

    async def send(self, owed: OwedMessage) -> Post | None:
        self.tried.append(owed.delivery.kind)
        await self._pass(owed.server.guild_id)
        if faults := self._faults[owed.delivery.kind]:
            raise faults.popleft()
        self.sent.append(owed)
        return Post(owed.server.announce_channel_id or 0, 9000 + len(self.sent))

    async def redraw(self, action: Action, server: Server, post: Post, now: datetime) -> None:
        await self._pass(server.guild_id)
        if faults := self._drawing_faults[server.guild_id]:
            raise faults.popleft()
        self.drawn.append(Drawn(action, server, post, now))

    async def _pass(self, guild_id: int) -> None:
        if gate := self._gates.get(guild_id):
            self.waiting.append(guild_id)
            try:
                await gate.wait()
            finally:
                self.waiting.remove(guild_id)


def unreachable(retry_after: float | None = None) -> SendFailed:
    """A failure that will pass."""
    return SendFailed("http_503", permanent=False, retry_after=retry_after)


def forbidden() -> SendFailed:
    """A failure that will not."""
    return SendFailed("forbidden", permanent=True)
