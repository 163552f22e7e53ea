"""Posters on messages: each is uploaded once, and stays there however often that is edited."""

from __future__ import annotations

import contextlib
import io
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord

from domain.actions import Action
from domain.deliveries import DeliveryKind
from domain.posters import Poster, ReadPoster, shown_poster

ON_MESSAGES = frozenset({DeliveryKind.ANNOUNCEMENT, DeliveryKind.REVEAL, DeliveryKind.MOMENT})
"""The messages beside the card that a poster goes with."""

MOST_REMEMBERED = 10_000
"""Messages of which the bot remembers what they carry; of others it asks Discord."""

_NAME = "poster-"


async def _nothing(guild_id: int, action_id: int, poster: Poster) -> bytes | None:
    return None


@dataclass(frozen=True)
class Carried:
    """The poster with which a message is drawn, and the files that it is sent or edited with.

    `files` is None where the message keeps what it has.
    """

    poster: Poster | None = None
    files: tuple[discord.File, ...] | None = ()

    @property
    def edit(self) -> dict[str, Any]:
        """What an edit says of files; where that is nothing, Discord keeps those it has."""
        return {} if self.files is None else {"attachments": list(self.files)}


class Posters:
    """Which poster each message carries: by its name, which follows from what it shows."""

    def __init__(self) -> None:
        self.read: ReadPoster = _nothing
        """Reads what a poster shows."""

        self._names: OrderedDict[int, str] = OrderedDict()

    async def for_new(self, action: Action, now: datetime, *, may_attach: bool = True) -> Carried:
        """What a new message about a whole action carries."""
        poster = _shown(action, now) if may_attach else None
        return Carried() if poster is None else await self._upload(action, poster)

    async def for_edit(
        self,
        message: discord.PartialMessage,
        action: Action,
        now: datetime,
        *,
        may_attach: bool = True,
    ) -> Carried:
        """What a message that stands carries from now on; nothing is uploaded that it has."""
        poster = _shown(action, now)
        name = self._names.get(message.id)
        if poster is None:
            return Carried(None, None if name == "" else ())
        if name is None:
            name = await _ask(message)
        if name == poster.file_name:
            return Carried(poster, None)
        return await self._upload(action, poster) if may_attach else Carried()

    def note(self, message_id: int, carried: Carried) -> None:
        """Remember what a message carries by now."""
        self._names[message_id] = "" if carried.poster is None else carried.poster.file_name
        self._names.move_to_end(message_id)
        if len(self._names) > MOST_REMEMBERED:
            self._names.popitem(last=False)

    def forget(self, message_id: int) -> None:
        """An edit failed: what the message carries is to be looked up."""
        self._names.pop(message_id, None)

    async def _upload(self, action: Action, poster: Poster) -> Carried:
        content = await self.read(action.guild_id, action.action_id, poster)
        if content is None:  # it was changed just now, and so is this message soon
            return Carried()
        return Carried(poster, (poster_file(poster, content),))


def poster_file(poster: Poster, content: bytes) -> discord.File:
    """A poster as a file, with what tells of it."""
    return discord.File(io.BytesIO(content), filename=poster.file_name, description=poster.alt)


def draw_poster(poster: Poster) -> discord.ui.MediaGallery[Any]:
    """A poster in a layout, whose message carries the file."""
    gallery: discord.ui.MediaGallery[Any] = discord.ui.MediaGallery()
    gallery.add_item(media=f"attachment://{poster.file_name}", description=poster.alt)
    return gallery


def _shown(action: Action, now: datetime) -> Poster | None:
    return shown_poster(action.parts.posters, revealed=action.revealed(now))


async def _ask(message: discord.PartialMessage) -> str | None:
    """The name of the poster that a message carries; None where that can't be seen."""
    with contextlib.suppress(discord.Forbidden):
        found = await message.fetch()
        names = [file.filename for file in found.attachments if file.filename.startswith(_NAME)]
        return names[0] if len(names) == 1 else None
    return None
