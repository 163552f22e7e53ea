"""Who said they'd come and who came, side by side: the one is not the other."""

from __future__ import annotations

from locales import Language


def card_attendance(say: Language, pledged: int, came: int) -> str:
    """For the card: so many said they'd come, so many checked in."""
    return say(
        "attendance.side_by_side",
        pledged=say.many("attendance.pledged", pledged),
        came=say.many("attendance.checked_in", came),
    )


def tally_attendance(say: Language, pledged: int, came: int) -> str:
    """For the tally: so many said they'd come, so many came."""
    return say(
        "attendance.side_by_side",
        pledged=say.many("attendance.pledged", pledged),
        came=say.many("attendance.came", came),
    )
