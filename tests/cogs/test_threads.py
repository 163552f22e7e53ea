"""Threads at cards: made, renamed, deleted by hand and made again; what is told where they fail."""

from __future__ import annotations

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType
from simcord.results import ResponseMessage

from demo.world import BOT, BOT_PERMISSIONS
from domain.actions import Action
from domain.deliveries import DeliveryKind, DeliveryState
from tests.fanserver import ENGLISH, FanServer
from tests.shown import labels_of, pings_of, text_of, told

TITLE = "Match a million"
FORBIDDEN = ENGLISH("notice.mend.failed.threads_forbidden")


@pytest.fixture
async def talking(server: FanServer) -> FanServer:
    """A server that wants threads, whose organisers are told in #general."""
    servers = server.services.servers
    await servers.set_organiser_channel(server.manager, server.guild_id, server.general.id)
    await servers.set_threads(server.manager, server.guild_id, makes=True)
    return server


async def thread_of(server: FanServer, action: Action) -> int | None:
    found = await server.services.changing.find(server.manager, server.guild_id, action.action_id)
    return found.thread_id


def said_in(server: FanServer, thread_id: int | None) -> list[ResponseMessage]:
    stored = server.env.backend.messages[thread_id or 0].values()
    return [ResponseMessage(server.env, message) for message in stored]


def links_of(message: ResponseMessage) -> list[str]:
    return [url for url in _urls(message.components) if "/channels/" in url]


def _urls(part: object) -> list[str]:
    if isinstance(part, list):
        return [url for each in part for url in _urls(each)]
    if not isinstance(part, dict):
        return []
    own = [part["url"]] if isinstance(part.get("url"), str) else []
    return own + [url for each in part.values() for url in _urls(each)]


def notices(server: FanServer) -> list[ResponseMessage]:
    return [m for m in server.messages(server.general) if "needs you" in text_of(m)]


def forbid(server: FanServer, **permissions: bool) -> None:
    """Take these permissions from the bot in #announcements; without any it has all again."""
    denied = discord.Permissions(**permissions).value
    bot = server.env.backend.bot_user.id
    overwrite = Overwrite(target_id=bot, type=OverwriteType.MEMBER, deny=denied)
    server.env.backend.set_overwrite(server.announcements.id, overwrite)


def let_rename(server: FanServer) -> None:
    """The simulated Discord asks for this even of whoever has made the thread."""
    role = server.world.guild.roles[BOT]
    allowed = discord.Permissions(BOT_PERMISSIONS.value)
    allowed.update(manage_channels=True)
    server.env.backend.edit_role(server.guild_id, role.id, {"permissions": allowed.value})


async def delete_thread(server: FanServer, thread_id: int | None) -> None:
    assert thread_id is not None
    server.env.backend.delete_channel(thread_id)
    await server.env.settle()
    await server.settle()


async def test_a_card_gets_a_thread_that_says_what_it_is_for(talking: FanServer) -> None:
    server = talking
    action = await server.publish()
    thread_id = await thread_of(server, action)
    assert thread_id is not None
    assert server.env.backend.get_channel(thread_id).name == f"#1 {TITLE}"
    (first,) = said_in(server, thread_id)
    assert first.content == ENGLISH("thread.first", title=TITLE)
    assert "I'm in" in labels_of(first)
    assert pings_of(first) == (set(), set(), False)
    assert "Talk" in labels_of(server.card())
    assert links_of(server.card())[0].endswith(f"/{thread_id}")
    joined = await server.click(server.fan, first, "I'm in")
    assert "You're in" in told(joined)


async def test_without_the_wish_there_is_no_thread(server: FanServer) -> None:
    action = await server.publish()
    assert await thread_of(server, action) is None
    assert await server.outcome(action, DeliveryKind.THREAD) == []
    panel = await server.slash(server.organiser, "action manage", action="1")
    assert "Make a thread" not in labels_of(panel)
    forged = await server.press_forged(server.organiser, f"fc:make_thread:{action.action_id}")
    assert told(forged) == ENGLISH("refused.threads_off")


