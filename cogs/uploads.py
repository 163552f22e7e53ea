"""Pictures that somebody uploads or has posted: what is none is refused before it is fetched."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from domain.entries import UNKNOWN_TYPE, EntryFile
from domain.errors import Refusal
from domain.pictures import MOST_PICTURES, Picture, require_pictures
from domain.posters import Fitted
from services.pictures import fit, keep

IMAGE = "image/"


async def keep_pictures(uploads: Sequence[discord.Attachment]) -> list[Picture]:
    """Fetch pictures from Discord and make them ready to be stored; raises `Refusal`."""
    _require_pictures(uploads)
    return await keep([await _fetch(upload) for upload in uploads]) if uploads else []


async def fit_poster(upload: discord.Attachment) -> Fitted:
    """Fetch a picture from Discord and make it ready to be a poster; raises `Refusal`."""
    _require_pictures([upload])
    return await fit(await _fetch(upload))


async def _fetch(upload: discord.Attachment) -> EntryFile:
    try:
        data = await upload.read()
    except discord.HTTPException:
        raise Refusal("proof.download_failed") from None
    return EntryFile(upload.filename, upload.content_type or UNKNOWN_TYPE, data)


def pictures_of(message: discord.Message) -> list[discord.Attachment]:
    """The first few pictures that a message has; what else it has stays there."""
    pictures = [file for file in message.attachments if is_picture(file)]
    return pictures[:MOST_PICTURES]


def is_picture(file: discord.Attachment) -> bool:
    """Tell whether Discord says that a file is a picture."""
    return (file.content_type or "").startswith(IMAGE)


def _require_pictures(uploads: Sequence[discord.Attachment]) -> None:
    for upload in uploads:
        # What has no type by its name may be one: then its bytes tell.
        if upload.content_type and not is_picture(upload):
            raise Refusal("picture.unreadable", name=upload.filename)
    if uploads:
        require_pictures([upload.size for upload in uploads])
