"""The calls that go out while an action is on, and after it: what each says first, and below."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from domain.actions import TAKES_CONTRIBUTIONS
from domain.deliveries import DeliveryKind
from domain.milestones import is_part, mark_at
from domain.owed_messages import OwedMessage
from domain.tally_access import shows_progress
from locales import Language
from ui.buttons import lacking, next_verbs
from ui.official_lines import official_block
from ui.progress import goal_lines
from ui.text import amount, heading_title, stamp, zone_of, zoned

GOAL_REACHED = "100%"


def is_call(owed: OwedMessage) -> bool:
    """Tell whether a delivery is one of these calls."""
    kind = owed.delivery.kind
    if kind is DeliveryKind.REMINDER:
        return owed.delivery.offset < timedelta(0)
    return kind in (DeliveryKind.LAST_HOUR, DeliveryKind.NUDGE, DeliveryKind.MILESTONE)


def call_line(say: Language, owed: OwedMessage) -> str:
    """What, when and what to tap, in plain words: phones show no markdown on a lock screen."""
    kind, action = owed.delivery.kind, owed.action
    if kind is DeliveryKind.MILESTONE:
        return _milestone_line(say, owed)
    can_log = action.state_at(owed.now) in TAKES_CONTRIBUTIONS
    nudges = kind is DeliveryKind.NUDGE and owed.yet_to_log > 0 and can_log
    if owed.now >= action.ends_at and not nudges:
        return _over_line(say, owed)
    match kind:
        case DeliveryKind.NUDGE:
            return _nudge_line(say, owed)
        case DeliveryKind.LAST_HOUR:
            return _last_hour_line(say, owed)
        case _:
            return _since_line(say, owed)


def call_lines(say: Language, owed: OwedMessage) -> Iterator[str]:
    """What follows the first line: the goal's bar, until when it can be done, official counts."""
    action = owed.action
    if owed.delivery.kind is DeliveryKind.MILESTONE and _shows(owed):
        logged = {code: total.logged for code, total in action.totals.items()}
        yield from goal_lines(say, action, logged)
    if owed.now < action.ends_at:
        key, until = "message.ends", action.ends_at
        if action.rules.reminds_of_end:
            key = "message.closes"
    else:
        key, until = "message.log_until", action.log_until
    if owed.now < until:
        yield say(key, full=stamp(until), relative=stamp(until, "R"))
    yield from official_block(say, action.parts.officials)


def _milestone_line(say: Language, owed: OwedMessage) -> str:
    """What was reached: a part of the goal by the action's plan, or else an amount."""
    action, at = owed.action, owed.delivery.item_id or 0
    mark, title = mark_at(action, at), heading_title(action)
    if mark is None or action.goal is None or not is_part(mark.text):
        return say("message.milestone_amount", title=title, amount=amount(say, action, at))
    goal = amount(say, action, action.goal)
    if mark.text == GOAL_REACHED:
        return say("message.milestone_goal", title=title, goal=goal)
    percent = say.percent(int(mark.text.removesuffix("%")), 100)
    return say("message.milestone_part", title=title, percent=percent, goal=goal)


def _nudge_line(say: Language, owed: OwedMessage) -> str:
    action = owed.action
    values = {
        "title": heading_title(action),
        "wall": zoned(say, action.log_until, zone_of(action, owed.server)),
        "button": _first_step(say, owed),
    }
    if not _shows(owed):  # the number would tell how many have logged
        return say("message.nudge_some", **values)
    return say.many("message.nudge", owed.yet_to_log, **values)


def _last_hour_line(say: Language, owed: OwedMessage) -> str:
    action = owed.action
    wall = zoned(say, action.ends_at, zone_of(action, owed.server))
    values = {"title": heading_title(action), "wall": wall}
    if action.rules.steps[0] in lacking(action):
        return say("message.last_hour_bare", **values)
    return say("message.last_hour", button=_first_step(say, owed), **values)


def _since_line(say: Language, owed: OwedMessage) -> str:
    """Since when it is on, and what can be done about it now."""
    action, wall = owed.action, zoned(say, owed.action.starts_at, zone_of(owed.action, owed.server))
    kind, title = say(f"kind.{action.kind.value}.name"), heading_title(action)
    verbs = [*next_verbs(action, owed.now)]
    can_log = action.rules.steps[0] in verbs
    values = {"kind": kind, "title": title, "wall": wall}
    if can_log and "join" in verbs:
        buttons = {"join": say("button.join"), "button": _first_step(say, owed)}
        return say("message.since", **values, **buttons)
    if can_log:
        return say("message.since_closed", button=_first_step(say, owed), **values)
    return say("message.since_bare", **values)


def _over_line(say: Language, owed: OwedMessage) -> str:
    """That it has ended, and until when one can still log."""
    action, title = owed.action, heading_title(owed.action)
    if action.state_at(owed.now) not in TAKES_CONTRIBUTIONS:
        return say("message.closing_done", title=title, button=say("button.tally"))
    if action.rules.steps[0] not in next_verbs(action, owed.now):
        return say("message.closing_bare", title=title)
    until = zoned(say, action.log_until, zone_of(action, owed.server))
    return say("message.closing", title=title, wall=until, button=_first_step(say, owed))


def _first_step(say: Language, owed: OwedMessage) -> str:
    """The button with which people say what they did."""
    return say(f"button.{owed.action.rules.steps[0]}")


def _shows(owed: OwedMessage) -> bool:
    return shows_progress(owed.server, owed.action, owed.now)
