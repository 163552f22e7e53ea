"""The tally of 200,000 contributions: what the event loop feels of it, its chart and its files."""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from benchmarks.clicks import CHANNEL, GUILD, MODERATOR, nobody_is_told
from db.engine import Database
from db.migrate import migrate_in_subprocess
from db.queries.actions import load_action
from db.queries.contributors import add
from db.queries.servers import next_id
from db.queries.totals import save_total
from db.tables import LedgerEntry, contribution, participant
from domain.actions import Action
from domain.contributors import Change
from domain.kinds import Kind, ProofKind
from domain.totals import Total
from domain.walls import Resolved, Wall
from locales import language
from services.actions import Typed
from services.application import Services, assemble, running
from services.clock import SystemClock
from services.tallies import load_tally
from services.tally_files import write_files
from ui.cards import draw_card
from ui.charts import draw_chart
from ui.tallies import draw_tally

ROWS = 5_000
"""Rows inserted at a time."""

TIMES = 20


@dataclass(frozen=True)
class Sizes:
    """How much is counted: `people` contributed, of few contributions as of many.

    Only the people take memory.
    """

    contributions: int = 200_000
    few: int = 20_000
    people: int = 10_000


@dataclass(frozen=True)
class Written:
    """How long a tally's files took, what they needed at the most, and the loop's longest wait."""

    seconds: float
    peak_mb: float
    block_ms: float
    busy_ms: float
    """The most of its own time that the loop spent between two of the other's turns."""


async def measure(sizes: Sizes | None = None) -> dict[str, object]:
    """Measure on SQLite in a temporary folder; returns what the line of JSON says."""
    sizes = sizes or Sizes()
    say = language(None)
    with tempfile.TemporaryDirectory(prefix="fanchant-tally-") as name:
        folder = Path(name)
        url = f"sqlite+aiosqlite:///{folder / 'tally.db'}"
        await migrate_in_subprocess(url)
        database = await Database.open(url)
        async with running(assemble(database, SystemClock(), nobody_is_told())) as services:
            few = await _fill(database, await _publish(services), sizes.few, sizes.people)
            of = await _publish(services)
            many = await _fill(database, of, sizes.contributions, sizes.people)
            small = await _write(database, few, folder)
            large = await _write(database, many, folder)
            card_ms = await _busy_ms(lambda: _draw_card(services, database, many))
            tally_ms = await _busy_ms(lambda: _draw_tally(services, many))
            chart_s = await _time_chart(services, many)
        await database.close()
        scan_s = await asyncio.to_thread(_scan, folder / "tally.db", many)
    values: dict[str, Any] = {
        "contributions": sizes.contributions,
        "card_ms": round(card_ms, 2),
        "tally_ms": round(tally_ms, 2),
        "chart_s": round(chart_s, 2),
        "csv_s": round(large.seconds, 2),
        "csv_peak_mb": round(large.peak_mb, 1),
        "csv_peak_mb_small": round(small.peak_mb, 1),
        "longest_block_ms": round(large.block_ms, 2),
        "longest_busy_ms": round(large.busy_ms, 2),
    }
    shown = {
        key: say.number(value) if key == "contributions" else f"{value}"
        for key, value in values.items()
    }
    shown |= {"few": say.number(sizes.few), "scan_s": f"{scan_s:.2f}"}
    for key in ("live", "chart", "files", "memory", "reference"):
        print(say(f"benchmark.tally.{key}", **shown))
    return {"engine": "sqlite", **values, "reference_scan_s": round(scan_s, 3)}


async def _publish(services: Services) -> Action:
    await services.servers.set_channel(MODERATOR, GUILD, CHANNEL)
    now = services.clock.now()
    starts = now + timedelta(minutes=1)
    texts = {"link": "https://example.org", "currency": "USD", "goal": "10,000,000"}
    typed = Typed(Kind.FUNDRAISER, "Tally", Resolved(_wall(starts), starts), None, None, texts)
    draft = await services.actions.draft(MODERATOR, GUILD, typed, language="en")
    published = await services.actions.publish(MODERATOR, GUILD, draft.action_id)
    return await services.actions.find_whole(GUILD, published.action_id)


def _wall(instant: datetime) -> Wall:
    return Wall(instant.replace(tzinfo=None), "UTC")


