"""What an amendment of a published tally would change, before it is made."""

from __future__ import annotations

from collections.abc import Sequence

from domain.published import Difference
from domain.tally import Tally
from locales import Language
from ui.limits import MAX_CONTENT
from ui.tally_sections import MAX_REASON, difference_lines
from ui.text import heading_title, plain

MORE = 40
"""Characters kept for the line that says how many further changes there are."""


def draw_amendment(say: Language, tally: Tally, changes: Sequence[Difference], reason: str) -> str:
    """Draw the question whether to amend, with every number that changes as far as it fits."""
    lines = [
        say("amend.heading", title=heading_title(tally.action)),
        say("amend.intro"),
        say("amend.reason", reason=plain(reason, MAX_REASON)),
    ]
    changed = list(difference_lines(say, tally, changes))
    room = MAX_CONTENT - sum(len(line) + 1 for line in lines) - MORE
    for number, line in enumerate(changed):
        room -= len(line) + 1
        if room < 0:
            lines.append(say.many("amend.more", len(changed) - number))
            break
        lines.append(line)
    return "\n".join(lines)
