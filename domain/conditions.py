"""What an organiser may set about signing up, and until when: cut-offs and conditions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from domain.actions import Action
from domain.errors import Refusal
from domain.walls import Resolved

LONGEST_LEAD = timedelta(days=60)


def cut_off(action: Action, lead: timedelta | None, now: datetime) -> Action:
    """The action with its sign-ups closing so long before the start; None: at its end.

    Raises `Refusal` where that has passed.
    """
    if lead is not None:
        closes = action.starts_at - lead
        if lead < timedelta(0):
            raise Refusal("settings.cut_off_late", time=closes)
        if lead > LONGEST_LEAD or closes <= now:
            raise Refusal("settings.cut_off_past", time=closes)
        if action.announce is not None and closes <= action.announce.at:
            raise Refusal("settings.cut_off_unannounced", time=closes)
    return replace(action, sign_up_lead=lead)


def condition(action: Action, needed: int | None, decide: Resolved | None, now: datetime) -> Action:
    """The action, going ahead only if `needed` people are in at `decide`; None: in any case.

    Raises `Refusal` once it was decided, and for a time at which it can't be.
    """
    if action.confirmed_at is not None:
        raise Refusal("settings.decided", title=action.title)
    if (needed is None) != (decide is None):
        raise Refusal("settings.condition_half")
    if needed is None or decide is None:
        return replace(action, needed=None, decide=None)
    if action.capacity is not None and needed > action.capacity:
        raise Refusal("settings.needed_over_capacity", needed=needed, capacity=action.capacity)
    announced = now if action.announce is None else max(now, action.announce.at)
    if decide.at <= announced:
        raise Refusal("publish.decide_past", time=decide.at)
    if decide.at > action.starts_at:
        raise Refusal("publish.decide_late", time=decide.at)
    return replace(action, needed=needed, decide=decide)
