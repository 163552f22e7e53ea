"""Share links: what stands ready in a post that people finish, as each platform counts it."""

from __future__ import annotations

import tomllib
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote

import regex
from twitter_text import (  # pyright: ignore[reportMissingTypeStubs]  # none exist
    parse_tweet,  # pyright: ignore[reportUnknownVariableType]
)

from domain.actions import TAKES_SIGN_UPS, Action
from domain.errors import Gone, Refusal
from domain.kinds import FieldKind
from domain.seals import TAG, has_seal
from domain.urls import web_address

ELLIPSIS = "…"
LONGEST_HOST = 253

_CLUSTER = regex.compile(r"\X")
_URL = regex.compile(r"https?://\S+")
_EMOJI = regex.compile(r"[\p{Emoji_Presentation}\uFE0F]")


class Counting(StrEnum):
    """How a platform counts the length of a post."""

    WEIGHTED = "weighted"
    """As X does: in NFC a link 23, Hangul, kana, Chinese characters and emoji 2, most others 1."""

    GRAPHEMES = "graphemes"
    """Characters as people see them."""

    EMOJI_BYTES = "emoji_bytes"
    """Code points, and emoji as the bytes that they take in UTF-8, as Threads does."""


@dataclass(frozen=True)
class Platform:
    """A platform to which people share: see share_platforms.toml. `limit` is None for none."""

    key: str
    name: str
    link: str | None = None
    plain: str | None = None
    counts: Counting = Counting.GRAPHEMES
    limit: int | None = None
    url: int | None = None
    shown: bool = False

    @property
    def copied(self) -> bool:
        """Nothing can be filled in there: people copy the text and paste it."""
        return self.link is None

    @property
    def needs_instance(self) -> bool:
        """It is many servers, of which everybody has their own."""
        return self.link is not None and "{instance}" in self.link


def _read_platforms() -> Mapping[str, Platform]:
    data = tomllib.loads(Path(__file__).with_name("share_platforms.toml").read_text("utf-8"))
    return {
        key: Platform(key, counts=Counting(row.pop("counts", Counting.GRAPHEMES)), **row)
        for key, row in data.items()
    }


PLATFORMS = _read_platforms()
FILLED_IN = tuple(platform for platform in PLATFORMS.values() if not platform.copied)
"""The platforms that open with the text in place."""

COPIED = tuple(platform for platform in PLATFORMS.values() if platform.copied)
SHOWN = tuple(platform for platform in FILLED_IN if platform.shown)


@dataclass(frozen=True)
class ShareChoice:
    """Where somebody shares to: keys of platforms, and the host of their Mastodon server.

    Without keys it is the usual platforms.
    """

    keys: tuple[str, ...] | None = None
    instance: str | None = None

    @property
    def platforms(self) -> tuple[Platform, ...]:
        """The platforms, in the order of the table; those unknown here are left out."""
        return tuple(p for p in FILLED_IN if p.key in (self.keys or ())) or SHOWN


NO_CHOICE = ShareChoice()


@dataclass(frozen=True)
class ShareText:
    """What stands ready in a post: a tag with its sign, what to write about or a title, a link."""

    tag: str = ""
    words: str = ""
    link: str = ""

    @property
    def text(self) -> str:
        """All of it on one line."""
        return " ".join(filter(None, (self.tag, self.words, self.link)))

    @property
    def without_link(self) -> str:
        return " ".join(filter(None, (self.tag, self.words)))


@dataclass(frozen=True)
class Share:
    """A post on one platform: its text there, how long that counts, and the address that opens it.

    `text` is None where the platform takes a link alone. `url` is None where there is none: for
    what is too long even without its words, a platform that takes links alone, or an unnamed
    server. `shortened` says that the words were cut.
    """

    platform: Platform
    text: str | None
    length: int
    url: str | None
    shortened: bool = False

    @property
    def too_long(self) -> bool:
        """Even without its words it is longer than the platform takes."""
        return self.platform.limit is not None and self.length > self.platform.limit


def may_share(action: Action, now: datetime) -> bool:
    """Tell whether an action can be shared: it is open or under way, and nothing is sealed."""
    announced = action.announced(now) and action.state_at(now) in TAKES_SIGN_UPS
    return announced and (action.revealed(now) or not has_seal(action))


