"""Threads at actions' cards, in which people talk about one action without drowning others."""

from __future__ import annotations

from datetime import datetime

from domain.actions import Action
from domain.errors import Refusal
from domain.mending import shows_card
from domain.servers import Server

THREADS_FORBIDDEN = "threads_forbidden"
THREADS_FULL = "threads_full"
"""Why Discord made no thread: a permission is missing, or the server has too many under way."""

THREAD_GONE = "thread_gone"
"""The thread was deleted."""

THREAD_PERMISSIONS = ("create_public_threads", "send_messages_in_threads")
"""Names of the permissions that a bot needs for it where cards are posted."""


def takes_thread(action: Action, server: Server, now: datetime) -> bool:
    """Tell whether an action that has none could be given a thread."""
    return server.threads and action.thread_id is None and shows_card(action, now)


def require_takes_thread(action: Action, server: Server, now: datetime) -> None:
    """Refuse a thread where the server wants none, where there is one, and to what is over."""
    if not server.threads:
        raise Refusal("refused.threads_off")
    if action.thread_id is not None:
        raise Refusal("refused.thread_stands", thread=f"<#{action.thread_id}>")
    if not shows_card(action, now):
        raise Refusal(f"refused.state.{action.state_at(now).value}", title=action.title)
