"""A tally as a picture to share: what it says is settled here, a process of its own draws it."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from domain.official_counts import OfficialCount
from domain.rates import toward_goal
from domain.servers import Server
from domain.tally import Tally
from domain.zones import zone_info
from locales import Language
from ui.chart_curve import draw_up_curve
from ui.chart_words import amount, set_apart, typed
from ui.spot_lines import at_least
from ui.text import zoned

TIMEOUT = 30.0
"""Seconds that drawing may take."""

MAX_TITLE, MAX_TYPED = 200, 90

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


async def draw_both(say: Language, tally: Tally, server: Server) -> tuple[bytes, bytes]:
    """Draw a tally on a dark page and on a light one, as `draw_chart` does."""
    dark = await draw_chart(say, tally, server)
    return dark, await draw_chart(say, tally, server, dark=False)


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

    title = typed(action.title, MAX_TITLE)
    return {
        "dark": dark,
        "title": title if action.number is None else f"#{action.number} {title}",
        "as_of": say("chart.as_of", time=zoned(say, tally.cut_off, zone), year=year),
        "headline": say("chart.headline", amount=amount(say, action, total.logged)),
        "lines": lines,
        "curve": draw_up_curve(say, tally, zone_info(zone)),
        "states": [part(name) for name in ("logged", "held", "not_counted", "withdrawn")],
        "parts": [part(name) for name in ("proved", "verified")],
        "officials": _officials(say, tally.officials, zone),
        "notes": [*_spot_check(say, tally), say("chart.method"), say("tally.caution")],
    }


def _spot_check(say: Language, tally: Tally) -> Iterator[str]:
    """What a sample that was checked to the end says of the whole."""
    found = tally.spot
    if found is None or not found.complete:
        return
    counts = {
        "sample": say.number(found.check.sample),
        "rows": say.number(found.check.rows),
        "held": say.number(found.held),
    }
    if found.check.sample == found.check.rows:
        yield say("chart.spot_all", **counts)
        return
    amounts = at_least(say, tally.action, found.amounts)
    yield say("chart.spot", **counts, least=say.number(found.rows), amounts=amounts)


def _officials(say: Language, counts: Sequence[OfficialCount], zone: str) -> list[str]:
    """A line for each official count, below one that says that they are in none of the numbers."""
    lines = [
        say(
            "chart.official",
            name=set_apart(typed(count.name, MAX_TYPED)),
            value=set_apart(typed(count.value, MAX_TYPED)),
            source=set_apart(typed(count.source, MAX_TYPED)),
            time=zoned(say, count.at, zone),
        )
        for count in counts
    ]
    return [say("chart.officials"), *lines] if lines else []


def _further(say: Language, tally: Tally) -> Iterator[str]:
    """What was logged in each currency but the first, whose curve it is."""
    for code, total in tally.totals.items():
        if code != tally.action.unit_code and total.logged_count:
            yield say(
                "chart.further",
                amount=amount(say, tally.action, total.logged, code),
                contributions=say.many("chart.contributions", total.logged_count),
            )


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()


def _decode(errors: bytes) -> str:
    return errors.decode(errors="replace").strip()[-2000:]
