"""What the services need of whatever posts to Discord."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from domain.actions import Action
from domain.deliveries import Post
from domain.faults import FaultReport
from domain.owed_messages import OwedMessage
from domain.polls import Poll
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

    async def create_role(self, guild_id: int, name: str) -> int:
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