def require_sharing(action: Action, now: datetime) -> None:
    """Refuse to share what is not announced, still sealed, stopped or over."""
    if not action.announced(now):
        raise Gone("refused.no_such_action")
    state = action.state_at(now)
    if state not in TAKES_SIGN_UPS:
        raise Refusal(f"refused.state.{state.value}", title=action.title)
    if not may_share(action, now):
        raise Refusal("share.sealed", title=action.title, time=action.revealed_at)


def share_text_of(action: Action) -> ShareText:
    """What stands ready to be shared of an action: its tag if it has one, what is sealed included.

    With a tag comes what to write about, never a finished sentence; without one the title. The
    link is the first that the action has.
    """
    tag = action.fields.get(TAG, "")
    words = action.fields.get("prompt", "") if tag else action.title
    return ShareText(
        tag=_line(f"#{tag.removeprefix('#')}") if tag else "",
        words=_line(words),
        link=next(_links(action), ""),
    )


def share(platform: Platform, whole: ShareText, instance: str | None = None) -> Share:
    """The post on a platform; words that are too long for it end in …, a tag and a link stay."""
    address = platform.link if whole.link else platform.plain
    fitted = _fitted(platform, address, whole)
    text = _box(address, fitted or whole)
    url = None
    if address is not None and fitted is not None and (instance or not platform.needs_instance):
        url = address.format(
            text=_quoted(fitted.text),
            words=_quoted(fitted.without_link),
            link=_quoted(fitted.link),
            tag=_quoted(fitted.tag.removeprefix("#")),
            instance=instance,
        )
    length = 0 if text is None else count(platform, text)
    return Share(platform, text, length, url, shortened=fitted not in (None, whole))


def count(platform: Platform, text: str) -> int:
    """The length of a text as the platform counts it."""
    if platform.counts is Counting.WEIGHTED:
        return parse_tweet(text).weightedLength
    links = _URL.findall(text) if platform.url is not None else []
    rest = _URL.sub("", text) if links else text
    clusters: list[str] = _CLUSTER.findall(rest)
    length = len(links) * (platform.url or 0)
    if platform.counts is Counting.GRAPHEMES:
        return length + len(clusters)
    return length + sum(len(c.encode()) if _is_emoji(c) else len(c) for c in clusters)


def read_platforms(keys: Collection[str]) -> tuple[str, ...]:
    """The platforms that somebody picked, in the order of the table; raises `Refusal`."""
    if not keys or not set(keys) <= {platform.key for platform in FILLED_IN}:
        raise Refusal("refused.unknown_button")
    return tuple(platform.key for platform in FILLED_IN if platform.key in keys)


def read_instance(text: str) -> str:
    """The host of a Mastodon server in ASCII, from its name, its address or an account's.

    Raises `Refusal` for what can't be one.
    """
    typed = text.strip()
    host = typed.split("://")[-1].partition("/")[0].rpartition("@")[2]
    address = web_address(f"https://{host}")
    if address is None or address.hostname != address.netloc or len(address.netloc) > LONGEST_HOST:
        raise Refusal("share.instance_invalid", text=typed)
    return address.netloc


def _fitted(platform: Platform, address: str | None, whole: ShareText) -> ShareText | None:
    """As much of its words as the platform takes; None if it takes none of it."""

    def fits(shorter: ShareText) -> bool:
        text = _box(address, shorter)
        return text is None or platform.limit is None or count(platform, text) <= platform.limit

    def cut(kept: int) -> ShareText:
        words = "".join(clusters[:kept]).rstrip()
        return replace(whole, words=words + ELLIPSIS if words else "")

    if fits(whole):
        return whole
    clusters: list[str] = _CLUSTER.findall(whole.words)
    most = bisect_right(range(len(clusters)), False, key=lambda kept: not fits(cut(kept))) - 1
    return None if most < 0 else cut(most)


def _box(address: str | None, whole: ShareText) -> str | None:
    """What stands in the post itself: some platforms take the link apart from it."""
    if address is None or "{text}" in address:
        return whole.text
    return whole.without_link if "{words}" in address else None


def _quoted(text: str) -> str:
    return quote(text, safe="")


def _line(text: str) -> str:
    """Text on one line, in the form in which the platforms count it."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _links(action: Action) -> Iterator[str]:
    for field in action.rules.fields:
        if field.kind in (FieldKind.URL, FieldKind.LINKS):
            yield from action.fields.get(field.name, "").split()


def _is_emoji(cluster: str) -> bool:
    return _EMOJI.search(cluster) is not None
