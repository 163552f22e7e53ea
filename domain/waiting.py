"""What a server's quiet hours do to a message whose time has come."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum, auto

from domain.deliveries import DeliveryKind
from domain.lateness import Verdict, judge
from domain.owed_messages import OwedMessage

MOST_TOGETHER = 10
"""Messages that go out as one, when quiet hours are over; more make a second one."""


class Passage(Enum):
    """How a message gets through quiet hours."""

    FREE = auto()
    """It is sent as ever."""

    SILENT = auto()
    """It is sent now, but pings nobody and makes no sound."""

    WAIT = auto()
    """It waits for their end, and goes out with all else that waits."""


def passage(owed: OwedMessage) -> Passage:
    """Decide about a message that would be sent now.

    What would help nobody any more by the end of the quiet hours is sent in time.
    """
    until = owed.quiet_until
    if until is not None:
        later = judge(replace(owed, now=until)) is Verdict.SEND
        return Passage.WAIT if later else Passage.SILENT
    silently = owed.delivery.kind in (DeliveryKind.TALLY, DeliveryKind.DIGEST)
    return Passage.SILENT if silently and owed.in_quiet_hours else Passage.FREE


def goes_with(owed: OwedMessage, first: OwedMessage) -> bool:
    """Tell whether a message that has waited goes out in the same one as another that has."""
    alike = owed.waited and owed.channel_ids == first.channel_ids
    return alike and judge(owed) is Verdict.SEND
