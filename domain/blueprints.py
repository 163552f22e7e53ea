"""Blueprints: what an action is made of, apart from when it happens and whose it is.

Duplicates, templates and the actions of a series are laid out from one. All its times are wall
times relative to the start: what ran from 20:00 to 22:00 does so on any day, in summer and in
winter. Where the clocks skip such a time, or show it twice, `resolve_late` says what it means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from pydantic import TypeAdapter

from domain.actions import Action, ActionState
from domain.kinds import Kind, rules
from domain.message_plans import DEFAULT_PLAN, MessagePlan
from domain.parts import Parts
from domain.posters import PosterUse
from domain.shifts import Shift
from domain.sign_ups import SignUpOption
from domain.tasks import Task
from domain.votes import VoteApp
from domain.walls import Resolved
from domain.when import resolve_instant, resolve_late
from domain.zones import zone_info

NOTHING = timedelta(0)


@dataclass(frozen=True)
class OptionPlan:
    """A way of being in beside *I'm in*."""

    label: str
    capacity: int | None = None


@dataclass(frozen=True)
class AppPlan:
    """An app of a vote. `opens` and `closes` are wall time after the action's start."""

    name: str
    cap: int
    reset: time
    zone: str
    link: str | None = None
    note: str | None = None
    opens: timedelta | None = None
    closes: timedelta | None = None


@dataclass(frozen=True)
class ShiftPlan:
    """A shift or session, from `starts` to `ends` in wall time after the action's start."""

    starts: timedelta
    ends: timedelta
    target: int | None = None
    title: str | None = None


@dataclass(frozen=True)
class TaskPlan:
    """A task. `due` is wall time after the action's start, or before it where negative."""

    title: str
    due: timedelta | None = None


@dataclass(frozen=True)
class Blueprint:
    """Everything that organisers decide on about an action beside its date.

    Amounts are in the unit `unit_code`. `length` and the leads are wall time: from the start to
    the end, and before the start. `log_window` and `sign_up_lead` are elapsed time.
    """

    kind: Kind
    title: str
    length: timedelta
    unit_code: str
    log_window: timedelta = NOTHING
    explicit_end: bool = False
    """An organiser chose the end; otherwise it is the kind's."""

    goal: int | None = None
    baseline: int | None = None
    cap: int | None = None
    capacity: int | None = None
    fields: Mapping[str, str] = field(default_factory=dict[str, str])
    channel_id: int | None = None
    sign_up_lead: timedelta | None = None
    sign_up_role_id: int | None = None
    needed: int | None = None
    decide_lead: timedelta | None = None
    announce_lead: timedelta | None = None
    """It is announced at once where None."""

    reveal_lead: timedelta | None = None
    """What is sealed is revealed at the moment where None."""

    helpers_lead: timedelta | None = None
    grants_role: bool = False
    options: tuple[OptionPlan, ...] = ()
    apps: tuple[AppPlan, ...] = ()
    shifts: tuple[ShiftPlan, ...] = ()
    tasks: tuple[TaskPlan, ...] = ()
    plan: MessagePlan | None = None
    """The messages that it sends; the server's where None."""

    model_id: int | None = field(default=None, compare=False)
    """The action whose posters and translations it takes over as they are when it is laid out."""

    posters: tuple[PosterUse, ...] = tuple(PosterUse)
    """Which of the posters."""


_JSON = TypeAdapter(Blueprint)


def as_json(blueprint: Blueprint) -> dict[str, Any]:
    """The blueprint as values that JSON can hold."""
    return _JSON.dump_python(blueprint, mode="json")


def from_json(content: Mapping[str, Any]) -> Blueprint:
    """The blueprint that `as_json` wrote down; keys that it does not know are ignored."""
    return _JSON.validate_python(dict(content))


