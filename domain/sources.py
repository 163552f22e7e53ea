"""Sources: the platforms on which what an action counts is done: those of its links, or others."""

from __future__ import annotations

import tomllib
from pathlib import Path

from domain.actions import Action
from domain.errors import Refusal
from domain.kinds import Unit
from domain.urls import web_address

OTHER = "other"
"""What is stored for a platform to which the action does not link. No link's is called so."""

_HOSTS: dict[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("sources.toml").read_text("utf-8")
)["hosts"]
_NAMES = {host: name for name, hosts in _HOSTS.items() for host in hosts}


def sources_of(action: Action) -> tuple[str, ...]:
    """The platforms on which an action is streamed, in the order of its links, then `OTHER`.

    An unknown one is called by its host. Other kinds have none.
    """
    named = named_sources(action)
    return (*named, OTHER) if named else ()


def named_sources(action: Action) -> tuple[str, ...]:
    """The platforms to which an action links."""
    if action.unit is not Unit.STREAMS:
        return ()
    found = map(_source_of, action.fields.get("links", "").split())
    return tuple(dict.fromkeys(name for name in found if name is not None))


def read_source(action: Action, source: str | None) -> str | None:
    """The platform that a contribution names, if any: none is guessed.

    Raises `Refusal` for one that the action does not have.
    """
    if source is not None and source not in sources_of(action):
        raise Refusal("refused.source_gone", sources=", ".join(named_sources(action)))
    return source


def _source_of(link: str) -> str | None:
    address = web_address(link)
    if address is None or address.hostname is None:
        return None
    labels = address.hostname.removeprefix("www.").split(".")
    hosts = [".".join(labels[first:]) for first in range(len(labels))]
    return next((_NAMES[host] for host in hosts if host in _NAMES), hosts[0])
