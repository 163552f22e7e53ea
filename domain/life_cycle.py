"""The steps of an action's life that its organisers take, and when each can be taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from domain.actions import Action, ActionState, SignUpGate
from domain.audit import Act
from domain.errors import Refusal
from domain.when import resolve_instant

REASON_LENGTH = 200


class Step(StrEnum):
    """What an organiser can do with a published action as a whole."""

    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    CLOSE_SIGN_UPS = "close_sign_ups"
    REOPEN_SIGN_UPS = "reopen_sign_ups"
    CLOSE_EARLY = "close_early"
    EXTEND_LOG = "extend_log"


_SCHEDULED, _OPEN, _LIVE = ActionState.SCHEDULED, ActionState.OPEN, ActionState.LIVE
_COUNTING, _PAUSED = ActionState.COUNTING, ActionState.PAUSED

ALLOWED: Mapping[Step, frozenset[ActionState]] = {
    Step.PAUSE: frozenset({_OPEN, _LIVE, _COUNTING}),
    Step.RESUME: frozenset({_PAUSED}),
    Step.CANCEL: frozenset({_SCHEDULED, _OPEN, _LIVE, _COUNTING, _PAUSED}),
    Step.CLOSE_SIGN_UPS: frozenset({_OPEN, _LIVE}),
    Step.REOPEN_SIGN_UPS: frozenset({_OPEN, _LIVE}),
    Step.CLOSE_EARLY: frozenset({_LIVE}),
    Step.EXTEND_LOG: frozenset({_LIVE, _COUNTING}),
}
"""In which states each step can be taken. A draft is discarded instead."""

ONGOING = frozenset({_SCHEDULED, _OPEN, _LIVE, _COUNTING, _PAUSED})
"""The states in which a published action can still be changed."""

ACTS: Mapping[Step, Act] = {
    Step.PAUSE: Act.PAUSED,
    Step.RESUME: Act.RESUMED,
    Step.CANCEL: Act.CANCELLED,
    Step.CLOSE_SIGN_UPS: Act.SIGN_UPS_CLOSED,
    Step.REOPEN_SIGN_UPS: Act.SIGN_UPS_REOPENED,
    Step.CLOSE_EARLY: Act.CLOSED_EARLY,
    Step.EXTEND_LOG: Act.LOG_EXTENDED,
}
"""How each step is written down."""


def steps_at(action: Action, now: datetime) -> tuple[Step, ...]:
    """The steps that can be taken now and would change something."""
    state = action.state_at(now)
    without = Step.REOPEN_SIGN_UPS if action.takes_sign_ups(now) else Step.CLOSE_SIGN_UPS
    return tuple(step for step in Step if state in ALLOWED[step] and step is not without)


def require_step(step: Step, action: Action, now: datetime) -> None:
    """Refuse a step that can't be taken in the state that the action is in now."""
    _require(action, now, ALLOWED[step])


def require_ongoing(action: Action, now: datetime) -> None:
    """Refuse to change what is no published action, or one that is over."""
    _require(action, now, ONGOING)


def take_step(
    step: Step, action: Action, now: datetime, *, reason: str = "", until: datetime | None = None
) -> Action:
    """The action after a step; raises `Refusal` where it can't be taken.

    `reason` is why, of at most 200 characters; cancelling needs one. It stays with the action
    while it is paused or cancelled.
    `until` is when an extended logging window closes.
    """
    require_step(step, action, now)
    why = read_reason(reason)
    match step:
        case Step.PAUSE:
            return replace(action, state=_PAUSED, stopped_at=now, reason=why)
        case Step.CANCEL:
            why = require_reason(reason)
            # What was paused before its moment stays sealed, however late it is cancelled.
            stopped_at = action.stopped_at or now
            return replace(action, state=ActionState.CANCELLED, stopped_at=stopped_at, reason=why)
        case Step.EXTEND_LOG:
            return _extend_log(action, until)
        case _:
            return _PLAIN[step](action, now)


def read_reason(text: str) -> str | None:
    """A reason on one line, or None for no text; refused where it is too long."""
    reason = " ".join(text.split())
    if len(reason) > REASON_LENGTH:
        raise Refusal("refused.reason_too_long", length=len(reason), limit=REASON_LENGTH)
    return reason or None


def require_reason(text: str) -> str:
    """A reason on one line; refused where there is none or it is too long."""
    reason = read_reason(text)
    if reason is None:
        raise Refusal("refused.reason_missing")
    return reason


def _resume(action: Action, now: datetime) -> Action:
    """Go on. While it was paused the time for logging stood still, so it gets that back."""
    lost_from = max(action.ends_at, action.stopped_at or now)
    log_until = action.log_until + (now - lost_from) if now > lost_from else action.log_until
    ahead = action.announce is not None and now < action.announce.at
    state = ActionState.SCHEDULED if ahead else ActionState.OPEN
    return replace(action, state=state, stopped_at=None, reason=None, log_until=log_until)


def _close_sign_ups(action: Action, now: datetime) -> Action:
    if not action.takes_sign_ups(now):
        raise Refusal("refused.sign_ups_closed_already", title=action.title)
    return replace(action, sign_ups=SignUpGate.CLOSED)


def _reopen_sign_ups(action: Action, now: datetime) -> Action:
    """Take sign-ups again: until their cut-off, or past it for as long as the action lasts."""
    if action.takes_sign_ups(now):
        raise Refusal("refused.sign_ups_open_already", title=action.title)
    gate = SignUpGate.BY_TIME if now < action.sign_ups_end else SignUpGate.OPEN
    return replace(action, sign_ups=gate)


def _close_early(action: Action, now: datetime) -> Action:
    """End it now; the time for logging keeps its length from here on."""
    ends = resolve_instant(now, action.starts.zone).wall
    window = action.log_until - action.ends_at
    return replace(action, ends=ends, ends_at=now, log_until=now + window)


def _extend_log(action: Action, until: datetime | None) -> Action:
    if until is None or until <= action.log_until:
        raise Refusal("refused.log_not_later", time=action.log_until)
    return replace(action, log_until=until)


_PLAIN: Mapping[Step, Callable[[Action, datetime], Action]] = {
    Step.RESUME: _resume,
    Step.CLOSE_SIGN_UPS: _close_sign_ups,
    Step.REOPEN_SIGN_UPS: _reopen_sign_ups,
    Step.CLOSE_EARLY: _close_early,
}
"""The steps that need nothing said."""


def _require(action: Action, now: datetime, states: frozenset[ActionState]) -> None:
    state = action.state_at(now)
    if state not in states:
        raise Refusal(f"refused.step.{state.value}", title=action.title)
