"""A language that nobody speaks, made from English: what is not translated or overflows shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache

from babel.messages.catalog import Catalog

from locales.catalogue import Language, read_catalogue
from tests.catalogue_scanners import LIMITS, forms

CODE = "en-XA"
"""By custom the accented English of tests; it is none of the languages that can be chosen."""

LONGER = 0.35
"""How much more room a text takes, as many languages do beside English."""

ACCENTED = str.maketrans(
    "aceginorstuyzACDEGINOSTUYZ",
    "áçéğîñöřšţûýžÁÇĐÉĞÎÑÖŠŢÛÝŽ",
)
FILLER = "ẋ"
BEGIN, END = "\u2067", "\u2069"
"""Isolates what stands between them, written from right to left."""

UNTOUCHED = re.compile(
    r"""
    \{[^}]*\}                 # a placeholder
    | `[^`]*`                 # a command, or what is to be typed just so
    | <[^>\s]+>               # a mention or a timestamp
    | https?://\S+
    | \]\([^)]*\)             # where a link leads
    | [*_~|\\\[\]]+           # other Markdown
    """,
    re.VERBOSE,
)
LINE_START = re.compile(r"(?:-\# |\#{1,3} |> |- |▸ )?")
"""What has to stand at the start of a line to mean something."""

AS_IT_IS = ("command.", "format.")
"""Names in Discord's own menu have a certain form, and patterns of dates are no words."""

UNMARKED = ("button.", "modal.", "select.")
"""From labels the drawing takes marks of direction."""


class PseudoLanguage(Language):
    """What English says, and dates, times and lists in the same letters as its sentences."""

    def date_time(self, wall: datetime) -> str:
        return super().date_time(wall).translate(ACCENTED)

    def day(self, d: date) -> str:
        return super().day(d).translate(ACCENTED)

    def duration(self, seconds: int) -> str:
        return super().duration(seconds).translate(ACCENTED)

    def listing(self, items: Sequence[str]) -> str:
        between = super().listing(["\0"] * len(items)).translate(ACCENTED).split("\0")
        return between[0] + "".join(map("".join, zip(items, between[1:], strict=True)))


@cache
def pseudo_language() -> Language:
    """English with accents, longer, and right to left; nothing is changed that means something.

    No text is made longer than Discord takes it: of a catalogue that is tested elsewhere.
    """
    catalogue = Catalog(locale="en")
    for message in read_catalogue("en"):
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            made = [
                form if key.startswith(AS_IT_IS) else pseudo(key, form) for form in forms(message)
            ]
            catalogue.add(message.id, made[0] if isinstance(message.id, str) else tuple(made))
    language = PseudoLanguage("en", catalogue)
    language.code = CODE
    return language


def pseudo(key: str, text: str) -> str:
    """A text as the language has it, line by line."""
    if key.startswith(AS_IT_IS):
        return text
    limits = [limit for pattern, limit in LIMITS if pattern.fullmatch(key)]
    room = min(limits) - len(text) if limits else None
    marked = not key.startswith(UNMARKED)
    return "\n".join(_line(line, room, marked=marked) for line in text.split("\n"))


def _line(line: str, room: int | None, *, marked: bool) -> str:
    start = LINE_START.match(line)
    assert start is not None
    prefix, rest = line[: start.end()], line[start.end() :]
    words = sum(character.isalpha() for part in UNTOUCHED.split(rest) for character in part)
    if not words:
        return line  # what has to stand on a line alone does so
    parts: list[str] = []
    last = 0
    for kept in UNTOUCHED.finditer(rest):
        parts += [rest[last : kept.start()].translate(ACCENTED), kept.group()]
        last = kept.end()
    parts.append(rest[last:].translate(ACCENTED))
    filler = round(words * LONGER) if room is None else min(room, round(words * LONGER))
    said = "".join(parts) + FILLER * filler
    return f"{prefix}{BEGIN}{said}{END}" if marked else f"{prefix}{said}"
