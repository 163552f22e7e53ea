"""Deleted channels, roles and cards: organisers are told, and one click mends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType
from simcord.results import ResponseMessage

from db.queries.actions import update_action
from domain.actions import Action
from domain.deliveries import DeliveryKind, DeliveryState
from tests.fanserver import ENGLISH, FanServer
from tests.shown import id_of, ids_of, labels_of, pings_of, text_of, told

TITLE = "Match a million"


@pytest.fixture
async def staffed(server: FanServer) -> FanServer:
    """A server whose organisers are told in #general."""
    await server.services.servers.set_organiser_channel(
        server.manager, server.guild_id, server.general.id
    )
    return server


def notices(server: FanServer) -> list[ResponseMessage]:
    """What organisers were told in their channel, oldest first."""
    return [m for m in server.messages(server.general) if "needs you" in text_of(m)]


def delete_card(server: FanServer) -> None:
    server.env.backend.delete_message(server.announcements.id, server.card().id)


async def change(server: FanServer, action: Action, **values: Any) -> None:
    changed = replace(action, **values)
    await server.services.commit.run(lambda conn: update_action(conn, changed))


# ---- Cards


async def test_a_deleted_card_is_noticed_and_one_click_posts_it_again(staffed: FanServer) -> None:
    server = staffed
    await server.publish()
    announcement = server.messages()[0]
    delete_card(server)
    joined = await server.click(server.fan, announcement, "I'm in")
    assert "You're in" in told(joined)
    (notice,) = notices(server)
    assert text_of(notice).startswith(f"<@{server.organiser.id}>")
    assert f"“{TITLE}” (#1)" in text_of(notice)
    assert pings_of(notice) == (set(), set(), False)
    assert labels_of(notice) == ["Post the card again", "Choose another channel"]
    await server.click(server.fans[1], announcement, "I'm in")
    assert len(notices(server)) == 1, "it is told once"
    done = await server.click(server.organiser, notice, "Post the card again")
    channel = f"<#{server.announcements.id}>"
    assert told(done) == ENGLISH("mending.posted_again", title=TITLE, channel=channel)
    assert "**In** 2 people" in text_of(server.card())
    await server.click(server.fans[2], server.card(), "I'm in")
    assert "**In** 3 people" in text_of(server.card())


async def test_a_card_that_stands_is_not_posted_twice(staffed: FanServer) -> None:
    server = staffed
    action = await server.publish()
    button = f"fc:post_again:{action.action_id}"
    refused = await server.press_forged(server.organiser, button)
    assert f"/{server.announcements.id}/{server.card().id}" in told(refused)
    await server.services.redraws.flush()
    delete_card(server)  # nobody has noticed yet
    await server.press_forged(server.organiser, button)
    assert "**In** 0 people" in text_of(server.card())
    assert len([m for m in server.messages() if m.flags.components_v2]) == 1
    assert notices(server) == [], "it was mended before anybody had to be told"


async def test_a_notice_goes_where_the_action_is_where_no_channel_is_for_organisers(
    server: FanServer,
) -> None:
    await server.publish()
    announcement = server.messages()[0]
    delete_card(server)
    await server.click(server.fan, announcement, "I'm in")
    notice = server.messages()[-1]
    assert ENGLISH("notice.mend.card_gone") in text_of(notice)
    assert pings_of(notice) == (set(), set(), False)


# ---- Channels


async def test_a_deleted_channel_is_noticed_and_the_action_moves_with_one_choice(
    staffed: FanServer,
) -> None:
    server = staffed
    action = await server.publish()
    gone = server.announcements
    server.env.backend.delete_channel(gone.id)
    await server.settle()
    (notice,) = notices(server)
    assert labels_of(notice) == ["Choose another channel", "Post the card again"]
    await server.jump_to(action.starts_at - timedelta(hours=2))
    server.expect_error("failed for good: not_found")
    assert [ENGLISH("notice.mend.failed.not_found") in text_of(m) for m in notices(server)] == [
        False,
        True,
    ]
    refused = await server.click(server.organiser, notice, "Post the card again")
    button = ENGLISH("button.move_channel")
    assert told(refused) == ENGLISH("mending.no_such_channel", button=button)
    panel = await server.click(server.organiser, notice, "Choose another channel")
    moved = await server.pick(server.organiser, panel, "move_channel", server.general)
    assert told(moved) == ENGLISH("mending.moved", title=TITLE, channel=f"<#{server.general.id}>")
    card = next(m for m in server.messages(server.general) if m.flags.components_v2)
    assert "Fundraiser · #1" in text_of(card)
    late = [m for m in server.messages(server.general) if "This message is late" in text_of(m)]
    assert len(late) == 1, "the reminder that had failed"
    await server.jump_to(action.starts_at)
    assert any("It's time" in text_of(m) for m in server.messages(server.general))


async def test_without_any_channel_the_organiser_is_told_directly(server: FanServer) -> None:
    await server.publish()
    server.env.backend.delete_channel(server.announcements.id)
    await server.settle()
    told_directly = [
        message.content
        for channel in server.env.backend.messages.values()
        for message in channel.values()
        if ENGLISH("notice.mend.directly") in message.content
    ]
    assert len(told_directly) == 1
    assert TITLE in told_directly[0]


async def test_a_deletion_while_the_bot_was_away_is_noticed_once(staffed: FanServer) -> None:
    server = staffed
    await server.publish()
    await server.settle()
    await server.restart()
    assert notices(server) == []
    server.env.backend.delete_channel(server.announcements.id)
    await server.settle()
    assert len(notices(server)) == 1
    await server.restart()
    assert len(notices(server)) == 1


