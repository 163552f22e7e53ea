"""Reminders that organisers send by hand: of what they can be, and what they may say."""

from __future__ import annotations

from datetime import datetime

from domain.actions import TAKES_CONTRIBUTIONS, Action
from domain.errors import Refusal

TEXT_LENGTH = 500
"""Characters of an organiser's own words."""


def require_remindable(action: Action, now: datetime) -> None:
    """Refuse to remind of what is a draft, not announced, paused, cancelled or over."""
    state = action.state_at(now)
    if state not in TAKES_CONTRIBUTIONS:
        raise Refusal(f"refused.step.{state.value}", title=action.title)


def read_words(text: str) -> str | None:
    """What an organiser wrote, on one line; None for nothing, which leaves the words to the bot."""
    words = " ".join(text.split())
    if len(words) > TEXT_LENGTH:
        raise Refusal("refused.remind.too_long", length=len(words), most=TEXT_LENGTH)
    return words or None
