"""The tally as a message: every number on a line of its own, with the method beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord

from domain.servers import Server
from domain.tally import Tally
from domain.tally_writing import FILE_NAMES
from locales import Language
from ui import tally_sections as sections
from ui.buttons import Press, press
from ui.late import late_button
from ui.leaderboard import leaderboard_button
from ui.limits import MAX_TEXTS

CHART_NAME = "tally.png"
DARK_NAME, LIGHT_NAME = "tally-dark.png", "tally-light.png"
ZIPPED = ".zip"


@dataclass(frozen=True)
class _Texts:
    """The texts of a tally's message, which fit into it together."""

    above: Sequence[str]
    below: Sequence[str]
    files: str


def draw_tally(
    say: Language,
    tally: Tally,
    server: Server,
    *,
    chart: bool = False,
    files: Sequence[str] | None = None,
    now: datetime | None = None,
) -> discord.ui.LayoutView:
    """Draw a tally, final once the logging window has closed by its cut-off. It pings nobody.

    With `chart` and `files` it refers to files of those names (CHART_NAME), which must be sent
    along; no files at all are ones that were too large. With `now` it has the buttons of the
    published post.
    """
    texts = _texts(say, tally, server, files)
    parts: list[discord.ui.Item[Any]] = [discord.ui.TextDisplay(t) for t in texts.above if t]
    if chart:
        parts.append(
            discord.ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{CHART_NAME}"))
        )
    parts.append(discord.ui.Separator())
    parts += [discord.ui.TextDisplay(text) for text in texts.below if text]
    if texts.files:
        parts.append(discord.ui.TextDisplay(texts.files))
    parts += [discord.ui.File(f"attachment://{name}") for name in files or ()]
    if now is not None:
        parts.append(discord.ui.ActionRow[Any](*_buttons(say, tally, now)))
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.Container(*parts, accent_colour=tally.action.rules.accent))
    return view


def draw_pictures(say: Language) -> discord.ui.LayoutView:
    """Draw the tally's chart on a dark and on a light ground, to be saved and passed on."""
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.TextDisplay(say("tally.pictures")))
    names = (DARK_NAME, LIGHT_NAME)
    for name in names:  # each by itself: side by side Discord would crop them
        view.add_item(discord.ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{name}")))
    return view


def _texts(say: Language, tally: Tally, server: Server, files: Sequence[str] | None) -> _Texts:
    """Every number, and of what stands beside them what still fits into a message."""
    heading, beside = sections.heading(say, tally), sections.beside(say, tally)
    numbers = sections.numbers(say, tally)
    apart = "\n".join(sections.apart(say, tally))
    method = sections.method(say, tally, server)
    told = _files(say, files)
    texts = (heading, numbers, beside, apart, method, told)
    room = MAX_TEXTS - sum(map(len, texts))
    optional: list[str] = []
    for lines, rest in (
        (sections.spot(say, tally), ""),
        (sections.officials(say, tally, server), ""),
        (sections.earlier(say, tally), say("tally.earlier_rest")),
        (sections.sources(say, tally), ""),
    ):
        optional.append(fitting(lines, room, rest))
        room -= len(optional[-1])
    spot, officials, earlier, sources = optional
    return _Texts(
        (heading, spot, numbers, beside, sources, apart, officials), (method, earlier), told
    )


def _files(say: Language, files: Sequence[str] | None) -> str:
    if files is None:
        return ""
    if not files:
        return say("tally.no_files")
    zipped = any(name.endswith(ZIPPED) for name in files)
    left_out = {*FILE_NAMES} - {name.removesuffix(ZIPPED) for name in files}
    lines = [say("tally.file_left_out", file=name) for name in sorted(left_out)]
    return "\n".join([*lines, say("tally.files_zipped" if zipped else "tally.files")])


def fitting(lines: Iterable[str], room: int, rest: str = "") -> str:
    """The first lines that fit into so many characters, with the line breaks between them.

    Where not all of them do, `rest` stands below those that do.
    """
    every = list(lines)
    kept = _first(every, room)
    if len(kept) < len(every) and 0 < len(rest) < room:
        kept = [*_first(every, room - len(rest) - 1), rest]
    return "\n".join(kept)


def _first(lines: Sequence[str], room: int) -> list[str]:
    kept: list[str] = []
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    return kept


def _buttons(say: Language, tally: Tally, now: datetime) -> list[Press]:
    action = tally.action
    late = late_button(say, action, now)
    pictures = press(say, "tally_pictures", action.action_id)
    return [pictures, leaderboard_button(say, action), *filter(None, [late])]
