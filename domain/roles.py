"""Participant roles: who should have an action's role, and what has become of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

MEMBER_GONE = "member_gone"
"""The reason of a failure: the person has left the server."""

ROLE_GONE = "role_gone"
"""The reason of a failure: somebody deleted the role."""

SWITCHED: Mapping[str, Any] = {"fields": ["grants_role"]}
"""What the audit log says of an edit by which an action's role is switched on or off."""

ROLES_TRIED: Mapping[str, Any] = {"what": "roles"}
"""What the audit log says of having the queue of an action's role tried again."""


class RoleChangeState(StrEnum):
    """Whether a role has been given or taken as it should be."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class RoleChange:
    """One person who should be given a role of their action, or have it taken.

    `user_id` is None once the person is deleted, `role_id` until the action has such a role.
    `language` is the language channel whose role it is, empty for the main one.
    """

    guild_id: int
    action_id: int
    participant_id: int
    gives: bool
    attempts: int
    user_id: int | None
    role_id: int | None
    number: int | None
    title: str
    language: str = ""


@dataclass(frozen=True)
class RoleProgress:
    """How far an action's roles have come: how many should have it, and how many do.

    `error` is why nobody else gets it at the moment.
    """

    wanted: int = 0
    given: int = 0
    error: str | None = None
