"""What the services need of whatever posts to Discord."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from domain.actions import Action
from domain.deliveries import OwedMessage, Post
from domain.servers import Server


class Sender(Protocol):
    async def wait_until_ready(self) -> None:
        """Return once messages can be sent."""
        ...

    async def send(self, owed: OwedMessage) -> Post | None:
        """Draw and send one delivery and tell where it stands; raises `SendFailed`."""
        ...

    async def redraw(self, action: Action, server: Server, post: Post, now: datetime) -> None:
        """Edit an action's card to show its present state; raises `SendFailed`."""
        ...
