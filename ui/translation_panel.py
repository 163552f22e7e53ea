"""Translating an action: the form, and the panel with the original beside what stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import discord

from domain.actions import Action
from domain.fields import TITLE_LENGTH
from domain.language_channels import translated
from domain.servers import Server
from domain.translating import TITLE, is_stale, texts_of, words_of
from locales import LANGUAGES, Language, name_of
from ui.base import Interaction, SafeLayout, SafeModal
from ui.buttons import press
from ui.forms import MAX_HINT, MAX_LABEL, Submit
from ui.text import heading_title, plain, shorten

MAX_SHOWN = 700
"""Of each text with what makes it harmless: five of them twice fit into a panel."""


class TranslationForm(SafeModal):
    """A modal of title and texts, each with the original beside; empty stands for the original."""

    def __init__(
        self,
        say: Language,
        action: Action,
        language: str,
        submit: Submit,
        typed: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(title=say("modal.translation.title", language=name_of(language)))
        self._submit = submit
        self._boxes: dict[str, discord.ui.TextInput[Any]] = {}
        originals = texts_of(action)
        standing = texts_of(translated(action, language)) if typed is None else typed
        fields = {field.name: field for field in words_of(action)}
        for name, original in originals.items():
            field = fields.get(name)
            most = TITLE_LENGTH if field is None else field.max_length
            label = say("modal.when_name.label") if field is None else _label(say, action, name)
            paragraph = field is not None and field.paragraph
            box: discord.ui.TextInput[Any] = discord.ui.TextInput(
                style=discord.TextStyle.paragraph if paragraph else discord.TextStyle.short,
                placeholder=shorten(" ".join(original.split()), MAX_HINT),
                default=standing.get(name, "")[:most] or None,
                required=False,
                max_length=most,
            )
            self._boxes[name] = box
            hint = say("modal.translation.original", text=" ".join(original.split()))
            self.add_item(
                discord.ui.Label(
                    text=shorten(label, MAX_LABEL),
                    description=shorten(hint, MAX_HINT),
                    component=box,
                )
            )

    async def on_submit(self, interaction: Interaction, /) -> None:
        await self._submit(interaction, {name: box.value for name, box in self._boxes.items()})


def draw_translation(
    say: Language, action: Action, language: str, *, note: str | None = None
) -> discord.ui.LayoutView:
    """Draw what stands for each text, and what can be done; `note` says what was done last."""
    translation = action.parts.translations.get(language)
    item_id = LANGUAGES.index(language)
    name = name_of(language)
    lines = [say("translate.heading", title=heading_title(action), language=name)]
    if translation is None:
        lines.append(say("translate.none", language=name))
    elif is_stale(action, language):
        lines.append(say("translate.stale"))
    items: list[discord.ui.Item[Any]] = [] if note is None else [discord.ui.TextDisplay(note)]
    items += [
        discord.ui.TextDisplay("\n".join(lines)),
        *(discord.ui.TextDisplay(text) for text in _texts(say, action, language)),
    ]
    key = "button.translate_first" if translation is None else "button.translate"
    primary = discord.ButtonStyle.primary
    ids = (action.action_id,)
    buttons = [press(say, "translate", *ids, item_id=item_id, style=primary, label_key=key)]
    if translation is not None:
        danger = discord.ButtonStyle.danger
        buttons.append(press(say, "translate_remove", *ids, item_id=item_id, style=danger))
    items.append(discord.ui.ActionRow[Any](*buttons))
    view = SafeLayout(timeout=None)
    view.add_item(discord.ui.Container(*items, accent_colour=action.rules.accent))
    return view


def translation_lines(say: Language, action: Action, server: Server) -> str:
    """How its translations stand, for who runs an action; empty where there is one language."""
    channels = [channel.language for channel in server.language_channels]
    codes = sorted({*channels, *action.parts.translations})
    states = [
        say(f"translate.state.{_state(action, code)}", language=name_of(code)) for code in codes
    ]
    return say("translate.states", states=say.listing(states)) if states else ""


def offer_language(say: Language, action: Action | None, code: str) -> str:
    """A language in an answer of autocomplete, with how its translation stands."""
    if action is None:
        return name_of(code)
    return say(f"translate.state.{_state(action, code)}", language=name_of(code))


def _state(action: Action, language: str) -> str:
    if language not in action.parts.translations:
        return "missing"
    return "stale" if is_stale(action, language) else "done"


def _texts(say: Language, action: Action, language: str) -> Iterator[str]:
    translation, shown = action.parts.translations.get(language), translated(action, language)
    now_shown = texts_of(shown)
    for name, original in texts_of(action).items():
        label = say("modal.when_name.label") if name == TITLE else _label(say, action, name)
        changed = translation is not None and translation.original.get(name) != original
        mark = f" · {say('translate.changed')}" if changed else ""
        lines = [f"**{label}**{mark}", say("translate.original", text=_quoted(original))]
        if now_shown[name] != original:
            lines.append(say("translate.shown", text=_quoted(now_shown[name])))
        yield "\n".join(lines)


def _label(say: Language, action: Action, name: str) -> str:
    return say(f"modal.{action.kind.value}_{name}.label")


def _quoted(text: str) -> str:
    return plain(text, MAX_SHOWN)
