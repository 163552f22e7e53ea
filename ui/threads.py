"""Threads at actions' cards: the requests that make and rename one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import discord

from domain.actions import Action
from domain.deliveries import Post
from domain.errors import SendFailed
from domain.threads import THREAD_GONE, THREADS_FORBIDDEN, THREADS_FULL
from ui.send_failures import failures_told
from ui.text import shorten

MAX_NAME = 100

A_WEEK = 10080
"""Minutes without a word after which Discord puts a thread away; a word there brings it back."""

HAS_THREAD = 160004
TOO_MANY_THREADS = 160006
UNKNOWN_CHANNEL = 10003
"""Discord's error codes for a message that has a thread already, too many threads, and none."""


async def create_thread(bot: discord.Client, card: Post, action: Action) -> int:
    """Make the thread of a card, or find the one it has, and return its id; raises `SendFailed`.

    A message's thread has the message's id.
    """
    with failures_told(), threads_told():
        try:
            made = await bot.http.start_thread_with_message(
                card.channel_id,
                card.message_id,
                name=thread_name(action),
                auto_archive_duration=A_WEEK,
            )
        except discord.HTTPException as error:
            if error.code != HAS_THREAD:
                raise
            return card.message_id
    return int(made["id"])


async def rename_thread(
    bot: discord.Client, guild: discord.Guild, thread_id: int, action: Action
) -> None:
    """Have a thread be called as its action is by now, if it isn't; raises `SendFailed`."""
    known, name = guild.get_thread(thread_id), thread_name(action)
    if known is not None and known.name == name:
        return
    with failures_told(), threads_told():
        await bot.http.edit_channel(thread_id, name=name)


def thread_name(action: Action) -> str:
    """What an action's thread is called."""
    return shorten(f"#{action.number} {action.title}", MAX_NAME)


@contextmanager
def threads_told() -> Iterator[None]:
    """Tell a missing permission, the limit and a deleted thread apart from all else."""
    try:
        yield
    except discord.HTTPException as error:
        if error.code == TOO_MANY_THREADS:
            reason = THREADS_FULL
        elif error.code == UNKNOWN_CHANNEL:
            reason = THREAD_GONE
        elif isinstance(error, discord.Forbidden):
            reason = THREADS_FORBIDDEN
        else:
            raise
        raise SendFailed(reason, permanent=True) from error
