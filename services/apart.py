"""A thread for the little that is computed while a transaction is open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Found = TypeVar("Found")

_THREAD = ThreadPoolExecutor(1, thread_name_prefix="apart")
"""Not the loop's own threads: whoever writes would wait behind files that are packed there."""


async def apart(work: Callable[Given, Found], *given: Given.args, **named: Given.kwargs) -> Found:
    """Do what takes some milliseconds, off the event loop and behind nothing long."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_THREAD, lambda: work(*given, **named))
