"""A project's tasks: claimed by somebody, due by some time, done or not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.errors import Refusal
from domain.walls import Wall
from domain.when import resolve_late

MOST_TASKS = 40
"""Tasks of one project."""

TITLE_LENGTH = 80

DEADLINE_LEAD = timedelta(days=1)
"""How long before its deadline whoever has a task is reminded."""

_BULLET = re.compile(r"^(?:[-*•·]\s+|\d{1,2}[.)]\s+)")
_BAR = re.compile(r"[|｜]")


class TaskState(StrEnum):
    FREE = "free"
    CLAIMED = "claimed"
    DONE = "done"


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
    unnamed: bool = False
    """Who has it keeps what they chose to themselves."""

    @property
    def state(self) -> TaskState:
        if self.contribution_id is not None:
            return TaskState.DONE
        return TaskState.FREE if self.claimed_at is None else TaskState.CLAIMED

    def overdue(self, now: datetime) -> bool:
        """Tell whether its deadline has passed without its being done."""
        late = self.due_at is not None and self.due_at <= now
        return late and self.state is not TaskState.DONE


@dataclass(frozen=True)
class TaskCounts:
    """How a project's tasks stand. `next_due` is the earliest deadline ahead of one not done."""

    total: int
    done: int
    free: int
    overdue: int
    next_due: datetime | None


@dataclass(frozen=True)
class TaskLine:
    """A task as it was typed on one line, its deadline still to be read; "" for none."""

    line: str
    title: str
    due: str


def count_tasks(tasks: Sequence[Task], now: datetime) -> TaskCounts:
    """Count a project's tasks as they stand at an instant."""
    states = [task.state for task in tasks]
    ahead = [
        task.due_at
        for task in tasks
        if task.due_at is not None and task.state is not TaskState.DONE and task.due_at > now
    ]
    return TaskCounts(
        total=len(tasks),
        done=states.count(TaskState.DONE),
        free=states.count(TaskState.FREE),
        overdue=sum(task.overdue(now) for task in tasks),
        next_due=min(ahead, default=None),
    )


def in_turn(tasks: Sequence[Task], user_id: int) -> list[Task]:
    """The tasks as a member looks for them: their own to do, then free ones, the rest, done ones.

    Within each, the earliest deadline comes first, and what has none last.
    """

    def turn(task: Task) -> tuple[int, bool, float, int]:
        order = {TaskState.FREE: 1, TaskState.CLAIMED: 2, TaskState.DONE: 3}[task.state]
        if task.state is TaskState.CLAIMED and task.claimed_by == user_id:
            order = 0
        due = 0.0 if task.due_at is None else task.due_at.timestamp()
        return order, task.due_at is None, due, task.task_id

    return sorted(tasks, key=turn)


def move_deadlines(tasks: Sequence[Task], by: timedelta, now: datetime) -> tuple[Task, ...]:
    """The tasks with another deadline once their action takes place earlier or later on the wall.

    They stay at their hour where the clocks change. What is done keeps its deadline, and so does
    what would be overdue at once.
    """
    found: list[Task] = []
    for task in tasks:
        if task.due is None or task.due_at is None or task.state is TaskState.DONE:
            continue
        due = resolve_late(task.due.time + by, task.due.zone)
        if due.at > now:
            found.append(replace(task, due=due.wall, due_at=due.at))
    return tuple(found)


def deadlines_moved(before: Sequence[Task], after: Sequence[Task]) -> bool:
    """Tell whether tasks that are still there have other deadlines."""
    due = {task.task_id: task.due_at for task in before}
    return any(due.get(t.task_id, t.due_at) != t.due_at for t in after)


def cut_lines(text: str) -> Iterator[TaskLine]:
    """The tasks in a typed list, one a line: `Poster design | Fri 20:00`.

    Bullets and numbers in front are left out, and so are lines without a word.
    """
    for line in map(str.strip, text.splitlines()):
        bars = list(_BAR.finditer(line))
        end = bars[-1].start() if bars else len(line)
        title, due = _BULLET.sub("", line[:end]), line[end + 1 :].strip()
        if title.strip() or due:
            yield TaskLine(line, title, due)


def read_task_title(text: str) -> str:
    """A task's name on one line, 1 to 80 characters."""
    title = " ".join(text.split())
    if not any(character.isalnum() for character in title):
        raise Refusal("tasks.no_title")
    if len(title) > TITLE_LENGTH:
        raise Refusal("tasks.title_too_long", length=len(title), limit=TITLE_LENGTH)
    return title
