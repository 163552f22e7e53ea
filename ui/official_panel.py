"""The panel in which organisers enter official counts, and the form of one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord

from domain.actions import Action
from domain.official_counts import OfficialCount
from domain.official_entries import (
    LINK_LENGTH,
    MOST_NAMES,
    NAME_LENGTH,
    SOURCE_LENGTH,
    VALUE_LENGTH,
)
from domain.servers import Server
from locales import Language
from ui.base import SafeLayout
from ui.buttons import press
from ui.forms import WHEN_LENGTH, Form, Input, Submit
from ui.official_lines import official_lines
from ui.text import heading_title, zone_of

MAX_LINK = 150
"""Of an address in the panel; its form holds all of it."""


def draw_officials(
    say: Language, action: Action, server: Server, *, done: str = ""
) -> discord.ui.LayoutView:
    """Draw what stands, with a button to update each and one for another; `done` stands first."""
    counts = action.parts.officials
    lines = official_lines(say, counts, zone_of(action, server), max_link=MAX_LINK)
    texts = [
        done,
        say("official.panel", title=heading_title(action)),
        "\n".join(lines) or say("official.none"),
        say("official.hint"),
    ]
    parts: list[discord.ui.Item[Any]] = [
        discord.ui.TextDisplay(text) for text in filter(None, texts)
    ]
    updates = [
        press(
            say,
            "official_update",
            action.action_id,
            item_id=count.official_count_id,
            label=say("official.update", name=count.name),
        )
        for count in counts
    ]
    if updates:
        parts.append(discord.ui.ActionRow[Any](*updates))
    full = len(counts) >= MOST_NAMES
    parts.append(
        discord.ui.ActionRow[Any](press(say, "official_new", action.action_id, disabled=full))
    )
    view = SafeLayout(timeout=None)
    view.add_item(discord.ui.Container(*parts, accent_colour=action.rules.accent))
    return view


def official_texts(count: OfficialCount) -> dict[str, str]:
    """A count as its form holds it when it is updated: the time is now unless it is typed."""
    return {
        "name": count.name,
        "value": count.value,
        "source": count.source,
        "link": count.link or "",
        "time": "",
    }


def official_form(say: Language, texts: Mapping[str, str], submit: Submit, *, new: bool) -> Form:
    """What an organiser read, where and when; of one that is known the value may be left out."""
    value = "official_value" if new else "official_newer"
    inputs = [
        Input("name", "official_name", texts.get("name", ""), True, NAME_LENGTH),
        Input("value", value, texts.get("value", ""), new, VALUE_LENGTH),
        Input("source", "official_source", texts.get("source", ""), True, SOURCE_LENGTH),
        Input("link", "official_link", texts.get("link", ""), False, LINK_LENGTH),
        Input("time", "official_time", texts.get("time", ""), False, WHEN_LENGTH),
    ]
    return Form(say, say("modal.official.title"), inputs, submit)
