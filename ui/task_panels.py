"""The panels of a project's tasks: a member's, and the organisers' list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import discord

from domain.actions import TAKES_CONTRIBUTIONS, Action
from domain.tasks import MOST_TASKS, Task, TaskState, in_turn
from locales import Language
from ui.base import SafeLayout
from ui.buttons import press
from ui.late import late_line
from ui.selects import pick_text
from ui.task_lines import ORGANISERS, task_lines, task_text
from ui.text import plain, shorten

PAGE = 6
"""Tasks on a page of the member's panel: each has up to five components, of forty in all."""

LIST_PAGE = 10

LOOKS = {
    "task_claim": discord.ButtonStyle.primary,
    "task_done": discord.ButtonStyle.success,
    "task_remove": discord.ButtonStyle.danger,
}

LATE_STEPS = frozenset({"task_done", "task_undo"})
"""What can still be said about one's own task when it is over, or while it is paused."""

UiItem = discord.ui.Item[Any]


def page_of(action: Action, user_id: int, task_id: int) -> int:
    """The page of a member's panel on which a task stands, from 0 on."""
    ids = [task.task_id for task in in_turn(action.parts.tasks, user_id)]
    return ids.index(task_id) // PAGE if task_id in ids else 0


def draw_tasks(
    say: Language,
    action: Action,
    user_id: int,
    now: datetime,
    *,
    page: int = 0,
    note: str | None = None,
) -> discord.ui.LayoutView:
    """Draw a page of the tasks for one member, each with what they can do about it.

    `note` says what became of what they did last. A page beyond the last one is the last.
    """
    tasks = in_turn(action.parts.tasks, user_id)
    page = _within(page, tasks, PAGE)
    items = _head(say, action, now, note)
    if not tasks:
        items.append(discord.ui.TextDisplay(say("tasks.none")))
    numbers = {task.task_id: number for number, task in enumerate(action.parts.tasks, 1)}
    state, late = action.state_at(now), late_line(say, action, now)
    if late:
        items.append(discord.ui.TextDisplay(late))
    if any(task.state is TaskState.FREE for task in tasks) and state in TAKES_CONTRIBUTIONS:
        items.append(discord.ui.TextDisplay(f"-# {say('tasks.named_hint')}"))
    for task in tasks[page * PAGE : (page + 1) * PAGE]:
        text = task_text(say, task, now, number=numbers[task.task_id], user_id=user_id)
        verbs = _verbs(task, user_id)
        if state not in TAKES_CONTRIBUTIONS:
            verbs = tuple(verb for verb in verbs if late and verb in LATE_STEPS)
        items += _with_steps(say, action, task, text, verbs)
    return _panel(action, items, _paging(say, "tasks", action, tasks, page, PAGE))


def draw_task_list(
    say: Language, action: Action, now: datetime, *, page: int = 0, note: str | None = None
) -> discord.ui.LayoutView:
    """Draw a page of the tasks for organisers, in the order in which they were written down."""
    tasks = action.parts.tasks
    page = _within(page, tasks, LIST_PAGE)
    shown = list(enumerate(tasks, 1))[page * LIST_PAGE : (page + 1) * LIST_PAGE]
    items = _head(say, action, now, note)
    if not shown:
        items.append(discord.ui.TextDisplay(say("tasks.none_yet")))
    else:
        rows = [task_text(say, task, now, number=n, user_id=ORGANISERS) for n, task in shown]
        items.append(discord.ui.TextDisplay("\n".join(rows)))
        options = [
            discord.SelectOption(
                label=shorten(f"{number}. {task.title}", 100), value=str(task.task_id)
            )
            for number, task in shown
        ]
        pick = pick_text(say, "task_pick", action.action_id, options)
        items.append(discord.ui.ActionRow[Any](pick))
    full = len(tasks) >= MOST_TASKS
    steps: list[UiItem] = [
        press(
            say,
            "task_add",
            action.action_id,
            style=discord.ButtonStyle.primary,
            disabled=full,
        )
    ]
    paging = _paging(say, "task_list", action, tasks, page, LIST_PAGE)
    return _panel(action, items, [*steps, *paging])


def draw_task(say: Language, action: Action, task: Task, now: datetime) -> discord.ui.LayoutView:
    """Draw one task for organisers, with what they can do about it."""
    ids = [other.task_id for other in action.parts.tasks]
    place = ids.index(task.task_id)
    text = task_text(say, task, now, number=place + 1, user_id=ORGANISERS)
    verbs = ["task_edit"]
    if task.state is TaskState.CLAIMED:
        verbs.append("task_free")
    if task.state is not TaskState.DONE:
        verbs.append("task_remove")
    steps: list[UiItem] = [
        press(say, verb, action.action_id, item_id=task.task_id, style=LOOKS.get(verb))
        for verb in verbs
    ]
    back = press(
        say,
        "task_list",
        action.action_id,
        item_id=place // LIST_PAGE,
        label_key="button.task_back",
    )
    return _panel(action, [discord.ui.TextDisplay(text)], [*steps, back])


def _verbs(task: Task, user_id: int) -> tuple[str, ...]:
    """What a member can do with a task, the next step first."""
    if task.state is TaskState.FREE:
        return ("task_claim",)
    if task.claimed_by != user_id:
        return ()
    if task.state is TaskState.DONE:
        return ("task_undo",)
    return ("task_done", "task_give_back")


def _with_steps(
    say: Language, action: Action, task: Task, text: str, verbs: Sequence[str]
) -> list[UiItem]:
    buttons = [
        press(say, verb, action.action_id, item_id=task.task_id, style=LOOKS.get(verb))
        for verb in verbs
    ]
    if len(buttons) == 1:
        return [discord.ui.Section[Any](discord.ui.TextDisplay(text), accessory=buttons[0])]
    shown: list[UiItem] = [discord.ui.TextDisplay(text)]
    return [*shown, discord.ui.ActionRow[Any](*buttons)] if buttons else shown


def _head(say: Language, action: Action, now: datetime, note: str | None) -> list[UiItem]:
    lines = [say("tasks.heading", title=plain(action.title)), *task_lines(say, action, now)]
    items: list[UiItem] = [discord.ui.TextDisplay("\n".join(lines)), discord.ui.Separator()]
    return items if note is None else [discord.ui.TextDisplay(note), *items]


def _within(page: int, tasks: Sequence[Task], size: int) -> int:
    return max(0, min(page, (len(tasks) - 1) // size))


def _paging(
    say: Language, verb: str, action: Action, tasks: Sequence[Task], page: int, size: int
) -> list[UiItem]:
    if len(tasks) <= size:
        return []
    last = (len(tasks) - 1) // size
    turns = (("button.page_before", page - 1), ("button.page_after", page + 1))
    return [
        press(say, verb, action.action_id, item_id=to, label_key=key)
        for key, to in turns
        if 0 <= to <= last
    ]


def _panel(
    action: Action, items: Sequence[UiItem], steps: Sequence[UiItem]
) -> discord.ui.LayoutView:
    view = SafeLayout(timeout=None)
    rows = [discord.ui.ActionRow[Any](*steps)] if steps else []
    view.add_item(discord.ui.Container(*items, *rows, accent_colour=action.rules.accent))
    return view
