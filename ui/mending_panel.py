"""The panel in which an organiser chooses another channel for an action."""

from __future__ import annotations

from typing import Any

import discord

from domain.actions import Action
from locales import Language
from ui.base import SafeLayout
from ui.selects import pick_channel
from ui.text import heading_title


def draw_channel_choice(
    say: Language, action: Action, *, done: str | None = None
) -> discord.ui.LayoutView:
    """Draw the choice; with `done`, what came of it."""
    view = SafeLayout(timeout=None)
    text = done or say("mending.choose_channel", title=heading_title(action))
    view.add_item(discord.ui.TextDisplay(text))
    if done is None:
        select = pick_channel(say, "move_channel", action.action_id)
        view.add_item(discord.ui.ActionRow[Any](select))
    return view
