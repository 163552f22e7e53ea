"""Reading what an organiser typed about an app to vote in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.errors import Refusal
from domain.fields import read_title
from domain.money import AmbiguousAmount, read_count
from domain.urls import read_url
from domain.votes import VoteApp
from domain.when import Ambiguous, Reading, read_when, write_reading
from domain.when.daily import DailyTime, read_daily
from domain.when.walls import reading_of_instant

NAME_LENGTH = 40
RESET_LENGTH = 60
WINDOW_LENGTH = 150
NOTE_LENGTH = 500
LINK_LENGTH = 300
MOST_VOTES = 1_000_000
"""Votes of one person in one day."""

_UNTIL = " – "
_BETWEEN = re.compile(r"\s*[–—~〜～]\s*|(?:^|\s+)-(?:\s+|$)")
_URL = re.compile(r"https?://\S+", re.IGNORECASE)


@dataclass(frozen=True)
class Option:
    """One of the things that a text can mean, and the text that means just that."""

    meaning: Reading | DailyTime
    text: str


class Unclear(Exception):
    """What was typed into a field can be read in several ways: its author is asked which."""

    def __init__(self, field: str, text: str, options: Sequence[Option]) -> None:
        super().__init__(field)
        self.field = field
        self.text = text
        self.options = tuple(options)


@dataclass(frozen=True)
class Reader:
    """By what times and numbers are read: the server's zone, the language, and now."""

    zone: str
    language: str
    now: datetime


def app_texts(app: VoteApp, zone: str) -> dict[str, str]:
    """An app as the texts that its form would hold; its window in the server's zone."""
    halves = [
        "" if at is None else write_reading(reading_of_instant(at, zone))
        for at in (app.opens_at, app.closes_at)
    ]
    return {
        "name": app.name,
        "cap": str(app.cap),
        "reset": f"{app.reset.isoformat('auto').removesuffix(':00')} {app.zone}",
        "window": _UNTIL.join(halves).strip() if any(halves) else "",
        "note": "\n".join(filter(None, (app.note, app.link))),
    }


def read_app(texts: Mapping[str, str], reader: Reader, before: VoteApp | None = None) -> VoteApp:
    """The app that was typed, with the number and the votes of the one that it takes the place of.

    Where the window is left as it was it stays so, even if it has begun. Raises `Refusal`, and
    `Unclear` for what can be read in several ways.
    """
    name = _read_name(texts["name"])
    cap = _read_cap(texts["cap"], reader.language)
    reset = _read_reset(texts["reset"], reader)
    window = None if before is None else (before.opens_at, before.closes_at)
    if before is None or texts["window"].strip() != app_texts(before, reader.zone)["window"]:
        window = _read_window(texts["window"], reader)
    opens, closes = window or (None, None)
    note, link = _read_note(texts["note"])
    return VoteApp(
        app_id=before.app_id if before else 0,
        name=name,
        cap=cap,
        reset=reset.time,
        zone=reset.zone,
        link=link,
        note=note,
        opens_at=opens,
        closes_at=closes,
        logged=before.logged if before else 0,
    )


def _read_name(text: str) -> str:
    name = read_title(text)
    if len(name) > NAME_LENGTH:
        raise Refusal("apps.name_too_long", limit=NAME_LENGTH)
    return name


def _read_cap(text: str, language: str) -> int:
    cap = read_count(text, language=language)
    if isinstance(cap, AmbiguousAmount):
        raise Refusal("amount.ambiguous", text=text.strip())
    if cap > MOST_VOTES:
        raise Refusal("apps.cap_too_large", limit=MOST_VOTES)
    return cap


def _read_reset(text: str, reader: Reader) -> DailyTime:
    found = read_daily(text, zone=reader.zone, language=reader.language)
    if len(found) == 1:
        return found[0]
    raise Unclear("reset", text, [Option(at, f"{at.time:%H:%M} {at.zone}") for at in found])


def _read_window(text: str, reader: Reader) -> tuple[datetime | None, datetime | None]:
    """From when until when, each of which can be left out: "21 Nov 20:00 – 28 Nov 23:00"."""
    if not text.strip():
        return None, None
    halves = _BETWEEN.split(text.strip())
    if len(halves) != 2:
        raise Refusal("apps.window_unclear", text=text.strip())
    found: list[datetime | None] = []
    for number, half in enumerate(halves):
        if not half.strip():
            found.append(None)
            continue
        read = read_when(half, now=reader.now, zone=reader.zone, language=reader.language)
        if isinstance(read, Ambiguous):
            raise Unclear("window", half, _ways(halves, number, read.readings))
        found.append(read.reading.instant)
    opens, closes = found
    if opens is not None and closes is not None and closes <= opens:
        raise Refusal("when.end_before_start")
    return opens, closes


def _ways(halves: Sequence[str], number: int, readings: Sequence[Reading]) -> list[Option]:
    options: list[Option] = []
    for reading in readings:
        settled = list(halves)
        settled[number] = write_reading(reading)
        options.append(Option(reading, _UNTIL.join(settled)))
    return options


def _read_note(text: str) -> tuple[str | None, str | None]:
    """The notes on one line, and the first address in them, which becomes the link."""
    found = _URL.search(text)
    link = None
    if found is not None:
        address = found.group().rstrip(".,;:!?)」』”")
        link = read_url(address)
        if len(link) > LINK_LENGTH:
            raise Refusal("apps.link_too_long", limit=LINK_LENGTH)
        text = text.replace(address, "", 1)
    return " ".join(text.split())[:NOTE_LENGTH] or None, link
