"""What a reviewer reads about a contribution's flags: hints, without other fans' names."""

from __future__ import annotations

from collections.abc import Sequence

from domain.actions import Action
from domain.flags import Flag, Flagged
from locales import Language
from ui.text import stamp


def flag_lines(
    say: Language, action: Action, flags: Sequence[Flagged], *, outlier: bool
) -> list[str]:
    """A line for each flag, as `list_flags` returned them, and that none changes a number.

    `outlier` says whether the amount is above the action's limit of outliers. No line where there
    is nothing to say.
    """
    lines = [_line(say, action, flagged) for flagged in flags]
    if outlier:
        lines.append(say("flag.outlier"))
    return [*lines, say("flag.changes_nothing")] if lines else []


def _line(say: Language, action: Action, flagged: Flagged) -> str:
    if flagged.flag is Flag.BEFORE_MOMENT or flagged.other is None:
        return say("flag.before_moment", time=stamp(action.starts_at, "f"))
    other = flagged.other
    by = "own" if other.same_person else "others"
    return say(
        f"flag.{flagged.flag.value}.{by}", number=other.action_number, time=stamp(other.at, "f")
    )
