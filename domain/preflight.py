"""Preflight: what stands in an action's way when its moment nears, and when organisers are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.actions import Action
from domain.kinds import Feature, FieldKind
from domain.servers import Server

PREFLIGHT_LEAD = timedelta(minutes=30)
"""How long before the moment there is still time to put things right."""

APART = timedelta(minutes=15)
"""A reveal that is closer to the moment is looked after together with it."""


class Flaw(StrEnum):
    """What can be wrong with an action whose moment nears."""

    NO_CHANNEL = "no_channel"
    CHANNEL_GONE = "channel_gone"
    PERMISSIONS = "permissions"
    ROLE_GONE = "role_gone"
    ROLE_SILENT = "role_silent"
    """The bot may not ping the role."""

    CANNOT_GRANT = "cannot_grant"
    ROLE_ABOVE = "role_above"
    UNSET = "unset"
    NO_APPS = "no_apps"
    NO_TASKS = "no_tasks"
    NO_PING = "no_ping"
    NO_CODE = "no_code"
    APPS_WITHOUT_LINK = "apps_without_link"


MAY_BE_MEANT = frozenset({Flaw.NO_PING, Flaw.NO_CODE, Flaw.APPS_WITHOUT_LINK})
"""What organisers are reminded of, but may want just so."""


@dataclass(frozen=True)
class Found:
    """A flaw that was found, and what it is about: a channel, a role, and names.

    `names` are those of permissions, of fields, of apps, or what a role is for (see
    `domain.mending.RoleUse` and `RolePurpose`).
    """

    flaw: Flaw
    channel_id: int | None = None
    role_id: int | None = None
    names: tuple[str, ...] = ()

    @property
    def grave(self) -> bool:
        """Whether it has to be put right."""
        return self.flaw not in MAY_BE_MEANT


def preflights(action: Action) -> Iterator[tuple[datetime, timedelta]]:
    """When organisers are told whether everything is ready, and how long before which moment.

    Before the moment, and before a reveal that is earlier; once where both would come together.
    """
    yield action.starts_at - PREFLIGHT_LEAD, timedelta(0)
    if action.reveal is not None and (before := action.starts_at - action.reveal.at) >= APART:
        yield action.reveal.at - PREFLIGHT_LEAD, before


def find_unset(action: Action, server: Server) -> Iterator[Found]:
    """What is missing of a whole action, by its kind, and of its server's settings."""
    if (action.channel_id or server.announce_channel_id) is None:
        yield Found(Flaw.NO_CHANNEL)
    if not action.grants_role:
        yield Found(Flaw.NO_PING)
    fields, values = action.rules.fields, action.fields
    # The currency is kept as the action's unit, not beside its fields.
    required = [f.name for f in fields if f.required and f.kind is not FieldKind.CURRENCY]
    if unset := tuple(name for name in required if not values.get(name)):
        yield Found(Flaw.UNSET, names=unset)
    if any(f.kind is FieldKind.SECRET and not values.get(f.name) for f in fields):
        yield Found(Flaw.NO_CODE)
    features = action.rules.features
    if Feature.TASKS in features and not action.parts.tasks:
        yield Found(Flaw.NO_TASKS)
    if Feature.APPS in features:
        yield from _find_apps(action)


def _find_apps(action: Action) -> Iterator[Found]:
    apps = action.parts.apps
    if not apps:
        yield Found(Flaw.NO_APPS)
    if without := tuple(app.name for app in apps if not app.link):
        yield Found(Flaw.APPS_WITHOUT_LINK, names=without)
