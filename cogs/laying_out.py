"""From a blueprint to a request: what a duplicate's or a template's forms begin with."""

from __future__ import annotations

from datetime import datetime, timedelta

from cogs.times import reading_of
from domain.blueprints import Blueprint, lay_out
from domain.fields import fields_as_text
from domain.kinds import FieldKind, Unit, rules
from domain.walls import Resolved, Wall
from domain.when import resolve_late, write_reading
from ui.forms import Request

WEEK = timedelta(days=7)


def request_after(
    blueprint: Blueprint, now: datetime, *, title: str = "", when: str = ""
) -> Request:
    """A request for an action after a blueprint; it keeps the blueprint's parts."""
    laid = lay_out(
        blueprint,
        Resolved(Wall(now.replace(tzinfo=None), "UTC"), now),
        guild_id=0,
        organiser_id=0,
        organiser_user_id=None,
        now=now,
    )
    texts = fields_as_text(laid)
    if blueprint.unit_code == Unit.MONEY:  # No currency was chosen yet.
        for field in rules(blueprint.kind).fields:
            if field.kind is FieldKind.CURRENCY:
                texts.pop(field.name, None)
    return Request(
        kind=blueprint.kind,
        title=title or blueprint.title,
        when=when,
        capacity="" if blueprint.capacity is None else str(blueprint.capacity),
        texts=texts,
        blueprint=blueprint,
    )


def weeks_later(starts: Wall, now: datetime) -> str:
    """The same wall time on the first such day of the week that is still to come, as typed."""
    later = resolve_late(starts.time + WEEK, starts.zone)
    if later.at <= now:
        weeks = (now - later.at) // WEEK + 1
        later = resolve_late(starts.time + (weeks + 1) * WEEK, starts.zone)
    return write_reading(reading_of(later.wall, later.at))
