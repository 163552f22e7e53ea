"""Contributors: what one person's contributions to an action come to."""

from __future__ import annotations

from dataclasses import dataclass

from domain.ledger import Standing, StandingState, counted


@dataclass(frozen=True)
class Change:
    """How much more one participant's contributions come to, in one unit of an action.

    `logged` is an amount in the unit (money: minor units); the counts are of contributions.
    """

    logged: int = 0
    logged_count: int = 0
    verified_count: int = 0

    def __add__(self, other: Change) -> Change:
        return Change(
            self.logged + other.logged,
            self.logged_count + other.logged_count,
            self.verified_count + other.verified_count,
        )


NO_CHANGE = Change()


def change_by(before: Standing | None, after: Standing | None) -> Change:
    """What a contribution changes that moved from one standing to another."""
    if _counts(before) or _counts(after):
        return Change(
            counted(after) - counted(before),
            _counts(after) - _counts(before),
            (after is not None and after.verified) - (before is not None and before.verified),
        )
    return NO_CHANGE


def _counts(where: Standing | None) -> bool:
    return where is not None and where.state is StandingState.LOGGED
