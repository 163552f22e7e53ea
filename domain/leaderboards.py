"""Leaderboards: what those logged who chose to be named. Nobody else is in them, or counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.actions import Action
from domain.kinds import Unit

PAGE = 10
"""People on one page."""


@dataclass(frozen=True)
class Place:
    """Somebody's place among the named; who logged as much shares it.

    `logged` is in the board's unit (money: minor units), the counts are of contributions.
    """

    rank: int
    name: str
    logged: int
    logged_count: int
    verified_count: int


@dataclass(frozen=True)
class Leaderboard:
    """A page of an action's leaderboard in one of its units, from page 0 on."""

    action: Action
    unit_code: str
    places: Sequence[Place]
    page: int
    more: bool
    own_name: str | None
    """Under which name whoever asks is listed, as soon as they have logged something."""


def units_of(action: Action) -> tuple[str, ...]:
    """The units that have a board each: amounts in several currencies can't be compared."""
    return action.currencies if action.unit is Unit.MONEY else (action.unit_code,)
