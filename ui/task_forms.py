"""The forms of tasks: a list of new ones, one task's name and deadline, and what was done."""

from __future__ import annotations

from collections.abc import Mapping

from domain.tasks import TITLE_LENGTH
from locales import Language
from ui.forms import NOTE_LENGTH, PROOFS_LENGTH, WHEN_LENGTH, Form, Input, Submit

LIST_LENGTH = 4000
"""What one input takes."""


def task_lines_form(say: Language, typed: str, submit: Submit) -> Form:
    """New tasks, one a line, each with its deadline if it has one."""
    inputs = [Input("tasks", "task_lines", typed, True, LIST_LENGTH, True)]
    return Form(say, say("modal.task_lines.title"), inputs, submit)


def task_form(say: Language, typed: Mapping[str, str], submit: Submit) -> Form:
    """A task's name and deadline."""
    inputs = [
        Input("title", "task_title", typed.get("title", ""), True, TITLE_LENGTH),
        Input("due", "task_due", typed.get("due", ""), False, WHEN_LENGTH),
    ]
    return Form(say, say("modal.task.title"), inputs, submit)


def task_done_form(say: Language, typed: Mapping[str, str], submit: Submit) -> Form:
    """Where one's work can be seen, and a note."""
    inputs = [
        Input("link", "task_done_link", typed.get("link", ""), False, PROOFS_LENGTH, True),
        Input("note", "log_note", typed.get("note", ""), False, NOTE_LENGTH, True),
    ]
    return Form(say, say("modal.task_done.title"), inputs, submit)
