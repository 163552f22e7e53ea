"""Words for a picture: what people typed and amounts, as fonts need them and without markdown."""

from __future__ import annotations

import unicodedata

from domain.actions import Action
from domain.kinds import Unit
from locales import Language
from ui import text
from ui.text import shorten

MAX_UNIT = 40

_LEFT_OUT = dict.fromkeys(
    [0x20E3, 0xFE0E, 0xFE0F, *range(0x1F3FB, 0x1F400), *range(0xE0020, 0xE0080)]
)
"""Keycaps, the choice between text and picture, skin tones, and the letters within a flag."""


def typed(words: str, most: int) -> str:
    """A text that a person typed, on one line and composed, its fancy letters as plain ones."""
    return "".join(map(_plain_letter, _composed(shorten(words, most))))


def set_apart(words: str) -> str:
    """A text to be put into a sentence that may run in another direction."""
    backwards = any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in words)
    return f"\u2068{words}\u2069" if backwards else words


def amount(say: Language, action: Action, value: int, unit_code: str = "") -> str:
    """An amount in words, as `ui.text.amount` has it where markdown is understood."""
    if action.unit is Unit.CUSTOM:
        unit = typed(action.fields.get("unit", ""), MAX_UNIT)
        return say("unit.custom.amount", n=say.number(value), unit=unit)
    return text.amount(say, action, value, unit_code)


def _composed(words: str) -> str:
    return unicodedata.normalize("NFC", words).translate(_LEFT_OUT)


def _plain_letter(letter: str) -> str:
    """The letter of which another one is only a style, as in mathematical alphabets."""
    if unicodedata.decomposition(letter).startswith("<font>"):
        return unicodedata.normalize("NFKC", letter)
    return letter
