"""Before the moment on Discord: organisers are told what hinders it, and get texts to post."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType
from simcord.results import ResponseMessage
from sqlalchemy import update

from db.tables import delivery
from demo.world import BOT
from domain.deliveries import DeliveryKind, DeliveryState
from domain.preflight import Flaw, Found
from services.faults import Faults
from tests.fanserver import ENGLISH, FanServer
from tests.shown import labels_of, pings_of, text_of, told
from ui.sender import DiscordSender

TAG = "#OnlyAtTheMoment"
HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
async def staffed(server: FanServer) -> FanServer:
    """A server whose organisers are told in #general."""
    await server.services.servers.set_organiser_channel(
        server.manager, server.guild_id, server.general.id
    )
    return server


def forbid(server: FanServer, **permissions: bool) -> None:
    """Take permissions from the bot in #announcements."""
    taken = discord.Permissions(**permissions).value
    bot = server.env.backend.bot_user.id
    server.env.backend.edit_channel(
        server.announcements.id,
        {},
        overwrites=[Overwrite(bot, OverwriteType.MEMBER, 0, taken)],
    )


def limit_bot(server: FanServer, name: str) -> None:
    """Take a permission from the bot in the whole server."""
    role = server.world.guild.roles[BOT]
    left = discord.Permissions(server.env.backend.get_role(server.guild_id, role.id).permissions)
    left.update(**{name: False})
    server.env.backend.edit_role(server.guild_id, role.id, {"permissions": left.value})


def preflights(server: FanServer) -> list[ResponseMessage]:
    """What organisers were told in their channel before moments, oldest first."""
    label = ENGLISH("button.spare_texts")
    return [m for m in server.messages(server.general) if label in labels_of(m)]


def direct_texts(server: FanServer) -> list[str]:
    """The direct messages that the bot has sent."""
    known = {server.general.id, server.announcements.id}
    return [
        message.content
        for channel_id, messages in server.env.backend.messages.items()
        for message in messages.values()
        if channel_id not in known
    ]


async def test_half_an_hour_before_organisers_read_that_all_is_ready(staffed: FanServer) -> None:
    server = staffed
    action = await server.publish("hashtag")
    await server.jump_to(action.starts_at - HALF_AN_HOUR - timedelta(minutes=1))
    assert preflights(server) == []
    await server.jump_to(action.starts_at - HALF_AN_HOUR)
    (message,) = preflights(server)
    assert "everything is ready" in text_of(message)
    assert pings_of(message) == (set(), set(), False)
    assert not any(TAG in text_of(m) for m in server.messages() + server.messages(server.general))


async def test_what_is_missing_is_named_with_its_channel_and_the_organiser_is_pinged(
    staffed: FanServer,
) -> None:
    server = staffed
    action = await server.publish("hashtag")
    await server.press(server.fan, server.card(), "join")
    role_id = (await server.newest()).role_id
    forbid(server, send_messages=True)
    limit_bot(server, "mention_everyone")
    await server.jump_to(action.starts_at - HALF_AN_HOUR)
    (message,) = preflights(server)
    channel = f"<#{server.announcements.id}>"
    names = "Send Messages"
    lines = text_of(message).splitlines()
    assert f"▸ {ENGLISH('preflight.flaw.permissions', channel=channel, names=names)}" in lines
    role = f"<@&{role_id}>"
    assert f"▸ {ENGLISH('preflight.flaw.role_silent', role=role)}" in lines
    assert pings_of(message) == ({server.organiser.id}, set(), False)
    server.errors.texts.clear()  # the reminders that could not be posted


async def test_without_a_channel_for_organisers_it_is_a_direct_message(server: FanServer) -> None:
    action = await server.publish("hashtag")
    await server.jump_to(action.starts_at - HALF_AN_HOUR)
    assert await server.outcome(action, DeliveryKind.PREFLIGHT) == [DeliveryState.SENT]
    (text,) = (t for t in direct_texts(server) if "everything is ready" in t)
    assert TAG not in text
    assert not any("everything is ready" in text_of(m) for m in server.messages())


