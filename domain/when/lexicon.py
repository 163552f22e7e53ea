"""The words a typed time may contain, read from the vocabularies, and what each may mean."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from pathlib import Path
from typing import Any

from domain.places import named_zones
from domain.when.tokens import Token, clean_text, cut_tokens
from domain.zones import Abbreviation, abbreviations

_VOCABULARIES = Path(__file__).parent / "vocabulary"
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MINUTES = {"minute": 1, "hour": 60}
_DAYS = {"day": 1, "week": 7}

Window = tuple[int, int]
"""Hours of a day, [from, before]; past 24 they are the small hours of the next day."""


class Sense(Enum):
    """The part a word can play in the grammar; members after WEEK carry a value."""

    FILLER = auto()
    AT = auto()
    IN = auto()
    LATER = auto()
    BEFORE = auto()
    AFTER = auto()
    AND = auto()
    THIS = auto()
    NEXT = auto()
    ONE = auto()
    HALF = auto()
    HOUR_MARK = auto()
    HOUR_MARK_24 = auto()
    MINUTE_MARK = auto()
    DAY_MARK = auto()
    MONTH_MARK = auto()
    YEAR_MARK = auto()
    NOON = auto()
    MIDNIGHT = auto()
    ZONE_MARK = auto()
    SERVER_ZONE = auto()
    WEEK = auto()  # the weekdays on which weeks may begin
    MONTH = auto()  # 1 to 12
    WEEKDAY = auto()  # Monday is 0
    UNIT = auto()  # Span of one
    SPAN = auto()  # Span
    NUMBER = auto()
    DAY = auto()  # DayWord
    PART = auto()  # PartOfDay
    ZONE = auto()  # tuple of zone names
    ABBREVIATION = auto()  # Abbreviation


@dataclass(frozen=True)
class Span:
    """A length of time: days are calendar days, minutes are exact."""

    days: int = 0
    minutes: int = 0


@dataclass(frozen=True)
class PartOfDay:
    """The hours that a word such as "evening" leaves possible."""

    windows: tuple[Window, ...]
    meridiem: bool = False


@dataclass(frozen=True)
class DayWord:
    """A day counted from today, with the part of the day if the word names one ("tonight")."""

    ahead: int
    part: PartOfDay | None


Lexicon = dict[tuple[str, ...], list[tuple[Sense, Any]]]


@cache
def load_lexicon(language: str) -> Lexicon:
    """Return every word of English and of the language, zone names included, with its meanings.

    Words are keyed by their tokens. A language without a vocabulary has English only.
    """
    lexicon: Lexicon = {}
    for name in _vocabularies_of(language):
        path = _VOCABULARIES / f"{name}.toml"
        _add_vocabulary(lexicon, tomllib.loads(path.read_text(encoding="utf-8")))
    for name, zones in named_zones(language).items():
        _add(lexicon, [name], Sense.ZONE, zones)
    for short in abbreviations():
        _add(lexicon, [short.name], Sense.ABBREVIATION, short)
    return lexicon


@cache
def longest_word(language: str) -> int:
    """Return how many tokens the longest word of the language's lexicon has."""
    return max(len(word) for word in load_lexicon(language))


def meanings_at(tokens: tuple[Token, ...], at: int, language: str) -> list[tuple[int, Sense, Any]]:
    """Return (end, sense, value) of every word that begins at token `at`."""
    lexicon = load_lexicon(language)
    found: list[tuple[int, Sense, Any]] = []
    word: tuple[str, ...] = ()
    for end in range(at, min(len(tokens), at + longest_word(language))):
        word = (*word, tokens[end].folded)
        for sense, value in lexicon.get(word, ()):
            everyday = isinstance(value, Abbreviation) and value.capitals
            if not everyday or tokens[at].raw.isupper():
                found.append((end + 1, sense, value))
    return found


def _vocabularies_of(language: str) -> list[str]:
    known = {path.stem for path in _VOCABULARIES.glob("*.toml")}
    tags = language.replace("_", "-").lower().split("-")
    own = ("-".join(tags[:length]) for length in range(len(tags), 0, -1))
    return list(dict.fromkeys(["en", *[name for name in own if name in known][:1]]))


def _add(lexicon: Lexicon, words: list[str], sense: Sense, value: Any = None) -> None:
    for word in words:
        key = tuple(token.folded for token in cut_tokens(clean_text(word) or ""))
        meanings = lexicon.setdefault(key, [])
        if (sense, value) not in meanings:
            meanings.append((sense, value))


def _windows(entry: dict[str, Any]) -> tuple[Window, ...]:
    return tuple((first, before) for first, before in entry["hours"])


def _add_vocabulary(lexicon: Lexicon, table: dict[str, Any]) -> None:
    for name, words in table["words"].items():
        _add(lexicon, words, Sense[name.upper()])
    week = table["week"]
    begins = tuple(_WEEKDAYS.index(day) for day in week["begins"])
    _add(lexicon, week["words"], Sense.WEEK, begins)
    for month, words in table["months"].items():
        _add(lexicon, words, Sense.MONTH, int(month))
    for weekday, words in table["weekdays"].items():
        _add(lexicon, words, Sense.WEEKDAY, _WEEKDAYS.index(weekday))
    for number, words in table["numbers"].items():
        _add(lexicon, words, Sense.NUMBER, int(number))
    for unit, words in table["units"].items():
        _add(lexicon, words, Sense.UNIT, Span(_DAYS.get(unit, 0), _MINUTES.get(unit, 0)))
    for count, words in table["spans"]["minute"].items():
        _add(lexicon, words, Sense.SPAN, Span(minutes=int(count)))
    for count, words in table["spans"]["day"].items():
        _add(lexicon, words, Sense.SPAN, Span(days=int(count)))
    for entry in table["days"]:
        part = PartOfDay(_windows(entry)) if "hours" in entry else None
        _add(lexicon, entry["words"], Sense.DAY, DayWord(entry["ahead"], part))
    for entry in table["day_parts"]:
        part = PartOfDay(_windows(entry), bool(entry.get("meridiem", False)))
        _add(lexicon, entry["words"], Sense.PART, part)
