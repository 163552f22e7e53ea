"""Short-lived questions to one person: a sentence and a few buttons, each with its answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import discord

from ui.base import Interaction, SafeView
from ui.buttons import MAX_LABEL
from ui.text import shorten

MOST_CHOICES = 25
"""Buttons of one view: five rows of five."""

Answer = Callable[[Interaction], Awaitable[None]]


@dataclass(frozen=True)
class Choice:
    """A button's text as people read it, and what pressing it does."""

    label: str
    answer: Answer
    style: discord.ButtonStyle = discord.ButtonStyle.primary


class Once:
    """A question that is answered once: further taps do nothing.

    It stays open where an answer was refused, or only opened a form, which may be closed again.
    """

    def __init__(self) -> None:
        self._answered = False

    async def answer(self, interaction: Interaction, answer: Answer) -> None:
        """Give the answer, unless one was given or is being given."""
        if self._answered:
            await interaction.response.defer()
            return
        self._answered = True
        done = False
        try:
            await answer(interaction)
            done = interaction.response.type is not discord.InteractionResponseType.modal
        finally:
            self._answered = done


class Choices(SafeView):
    """Buttons for an ephemeral reply; they work for 15 minutes, as long as its token lives."""

    def __init__(self, choices: Sequence[Choice]) -> None:
        super().__init__()
        self.once = Once()
        for choice in choices[:MOST_CHOICES]:
            self.offer(choice)

    def offer(self, choice: Choice) -> None:
        """Add one more button."""
        self.add_item(ChoiceButton(choice, self.once))


class ChoiceButton(discord.ui.Button[Any]):
    """A button that answers a question."""

    def __init__(self, choice: Choice, once: Once) -> None:
        super().__init__(label=shorten(choice.label, MAX_LABEL), style=choice.style)
        self._choice = choice
        self._once = once

    async def callback(self, interaction: Interaction) -> None:
        await self._once.answer(interaction, self._choice.answer)
