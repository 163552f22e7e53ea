"""What a card says about signing up: its options, for whom, until when, and on what condition."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.actions import Action, ActionState, SignUpGate
from domain.sign_ups import SignUpOption
from locales import Language
from ui.text import amount, plain, stamp

MAX_LABEL = 80
BEFORE_SIGN_UPS = (ActionState.DRAFT, ActionState.SCHEDULED)


def sign_up_lines(say: Language, action: Action, now: datetime) -> list[str]:
    """The lines of a whole action; none where anybody may sign up at any time, as nothing else."""
    lines = [*condition_line(say, action)]
    if action.parts.options:
        lines.append(options_line(say, action))
    if action.pledged_count:
        people = say.many("count.people", action.pledged_count)
        pledged = amount(say, action, action.pledged_amount)
        lines.append(say("card.pledged", amount=pledged, people=people))
    if action.state_at(now) in BEFORE_SIGN_UPS or action.takes_sign_ups(now):
        lines += _gate_lines(say, action)
    return lines


def condition_line(say: Language, action: Action) -> Iterator[str]:
    """Whether it is certain that an action goes ahead that needs so many people."""
    if action.needed is None or action.decide is None:
        return
    called_off = action.state is ActionState.CANCELLED and action.reason is None
    if action.confirmed_at is not None:
        yield say("card.confirmed", needed=say.number(action.needed))
    elif called_off or action.state is not ActionState.CANCELLED:
        yield say(
            "card.called_off" if called_off else "card.condition",
            needed=say.many("count.people", action.needed),
            time=stamp(action.decide.at, "f"),
            people=say.number(action.signed_up),
        )


def options_line(say: Language, action: Action) -> str:
    """Every option with how many have chosen it."""
    shown = " · ".join(_option(say, option) for option in action.parts.options)
    return say("card.options", options=shown)


def _option(say: Language, option: SignUpOption) -> str:
    label, taken = plain(option.label, MAX_LABEL), say.number(option.taken)
    if option.capacity is None:
        return say("card.option", option=label, taken=taken)
    capacity = say.number(option.capacity)
    return say("card.option_of", option=label, taken=taken, capacity=capacity)


def _gate_lines(say: Language, action: Action) -> Iterator[str]:
    if action.sign_up_role_id is not None:
        yield say("card.sign_up_role", role=f"<@&{action.sign_up_role_id}>")
    if action.sign_up_lead is not None and action.sign_ups is SignUpGate.BY_TIME:
        closes = action.sign_ups_end
        yield say("card.cut_off", time=stamp(closes, "f"), relative=stamp(closes, "R"))
