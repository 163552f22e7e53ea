"""Text for Discord: what people typed made harmless, instants, amounts and progress bars."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from functools import cache
from typing import Literal, overload
from urllib.parse import quote

import discord
import regex

from domain.actions import Action
from domain.kinds import Unit
from domain.servers import Server
from domain.urls import web_address
from domain.zones import abbreviations, offset_name, zone_info
from locales import Language

ELLIPSIS = "…"
MAX_TITLE = 200
ZERO_WIDTH_SPACE = "\u200b"

_BIDI_CONTROLS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_DROPPED_CATEGORIES = frozenset({"Cc", "Cs", "Co"})
_MAX_MARKS = 4

_TOKEN = regex.compile(
    r"""
    (?P<url>https?://[^\s<>()\[\]`\\|*"'「」『』“”]+)
  | (?P<mark>[\\*_~|`\[\]])
  | (?P<at>@(?=everyone|here|[!&]?\d))
  | (?P<angle><(?=[@\#:/a-z]))
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_LINE_START = regex.compile(r"^(?:(?P<sign>[#>+-])|(?P<number>\d+)(?P<dot>[.)]))")
_LETTERS = regex.compile(r"[A-Z]{2,}")
MIDNIGHT = (0, 0)

# Abbreviations that mean different zones to different readers (PST: Manila or Los Angeles).
_AMBIGUOUS_ABBREVIATIONS = frozenset(
    {"AST", "BST", "CST", "CDT", "ECT", "EST", "GST", "IST", "PST"}
)

# RFC 3986's reserved characters and "%", without those that end a masked link.
_URL_SAFE = "%:/?#@!$&'+,;=-._~"
_LONE_PERCENT = regex.compile(r"%(?![0-9A-Fa-f]{2})")

Style = Literal["f", "F", "d", "D", "t", "T", "R"]


def plain(text: str, limit: int | None = None) -> str:
    """Text that a person typed, as one line that shows what was typed and does nothing.

    Markdown, mentions, custom emoji and timestamps lose their effect, line breaks become
    spaces, invisible direction controls go. The result has at most `limit` characters; what is
    cut ends in an ellipsis and never splits a character as people see it.
    """
    folded = _fold(text)
    result = _escape(folded)
    if limit is None or len(result) <= limit:
        return result
    clusters: list[str] = regex.findall(r"\X", folded)
    keep = min(len(clusters), limit)
    while keep > 0:
        result = _escape("".join(clusters[:keep]).rstrip() + ELLIPSIS)
        if len(result) <= limit:
            return result
        keep -= max(1, (len(result) - limit) // 4)
    return ELLIPSIS[:limit]


def plain_lines(text: str, limit: int) -> str:
    """Text that a person typed, with its line breaks, as harmless as `plain` makes it.

    Several lines begin below what stands before them. The result has at most `limit` characters.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        return plain(text, limit)
    kept = ""
    for line in lines:
        room = limit - len(kept) - 1
        if room > 0 and (shown := plain(line, room)):
            kept += f"\n{shown}"
    return kept


def shorten(text: str, limit: int) -> str:
    """Text that a person typed, unescaped and on one line, for places without markdown.

    Button labels, select options and modal titles are such places.
    """
    folded = _fold(text)
    if len(folded) <= limit:
        return folded
    kept = ""
    for cluster in regex.findall(r"\X", folded):
        if len(kept) + len(cluster) + len(ELLIPSIS) > limit:
            break
        kept += cluster
    return (kept.rstrip() + ELLIPSIS)[:limit]


def code(text: str) -> str:
    """An inline code span that shows the text and can't be broken out of."""
    return f"`{_fold(text).replace('`', 'ˋ') or ' '}`"


def code_block(text: str) -> str:
    """A code block, which Discord lets one copy with a tap, with the text on one line."""
    return f"```\n{_fold(text).replace('`', 'ˋ') or ' '}\n```"


def safe_url(text: str) -> tuple[str, str] | None:
    """An address as Discord takes it in a link, with its host; None if it leads nowhere.

    It is in ASCII: the host in punycode, anything else percent-encoded.
    """
    address = web_address(text)
    if address is None:
        return None
    url = _LONE_PERCENT.sub("%25", quote(address.geturl(), safe=_URL_SAFE))
    return url, address.hostname or ""


def zone_of(action: Action, server: Server) -> str:
    """The zone in which times are shown: the server's, or else the one the action was set in."""
    return server.zone or action.starts.zone


def heading_title(action: Action) -> str:
    """The title, harmless and short enough for any message."""
    return plain(action.title, MAX_TITLE)


def stamp(instant: datetime, style: Style = "F") -> str:
    """A Discord timestamp, which each reader sees in their own zone and language."""
    return discord.utils.format_dt(instant, style)


def zoned(say: Language, instant: datetime, zone: str) -> str:
    """The instant as the wall clock of a zone shows it, with the zone's name beside.

    Midnight is spelled out as the night between two days, because "Tuesday 00:00" is read both
    ways.
    """
    wall = instant.astimezone(zone_info(zone))
    name = zone_name(wall)
    if (wall.hour, wall.minute) == MIDNIGHT:
        before = say.day((wall - timedelta(days=1)).date())
        return say("time.midnight", before=before, after=say.day(wall.date()), zone=name)
    return say("time.zoned", time=say.date_time(wall.replace(tzinfo=None)), zone=name)


def zoned_range(say: Language, start: datetime, end: datetime, zone: str) -> str:
    """From when until when, as `zoned` says it; what both have in common is said once."""
    first, last = (instant.astimezone(zone_info(zone)) for instant in (start, end))
    name = zone_name(first)
    if name != zone_name(last) or MIDNIGHT in ((w.hour, w.minute) for w in (first, last)):
        return f"{zoned(say, start, zone)} – {zoned(say, end, zone)}"
    begins = say.date_time(first)
    if first.date() == last.date():
        return say("time.zoned", time=f"{begins}–{last:%H:%M}", zone=name)
    return say("time.zoned", time=f"{begins} – {say.date_time(last)}", zone=name)


def zone_name(wall: datetime) -> str:
    """The abbreviation of an aware time's zone, with its offset where it has several meanings.

    Zones without an abbreviation of their own are named by their offset.
    """
    name = wall.tzname() or ""
    offset = offset_name(wall.utcoffset() or timedelta(0))
    if not _LETTERS.fullmatch(name):
        return offset
    return f"{name} ({offset})" if name in _ambiguous_abbreviations() else name


@cache
def _ambiguous_abbreviations() -> frozenset[str]:
    """PST, say, which is read as Los Angeles or as Manila."""
    return frozenset(short.name.upper() for short in abbreviations() if len(short.meanings) > 1)


@overload
def amount(say: Language, of: Action, value: int, unit_code: str = "") -> str: ...
@overload
def amount(
    say: Language, of: Unit, value: int, unit_code: str = "", unit_name: str = ""
) -> str: ...
def amount(
    say: Language, of: Action | Unit, value: int, unit_code: str = "", unit_name: str = ""
) -> str:
    """An amount in words: money with its currency, anything else with its unit in the plural.

    `of` is the action that the amount belongs to, or a unit with its own words in `unit_name`.
    `unit_code` is the currency; an action's first one where it is left out.
    """
    if isinstance(of, Action):
        unit_code, unit_name = unit_code or of.unit_code, of.fields.get("unit", "")
        of = of.unit
    if of is Unit.MONEY:
        return say.money(value, unit_code)
    if of is Unit.CUSTOM:
        return say("unit.custom.amount", n=say.number(value), unit=plain(unit_name))
    return say.many(f"unit.{of.value}.amount", value)


def bar(part: int, whole: int, width: int = 10) -> str:
    """A progress bar of `width` cells, full only when the whole is reached."""
    filled = width if part >= whole else max(0, part * width // whole)
    return "▰" * filled + "▱" * (width - filled)


def _fold(text: str) -> str:
    """One line without control characters, direction controls and piles of combining marks."""
    kept: list[str] = []
    marks = 0
    for character in " ".join(text.split()):
        category = unicodedata.category(character)
        if character in _BIDI_CONTROLS or category in _DROPPED_CATEGORIES:
            continue
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= _MAX_MARKS:
            kept.append(character)
    return " ".join("".join(kept).split())


def _escape(line: str) -> str:
    return _LINE_START.sub(_escape_line_start, _TOKEN.sub(_escape_token, line))


def _escape_token(match: regex.Match[str]) -> str:
    token = match.group()
    if match.lastgroup == "url":
        # A backslash would become part of the address; percent-encoding leaves it the same.
        return token.replace("_", "%5F").replace("~", "%7E").replace("@", "%40")
    return f"\\{token}" if match.lastgroup == "mark" else token + ZERO_WIDTH_SPACE


def _escape_line_start(match: regex.Match[str]) -> str:
    sign = match.group("sign")
    return f"\\{sign}" if sign else f"{match.group('number')}\\{match.group('dot')}"
