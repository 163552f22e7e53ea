"""Hashtags: what every platform takes as one, and what organisers had better look at twice."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import regex
from confusable_homoglyphs import (  # pyright: ignore[reportMissingTypeStubs]  # none exist
    categories,
    confusables,
)

from domain.errors import Refusal

_categories: Any = categories
_confusables: Any = confusables

MOST_LETTERS = 50
"""Threads takes no longer topic (1 to 50 characters); Bluesky takes 64, X 100."""

MANY_SCRIPTS = frozenset({"COMMON", "INHERITED", "HAN", "HIRAGANA", "KATAKANA", "HANGUL"})
"""Scripts that are mixed all the time, with each other and with others: 二 and ニ are no trick."""

# What X takes (twitter-text): letters with their marks, decimal digits and the underscore, and a
# letter among them. Bluesky cuts punctuation off at the end, an underscore too.
_WHOLE = regex.compile(r"[\p{L}\p{M}\p{Nd}_]*\p{L}[\p{L}\p{M}\p{Nd}_]*(?<!_)")
_TAKEN = regex.compile(r"[\p{L}\p{M}\p{Nd}_]")


class Doubt(StrEnum):
    """What may be wrong with a tag though every platform takes it."""

    LOOK_ALIKE = "look_alike"
    """A character looks like another one, which most people will type."""

    CASE = "case"
    """It differs from another tag only in which letters are large."""

    LEADING = "leading"
    """It begins with a digit or an underscore, which some apps don't link."""


@dataclass(frozen=True)
class TagWarning:
    """A doubt, and what it is about: characters, or the other tag."""

    doubt: Doubt
    about: str


def read_tag(text: str) -> str:
    """A hashtag without its `#`, as X, Threads, Bluesky, Instagram and TikTok link it whole.

    Letters of any script with their marks, digits and underscores, a letter among them and no
    underscore at the end, 50 characters at most as people count them. Raises `Refusal`, which
    names what would break it.
    """
    typed = text.strip()
    tag = unicodedata.normalize("NFC", typed.removeprefix("#").removeprefix("＃"))
    if any(character.isspace() for character in tag):
        raise Refusal("field.tag.spaces", text=typed)
    wrong = [c for c in regex.findall(r"\X", tag) if not all(map(_TAKEN.match, c))]
    if wrong:
        shown = " ".join(_visible(part) for part in dict.fromkeys(wrong))
        raise Refusal("field.tag.characters", text=typed, characters=shown)
    if tag.endswith("_"):
        raise Refusal("field.tag.underscore", text=typed)
    if not _WHOLE.fullmatch(tag):
        raise Refusal("field.tag.invalid", text=typed)
    if (length := len(regex.findall(r"\X", tag))) > MOST_LETTERS:
        raise Refusal("field.tag.too_long", length=length, limit=MOST_LETTERS)
    return tag


def warnings(tag: str, others: Iterable[str] = ()) -> Iterator[TagWarning]:
    """What its organisers had better look at; `others` are tags that people know, or will."""
    if alike := "".join(_look_alikes(tag)):
        yield TagWarning(Doubt.LOOK_ALIKE, alike)
    for other in dict.fromkeys(others):
        if other != tag and other.casefold() == tag.casefold():
            yield TagWarning(Doubt.CASE, other)
    if not regex.match(r"\p{L}", tag):
        yield TagWarning(Doubt.LEADING, tag[0])


def _look_alikes(tag: str) -> Iterator[str]:
    """The characters, each once, that are easily taken for one of another alphabet in the tag.

    So are those that only look unlike what a keyboard types, as full-width or mathematical letters.
    """
    scripts = {character: _script(character) for character in dict.fromkeys(tag)}
    letters = Counter(scripts[c] for c in tag if scripts[c] not in MANY_SCRIPTS)
    main = max(letters, key=lambda script: letters[script], default=None)
    for character, script in scripts.items():
        stands_out = script not in MANY_SCRIPTS and script != main
        unlike_typed = unicodedata.normalize("NFKC", character) != character
        if unlike_typed or (stands_out and main in _like(character)):
            yield character


def _script(character: str) -> str:
    return _categories.alias(character)


def _like(character: str) -> set[str]:
    """The alphabets that have a letter which looks like this one."""
    found: list[dict[str, Any]] = _confusables.is_confusable(character, greedy=True) or []
    alike: list[str] = [other["c"] for each in found for other in each["homoglyphs"]]
    return {_script(other) for other in alike if len(other) == 1}


def _visible(part: str) -> str:
    """A character as one can read it in a sentence, by its code where there is nothing to see."""
    seen = regex.search(r"[[\p{L}\p{N}\p{P}\p{S}]--\p{DI}]", part, regex.V1)
    return part if seen else " ".join(f"U+{ord(character):04X}" for character in part)
