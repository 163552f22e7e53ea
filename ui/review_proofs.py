"""Everything that was handed in for a contribution, page by page, where a panel has no room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any

import discord

from domain.entries import EntryFile, that_fit
from domain.reviewing import Waiting
from locales import Language
from ui.base import SafeLayout
from ui.buttons import press
from ui.review_lines import MOST_PROOFS, amount_of, proof_lines
from ui.review_pictures import draw_some

MAX_SHOWN = 800
"""Characters of links and codes that the panel has room for beside all else."""

MAX_PAGE = 3000
"""Characters of the links and codes of one page."""

Drawn = tuple[discord.ui.LayoutView, list[discord.File]]
Row = discord.ui.ActionRow[Any]


def has_more(say: Language, waiting: Waiting) -> bool:
    """Tell whether a contribution came with more than its panel shows."""
    left_out = len(waiting.files) > len(that_fit(waiting.files))
    lines = list(proof_lines(say, waiting))
    return left_out or len(lines) > MOST_PROOFS or sum(map(len, lines)) > MAX_SHOWN


def proofs_button(say: Language, waiting: Waiting) -> Row:
    """The button that shows all of it."""
    return Row(press(say, "all_proofs", 0, item_id=waiting.contribution.contribution_id))


def draw_proofs(say: Language, waiting: Waiting, page: int) -> Drawn:
    """Draw a page of all links, codes, messages and files; the last one if there are not so many.

    Pictures are blurred until they are tapped.
    """
    texts, files = _pages_of_lines(proof_lines(say, waiting)), _pages_of_files(waiting.files)
    pages = list(zip_longest(texts, files)) or [(None, None)]
    page = min(page, len(pages) - 1)
    lines, some = pages[page]
    head = say("review.all_proofs", amount=amount_of(say, waiting), page=page + 1, pages=len(pages))
    view = SafeLayout(timeout=None)
    view.add_item(discord.ui.TextDisplay[Any]("\n".join([head, *(lines or ())])))
    first = sum(len(before or ()) for _, before in pages[:page])
    items, uploads = draw_some(waiting, some or (), first=first + 1)
    for item in items:
        view.add_item(item)
    number = waiting.contribution.contribution_id
    turns = [
        press(say, "proofs_page", to, item_id=number, label_key=key)
        for key, to in (("button.page_before", page - 1), ("button.page_after", page + 1))
        if 0 <= to < len(pages)
    ]
    if turns:
        view.add_item(Row(*turns))
    return view, uploads


def _pages_of_lines(lines: Iterable[str]) -> list[list[str]]:
    """Whole lines, as many to a page as fit: a cut one could lose its escaping."""
    pages, room = list[list[str]](), 0
    for line in lines:
        if not pages or len(line) >= room:
            pages.append([])
            room = MAX_PAGE
        pages[-1].append(line)
        room -= len(line) + 1
    return pages


def _pages_of_files(files: Sequence[EntryFile]) -> list[Sequence[EntryFile]]:
    """As many files to a page as fit into one message."""
    pages, rest = list[Sequence[EntryFile]](), files
    while rest:
        pages.append(that_fit(rest) or rest[:1])
        rest = rest[len(pages[-1]) :]
    return pages
