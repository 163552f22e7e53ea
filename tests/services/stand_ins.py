"""What stands at the edges in tests of the services: a clock that is set, a sender that records."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.actions import Action
from domain.deliveries import DeliveryKind, Post
from domain.errors import SendFailed
from domain.faults import FaultReport
from domain.native_events import (
    EVENT_GONE,
    EventShown,
    EventStatus,
    event_status,
    event_times,
    steps_to,
)
from domain.owed_messages import OwedMessage
from domain.polls import Poll
from domain.posters import ReadPoster
from domain.preflight import Found
from domain.roles import ROLE_GONE
from domain.servers import Server
from domain.threads import THREAD_GONE


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
        self.read_poster: ReadPoster | None = None
        self.threads: dict[int, str] = {}
        """The titles by which threads are called that stand, by id."""
        self.renamed: list[str] = []
        self._thread_faults: deque[Exception] = deque()
        self._after_thread: deque[Exception] = deque()
        self.events: dict[int, EventShown] = {}
        """The events of Discord's own that stand, by id."""
        self.events_made = 0
        self._event_faults: deque[Exception] = deque()
        self._after_event: deque[Exception] = deque()
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

    async def create_role(self, guild_id: int, name: str, *, language: str = "") -> int:
        await self._pass(guild_id)
        self._fail_by_role()
        role_id = 7000 + len(self.role_names)
        self.role_names[role_id] = f"{name} {language}".rstrip()
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

    def read_posters(self, read: ReadPoster) -> None:
        self.read_poster = read

    async def create_thread(self, guild_id: int, post: Post, action: Action) -> int:
        await self._by_thread(guild_id)
        self.threads[post.message_id] = action.title
        if self._after_thread:
            raise self._after_thread.popleft()
        return post.message_id

    async def rename_thread(self, guild_id: int, thread_id: int, action: Action) -> None:
        await self._by_thread(guild_id)
        if thread_id not in self.threads:
            raise SendFailed(THREAD_GONE, permanent=True)
        self.threads[thread_id] = action.title
        self.renamed.append(action.title)

    def fail_by_thread(self, *errors: Exception) -> None:
        """Raise these, one a try, when anything is to be done to a thread."""
        self._thread_faults.extend(errors)

    def fail_after_thread(self, *errors: Exception) -> None:
        """Raise these, one a try, once a thread was made."""
        self._after_thread.extend(errors)

    async def _by_thread(self, guild_id: int) -> None:
        await self._pass(guild_id)
        if faults := self._thread_faults:
            raise faults.popleft()

    def draw_event(
        self, action: Action, server: Server, card: Post | None, now: datetime
    ) -> EventShown:
        place = f"here ({server.language})"
        texts = (action.title, f"#{action.number} {action.state.value}", place)
        return EventShown(*texts, *event_times(action), event_status(action, now))

    async def list_own_events(self, guild_id: int) -> dict[int, EventShown]:
        await self._by_event(guild_id)
        return dict(self.events)

    async def load_event(self, guild_id: int, event_id: int) -> EventShown:
        await self._by_event(guild_id)
        if event_id not in self.events:
            raise SendFailed(EVENT_GONE, permanent=True)
        return self.events[event_id]

    async def create_event(self, guild_id: int, shown: EventShown) -> int:
        await self._by_event(guild_id)
        self.events_made += 1
        event_id = 6000 + self.events_made
        self.events[event_id] = shown
        if self._after_event:
            raise self._after_event.popleft()
        return event_id

    async def edit_event(
        self, guild_id: int, event_id: int, was: EventShown, wanted: EventShown
    ) -> None:
        there = await self.load_event(guild_id, event_id)
        assert was == there, "what is edited has been looked at just now"
        self.events[event_id] = replace(wanted, status=there.status)
        if self._after_event:
            raise self._after_event.popleft()

    async def set_event_status(self, guild_id: int, event_id: int, status: EventStatus) -> None:
        there = await self.load_event(guild_id, event_id)
        if steps_to(there.status, status) != (status,):
            raise SendFailed("rejected", permanent=True)
        self.events[event_id] = replace(there, status=status)

    async def delete_event(self, guild_id: int, event_id: int) -> None:
        await self.load_event(guild_id, event_id)
        del self.events[event_id]

    def fail_by_event(self, *errors: Exception) -> None:
        """Raise these, one a try, when anything is to be done to an event."""
        self._event_faults.extend(errors)

    def fail_after_event(self, *errors: Exception) -> None:
        """Raise these, one a try, once an event was made or changed."""
        self._after_event.extend(errors)

    async def _by_event(self, guild_id: int) -> None:
        await self._pass(guild_id)
        if faults := self._event_faults:
            raise faults.popleft()

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
