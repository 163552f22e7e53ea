"""What an action is called and says in further languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Translation:
    """An action's title and texts in one language; `fields` are by name, those that differ.

    `original` is what they were made from, the title among it (see `domain.translating`).
    """

    language: str
    title: str
    fields: Mapping[str, str] = field(default_factory=dict[str, str])
    original: Mapping[str, str] = field(default_factory=dict[str, str])
