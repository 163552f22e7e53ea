"""Editions of the published tally: the first one, and its amendments with their reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.actions import Action, ActionState
from domain.errors import Refusal
from domain.totals import Total

REASON_LENGTH = 300


@dataclass(frozen=True)
class Edition:
    """The tally as it was published the `number`th time, from 1 on, counted up to `cut_off`.

    `numbers` are those that the post said, in a form of `domain.published`'s own; `reason` is why
    an amendment was made, in its author's words.
    """

    number: int
    cut_off: datetime
    at: datetime
    numbers: Mapping[str, Any]
    reason: str | None = None

    @property
    def totals(self) -> dict[str, Total]:
        """What it said of each unit, the action's first one first."""
        return {unit: Total(**values) for unit, values in self.numbers["totals"].items()}


def as_published(action: Action, editions: Sequence[Edition]) -> Action:
    """A whole action with the totals of its newest edition in place of those kept since."""
    if not editions:
        return action
    first, *further = editions[-1].totals.items()
    parts = replace(action.parts, totals=dict(further))
    return replace(action, total=first[1], parts=parts)


def require_amendable(action: Action, editions: Sequence[Edition], now: datetime) -> None:
    """Refuse an amendment of what is not published yet."""
    if not editions or action.state_at(now) is not ActionState.FINAL:
        raise Refusal("refused.amend.not_final", title=action.title)


def read_reason(text: str) -> str:
    """Why a tally is amended, on one line; refused without any, or if it is too long."""
    reason = " ".join(text.split())
    if not reason:
        raise Refusal("refused.amend.no_reason")
    if len(reason) > REASON_LENGTH:
        raise Refusal("refused.amend.reason_too_long", length=len(reason), limit=REASON_LENGTH)
    return reason
