"""Templates: what actions can be laid out from again, each server's own and the built-in ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.actions import Action
from domain.blueprints import Blueprint, OptionPlan, ShiftPlan, TaskPlan
from domain.errors import Refusal
from domain.fields import is_visible
from domain.kinds import FieldKind, Kind, rules
from domain.posters import PosterUse

NAME_LENGTH = 50
MOST_TEMPLATES = 50
"""Templates of one server."""

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

Words = Callable[[str], str]
"""A text of a built-in template by its name, in the server's language."""


@dataclass(frozen=True)
class Template:
    """A template that organisers of a server saved under a name."""

    template_id: int
    name: str
    blueprint: Blueprint
    created_at: datetime


@dataclass(frozen=True)
class BuiltIn:
    """A template that every server has; its name and its texts come from the catalogue.

    `texts` names the kind's fields that it fills. `block` is the length of its shifts, each for
    `target` people. `options` and `tasks` name texts; tasks are due so long before or after the
    start.
    """

    key: str
    kind: Kind
    length: timedelta
    texts: tuple[str, ...] = ()
    block: timedelta | None = None
    target: int = 0
    options: tuple[str, ...] = ()
    tasks: tuple[tuple[str, timedelta], ...] = ()


BUILT_IN = (
    BuiltIn("trend_party", Kind.HASHTAG, 2 * HOUR, ("prompt", "pace")),
    BuiltIn("stream_weekend", Kind.STREAM, 48 * HOUR, ("guide",), block=2 * HOUR, target=5),
    BuiltIn("voting_week", Kind.VOTE, 7 * DAY, ("guide",)),
    BuiltIn("fundraiser_day", Kind.FUNDRAISER, 24 * HOUR),
    BuiltIn(
        "birthday_project",
        Kind.PROJECT,
        14 * DAY,
        ("brief",),
        tasks=(
            ("task_collect", 7 * DAY),
            ("task_design", 9 * DAY),
            ("task_translate", 10 * DAY),
            ("task_check", 12 * DAY),
            ("task_hand_over", 13 * DAY),
        ),
    ),
    BuiltIn("concert", Kind.ATTENDANCE, 3 * HOUR, ("notes",), options=("option_banner",)),
    BuiltIn("fan_art", Kind.SUBMISSION, 14 * DAY, ("rules",)),
)


def built_in(key: str) -> BuiltIn | None:
    """The built-in template of that key."""
    return next((template for template in BUILT_IN if template.key == key), None)


def blueprint_from(template: BuiltIn, words: Words) -> Blueprint:
    """What actions from a built-in template are laid out from."""
    kind = rules(template.kind)
    return Blueprint(
        kind=template.kind,
        title=words("title"),
        length=template.length,
        unit_code=kind.unit.value,
        log_window=kind.log_window,
        explicit_end=template.length != kind.duration,
        cap=kind.default_cap,
        fields={name: words(name) for name in template.texts},
        options=tuple(OptionPlan(words(name)) for name in template.options),
        shifts=tuple(_grid(template)),
        tasks=tuple(TaskPlan(words(name), due) for name, due in template.tasks),
    )


def _grid(template: BuiltIn) -> list[ShiftPlan]:
    if template.block is None:
        return []
    return [
        ShiftPlan(place * template.block, (place + 1) * template.block, template.target)
        for place in range(template.length // template.block)
    ]


def read_name(text: str) -> str:
    """A template's name on one line, 1 to 50 characters."""
    name = " ".join(text.split())
    if not is_visible(name):
        raise Refusal("template.no_name")
    if len(name) > NAME_LENGTH:
        raise Refusal("template.name_too_long", length=len(name), most=NAME_LENGTH)
    return name


def without_secrets(blueprint: Blueprint) -> Blueprint:
    """The blueprint without what is sealed or only organisers know: those are for one time."""
    secret = {
        field.name
        for field in rules(blueprint.kind).fields
        if field.sealed or field.kind is FieldKind.SECRET
    }
    kept = {name: text for name, text in blueprint.fields.items() if name not in secret}
    return replace(blueprint, fields=kept, posters=(PosterUse.CARD,))


def lacks_required(blueprint: Blueprint) -> bool:
    """Tell whether a field that the kind needs has to be filled in yet."""
    return any(
        field.required
        and field.kind is not FieldKind.CURRENCY
        and not blueprint.fields.get(field.name)
        for field in rules(blueprint.kind).fields
    )


def on_time(draft: Action, now: datetime) -> Action:
    """A draft without what would have had to happen before now, and without shifts after its end.

    It is announced at once then, goes ahead whoever has pledged, and what is sealed about it is
    revealed at the moment, also where it would be before the announcement.
    """
    if draft.announce is not None and draft.announce.at <= now:
        draft = replace(draft, announce=None)
    if draft.decide is not None and draft.decide.at <= now:
        draft = replace(draft, decide=None, needed=None)
    known = now if draft.announce is None else draft.announce.at
    if draft.reveal is not None and draft.reveal.at <= known:
        draft = replace(draft, reveal=None)
    shifts = tuple(
        replace(shift, ends_at=min(shift.ends_at, draft.ends_at))
        for shift in draft.parts.shifts
        if shift.starts_at < draft.ends_at
    )
    return replace(draft, parts=replace(draft.parts, shifts=shifts))
