"""Checking contributions: what a reviewer goes through, verdicts, appeals, and what is told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, IntEnum, auto

from domain.actions import Action
from domain.entries import EntryFile
from domain.errors import NotAllowed, Refusal
from domain.flags import Flagged
from domain.ledger import Check, Contribution, Verdict
from domain.reasons import Reason

LEASE = timedelta(minutes=10)
"""How long nobody else gets what a reviewer was shown."""

BATCH = 10
"""Contributions that are looked at together; as many pictures fit into one gallery."""

MOST_COUNTED = 1000
"""Counting stops there: more is shown as "1,000+"."""

MOST_VERDICTS = 10
"""A reviewer's own verdicts on one page."""

TOLD_AFTER = timedelta(minutes=5)
"""How long after a verdict its fan is told directly: until then a slip can be put right."""

REASON_LENGTH = 200
APPEAL_LENGTH = 500

DISPUTABLE = frozenset({Verdict.NOT_COUNTED, Verdict.CORRECTED})
"""The verdicts that a fan is told of, and can appeal against."""


class Filter(IntEnum):
    """What a reviewer wants to see. Buttons carry its number: never change one."""

    EVERYTHING = 0
    FLAGGED = 1
    HELD = 2
    APPEALS = 3
    SAMPLE = 4


class Shelf(Enum):
    """What waits for the same reason; on each the oldest comes first."""

    FLAGGED = auto()
    HELD = auto()
    APPEALED = auto()
    SAMPLED = auto()
    REST = auto()
    """Unchecked ones that count meanwhile."""


SHELVES: dict[Filter, tuple[Shelf, ...]] = {
    Filter.EVERYTHING: (Shelf.HELD, Shelf.APPEALED, Shelf.REST),
    Filter.FLAGGED: (Shelf.FLAGGED, Shelf.HELD, Shelf.APPEALED, Shelf.REST),
    Filter.HELD: (Shelf.HELD,),
    Filter.APPEALS: (Shelf.APPEALED,),
    Filter.SAMPLE: (Shelf.SAMPLED,),
}
"""What is gone through, one after the other."""

TOGETHER = {
    Filter.EVERYTHING: Shelf.REST,
    Filter.FLAGGED: Shelf.REST,
    Filter.SAMPLE: Shelf.SAMPLED,
}
"""Of which shelf several can be looked at together; what is held or appealed against never is."""


@dataclass(frozen=True)
class Queue:
    """What a reviewer goes through, of one action or (None) of all."""

    filter: Filter = Filter.EVERYTHING
    action_id: int | None = None


@dataclass(frozen=True)
class Ruling:
    """What a reviewer decides about a contribution; `amount` is set for corrections alone."""

    verdict: Verdict
    amount: int | None = None
    reason: str | None = None
    reason_code: Reason | None = None


@dataclass(frozen=True)
class Given:
    """A check, and the participant id of the reviewer who made it."""

    check: Check
    reviewer_id: int


@dataclass(frozen=True)
class Appeal:
    """A fan's one appeal, against the check `check_id`; its text is None once purged."""

    contribution_id: int
    check_id: int
    text: str | None
    at: datetime

    def is_open(self, last: Check | None) -> bool:
        """Tell whether no check has answered it."""
        return last is None or last.check_id <= self.check_id


@dataclass(frozen=True)
class Progress:
    """How far the checking is, of one action or of all that can be checked.

    `flagged`, `appeals`, `foreign` and `sample_left` are counted up to 1,001 each; `foreign`
    are those that a reviewer could not read the language of. `sample` is its size, if one
    was drawn.
    """

    checked: int = 0
    total: int = 0
    held: int = 0
    flagged: int = 0
    appeals: int = 0
    foreign: int = 0
    sample: int = 0
    sample_left: int = 0

    @property
    def waits(self) -> int:
        """How many have no check, or one that an appeal questions."""
        return self.total - self.checked + self.appeals


@dataclass(frozen=True)
class ToldVerdict:
    """A verdict of which a fan is to be told; `final` where it answers their appeal."""

    action: Action
    contribution: Contribution
    check: Check
    final: bool


@dataclass(frozen=True)
class Waiting:
    """A contribution with all that there is to judge it by; the action is whole.

    `proofs` are (what it is, its text). `outlier_above` is the amount above which one is far
    outside what others log, where this one is.
    """

    action: Action
    contribution: Contribution
    proofs: Sequence[tuple[str, str]]
    files: Sequence[EntryFile]
    flags: Sequence[Flagged]
    outlier_above: int | None
    checks: Sequence[Given]
    appeal: Appeal | None


