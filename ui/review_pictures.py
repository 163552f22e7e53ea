"""Pictures that prove something, as reviewers see them: blurred until they are tapped."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import discord

from domain.entries import EntryFile, extension, that_fit
from domain.pictures import PICTURES
from domain.reviewing import Waiting
from locales import Language

MOST_PICTURES = 10
"""What a gallery takes."""

UiItem = discord.ui.Item[Any]


def draw_files(say: Language, waiting: Waiting) -> tuple[list[UiItem], list[discord.File]]:
    """A contribution's pictures in a gallery, its other files to download, as far as they fit."""
    files = that_fit(waiting.files)
    items, uploads = draw_some(waiting, files)
    if left_out := len(waiting.files) - len(files):
        items.append(discord.ui.TextDisplay(say.many("files.left_out", left_out)))
    return items, uploads


def draw_some(
    waiting: Waiting, files: Sequence[EntryFile], *, first: int = 1
) -> tuple[list[UiItem], list[discord.File]]:
    """The same of some of its files, which fit into one message; the `first` has that number."""
    number = waiting.contribution.contribution_id
    uploads = [_as_upload(number, place, file) for place, file in enumerate(files, first)]
    pictures = [
        _blurred(upload)
        for file, upload in zip(files, uploads, strict=True)
        if file.content_type in PICTURES
    ]
    others: list[UiItem] = [
        discord.ui.File(f"attachment://{upload.filename}")
        for file, upload in zip(files, uploads, strict=True)
        if file.content_type not in PICTURES
    ]
    return [*_gallery(pictures), *others], uploads


def draw_pictures(items: Sequence[Waiting]) -> tuple[list[UiItem], list[discord.File]]:
    """The pictures of several contributions, in their order, as far as a message takes them."""
    uploads = [
        _as_upload(waiting.contribution.contribution_id, place, file)
        for waiting in items
        for place, file in enumerate(waiting.files, 1)
        if file.content_type in PICTURES
    ][:MOST_PICTURES]
    return _gallery([_blurred(upload) for upload in uploads]), uploads


def _gallery(pictures: Sequence[discord.MediaGalleryItem]) -> list[UiItem]:
    return [discord.ui.MediaGallery(*pictures[:MOST_PICTURES])] if pictures else []


def _blurred(upload: discord.File) -> discord.MediaGalleryItem:
    return discord.MediaGalleryItem(f"attachment://{upload.filename}", spoiler=True)


def _as_upload(number: int, place: int, file: EntryFile) -> discord.File:
    """A file under a name that a component can refer to, whatever its owner called it."""
    name = f"proof-{number}-{place}{extension(file.name).lower()}"
    return discord.File(io.BytesIO(file.data), filename=name)
