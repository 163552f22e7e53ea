"""Several contributions that are checked after one look: a line each, and their pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import discord

from domain.reviewing import Batch, Queue, Waiting
from locales import Language
from ui.base import SafeLayout
from ui.buttons import Press, press
from ui.review_lines import NOTE, amount_of, label_of, progress_line
from ui.review_pictures import draw_pictures
from ui.review_queue import write_queue
from ui.selects import pick_text
from ui.text import code, plain, safe_url, shorten, stamp

MAX_LINE = 340
"""Characters of one of the ten lines, links included."""

MAX_TITLE = 100
MAX_NOTE = 60
MAX_OPTION = 100

Drawn = tuple[discord.ui.LayoutView, list[discord.File]]
Text = discord.ui.TextDisplay[Any]
Row = discord.ui.ActionRow[Any]


def draw_batch(say: Language, batch: Batch, *, done: str | None = None) -> Drawn:
    """Draw a page of contributions, each of which can be left out; `done` is said above."""
    view = SafeLayout(timeout=None)
    if done is not None:
        view.add_item(Text(done))
    number = write_queue(batch.queue)
    back = press(say, "review", number, label_key="button.review_back")
    if not batch.items:
        for item in _nothing(say, batch, back):
            view.add_item(item)
        return view, []
    action, last = batch.items[0].action, batch.items[-1].contribution.contribution_id
    lines = [_line(say, place, item) for place, item in enumerate(batch.items, 1)]
    gallery, files = draw_pictures(batch.items)
    head = f"## #{action.number} {plain(action.title, MAX_TITLE)}"
    options = [
        discord.SelectOption(
            label=shorten(f"{place}. {label_of(say, item)}", MAX_OPTION),
            value=str(item.contribution.contribution_id),
        )
        for place, item in enumerate(batch.items, 1)
    ]
    container = discord.ui.Container[Any](
        Text(f"{head}\n{progress_line(say, batch.progress, batch.queue)}"),
        Text("\n".join([say("review.several.look"), *lines])),
        *gallery,
        Row(
            pick_text(say, "batch_out", number, options, item_id=batch.token, most=len(batch.items))
        ),
        Row(
            press(
                say,
                "batch_verify",
                number,
                item_id=batch.token,
                label=say.many("review.several.verify", len(batch.items)),
                style=discord.ButtonStyle.success,
            ),
            _next_ones(say, batch.queue, last),
            back,
        ),
        accent_colour=action.rules.accent,
    )
    view.add_item(container)
    return view, files


def _nothing(say: Language, batch: Batch, back: Press) -> Iterator[discord.ui.Item[Any]]:
    """Why a page is empty, how far the checking is, and how to go on where that may find some."""
    more = batch.behind is not None
    lines = [say("review.several.none_so_far" if more else "review.several.none")]
    if batch.progress.total:
        lines.append(progress_line(say, batch.progress, batch.queue))
    yield Text("\n".join(lines))
    yield Row(*([] if batch.behind is None else [_next_ones(say, batch.queue, batch.behind)]), back)


def _next_ones(say: Language, queue: Queue, behind: int) -> Press:
    number = write_queue(queue)
    return press(say, "check_several", number, item_id=behind, label_key="button.next_ones")


def _line(say: Language, place: int, item: Waiting) -> str:
    """An amount with its proof, its pictures and its note; shortened where that is too long."""
    parts = [f"{place}. **{amount_of(say, item)}** · {stamp(item.contribution.at, 'R')}"]
    parts += [_proof(say, value) for kind, value in item.proofs if kind in ("link", "message")][:2]
    parts += [code(shorten(value, 40)) for kind, value in item.proofs if kind == "code"][:2]
    if item.files:
        parts.append(say.many("review.several.files", len(item.files)))
    parts += [f"“{plain(value, MAX_NOTE)}”" for kind, value in item.proofs if kind == NOTE]
    if item.contribution.proof is None:
        parts.append(say("review.several.no_proof"))
    line = parts[0]
    for part in parts[1:]:
        if len(line) + len(part) + 3 <= MAX_LINE:
            line = f"{line} · {part}"
    return line


def _proof(say: Language, value: str) -> str:
    """A link that one can follow, by its host; one that is too long is only named."""
    address = safe_url(value)
    if address is None:
        return code(shorten(value, 40))
    url, host = address
    return f"[{plain(host, 40)}](<{url}>)" if len(url) < 200 else code(shorten(value, 80))
