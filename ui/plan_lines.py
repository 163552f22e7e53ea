"""An action's reminders, milestones and nudge in words, for whoever sets them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from domain.actions import Action
from domain.message_plans import MessagePlan
from domain.milestones import is_part, marks_of
from domain.reminders import has_reminder, last_hour, nudge_due, reminder_due
from locales import Language
from ui.text import amount, stamp

UNITS = (
    ("days", timedelta(days=1)),
    ("hours", timedelta(hours=1)),
    ("minutes", timedelta(minutes=1)),
)


def offset_words(say: Language, offset: timedelta) -> str:
    """An offset as people write it, "1 day 2 hours before"; it is read back so."""
    words: list[str] = []
    rest = abs(offset)
    for name, unit in UNITS:
        count, rest = divmod(rest, unit)
        if count:
            words.append(say.many(f"offset.{name}", count))
    key = "offset.before" if offset > timedelta(0) else "offset.after"
    return say(key, length=" ".join(words))


def plan_lines(say: Language, plan: MessagePlan) -> list[str]:
    """What new actions of a server send."""
    reminders = say.listing([offset_words(say, offset) for offset in plan.reminders])
    milestones = say.listing(plan.milestones)
    lines = [
        say("plan.reminders", listed=reminders) if reminders else say("plan.no_reminders"),
        say("plan.milestones", listed=milestones) if milestones else say("plan.no_milestones"),
    ]
    return [*lines, say("plan.nudge_on" if plan.nudges else "plan.nudge_off")]


def action_plan_lines(say: Language, action: Action, now: datetime) -> Iterator[str]:
    """What an action sends: each reminder with its time, milestones with their amounts."""
    reminders = [*_reminders(say, action, now)]
    yield say("plan.reminders", listed="").rstrip() if reminders else say("plan.no_reminders")
    if reminders:
        yield from reminders
        yield ""  # without it what follows is drawn as part of the list
    if (last := last_hour(action)) is not None:
        yield say("plan.last_hour", time=stamp(last, "f"))
    yield milestones_line(say, action)
    if not action.plan.nudges:
        yield say("plan.nudge_off")
    elif (due := nudge_due(action)) is not None:
        yield say("plan.nudge_at", time=stamp(due, "f"))
    else:
        yield say("plan.nudge_never")


def _reminders(say: Language, action: Action, now: datetime) -> Iterator[str]:
    for offset in action.plan.reminders:
        words, due = offset_words(say, offset), reminder_due(action, offset)
        if not has_reminder(action, offset):
            yield say("plan.reminder_beyond", offset=words)
        elif due <= now:
            yield say("plan.reminder_passed", offset=words, time=stamp(due, "f"))
        else:
            yield say("plan.reminder", offset=words, time=stamp(due, "f"))


def milestones_line(say: Language, action: Action) -> str:
    """The milestones that an action announces, with what each comes to."""
    marks = marks_of(action)
    if not marks:
        waits = any(is_part(mark) for mark in action.plan.milestones)
        return say("plan.milestones_need_goal" if waits else "plan.no_milestones")
    texts = [
        say("plan.milestone", part=mark.text, amount=amount(say, action, mark.at))
        if is_part(mark.text)
        else amount(say, action, mark.at)
        for mark in marks
    ]
    return say("plan.milestones", listed=say.listing(texts))
