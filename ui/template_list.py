"""The list of templates: the server's own, and those that come with the bot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import discord

from domain.blueprints import Blueprint
from locales import Language
from ui.base import SafeLayout
from ui.text import plain

MAX_TEXT = 1900
"""Characters of either list."""

Named = tuple[str, Blueprint]


def draw_templates(
    say: Language, own: Sequence[Named], ready: Sequence[Named]
) -> discord.ui.LayoutView:
    """Draw both lists; what does not fit is counted."""
    view = SafeLayout()
    nothing = say("template.none_saved", button=say("button.save_template"))
    parts: list[discord.ui.Item[Any]] = [
        discord.ui.TextDisplay(_list(say, say("template.own"), own, nothing)),
        discord.ui.TextDisplay(_list(say, say("template.ready"), ready, "")),
        discord.ui.TextDisplay(say("template.how")),
    ]
    view.add_item(discord.ui.Container(*parts))
    return view


def _list(say: Language, heading: str, named: Sequence[Named], nothing: str) -> str:
    lines = [f"### {heading}"]
    room, shown = MAX_TEXT - len(lines[0]), 0
    for line in _lines(say, named):
        if (room := room - len(line) - 1) < 0:
            break
        lines.append(line)
        shown += 1
    if shown < len(named):
        lines.append(say.many("template.more", len(named) - shown))
    return "\n".join(lines if named else [*lines, nothing])


def _lines(say: Language, named: Iterable[Named]) -> Iterable[str]:
    for name, blueprint in named:
        yield f"- **{plain(name)}** · {say(f'kind.{blueprint.kind.value}.name')}"
