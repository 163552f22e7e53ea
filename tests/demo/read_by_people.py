"""Everything that people read of the bot in a story, and the words of it in another language."""

from __future__ import annotations

import re
from collections.abc import (
    AsyncIterator,
    Collection,
    Container,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass
from itertools import chain
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from simcord.results import ResponseMessage
from simcord.types import HttpLogEntry

from demo.run import Demo
from tests.pseudo import ACCENTED, FILLER

SHOWN = frozenset({"content", "description", "label", "name", "placeholder", "title"})
"""The fields of requests that people read: all else is for Discord, or for the bot itself."""

TEXT_INPUT = 4

IN_LINKS = frozenset({"caption", "content", "details", "location", "text", "title"})
"""What a link takes along that people read where it leads: a post, or an event."""

OWN_WORDS = frozenset({"action", "draft", "event", "reason", "series", "text", "title"})
"""The options of commands into which people type words of their own, or a title."""

WORDS_OF_TIMES = frozenset(
    """
    mon tue wed thu fri sat sun jan feb mar apr may jun jul aug sep oct nov dec
    am pm at in on to every today tomorrow weekly daily
    h hour hours m min minute minutes d day days w week weeks month months
    utc kst est pst asia america europe seoul new york los angeles são paulo
    """.split()
)
"""What people type where a time, a span of time or a zone is asked for: the bot words it anew."""

IN_CALENDARS = ("SUMMARY", "DESCRIPTION", "CATEGORIES", "X-WR-CALNAME")

NO_WORDS = re.compile(
    r"""
    <[^>\s]+>                   # a mention or a timestamp
    | https?://[^\s)>]+
    | `[0-9a-f]{64}`            # a seal
    | \\(?=[^\w\s])             # what keeps Markdown from meaning something
    """,
    re.VERBOSE,
)
NOTHING = re.compile("(?!)")
LATIN = "[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+"
WORD = re.compile(f"{LATIN}(?:['’]{LATIN})*")
"""Letters of the Latin script alone: what Korean adds to a word begins another one."""


@dataclass(frozen=True)
class Read:
    """A text and where it was read: the request's path, or a file's name, and the channel's id."""

    where: str
    text: str
    channel_id: int | None = None


Drawn = tuple[int | None, Mapping[str, Any]]
"""A chart: the channel where it is posted, and its document."""


@dataclass(frozen=True)
class Typed:
    """What somebody typed, and the id of the form's input where they did; none in a command."""

    text: str
    input_id: str | None = None


class Reading:
    """Collects what the bot sends from the choice of the server's language on, and what is typed.

    `drawn` are the charts before they are pictures, each with the channel it is drawn for.
    """

    def __init__(self, demo: Demo, drawn: Sequence[Drawn]) -> None:
        self._env = demo.env
        self._backend = demo.env.backend
        self._drawn = drawn
        self._typed: list[Typed] = []
        self._begun: int | None = None
        self._backend.subscribers.append(self._note)

    def _note(self, event: str, payload: Mapping[str, Any]) -> None:
        if event != "INTERACTION_CREATE":
            return
        data = payload.get("data", {})
        self._typed += _typed_in(data)
        if self._begun is None and "setup_language" in data.get("custom_id", ""):
            self._begun = len(self._backend.http_requests)

    @property
    def _requests(self) -> list[HttpLogEntry]:
        return self._backend.http_requests[self._begun :]

    # ---- What is read

    async def texts(self) -> list[Read]:
        """All that was read, in requests, in files and on charts."""
        found = [*self._in_requests(), *[read async for read in self._in_files()]]
        for channel_id, document in self._drawn:
            found += (Read("a chart", text, channel_id) for text in printed_in(document))
        return [read for read in found if read.text.strip()]

    def _in_requests(self) -> Iterator[Read]:
        tokens = {each.token: each.channel_id for each in self._backend.interactions.values()}
        for request in self._requests:
            if request.path.endswith("/commands"):
                continue  # they are in every language at once
            parts = request.path.strip("/").split("/")
            ids = [int(parts[1])] if parts[0] == "channels" else map(tokens.get, parts)
            channel_id = next(filter(None, ids), None)
            for text in (*shown_in(request.json), request.reason or ""):
                yield Read(f"{request.method} {request.path}", text, channel_id)

    async def _in_files(self) -> AsyncIterator[Read]:
        for channel_id, messages in self._backend.messages.items():
            for message in messages.values():
                for file in ResponseMessage(self._env, message).attachments:
                    if file.filename.endswith(".ics"):
                        for text in _in_calendar(await file.read()):
                            yield Read(file.filename, text, channel_id)

    # ---- What is nobody's language

    def foreign(
        self, texts: Collection[Read], known: Collection[str], *, apart: re.Pattern[str] = NOTHING
    ) -> dict[str, Read]:
        """Each word in plain Latin letters, which English has, with a text that has it.

        People may type what they like, and be called so; `known` are words that are no language's.
        """
        own = "|".join(map(re.escape, self._own()))
        typed = re.compile(f"(?<![A-Za-z])(?:{own})(?![A-Za-z])", re.IGNORECASE)
        found: dict[str, Read] = {}
        for text, read in {read.text: read for read in texts}.items():
            left = NO_WORDS.sub("", apart.sub(" ", text)).replace(FILLER, " ")
            left = typed.sub(" ", left)
            for word in WORD.findall(left):
                if word.translate(ACCENTED) != word and word.isascii() and word not in known:
                    found.setdefault(word, read)
        return found

    def _own(self) -> list[str]:
        """What people typed, and names: the longest first, as one may be within another."""
        begun = {*chain.from_iterable(map(inputs_in, (r.json for r in self._requests)))}
        typed = {line for text in own_words(self._typed, begun) for line in _with_lines(text)}
        typed |= {text.lstrip("#") for text in typed}
        typed |= {urlsplit(text).hostname or "" for text in typed}
        return sorted(filter(_has_letters, {*self._names(), *typed}), key=len, reverse=True)

    def _names(self) -> Iterator[str]:
        """The names of people, and those of roles and channels as mentions are shown."""
        backend = self._backend
        for user in backend.users.values():
            yield from (user.name, user.global_name or "")
        for guild in backend.guilds.values():
            yield guild.name
            yield from (f"@{role.name}" for role in guild.roles.values())
        yield from (f"#{channel.name}" for channel in backend.channels.values())


def shown_in(body: Any) -> Iterator[str]:
    """What people read of a request's body."""
    match body:
        case dict():
            for key, value in body.items():
                prefilled = key == "value" and body.get("type") == TEXT_INPUT
                if isinstance(value, str) and (key in SHOWN or prefilled):
                    yield value
                elif isinstance(value, str) and key == "url":
                    yield from _in_link(value)
                elif key == "embeds":
                    yield from printed_in(value)
                else:
                    yield from shown_in(value)
        case list():
            for part in body:
                yield from shown_in(part)
        case _:
            return


def printed_in(document: Any) -> Iterator[str]:
    """All texts of a chart's document, or of an embed, but those that name a part of it."""
    match document:
        case str():
            yield document
        case dict():
            for key, value in document.items():
                if key != "name":
                    yield from printed_in(value)
        case list() | tuple():
            for part in document:
                yield from printed_in(part)
        case _:
            return


def _in_calendar(content: bytes) -> Iterator[str]:
    """What a calendar shows; its zones and its other properties are for programs."""
    for line in content.replace(b"\r\n ", b"").decode().splitlines():
        name, _, value = line.partition(":")
        if name.partition(";")[0] in IN_CALENDARS:
            yield value.replace("\\n", "\n").replace("\\", "")


def _in_link(url: str) -> Iterator[str]:
    """What a link takes along to where it leads, as far as people read it there."""
    for name, value in parse_qsl(urlsplit(url).query):
        if name in IN_LINKS or (name == "url" and " " in value):
            yield value


def own_words(typed: Iterable[Typed], begun: Container[Typed]) -> Iterator[str]:
    """The texts that people wrote themselves.

    None are times, spans of time and zones, and what a form began with (`begun`) and was left so.
    """
    for each in typed:
        words = WORD.findall(each.text.lower())
        if each not in begun and not WORDS_OF_TIMES.issuperset(words):
            yield each.text


def _with_lines(text: str) -> Iterator[str]:
    yield text.strip()
    yield from (line.strip() for line in text.splitlines())


def inputs_in(body: Any) -> Iterator[Typed]:
    """What the inputs of a form hold: at first, or as it is sent back."""
    for part in _parts_of(body):
        # An option of a command may be a number, which has the type of a form's text.
        if part.get("type") == TEXT_INPUT and {"custom_id", "value"} <= part.keys():
            yield Typed(part["value"], part["custom_id"])


def _typed_in(data: Any) -> Iterator[Typed]:
    """What somebody typed into a command or a form; what they picked is not theirs."""
    yield from inputs_in(data)  # a form comes back as it was sent, filled in
    for part in _parts_of(data):
        if part.get("name") in OWN_WORDS and isinstance(part.get("value"), str):
            yield Typed(part["value"])


def _parts_of(body: Any) -> Iterator[Mapping[str, Any]]:
    """Every part of a request's or an interaction's body, those within others too."""
    match body:
        case dict():
            yield body
            for value in body.values():
                yield from _parts_of(value)
        case list():
            for part in body:
                yield from _parts_of(part)
        case _:
            return


def _has_letters(text: str) -> bool:
    return any(letter.isalpha() for letter in text)
