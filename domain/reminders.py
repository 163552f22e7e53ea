"""Reminders: the offsets that organisers type, and when each is due."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from domain.actions import Action
from domain.errors import Refusal
from domain.when import read_offset, resolve_late
from domain.zones import zone_info

MOST_REMINDERS = 20
FURTHEST = timedelta(days=366)
"""How long before or after something one can be reminded of it."""

DAY = timedelta(days=1)
LAST_HOUR = timedelta(hours=1)
"""How long before the end there is a last call."""

LONG_ENOUGH = timedelta(hours=3)
"""What lasts no shorter than this has such a last call."""

_BETWEEN = re.compile(r"[,;、，\n]")


def read_reminders(text: str, language: str) -> tuple[timedelta, ...]:
    """Offsets as typed: "1 day, 2 hours, 30 min, +15 min", the earliest reminder first.

    Negative ones are after what is reminded of. No text is no reminder. Raises `Refusal`, which
    names what was not understood.
    """
    offsets = {_read(piece, language) for piece in map(str.strip, _BETWEEN.split(text)) if piece}
    if len(offsets) > MOST_REMINDERS:
        raise Refusal("reminders.too_many", count=len(offsets), most=MOST_REMINDERS)
    return tuple(sorted(offsets, reverse=True))


def _read(piece: str, language: str) -> timedelta:
    try:
        offset = read_offset(piece, language)
    except Refusal:
        raise Refusal("reminders.not_understood", text=piece) from None
    if not offset:
        raise Refusal("reminders.none_at_once", text=piece)
    if abs(offset) > FURTHEST:
        raise Refusal("reminders.too_far", text=piece, days=FURTHEST.days)
    return offset


def reminder_due(action: Action, offset: timedelta) -> datetime:
    """When a reminder is due: so long before what it reminds of, after it where negative.

    Whole days are wall time: it comes at the same time of day in the action's zone, whether the
    clocks change in between or not. Other offsets are time that passes.
    """
    if offset % DAY:
        return action.reminded_of - offset
    zone = action.starts.zone
    wall = action.reminded_of.astimezone(zone_info(zone)).replace(tzinfo=None, fold=0)
    return resolve_late(wall - offset, zone).at


def has_reminder(action: Action, offset: timedelta) -> bool:
    """Tell whether an action has a reminder at an offset; none comes once nothing can be logged."""
    if offset not in action.plan.reminders:
        return False
    return offset > timedelta(0) or reminder_due(action, offset) < action.log_until


def last_hour(action: Action) -> datetime | None:
    """When the last hour is announced; None for what is short, or reminds of its end just then."""
    due = action.ends_at - LAST_HOUR
    if action.ends_at - action.starts_at < LONG_ENOUGH:
        return None
    if action.rules.reminds_of_end:
        if any(reminder_due(action, offset) == due for offset in action.plan.reminders):
            return None
    return due


def nudge_due(action: Action) -> datetime | None:
    """When those who have logged nothing are asked to: half-way between the end and the last time.

    None where nobody is asked, or nothing can be logged after the end.
    """
    if not action.plan.nudges or action.log_until <= action.ends_at:
        return None
    return action.ends_at + (action.log_until - action.ends_at) / 2
