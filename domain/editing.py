"""Editing what has been announced: what may become of it, and what is written down of that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.actions import Action, ActionState, SignUpGate
from domain.errors import Refusal
from domain.life_cycle import require_ongoing
from domain.rates import require_frozen
from domain.seals import reveal_after_edit
from domain.totals import NO_TOTAL
from domain.walls import Resolved
from domain.when import resolve_instant

NAMED = ("title", "capacity", "goal", "baseline", "cap")
"""What an edit is said to have changed, beside the times and the kind's own fields."""


@dataclass(frozen=True)
class Edit:
    """What is different about an edited action: names of fields, and its times if they moved."""

    fields: tuple[str, ...]
    moved: bool

    closed: bool = False
    """Nobody can sign up any more since its cut-off, which moved with the start, has passed."""

    decide: datetime | None = None
    """When it is decided whether it goes ahead, if that moved with the start."""

    reveal: datetime | None = None
    """When the tag is revealed, if that was at a time of its own and moved with the start."""

    def __bool__(self) -> bool:
        return self.moved or bool(self.fields)


NO_EDIT = Edit((), moved=False)


def settle_edit(before: Action, typed: Action, now: datetime) -> Action:
    """The published action `before` with what was typed for it; raises `Refusal`.

    `typed` is the action as its organiser wants it. The time for logging moves with the end,
    unless it was extended; when it is decided whether it goes ahead, and the reveal of a tag, move
    with the start.
    """
    require_ongoing(before, now)
    same_times = (typed.starts_at, typed.ends) == (before.starts_at, before.ends)
    ends_at = before.ends_at if same_times else typed.ends_at
    times = {"log_until": _log_until(before, ends_at), "decide": _decide(before, typed, now)}
    edited = replace(typed, ends_at=ends_at, **times)
    edited = replace(edited, reveal=reveal_after_edit(before, edited, now))
    _require_same_count(before, edited)
    require_frozen(before, edited)
    _require_times(before, edited, now)
    if edited.capacity is not None and before.signed_up > edited.capacity != before.capacity:
        raise Refusal("edit.capacity", signed_up=before.signed_up)
    return edited


def compare(before: Action, after: Action) -> Edit:
    """What an edit changed."""
    names = [name for name in NAMED if getattr(before, name) != getattr(after, name)]
    if before.unit_code != after.unit_code:
        names.append("currency")
    texts = {**before.fields, **after.fields}
    names += [n for n in texts if before.fields.get(n) != after.fields.get(n)]
    decide = None if after.decide == before.decide or after.decide is None else after.decide.at
    reveal = None if before.reveal == after.reveal else after.revealed_at
    moved = times_of(before) != times_of(after)
    return Edit(tuple(dict.fromkeys(names)), moved, decide=decide, reveal=reveal)


def closes_sign_ups(before: Action, after: Action, now: datetime) -> bool:
    """Tell whether an edit leaves nobody time to sign up, where there was some."""
    opens = now if after.announce is None else max(now, after.announce.at)
    by_time = after.sign_ups is SignUpGate.BY_TIME
    return by_time and before.sign_ups_end > opens >= after.sign_ups_end


def times_of(action: Action) -> Mapping[str, Any]:
    """When an action takes place, as the audit log keeps it."""
    return {"starts": action.starts_at.isoformat(), "ends": action.ends_at.isoformat()}


def announce_at(action: Action, announce: Resolved | None, now: datetime) -> Action:
    """A draft, or a published action that nobody knows of yet, announced at another time.

    None is at once: when the draft is published, or now. Raises `Refusal`.
    """
    if action.state is not ActionState.DRAFT and action.state_at(now) is not ActionState.SCHEDULED:
        raise Refusal("refused.announced_already", title=action.title)
    if announce is not None and announce.at <= now:
        raise Refusal("publish.announce_past", time=announce.at)
    if announce is not None and announce.at >= action.starts_at:
        raise Refusal("publish.announce_late", time=announce.at)
    if announce is not None and action.sign_ups_end <= announce.at:
        raise Refusal("publish.cut_off_past", time=action.sign_ups_end)
    if announce is not None and action.reveal is not None and action.reveal.at <= announce.at:
        raise Refusal("publish.reveal_past", time=action.reveal.at)
    if announce is not None and action.decide is not None and action.decide.at <= announce.at:
        raise Refusal("publish.decide_past", time=action.decide.at)
    return replace(action, announce=announce)


def _log_until(before: Action, ends_at: datetime) -> datetime:
    window = before.rules.log_window
    if ends_at == before.ends_at:
        return before.log_until
    if before.log_until == before.ends_at + window:
        return ends_at + window
    return max(before.log_until, ends_at + window)


def _decide(before: Action, typed: Action, now: datetime) -> Resolved | None:
    """When it is decided whether it goes ahead: as long before the start as it was.

    Where that would have passed, or lie before the announcement, it is decided at the start.
    """
    decide, later = before.decide, typed.starts_at - before.starts_at
    if decide is None or not before.undecided or not later:
        return decide
    moved = resolve_instant(decide.at + later, decide.wall.zone)
    known = now if before.announce is None else max(now, before.announce.at)
    return moved if moved.at > known else Resolved(typed.starts, typed.starts_at)


def _require_same_count(before: Action, after: Action) -> None:
    """Refuse another unit once something was logged or pledged in the old one."""
    if before.kind is not after.kind:
        raise Refusal("edit.kind")
    totals = {before.unit_code: before.total, **before.parts.totals}
    counted = {code for code, total in totals.items() if total != NO_TOTAL}
    if before.pledged_count:
        counted.add(before.unit_code)
    if not counted:
        return
    if after.unit_code != before.unit_code or not counted <= set(after.currencies):
        raise Refusal("edit.currency", currency=", ".join(sorted(counted)))
    if before.fields.get("unit") != after.fields.get("unit"):
        raise Refusal("edit.unit", unit=before.fields.get("unit", ""))


def _require_times(before: Action, after: Action, now: datetime) -> None:
    if after.starts_at != before.starts_at:
        if now >= before.starts_at:
            raise Refusal("edit.started", title=before.title)
        if after.starts_at <= now:
            raise Refusal("edit.start_past", time=after.starts_at)
        if before.announce is not None and now < before.announce.at >= after.starts_at:
            raise Refusal("publish.announce_late", time=before.announce.at)
    if after.ends_at != before.ends_at:
        if now >= before.ends_at:
            raise Refusal("edit.ended", title=before.title)
        if after.ends_at <= now:
            raise Refusal("edit.end_past", time=after.ends_at)
    if after.ends_at <= after.starts_at:
        raise Refusal("when.end_before_start")
