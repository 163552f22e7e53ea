"""What a card says below its kind's fields: the parts, conditions and plans of its action."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from domain.actions import Action
from locales import Language
from ui.official_lines import card_officials
from ui.series_panel import series_lines
from ui.shift_lines import shift_lines
from ui.sign_up_lines import sign_up_lines
from ui.task_lines import task_lines
from ui.vote_lines import app_lines

ExtraLines = Callable[[Language, Action, datetime], Iterable[str]]
"""Draws lines, each complete in itself, of a whole action; none where it has nothing to say."""

SOURCES: tuple[ExtraLines, ...] = (
    *(app_lines, sign_up_lines, card_officials, task_lines, shift_lines, series_lines),
)
"""In the order in which they stand on the card. What doesn't fit is left out from the end."""


def extra_lines(say: Language, action: Action, now: datetime) -> list[str]:
    """The lines that an action has besides; the action must have been read whole."""
    return [line for source in SOURCES for line in source(say, action, now)]
