"""Drafts: whether one still is what its organiser saw, and whether it can be published."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, time, timedelta
from hashlib import blake2b

from domain.actions import Action
from domain.errors import Refusal
from domain.kinds import Feature


def fingerprint(draft: Action) -> int:
    """A number from 0 to 2⁶³ - 1 that is another one once any value of the draft changes.

    The same values give the same number in any process and from any database. Nothing is
    contributed to a draft, so it is the same whether its totals were read or not.
    """
    decided = replace(draft, parts=replace(draft.parts, totals={}))
    values = json.dumps(asdict(decided), default=_as_text, sort_keys=True)
    return int.from_bytes(blake2b(values.encode(), digest_size=8).digest()) >> 1


def require_publishable(draft: Action, now: datetime) -> None:
    """Refuse what can't be published as it is: times that have passed or are out of order."""
    announced = draft.announce.at if draft.announce is not None else now
    if draft.starts_at <= now:
        raise Refusal("publish.past", title=draft.title)
    if announced < now:
        raise Refusal("publish.announce_past", time=announced)
    if announced >= draft.starts_at:
        raise Refusal("publish.announce_late", time=announced)
    if draft.sign_ups_end <= announced:
        raise Refusal("publish.cut_off_past", time=draft.sign_ups_end)
    if draft.needed is not None and draft.capacity is not None and draft.needed > draft.capacity:
        limits = {"needed": draft.needed, "capacity": draft.capacity}
        raise Refusal("settings.needed_over_capacity", **limits)
    if draft.decide is not None and draft.decide.at <= announced:
        raise Refusal("publish.decide_past", time=draft.decide.at)
    if draft.decide is not None and draft.decide.at > draft.starts_at:
        raise Refusal("publish.decide_late", time=draft.decide.at)
    if draft.reveal is not None and draft.reveal.at <= announced:
        raise Refusal("publish.reveal_past", time=draft.reveal.at)
    if draft.reveal is not None and draft.reveal.at > draft.starts_at:
        raise Refusal("reveal.late", time=draft.starts_at)
    if Feature.APPS in draft.rules.features and not draft.parts.apps:
        raise Refusal("publish.no_apps", title=draft.title)


def _as_text(value: object) -> str | float:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, time):
        return value.isoformat()
    if not isinstance(value, datetime):
        raise TypeError(f"no fingerprint of {type(value).__name__}")
    aware = value.tzinfo is not None
    return (value.astimezone(UTC) if aware else value).isoformat()
