"""The stand-in answers over real sockets as Discord does, and breaks when it is told to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from typing import Any

import aiohttp
import pytest

from benchmarks.stand_in import ids
from benchmarks.stand_in.places import Permission
from benchmarks.stand_in.remote import StandIn, stand_in
from benchmarks.stand_in.server import API, start
from benchmarks.stand_in.world import Sizes, World

GUILD = ids.guild_id(0)
CHANNEL = ids.channel_id(GUILD)
FAN = ids.user_id(7)
Answered = tuple[int, Any]


class Bot:
    """Requests as the bot would make them, without discord.py's waiting."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self._url = url + API
        self._session = session
        self.headers: dict[str, str] = {}

    async def ask(self, method: str, path: str, told: Any = None, **more: Any) -> Answered:
        headers = {"Authorization": f"Bot {ids.TOKEN}"} | more.pop("headers", {})
        url = self._url + path
        request = self._session.request(method, url, json=told, headers=headers, **more)
        async with request as response:
            self.headers = dict(response.headers)
            return response.status, await response.json() if response.status != 204 else None

    async def post(self, channel: int = CHANNEL, **message: Any) -> Answered:
        message.setdefault("content", "hello")
        return await self.ask("POST", f"/channels/{channel}/messages", message)

    async def post_once(self, nonce: str, channel: int = CHANNEL) -> Answered:
        return await self.post(channel, nonce=nonce, enforce_nonce=True)


@pytest.fixture
async def session() -> AsyncGenerator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
async def discord(session: aiohttp.ClientSession) -> AsyncGenerator[StandIn]:
    runner, url = await start(World(Sizes(servers=60)))
    yield StandIn(url, session)
    await runner.cleanup()


@pytest.fixture
def bot(discord: StandIn, session: aiohttp.ClientSession) -> Bot:
    return Bot(discord.url, session)


async def test_a_message_is_accepted_listed_edited_and_deleted(discord: StandIn, bot: Bot) -> None:
    before = time.time()
    status, message = await bot.post(content="one")
    assert status == 200
    one = f"/channels/{CHANNEL}/messages/{message['id']}"
    assert (await bot.ask("PATCH", one, {"content": "two"}))[1]["content"] == "two"
    _, listed = await bot.ask("GET", f"/channels/{CHANNEL}/messages?limit=10")
    assert [found["content"] for found in listed] == ["two"]
    assert (await bot.ask("DELETE", one))[0] == 204
    assert (await bot.ask("GET", one))[1]["code"] == 10008
    (accepted,) = await discord.accepted()
    assert accepted["body"]["content"] == "one"
    assert (accepted["channel_id"], accepted["guild_id"]) == (CHANNEL, GUILD)
    assert before <= accepted["at"] <= time.time()
    made_ms = (int(message["id"]) >> 22) + ids.EPOCH_MS
    assert abs(made_ms / 1000 - accepted["at"]) < 1


async def test_history_is_read_in_both_directions(bot: Bot) -> None:
    posted = [(await bot.post(content=str(number)))[1]["id"] for number in range(5)]

    async def read(query: str) -> list[str]:
        _, found = await bot.ask("GET", f"/channels/{CHANNEL}/messages?{query}")
        return [message["content"] for message in found]

    assert await read("limit=2") == ["4", "3"]
    assert await read(f"limit=2&before={posted[3]}") == ["2", "1"]
    assert await read(f"limit=2&after={posted[0]}") == ["2", "1"]


async def test_the_same_nonce_returns_the_first_message(discord: StandIn, bot: Bot) -> None:
    _, first = await bot.post_once("a")
    _, again = await bot.post_once("a")
    _, elsewhere = await bot.post_once("a", ids.channel_id(GUILD, 1))
    _, unforced = await bot.post(nonce="a")
    assert again["id"] == first["id"]
    assert len({first["id"], elsewhere["id"], unforced["id"]}) == 3
    assert len(await discord.accepted()) == 3
    assert (await discord.counts())["repeated"] == 1
    _, listed = await bot.ask("GET", f"/channels/{CHANNEL}/messages")
    assert all("nonce" not in message for message in listed)


async def test_a_file_comes_with_its_message(bot: Bot) -> None:
    form = aiohttp.FormData(quote_fields=False)
    given = '{"content":"a file","attachments":[{"id":0,"filename":"tally.csv"}]}'
    form.add_field("payload_json", given)
    form.add_field("files[0]", b"a,b", filename="tally.csv", content_type="text/csv")
    status, message = await bot.ask("POST", f"/channels/{CHANNEL}/messages", data=form)
    assert (status, message["attachments"][0]["filename"]) == (200, "tally.csv")


async def test_the_sixth_message_to_a_channel_has_to_wait(discord: StandIn, bot: Bot) -> None:
    for left in (4, 3, 2, 1, 0):
        assert (await bot.post())[0] == 200
        assert bot.headers["X-RateLimit-Remaining"] == str(left)
    status, told = await bot.post()
    assert status == 429
    assert not told["global"]
    assert 4 < told["retry_after"] <= 5
    assert (bot.headers["X-RateLimit-Scope"], "Via" in bot.headers) == ("user", True)
    assert (await bot.post(ids.channel_id(GUILD, 1)))[0] == 200
    assert (await discord.counts())["rate_limited"] == {"user": 1}
    await discord.set_limits(rules={"create_message": (7, 5.0)})
    assert (await bot.post())[0] == 200


