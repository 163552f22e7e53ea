"""How a reviewer's queue is written into buttons: its action and its filter in one number."""

from __future__ import annotations

from domain.errors import Refusal
from domain.reviewing import Filter, Queue

BASE = 10


def write_queue(queue: Queue) -> int:
    """The number by which buttons know a queue."""
    return (queue.action_id or 0) * BASE + queue.filter


def read_queue(number: int) -> Queue:
    """The queue of a button's number; raises `Refusal` for a forged one."""
    action_id, wanted = divmod(number, BASE)
    try:
        return Queue(Filter(wanted), action_id or None)
    except ValueError:
        raise Refusal("refused.unknown_button") from None
