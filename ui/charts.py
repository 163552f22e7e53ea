"""A tally as a picture to share: what it says is settled here, a process of its own draws it."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import unicodedata
from asyncio.subprocess import PIPE, Process
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from domain.kinds import Unit
from domain.ledger import StandingState
from domain.money import minor_digits
from domain.rates import toward_goal
from domain.servers import Server
from domain.tally import Tally, TallyRow
from domain.zones import zone_info
from locales import Language
from ui.text import amount, shorten, zoned

TIMEOUT = 30.0
"""Seconds that drawing may take."""

MOST_POINTS = 1200
"""Steps of the curve that are drawn: one for each pixel column."""

MOST_TICKS = 5
TIME_STEPS = (
    *(timedelta(minutes=n) for n in (1, 5, 10, 15, 30)),
    *(timedelta(hours=n) for n in (1, 2, 3, 6, 12)),
    *(timedelta(days=n) for n in (1, 2, 7, 14, 30, 90, 365)),
)

ROOT = Path(__file__).parent.parent
# The process needs no secret of the bot's.
PASSED_ON = ("PATH", "HOME", "LANG", "MPLCONFIGDIR", "XDG_CACHE_HOME", "TMPDIR", "SYSTEMROOT")

log = logging.getLogger(__name__)
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


class ChartFailed(Exception):
    """The chart could not be drawn; the log says why."""


async def draw_chart(say: Language, tally: Tally, server: Server, *, dark: bool = True) -> bytes:
    """Draw a tally as a PNG, 1200 pixels wide. One is drawn at a time.

    Raises ChartFailed if that fails or takes longer than TIMEOUT.
    """
    document = await asyncio.to_thread(chart_document, say, tally, server, dark=dark)
    async with _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(1)):
        return await run_chart_process(document)


async def run_chart_process(document: dict[str, Any]) -> bytes:
    """Have a document drawn by `ui.chart_process`, which is killed if it is not waited for."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ui.chart_process"),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        cwd=ROOT,
        env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
    )
    try:
        async with asyncio.timeout(TIMEOUT):
            png, errors = await process.communicate(json.dumps(document).encode())
    except TimeoutError as fault:
        log.error("the chart was not drawn within %s s", TIMEOUT)
        raise ChartFailed from fault
    finally:
        await _end(process)
    if process.returncode or not png:
        log.error("the chart's process ended with %s: %s", process.returncode, _decode(errors))
        raise ChartFailed
    if errors:
        log.warning("the chart's process says: %s", _decode(errors))
    return png


def chart_document(
    say: Language, tally: Tally, server: Server, *, dark: bool = True
) -> dict[str, Any]:
    """Everything that the picture says, in final words and numbers."""
    action, total = tally.action, tally.total
    zone = server.zone or action.starts.zone
    year = tally.cut_off.astimezone(zone_info(zone)).year
    lines = [
        say(
            "chart.by",
            contributions=say.many("chart.contributions", total.logged_count),
            participants=say.many("chart.participants", tally.participants),
        )
    ]
    lines += _further(say, tally)
    if action.goal:
        reached, rated = toward_goal(action, {c: t.logged for c, t in tally.totals.items()})
        key = "chart.goal_share_rated" if rated else "chart.goal_share"
        share = say.percent(reached, action.goal)
        lines.append(say(key, share=share, amount=amount(say, action, action.goal)))
    if action.baseline:
        lines.append(say("chart.baseline", amount=amount(say, action, action.baseline)))

    def part(name: str) -> dict[str, Any]:
        value, count = getattr(total, name), getattr(total, f"{name}_count")
        text = amount(say, action, value)
        return {
            "name": name,
            "label": say(f"chart.state.{name}"),
            "amount": value,
            "text": say("chart.amount_and_count", amount=text, count=say.number(count)),
        }

    title = _clean(shorten(action.title, 200))
    return {
        "dark": dark,
        "title": title if action.number is None else f"#{action.number} {title}",
        "as_of": say("chart.as_of", time=zoned(say, tally.cut_off, zone), year=year),
        "headline": say("chart.headline", amount=amount(say, action, total.logged)),
        "lines": lines,
        "curve": _curve(say, tally, zone_info(zone)),
        "states": [part(name) for name in ("logged", "held", "not_counted", "withdrawn")],
        "parts": [part(name) for name in ("proved", "verified")],
        "notes": [say("chart.method"), say("tally.caution")],
    }


