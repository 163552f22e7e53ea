"""What may be done with an action when, and when what is entered in it counts as entered."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.actions import CHECKABLE, TAKES_CONTRIBUTIONS, TAKES_SIGN_UPS, Action, ActionState
from domain.errors import Gone, Refusal


def require_sign_ups_open(action: Action, now: datetime) -> None:
    """Refuse a sign-up to what is a draft, ended, final or cancelled, or past its cut-off."""
    _require(action, now, TAKES_SIGN_UPS)
    if not action.takes_sign_ups(now):
        raise Refusal("refused.sign_ups_closed", title=action.title)


def require_leaving(action: Action, now: datetime) -> None:
    """Refuse to take a sign-up back where none can be given: but after a cut-off one may leave."""
    _require(action, now, TAKES_SIGN_UPS | {ActionState.PAUSED})


def require_muting(action: Action, now: datetime) -> None:
    """Refuse to mute what sends nothing to those who are in: a draft, and what is over."""
    _require(action, now, CHECKABLE)


def require_pledging(action: Action, now: datetime) -> None:
    """Refuse a pledge of an amount to what is a draft, paused or over."""
    if not action.rules.pledges:
        raise Refusal("refused.no_pledges", title=action.title)
    _require(action, now, TAKES_SIGN_UPS)


def require_contributions_open(action: Action, now: datetime) -> None:
    """Refuse a contribution to a draft, a final or a cancelled action."""
    _require(action, now, TAKES_CONTRIBUTIONS)


def require_logging_open(action: Action, now: datetime) -> None:
    """Refuse what people did themselves as `require_contributions_open` does, but take it late.

    What comes late, or while the action is paused, is held for a check, and is in no tally that
    was published before.
    """
    paused = {ActionState.PAUSED} if now < action.late_until else ()
    _require(action, now, TAKES_CONTRIBUTIONS | _over(now, action.late_until) | frozenset(paused))


def require_proving_open(action: Action, now: datetime) -> None:
    """Refuse a proof of what was logged, where that is cancelled or long over."""
    _require(action, now, CHECKABLE | _over(now, action.late_until))


def require_checks_open(action: Action, now: datetime) -> None:
    """Refuse a verdict on what was logged, where that is cancelled or long over.

    For 14 days longer than contributions are taken late: what came on the last day is checked too.
    """
    _require(action, now, CHECKABLE | _over(now, action.checks_until))


def require_answers_open(action: Action, now: datetime) -> None:
    """Refuse the answer to an appeal where its action is cancelled or over for longer still."""
    _require(action, now, CHECKABLE | _over(now, action.answers_until))


def require_appeals_open(action: Action, verdict_at: datetime, now: datetime) -> None:
    """Refuse an appeal against a verdict of an instant, where it comes too late or is of nothing.

    It is taken while contributions are, and for seven days after the verdict at the least.
    """
    _require(action, now, CHECKABLE | _over(now, action.appeals_until(verdict_at)))


def entered_at(action: Action, now: datetime, settled: datetime | None) -> datetime:
    """When something that is entered now counts as entered.

    It is after `settled`, the last instant as of which numbers were published or a sample drawn,
    even if the clock was set back since: the same cut-off must give the same numbers at any time.
    """
    if action.state is ActionState.FINAL:  # Also what was published before editions were stored.
        settled = max(settled or action.log_until, action.log_until)
    return now if settled is None else max(now, settled + timedelta.resolution)


def _over(now: datetime, until: datetime) -> frozenset[ActionState]:
    """What is over, for as long as something can still be said about it."""
    return frozenset({ActionState.FINAL} if now < until else ())


def _require(action: Action, now: datetime, states: frozenset[ActionState]) -> None:
    if not action.announced(now):
        # Who has no business with it learns nothing about it before then, its title included.
        raise Gone("refused.no_such_action")
    state = action.state_at(now)
    if state not in states:
        raise Refusal(f"refused.state.{state.value}", title=action.title)
