"""Milestones: the amounts whose reaching is announced, and which of them are reached."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from domain.actions import Action
from domain.errors import Refusal
from domain.fields import amount_as_text, read_amount
from domain.message_plans import MessagePlan
from domain.money import AmbiguousAmount
from domain.rates import toward_goal
from domain.totals import Total

MOST_MILESTONES = 20
MOST_PERCENT = 1000

# A comma within "10,000" separates nothing.
_BETWEEN = re.compile(r"(?<=[%％])\s*,|,(?=\s|$)|[;、，\n]")
_PERCENT = re.compile(r"0*(\d{1,6})\s*[%％]")


@dataclass(frozen=True)
class Mark:
    """A milestone: as it stands in the plan, and the logged total at which it is reached."""

    text: str
    at: int


def read_milestones(text: str, action: Action | None, language: str) -> tuple[str, ...]:
    """Milestones as typed: "10%, 50%", or amounts in the action's unit, as a plan keeps them.

    Without an action only parts of the goal can be meant. No text is no milestone. Raises
    `Refusal`, which names what was not understood.
    """
    pieces = (piece.strip() for piece in _BETWEEN.split(text))
    marks = {_read(piece, action, language) for piece in pieces if piece}
    if len(marks) > MOST_MILESTONES:
        raise Refusal("milestones.too_many", count=len(marks), most=MOST_MILESTONES)
    return tuple(sorted(marks, key=_order))


def _read(piece: str, action: Action | None, language: str) -> str:
    if found := _PERCENT.fullmatch(piece):
        percent = int(found[1])
        if not 1 <= percent <= MOST_PERCENT:
            raise Refusal("milestones.percent", text=piece, most=MOST_PERCENT)
        return f"{percent}%"
    if action is None:
        raise Refusal("milestones.only_percent", text=piece)
    try:
        read = read_amount(piece, action.unit, action.unit_code, language)
    except Refusal:
        raise Refusal("milestones.not_understood", text=piece) from None
    if isinstance(read, AmbiguousAmount):
        raise Refusal("amount.ambiguous", text=piece)
    return str(read)


def _order(mark: str) -> tuple[bool, int]:
    """Amounts before parts of the goal, and the lower ones first."""
    return is_part(mark), int(mark.removesuffix("%"))


def is_part(mark: str) -> bool:
    """Tell whether a milestone of a plan is a part of the goal, not an amount."""
    return mark.endswith("%")


def mark_as_text(mark: str, action: Action | None) -> str:
    """A milestone as text that `read_milestones` reads back."""
    if is_part(mark) or action is None:
        return mark
    return amount_as_text(int(mark), action.unit, action.unit_code)


def without_amounts(plan: MessagePlan) -> MessagePlan:
    """A plan with only those milestones that hold in any unit."""
    return MessagePlan(plan.reminders, tuple(filter(is_part, plan.milestones)), plan.nudges)


def marks_of(action: Action) -> list[Mark]:
    """An action's milestones, the first to be reached first; parts need a goal."""
    marks = [Mark(text, at) for text in action.plan.milestones if (at := _at(text, action.goal))]
    return sorted(marks, key=lambda mark: mark.at)


def _at(mark: str, goal: int | None) -> int | None:
    if not is_part(mark):
        return int(mark)
    return None if goal is None else -(-goal * int(mark.removesuffix("%")) // 100)


def reached_by(action: Action, totals: Mapping[str, Total]) -> int:
    """The logged total that counts towards milestones, as towards the goal on the card."""
    return toward_goal(action, {code: total.logged for code, total in totals.items()})[0]


def next_mark(action: Action, reached: int, announced: Collection[str]) -> int | None:
    """The lowest logged total above `reached` at which a milestone is to be announced."""
    ahead = (m.at for m in marks_of(action) if m.at > reached and m.text not in announced)
    return next(iter(ahead), None)


def newly_reached(
    action: Action, reached: int, announced: Collection[str]
) -> tuple[list[Mark], Mark | None]:
    """The milestones that a total has reached and that were not announced, and which one is.

    Of several at once it is the highest.
    """
    marks = [m for m in marks_of(action) if m.at <= reached and m.text not in announced]
    return marks, _highest(marks)


def mark_at(action: Action, amount: int) -> Mark | None:
    """The milestone that is reached at just that total, by the action's plan as it is now."""
    return _highest(mark for mark in marks_of(action) if mark.at == amount)


def _highest(marks: Iterable[Mark]) -> Mark | None:
    """The one furthest ahead; of equal ones the largest part of the goal."""
    return max(marks, key=lambda mark: (mark.at, _order(mark.text)), default=None)
