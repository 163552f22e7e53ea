"""Picking a member: a select for an ephemeral reply."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import discord

from ui.base import Interaction
from ui.choices import Choices
from ui.text import shorten

MAX_PLACEHOLDER = 150

Picked = discord.Member | discord.User
"""Somebody who left the server is no member of it any more."""

TakeMember = Callable[[Interaction, Picked], Awaitable[None]]


class MemberPick(Choices):
    """A question that is answered by picking one member."""

    def __init__(self, placeholder: str, take: TakeMember) -> None:
        super().__init__([])
        self.add_item(_MemberSelect(shorten(placeholder, MAX_PLACEHOLDER), take, self))


class _MemberSelect(discord.ui.UserSelect[Any]):
    def __init__(self, placeholder: str, take: TakeMember, question: Choices) -> None:
        super().__init__(placeholder=placeholder)
        self._take = take
        self._question = question

    async def callback(self, interaction: Interaction) -> None:
        picked = self.values[0]
        await self._question.once.answer(interaction, lambda answered: self._take(answered, picked))
