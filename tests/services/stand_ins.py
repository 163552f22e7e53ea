"""What stands at the edges in tests of the services: a clock that is set, a sender that records."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.actions import Action
from domain.deliveries import DeliveryKind, Post
from domain.errors import SendFailed
from domain.faults import FaultReport
from domain.owed_messages import OwedMessage
from domain.polls import Poll
from domain.preflight import Found
from domain.roles import ROLE_GONE
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
        self.redrawn: list[tuple[OwedMessage, Post]] = []
        """The messages beside cards that were edited, in order."""
        self.files: dict[str, bytes] = {}
        """What went with the last message that had files; they are gone once it is sent."""
        self.accepted: dict[tuple[int, int], Post] = {}
        """What stands on Discord although it was never said so, by server and delivery."""
        self.polls: list[Poll] = []
        """Every poll that was posted or redrawn, in order."""
        self.found: tuple[Found, ...] = ()
        """What is wrong on Discord, of any action."""
        self.operator_told: list[tuple[int, FaultReport]] = []
        self.was_told = asyncio.Event()
        """Set once the operator was told of faults."""
        self._telling_faults: deque[Exception] = deque()
        self._check_faults: deque[Exception] = deque()
        self._gates: dict[int, asyncio.Event] = {}
        self._faults: dict[DeliveryKind, deque[Exception]] = defaultdict(deque)
        self._message_faults: deque[Exception] = deque()
        self._poll_faults: deque[Exception] = deque()
        self.roles: dict[int, set[int]] = {}
        """The members who have each role that was made and not deleted."""
        self.role_names: dict[int, str] = {}
        self.role_changes: list[tuple[int, bool]] = []
        """Every member who was given a role (True) or had it taken, in order."""
        self._role_faults: deque[Exception] = deque()
        self._drawing_faults: dict[int, deque[Exception]] = defaultdict(deque)

    def fail(self, kind: DeliveryKind, *errors: Exception) -> None:
        """Raise these, one a try, when a message of this kind is to be sent."""
        self._faults[kind].extend(errors)

    def fail_to_draw(self, guild_id: int, *errors: Exception) -> None:
        """Raise these, one a try, when a card of this server is to be drawn."""
        self._drawing_faults[guild_id].extend(errors)

    def fail_to_redraw_message(self, *errors: Exception) -> None:
        """Raise these, one a try, when a message is to be edited."""
        self._message_faults.extend(errors)

    def fail_to_post_poll(self, *errors: Exception) -> None:
        """Raise these, one a try, when a poll is to be posted."""
        self._poll_faults.extend(errors)

    def fail_to_tell_operator(self, *errors: Exception) -> None:
        """Raise these, one a try, when the operator is to be told of faults."""
        self._telling_faults.extend(errors)

    def fail_to_check(self, *errors: Exception) -> None:
        """Raise these, one a try, when an action is to be checked."""
        self._check_faults.extend(errors)

    def fail_by_role(self, *errors: Exception) -> None:
        """Raise these, one a try, when a role is to be made, given, taken or deleted."""
        self._role_faults.extend(errors)

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
        self._keep_files(owed)
        return Post(owed.server.announce_channel_id or 0, 9000 + len(self.sent))

    async def find(self, owed: OwedMessage, since: datetime) -> Post | None:
        """What was sent stands where it was; what was accepted without an answer does too."""
        key = (owed.delivery.guild_id, owed.delivery.message_id)
        return self.accepted.get(key)

    async def check(self, action: Action, server: Server) -> tuple[Found, ...]:
        await self._pass(server.guild_id)
        if faults := self._check_faults:
            raise faults.popleft()
        return self.found

    async def redraw(self, action: Action, server: Server, post: Post, now: datetime) -> None:
        await self._pass(server.guild_id)
        if faults := self._drawing_faults[server.guild_id]:
            raise faults.popleft()
        self.drawn.append(Drawn(action, server, post, now))

    async def redraw_message(self, owed: OwedMessage, post: Post) -> None:
        await self._pass(owed.server.guild_id)
        if faults := self._message_faults:
            raise faults.popleft()
        self.redrawn.append((owed, post))
        self._keep_files(owed)

    async def post_poll(self, poll: Poll, server: Server, now: datetime) -> Post:
        await self._pass(server.guild_id)
        if faults := self._poll_faults:
            raise faults.popleft()
        self.polls.append(poll)
        return Post(server.announce_channel_id or 0, 8000 + len(self.polls))

    async def redraw_poll(self, poll: Poll, server: Server, post: Post, now: datetime) -> None:
        await self._pass(server.guild_id)
        if faults := self._drawing_faults[server.guild_id]:
            raise faults.popleft()
        self.polls.append(poll)

    async def create_role(self, guild_id: int, name: str) -> int:
        await self._pass(guild_id)
        self._fail_by_role()
        role_id = 7000 + len(self.role_names)
        self.role_names[role_id] = name
        self.roles[role_id] = set()
        return role_id

    async def change_role(self, guild_id: int, user_id: int, role_id: int, *, gives: bool) -> None:
        await self._pass(guild_id)
        self._fail_by_role()
        if role_id not in self.roles:
            raise SendFailed(ROLE_GONE, permanent=True)
        self.role_changes.append((user_id, gives))
        if gives:
            self.roles[role_id].add(user_id)
        else:
            self.roles[role_id].discard(user_id)

    async def delete_role(self, guild_id: int, role_id: int) -> None:
        await self._pass(guild_id)
        self._fail_by_role()
        if self.roles.pop(role_id, None) is None:
            raise SendFailed(ROLE_GONE, permanent=True)

    async def tell_operator(self, user_id: int, report: FaultReport) -> None:
        if faults := self._telling_faults:
            raise faults.popleft()
        self.operator_told.append((user_id, report))
        self.was_told.set()

    def _keep_files(self, owed: OwedMessage) -> None:
        if owed.files is not None:
            self.files = {path.name: path.read_bytes() for path in owed.files}

    def _fail_by_role(self) -> None:
        if faults := self._role_faults:
            raise faults.popleft()

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
