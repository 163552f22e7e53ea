"""The pages of the set-up, and the select that turns them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import discord

from domain.errors import Refusal
from locales import Language
from ui.base import Target
from ui.buttons import Press, press
from ui.selects import pick_text

NO_ACTION = 0
"""What is set up concerns the server, not an action."""

ACCENT = 0x5865F2


class SetupPage(StrEnum):
    """The pages, in the order in which they are offered."""

    BASICS = "basics"
    ROLES = "roles"
    ALERTS = "alerts"
    PINGS = "pings"
    MESSAGES = "messages"
    KINDS = "kinds"
    LANGUAGES = "languages"
    THREADS = "threads"
    EVENTS = "events"
    PROOF = "proof"


PAGES = tuple(SetupPage)

FURTHER = {
    SetupPage.PINGS: "setup_pings",
    SetupPage.MESSAGES: "setup_messages",
    SetupPage.LANGUAGES: "setup_languages",
    SetupPage.THREADS: "setup_threads",
    SetupPage.EVENTS: "setup_events",
}
"""The pages that have a verb of their own, by which other messages lead there too."""


def draw_page_select(say: Language, current: SetupPage) -> discord.ui.ActionRow[Any]:
    """The row at the top of every page from which another one is chosen."""
    options = [
        discord.SelectOption(
            label=page_name(say, page),
            value=page.value,
            description=say(f"setup.about.{page.value}"),
            default=page is current,
        )
        for page in PAGES
    ]
    return discord.ui.ActionRow[Any](
        pick_text(say, "setup_page", NO_ACTION, options, leads_on=True)
    )


def page_name(say: Language, page: SetupPage) -> str:
    """What a page is called in the select and on the buttons that lead there."""
    verb = FURTHER.get(page)
    return say(f"setup.page.{page.value}" if verb is None else f"button.{verb}")


def page_button(say: Language, page: SetupPage) -> Press:
    """The button that leads to a page."""
    return press(
        say, "setup_page", NO_ACTION, item_id=PAGES.index(page), label=page_name(say, page)
    )


def page_of(target: Target) -> SetupPage:
    """The page that was asked for; the first one where none was named. Forged ones are refused."""
    if target.values:
        found = [page for page in PAGES if target.values == (page.value,)]
    else:
        found = [PAGES[n] for n in (target.item_id or 0,) if n < len(PAGES)]
    if not found:
        raise Refusal("refused.unknown_button")
    return found[0]
