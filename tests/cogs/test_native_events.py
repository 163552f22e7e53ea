"""Discord's own events: made and kept in step by the bot, and what people do to them by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import discord
import pytest
from simcord.backend.models import ScheduledEvent
from simcord.results import InteractionResult, ResponseMessage

from demo.world import BOT, BOT_PERMISSIONS
from domain.deliveries import DeliveryKind, DeliveryState
from domain.life_cycle import Step
from tests.fanserver import ENGLISH, FanServer
from tests.shown import labels_of, pings_of, text_of, told

TITLE = "Match a million"
EVENTS = "/guilds/*/scheduled-events"
ACTIVE, COMPLETED, CANCELLED = 2, 3, 4
HOUR = timedelta(hours=1)


@pytest.fixture
async def staffed(server: FanServer) -> FanServer:
    """A server with events of Discord's own, whose organisers are told in #general."""
    await server.services.servers.set_organiser_channel(
        server.manager, server.guild_id, server.general.id
    )
    await server.services.servers.set_native_events(server.manager, server.guild_id, makes=True)
    return server


def events(server: FanServer) -> list[ScheduledEvent]:
    """What stands among the server's events, the oldest first."""
    return list(server.env.backend.get_guild(server.guild_id).scheduled_events.values())


def the_event(server: FanServer) -> ScheduledEvent:
    (event,) = events(server)
    return event


async def by_hand(server: FanServer, **changes: Any) -> None:
    """Somebody changes the one event in Discord's own dialogue."""
    server.env.backend.edit_scheduled_event(server.guild_id, the_event(server).id, changes)
    await server.env.settle()
    await server.settle()


async def delete_by_hand(server: FanServer) -> None:
    server.env.backend.delete_scheduled_event(server.guild_id, the_event(server).id)
    await server.env.settle()
    await server.settle()


def starts(server: FanServer) -> datetime:
    return datetime.fromisoformat(the_event(server).scheduled_start_time)


def notices(server: FanServer) -> list[ResponseMessage]:
    """What organisers were told in their channel, oldest first."""
    return [m for m in server.messages(server.general) if "needs you" in text_of(m)]


async def page(server: FanServer) -> InteractionResult:
    """The page of the set-up about events."""
    return await server.press_forged(server.moderator, "fc:setup_events:0")


def needs_organiser(server: FanServer) -> str:
    return ENGLISH("refused.needs_organiser", role=f"<@&{server.world.organisers.id}>")


# ---- In step


async def test_an_action_gets_an_event_that_leads_to_its_card(staffed: FanServer) -> None:
    server = staffed
    action = await server.publish()
    event, card = the_event(server), server.card()
    link = f"https://discord.com/channels/{server.guild_id}/{server.announcements.id}/{card.id}"
    assert (event.name, event.entity_type, event.entity_metadata) == (
        TITLE,
        3,
        {"location": link},
    )
    assert event.description == "\n".join(["Fundraiser · #1", ENGLISH("event.see_card", link=link)])
    assert starts(server) == action.starts_at
    assert datetime.fromisoformat(event.scheduled_end_time or "") == action.ends_at
    assert len(server.sent("/scheduled-events")) == 1
    await server.jump_to(action.starts_at)
    assert the_event(server).status == ACTIVE
    await server.jump_to(action.ends_at)
    assert the_event(server).status == COMPLETED
    assert notices(server) == [], "all that was the bot's own doing"


async def test_a_sealed_tag_is_nowhere_in_an_event(staffed: FanServer) -> None:
    server = staffed
    action = await server.publish("hashtag", title="Trend party")
    await server.jump_to(action.starts_at + HOUR)
    sent = [
        *server.sent("/scheduled-events"),
        *server.sent(str(the_event(server).id), method="PATCH"),
    ]
    assert len(sent) == 2
    assert "OnlyAtTheMoment" not in str(sent)


async def test_a_cancelled_action_cancels_its_event_for_all_to_see(staffed: FanServer) -> None:
    server = staffed
    action = await server.publish()
    ids = (server.guild_id, action.action_id)
    await server.services.life_cycle.take(server.manager, *ids, Step.CANCEL, reason="Rain")
    await server.settle()
    event = the_event(server)
    assert event.status == CANCELLED
    assert ENGLISH("event.cancelled") in (event.description or "")
    assert notices(server) == []


async def test_an_event_made_by_a_request_that_was_repeated_is_deleted(staffed: FanServer) -> None:
    server = staffed
    await server.publish()
    made, (sent,) = the_event(server), server.sent("/scheduled-events")
    await server.bot.http.create_guild_scheduled_event(server.guild_id, **sent)
    await server.env.settle()
    await server.settle()
    assert the_event(server).id == made.id
    assert notices(server) == []


