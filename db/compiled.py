"""Compiled statements, shared by every engine of a kind: compiling takes longer than running."""

from __future__ import annotations

from typing import Any

from sqlalchemy.util import LRUCache

STATEMENTS = 2000
"""How many are kept, the last used ones; there are some hundreds."""


class _Compiled(LRUCache[Any, Any]):
    """Finds a statement whichever engine compiled it.

    SQLAlchemy's key begins with the engine's own dialect object. All dialects that meet here have
    the same class and the same settings, so that it makes no difference whose it was.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key[1:], value)


_caches = {name: _Compiled(STATEMENTS) for name in ("sqlite", "postgresql")}


def compiled(dialect: str) -> _Compiled:
    """The compiled statements of a kind of database."""
    return _caches[dialect]
