"""The form of any amount: how much, of what, with what proves it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import discord

from domain.actions import Action
from domain.kinds import Unit
from domain.pictures import MOST_PICTURES
from locales import Language
from ui.base import Interaction
from ui.forms import (
    AMOUNT_LENGTH,
    MAX_HINT,
    MAX_LABEL,
    NOTE_LENGTH,
    PROOFS_LENGTH,
    Form,
    Input,
    Part,
)
from ui.log_panel import part_options, parts_of
from ui.text import shorten

Uploads = Sequence[discord.Attachment]


@dataclass(frozen=True)
class Typed:
    """What somebody filled in, which outlives a refusal; `part` is the currency or platform."""

    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    part: str | None = None

    def text(self, name: str) -> str:
        return self.texts.get(name, "").strip()

    def with_texts(self, **texts: str) -> Typed:
        return replace(self, texts={**self.texts, **texts})


SubmitLog = Callable[[Interaction, Typed, Uploads], Awaitable[None]]
SubmitProof = Callable[[Interaction, Typed, Uploads], Awaitable[None]]


class LogForm(Form):
    """Amount, currency or platform, proof, pictures and a note.

    Where one's own message is the proof, it asks neither for another one nor for pictures.
    """

    def __init__(
        self,
        say: Language,
        action: Action,
        typed: Typed,
        submit: SubmitLog,
        *,
        proof: bool = True,
    ) -> None:
        kind = action.kind.value
        self._files = file_upload()
        self._parts = _part_select(say, action, typed.part)

        async def submit_all(interaction: Interaction, values: dict[str, str]) -> None:
            picked = self._parts.values if self._parts is not None else ()
            part = picked[0] if picked else typed.part
            await submit(interaction, Typed(values, part), self._files.values if proof else ())

        parts: list[Input | Part] = [
            Input("amount", f"log_{kind}", typed.text("amount"), True, AMOUNT_LENGTH)
        ]
        if self._parts is not None:
            of = "currency" if action.unit is Unit.MONEY else "platform"
            parts.append(labelled(say, f"log_{of}", self._parts))
        if proof:
            parts += [
                _proof_input(f"log_{kind}_proof", typed),
                labelled(say, _pictures_key(action), self._files),
            ]
        parts.append(Input("note", "log_note", typed.text("note"), False, NOTE_LENGTH, True))
        super().__init__(say, say("modal.log.title"), parts, submit_all)


class ProofForm(Form):
    """A code or a link, and pictures, for what is logged already.

    After a check-in only pictures: its code is told on site.
    """

    def __init__(self, say: Language, action: Action, typed: Typed, submit: SubmitProof) -> None:
        self._files = file_upload()

        async def submit_all(interaction: Interaction, values: dict[str, str]) -> None:
            await submit(interaction, Typed(values), self._files.values)

        key = f"later_{action.rules.proof.value}"
        parts: list[Input | Part] = [labelled(say, _pictures_key(action), self._files)]
        if not action.rules.once:
            parts.insert(0, _proof_input(key, typed))
        super().__init__(say, say("modal.later.title"), parts, submit_all)


def _proof_input(key: str, typed: Typed) -> Input:
    """A place for several codes or links, one a line."""
    return Input("proof", key, typed.text("proof"), False, PROOFS_LENGTH, True)


def _pictures_key(action: Action) -> str:
    """Of money it is a receipt: who will see it is said, and what to hide on it."""
    return "log_receipt" if action.unit is Unit.MONEY else "log_pictures"


def file_upload() -> discord.ui.FileUpload[Any]:
    """A place for several pictures, which may stay empty."""
    return discord.ui.FileUpload(required=False, min_values=0, max_values=MOST_PICTURES)


def labelled(say: Language, key: str, component: discord.ui.Item[Any]) -> Part:
    """A part of a form other than a text, with its words from the catalogue."""
    return discord.ui.Label(
        text=shorten(say(f"modal.{key}.label"), MAX_LABEL),
        description=shorten(say(f"modal.{key}.description"), MAX_HINT),
        component=component,
    )


def _part_select(
    say: Language, action: Action, chosen: str | None
) -> discord.ui.Select[Any] | None:
    """Which currency or platform it was, where there are several."""
    if len(parts_of(action)) < 2:
        return None
    return discord.ui.Select(options=part_options(say, action, chosen), required=True)
