"""The real bot, in a process of its own, lives with the stand-in as it does with Discord."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio

from benchmarks.stand_in import ids
from benchmarks.stand_in.bot_process import BotProcess, start_bot
from benchmarks.stand_in.messages import custom_ids
from benchmarks.stand_in.places import Json
from benchmarks.stand_in.remote import StandIn, stand_in
from benchmarks.stand_in.world import Sizes

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATIENCE = 60.0
"""Seconds in which the bot starts, on a machine that is busy."""

GUILD = ids.guild_id(1)
CHANNEL = ids.channel_id(GUILD)
OWNER, FAN = ids.user_id(0), ids.user_id(9)
JOIN = "fc:join:"
TEXTS = ("letters", "Write by hand", "https://example.org/letters", "100", "20")
"""What is filled into the form of a custom action."""


class Running:
    """A stand-in, and the bot on one database, which can be started again."""

    def __init__(self, discord: StandIn, database_url: str, folder: Path) -> None:
        self.discord = discord
        self._database_url = database_url
        self._folder = folder
        self.bot: BotProcess

    async def start(self) -> None:
        self.bot = await start_bot(self.discord.url, self._database_url, self._folder)
        await self.bot.wait_until_ready(PATIENCE)

    async def do(self, user_id: int = OWNER, **tap: object) -> Json:
        return await self.discord.tap_and_see(user_id=user_id, guild_id=GUILD, **tap)

    async def publish(self, title: str) -> Json:
        """Create and publish an action by command, form and button.

        Returns the announcement as it was accepted, once the card was too.
        """
        before = (await self.discord.counts())["accepted"]
        options = {"kind": "custom", "title": title, "when": "in 3 days"}
        asked = await self.do(command="action create", options=options)
        fields = dict(zip(custom_ids(asked["form"]["components"]), TEXTS, strict=True))
        preview = await self.do(form=asked["form"]["custom_id"], fields=fields)
        (shown,) = preview["messages"]
        await self.do(button="fc:publish:", message_id=shown["id"])
        announcement, _ = await self.discord.wait_for_accepted(2, PATIENCE, after=before)
        return announcement

    @property
    def broke_down(self) -> list[str]:
        """What the bot logged with a traceback; that it can't connect is said with one too."""
        logged = [part.splitlines()[-1] for part in self.bot.log.split("\nTraceback")[:-1]]
        return [line for line in logged if "Attempting a reconnect" not in line]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Running]:
    """The bot with its zone and its channel chosen by command and select."""
    folder = tmp_path_factory.mktemp("bot")
    shutil.copy(sqlite_template, folder / "bot.sqlite")
    async with stand_in(Sizes(servers=3)) as discord:
        found = Running(discord, f"sqlite:///{folder}/bot.sqlite", folder)
        try:
            await found.start()
            panel = await found.do(command="setup", options={"zone": "Asia/Seoul"})
            (shown,) = panel["messages"]
            channel = {"button": "fsc:setup_channel:", "values": [CHANNEL]}
            await found.do(**channel, message_id=shown["id"])
            yield found
            assert found.broke_down == []
            assert await found.bot.stop() == 0
        finally:
            await found.bot.kill()
        nonces = [message["nonce"] for message in await discord.accepted()]
        assert len(set(nonces)) == len(nonces)


async def test_a_published_action_is_posted_with_a_nonce(running: Running) -> None:
    card = await running.publish("Letters")
    assert (card["channel_id"], card["author_id"]) == (CHANNEL, ids.BOT_ID)
    assert card["nonce"]
    assert (await running.discord.counts())["rate_limited"] == {}


async def test_fans_who_tap_at_one_instant_are_all_answered(running: Running) -> None:
    card = await running.publish("Together")
    there = {"channel_id": CHANNEL, "message_id": card["id"], "button": JOIN}
    taps = [there | {"user_id": ids.user_id(10 + n)} for n in range(50)]
    answered = await running.discord.tap_together(*taps)
    assert len(answered) == 50
    assert not any(tap["late"] for tap in answered)


async def test_a_message_whose_answer_was_lost_is_posted_once(running: Running) -> None:
    """The bot asks Discord, or sends it again with the same nonce."""
    lost = {"kind": "lost_answer", "routes": ["create_message"], "times": 1}
    await running.discord.set_faults(lost)
    before = await running.discord.counts()
    await running.publish("Lost and found")

    def mended(counts: Json) -> bool:
        return counts["faults"] == {"lost_answer": 1} and counts["repeated"] + counts["routes"].get(
            "list_messages", 0
        ) > before["repeated"] + before["routes"].get("list_messages", 0)

    await running.discord.wait_for_counts(mended, PATIENCE)
    posted = await running.discord.wait_for_accepted(2, PATIENCE, after=before["accepted"])
    assert len({message["nonce"] for message in posted}) == len(posted) == 2


async def test_a_cut_connection_is_resumed(running: Running) -> None:
    """What happens meanwhile is heard then."""
    assert await running.discord.drop_gateway(code=4000) == 1
    await running.discord.wait_until_connected(1, PATIENCE)
    assert (await running.discord.counts())["resumed"] == 1
    assert (await running.do(FAN, command="me"))["messages"]


async def test_what_is_owed_while_the_gateway_is_away_is_posted_then_and_once(
    running: Running,
) -> None:
    """The first attempt fails, and the connection is gone by the second one."""
    before = await running.discord.counts()
    away = {"kind": "status", "status": 503, "routes": ["create_message"], "times": 1}
    await running.discord.set_faults(away)

    async def cut() -> None:
        await running.discord.wait_for_counts(lambda now: "status" in now["faults"], PATIENCE)
        assert await running.discord.drop_gateway(code=4000, down_s=5.0) == 1
        await running.discord.wait_for_accepted(2, PATIENCE, after=before["accepted"])
        (session,) = (await running.discord.counts())["sessions"]
        assert not session["connected"], "it was posted meanwhile"

    await asyncio.gather(running.publish("Cut off"), cut())
    posted = await running.discord.accepted(before["accepted"])
    assert len({message["nonce"] for message in posted}) == len(posted) == 2
    await running.discord.wait_until_connected(1, PATIENCE)


async def test_what_was_posted_outlives_a_killed_bot(running: Running) -> None:
    """And its buttons work once it is back."""
    card = await running.publish("Still there")
    await running.bot.kill()
    posted = [message["id"] for message in await running.discord.accepted()]
    assert card["id"] in posted
    await running.start()
    seen = await running.do(FAN, button=JOIN, message_id=card["id"])
    assert seen["messages"]
    assert [message["id"] for message in await running.discord.accepted()] == posted
