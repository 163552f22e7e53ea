"""Telling the bot's operator of faults: what is logged as an error, merged, by direct message."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import re
from collections import Counter
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import datetime, timedelta
from threading import Lock

from domain.errors import SendFailed
from domain.faults import FaultReport
from services.budget import ROLES, importance
from services.clock import Clock
from services.sending import Sender

log = logging.getLogger(__name__)

PAUSE = timedelta(minutes=10)
"""Between two messages to the operator."""

PAUSE_AFTER_FAILURE = timedelta(hours=1)
"""Somebody whose direct messages are closed does not open them within minutes."""

GATHER = 5.0
"""Seconds to wait for more: what fails together is told together."""

LONGEST_SLEEP = 20.0
"""Seconds after which it looks at the clock again, which may have been set meanwhile."""

MOST_LINES = 10

OURS = frozenset({"__main__", "bot", "client", "cogs", "db", "demo", "domain", "services", "ui"})
"""The loggers whose messages hold nothing but words of ours, ids and numbers."""

_WORD = re.compile(r"[a-z0-9_]{1,32}")
"""What may stand in a message of ours beside numbers: a reason, the id of an error."""

_telling: ContextVar[bool] = ContextVar("telling", default=False)


class Faults(logging.Handler):
    """Collects what is logged as an error, and tells it at most every ten minutes.

    Without an operator it does nothing. What goes wrong while it tells is not collected.
    """

    def __init__(
        self, clock: Clock, sender: Sender, operator_id: int | None, *, gather: float = GATHER
    ) -> None:
        super().__init__(logging.ERROR)
        self._clock = clock
        self._sender = sender
        self._operator_id = operator_id
        self._gather = gather
        self._lines: Counter[str] = Counter()
        self._count = 0
        self._since: datetime | None = None
        self._not_before: datetime | None = None
        self._changing = Lock()
        self._awake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._operator_id is not None:
            self._loop = asyncio.get_running_loop()
            logging.getLogger().addHandler(self)
            self._task = asyncio.create_task(self._tell_forever(), name="faults")

    async def stop(self) -> None:
        logging.getLogger().removeHandler(self)
        task, self._task, self._loop = self._task, None, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def emit(self, record: logging.LogRecord) -> None:
        """Collect an error, from whatever thread it was logged in."""
        if _telling.get():
            return
        try:
            line, now = describe(record), self._clock.now()
            with self._changing:
                self._since = self._since or now
                self._count += 1
                self._add(line, 1)
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._awake.set)
        except Exception:  # noqa: BLE001 - as every handler does: logging never raises
            self.handleError(record)

    def _add(self, line: str, times: int) -> None:
        if line in self._lines or len(self._lines) < MOST_LINES:
            self._lines[line] += times

    async def tell(self) -> None:
        """Tell the operator what was collected since the last time, unless that was just now."""
        now = self._clock.now()
        if self._operator_id is None or self._wait(now) > 0 or not self._count:
            return
        report = self._take(now)
        token = _telling.set(True)
        try:
            await self._sender.tell_operator(self._operator_id, report)
            self._not_before = now + PAUSE
        except Exception as error:  # noqa: BLE001 - or it would never tell again
            reason = error.reason if isinstance(error, SendFailed) else type(error).__name__
            log.warning("the operator was not told of %s faults: %s", report.count, reason)
            self._put_back(report, now)
            self._not_before = now + PAUSE_AFTER_FAILURE
        finally:
            _telling.reset(token)

    def _take(self, now: datetime) -> FaultReport:
        with self._changing:
            passed = now - (self._since or now)
            minutes = max(1, math.ceil(passed / timedelta(minutes=1)))
            report = FaultReport(self._count, minutes, tuple(self._lines.items()))
            self._lines, self._count, self._since = Counter(), 0, None
        return report

    def _put_back(self, report: FaultReport, now: datetime) -> None:
        """Keep what could not be told for the next time."""
        with self._changing:
            self._count += report.count
            for line, times in report.lines:
                self._add(line, times)
            self._since = now - timedelta(minutes=report.minutes)
        self._awake.set()

    def _wait(self, now: datetime) -> float:
        """For how many seconds nothing is told yet."""
        return 0 if self._not_before is None else (self._not_before - now).total_seconds()

    async def _tell_forever(self) -> None:
        importance.set(ROLES)
        await self._sender.wait_until_ready()
        while True:
            await self._awake.wait()
            await asyncio.sleep(self._gather)
            # By the clock, since that may be set: no event tells of the time that passes.
            while (wait := self._wait(self._clock.now())) > 0:  # noqa: ASYNC110
                await asyncio.sleep(min(wait, LONGEST_SLEEP))
            self._awake.clear()
            await self.tell()


def describe(record: logging.LogRecord) -> str:
    """An error in one line: who logged it, what in words of ours, and the exception's type.

    What libraries say, what exceptions say and whatever a person may have typed is left out.
    """
    error = record.exc_info[1] if record.exc_info else None
    parts = [record.name]
    if record.name.partition(".")[0] in OURS:
        parts.append(_message(record))
    if error is not None:
        parts.append(type(error).__name__)
    return ": ".join(parts)


def _message(record: logging.LogRecord) -> str:
    lines = str(record.msg).splitlines() or [""]
    if not record.args or isinstance(record.args, Mapping):
        return lines[0]
    try:
        text = str(record.msg) % tuple(_harmless(value) for value in record.args)
    except (TypeError, ValueError):
        return lines[0]
    return text.splitlines()[0]


def _harmless(value: object) -> object:
    if isinstance(value, int | float) or (isinstance(value, str) and _WORD.fullmatch(value)):
        return value
    return "…"