@dataclass(frozen=True)
class Desk:
    """What a reviewer is shown: the next contribution, if any, and how far the checking is.

    `action` is the one that alone is gone through, if it is one.
    """

    queue: Queue
    waiting: Waiting | None
    progress: Progress
    action: Action | None = None


@dataclass(frozen=True)
class Batch:
    """Contributions of one action that a reviewer looks at together.

    `token` is known to the buttons under them: they mean these and no others. Where there are none,
    there may be some behind the contribution `behind`, if it is set.
    """

    queue: Queue
    items: Sequence[Waiting]
    token: int
    progress: Progress
    behind: int | None = None


@dataclass(frozen=True)
class OwnVerdict:
    """A verdict that still decides, and what it was about, without its files."""

    check: Check
    waiting: Waiting


@dataclass(frozen=True)
class OwnVerdicts:
    """A page of a reviewer's verdicts; behind the check `older` there may be further ones."""

    verdicts: Sequence[OwnVerdict]
    older: int | None = None


def tidy(text: str, limit: int) -> str:
    """What somebody typed, on one line and not too long."""
    return " ".join(text.split())[:limit]


def read_reason(text: str) -> str:
    """A reviewer's own words, 1 to 200 characters; raises `Refusal` for none."""
    reason = tidy(text, REASON_LENGTH)
    if not reason:
        raise Refusal("review.reason_missing")
    return reason


def read_appeal(text: str) -> str:
    """What a fan says to a verdict, 1 to 500 characters; raises `Refusal` for nothing."""
    said = "\n".join(line for line in map(str.strip, text.strip().splitlines()) if line)
    if not said:
        raise Refusal("appeal.text_missing")
    return said[:APPEAL_LENGTH]


def require_not_own(contribution: Contribution, who: int) -> None:
    """Refuse a verdict of whoever did it, or entered it for somebody."""
    if contribution.participant_id == who:
        raise NotAllowed("review.your_own")
    if contribution.entered_by == who:
        raise NotAllowed("review.you_entered")


def require_verdict(
    contribution: Contribution,
    checks: Collection[Given],
    appeal: Appeal | None,
    who: int,
) -> None:
    """Refuse a verdict on what waits for none, and of who decided to what questions that.

    `checks` are all of the contribution, the oldest first; `who` is a participant id.
    """
    require_not_own(contribution, who)
    if contribution.withdrawn:
        raise Refusal("review.withdrawn")
    if not checks:
        return
    if appeal is None or not appeal.is_open(_last(checks)):
        raise Refusal("review.already_checked")
    if any(given.reviewer_id == who for given in checks):
        raise NotAllowed("review.you_decided")


def _last(checks: Collection[Given]) -> Check:
    return max((given.check for given in checks), key=lambda check: check.check_id)


def require_revision(
    contribution: Contribution,
    checks: Collection[Given],
    appeal: Appeal | None,
    who: int,
) -> None:
    """Refuse to change a verdict that is another reviewer's, or that a fan has appealed against."""
    require_not_own(contribution, who)
    if contribution.withdrawn:
        raise Refusal("review.withdrawn")
    last = max(checks, key=lambda given: given.check.check_id, default=None)
    if last is None or last.reviewer_id != who:
        raise Refusal("review.not_your_verdict")
    if appeal is not None:
        raise Refusal("review.appealed" if appeal.is_open(last.check) else "review.final")


def require_appeal(
    contribution: Contribution, last: Check | None, appeal: Appeal | None, who: int
) -> Check:
    """The check that a fan may appeal against; refused where there is none, or a second time."""
    if contribution.participant_id != who:
        raise NotAllowed("appeal.not_yours")
    if appeal is not None:
        raise Refusal("appeal.once" if appeal.is_open(last) else "appeal.final")
    if contribution.withdrawn or last is None or last.verdict not in DISPUTABLE:
        raise Refusal("appeal.nothing_decided")
    return last


def may_appeal(contribution: Contribution, last: Check | None, appeal: Appeal | None) -> bool:
    """Tell whether there is a verdict that a fan has not appealed against."""
    undisputed = appeal is None and not contribution.withdrawn
    return undisputed and last is not None and last.verdict in DISPUTABLE


def concerns_fan(before: Collection[Given], check: Check) -> bool:
    """Tell whether a fan is told of a verdict: it is to their loss, or changes one that was."""
    return check.verdict in DISPUTABLE or any(g.check.verdict in DISPUTABLE for g in before)
