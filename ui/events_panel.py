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
from ui.setup_pages import ACCENT, NO_ACTION, SetupPage, draw_page_select


def draw_events_page(
    say: Language, server: Server, *, may_make: bool = True
) -> discord.ui.LayoutView:
    """Draw the page: what the switch does, how it stands, and whether the bot may do it."""
    is_on = server.native_events
    lines = [
        f"## {say('events.heading')}",
        say("events.on" if is_on else "events.off"),
        say("events.explained"),
    ]
    limits = [say("events.limit", most=say.number(MOST_EVENTS))]
    if not may_make:
        limits.append(say("events.todo_permission"))
    switch = press(say, "setup_events_off" if is_on else "setup_events_on", NO_ACTION)
    pages = draw_page_select(say, SetupPage.EVENTS)
    back = press(say, "setup_back", NO_ACTION)
    return _layout(lines, switch, back, above=[pages], limits=limits)


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
    limits: Sequence[str] = (),
) -> discord.ui.LayoutView:
    view = SafeLayout(timeout=None)
    # A list would go on with what follows it in the same text.
    texts = [discord.ui.TextDisplay[Any]("\n".join(part)) for part in (lines, limits) if part]
    row = discord.ui.ActionRow[Any](*buttons)
    view.add_item(discord.ui.Container(*above, *texts, row, accent_colour=ACCENT))
    return view
