"""The page of the set-up on which threads at actions' cards are switched on and off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord

from domain.servers import Server
from locales import Language
from ui.base import SafeLayout
from ui.buttons import press
from ui.setup_pages import ACCENT, NO_ACTION, SetupPage, draw_page_select


def draw_threads_page(
    say: Language, server: Server, missing: Sequence[str]
) -> discord.ui.LayoutView:
    """Draw the page. `missing` are the catalogue keys of permissions that the bot needs for it."""
    lines = [
        f"## {say('threads.heading')}",
        say("threads.on" if server.threads else "threads.off"),
        say("threads.explained"),
    ]
    if missing:
        names = say.listing([say(key) for key in missing])
        channel = f"<#{server.announce_channel_id}>"
        lines.append(say("threads.todo_permission", permissions=names, channel=channel))
    verb = "setup_threads_off" if server.threads else "setup_threads_on"
    pages = draw_page_select(say, SetupPage.THREADS)
    text = discord.ui.TextDisplay[Any]("\n".join(lines))
    row = discord.ui.ActionRow[Any](
        press(say, verb, NO_ACTION), press(say, "setup_back", NO_ACTION)
    )
    view = SafeLayout(timeout=None)
    view.add_item(discord.ui.Container(pages, text, row, accent_colour=ACCENT))
    return view