# ---- Deleted by hand


async def test_an_event_deleted_by_hand_is_made_again_only_at_a_click(staffed: FanServer) -> None:
    server = staffed
    await server.publish()
    await delete_by_hand(server)
    assert events(server) == []
    (notice,) = notices(server)
    assert ENGLISH("notice.event.deleted") in text_of(notice)
    assert labels_of(notice) == ["Make it again"]
    assert pings_of(notice) == (set(), set(), False)
    refused = await server.click(server.fan, notice, "Make it again")
    assert told(refused) == needs_organiser(server)
    assert events(server) == []
    done = await server.click(server.organiser, notice, "Make it again")
    assert told(done) == ENGLISH("event.made_again", title=TITLE)
    assert the_event(server).name == TITLE
    again = await server.click(server.organiser, notice, "Make it again")
    assert told(again) == ENGLISH("refused.event_stands", title=TITLE)
    assert len(events(server)) == 1


async def test_what_is_done_by_hand_while_the_bot_is_away_is_noticed_once(
    staffed: FanServer,
) -> None:
    server = staffed
    await server.publish()
    await server.settle()
    await server.restart()
    assert notices(server) == []
    del server.env.backend.get_guild(server.guild_id).scheduled_events[the_event(server).id]
    requests = len(server.env.http_requests)
    await server.restart()
    assert [ENGLISH("notice.event.deleted") in text_of(m) for m in notices(server)] == [True]
    asked = [r for r in server.env.http_requests[requests:] if "scheduled-events" in r.path]
    assert len(asked) == 1, "only the one that is missing is asked for"
    await server.restart()
    assert len(notices(server)) == 1
    assert events(server) == []


# ---- Moved by hand


async def test_a_moved_event_takes_its_action_along_at_a_click(staffed: FanServer) -> None:
    server = staffed
    action = await server.publish()
    new = [time + HOUR for time in (action.starts_at, action.ends_at)]
    await by_hand(
        server,
        scheduled_start_time=new[0].isoformat(),
        scheduled_end_time=new[1].isoformat(),
    )
    (notice,) = notices(server)
    assert labels_of(notice) == ["Move the action too", "Put the event back"]
    assert f"<t:{int(new[0].timestamp())}:F>" in text_of(notice)
    refused = await server.click(server.fan, notice, "Move the action too")
    assert told(refused) == needs_organiser(server)
    done = await server.click(server.organiser, notice, "Move the action too")
    assert told(done) == ENGLISH("event.action_moved", title=TITLE)
    moved = await server.newest()
    assert [moved.starts_at, moved.ends_at] == new
    assert moved.fields == action.fields
    assert moved.goal == action.goal
    assert server.message_with("New time:")
    again = await server.click(server.organiser, notice, "Put the event back")
    assert told(again) == ENGLISH("refused.event_not_moved")
    assert starts(server) == new[0]


async def test_a_moved_event_is_put_back_at_a_click(staffed: FanServer) -> None:
    server = staffed
    action = await server.publish()
    later = action.starts_at + HOUR
    await by_hand(server, scheduled_start_time=later.isoformat())
    (notice,) = notices(server)
    done = await server.click(server.organiser, notice, "Put the event back")
    assert told(done) == ENGLISH("event.put_back", title=TITLE)
    assert starts(server) == action.starts_at
    assert (await server.newest()).starts_at == action.starts_at
    assert len(notices(server)) == 1


async def test_an_older_notice_answers_no_newer_move(staffed: FanServer) -> None:
    server = staffed
    action = await server.publish()
    for hours in (1, 2):
        later = action.starts_at + hours * HOUR
        await by_hand(server, scheduled_start_time=later.isoformat())
    old, new = notices(server)
    refused = await server.click(server.organiser, old, "Move the action too")
    assert told(refused) == ENGLISH("refused.event_moved_again")
    await server.click(server.organiser, new, "Move the action too")
    moved = await server.newest()
    assert moved.starts_at == action.starts_at + 2 * HOUR
    assert moved.ends_at == action.ends_at


async def test_an_action_is_not_moved_into_the_past_by_its_event(staffed: FanServer) -> None:
    """The rules of rescheduling hold here too."""
    server = staffed
    action = await server.publish()
    await by_hand(server, scheduled_start_time=(action.starts_at - HOUR).isoformat())
    (notice,) = notices(server)
    await server.jump_to(action.starts_at - HOUR / 2)
    refused = await server.click(server.organiser, notice, "Move the action too")
    time = f"<t:{int((action.starts_at - HOUR).timestamp())}:F>"
    assert told(refused) == ENGLISH("edit.start_past", time=time)
    assert (await server.newest()).starts_at == action.starts_at


