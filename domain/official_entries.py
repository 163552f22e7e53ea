"""Entering an official count: what was typed, and the name under which it is kept."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.errors import Refusal
from domain.fields import is_visible
from domain.official_counts import OfficialCount
from domain.urls import read_url

NAME_LENGTH, VALUE_LENGTH, SOURCE_LENGTH, LINK_LENGTH = 60, 80, 80, 300
MOST_NAMES = 5
"""Different counts that an action can show at a time."""

LEEWAY = timedelta(minutes=1)
"""By how much a reading may lie ahead: clocks differ."""


@dataclass(frozen=True)
class OfficialEntry:
    """What an organiser read, and where: without a value it is that the count is shown no more."""

    name: str
    value: str
    source: str
    link: str | None
    at: datetime


def read_entry(texts: Mapping[str, str], at: datetime, now: datetime) -> OfficialEntry:
    """What was typed as `name`, `value`, `source` and `link`, read at an instant.

    The value may be empty, and so may the link. Raises `Refusal`.
    """
    if at > now + LEEWAY:
        raise Refusal("official.future", at=at)
    link = texts["link"].strip()
    value = " ".join(texts["value"].split())
    return OfficialEntry(
        name=_read("name", texts["name"], NAME_LENGTH),
        value=_read("value", value, VALUE_LENGTH) if value else "",
        source=_read("source", texts["source"], SOURCE_LENGTH),
        link=_read("link", read_url(link), LINK_LENGTH) if link else None,
        at=at,
    )


def name_among(known: Sequence[OfficialCount], entry: OfficialEntry) -> str:
    """The name under which an entry is kept: as it is spelled already, or a new one.

    Refused are more than MOST_NAMES of them, and a new one without a value.
    """
    for count in known:
        if _fold(count.name) == _fold(entry.name):
            return count.name
    if not entry.value:
        raise Refusal("official.no_value")
    if len(known) >= MOST_NAMES:
        raise Refusal("official.too_many", most=MOST_NAMES)
    return entry.name


def _read(field: str, text: str, most: int) -> str:
    line = " ".join(text.split())
    if not is_visible(line):
        raise Refusal(f"official.missing.{field}")
    if len(line) > most:
        raise Refusal("official.too_long", text=line, length=len(line), limit=most)
    return line


def _fold(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