def blueprint_of(action: Action) -> Blueprint:
    """What an action is made of; the whole action has to be read for it."""
    parts = action.parts

    def after(instant: datetime) -> timedelta:
        wall = instant.astimezone(zone_info(action.starts.zone)).replace(tzinfo=None)
        return wall - action.starts.time

    def perhaps_after(instant: datetime | None) -> timedelta | None:
        return None if instant is None else after(instant)

    def before(resolved: Resolved | None) -> timedelta | None:
        return None if resolved is None else -after(resolved.at)

    return Blueprint(
        kind=action.kind,
        title=action.title,
        length=_length(action, after(action.ends_at)),
        unit_code=action.unit_code,
        log_window=max(NOTHING, action.log_until - action.ends_at),
        explicit_end=action.ends is not None,
        goal=action.goal,
        baseline=action.baseline,
        cap=action.cap,
        capacity=action.capacity,
        fields=dict(action.fields),
        channel_id=action.channel_id,
        sign_up_lead=action.sign_up_lead,
        sign_up_role_id=action.sign_up_role_id,
        needed=action.needed,
        decide_lead=before(action.decide),
        announce_lead=before(action.announce),
        reveal_lead=before(action.reveal),
        helpers_lead=action.helpers_lead,
        grants_role=action.grants_role,
        options=tuple(OptionPlan(o.label, o.capacity) for o in parts.options),
        apps=tuple(
            AppPlan(
                name=app.name,
                cap=app.cap,
                reset=app.reset,
                zone=app.zone,
                link=app.link,
                note=app.note,
                opens=perhaps_after(app.opens_at),
                closes=perhaps_after(app.closes_at),
            )
            for app in parts.apps
        ),
        shifts=tuple(
            ShiftPlan(after(s.starts_at), after(s.ends_at), s.target, s.title) for s in parts.shifts
        ),
        tasks=tuple(TaskPlan(task.title, perhaps_after(task.due_at)) for task in parts.tasks),
        plan=action.plan,
        model_id=action.action_id,
    )


def lay_out(
    blueprint: Blueprint,
    starts: Resolved,
    *,
    guild_id: int,
    organiser_id: int,
    organiser_user_id: int | None,
    now: datetime,
) -> Action:
    """A draft after the blueprint; neither it nor its parts have ids yet."""

    def at(offset: timedelta) -> Resolved:
        return resolve_late(starts.wall.time + offset, starts.wall.zone)

    def before(lead: timedelta | None) -> Resolved | None:
        return None if lead is None else at(-lead)

    ends = at(blueprint.length)
    if ends.at <= starts.at:  # The clocks jumped over most of it.
        ends = resolve_instant(starts.at + blueprint.length, starts.wall.zone)
    return Action(
        guild_id=guild_id,
        action_id=0,
        kind=blueprint.kind,
        title=blueprint.title,
        state=ActionState.DRAFT,
        organiser_id=organiser_id,
        organiser_user_id=organiser_user_id,
        starts=starts.wall,
        starts_at=starts.at,
        ends=ends.wall if blueprint.explicit_end else None,
        ends_at=ends.at,
        log_until=ends.at + blueprint.log_window,
        unit_code=blueprint.unit_code,
        created_at=now,
        goal=blueprint.goal,
        baseline=blueprint.baseline,
        cap=blueprint.cap,
        capacity=blueprint.capacity,
        fields=dict(blueprint.fields),
        announce=before(blueprint.announce_lead),
        channel_id=blueprint.channel_id,
        sign_up_lead=blueprint.sign_up_lead,
        sign_up_role_id=blueprint.sign_up_role_id,
        needed=blueprint.needed,
        decide=before(blueprint.decide_lead),
        reveal=before(blueprint.reveal_lead),
        helpers_lead=blueprint.helpers_lead,
        grants_role=blueprint.grants_role,
        plan=blueprint.plan or DEFAULT_PLAN,
        parts=_lay_out_parts(blueprint, starts, ends.at),
    )


def _lay_out_parts(blueprint: Blueprint, starts: Resolved, ends_at: datetime) -> Parts:
    def at(offset: timedelta) -> Resolved:
        return resolve_late(starts.wall.time + offset, starts.wall.zone)

    def instant(offset: timedelta | None) -> datetime | None:
        return None if offset is None else at(offset).at

    def task(plan: TaskPlan) -> Task:
        due = None if plan.due is None else at(plan.due)
        return Task(0, plan.title, due.wall if due else None, due.at if due else None)

    shifts = (
        Shift(0, at(plan.starts).at, min(at(plan.ends).at, ends_at), plan.target, plan.title)
        for plan in blueprint.shifts
    )
    return Parts(
        options=tuple(SignUpOption(0, plan.label, plan.capacity) for plan in blueprint.options),
        apps=tuple(
            VoteApp(
                app_id=number,
                name=plan.name,
                cap=plan.cap,
                reset=plan.reset,
                zone=plan.zone,
                link=plan.link,
                note=plan.note,
                opens_at=instant(plan.opens),
                closes_at=instant(plan.closes),
            )
            for number, plan in enumerate(blueprint.apps, 1)
        ),
        # A block that lies in an hour which the clocks skip is nobody's to take.
        shifts=tuple(shift for shift in shifts if shift.starts_at < shift.ends_at),
        tasks=tuple(task(plan) for plan in blueprint.tasks),
    )


def _length(action: Action, shown: timedelta) -> timedelta:
    """The kind's own length, or what the clocks showed between start and end."""
    elapsed = action.ends_at - action.starts_at
    if action.ends is None and elapsed == rules(action.kind).duration:
        return elapsed
    return shown if shown > NOTHING else elapsed