def _further(say: Language, tally: Tally) -> Iterator[str]:
    """What was logged in each currency but the first, whose curve it is."""
    for code, total in tally.totals.items():
        if code != tally.action.unit_code:
            yield say(
                "chart.further",
                amount=amount(say, tally.action, total.logged, code),
                contributions=say.many("chart.contributions", total.logged_count),
            )


def _logged_rows(tally: Tally) -> list[TallyRow]:
    """What makes up the curve: what is logged in the action's unit, or in its first currency."""
    return [
        row
        for row in tally.rows
        if row.standing.state is StandingState.LOGGED and row.unit_code == tally.action.unit_code
    ]


def _curve(say: Language, tally: Tally, zone: tzinfo) -> dict[str, Any]:
    action, total = tally.action, tally.total
    logged = _logged_rows(tally)
    start = action.starts_at
    if logged and logged[0].at < start:
        # What was logged long before the moment must not squeeze the action into a corner.
        start = max(logged[0].at, start - (action.ends_at - start) / 4)
    end = max(action.ends_at, *(row.at for row in logged[-1:]), start + timedelta(minutes=1))
    digits = minor_digits(action.unit_code) if action.unit is Unit.MONEY else 0
    # By rates the goal is for all currencies together, and this is the curve of one.
    _, rated = toward_goal(action, {})
    aim = None if rated else action.goal
    most = max(total.logged, aim or 0)
    label = say("chart.curve")
    if action.unit is Unit.MONEY:
        label = say("chart.curve_money", currency=action.unit_code)
    goal = amount(say, action, aim) if aim else ""
    return {
        "label": label,
        "x": [start.timestamp(), end.timestamp()],
        "x_ticks": _time_ticks(say, start, end, zone),
        "y_top": max(most, 1) * 1.12,
        "y_ticks": [[tick * 10**digits, say.number(tick)] for tick in _ticks(most // 10**digits)],
        "goal": [aim, say("chart.goal", amount=goal)] if aim else None,
        "marks": [
            [action.starts_at.timestamp(), say("chart.moment")],
            [action.ends_at.timestamp(), say("chart.end")],
        ],
        "points": list(_points(tally, start, end)),
        "empty": None if logged else say("chart.empty"),
    }


def _points(tally: Tally, start: datetime, end: datetime) -> Iterator[list[float]]:
    """The steps of the logged amount over time: the last one of each pixel column."""
    reached, column, at = 0, -1, start.timestamp()
    low, width = at, end.timestamp() - at
    for row in _logged_rows(tally):
        when = max(row.at.timestamp(), low)
        if column != (column := int((when - low) / width * MOST_POINTS)):
            yield [at, reached]
        reached, at = reached + row.amount, when
    yield [at, reached]
    yield [max(at, min(tally.cut_off, end).timestamp()), reached]


def _ticks(top: int) -> list[int]:
    """Round numbers from 0 up to `top`, at most MOST_TICKS and the 0."""
    step = next(
        n * 10**power for power in range(60) for n in (1, 2, 5) if top <= MOST_TICKS * n * 10**power
    )
    return list(range(0, top + 1, step))


def _time_ticks(
    say: Language, start: datetime, end: datetime, zone: tzinfo
) -> list[tuple[float, list[str]]]:
    """Round wall times between two instants, each with the lines of its label."""
    step = next((s for s in TIME_STEPS if end - start <= s * MOST_TICKS), TIME_STEPS[-1])
    wall = datetime.combine(start.astimezone(zone), time())
    ticks: list[tuple[float, list[str]]] = []
    told: date | None = None
    while (at := wall.replace(tzinfo=zone).astimezone(UTC)) <= end:
        if at >= start:
            lines = [f"{wall:%H:%M}"] if step < timedelta(days=1) else []
            if wall.date() != told:
                lines.append(say.day(told := wall.date()))
            ticks.append((at.timestamp(), lines))
        wall += step
    return ticks


def _clean(text: str) -> str:
    """Text as a font needs it: composed characters, without the marks that choose emoji."""
    return unicodedata.normalize("NFC", text).translate({0xFE0E: None, 0xFE0F: None})


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()


def _decode(errors: bytes) -> str:
    return errors.decode(errors="replace").strip()[-2000:]
