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
    mention, allowed = mention_role(owed)
    text = _text(say, owed, "waits")
    view = discord.ui.View(timeout=None)
    style = discord.ButtonStyle.primary
    queue = Queue(action_id=owed.action.action_id)
    view.add_item(press(say, "review", write_queue(queue), style=style))
    return f"{mention}{text}", view, allowed


def draw_direct_digest(say: Language, owed: OwedMessage) -> str:
    """The same for an organiser alone, where the server has no channel for organisers."""
    return _text(say, owed, "waits_there")


def _text(say: Language, owed: OwedMessage, how: str) -> str:
    """How many wait and how to look at them, in the channel or elsewhere, and the progress."""
    progress, action = owed.to_check, owed.action
    if progress is None:
        raise ValueError("a digest comes with what waits")
    line = say(
        f"digest.{how}",
        n=bounded(say, progress.waits),
        title=heading_title(action),
        number=action.number,
        button=say("button.review"),
    )
    return f"{line}\n{progress_line(say, progress, Queue(action_id=action.action_id))}"