async def test_a_thread_is_renamed_with_its_action(talking: FanServer) -> None:
    server = talking
    let_rename(server)
    action = await server.publish()
    thread_id = await thread_of(server, action)
    assert thread_id is not None
    form = await server.press_forged(server.organiser, f"fc:revise_when:{action.action_id}")
    await server.fill(server.organiser, form, "Match two million")
    assert server.env.backend.get_channel(thread_id).name == "#1 Match two million"
    assert len(said_in(server, thread_id)) == 1
    assert len(server.sent(f"/channels/{thread_id}", "PATCH")) == 1


async def test_a_thread_deleted_by_hand_comes_back_only_when_asked_for(talking: FanServer) -> None:
    server = talking
    action = await server.publish()
    first = await thread_of(server, action)
    await delete_thread(server, first)
    assert await thread_of(server, action) is None
    assert "Talk" not in labels_of(server.card())
    server.env.backend.delete_message(server.announcements.id, server.card().id)
    await server.settle()
    await server.press_forged(server.organiser, f"fc:post_again:{action.action_id}")
    await server.settle()
    assert await thread_of(server, action) is None, "a new card is no wish for a thread"
    panel = await server.slash(server.organiser, "action manage", action="1")
    done = await server.click(server.organiser, panel, "Make a thread")
    assert told(done).startswith(ENGLISH("thread.asked_for", title=TITLE))
    again = await thread_of(server, action)
    assert again not in (None, first)
    assert len(said_in(server, again)) == 1
    assert "Talk" in labels_of(server.card())
    stands = await server.press_forged(server.organiser, f"fc:make_thread:{action.action_id}")
    assert told(stands) == ENGLISH("refused.thread_stands", thread=f"<#{again}>")


async def test_a_missing_permission_is_told_and_one_click_tries_again(talking: FanServer) -> None:
    server = talking
    forbid(server, create_public_threads=True)
    action = await server.publish()
    assert await thread_of(server, action) is None
    (notice,) = notices(server)
    assert ENGLISH("notice.thread.failed") in text_of(notice)
    assert FORBIDDEN in text_of(notice)
    assert labels_of(notice) == ["Try again"]
    server.expect_error("failed for good: threads_forbidden")
    forbid(server)
    await server.click(server.organiser, notice, "Try again")
    assert len(said_in(server, await thread_of(server, action))) == 1
    assert await server.outcome(action, DeliveryKind.THREAD) == [DeliveryState.SENT]


async def test_the_thread_a_message_has_already_is_taken(talking: FanServer) -> None:
    server = talking
    await server.services.servers.set_threads(server.manager, server.guild_id, makes=False)
    action = await server.publish()
    card = server.card()
    by_hand = server.env.backend.create_thread(
        server.announcements.id, "by hand", server.moderator.id, message_id=card.id
    )
    await server.services.servers.set_threads(server.manager, server.guild_id, makes=True)
    await server.press_forged(server.organiser, f"fc:make_thread:{action.action_id}")
    assert await thread_of(server, action) == by_hand.id == card.id
    assert len(said_in(server, by_hand.id)) == 1


async def test_others_make_no_thread(talking: FanServer) -> None:
    server = talking
    action = await server.publish()
    await delete_thread(server, await thread_of(server, action))
    for who in (server.fan, server.outsider):
        refused = await server.press_forged(who, f"fc:make_thread:{action.action_id}")
        assert told(refused).startswith("This needs the role")
    assert await thread_of(server, action) is None


async def test_moderators_switch_threads_and_see_what_is_missing(server: FanServer) -> None:
    forbid(server, send_messages_in_threads=True)
    page = await server.press_forged(server.moderator, "fc:setup_threads:0")
    assert ENGLISH("threads.off") in told(page)
    assert "Send Messages in Threads" in told(page)
    on = await server.click(server.moderator, page, "Make threads")
    assert ENGLISH("threads.on") in told(on)
    preview = await server.draft()
    assert "Send Messages in Threads" in told(preview), "it is said before publishing too"
    off = await server.press_forged(server.moderator, "fc:setup_threads_off:0")
    assert ENGLISH("threads.off") in told(off)
    for verb in ("setup_threads", "setup_threads_on", "setup_threads_off"):
        refused = await server.press_forged(server.organiser, f"fc:{verb}:0")
        assert told(refused) == ENGLISH("refused.needs_manage_server")
    assert not (await server.services.servers.get(server.guild_id)).threads
