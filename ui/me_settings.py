"""The page of `/me` with what one has chosen: zone, language, messages, names, platforms, mutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord

from domain.actions import Action
from domain.direct import Direct
from locales import Language
from ui.buttons import press
from ui.limits import MAX_OPTION_LABEL
from ui.me_panel import Tab, UiItem, draw_page
from ui.naming_panel import NOT_NAMED, Named, name_buttons, naming_line
from ui.notification_panel import direct_button
from ui.own_language import own_language_line
from ui.participants_panel import hide_button
from ui.selects import MAX_OPTIONS, pick_text
from ui.share_settings import settings_button
from ui.shift_panel import own_clock
from ui.text import shorten

MOST_MUTED = MAX_OPTIONS
"""Muted actions that can be picked, the latest first."""


@dataclass(frozen=True)
class Settings:
    """What somebody has chosen: for themselves in all servers, or in this one.

    `zone` is where they live, `language` the one in which they are answered. `hides`: their name
    is kept out of what others see of sign-ups, which `public` tells to be shown here at all.
    """

    zone: str | None = None
    language: str | None = None
    direct: Direct = Direct.OFF
    named: Named = NOT_NAMED
    hides: bool = False
    public: bool = False
    muted: Sequence[Action] = ()


def draw_settings(
    say: Language, chosen: Settings, now: datetime, *, note: str | None = None
) -> discord.ui.LayoutView:
    """Draw each thing with what holds now and the button that changes it.

    `note` says what was just done.
    """
    zone = chosen.zone
    clock = say("own_zone.unknown") if zone is None else own_clock(say, zone, zone, now)
    items: list[UiItem] = [] if note is None else [discord.ui.TextDisplay(note)]
    items += [
        discord.ui.TextDisplay(f"## {say('me.settings')}"),
        _section(clock, press(say, "own_zone", 0)),
        _section(own_language_line(say, chosen.language), press(say, "my_language", 0)),
        _section(
            say(f"notifications.direct.{chosen.direct.value}"), direct_button(say, chosen.direct)
        ),
        discord.ui.Separator(),
        discord.ui.TextDisplay(naming_line(say, chosen.named) or say("naming.unnamed")),
        discord.ui.ActionRow[Any](*name_buttons(say, chosen.named)),
        _section(_hiding(say, chosen), hide_button(say, hides=chosen.hides)),
        discord.ui.Separator(),
        *_muted(say, chosen.muted),
        discord.ui.ActionRow[Any](press(say, "notifications", 0), settings_button(say)),
    ]
    return draw_page(say, Tab.SETTINGS, items)


def _section(text: str, button: UiItem) -> UiItem:
    return discord.ui.Section[Any](discord.ui.TextDisplay(text), accessory=button)


def _hiding(say: Language, chosen: Settings) -> str:
    """Whether others read what one chose, and whether this server shows that to anybody."""
    if chosen.hides:
        return say("hides.on")
    return say("hides.off_public" if chosen.public else "hides.off")


def _muted(say: Language, muted: Sequence[Action]) -> list[UiItem]:
    """What is muted, to be picked where it is to be so no more."""
    if not muted:
        return [discord.ui.TextDisplay(say("me.nothing_muted"))]
    options = [
        discord.SelectOption(
            label=shorten(f"#{action.number} {action.title}", MAX_OPTION_LABEL),
            value=str(action.action_id),
        )
        for action in muted
    ]
    return [
        discord.ui.TextDisplay(say("me.muted")),
        discord.ui.ActionRow[Any](pick_text(say, "me_unmute", 0, options)),
    ]
