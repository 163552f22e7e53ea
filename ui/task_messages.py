"""The message that reminds whoever has a task of its deadline."""

from __future__ import annotations

import discord

from domain.owed_messages import OwedMessage
from locales import Language
from ui.buttons import next_steps
from ui.mentions import allow
from ui.task_lines import MAX_TITLE
from ui.text import heading_title, plain, stamp, zone_of, zoned


def draw_task_reminder(
    say: Language, owed: OwedMessage
) -> tuple[str, discord.ui.View, discord.AllowedMentions]:
    """Draw it with its buttons; only the one who has the task is pinged."""
    task = owed.task
    if task is None or task.claimed_by is None or task.due_at is None:
        raise ValueError("a reminder of a deadline comes with a task that somebody has")
    lines = [
        say(
            "message.task",
            task=plain(task.title, MAX_TITLE),
            title=heading_title(owed.action),
            wall=zoned(say, task.due_at, zone_of(owed.action, owed.server)),
            button=say("button.tasks"),
        )
    ]
    if owed.late:
        lines.append(say("message.late", due=stamp(owed.delivery.due_at)))
    times = {"time": stamp(task.due_at, "f"), "left": stamp(task.due_at, "R")}
    lines.append(say("message.task_due", **times))
    view = discord.ui.View(timeout=None)  # it never stops: see Press
    for button in next_steps(say, owed.action, owed.now):
        view.add_item(button)
    return f"<@{task.claimed_by}> " + "\n".join(lines), view, allow(users=[task.claimed_by])
