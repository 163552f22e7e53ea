"""Which messages an action sends beside those that every action does: a server's and its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter

DEFAULT_REMINDERS = (timedelta(hours=24), timedelta(hours=1))
"""How long before the moment, or the deadline, reminders go out; negative ones come after it."""

DEFAULT_MILESTONES = ("25%", "50%", "75%", "100%")
"""Parts of the goal whose reaching is announced."""


@dataclass(frozen=True)
class MessagePlan:
    """An action's own reminders, milestones and nudge; a server's are what new actions get.

    A milestone is a part of the goal ("50%"), or an amount in the action's unit ("10000", minor
    units of money). `nudges`: those who pledged and logged nothing are asked once.
    """

    reminders: tuple[timedelta, ...] = DEFAULT_REMINDERS
    milestones: tuple[str, ...] = DEFAULT_MILESTONES
    nudges: bool = False


DEFAULT_PLAN = MessagePlan()

_JSON = TypeAdapter(MessagePlan)


def plan_as_json(plan: MessagePlan) -> dict[str, Any] | None:
    """The plan as values that JSON can hold; None for the default one."""
    return None if plan == DEFAULT_PLAN else _JSON.dump_python(plan, mode="json")


def plan_from_json(content: Mapping[str, Any] | None) -> MessagePlan:
    """The plan that `plan_as_json` wrote down."""
    return DEFAULT_PLAN if content is None else _JSON.validate_python(dict(content))
