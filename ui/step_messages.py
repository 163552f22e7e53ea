"""What a channel is told of a step in an action's life: a new time, a pause, an end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.actions import TAKES_CONTRIBUTIONS
from domain.audit import Act, AuditEvent
from domain.owed_messages import OwedMessage
from locales import Language
from ui.field_lines import moment_lines
from ui.share_links import share_lines
from ui.standing import MAX_REASON
from ui.text import heading_title, plain, stamp, zone_of, zoned
from ui.vote_lines import named_apps

MAX_TEXT = 400
"""Of each text that people wrote for the action; the card has more of it."""


def step_line(say: Language, owed: OwedMessage) -> str:
    """What happened, in plain words for a lock screen."""
    event, action = _event(owed), owed.action
    zone = zone_of(action, owed.server)
    key = f"step.{event.act.value}"
    instant = action.starts_at
    if event.act is Act.RESCHEDULED and _before(event, "starts") == action.starts_at:
        key, instant = "step.rescheduled_end", action.ends_at
    elif event.act is Act.RESUMED and owed.now >= action.starts_at:
        key = "step.resumed_late"
    elif event.act is Act.LOG_EXTENDED:
        instant = action.log_until
    wall = zoned(say, instant, zone)
    organiser = "" if event.user_id is None else f"<@{event.user_id}>"
    return say(key, title=heading_title(action), wall=wall, organiser=organiser)


def step_lines(say: Language, owed: OwedMessage) -> Iterator[str]:
    """Why, what holds from now on and what held before."""
    event, action = _event(owed), owed.action
    if reason := event.detail.get("reason"):
        yield say("card.reason", reason=plain(str(reason), MAX_REASON))
    match event.act:
        case Act.RESCHEDULED:
            yield from _new_times(say, owed, event)
        case Act.TAG_SWITCHED if action.revealed(owed.now):
            yield say("step.tag_is_new")
            yield from moment_lines(say, action, most=MAX_TEXT)
            yield from share_lines(say, action, owed.now)
        case Act.TAG_SWITCHED:
            yield _times(say, "step.tag_comes", action.revealed_at)
        case Act.PAUSED:
            yield say("step.paused_meanwhile")
        case Act.RESUMED | Act.SIGN_UPS_REOPENED if owed.now < action.starts_at:
            yield _times(say, "message.starts", action.starts_at)
            yield from _untold(say, owed, event)
        case Act.RESUMED | Act.SIGN_UPS_REOPENED if owed.now < action.ends_at:
            yield _times(say, "message.ends", action.ends_at)
            yield from _untold(say, owed, event)
        case Act.RESUMED | Act.CLOSED_EARLY | Act.LOG_EXTENDED:
            if action.state_at(owed.now) in TAKES_CONTRIBUTIONS:
                yield _times(say, "message.log_until", action.log_until)
        case _:
            pass


def _untold(say: Language, owed: OwedMessage, event: AuditEvent) -> Iterator[str]:
    """What is known by now of something resumed: it may have been paused at its moment or reveal.

    The message of that then never came.
    """
    action = owed.action
    begun, revealed = owed.now >= action.starts_at, action.revealed(owed.now)
    if event.act is Act.RESUMED and revealed and (begun or action.reveal is not None):
        yield from named_apps(say, action)
        yield from moment_lines(say, action, most=MAX_TEXT)


def _new_times(say: Language, owed: OwedMessage, event: AuditEvent) -> Iterator[str]:
    action, before = owed.action, _before(event, "starts")
    if owed.now < action.starts_at:
        yield _times(say, "message.starts", action.starts_at)
    yield _times(say, "message.ends", action.ends_at)
    if before is not None and before != action.starts_at:
        wall = zoned(say, before, zone_of(action, owed.server))
        yield say("step.before", full=stamp(before), wall=wall)
    if event.detail.get("shifts"):
        yield say("step.shifts_moved", button=say("button.shifts"))
    if event.detail.get("tasks"):
        yield say("step.tasks_moved", button=say("button.tasks"))


def _times(say: Language, key: str, instant: datetime) -> str:
    return say(key, full=stamp(instant), relative=stamp(instant, "R"))


def _before(event: AuditEvent, name: str) -> datetime | None:
    before = event.detail.get("before")
    return datetime.fromisoformat(before[name]) if isinstance(before, dict) else None


def _event(owed: OwedMessage) -> AuditEvent:
    if owed.event is None:
        raise ValueError("the delivery of a step comes with its event")
    return owed.event
