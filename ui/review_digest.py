"""The digest: what waits for reviewers, with a button that takes them there."""

from __future__ import annotations

import discord

from domain.owed_messages import OwedMessage
from domain.reviewing import Queue
from locales import Language
from ui.buttons import press
from ui.mentions import mention_role
from ui.review_lines import bounded, progress_line
from ui.review_queue import write_queue
from ui.text import heading_title


def draw_digest(
    say: Language, owed: OwedMessage
) -> tuple[str, discord.ui.View, discord.AllowedMentions]:
    """Draw a digest; it pings the role for reviewers, where that was decided."""
    progress, action = owed.to_check, owed.action
    if progress is None:
        raise ValueError("a digest comes with what waits")
    mention, allowed = mention_role(owed)
    queue = Queue(action_id=action.action_id)
    lines = [
        say(
            "digest.waits",
            n=bounded(say, progress.waits),
            title=heading_title(action),
            number=action.number,
            button=say("button.review"),
        ),
        progress_line(say, progress, queue),
    ]
    view = discord.ui.View(timeout=None)
    style = discord.ButtonStyle.primary
    view.add_item(press(say, "review", write_queue(queue), style=style))
    text = "\n".join(lines)
    return f"{mention}{text}", view, allowed
