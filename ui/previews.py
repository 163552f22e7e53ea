"""The notes under a draft's preview: what will happen, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from domain.actions import Action
from domain.blueprints import Blueprint
from domain.deliveries import DeliveryKind, plan_deliveries
from domain.kinds import Feature
from domain.rates import rates_of
from domain.servers import RolePurpose, Server
from locales import Language
from ui.permissions import draw_missing
from ui.text import stamp


def preview_notes(
    say: Language,
    draft: Action,
    server: Server,
    now: datetime,
    missing: Sequence[str],
) -> list[str]:
    """Reminders that will go out and whom they ping, the logging window, missing permissions."""
    notes: list[str] = []
    reminders = [
        stamp(planned.due_at, "f")
        for planned in plan_deliveries(draft, now)
        if planned.kind in (DeliveryKind.REMINDER, DeliveryKind.MOMENT)
    ]
    role_id = server.role(RolePurpose.PING)
    key = "preview.reminders_silent" if role_id is None else "preview.reminders"
    notes.append(say(key, times=say.listing(reminders), role=f"<@&{role_id}>"))
    if draft.announce is not None:
        notes.insert(0, say("preview.announced", time=stamp(draft.announce.at, "f")))
    notes.append(say("preview.log_until", time=stamp(draft.log_until, "f")))
    notes += _unrated(say, draft)
    if Feature.TASKS in draft.rules.features and not draft.parts.tasks:
        notes.append(say("preview.no_tasks", button=say("button.task_list")))
    if server.announce_channel_id is None:
        notes.append(say("setup.todo_channel"))
    if missing:
        notes.append(draw_missing(say, server, missing))
    return notes


def copied_notes(say: Language, draft: Action, blueprint: Blueprint) -> list[str]:
    """That what is sealed in a draft is just what was sealed in what it was laid out from."""
    return [
        say(f"preview.copied.{field.name}", button=say("button.edit_fields"))
        for field in draft.rules.fields
        if field.sealed and draft.fields.get(field.name, "") == blueprint.fields.get(field.name)
    ]


def _unrated(say: Language, draft: Action) -> Iterator[str]:
    """That the goal's bar counts the first currency only, as there are rates but not for all."""
    rates = rates_of(draft)
    without = [code for code in draft.currencies[1:] if code not in rates]
    if rates and without:
        yield say("preview.unrated", currencies=say.listing(without), first=draft.unit_code)
