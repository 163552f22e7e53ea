"""*Add to calendar*: the file that a fan gets, the link beside it, and what is in neither."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from icalendar import Calendar
from simcord.results import InteractionResult

from domain.life_cycle import Step
from domain.recurrence import Pattern, Rule
from domain.servers import Actor
from tests.fanserver import ENGLISH, KOREAN, FanServer
from tests.shown import labels_of, message_of, told, urls_of

TAG = "OnlyAtTheMoment"


async def file_of(result: InteractionResult) -> str:
    """The calendar that a reply carries."""
    (attached,) = message_of(result).attachments
    assert attached.filename.endswith(".ics")
    return (await attached.read()).decode()


async def events_of(result: InteractionResult) -> list[Any]:
    return list(Calendar.from_ical(await file_of(result)).events)


async def test_a_fan_adds_an_action_from_the_card_and_from_their_sign_up(
    server: FanServer,
) -> None:
    action = await server.publish("hashtag", title="Trend, party 총공 🎉")
    joined = await server.press(server.fan, server.card(), "join")
    for seen in (server.card(), joined):
        got = await server.press(server.fan, seen, "calendar")
        assert "Trend, party 총공 🎉" in told(got)
        (event,) = await events_of(got)
        assert event["summary"] == action.title
        assert (event["dtstart"].dt, event["dtend"].dt) == (action.starts_at, action.ends_at)
        assert event["url"] in event["description"]
        assert event["url"].endswith(str(server.card().id))
        (google,) = urls_of(got)
        assert google.startswith("https://calendar.google.com/")
        assert len(google) <= 512


async def test_the_tag_is_in_no_calendar_before_its_reveal(server: FanServer) -> None:
    action = await server.publish("hashtag")
    card = server.card()
    sealed = await server.press(server.fan, card, "calendar")
    assert TAG not in await file_of(sealed) + "".join(urls_of(sealed))
    # Those who run it may pass their calendar on.
    theirs = await server.press(server.organiser, card, "calendar")
    assert TAG not in await file_of(theirs)
    await server.jump_to(action.starts_at)
    revealed = await server.press_forged(server.fan, f"fc:calendar:{action.action_id}")
    (event,) = await events_of(revealed)
    assert TAG in event["description"]


async def test_a_word_that_only_organisers_know_is_in_no_calendar(server: FanServer) -> None:
    await server.publish("attendance")
    got = await server.press(server.fan, server.card(), "calendar")
    (event,) = await events_of(got)
    assert event["location"] == "Gate 3, by the big clock"
    assert "STAR2026" not in await file_of(got)


async def test_a_long_title_comes_as_a_link_in_the_text(server: FanServer) -> None:
    await server.publish(title="총공" * 40)
    got = await server.press(server.fan, server.card(), "calendar")
    assert "[Google Calendar](<https://calendar.google.com/" in told(got)
    assert urls_of(got) == []
    assert (await events_of(got))[0]["summary"] == "총공" * 40


@pytest.mark.parametrize("title", ["총공" * 50, "🎉" * 100])
async def test_the_longest_title_and_place_leave_room_for_the_rest(
    server: FanServer, title: str
) -> None:
    await server.publish("attendance", title=title, texts=("콘서트장 앞 " * 40, "", "5000", ""))
    got = await server.press(server.fan, server.card(), "calendar")
    assert "[Google Calendar](<https://calendar.google.com/" in told(got)
    assert len(told(got)) <= 2000
    (event,) = await events_of(got)
    assert event["summary"] == title


async def test_a_cancelled_action_is_taken_out_again(server: FanServer) -> None:
    await server.publish()
    card, action_id = server.card(), server.id_of()
    before = await events_of(await server.press(server.fan, card, "calendar"))
    await server.jump(minutes=1)
    await server.services.life_cycle.take(
        server.actor(server.organiser), server.guild_id, action_id, Step.CANCEL, reason="Closed"
    )
    got = await server.press_forged(server.fan, f"fc:calendar:{action_id}")
    assert ENGLISH("calendar.cancelled") in told(got)
    assert urls_of(got) == []
    (event,) = await events_of(got)
    assert event["status"] == "CANCELLED"
    assert "Closed" in event["description"]
    assert event["uid"] == before[0]["uid"]
    assert event["sequence"] > before[0]["sequence"]


async def test_all_of_a_servers_come_in_one_file(server: FanServer) -> None:
    for title in ("One", "Two"):
        await server.publish(title=title)
    shown = await server.slash(server.fan, "actions")
    got = await server.press(server.fan, shown, "calendar_all")
    assert {event["summary"] for event in await events_of(got)} == {"One", "Two"}
    assert ENGLISH.many("calendar.all", 2) in told(got)
    assert len({event["uid"] for event in await events_of(got)}) == 2


async def test_an_empty_calendar_says_so(server: FanServer) -> None:
    got = await server.press_forged(server.fan, "fc:calendar_all:0")
    assert told(got) == ENGLISH("calendar.nothing")
    assert message_of(got).attachments == [], "a calendar without an entry is none"


async def test_in_korean_the_file_is_korean(server: FanServer) -> None:
    await server.services.servers.set_language(server.manager, server.guild_id, "ko")
    await server.publish()
    got = await server.press(server.fan, server.card(), "calendar")
    (event,) = await events_of(got)
    assert event["categories"].cats == [KOREAN("kind.fundraiser.name")]
    assert KOREAN("calendar.how") in told(got)
    assert labels_of(got) == [KOREAN("button.google_calendar")]


async def test_a_series_goes_into_googles_calendar_by_its_rule_while_that_says_it_all(
    server: FanServer,
) -> None:
    action = await server.publish("hashtag", title="Every Saturday", texts=(f"#{TAG}", "Stages"))
    series, ids = server.services.series, (server.guild_id, action.action_id)
    organiser = Actor(server.organiser.id, frozenset({server.world.organisers.id}))
    weekly = Rule(Pattern.WEEKLY, days=(action.starts.time.weekday(),))
    running = await series.start(organiser, *ids, weekly, timedelta(days=1))
    got = await server.press_forged(server.fan, f"fc:calendar:{action.action_id}")
    (google,) = urls_of(got)
    assert ENGLISH("calendar.how_repeats") in told(got)
    asked = parse_qs(urlsplit(google).query)
    assert asked["recur"][0].startswith("RRULE:FREQ=WEEKLY")
    assert f"#{action.number}" not in asked["details"][0], "the dates to come have other numbers"
    day = action.starts.time.date() + timedelta(days=14)
    await series.skip(organiser, server.guild_id, running.series.series_id, day)
    got = await server.press_forged(server.fan, f"fc:calendar:{action.action_id}")
    (google,) = urls_of(got)
    assert ENGLISH("calendar.how_series") in told(got)
    assert "recur" not in parse_qs(urlsplit(google).query)
