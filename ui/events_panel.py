"""The page of the set-up on which Discord's own events are switched on and off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord

from domain.native_events import MOST_EVENTS
from domain.servers import Server
from locales import Language
from ui.base import SafeLayout
from ui.buttons import press
from ui.setup_pages import SetupPage, draw_page_select

NO_ACTION = 0
ACCENT = 0x5865F2


def draw_events_page(
    say: Language, server: Server, *, may_make: bool = True
) -> discord.ui.LayoutView:
    """Draw the page: what the switch does, how it stands, and whether the bot may do it."""
    is_on = server.native_events
    lines = [
        f"## {say('events.heading')}",
        say("events.on" if is_on else "events.off"),
        say("events.explained"),
        say("events.limit", most=say.number(MOST_EVENTS)),
    ]
    if not may_make:
        lines.append(say("events.todo_permission"))
    switch = press(say, "setup_events_off" if is_on else "setup_events_on", NO_ACTION)
    pages = draw_page_select(say, SetupPage.EVENTS)
    return _layout(lines, switch, press(say, "setup_back", NO_ACTION), above=[pages])


def draw_events_off(say: Language) -> discord.ui.LayoutView:
    """Ask whether the events that stand may be deleted."""
    danger = discord.ButtonStyle.danger
    return _layout(
        [f"## {say('events.heading')}", say("events.ask_off")],
        press(say, "setup_events_off_yes", NO_ACTION, style=danger),
        press(say, "setup_events", NO_ACTION, label_key="button.events_keep"),
    )


def _layout(
    lines: list[str],
    *buttons: discord.ui.Item[Any],
    above: Sequence[discord.ui.Item[Any]] = (),
) -> discord.ui.LayoutView:
    view = SafeLayout(timeout=None)
    text = discord.ui.TextDisplay[Any]("\n".join(lines))
    row = discord.ui.ActionRow[Any](*buttons)
    view.add_item(discord.ui.Container(*above, text, row, accent_colour=ACCENT))
    return view
