"""Compiled statements, shared by every engine of a kind: compiling takes longer than running."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.util import LRUCache

STATEMENTS = 2000
"""How many are kept, the last used ones; there are some hundreds."""


class _Compiled(LRUCache[Any, Any]):
    """Finds a statement whichever engine compiled it.

    SQLAlchemy's key begins with the engine's own dialect object. All dialects that meet here have
    the same class and the same settings, so that it makes no difference whose it was.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_of_any(key), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(_of_any(key), value)


def _of_any(key: Any) -> Any:
    """A key without the dialect; another SQLAlchemy may put it elsewhere, and must not pass."""
    if not isinstance(key[0], Dialect):
        raise TypeError("SQLAlchemy's key of a compiled statement does not begin with its dialect")
    return key[1:]


_caches = {name: _Compiled(STATEMENTS) for name in ("sqlite", "postgresql")}


def compiled(dialect: str) -> _Compiled:
    """The compiled statements of a kind of database."""
    return _caches[dialect]
