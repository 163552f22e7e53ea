"""How an action stands, in a few lines: its state, why it stopped, whether sign-ups are taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.actions import TAKES_SIGN_UPS, Action, ActionState
from domain.owed_messages import OwedMessage
from locales import Language
from ui.text import plain, stamp

MAX_REASON = 300

STOPPED = (ActionState.PAUSED, ActionState.CANCELLED)


def state_lines(say: Language, action: Action, now: datetime) -> str:
    """The state of an action, with the reason where it stopped, and what can't be done for now."""
    state = action.state_at(now)
    announced = action.announce.at if action.announce is not None else now
    line = say(
        f"card.state.{state.value}",
        starts=stamp(action.starts_at, "R"),
        ends=stamp(action.ends_at, "R"),
        log_until=stamp(action.log_until, "f"),
        announced=stamp(announced, "f"),
    )
    lines = [line, *reason_line(say, action)]
    if state is ActionState.PAUSED and now >= action.log_from:
        lines.append(say("card.log_once_resumed"))
    if state in TAKES_SIGN_UPS and not action.takes_sign_ups(now):
        lines.append(say("card.sign_ups_closed"))
    return "\n".join(lines)


def reason_line(say: Language, action: Action) -> Iterator[str]:
    """Why an action is paused or was cancelled, if somebody said so."""
    if action.state in STOPPED and action.reason:
        yield say("card.reason", reason=plain(action.reason, MAX_REASON))


def stopped_lines(say: Language, owed: OwedMessage) -> Iterator[str]:
    """What stands above a message posted before its action was paused or cancelled."""
    if owed.sent_at is not None and owed.action.state in STOPPED:
        yield say(f"message.{owed.action.state.value}")
        yield from reason_line(say, owed.action)
