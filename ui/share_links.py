"""Sharing an action: the buttons that open a post with its text in place, and the panel."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import discord

from domain.actions import Action
from domain.share_links import (
    COPIED,
    NO_CHOICE,
    PLATFORMS,
    Share,
    ShareChoice,
    may_share,
    share,
    share_text_of,
)
from locales import Language
from ui.base import SafeLayout
from ui.buttons import MAX_LABEL, press
from ui.field_lines import MAX_BUTTON_URL
from ui.limits import MAX_TEXTS
from ui.share_settings import settings_rows
from ui.text import code_block, heading_title, plain, shorten, stamp

BUTTONS_IN_ROW = 5

MAX_SHOWN = 1000
LONGEST_COUNT = len(" 99999/500")

UiItem = discord.ui.Item[Any]

_TAGGED = re.compile(r"#[^#\s]")


def share_buttons(say: Language, action: Action, now: datetime) -> list[UiItem]:
    """The buttons below a message that tells an action's tag, the same ones for everybody.

    Each opens a post on one of the usual platforms; the last leads to all others, and to those
    for which the text is too long in a button. None while nothing may be shared.
    """
    if not may_share(action, now):
        return []
    links: list[UiItem] = [
        _link_button(say, *one) for one in _in_buttons(_shares(action, NO_CHOICE))
    ]
    key = "button.share_more" if links else "button.share"
    return [*links, press(say, "share", action.action_id, label_key=key)]


def share_lines(say: Language, action: Action, now: datetime) -> Iterator[str]:
    """The links that are too long for a button, for a message with `share_buttons` below."""
    if may_share(action, now):
        for one in _shares(action, NO_CHOICE):
            if one.url is not None and not _fits_button(one.url):
                yield _long_link(say, one, one.url)


def draw_share(
    say: Language, action: Action, now: datetime, choice: ShareChoice
) -> discord.ui.LayoutView:
    """Draw the panel with which somebody shares an action where they are."""
    shares = _shares(action, choice)
    heading = f"## {say('share.heading', title=heading_title(action))}"
    first = [heading, f"> {plain(share_text_of(action).text, MAX_SHOWN)}"]
    lines = [*_advice(say, action, now), *_cut(say, shares)]
    where = say("share.where")
    room = MAX_TEXTS - sum(len(line) + 1 for line in (*first, *lines, where))
    lines += _without_button(say, shares, room)
    texts = (first, lines)
    parts: list[UiItem] = [discord.ui.TextDisplay("\n".join(each)) for each in texts]
    parts += _rows([_link_button(say, *one) for one in _in_buttons(shares)])
    parts.append(discord.ui.ActionRow[Any](press(say, "share_copy", action.action_id)))
    parts += [discord.ui.TextDisplay(where), *settings_rows(say, choice, action.action_id)]
    view = SafeLayout(timeout=None)
    view.add_item(discord.ui.Container(*parts, accent_colour=action.rules.accent))
    return view


def copied_text(action: Action) -> str:
    """Only the text, as it is: in a block where Discord would show it otherwise."""
    text = share_text_of(action).text
    # A sign with a word behind it, as a tag has, begins no heading.
    as_it_is = plain(text) == (f"\\{text}" if _TAGGED.match(text) else text)
    return text if as_it_is else code_block(text)


def _shares(action: Action, choice: ShareChoice) -> list[Share]:
    whole = share_text_of(action)
    return [share(platform, whole, choice.instance) for platform in choice.platforms]


def _in_buttons(shares: Iterable[Share]) -> Iterator[tuple[Share, str]]:
    """Those whose address fits into a button, with it."""
    for one in shares:
        if one.url is not None and _fits_button(one.url):
            yield one, one.url


def _link_button(say: Language, one: Share, url: str) -> UiItem:
    return discord.ui.Button(label=shorten(_counted(say, one), MAX_LABEL), url=url)


def _counted(say: Language, one: Share) -> str:
    """A platform, and how much of it the text takes where it has a limit."""
    name, limit = one.platform.name, one.platform.limit
    if limit is None:
        return name
    return say("share.counted", platform=name, length=one.length, limit=limit)


def _advice(say: Language, action: Action, now: datetime) -> Iterator[str]:
    if share_text_of(action).tag and now < action.starts_at:
        yield say("share.not_yet", time=stamp(action.starts_at))
    yield say("share.by_hand")


def _cut(say: Language, shares: Iterable[Share]) -> Iterator[str]:
    if cut := [_counted(say, one) for one in shares if one.shortened]:
        yield say("share.shortened", platforms=say.listing(cut))


def _without_button(say: Language, shares: Iterable[Share], room: int) -> list[str]:
    """Links in the text as far as there is room, and where else the text has to be pasted."""
    links: list[str] = []
    pasted: list[str] = []
    room -= len(say("share.copied", platforms=say.listing([p.name for p in PLATFORMS.values()])))
    room -= len(PLATFORMS) * LONGEST_COUNT
    for one in shares:
        if one.url is not None and not _fits_button(one.url):
            line = _long_link(say, one, one.url)
            if len(line) < room:
                room -= len(line) + 1
                links.append(line)
            else:
                pasted.append(_counted(say, one))
        elif one.url is None and (one.too_long or not one.platform.needs_instance):
            pasted.append(_counted(say, one))
    names = [*pasted, *(platform.name for platform in COPIED)]
    return [*links, say("share.copied", platforms=say.listing(names))]


def _long_link(say: Language, one: Share, url: str) -> str:
    link = f"[{say('share.open')}](<{url}>)"
    return say("share.long_link", platform=_counted(say, one), link=link)


def _fits_button(url: str) -> bool:
    return len(url) <= MAX_BUTTON_URL


def _rows(buttons: list[UiItem]) -> Iterator[UiItem]:
    for start in range(0, len(buttons), BUTTONS_IN_ROW):
        yield discord.ui.ActionRow[Any](*buttons[start : start + BUTTONS_IN_ROW])
