"""What the services need of whatever posts to Discord."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from domain.actions import Action
from domain.deliveries import Post
from domain.faults import FaultReport
from domain.native_events import EventShown, EventStatus
from domain.owed_messages import OwedMessage
from domain.polls import Poll
from domain.posters import ReadPoster
from domain.preflight import Found
from domain.servers import Server


class Sender(Protocol):
    async def wait_until_ready(self) -> None:
        """Return once messages can be sent."""
        ...

    async def send(self, owed: OwedMessage) -> Post | None:
        """Draw and send one delivery and tell where it stands; raises `SendFailed`."""
        ...

    async def find(self, owed: OwedMessage, since: datetime) -> Post | None:
        """Look where a delivery stands that may have been sent since an instant; None if nowhere.

        Raises `SendFailed`.
        """
        ...

    async def check(self, action: Action, server: Server) -> tuple[Found, ...]:
        """Find what on Discord keeps an action from being posted and pinging as it should.

        Raises `SendFailed` where that can't be seen.
        """
        ...

    async def redraw(self, action: Action, server: Server, post: Post, now: datetime) -> None:
        """Edit an action's card to show its present state; raises `SendFailed`."""
        ...

    async def redraw_message(self, owed: OwedMessage, post: Post) -> None:
        """Edit a message that was posted to tell what holds now; raises `SendFailed`."""
        ...

    async def post_poll(self, poll: Poll, server: Server, now: datetime) -> Post:
        """Post a time poll to the server's channel; raises `SendFailed`."""
        ...

    async def redraw_poll(self, poll: Poll, server: Server, post: Post, now: datetime) -> None:
        """Edit a time poll's message to show how it stands; raises `SendFailed`."""
        ...

    async def create_role(self, guild_id: int, name: str, *, language: str = "") -> int:
        """Create a role that carries no permissions and return its id; raises `SendFailed`."""
        ...

    async def change_role(self, guild_id: int, user_id: int, role_id: int, *, gives: bool) -> None:
        """Give a role to a member, or take it from them; raises `SendFailed`.

        Its reason is `member_gone` or `role_gone` (see `domain.roles`) where one exists no more.
        """
        ...

    async def delete_role(self, guild_id: int, role_id: int) -> None:
        """Delete a role; raises `SendFailed`, with `role_gone` where it is deleted already."""
        ...

    async def tell_operator(self, user_id: int, report: FaultReport) -> None:
        """Tell the bot's operator directly of faults; raises `SendFailed`."""
        ...

    def read_posters(self, read: ReadPoster) -> None:
        """Have what posters show read like this, when one is to be uploaded."""
        ...

    async def create_thread(self, guild_id: int, post: Post, action: Action) -> int:
        """Make the thread of an action's card, or find the one it has; raises `SendFailed`.

        Its reason is one of `domain.threads` where a permission is missing or the server has as
        many threads as it can have.
        """
        ...

    async def rename_thread(self, guild_id: int, thread_id: int, action: Action) -> None:
        """Have a thread be called as its action is; raises `SendFailed`, with `thread_gone`."""
        ...

    def draw_event(
        self, action: Action, server: Server, card: Post | None, now: datetime
    ) -> EventShown:
        """What an action's event of Discord's own shows by right; `card`: where its card stands."""
        ...

    async def list_own_events(self, guild_id: int) -> Mapping[int, EventShown]:
        """The events of a server that the bot has made, by id; raises `SendFailed`."""
        ...

    async def load_event(self, guild_id: int, event_id: int) -> EventShown:
        """What an event shows now; raises `SendFailed`, with `event_gone` where it was deleted."""
        ...

    async def create_event(self, guild_id: int, shown: EventShown) -> int:
        """Make an event that is yet to begin and return its id; raises `SendFailed`.

        Its reason is one of `domain.native_events` where a permission is missing or the server
        has as many events as it can have.
        """
        ...

    async def edit_event(
        self, guild_id: int, event_id: int, was: EventShown, wanted: EventShown
    ) -> None:
        """Have an event show what is different now, its status apart; raises `SendFailed`."""
        ...

    async def set_event_status(self, guild_id: int, event_id: int, status: EventStatus) -> None:
        """Begin, end or cancel an event; raises `SendFailed`."""
        ...

    async def delete_event(self, guild_id: int, event_id: int) -> None:
        """Delete an event; raises `SendFailed`, with `event_gone` where that has been done."""
        ...
