"""Single key presses from the terminal, as an asynchronous stream."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TextIO

try:
    import termios
    import tty
except ImportError:  # not a POSIX system: whole lines are read instead
    termios = tty = None


async def key_presses(stream: TextIO = sys.stdin) -> AsyncGenerator[str, None]:
    """Yield lower-case characters as they are typed, until the end of the input.

    Without a terminal, and in a background job, it ends at once. Close it (`aclosing`) to get
    the terminal back as it was.
    """
    if stream.closed or not stream.isatty():
        return
    typed: asyncio.Queue[str] = asyncio.Queue()
    with _listening(stream, typed.put_nowait):
        while text := await typed.get():
            for key in text.strip().lower():
                yield key


@contextmanager
def _listening(stream: TextIO, heard: Callable[[str], None]) -> Iterator[None]:
    """Hand over what is typed while inside, and an empty string at the end of the input."""
    loop = asyncio.get_running_loop()
    if termios is None or tty is None:
        Thread(target=_read_lines, args=(stream, loop, heard), daemon=True).start()
        yield
        return
    fd = stream.fileno()
    if os.tcgetpgrp(fd) != os.getpgrp():
        heard("")
        yield
        return
    before = termios.tcgetattr(fd)
    tty.setcbreak(fd, termios.TCSADRAIN)
    loop.add_reader(fd, lambda: heard(_read(fd)))
    try:
        yield
    finally:
        loop.remove_reader(fd)
        termios.tcsetattr(fd, termios.TCSADRAIN, before)


def _read(fd: int) -> str:
    try:
        data = os.read(fd, 64)
    except OSError:  # the terminal is gone
        return ""
    return "" if b"\x04" in data else data.decode(errors="ignore") or " " * len(data)


def _read_lines(
    stream: TextIO, loop: asyncio.AbstractEventLoop, heard: Callable[[str], None]
) -> None:
    try:
        while line := stream.readline():
            loop.call_soon_threadsafe(heard, line)
        loop.call_soon_threadsafe(heard, "")
    except RuntimeError:  # the loop is closed: nobody listens any more
        return