async def test_an_action_moves_only_to_where_the_bot_can_post(staffed: FanServer) -> None:
    server = staffed
    action = await server.publish()
    panel = await server.press_forged(server.organiser, f"fc:move_channel:{action.action_id}")
    denied = discord.Permissions(send_messages=True).value
    bot_id = server.env.backend.bot_user.id
    locked = [Overwrite(bot_id, OverwriteType.MEMBER, 0, denied)]
    server.env.backend.edit_channel(server.general.id, {}, overwrites=locked)
    refused = await server.pick(server.organiser, panel, "move_channel", server.general)
    assert "I can't post in" in told(refused)
    assert (await server.newest()).channel_id is None


async def test_a_message_that_was_forbidden_is_tried_again(staffed: FanServer) -> None:
    server = staffed
    action = await server.publish()
    path = f"/channels/{server.announcements.id}/messages"
    server.env.inject_error("POST", path, status=403, times=1)
    await server.jump_to(action.starts_at - timedelta(hours=1))
    server.expect_error("failed for good: forbidden")
    (notice,) = notices(server)
    assert ENGLISH("notice.message.reminder") in text_of(notice)
    assert ENGLISH("notice.mend.failed.forbidden") in text_of(notice)
    done = await server.click(server.organiser, notice, "Try again")
    assert told(done) == ENGLISH("mending.tried_again", title=TITLE)
    sent = await server.outcome(action, DeliveryKind.REMINDER)
    assert DeliveryState.FAILED not in sent
    again = await server.click(server.organiser, notice, "Try again")
    assert told(again) == ENGLISH("mending.nothing_failed", title=TITLE)


# ---- Roles


async def test_a_deleted_sign_up_role_is_noticed_and_one_click_lets_everybody_in(
    staffed: FanServer,
) -> None:
    server = staffed
    action = await server.publish()
    role = server.world.guild.create_role("Fan club")
    await change(server, action, sign_up_role_id=role.id)
    server.env.backend.delete_role(server.guild_id, role.id)
    await server.settle()
    (notice,) = notices(server)
    assert ENGLISH("notice.role_gone.gate") in text_of(notice)
    refused = await server.click(server.fan, server.card(), "I'm in")
    assert "You're in" not in told(refused)
    done = await server.press(server.organiser, notice, "lift_gate")
    assert told(done) == ENGLISH("mending.gate_lifted", title=TITLE)
    joined = await server.click(server.fan, server.card(), "I'm in")
    assert "You're in" in told(joined)


async def test_a_deleted_alert_role_is_told_once_for_the_whole_server(staffed: FanServer) -> None:
    server = staffed
    await server.publish(when="25 Nov 20:00", title="Later")
    await server.publish(title="Sooner")
    server.env.backend.delete_role(server.guild_id, server.world.trend_alerts.id)
    await server.settle()
    (notice,) = notices(server)
    assert "Sooner" in text_of(notice)
    assert ENGLISH("notice.role_gone.ping") in text_of(notice)
    assert ids_of(notice) == []


# ---- Who may


async def test_only_those_who_run_an_action_mend_it(staffed: FanServer) -> None:
    server = staffed
    action = await server.publish()
    other = server.join("other", roles=(server.world.organisers,))
    role = f"<@&{server.world.organisers.id}>"
    organiser = f"<@{server.organiser.id}>"
    for verb in ("post_again", "move_channel", "try_again", "lift_gate"):
        button = f"fc:{verb}:{action.action_id}"
        refused = await server.press_forged(server.fan, button)
        assert told(refused) == ENGLISH("refused.needs_organiser", role=role)
        refused = await server.press_forged(other, button)
        expected = ENGLISH("refused.not_your_action", title=TITLE, organiser=organiser)
        assert told(refused) == expected
        gone = await server.press_forged(server.organiser, f"fc:{verb}:999")
        assert told(gone) == ENGLISH("refused.no_such_action")


# ---- Where organisers are told


async def test_the_organisers_channel_is_chosen_in_setup(server: FanServer) -> None:
    panel = await server.slash(server.moderator, "setup")
    await server.pick(server.moderator, panel, "setup_notices", server.general)
    settings = await server.services.servers.get(server.guild_id)
    assert settings.organiser_channel_id == server.general.id
    forged = id_of(panel, "fsc:setup_notices")
    refused = await server.pick_forged(server.fan, forged, server.general, type=8)
    assert told(refused) == ENGLISH("refused.needs_manage_server")
    panel = await server.slash(server.moderator, "setup")
    await server.pick(server.moderator, panel, "setup_notices")
    assert (await server.services.servers.get(server.guild_id)).organiser_channel_id is None


async def test_a_deleted_organisers_channel_is_shown_and_replaced_meanwhile(
    server: FanServer,
) -> None:
    room = server.world.guild.create_text_channel("organisers")
    await server.services.servers.set_organiser_channel(server.manager, server.guild_id, room.id)
    await server.publish()
    announcement = server.messages()[0]
    server.env.backend.delete_channel(room.id)
    panel = await server.slash(server.moderator, "setup")
    assert ENGLISH("setup.gone.organiser_channel") in told(panel)
    delete_card(server)
    await server.click(server.fan, announcement, "I'm in")
    assert ENGLISH("notice.mend.card_gone") in text_of(server.messages()[-1])
