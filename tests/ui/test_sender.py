"""The sender on a simulated Discord: what is posted, once, and which failures will pass."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest
from simcord.env import Env

from domain.deliveries import Delivery, DeliveryKind, Post
from domain.errors import SendFailed
from domain.owed_messages import OwedMessage
from domain.servers import RolePurpose, Server
from domain.tally import Tally
from locales import Language
from tests.domain.ledgers import DAY, START
from tests.ui.subjects import HOUR, fundraiser, make_server, owe, some_tally
from ui.sender import DiscordSender, nonce_of

PNG = bytes.fromhex("89504e470d0a1a0a")


async def draw_nothing_much(say: Language, tally: Tally, server: Server) -> bytes:
    return PNG


async def fail_to_draw(say: Language, tally: Tally, server: Server) -> bytes:
    raise RuntimeError("no fonts")


class Desk:
    """A sender, a channel to send to, and the message that is owed there."""

    def __init__(self, env: Env) -> None:
        self.env = env
        self.bot: Any = env.bot
        self.guild = env.create_guild()
        self.channel = self.guild.create_text_channel("announcements")
        self.role = self.guild.create_role("Fans")
        self.fan = self.guild.add_member(env.create_user("fan"))
        self.server = make_server(
            guild_id=self.guild.id,
            announce_channel_id=self.channel.id,
            roles={RolePurpose.PING: self.role.id},
        )
        self.sender = DiscordSender(self.bot, chart=draw_nothing_much)

    def owe(self, kind: DeliveryKind, **values: Any) -> OwedMessage:
        values.setdefault("server", self.server)
        now = START + 2 * DAY if kind is DeliveryKind.TALLY else START - HOUR
        return owe(kind, fundraiser(guild_id=self.guild.id), now, **values)

    def body(self) -> dict[str, Any]:
        """What was last posted, as it went to Discord."""
        bodies = [entry.json for entry in self.env.http_requests if entry.method == "POST"]
        assert isinstance(bodies[-1], dict)
        return bodies[-1]


@pytest.fixture
def desk(simcord_env: Env) -> Desk:
    return Desk(simcord_env)


async def test_a_delivery_is_posted_with_its_nonce_and_pings_one_role(desk: Desk) -> None:
    owed = desk.owe(DeliveryKind.ANNOUNCEMENT)
    post = await desk.sender.send(owed)
    message = desk.channel.last_message
    assert message is not None
    assert post == Post(desk.channel.id, message.id)
    body = desk.body()
    assert body["nonce"] == nonce_of(owed.delivery)
    assert body["enforce_nonce"] is True
    assert body["allowed_mentions"]["parse"] == []
    assert body["allowed_mentions"]["roles"] == [desk.role.id]
    assert not body["allowed_mentions"].get("users")
    assert message.flags.suppress_embeds


async def test_a_delivery_sent_again_has_the_same_nonce(desk: Desk) -> None:
    """By which Discord knows it; simcord does not model that."""
    owed = desk.owe(DeliveryKind.REMINDER)
    await desk.sender.send(owed)
    first = desk.body()
    await desk.sender.send(owed)
    assert desk.body() == first


async def test_a_posted_card_s_button_reaches_the_bot(desk: Desk) -> None:
    await desk.sender.send(desk.owe(DeliveryKind.CARD))
    message = desk.channel.last_message
    assert message is not None
    assert message.flags.components_v2
    await desk.fan.click(message, label="I'm in")
    assert [target.action_id for target in desk.bot.pressed] == [7]


async def test_a_card_is_redrawn_in_place(desk: Desk) -> None:
    owed = desk.owe(DeliveryKind.CARD)
    post = await desk.sender.send(owed)
    action = fundraiser(guild_id=desk.guild.id, title="Renamed")
    await desk.sender.redraw(action, desk.server, post, START)
    assert len(desk.channel.history()) == 1
    edits = [entry.json for entry in desk.env.http_requests if entry.method == "PATCH"]
    assert "Renamed" in str(edits[-1])
    assert "'parse': []" in str(edits[-1])


def write_files(folder: Path) -> tuple[Path, ...]:
    files = (folder / "tally.csv", folder / "tally.json")
    for file in files:
        file.write_text(file.name)
    return files


async def test_a_tally_is_posted_with_its_chart_and_its_files(desk: Desk, tmp_path: Path) -> None:
    """And edited with new ones, which take the place of the old."""
    files = write_files(tmp_path)
    owed = desk.owe(DeliveryKind.TALLY, tally=some_tally(), files=files)
    post = await desk.sender.send(owed)
    names = ["tally.png", "tally.csv", "tally.json"]
    message = desk.channel.last_message
    assert message is not None
    assert [file.filename for file in message.attachments] == names
    files[0].write_text("amended")
    await desk.sender.redraw_message(owed, post)
    (message,) = desk.channel.history()
    assert [file.filename for file in message.attachments] == names
    assert await message.attachments[1].read() == b"amended"


async def test_a_tally_goes_out_without_a_chart_that_can_t_be_drawn(
    desk: Desk, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    sender = DiscordSender(desk.bot, chart=fail_to_draw)
    files = write_files(tmp_path)
    await sender.send(desk.owe(DeliveryKind.TALLY, tally=some_tally(), files=files))
    message = desk.channel.last_message
    assert message is not None
    assert {file.filename for file in message.attachments} == {"tally.csv", "tally.json"}
    assert "without a chart" in caplog.text


@pytest.mark.parametrize(
    ("status", "code", "reason", "permanent"),
    [
        (403, 50013, "forbidden", True),
        (404, 10003, "not_found", True),
        (400, 50035, "rejected", True),
        (401, 0, "http_401", False),
        (429, 20016, "http_429", False),
        (500, 0, "http_500", False),
        (503, 0, "http_503", False),
    ],
)
async def test_failures_that_pass_are_told_from_those_that_do_not(
    desk: Desk, status: int, code: int, reason: str, permanent: bool
) -> None:
    for method in ("POST", "PATCH"):
        desk.env.inject_error(method, "/channels/*/messages*", status=status, code=code)
    with pytest.raises(SendFailed) as failed:
        await desk.sender.send(desk.owe(DeliveryKind.MOMENT))
    assert (failed.value.reason, failed.value.permanent) == (reason, permanent)
    with pytest.raises(SendFailed) as failed:
        await desk.sender.redraw(fundraiser(), desk.server, Post(desk.channel.id, 5), START)
    assert (failed.value.reason, failed.value.permanent) == (reason, permanent)


@pytest.mark.parametrize("error", [aiohttp.ClientError(), TimeoutError(), OSError()])
async def test_a_network_that_is_down_is_no_permanent_failure(
    desk: Desk, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unplugged(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr(desk.bot.http, "request", unplugged)
    with pytest.raises(SendFailed) as failed:
        await desk.sender.send(desk.owe(DeliveryKind.MOMENT))
    assert (failed.value.reason, failed.value.permanent) == ("unreachable", False)
    monkeypatch.undo()


async def test_a_server_without_a_channel_fails_for_good(desk: Desk) -> None:
    owed = desk.owe(DeliveryKind.MOMENT, server=make_server(announce_channel_id=None))
    with pytest.raises(SendFailed) as failed:
        await desk.sender.send(owed)
    assert (failed.value.reason, failed.value.permanent) == ("no_channel", True)


async def test_what_an_organiser_is_told_directly_is_found_again(desk: Desk) -> None:
    nowhere = make_server(guild_id=desk.guild.id, announce_channel_id=None, roles={})
    action = fundraiser(guild_id=desk.guild.id, organiser_user_id=desk.fan.id)
    owed = replace(desk.owe(DeliveryKind.PREFLIGHT, server=nowhere), action=action)
    since = discord.utils.utcnow()
    assert await desk.sender.find(owed, since) is None
    post = await desk.sender.send(owed)
    assert await desk.sender.find(owed, since) == post
    another = replace(
        owed, delivery=replace(owed.delivery, delivery_id=owed.delivery.delivery_id + 1)
    )
    assert await desk.sender.find(another, since) is None
    elsewhere = replace(owed, server=replace(nowhere, guild_id=desk.guild.id + 1))
    assert await desk.sender.find(elsewhere, since) is None


async def test_where_an_organiser_takes_no_direct_messages_another_one_is_told(desk: Desk) -> None:
    nowhere = make_server(guild_id=desk.guild.id, announce_channel_id=None, roles={})
    other = desk.guild.add_member(desk.env.create_user("other"))
    action = fundraiser(guild_id=desk.guild.id, organiser_user_id=desk.fan.id)
    action = replace(action, parts=replace(action.parts, co_organisers=(other.id,)))
    owed = replace(desk.owe(DeliveryKind.PREFLIGHT, server=nowhere), action=action)
    since = discord.utils.utcnow()
    closed = await desk.bot.create_dm(discord.Object(desk.fan.id))
    path = f"/channels/{closed.id}/messages"
    desk.env.inject_error("POST", path, status=403, code=50007)
    post = await desk.sender.send(owed)
    assert post.channel_id == (await desk.bot.create_dm(discord.Object(other.id))).id
    assert await desk.sender.find(owed, since) == post


async def test_an_organiser_reads_directly_which_role_may_not_be_pinged(desk: Desk) -> None:
    server = make_server(guild_id=desk.guild.id, announce_channel_id=None, roles={})
    me = desk.bot.get_guild(desk.guild.id).me
    left = me.top_role.permissions
    left.update(mention_everyone=False, administrator=False)
    desk.env.backend.edit_role(desk.guild.id, me.top_role.id, {"permissions": left.value})
    await desk.env.settle()
    action = fundraiser(guild_id=desk.guild.id, organiser_user_id=desk.fan.id, title="<@&1> @here")
    action = replace(action, grants_role=True, role_id=desk.role.id)
    await desk.sender.send(replace(desk.owe(DeliveryKind.PREFLIGHT, server=server), action=action))
    text = desk.body()["content"]
    assert "@Fans" in text
    assert f"<@&{desk.role.id}>" not in text
    assert desk.body()["allowed_mentions"]["parse"] == []


async def test_who_removed_the_bot_from_a_server_gets_no_direct_messages_about_it(
    desk: Desk,
) -> None:
    gone = make_server(guild_id=desk.guild.id + 1)
    repeat = desk.owe(DeliveryKind.AHEAD, server=gone, addressee=desk.fan.id)
    owed = desk.owe(DeliveryKind.DIRECT, server=gone, addressee=desk.fan.id, repeats=(repeat,))
    with pytest.raises(SendFailed) as failed:
        await desk.sender.send(owed)
    assert (failed.value.reason, failed.value.permanent) == ("unavailable", False)
    assert [entry for entry in desk.env.http_requests if entry.method == "POST"] == []


def test_a_nonce_is_short_and_one_delivery_s_own() -> None:
    def nonce(guild_id: int, delivery_id: int) -> str:
        return nonce_of(Delivery(guild_id, delivery_id, 1, DeliveryKind.CARD, START, 0))

    assert len(nonce(2**63 - 1, 36**11 - 1)) <= 25
    assert nonce(36, 1) == "10-1"
    assert nonce(1, 23) != nonce(12, 3)


# ---- Roles of participants


async def test_a_role_is_made_given_taken_and_deleted(desk: Desk) -> None:
    sender, guild_id, fan_id = desk.sender, desk.guild.id, desk.fan.id
    role_id = await sender.create_role(guild_id, "#12 " + "총" * 100)
    role = desk.env.backend.get_guild(guild_id).roles[role_id]
    assert (len(role.name), role.permissions) == (100, 0)
    await sender.change_role(guild_id, fan_id, role_id, gives=True)
    assert desk.env.backend.get_member(guild_id, fan_id).role_ids == [role_id]
    await sender.change_role(guild_id, fan_id, role_id, gives=False)
    assert desk.env.backend.get_member(guild_id, fan_id).role_ids == []
    await sender.delete_role(guild_id, role_id)
    assert role_id not in desk.env.backend.get_guild(guild_id).roles


async def test_a_member_who_left_and_a_deleted_role_are_told_apart(desk: Desk) -> None:
    sender, guild_id, fan_id = desk.sender, desk.guild.id, desk.fan.id
    role_id = await sender.create_role(guild_id, "#12")
    with pytest.raises(SendFailed, match="member_gone"):
        await sender.change_role(guild_id, fan_id + 1, role_id, gives=True)
    await sender.delete_role(guild_id, role_id)
    for work in (
        sender.change_role(guild_id, fan_id, role_id, gives=True),
        sender.delete_role(guild_id, role_id),
    ):
        with pytest.raises(SendFailed, match="role_gone") as caught:
            await work
        assert caught.value.permanent
