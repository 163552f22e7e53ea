"""A project's tasks as lines of text: how many are done, and how each of them stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.actions import Action
from domain.tasks import Task, TaskState, count_tasks
from locales import Language
from ui.text import plain, stamp

MAX_TITLE = 120
"""Of a task's name with what makes it harmless; as typed it has 80 characters at the most."""


ORGANISERS = 0
"""Reads a list in place of any one member."""


def task_lines(
    say: Language, action: Action, now: datetime, *, shown: bool = True
) -> Sequence[str]:
    """How a project's tasks stand, on one line; no line where it has none.

    Unless what is logged is `shown`, it leaves out how many are done.
    """
    if not action.parts.tasks:
        return ()
    counts = count_tasks(action.parts.tasks, now)
    parts = [say("tasks.card", done=counts.done, total=counts.total)] if shown else []
    if counts.free:
        parts.append(say("tasks.card_free", n=counts.free))
    if counts.overdue:
        parts.append(say("tasks.card_overdue", n=counts.overdue))
    if counts.next_due is not None:
        parts.append(say("tasks.card_next", time=stamp(counts.next_due, "R")))
    return (" · ".join(parts),) if parts else ()


def task_text(say: Language, task: Task, now: datetime, *, number: int, user_id: int) -> str:
    """A task's name, who has it or did it, and by when, as `user_id` reads it.

    ORGANISERS read every name; others none that its owner keeps to themselves.
    """
    lines = [say("tasks.row", number=number, task=plain(task.title, MAX_TITLE))]
    state = [_whose(say, task, user_id)]
    if task.due_at is not None and task.state is not TaskState.DONE:
        key = "tasks.overdue" if task.overdue(now) else "tasks.due"
        state.append(say(key, time=stamp(task.due_at, "f"), left=stamp(task.due_at, "R")))
    return "\n".join([*lines, " · ".join(state)])


def _whose(say: Language, task: Task, user_id: int) -> str:
    if task.state is TaskState.FREE:
        return say("tasks.whose.free")
    if task.claimed_by is None:  # they have had themselves deleted
        return say(f"tasks.whose.{task.state.value}_by_nobody")
    if task.unnamed and user_id not in (task.claimed_by, ORGANISERS):
        return say(f"tasks.whose.{task.state.value}_unnamed")
    whose = "own" if task.claimed_by == user_id else task.state.value
    if whose == "own" and task.state is TaskState.DONE:
        whose = "own_done"
    return say(f"tasks.whose.{whose}", who=f"<@{task.claimed_by}>")
