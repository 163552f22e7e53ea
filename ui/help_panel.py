"""What the bot can do for whoever asks, by what they may do, and the first words in a server."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Any

import discord

from domain.reviewing import Queue
from domain.servers import Server
from locales import Language
from ui.base import SafeLayout
from ui.buttons import Press, press
from ui.review_queue import write_queue
from ui.setup_pages import ACCENT, NO_ACTION, PAGES, SetupPage


class Part(StrEnum):
    """What somebody may do beside taking part; in the order in which it is explained."""

    MODERATOR = "moderator"
    ORGANISER = "organiser"
    REVIEWER = "reviewer"
    TRANSLATOR = "translator"
    HELPER = "helper"


def draw_help(say: Language, server: Server, parts: Collection[Part]) -> discord.ui.LayoutView:
    """Draw what to do next, then a few sentences on each thing that somebody may do here."""
    lines = [f"## {say('help.heading')}", _next(say, server, parts), "", say("help.fan")]
    lines += [say(f"help.{part.value}") for part in Part if part in parts]
    buttons = [
        press(say, "actions_list", NO_ACTION, item_id=0, label_key="button.help_actions"),
        press(say, "me_tab", NO_ACTION, item_id=0, label_key="button.help_me"),
    ]
    if Part.REVIEWER in parts:
        buttons.append(press(say, "review", write_queue(Queue())))
    if Part.MODERATOR in parts:
        buttons.append(_set_up(say))
    return _panel(lines, buttons)


def draw_welcome(say: Language) -> discord.ui.LayoutView:
    """Draw what a server reads once: who begins, and how."""
    lines = [f"## {say('welcome.heading')}", say("welcome.start"), say("welcome.help")]
    return _panel(lines, [_set_up(say), press(say, "help", NO_ACTION)])


def _next(say: Language, server: Server, parts: Collection[Part]) -> str:
    if server.zone is None or server.announce_channel_id is None:
        return say("help.next_set_up" if Part.MODERATOR in parts else "help.next_not_set_up")
    return say("help.next_create" if Part.ORGANISER in parts else "help.next_join")


def _set_up(say: Language) -> Press:
    item_id = PAGES.index(SetupPage.BASICS)
    return press(say, "setup_page", NO_ACTION, item_id=item_id, label_key="button.set_up")


def _panel(lines: list[str], buttons: list[Press]) -> discord.ui.LayoutView:
    text = discord.ui.TextDisplay[Any]("\n".join(lines))
    view = SafeLayout(timeout=None)
    row = discord.ui.ActionRow[Any](*buttons)
    view.add_item(discord.ui.Container(text, row, accent_colour=ACCENT))
    return view
