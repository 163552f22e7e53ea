"""An open call's entries: what one reads after sending one, and the organisers' pages."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import discord

from domain.actions import Action
from domain.entries import EntryFile, extension, that_fit
from domain.ledger import Contribution, Standing
from domain.pictures import PICTURES
from locales import Language
from ui.base import SafeLayout, SafeView
from ui.buttons import press
from ui.text import code, plain, safe_url, stamp

MAX_CAPTION = 600
MAX_URL = 1000
MOST_LINKS = 3
"""Links that are shown in full, the first of them with a way to open it."""

MOST_NAMES = 3

UiItem = discord.ui.Item[Any]


def draw_entered(
    say: Language, action: Action, contribution: Contribution, *, files: int
) -> tuple[str, discord.ui.View]:
    """That an entry was taken, whether it counts already, and how to take it back."""
    title = plain(action.title)
    if contribution.held is None:
        lines = [say("entries.taken", title=title)]
    else:
        lines = [say("entries.taken_held", title=title)]
        lines.append(say(f"held.{contribution.held.value}.you"))
    if files:
        lines.append(say.many("entries.files_kept", files))
    view = SafeView(timeout=None)
    view.add_item(press(say, "withdraw", action.action_id, item_id=contribution.contribution_id))
    return "\n".join(lines), view


def draw_entry(
    say: Language,
    action: Action,
    contribution: Contribution,
    standing: Standing,
    proofs: Mapping[str, str],
    files: Sequence[EntryFile],
    *,
    user_id: int | None,
    index: int,
    total: int,
) -> tuple[discord.ui.LayoutView, list[discord.File]]:
    """Draw one entry for organisers, and the files that go along with it."""
    author = say("entries.nobody") if user_id is None else f"<@{user_id}>"
    state = "verified" if standing.verified else standing.state.value
    head = [
        say("entries.heading", title=plain(action.title), number=index + 1, total=total),
        say("entries.by", author=author, time=stamp(contribution.at, "f")),
        say("entries.state", state=say(f"standing.{state}")),
    ]
    if contribution.held is not None and state == "held":
        head.append(say(f"held.{contribution.held.value}.why"))
    items: list[UiItem] = [discord.ui.TextDisplay("\n".join(head))]
    said = _said(say, proofs, files)
    if said:
        items += [discord.ui.Separator(), discord.ui.TextDisplay("\n".join(said))]
    fitting = that_fit(files)
    shown = [_as_upload(contribution, place, file) for place, file in enumerate(fitting, 1)]
    items += _drawn(fitting, shown)
    if left_out := len(files) - len(fitting):
        items.append(discord.ui.TextDisplay(say.many("files.left_out", left_out)))
    turns = [
        press(say, "entries_page", action.action_id, item_id=to, label_key=key)
        for key, to in (("button.page_before", index - 1), ("button.page_after", index + 1))
        if 0 <= to < total
    ]
    if turns:
        items.append(discord.ui.ActionRow[Any](*turns))
    view = SafeLayout(timeout=None)
    view.add_item(discord.ui.Container(*items, accent_colour=action.rules.accent))
    return view, shown


def draw_no_entries(say: Language, action: Action) -> discord.ui.LayoutView:
    """That no entry is there."""
    view = SafeLayout(timeout=None)
    view.add_item(discord.ui.TextDisplay(say("entries.none", title=plain(action.title))))
    return view


def _said(say: Language, proofs: Mapping[str, str], files: Sequence[EntryFile]) -> list[str]:
    lines: list[str] = []
    if note := proofs.get("note"):
        lines.append(say("entries.caption", value=plain(note, MAX_CAPTION)))
    for place, link in enumerate(links := proofs.get("link", "").splitlines()):
        if place < MOST_LINKS:
            lines.append(say("entries.link", value=code(link) if place else _link(say, link)))
    if (further := len(links) - MOST_LINKS) > 0:
        lines.append(say.many("review.more_proofs", further))
    if files:
        names = say.listing([code(file.name) for file in files[:MOST_NAMES]])
        lines.append(say("entries.files", names=names))
    elif "file" in proofs:
        lines.append(say("entries.files_gone", names=code(proofs["file"])))
    return lines


def _link(say: Language, value: str) -> str:
    address = safe_url(value)
    if address is None or len(address[0]) > MAX_URL:
        return code(value)
    url, host = address
    return f"{code(value)} · {code(host)}: [{say('card.link_label')}](<{url}>)"


def _as_upload(contribution: Contribution, place: int, file: EntryFile) -> discord.File:
    """A file under a name that a component can refer to, whatever its author called it."""
    name = f"entry-{contribution.contribution_id}-{place}{extension(file.name).lower()}"
    return discord.File(io.BytesIO(file.data), filename=name)


def _drawn(files: Sequence[EntryFile], uploads: Sequence[discord.File]) -> list[UiItem]:
    """Pictures in a gallery, anything else to download."""
    pictures: list[discord.MediaGalleryItem] = []
    others: list[UiItem] = []
    for file, upload in zip(files, uploads, strict=True):
        if file.content_type in PICTURES:
            pictures.append(discord.MediaGalleryItem(f"attachment://{upload.filename}"))
        else:
            others.append(discord.ui.File(f"attachment://{upload.filename}"))
    gallery: list[UiItem] = [discord.ui.MediaGallery(*pictures)] if pictures else []
    return [*gallery, *others]