async def _fill(database: Database, of: Action, count: int, many: int) -> Action:
    """Store contributions of `many` people, with the counters that services would have kept."""
    dice, ids = random.Random(6), (of.guild_id, of.action_id)
    second = (of.ends_at - of.starts_at) / count
    logged = proved = proved_count = 0
    sums: dict[tuple[int, str], Change] = {}
    async with database.write() as conn:
        first_person = await next_id(conn, GUILD, many)
        people = [
            {"guild_id": GUILD, "participant_id": first_person + n, "created_at": of.starts_at}
            for n in range(many)
        ]
        await conn.execute(insert(participant), people)
        for start in range(0, count, ROWS):
            size = min(ROWS, count - start)
            first = await next_id(conn, GUILD, size)
            rows: list[dict[str, Any]] = []
            for n in range(size):
                who, amount = first_person + dice.randrange(many), dice.randint(100, 10_000)
                proof = ProofKind.CODE if dice.random() < 0.7 else None
                logged += amount
                proved += amount if proof else 0
                proved_count += proof is not None
                key = (who, "USD")
                sums[key] = sums.get(key, Change()) + Change(amount, 1)
                rows.append(
                    {
                        "guild_id": GUILD,
                        "contribution_id": first + n,
                        "action_id": of.action_id,
                        "participant_id": who,
                        "entry": LedgerEntry.LOGGED,
                        "amount": amount,
                        "unit_code": "USD",
                        "proof": proof,
                        "at": of.starts_at + second * (start + n),
                    }
                )
            await conn.execute(insert(contribution), rows)
        await add(conn, *ids, sums)
        total = Total(logged, count, proved, proved_count)
        await save_total(conn, *ids, "USD", total)
    async with database.read() as conn:
        filled = await load_action(conn, *ids, whole=True)
    assert filled is not None
    return filled


async def _write(database: Database, of: Action, folder: Path) -> Written:
    """Write a tally's files while something else wants the loop every millisecond."""
    loop, before = asyncio.get_running_loop(), _resident_mb()
    longest = busiest = peak = 0.0

    async def watch() -> None:
        nonlocal longest, busiest, peak
        while True:
            asked, busy = loop.time(), time.thread_time()
            await asyncio.sleep(0.001)
            longest = max(longest, loop.time() - asked - 0.001)
            busiest = max(busiest, time.thread_time() - busy)
            peak = max(peak, _resident_mb() - before)

    watching = asyncio.create_task(watch())
    begun = time.perf_counter()
    async with database.read() as conn:
        tally = await load_tally(conn, of, of.log_until)
        await write_files(conn, replace(tally, cut_off=of.log_until), folder)
    seconds = time.perf_counter() - begun
    watching.cancel()
    return Written(seconds, peak, longest * 1000, busiest * 1000)


def _resident_mb() -> float:
    """What the process has in memory, in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def _busy_ms(work: Callable[[], Awaitable[object]]) -> float:
    """The event loop's own time for some work, in milliseconds: the median of TIMES."""
    found: list[float] = []
    for _ in range(TIMES):
        begun = time.thread_time()
        await work()
        found.append((time.thread_time() - begun) * 1000)
    return sorted(found)[len(found) // 2]


async def _draw_card(services: Services, database: Database, of: Action) -> None:
    async with database.read() as conn:
        loaded = await load_action(conn, GUILD, of.action_id, whole=True)
    assert loaded is not None
    server = await services.servers.get(GUILD)
    draw_card(language(None), loaded, server, loaded.starts_at + timedelta(hours=1)).to_components()


async def _draw_tally(services: Services, of: Action) -> None:
    tally = await services.tallies.show(MODERATOR, GUILD, of.action_id)
    assert tally.total.logged_count == of.total.logged_count
    draw_tally(language(None), tally, await services.servers.get(GUILD)).to_components()


async def _time_chart(services: Services, of: Action) -> float:
    tally = await services.tallies.counted(GUILD, of.action_id)
    server = await services.servers.get(GUILD)
    begun = time.perf_counter()
    await draw_chart(language(None), tally, server)
    return time.perf_counter() - begun


def _scan(path: Path, of: Action) -> float:
    """The least that reading those rows can cost: one statement, in plain sqlite3."""
    begun = time.perf_counter()
    with sqlite3.connect(path) as conn:
        rows = conn.execute(
            "SELECT contribution_id, participant_id, at, amount, unit_code, proof, held"
            " FROM contribution WHERE guild_id = ? AND action_id = ? ORDER BY contribution_id",
            (GUILD, of.action_id),
        )
        assert sum(1 for _ in rows) == of.total.logged_count
    conn.close()
    return time.perf_counter() - begun
