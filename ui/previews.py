"""The notes under a draft's preview: what will happen, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from domain.actions import Action
from domain.blueprints import Blueprint
from domain.deliveries import WAITS, DeliveryKind, PlannedDelivery
from domain.kinds import Feature
from domain.milestones import marks_of
from domain.pings import PingDay, planned_pings, will_ping
from domain.plans import plan_deliveries
from domain.rates import rates_of
from domain.reminders import last_hour, nudge_due
from domain.servers import RolePurpose, Server
from locales import Language, name_of
from ui.permissions import draw_missing
from ui.plan_lines import milestones_line, offset_words
from ui.remind_panel import cap_line
from ui.text import stamp, zone_of

CALLS = frozenset({DeliveryKind.REMINDER, DeliveryKind.REVEAL, DeliveryKind.MOMENT})
"""The messages that ping of which a preview says when they go out."""


def preview_notes(
    say: Language,
    draft: Action,
    server: Server,
    now: datetime,
    missing: Sequence[str],
    day: PingDay | None = None,
    elsewhere: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> list[str]:
    """Reminders that will go out and whom they ping, the logging window, missing permissions.

    `missing` are the catalogue keys of those in the server's own channel, `elsewhere` by language.
    """
    notes: list[str] = []
    if day is not None and (draft.grants_role or server.role(RolePurpose.PING) is not None):
        notes.append(_pings(say, draft, server, now, day))
    if marks_of(draft):
        notes.append(milestones_line(say, draft))
    if (last := last_hour(draft)) is not None:
        notes.append(say("plan.last_hour", time=stamp(last, "f")))
    if (nudge := nudge_due(draft)) is not None:
        notes.append(say("plan.nudge_at", time=stamp(nudge, "f")))
    if draft.announce is not None:
        notes.insert(0, say("preview.announced", time=stamp(draft.announce.at, "f")))
    notes += _elsewhere(say, server, elsewhere)
    if draft.parts.posters:
        uses = [say(f"poster.use_short.{poster.use.value}") for poster in draft.parts.posters]
        notes.append(say("preview.posters", uses=say.listing(uses), button=say("button.poster")))
    notes.append(say("preview.log_until", time=stamp(draft.log_until, "f")))
    notes += _unrated(say, draft)
    if Feature.TASKS in draft.rules.features and not draft.parts.tasks:
        notes.append(say("preview.no_tasks", button=say("button.task_list")))
    if server.announce_channel_id is None:
        notes.append(say("setup.todo_channel"))
    if missing:
        notes.append(draw_missing(say, server, missing))
    return [*notes, *_calls(say, draft, server, now)]


def _elsewhere(
    say: Language, server: Server, missing: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """In which language channels it is posted too, and who is told of it there."""
    for channel in server.language_channels:
        name, where = name_of(channel.language), f"<#{channel.channel_id}>"
        if channel.role_id is None:
            yield say("preview.elsewhere_silent", language=name, channel=where)
        else:
            role = f"<@&{channel.role_id}>"
            yield say("preview.elsewhere", language=name, channel=where, role=role)
        if keys := missing.get(channel.language):
            permissions = say.listing([say(key) for key in keys])
            yield say("languages.missing", channel=where, permissions=permissions)


def _calls(say: Language, draft: Action, server: Server, now: datetime) -> Iterator[str]:
    """Each message that calls people, in order of time; last, as it is the longest."""
    calls = [planned for planned in plan_deliveries(draft, now) if planned.kind in CALLS]
    if not calls:
        return
    if draft.grants_role:
        yield say("preview.reminders")
    else:
        yield say("preview.reminders_silent", button=say("button.sign_up_settings"))
    for call in sorted(calls, key=lambda planned: planned.due_at):
        yield _call(say, call, draft, server)
    if Feature.APPS in draft.rules.features:
        yield say("preview.daily_calls", direct=say("button.direct_on"))


def _call(say: Language, call: PlannedDelivery, draft: Action, server: Server) -> str:
    if call.kind is DeliveryKind.REMINDER:
        name = offset_words(say, call.offset)
    else:
        name = say(f"outbox.kind.{call.kind.value}")
    zone = zone_of(draft, server)
    quiet = server.quiet is not None and server.quiet.until(zone, call.due_at) is not None
    key = "preview.in_quiet_hours" if quiet and call.kind in WAITS else "preview.message"
    line = say(key, message=name, time=stamp(call.due_at, "f"))
    if draft.grants_role and not will_ping(call, draft, server):
        return f"{line}; {say('preview.without_ping')}"
    return line


def _pings(say: Language, draft: Action, server: Server, now: datetime, day: PingDay) -> str:
    """How many pings are used today, and how many the action takes on the day of its moment."""
    planned = planned_pings(draft, server, now, zone_of(draft, server))
    return f"{cap_line(say, day)} {say.many('pings.planned', planned)}"


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
