"""A draft's fingerprint: whether it still is what its organiser saw in a preview."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import blake2b

from domain.actions import Action


def fingerprint(draft: Action) -> int:
    """A number from 0 to 2⁶³ - 1 that is another one once any value of the draft changes.

    The same values give the same number in any process and from any database.
    """
    values = json.dumps(asdict(draft), default=_as_text, sort_keys=True)
    return int.from_bytes(blake2b(values.encode(), digest_size=8).digest()) >> 1


def _as_text(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"no fingerprint of {type(value).__name__}")
    aware = value.tzinfo is not None
    return (value.astimezone(UTC) if aware else value).isoformat()
