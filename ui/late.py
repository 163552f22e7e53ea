"""Logging after the time for it: the button where somebody who comes late looks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import discord

from domain.actions import CHECKABLE, TAKES_CONTRIBUTIONS, Action, ActionState
from locales import Language
from ui.buttons import Press, lacking, press
from ui.text import shorten, stamp

MOST_LATE = 2
_TITLE = 40


def takes_late(action: Action, now: datetime) -> bool:
    """Tell whether an action is over, but what one did in it is still taken, and held."""
    over = action.state_at(now) is ActionState.FINAL and now < action.late_until
    return over and action.rules.steps[0] not in lacking(action)


def takes_changes(action: Action, now: datetime) -> bool:
    """Tell whether what was logged can be withdrawn: while more can be logged, late or not."""
    state = action.state_at(now)
    late = state in (ActionState.FINAL, ActionState.PAUSED) and now < action.late_until
    return late or state in TAKES_CONTRIBUTIONS


def takes_appeal(action: Action, verdict_at: datetime, now: datetime) -> bool:
    """Tell whether a verdict of an instant can still be appealed against."""
    state = action.state_at(now)
    over = state is ActionState.FINAL and now < action.appeals_until(verdict_at)
    return over or state in CHECKABLE


def late_line(say: Language, action: Action, now: datetime) -> str:
    """That what is logged now is held, above the form of it; empty while it counts at once."""
    if action.state_at(now) is ActionState.PAUSED:
        return say("log_panel.paused")
    late = takes_late(action, now)
    return say("log_panel.late", time=stamp(action.log_until, "f")) if late else ""


def late_button(say: Language, action: Action, now: datetime) -> Press | None:
    """*Log it late* for a single action; None where it is not over, or over for too long."""
    if not takes_late(action, now):
        return None
    secondary = discord.ButtonStyle.secondary
    step = action.rules.steps[0]
    return press(say, step, action.action_id, label_key="button.log_late", style=secondary)


def late_buttons(say: Language, actions: Iterable[Action], now: datetime) -> list[Press]:
    """A button for each of the first few actions in which something can be logged late."""
    late = [action for action in actions if takes_late(action, now)][:MOST_LATE]
    return [
        press(
            say,
            action.rules.steps[0],
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
