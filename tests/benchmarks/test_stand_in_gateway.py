"""The stand-in's gateway speaks as Discord's does."""

from __future__ import annotations

import json
import zlib
from collections.abc import AsyncGenerator
from typing import Any

import aiohttp
import pytest

from benchmarks.stand_in import ids
from benchmarks.stand_in.remote import StandIn
from benchmarks.stand_in.server import GATEWAY, start
from benchmarks.stand_in.world import Sizes, World

GUILDS, MEMBERS = 1, 2
EVEN = ids.guild_id(0)


class Socket:
    """One connection to the gateway."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self._inflate = zlib.decompressobj()

    async def hear(self) -> dict[str, Any]:
        message = await self.socket.receive(timeout=5)
        if message.type is aiohttp.WSMsgType.BINARY:
            assert message.data.endswith(b"\x00\x00\xff\xff")
            return json.loads(self._inflate.decompress(message.data))
        assert message.type is aiohttp.WSMsgType.TEXT, message
        return json.loads(message.data)

    async def say(self, op: int, data: Any) -> None:
        await self.socket.send_json({"op": op, "d": data})

    async def identify(self, shard: tuple[int, int] = (0, 1), intents: int = GUILDS) -> str:
        """Begin a session; returns its id. READY is heard, the servers are not."""
        assert (await self.hear())["op"] == 10
        await self.say(2, {"token": ids.TOKEN, "intents": intents, "shard": shard})
        ready = await self.hear()
        assert ready["t"] == "READY"
        return ready["d"]["session_id"]

    async def servers(self, count: int) -> list[int]:
        told = [await self.hear() for _ in range(count)]
        assert {event["t"] for event in told} == {"GUILD_CREATE"}
        return [int(event["d"]["id"]) for event in told]


@pytest.fixture
async def session() -> AsyncGenerator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
async def discord(session: aiohttp.ClientSession) -> AsyncGenerator[StandIn]:
    runner, url = await start(World(Sizes(servers=4, members=2500)))
    yield StandIn(url, session)
    await runner.cleanup()


async def connect(
    discord: StandIn, session: aiohttp.ClientSession, compress: str = "zlib-stream"
) -> Socket:
    return Socket(await session.ws_connect(f"{discord.url}{GATEWAY}?v=10&compress={compress}"))


@pytest.mark.parametrize("compress", ["zlib-stream", ""])
async def test_a_shard_is_told_of_its_own_servers(
    discord: StandIn, session: aiohttp.ClientSession, compress: str
) -> None:
    socket = await connect(discord, session, compress)
    await socket.identify((1, 2))
    found = await socket.servers(2)
    assert [(guild_id >> 22) % 2 for guild_id in found] == [1, 1]
    await socket.say(1, None)
    assert (await socket.hear())["op"] == 11


async def test_a_wrong_token_is_refused(discord: StandIn, session: aiohttp.ClientSession) -> None:
    socket = await connect(discord, session)
    await socket.hear()
    await socket.say(2, {"token": "nobody", "intents": 0})
    closed = await socket.socket.receive(timeout=5)
    assert (closed.type, closed.data) == (aiohttp.WSMsgType.CLOSE, 4004)


async def test_a_session_that_is_resumed_hears_what_it_missed_in_order(
    discord: StandIn, session: aiohttp.ClientSession
) -> None:
    first = await connect(discord, session)
    session_id = await first.identify()
    await first.servers(4)
    await discord.drop_gateway()
    for number in range(3):
        assert not await discord.dispatch("GUILD_UPDATE", EVEN, {"number": number})
    again = await connect(discord, session)
    await again.hear()
    told = {"token": ids.TOKEN, "session_id": session_id, "seq": 5}
    await again.say(6, told)
    heard = [await again.hear() for _ in range(4)]
    assert [event["d"].get("number") for event in heard] == [0, 1, 2, None]
    assert [event["s"] for event in heard] == [6, 7, 8, 9]
    assert heard[-1]["t"] == "RESUMED"


async def test_a_session_that_was_forgotten_has_to_identify_anew(
    discord: StandIn, session: aiohttp.ClientSession
) -> None:
    first = await connect(discord, session)
    session_id = await first.identify()
    await discord.drop_gateway(code=4007, resumable=False)
    again = await connect(discord, session)
    await again.hear()
    await again.say(6, {"token": ids.TOKEN, "session_id": session_id, "seq": 1})
    assert await again.hear() == {"op": 9, "d": False, "s": None, "t": None}


async def test_nobody_connects_while_it_is_down(
    discord: StandIn, session: aiohttp.ClientSession
) -> None:
    await discord.drop_gateway(down_s=30)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await connect(discord, session)


async def test_members_come_in_chunks(discord: StandIn, session: aiohttp.ClientSession) -> None:
    socket = await connect(discord, session)
    await socket.identify(intents=GUILDS | MEMBERS)
    assert len((await socket.hear())["d"]["members"]) == 251
    await socket.servers(3)
    await socket.say(8, {"guild_id": str(EVEN), "query": "", "limit": 0, "nonce": "n"})
    chunks = [(await socket.hear())["d"] for _ in range(3)]
    assert [len(chunk["members"]) for chunk in chunks] == [1000, 1000, 501]
    assert {chunk["nonce"] for chunk in chunks} == {"n"}
    people = {member["user"]["id"] for chunk in chunks for member in chunk["members"]}
    assert len(people) == 2501
