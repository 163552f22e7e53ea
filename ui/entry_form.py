"""The form of an entry: a caption, a link, and files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import discord

from domain.entries import MOST_FILES
from domain.fields import PROOF_LENGTH
from locales import Language
from ui.base import Interaction
from ui.forms import MAX_HINT, MAX_LABEL, Form, Input
from ui.text import shorten

CAPTION_LENGTH = 300

Uploads = Sequence[discord.Attachment]
SubmitEntry = Callable[[Interaction, dict[str, str], Uploads], Awaitable[None]]


class EntryForm(Form):
    """A form that takes files besides what is typed."""

    def __init__(self, say: Language, typed: Mapping[str, str], submit: SubmitEntry) -> None:
        async def submit_all(interaction: Interaction, values: dict[str, str]) -> None:
            await submit(interaction, values, self._files.values)

        inputs = [
            Input(
                "caption", "entry_caption", typed.get("caption", ""), False, CAPTION_LENGTH, True
            ),
            Input("link", "entry_link", typed.get("link", ""), False, PROOF_LENGTH),
        ]
        super().__init__(say, say("modal.entry.title"), inputs, submit_all)
        self._files: discord.ui.FileUpload[Any] = discord.ui.FileUpload(
            required=False, min_values=0, max_values=MOST_FILES
        )
        self.add_item(
            discord.ui.Label(
                text=shorten(say("modal.entry_files.label"), MAX_LABEL),
                description=shorten(say("modal.entry_files.description"), MAX_HINT),
                component=self._files,
            )
        )
