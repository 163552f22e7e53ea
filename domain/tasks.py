"""A project's tasks: claimed by somebody, due by some time, done or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.walls import Wall


@dataclass(frozen=True)
class Task:
    """One piece of work. `contribution_id` is the ledger's entry once it is done."""

    task_id: int
    title: str
    due: Wall | None = None
    due_at: datetime | None = None
    claimed_by: int | None = None
    """The Discord user id of who has it, None where nobody has or they were deleted."""

    claimed_at: datetime | None = None
    contribution_id: int | None = None
