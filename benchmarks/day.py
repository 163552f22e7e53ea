"""The full day of #MatchAMillion, by real services in a process that is killed midway.

35,609 people gave US$1,026,531 in 25 hours; one in twenty sends the form twice, which is held. Each
database gets the same day: what the process had acknowledged when it was killed must be there, and
what was not acknowledged is sent again. A person does not know whether that was stored before the
process died: sending it again blindly would be held as the same code, and be counted by no one if
it had not been stored at all. So the driver does what a person does: it looks into `/me` first, and
sends again only what is not there.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks import day_child
from benchmarks.clicks import CHANNEL, GUILD, MODERATOR, nobody_is_told, one_commit_each
from benchmarks.day_child import ManualClock
from benchmarks.day_data import Gift, a_day, total_of
from benchmarks.postgresql import a_postgresql
from benchmarks.stand_in.remote import ROOT
from db.engine import Database
from db.migrate import migrate_in_subprocess
from db.queries.ledger import list_contributions
from db.queries.totals import load_totals
from domain.actions import Action
from domain.kinds import Kind
from domain.ledger import HeldReason
from domain.walls import Resolved, Wall
from locales import Language, language
from services.actions import Typed
from services.application import assemble, running

PEOPLE, TOTAL_MINOR, TWICE = 35_609, 102_653_100, 1_780
IN_FLIGHT = 200
"""Forms that are under way at once."""

MOMENT = datetime(2020, 6, 6, 17, 0, tzinfo=UTC)
PATIENCE_S = 60.0
"""Seconds in which the process answers."""


@dataclass(frozen=True)
class Day:
    """What became of a day: contributions a second of real time, memory of the process in MB."""

    contributions: int
    held: int
    total_minor: int
    exact: bool
    per_s: float
    peak_mb: float
    killed: int


Told = tuple[int, int, bool]
"""A contribution's id, its amount, and whether it counts."""


@dataclass
class _Driver:
    """Those who send forms, and what they were told."""

    unsent: deque[Gift]
    under_way: list[Gift] = field(default_factory=list[Gift])
    told: defaultdict[int, list[Told]] = field(
        default_factory=lambda: defaultdict[int, list[Told]](list)
    )
    """By person what they know to be stored."""

    peak_mb: float = 0.0
    seconds: float = 0.0

    async def send(self, process: Process, until: int) -> None:
        """Send forms, IN_FLIGHT at once, until so many are unsent and, at 0, all are answered."""
        assert process.stdout is not None
        begun = time.perf_counter()
        async with asyncio.timeout(None) as patience:
            while len(self.unsent) > until or (self.under_way and not until):
                self._fill(process)
                patience.reschedule(asyncio.get_running_loop().time() + PATIENCE_S)
                self.hear(await process.stdout.readline())
        self.seconds += time.perf_counter() - begun

    def _fill(self, process: Process) -> None:
        assert process.stdin is not None
        room = min(IN_FLIGHT - len(self.under_way), len(self.unsent))
        gifts = [self.unsent.popleft() for _ in range(room)]
        self.under_way += gifts
        at = MOMENT.timestamp()
        process.stdin.writelines(
            f"log {at + gift.at:.6f} {gift.user_id} {gift.minor} {gift.code}\n".encode()
            for gift in gifts
        )

    def hear(self, line: bytes) -> None:
        """Take in what the process said; a line that the kill cut short says nothing."""
        if not line:
            raise EOFError("the process has ended")
        word, *rest = line.decode().split() if line.endswith(b"\n") else [""]
        if word == "peak":
            self.peak_mb = max(self.peak_mb, float(rest[0]))
        elif word == "logged":
            user_id = int(rest[0])
            gift = next(gift for gift in self.under_way if gift.user_id == user_id)
            self.under_way.remove(gift)
            self.told[user_id].append((int(rest[1]), gift.minor, rest[2] == "counted"))

    async def look(self, process: Process) -> None:
        """Find out what is stored although nobody was told, and plan to send the rest again."""
        assert process.stdin is not None
        assert process.stdout is not None
        for user_id in {gift.user_id for gift in self.under_way}:
            process.stdin.write(f"look {user_id}\n".encode())
            word, user, seen = (await process.stdout.readline()).split()
            assert (word, int(user)) == (b"seen", user_id)
            mine = [gift for gift in self.under_way if gift.user_id == user_id]
            # They were sent in this order, and are stored in it.
            for gift in mine[: int(seen) - len(self.told[user_id])]:
                self.under_way.remove(gift)
        self.unsent.extendleft(reversed(self.under_way))
        self.under_way.clear()


