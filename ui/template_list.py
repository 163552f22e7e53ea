"""The list of templates: the server's own, and those that come with the bot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import discord

from domain.blueprints import Blueprint
from locales import Language
from ui.base import SafeLayout
from ui.buttons import press
from ui.text import plain

PAGE = 15
"""The server's own templates on one page: as many as fit whatever their names are."""

Named = tuple[str, Blueprint]


def draw_templates(
    say: Language, own: Sequence[Named], ready: Sequence[Named], *, page: int = 0
) -> discord.ui.LayoutView:
    """Draw both lists, of the server's own templates one page; after the last page that one."""
    last = max(len(own) - 1, 0) // PAGE
    page = min(page, last)
    view = SafeLayout(timeout=None)
    nothing = say("template.none_saved", button=say("button.save_template"))
    parts: list[discord.ui.Item[Any]] = [
        discord.ui.TextDisplay(_list(say, say("template.own"), own[page * PAGE :][:PAGE], nothing)),
        discord.ui.TextDisplay(_list(say, say("template.ready"), ready, "")),
        discord.ui.TextDisplay(say("template.how")),
    ]
    turns = (("page_before", page - 1), ("page_after", page + 1))
    buttons = [
        press(say, "templates_page", 0, item_id=to, label_key=f"button.{way}")
        for way, to in turns
        if 0 <= to <= last
    ]
    if buttons:
        parts.insert(1, discord.ui.ActionRow[Any](*buttons))
    view.add_item(discord.ui.Container(*parts))
    return view


def _list(say: Language, heading: str, named: Sequence[Named], nothing: str) -> str:
    lines = [f"### {heading}", *_lines(say, named)]
    return "\n".join(lines if named else [*lines, nothing])


def _lines(say: Language, named: Iterable[Named]) -> Iterable[str]:
    for name, blueprint in named:
        yield f"- **{plain(name)}** · {say(f'kind.{blueprint.kind.value}.name')}"
