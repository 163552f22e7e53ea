"""Flags: hints for those who check contributions. A flag changes no number by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.actions import Action
from domain.kinds import ProofKind
from domain.links import posted_at


class Flag(StrEnum):
    """What was noticed about a contribution and is stored; outliers follow from all amounts."""

    SAME_LINK = "same_link"
    """The same link proves another contribution in the server too."""

    SAME_CODE = "same_code"
    SAME_IMAGE = "same_image"
    """A picture or file with the same bytes proves another contribution too."""

    LIKE_IMAGE = "like_image"
    """A picture that looks nearly the same proves another contribution too."""

    BEFORE_MOMENT = "before_moment"
    """What the link leads to was posted before the moment."""


SAME: dict[ProofKind, Flag] = {
    ProofKind.CODE: Flag.SAME_CODE,
    ProofKind.LINK: Flag.SAME_LINK,
    ProofKind.MESSAGE: Flag.SAME_LINK,
    ProofKind.IMAGE: Flag.SAME_IMAGE,
    ProofKind.FILE: Flag.SAME_IMAGE,
}
"""The flag of what proves two contributions, by the kind of proof."""

_LINKS = frozenset({ProofKind.LINK, ProofKind.MESSAGE})


@dataclass(frozen=True)
class Other:
    """The contribution with which a flagged one has something in common."""

    contribution_id: int
    at: datetime
    action_id: int
    action_number: int | None
    same_person: bool


@dataclass(frozen=True)
class Flagged:
    """A flag of a contribution; `other_id` is the contribution with which it has that in common."""

    contribution_id: int
    flag: Flag
    other_id: int | None = None
    other: Other | None = None
    """What is known about that contribution, where the flag was read to be shown."""


def flags_of_both(contribution_id: int, flag: Flag, other_id: int) -> tuple[Flagged, Flagged]:
    """The flags of two contributions that have something in common."""
    return Flagged(contribution_id, flag, other_id), Flagged(other_id, flag, contribution_id)


def made_too_early(action: Action, proofs: Iterable[tuple[ProofKind, str]]) -> bool:
    """Whether a link leads to a post from before the moment, where all that counts is done from it.

    Tasks and entries are done from publishing on, and one comes to a place early.
    """
    return action.rules.from_the_moment and any(
        posted is not None and posted < action.starts_at
        for posted in (posted_at(value) for kind, value in proofs if kind in _LINKS)
    )
