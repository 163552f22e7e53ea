"""A stand-in in a process of its own, and how a benchmark speaks with it."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import aiohttp

from benchmarks.stand_in.places import Json
from benchmarks.stand_in.wire import from_json, to_json
from benchmarks.stand_in.world import Sizes

ROOT = Path(__file__).parents[2]
PACKAGE = __name__.rpartition(".")[0]
LOOK_S = 0.02
"""Seconds between looks at what is waited for."""

PATIENCE_S = 30.0

T = TypeVar("T")


class StandIn:
    """The control endpoints of one stand-in; `url` is what a bot is pointed at."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self._session = session

    # ---- What happened

    async def counts(self) -> Json:
        """Counters: accepted, edits, repeated, rate_limited by scope, faults, routes and more."""
        return await self._ask("GET", "counts")

    async def accepted(self, after: int = 0) -> list[Json]:
        """Every message that was accepted, from an index on: see `World.accepted`."""
        return await self._ask("GET", f"log/accepted?after={after}")

    async def edits(self, after: int = 0) -> list[Json]:
        """Every edit that was accepted: at, channel_id, message_id, body."""
        return await self._ask("GET", f"log/edits?after={after}")

    async def journal(self, after: int = 0) -> list[Json]:
        """Every request, in order of answering: at, route, channel_id, status, fault."""
        return await self._ask("GET", f"log/journal?after={after}")

    async def taps(self, after: int = 0) -> list[Json]:
        """Every interaction, from an index on: see `Tap.summary`."""
        return await self._ask("GET", f"taps?after={after}")

    # ---- What shall happen

    async def tap(self, *taps: Mapping[str, Any]) -> list[int]:
        """Have people tap, all at one instant; see `Taps.perform`. Returns interaction ids."""
        return await self._ask("POST", "taps", {"taps": taps})

    async def tap_and_see(self, patience_s: float = PATIENCE_S, /, **tap: Any) -> Json:
        """Have one person tap, and wait for what they see: messages, or a form."""
        (interaction_id,) = await self.tap(tap)
        return await self._wait(
            lambda: self._ask("GET", f"taps/{interaction_id}"),
            lambda seen: seen["finished_at"] is not None or seen["late"],
            patience_s,
        )

    async def tap_together(
        self, *taps: Mapping[str, Any], patience_s: float = PATIENCE_S
    ) -> list[Json]:
        """Have people tap at one instant and wait for all; the summaries, see `Tap.summary`."""
        before = (await self.counts())["taps"]
        await self.tap(*taps)
        unsettled = f"taps/unsettled?after={before}"
        await self._wait(lambda: self._ask("GET", unsettled), lambda left: left == 0, patience_s)
        return await self.taps(before)

    async def set_faults(self, *faults: Mapping[str, Any], **others: Any) -> None:
        """Put these faults into force in place of all others: the fields of `Fault`.

        Others: `seed`, `latency` and, by route, `latency_of`, each the fields of `Latency`.
        """
        await self._ask("POST", "faults", {"faults": faults, **others})

    async def set_limits(
        self, *, budget: int | None = None, rules: Mapping[str, tuple[int, float]] | None = None
    ) -> None:
        """Change the requests a second, and buckets by route: how many in how many seconds."""
        told: Json = {"rules": dict(rules or {})}
        await self._ask("POST", "limits", told | ({} if budget is None else {"global": budget}))

    async def change_channel(self, channel_id: int, **changes: Any) -> None:
        """Deny the bot permissions in a channel (`denied`, bits), or delete it (`deleted`)."""
        await self._ask("POST", f"channels/{channel_id}", changes)

    async def set_roles(self, guild_id: int, user_id: int, roles: Iterable[int]) -> None:
        """Give a member exactly these roles."""
        told = {"guild_id": guild_id, "user_id": user_id, "roles": list(roles)}
        await self._ask("POST", "members", told)

    async def change_person(self, user_id: int, **changes: bool) -> None:
        """Close somebody's direct messages (`closed_dms`), or have them leave (`gone`)."""
        await self._ask("POST", f"people/{user_id}", changes)

    async def delete_message(self, channel_id: int, message_id: int) -> None:
        """Have a moderator delete a message."""
        await self._ask("DELETE", f"messages/{channel_id}/{message_id}")

    async def drop_gateway(self, **how: Any) -> int:
        """Cut connections: `shard`, `code`, `resumable`, and for how long none opens: `down_s`."""
        return (await self._ask("POST", "gateway/drop", how))["cut"]

    async def dispatch(self, event: str, guild_id: int | None, data: Json) -> bool:
        """Tell the bot of an event; False if it is not connected."""
        told = {"event": event, "guild_id": guild_id, "data": data}
        return (await self._ask("POST", "gateway/dispatch", told))["heard"]

    # ---- Waiting

    async def wait_for_counts(
        self, enough: Callable[[Json], bool], patience_s: float = PATIENCE_S
    ) -> Json:
        """Wait until the counters satisfy somebody, and return them."""
        return await self._wait(self.counts, enough, patience_s)

    async def wait_until_connected(self, shards: int = 1, patience_s: float = PATIENCE_S) -> None:
        """Return once the bot has sessions of all shards and was told of all servers."""

        def connected(counts: Json) -> bool:
            return sum(s["connected"] and s["complete"] for s in counts["sessions"]) >= shards

        await self.wait_for_counts(connected, patience_s)

    async def wait_for_accepted(
        self, count: int, patience_s: float = PATIENCE_S, *, after: int = 0
    ) -> list[Json]:
        """Wait for so many messages from an index on, and return them all."""
        total = after + count
        await self.wait_for_counts(lambda now: now["accepted"] >= total, patience_s)
        return await self.accepted(after)

    async def _wait(
        self, ask: Callable[[], Awaitable[T]], enough: Callable[[T], bool], patience_s: float
    ) -> T:
        ends = time.monotonic() + patience_s
        while not enough(found := await ask()):
            if time.monotonic() > ends:
                raise TimeoutError(f"after {patience_s} s: {found}")
            await asyncio.sleep(LOOK_S)
        return found

    async def _ask(self, method: str, path: str, told: Json | None = None) -> Any:
        data = None if told is None else to_json(told)
        url = f"{self.url}/control/{path}"
        async with self._session.request(method, url, data=data) as response:
            found = from_json(await response.read())
            if response.status != 200:
                raise ValueError(f"{method} {path}: {found}")
            return found


@asynccontextmanager
async def stand_in(sizes: Sizes | None = None) -> AsyncGenerator[StandIn]:
    """Start a stand-in in a process of its own; it is stopped at the end."""
    sizes = sizes or Sizes()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", PACKAGE),
        *("--servers", str(sizes.servers), "--channels", str(sizes.channels)),
        *("--members", str(sizes.members), "--shards", str(sizes.shards)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE_S):
            started = json.loads(await process.stdout.readline())
        async with aiohttp.ClientSession() as session:
            yield StandIn(started["url"], session)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