async def test_what_a_hand_starts_is_told_and_nothing_else(staffed: FanServer) -> None:
    server = staffed
    action = await server.publish()
    await by_hand(server, status=ACTIVE)
    (notice,) = notices(server)
    assert ENGLISH("notice.event.started") in text_of(notice)
    assert labels_of(notice) == []
    assert (await server.newest()).starts_at == action.starts_at
    await server.jump_to(action.ends_at)
    assert the_event(server).status == COMPLETED
    assert len(notices(server)) == 1


# ---- Failures


async def test_the_limit_of_a_hundred_is_explained_and_tried_again(staffed: FanServer) -> None:
    server = staffed
    message = "Maximum number of guild scheduled events reached (100)"
    server.env.inject_error("POST", EVENTS, status=400, code=30038, message=message)
    action = await server.publish()
    server.expect_error("failed for good: events_full")
    (notice,) = notices(server)
    assert ENGLISH("notice.event.failed") in text_of(notice)
    assert ENGLISH("notice.mend.failed.events_full") in text_of(notice)
    assert labels_of(notice) == [ENGLISH("button.send_again")]
    assert await server.outcome(action, DeliveryKind.EVENT) == [DeliveryState.FAILED]
    await server.press(server.organiser, notice, "try_again")
    assert the_event(server).name == TITLE


async def test_a_missing_permission_is_named(staffed: FanServer) -> None:
    server = staffed
    server.env.inject_error("POST", EVENTS, status=403, code=50013, message="Missing Permissions")
    await server.publish()
    server.expect_error("failed for good: events_forbidden")
    (notice,) = notices(server)
    assert "Create Events" in text_of(notice)
    await server.press(server.organiser, notice, "try_again")
    assert the_event(server).name == TITLE


async def test_an_event_whose_answer_was_lost_is_found_again(staffed: FanServer) -> None:
    """It stands on Discord, and the bot was never told: it is not made twice."""
    server = staffed
    backend, create = server.env.backend, server.env.backend.create_scheduled_event

    def create_and_lose(*args: Any, **values: Any) -> ScheduledEvent:
        backend.create_scheduled_event = create
        create(*args, **values)
        raise OSError("connection lost")

    backend.create_scheduled_event = create_and_lose
    await server.publish()
    await server.jump(minutes=1)
    assert the_event(server).name == TITLE
    await delete_by_hand(server)
    assert len(notices(server)) == 1, "it is known as the action's"
    server.env.errors.clear()


# ---- Setting up


async def test_the_switch_explains_itself_and_makes_events_of_what_is_coming(
    server: FanServer,
) -> None:
    await server.publish()
    shown = await page(server)
    assert ENGLISH("events.off") in told(shown)
    assert ENGLISH("events.limit", most="100") in told(shown)
    switched = await server.click(server.moderator, shown, "Make Discord events")
    assert ENGLISH("events.on") in told(switched)
    assert the_event(server).name == TITLE


async def test_switching_it_off_asks_first_and_deletes_what_stands(staffed: FanServer) -> None:
    server = staffed
    await server.publish()
    asked = await server.click(server.moderator, await page(server), "Stop making events")
    assert ENGLISH("events.ask_off") in told(asked)
    kept = await server.click(server.moderator, asked, "Keep them")
    assert ENGLISH("events.on") in told(kept)
    assert len(events(server)) == 1
    asked = await server.click(server.moderator, kept, "Stop making events")
    done = await server.click(server.moderator, asked, "Yes, delete them")
    assert ENGLISH("events.off") in told(done)
    assert events(server) == []
    assert notices(server) == []


async def test_without_the_permission_it_is_not_switched_on(server: FanServer) -> None:
    role = server.world.guild.roles[BOT]
    allowed = BOT_PERMISSIONS & ~discord.Permissions(create_events=True)
    server.env.backend.edit_role(server.guild_id, role.id, {"permissions": allowed.value})
    await server.env.settle()
    shown = await page(server)
    assert ENGLISH("events.todo_permission") in told(shown)
    refused = await server.click(server.moderator, shown, "Make Discord events")
    assert told(refused) == ENGLISH("refused.events_forbidden")
    assert not (await server.services.servers.get(server.guild_id)).native_events


async def test_only_moderators_see_the_page_and_the_switch(server: FanServer) -> None:
    for verb in ("setup_events", "setup_events_on", "setup_events_off", "setup_events_off_yes"):
        refused = await server.press_forged(server.organiser, f"fc:{verb}:0")
        assert told(refused) == ENGLISH("refused.needs_manage_server")
    assert not (await server.services.servers.get(server.guild_id)).native_events
