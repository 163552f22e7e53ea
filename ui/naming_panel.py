"""Being named: what follows from it, said before anybody chooses it, and the switch in `/me`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import discord

from domain.errors import Refusal
from domain.naming import read_public_name
from locales import Language
from ui.base import SafeLayout
from ui.buttons import Press, press
from ui.me_panel import Tab
from ui.text import plain

MAX_SHOWN = 100
"""Of a name, with what makes it harmless."""


@dataclass(frozen=True)
class Named:
    """Under which name somebody is listed, if they are, and how Discord calls them by now.

    `note` says what was just done about it.
    """

    listed_as: str | None = None
    display_name: str = ""
    note: str | None = None

    @property
    def changed(self) -> bool:
        """They are called otherwise than they are listed, and can be listed so."""
        try:
            return read_public_name(self.display_name) != self.listed_as
        except Refusal:
            return False


NOT_NAMED = Named()


def draw_naming(say: Language, name: str, listed_as: str | None) -> discord.ui.LayoutView:
    """Ask whether somebody wants to be named, as `name`; `listed_as` is how they are by now."""
    view = SafeLayout(timeout=None)
    lines = [f"## {say('naming.heading')}"]
    if listed_as is not None:
        lines.append(say("naming.named", name=plain(listed_as, MAX_SHOWN)))
    lines += [
        say("naming.what", name=plain(name, MAX_SHOWN)),
        f"- {say('naming.leaderboards')}",
        f"- {say('naming.files')}",
        "",  # or what follows would read as a part of the list
        say("naming.undoing"),
        say("naming.never"),
    ]
    view.add_item(discord.ui.Container(discord.ui.TextDisplay("\n".join(lines))))
    primary = discord.ButtonStyle.primary
    view.add_item(
        discord.ui.ActionRow[Any](
            press(say, "name_me_yes", 0, label_key="button.name_me", style=primary),
            press(say, "me_tab", 0, item_id=Tab.SETTINGS.value, label_key="button.not_now"),
        )
    )
    return view


def naming_line(say: Language, named: Named) -> str | None:
    """That somebody is named, or what has just been done about it; None if there is neither."""
    if named.listed_as is not None:
        return say("naming.named", name=plain(named.listed_as, MAX_SHOWN))
    return named.note


def name_buttons(say: Language, named: Named) -> list[Press]:
    """The switch; beside it the way to one's new name, where one is called otherwise by now."""
    if named.listed_as is None:
        return [press(say, "name_me", 0)]
    buttons = [press(say, "name_me_no", 0)]
    if named.changed:
        buttons.append(press(say, "name_me_yes", 0, label_key="button.name_me_anew"))
    return buttons
