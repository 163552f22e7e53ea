"""Official counts in lines of text: on cards, in calls and tallies, apart from members' numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from domain.actions import Action
from domain.official_counts import OfficialCount
from locales import Language
from ui.text import plain, safe_url, stamp, zoned

MAX_NAME, MAX_VALUE, MAX_SOURCE = 90, 120, 120
MAX_LINK = 300
"""Longer addresses are left out of lines that have to fit beside many others."""


def official_lines(
    say: Language,
    counts: Iterable[OfficialCount],
    zone: str | None = None,
    *,
    max_link: int = MAX_LINK,
) -> list[str]:
    """A line for each count: what it is and was, when it was read, and where.

    With a zone its wall time stands beside the reader's own. Addresses longer than `max_link` are
    left out.
    """
    return [
        say(
            "official.line",
            name=plain(count.name, MAX_NAME),
            value=plain(count.value, MAX_VALUE),
            read=_read(say, count, zone),
            source=_source(count, max_link),
        )
        for count in counts
    ]


def official_block(
    say: Language, counts: Sequence[OfficialCount], zone: str | None = None
) -> list[str]:
    """The lines of official counts below one that says what they are; nothing of none."""
    return [say("official.heading"), *official_lines(say, counts, zone)] if counts else []


def card_officials(say: Language, action: Action, now: datetime) -> list[str]:
    """What a card says of an action's official counts."""
    return official_block(say, action.parts.officials)


def _read(say: Language, count: OfficialCount, zone: str | None) -> str:
    values = {"time": stamp(count.at, "f"), "relative": stamp(count.at, "R")}
    if zone is None:
        return say("official.read", **values)
    return say("official.read_wall", wall=zoned(say, count.at, zone), **values)


def _source(count: OfficialCount, max_link: int) -> str:
    source, address = plain(count.source, MAX_SOURCE), safe_url(count.link or "")
    if address is None or len(address[0]) > max_link:
        return source
    return f"[{source}](<{address[0]}>)"
