"""Participant roles: who should have an action's role, and what has become of it."""

from __future__ import annotations

from enum import StrEnum


class RoleChangeState(StrEnum):
    """Whether a role has been given or taken as it should be."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"