async def test_the_fifty_first_request_in_a_second_is_over_the_budget(
    discord: StandIn, bot: Bot
) -> None:
    channels = [ids.channel_id(ids.guild_id(number)) for number in range(55)]
    answers = await asyncio.gather(*(bot.post(channel) for channel in channels))
    refused = [told for status, told in answers if status == 429]
    assert len(refused) == 5
    assert all(told["global"] and told["retry_after"] <= 1 for told in refused)
    assert (await discord.counts())["rate_limited"] == {"global": 5}
    await discord.set_limits(budget=1000)
    assert (await bot.post(channels[0]))[0] == 200


async def test_an_answer_is_lost_after_the_message_was_accepted(discord: StandIn, bot: Bot) -> None:
    await discord.set_faults({"kind": "lost_answer", "routes": ["create_message"], "times": 1})
    with pytest.raises(aiohttp.ClientError):
        await bot.post_once("lost")
    (accepted,) = await discord.accepted()
    _, again = await bot.post_once("lost")
    assert int(again["id"]) == accepted["id"]


async def test_a_connection_is_cut_before_anything_was_done(discord: StandIn, bot: Bot) -> None:
    await discord.set_faults({"kind": "cut", "times": 1})
    with pytest.raises(aiohttp.ClientError):
        await bot.post()
    assert await discord.accepted() == []


async def test_faults_answer_with_their_status(discord: StandIn, bot: Bot) -> None:
    await discord.set_faults(
        {"kind": "status", "status": 502, "times": 1},
        {"kind": "rate_limit", "retry_after": 3, "times": 1},
    )
    assert [(await bot.post())[0] for _ in range(3)] == [502, 429, 200]
    counts = await discord.counts()
    assert counts["faults"] == {"status": 1, "rate_limit": 1}
    assert counts["rate_limited"] == {"shared": 1}
    statuses = [(entry["status"], entry["fault"]) for entry in await discord.journal()]
    assert statuses == [(502, "status"), (429, "rate_limit"), (200, None)]


async def test_an_answer_takes_as_long_as_it_was_told(discord: StandIn, bot: Bot) -> None:
    await discord.set_faults(latency={"median_s": 0.2})
    began = time.monotonic()
    await bot.post()
    assert 0.19 < time.monotonic() - began < 2


async def test_what_the_bot_may_not_see_and_what_is_gone(discord: StandIn, bot: Bot) -> None:
    await discord.change_channel(CHANNEL, denied=int(Permission.SEND_MESSAGES))
    assert (await bot.post())[1]["code"] == 50013
    await discord.change_channel(CHANNEL, denied=int(Permission.VIEW_CHANNEL))
    assert (await bot.post())[1]["code"] == 50001
    await discord.change_channel(CHANNEL, deleted=True)
    assert await bot.post() == (404, {"message": "Unknown Channel", "code": 10003})
    status, _ = await bot.ask("GET", "/users/@me", headers={"Authorization": "Bot nobody"})
    assert status == 401


async def test_direct_messages_can_be_closed(discord: StandIn, bot: Bot) -> None:
    _, channel = await bot.ask("POST", "/users/@me/channels", {"recipient_id": FAN})
    assert (await bot.post(int(channel["id"])))[0] == 200
    await discord.change_person(FAN, closed_dms=True)
    status, told = await bot.post(int(channel["id"]))
    assert (status, told["code"]) == (403, 50007)


async def test_roles_are_made_given_taken_and_deleted(discord: StandIn, bot: Bot) -> None:
    roles = f"/guilds/{GUILD}/roles"
    _, made = await bot.ask("POST", roles, {"name": "In #1", "permissions": "0"})
    given = f"/guilds/{GUILD}/members/{FAN}/roles/{made['id']}"
    assert (await bot.ask("PUT", given))[0] == 204
    assert (await bot.ask("GET", f"/guilds/{GUILD}/members/{FAN}"))[1]["roles"] == [made["id"]]
    assert (await bot.ask("DELETE", given))[0] == 204
    assert (await bot.ask("DELETE", f"{roles}/{made['id']}"))[0] == 204
    assert (await bot.ask("PUT", given))[1]["code"] == 10011
    gone = f"/guilds/{GUILD}/members/{ids.user_id(5000)}/roles/{ids.role_id(GUILD)}"
    assert (await bot.ask("PUT", gone))[1]["code"] == 10007


async def test_threads_and_pins(bot: Bot) -> None:
    _, message = await bot.post()
    below = f"/channels/{CHANNEL}/messages/{message['id']}/threads"
    _, thread = await bot.ask("POST", below, {"name": "Shifts"})
    assert (thread["id"], thread["parent_id"]) == (message["id"], str(CHANNEL))
    assert (await bot.post(int(thread["id"])))[0] == 200
    pins = f"/channels/{CHANNEL}/messages/pins"
    assert (await bot.ask("PUT", f"{pins}/{message['id']}"))[0] == 204
    assert len((await bot.ask("GET", pins))[1]["items"]) == 1


async def test_it_runs_as_a_process_of_its_own(session: aiohttp.ClientSession) -> None:
    async with stand_in(Sizes(servers=3)) as discord:
        assert (await Bot(discord.url, session).post(ids.channel_id(ids.guild_id(2))))[0] == 200
        assert (await discord.counts())["accepted"] == 1