async def test_a_direct_message_whose_answer_was_lost_is_not_sent_again(server: FanServer) -> None:
    action = await server.publish("hashtag")
    await server.jump_to(action.starts_at - HALF_AN_HOUR)
    async with server.database.write() as conn:
        await conn.execute(
            update(delivery)
            .where(delivery.c.kind == DeliveryKind.PREFLIGHT)
            .values(
                state=DeliveryState.CLAIMED,
                unsure_since=action.starts_at - HALF_AN_HOUR,
                message_id=None,
            )
        )
    await server.jump(minutes=2)
    assert await server.outcome(action, DeliveryKind.PREFLIGHT) == [DeliveryState.SENT]
    assert len([t for t in direct_texts(server) if "everything is ready" in t]) == 1


async def test_the_texts_are_for_those_who_run_it_alone(staffed: FanServer) -> None:
    server = staffed
    action = await server.publish("hashtag")
    await server.press(server.fan, server.card(), "join")
    await server.jump_to(action.starts_at - HALF_AN_HOUR)
    (message,) = preflights(server)
    refused = await server.press(server.fan, message, "spare_texts")
    assert TAG not in told(refused)
    shown = await server.press(server.organiser, message, "spare_texts")
    assert shown.response is not None
    texts = [shown.response, *shown.followups]
    assert all(text.ephemeral for text in texts)
    moment = text_of(texts[1])
    assert f"\n{TAG}\n" in moment
    assert f"<@&{(await server.newest()).role_id}>" in moment
    assert pings_of(texts[1]) == (set(), set(), False), "only who posts it pings"


async def test_it_can_be_checked_from_the_panel_at_any_time_and_again(staffed: FanServer) -> None:
    server = staffed
    action = await server.publish("attendance")
    panel = await server.slash(server.organiser, "action manage", action=f"#{action.number}")
    checked = await server.press(server.organiser, panel, "preflight")
    assert "everything is ready" in told(checked)
    forbid(server, embed_links=True)
    again = await server.press(server.organiser, checked, "preflight")
    assert "Embed Links" in told(again)
    outsider = await server.press_forged(server.outsider, f"fc:preflight:{action.action_id}")
    assert "Embed Links" not in told(outsider)


async def test_a_refused_message_is_told_with_the_permission_and_the_channel(
    staffed: FanServer,
) -> None:
    server = staffed
    action = await server.publish()
    forbid(server, send_messages=True)
    await server.jump_to(action.starts_at - timedelta(hours=2))
    server.expect_error("failed for good: forbidden")
    (notice,) = (m for m in server.messages(server.general) if "needs you" in text_of(m))
    channel = f"<#{server.announcements.id}>"
    mend = ENGLISH("notice.mend.failed.lacking", channel=channel, permissions="Send Messages")
    assert mend in text_of(notice)


async def test_the_operator_reads_of_faults_in_a_direct_message(server: FanServer) -> None:
    faults = Faults(server.clock, DiscordSender(server.bot), server.moderator.id, gather=0)
    faults.start()
    try:
        logging.getLogger("services.courier").error("delivery %s/%s failed", 1, 2)
        server.expect_error("delivery 1/2 failed")
        await faults.tell()
    finally:
        await faults.stop()
    (text,) = direct_texts(server)
    assert text.splitlines()[0] == ENGLISH.many("faults.heading", 1, minutes="1")
    assert "services.courier: delivery 1/2 failed" in text


async def test_what_is_not_on_discord_any_more_or_may_not_be_given_is_found(
    staffed: FanServer,
) -> None:
    server = staffed
    await server.publish("hashtag")
    action = replace(await server.newest(), grants_role=True, role_id=1, sign_up_role_id=2)
    sender = DiscordSender(server.bot)
    stored = await server.services.servers.get(server.guild_id)
    server.env.backend.delete_channel(server.general.id)
    await server.settle()
    limit_bot(server, "manage_roles")
    found = await sender.check(action, stored)
    assert found == (
        Found(Flaw.CHANNEL_GONE, server.general.id),
        Found(Flaw.ROLE_GONE, role_id=2, names=("gate",)),
        Found(Flaw.ROLE_GONE, role_id=1, names=("participants",)),
        Found(Flaw.CANNOT_GRANT),
    )
    forbid(server, view_channel=True)
    found = await sender.check(replace(action, grants_role=False, sign_up_role_id=None), stored)
    assert found[0] == Found(Flaw.PERMISSIONS, server.announcements.id, names=("view_channel",)), (
        "the one that brings back the others"
    )
