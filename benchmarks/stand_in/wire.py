"""JSON as it goes over the wire, by orjson where it is installed, as discord.py does."""

from __future__ import annotations

import json
from typing import Any

try:
    import orjson
except ImportError:
    orjson = None


def to_json(value: Any) -> bytes:
    """A value as JSON in UTF-8."""
    if orjson is not None:
        return orjson.dumps(value)
    return json.dumps(value, separators=(",", ":")).encode()


def from_json(text: str | bytes) -> Any:
    """Read JSON; raises ValueError where it is none."""
    return json.loads(text) if orjson is None else orjson.loads(text)
