"""Tasks as organisers type them: a name, and a deadline in the server's time."""

from __future__ import annotations

from datetime import datetime

from cogs.times import read, reading_of, resolved, word_time_refusal
from domain.errors import Refusal
from domain.servers import Server
from domain.tasks import Task, TaskLine, read_task_title
from domain.walls import Resolved
from domain.when import Ambiguous, write_reading
from locales import Language
from services.task_lists import NewTask
from ui.text import code, shorten

MAX_SHOWN = 100


class TaskRefused(Exception):
    """A task can't be taken as typed; `sentence` says which, why, and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def read_task(say: Language, server: Server, now: datetime, typed: TaskLine) -> NewTask:
    """The task that a line means; raises `TaskRefused`.

    A deadline that can be read in several ways is refused with those ways, written so that each
    reads back to just that: of forty lines nobody wants to be asked one by one.
    """
    line = code(shorten(typed.line, MAX_SHOWN))
    try:
        title = read_task_title(typed.title)
        if not typed.due:
            return NewTask(title)
        found = read(typed.due, server, now, say)
    except Refusal as refusal:
        reason = word_time_refusal(say, refusal, server.zone or "UTC")
        raise TaskRefused(say("tasks.line_refused", line=line, reason=reason)) from None
    if isinstance(found, Ambiguous):
        ways = say.listing([code(write_reading(reading)) for reading in found.readings])
        raise TaskRefused(say("tasks.line_ambiguous", line=line, ways=ways))
    return NewTask(title, resolved(found.reading))


def as_typed(task: Task) -> dict[str, str]:
    """A task as the text that would lead to it."""
    due = ""
    if task.due is not None and task.due_at is not None:
        due = write_reading(reading_of(task.due, task.due_at))
    return {"title": task.title, "due": due}


def reread(
    say: Language, server: Server, now: datetime, task: Task, title: str, due: str
) -> NewTask:
    """A task as it was typed over; a deadline that was left alone may have passed."""
    if due == as_typed(task)["due"] and task.due is not None and task.due_at is not None:
        new = read_task(say, server, now, TaskLine(title, title, ""))
        return NewTask(new.title, Resolved(task.due, task.due_at))
    return read_task(say, server, now, TaskLine(due or title, title, due))
