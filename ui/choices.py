"""Short-lived questions to one person: a sentence and a few buttons, each with its answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import discord

from ui.base import Interaction, SafeView
from ui.buttons import MAX_LABEL
from ui.text import shorten

MOST_CHOICES = 10

Answer = Callable[[Interaction], Awaitable[None]]


@dataclass(frozen=True)
class Choice:
    """A button's text as people read it, and what pressing it does."""

    label: str
    answer: Answer
    style: discord.ButtonStyle = discord.ButtonStyle.primary


class Choices(SafeView):
    """Buttons for an ephemeral reply; they work for 15 minutes, as long as its token lives."""

    def __init__(self, choices: Sequence[Choice]) -> None:
        super().__init__()
        for choice in choices[:MOST_CHOICES]:
            self.add_item(_ChoiceButton(choice))


class _ChoiceButton(discord.ui.Button[Any]):
    def __init__(self, choice: Choice) -> None:
        super().__init__(label=shorten(choice.label, MAX_LABEL), style=choice.style)
        self._answer = choice.answer

    async def callback(self, interaction: Interaction) -> None:
        await self._answer(interaction)
