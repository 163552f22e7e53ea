"""The normal form of a link, by which the same post is known again, and when it was posted."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from url_normalize import url_normalize  # pyright: ignore[reportUnknownVariableType]

_SNOWFLAKES = {
    re.compile(r"https://x\.com/i/status/([0-9]{1,19})"): (1_288_834_974_657, 1 << 35),
    re.compile(r"https://discord\.com/channels/[0-9]+/[0-9]+/([0-9]{1,19})"): (
        1_420_070_400_000,
        0,
    ),
}
"""Whose ids tell the time, in normal form: the epoch in milliseconds, and the first such id.

Posts on X from before November 2010 were counted one by one.
"""

_LONGEST = 2048
"""Characters of a link that is taken apart; a longer one is only known by itself."""


@dataclass(frozen=True)
class _Posts:
    """How the address of one post looks on a host, and what of it counts."""

    path: re.Pattern[str]
    form: str
    query: str | None
    short: str | None
    fold: bool


@dataclass(frozen=True)
class _Table:
    """The rows of links.toml."""

    tracking: frozenset[str]
    tracking_starts: tuple[str, ...]
    hosts: dict[str, str]
    posts: dict[str, tuple[_Posts, ...]]


@cache
def _table() -> _Table:
    data = tomllib.loads(Path(__file__).with_name("links.toml").read_text("utf-8"))
    names: list[str] = data["tracking"].split()
    posts: dict[str, tuple[_Posts, ...]] = {}
    for row in data["posts"]:
        made = _Posts(
            re.compile(row["path"]),
            row["form"],
            row.get("query"),
            row.get("short"),
            row.get("fold", False),
        )
        posts[row["host"]] = (*posts.get(row["host"], ()), made)
    return _Table(
        frozenset(name for name in names if not name.endswith("*")),
        tuple(name[:-1] for name in names if name.endswith("*")),
        {other: host for host, others in data["hosts"].items() for other in others.split()},
        posts,
    )


def normal_form(url: str) -> str:
    """What all ways to write the same link have in common; the same again for a normal form.

    Scheme, port, fragment, user name, a trailing slash, `www.` and mobile hosts, and parameters
    that only track are left out, further parameters sorted; of a post on a platform that
    links.toml knows only its id counts. What can't be taken apart comes as it is, without spaces
    around it.
    """
    text = url.strip()
    if len(text) > _LONGEST:
        return text
    try:
        tidy = url_normalize(text) or ""
        parts = urlsplit(tidy)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return text
    if parts.scheme not in ("http", "https") or not host:
        return text
    short = _without_prefix(host)
    host = _table().hosts.get(short, short)
    query = parse_qsl(parts.query, keep_blank_values=True)
    if port in (80, 443):
        port = None
    if port is None:
        found = _post_form(host, short, parts.path, dict(reversed(query)))
        if found is not None:
            return f"https://{host}{found}"
    kept = sorted((name, value) for name, value in query if not _only_tracks(name))
    place = host if port is None else f"{host}:{port}"
    path = parts.path.rstrip("/")
    return f"https://{place}{path}" + (f"?{urlencode(kept)}" if kept else "")


def posted_at(url: str) -> datetime | None:
    """When the post on X or the message on Discord behind a link was posted; None for others.

    Their ids begin with the milliseconds since an epoch of the platform: X's is 1288834974657
    (github.com/twitter-archive/snowflake, `twepoch`), Discord's 1420070400000
    (docs.discord.com/developers/reference#snowflakes), both followed by 22 other bits.
    """
    form = normal_form(url)
    for pattern, (epoch, first) in _SNOWFLAKES.items():
        found = pattern.fullmatch(form)
        if found is not None and int(found[1]) >= first:
            milliseconds = (int(found[1]) >> 22) + epoch
            return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)
    return None


def _without_prefix(host: str) -> str:
    while True:
        first, _, rest = host.partition(".")
        if first not in ("www", "m", "mobile") or "." not in rest:
            return host
        host = rest


def _post_form(host: str, short: str, path: str, query: dict[str, str]) -> str | None:
    """The path by which a post is known on a host, or None where the address is no post's."""
    for posts in _table().posts.get(host, ()):
        found = posts.path.fullmatch(path)
        if found is None or (posts.short is not None and posts.short != short):
            continue
        number = query.get(posts.query, "") if posts.query else found["id"]
        if number:
            return posts.form.format(id=number.lower() if posts.fold else number)
    return None


def _only_tracks(name: str) -> bool:
    table = _table()
    lowered = name.lower()
    return lowered in table.tracking or lowered.startswith(table.tracking_starts)
