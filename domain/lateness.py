"""What becomes of a message when its time has come, or has passed: it is judged by its kind.

| kind | late, while it still helps | late, when its time has passed |
|---|---|---|
| announcement, promoted, shift offer | sent, marked late | after the end: missed |
| reminder | sent, marked late; a later one is due too: skipped | after what it is of: missed |
| moment | up to 15 minutes: sent, marked late; then: asked | after the end: missed |
| reveal | up to 15 minutes: sent, marked late; then: asked | the moment has passed: missed |
| daily call | sent, for the days that have not ended | all its days have: missed |
| shift | sent, marked late | the shift is over: missed |
| task | sent, marked late | the deadline has passed: missed |
| last hour | sent, marked late | after the end: missed |
| nudge, milestone, closing, later reminder | sent, marked late | the tally is due: missed |
| step, decision | sent, marked late | over, and a week old: missed |
| tally, notice, reminder sent by hand | sent: none is of a time | |
| thread | sent: it is for as long as the action | |
| card | sent: it shows what holds | skipped: what is missed with it is told |
| preflight, direct messages | sent | skipped: nobody is to do anything about it |
| digest | skipped once it is late: another one follows | |

*Missed* is skipped too, and organisers read a list of it, one a server. What its organisers paused
or cancelled, and what is about nobody any more, is skipped without a word: no time made it so. What
an organiser ordered is judged as if it were sent in time.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from enum import Enum, auto

from domain.deliveries import TO_ONE_PERSON, DeliveryKind
from domain.owed_messages import OwedMessage

MOMENT_GRACE = timedelta(minutes=15)
"""A moment that comes later than this is a matter for its organisers."""

ASKED_FOR = frozenset({DeliveryKind.MOMENT, DeliveryKind.REVEAL})
"""What organisers may have done by hand meanwhile, so that they are asked."""

MISSED_TOGETHER = timedelta(minutes=1)
"""How long to wait for more of what was missed, so that all of an outage is listed together."""

MISSED_QUIETLY = frozenset(
    {
        DeliveryKind.CARD,
        DeliveryKind.PREFLIGHT,
        DeliveryKind.AHEAD,
        DeliveryKind.DIGEST,
        DeliveryKind.THREAD,
        *TO_ONE_PERSON,
    }
)
"""What organisers need not read about if it came too late."""


class Verdict(Enum):
    """What is done about a delivery now."""

    SEND = auto()
    """It is sent; one that is late says so."""

    SKIP = auto()
    """It helps nobody, for a reason that its organisers know."""

    MISSED = auto()
    """It would have helped in time. It is skipped, and organisers read what was."""

    ASK = auto()
    """Its organisers are asked whether it is still sent, or was done by hand."""


def judge(owed: OwedMessage) -> Verdict:
    """Decide about a delivery whose turn it is."""
    if owed.delivery.ordered_at is not None:
        return Verdict.SKIP if _pointless_in_time(owed) else Verdict.SEND
    kind = owed.delivery.kind
    if owed.pointless:
        quietly = kind in MISSED_QUIETLY or _pointless_in_time(owed)
        return Verdict.SKIP if quietly else Verdict.MISSED
    if kind is DeliveryKind.REMINDER and owed.superseded:
        return Verdict.SKIP
    if kind in ASKED_FOR and owed.now - owed.delivery.due_at > MOMENT_GRACE:
        return Verdict.ASK
    return Verdict.SEND


def _pointless_in_time(owed: OwedMessage) -> bool:
    """Tell whether it would help nobody if it were sent when it was due."""
    return replace(owed, now=min(owed.now, owed.delivery.due_at)).pointless