async def measure() -> dict[str, object]:
    """Measure on SQLite, and on PostgreSQL where that is; returns what the line of JSON says."""
    say = language(None)
    gifts = a_day(PEOPLE, TOTAL_MINOR, TWICE)
    with tempfile.TemporaryDirectory(prefix="fanchant-day-") as name:
        folder = Path(name)
        on_sqlite = await live_through(f"sqlite+aiosqlite:///{folder / 'day.db'}", gifts)
        _tell(say, "SQLite", on_sqlite)
        reference = await one_commit_each(folder / "reference.db")
        per_s = say.number(round(reference.per_s))
        print(say("benchmark.day.reference", per_s=per_s))
    found: dict[str, object] = {
        **_figures("sqlite", on_sqlite),
        "reference_per_s": round(reference.per_s),
    }
    with a_postgresql() as url:
        if url is None:
            print(say("benchmark.day.no_postgresql"))
        else:
            on_postgresql = await live_through(url, gifts)
            _tell(say, "PostgreSQL", on_postgresql)
            found["postgresql"] = _figures("postgresql", on_postgresql)
    return found


async def live_through(url: str, gifts: Sequence[Gift]) -> Day:
    """Have a day's forms sent to an empty database, with the process killed when half is sent."""
    await migrate_in_subprocess(url)
    action = await _publish(url)
    driver = _Driver(deque(gifts))
    async with _a_child(url, action) as process:
        await driver.send(process, len(gifts) // 2)
        process.kill()
        assert process.stdout is not None
        for line in (await process.stdout.read()).splitlines(keepends=True):
            driver.hear(line)
    async with _a_child(url, action) as process:
        await driver.look(process)
        await driver.send(process, 0)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        async with asyncio.timeout(PATIENCE_S):
            for line in (await process.stdout.read()).splitlines(keepends=True):
                driver.hear(line)
    return await _count(url, action, gifts, driver)


async def _publish(url: str) -> Action:
    """Publish the fundraiser in a new database, a day ahead, and close that again."""
    database = await Database.open(url)
    clock = ManualClock(MOMENT - timedelta(days=1))
    async with running(assemble(database, clock, nobody_is_told())) as services:
        await services.servers.set_channel(MODERATOR, GUILD, CHANNEL)
        starts = Resolved(Wall(MOMENT.replace(tzinfo=None), "UTC"), MOMENT)
        texts = {"link": "https://example.org", "currency": "USD", "goal": "1000000"}
        typed = Typed(Kind.FUNDRAISER, "#MatchAMillion", starts, None, None, texts)
        draft = await services.actions.draft(MODERATOR, GUILD, typed, language="en")
        action = await services.actions.publish(MODERATOR, GUILD, draft.action_id)
    await database.close()
    return action


@asynccontextmanager
async def _a_child(url: str, action: Action) -> AsyncGenerator[Process]:
    """Run the services in a process; yields once it has the database, and kills it at the end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", day_child.__name__, url),
        *map(str, (action.guild_id, action.action_id)),
        cwd=ROOT,
        stdin=PIPE,
        stdout=PIPE,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE_S):
            assert await process.stdout.readline() == b"open\n"
        yield process
    finally:
        if process.returncode is None and process.stdin and not process.stdin.is_closing():
            process.kill()
        await process.wait()


async def _count(url: str, action: Action, gifts: Sequence[Gift], driver: _Driver) -> Day:
    """Compare what is in the database with what was sent, and with what people were told."""
    database = await Database.open(url)
    ids, end = (action.guild_id, action.action_id), action.log_until
    services = assemble(database, ManualClock(end), nobody_is_told())
    total = (await services.tallies.tally(*ids)).total
    async with database.read() as conn:
        entries = await list_contributions(conn, *ids, until=end)
        running_total = (await load_totals(conn, *ids))[action.unit_code]
    await database.close()
    stored = {e.contribution_id: (e.amount, e.held is None) for e in entries}
    told = {number: said for theirs in driver.told.values() for number, *said in theirs}
    codes = len({gift.code for gift in gifts})
    exact = (
        total == running_total
        and total.logged == total_of(gifts)
        and (total.logged_count, len(entries)) == (codes, len(gifts))
        and {e.held for e in entries} <= {None, HeldReason.SAME_CODE}
        and all(stored.get(number) == tuple(said) for number, said in told.items())
    )
    return Day(
        contributions=total.logged_count,
        held=total.held_count,
        total_minor=total.logged,
        exact=exact,
        per_s=len(gifts) / driver.seconds,
        peak_mb=driver.peak_mb,
        killed=1,
    )


def _figures(engine: str, day: Day) -> dict[str, object]:
    rounded = {"per_s": round(day.per_s), "peak_mb": round(day.peak_mb, 1)}
    return {"engine": engine, **vars(day), **rounded}


def _tell(say: Language, engine: str, day: Day) -> None:
    print(
        say(
            f"benchmark.day.{'exact' if day.exact else 'wrong'}",
            engine=engine,
            contributions=say.number(day.contributions),
            total=say.money(day.total_minor, "USD"),
            held=say.number(day.held),
            per_s=say.number(round(day.per_s)),
            peak=f"{day.peak_mb:.0f}",
        )
    )
