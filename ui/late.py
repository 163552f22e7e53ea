"""Logging after the time for it: the button where somebody who comes late looks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import discord

from domain.actions import TAKES_CONTRIBUTIONS, Action, ActionState
from locales import Language
from ui.buttons import Press, press
from ui.text import shorten

LOG = "log"
MOST_LATE = 2
_TITLE = 40


def takes_late(action: Action, now: datetime) -> bool:
    """Tell whether an action is over, but what is logged in it by hand is still taken, and held."""
    over = action.state_at(now) is ActionState.FINAL and now < action.late_until
    return over and LOG in action.rules.steps


def takes_changes(action: Action, now: datetime) -> bool:
    """Tell whether what was logged can be withdrawn: while more can be logged, late or not."""
    state = action.state_at(now)
    over = state is ActionState.FINAL and now < action.late_until
    return over or state in TAKES_CONTRIBUTIONS


def late_button(say: Language, action: Action, now: datetime) -> Press | None:
    """*Log it late* for a single action; None where it is not over, or over for too long."""
    if not takes_late(action, now):
        return None
    secondary = discord.ButtonStyle.secondary
    return press(say, LOG, action.action_id, label_key="button.log_late", style=secondary)


def late_buttons(say: Language, actions: Iterable[Action], now: datetime) -> list[Press]:
    """A button for each of the first few actions in which something can be logged late."""
    late = [action for action in actions if takes_late(action, now)][:MOST_LATE]
    return [
        press(
            say,
            LOG,
            action.action_id,
            label=say(
                "button.log_late_in",
                number=action.number,
                title=shorten(action.title, _TITLE),
            ),
            style=discord.ButtonStyle.secondary,
        )
        for action in late
    ]
