"""What stands in an action's thread: what it is for, and what people can do; and the way there."""

from __future__ import annotations

from typing import Any

import discord

from domain.actions import Action
from domain.owed_messages import OwedMessage
from locales import Language
from ui.buttons import next_steps
from ui.text import heading_title


def draw_thread_message(say: Language, owed: OwedMessage) -> tuple[str, discord.ui.View]:
    """Draw the first message of a thread; it pings nobody."""
    view = discord.ui.View(timeout=None)
    for button in next_steps(say, owed.action, owed.now):
        view.add_item(button)
    return say("thread.first", title=heading_title(owed.action)), view


def talk_button(say: Language, action: Action) -> discord.ui.Button[Any]:
    """The button that leads to an action's thread."""
    url = f"https://discord.com/channels/{action.guild_id}/{action.thread_id}"
    return discord.ui.Button(label=say("button.talk"), url=url)
