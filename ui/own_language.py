"""The panel in which somebody chooses their language."""

from __future__ import annotations

from typing import Any

import discord

from locales import LANGUAGES, Language, name_of
from ui.base import SafeLayout
from ui.selects import pick_text

AS_SERVER = "server"
"""What is picked by whoever wants to be answered as the server or its channel does."""


def draw_own_language(
    say: Language, chosen: str | None, *, changed: bool = False
) -> discord.ui.LayoutView:
    """Draw the choice with what holds; `changed`: it was made just now."""
    options = [
        discord.SelectOption(
            label=say("own_language.as_server"), value=AS_SERVER, default=chosen is None
        ),
        *(
            discord.SelectOption(label=name_of(code), value=code, default=code == chosen)
            for code in LANGUAGES
        ),
    ]
    lines = [f"## {say('own_language.heading')}", own_language_line(say, chosen)]
    lines.append(say("own_language.changed" if changed else "own_language.about"))
    view = SafeLayout(timeout=None)
    view.add_item(
        discord.ui.Container(
            discord.ui.TextDisplay("\n".join(lines)),
            discord.ui.ActionRow[Any](pick_text(say, "my_language_pick", 0, options)),
        )
    )
    return view


def own_language_line(say: Language, chosen: str | None) -> str:
    """In which language somebody is answered."""
    if chosen is None:
        return say("own_language.unset")
    return say("own_language.set", language=name_of(chosen))
