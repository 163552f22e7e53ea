"""The message that tells organisers what was skipped because its time had passed."""

from __future__ import annotations

import discord

from domain.owed_messages import Missed, OwedMessage
from locales import Language
from ui.buttons import press
from ui.text import heading_title, stamp

MAX_LIST = 1500
"""Characters of the list: what is around it fits into a message too."""

WHOLE_SERVER = 0
"""What stands in the place of an action's id where all actions are meant."""


def draw_missed(say: Language, owed: OwedMessage) -> tuple[str, discord.ui.View]:
    """Draw the list of what was missed, as far as it fits; it pings nobody."""
    lines, room = list[str](), MAX_LIST
    for line in (_line(say, missed) for missed in owed.missed):
        if (room := room - len(line) - 1) < 0:
            break
        lines.append(line)
    if further := len(owed.missed) - len(lines):
        lines.append(say.many("missed.more", further))
    view = discord.ui.View(timeout=None)
    view.add_item(
        press(say, "outbox_problems", WHOLE_SERVER, item_id=0, label_key="button.outbox_open")
    )
    return "\n".join(
        [say.many("missed.heading", len(owed.missed)), *lines, "", say("missed.todo")]
    ), view


def _line(say: Language, missed: Missed) -> str:
    return say(
        "missed.line",
        message=say(f"outbox.kind.{missed.kind.value}"),
        title=heading_title(missed.action),
        number=missed.action.number,
        due=stamp(missed.due_at, "f"),
    )
