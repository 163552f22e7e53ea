"""Discord's own events: kept in step with actions, and never against what a hand did to them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import datetime

import pytest

from db.engine import Database
from db.queries.native_events import list_events
from domain.actions import Action
from domain.audit import Act
from domain.deliveries import DeliveryKind, DeliveryState
from domain.errors import NotAllowed, SendFailed
from domain.life_cycle import Step
from domain.native_events import EVENTS_FORBIDDEN, EVENTS_FULL, EventShown, EventStatus
from services.actions import Typed
from tests.databases import statements
from tests.services.stand_ins import unreachable
from tests.services.world import (
    DAY,
    GUILD,
    HOUR,
    MINUTE,
    MODERATOR,
    MOMENT,
    NOW,
    ORGANISER,
    World,
    a_world,
    at,
    fan,
    fundraiser,
    refused,
    until,
)

EVENT = DeliveryKind.EVENT


@pytest.fixture
async def world(database: Database) -> AsyncGenerator[World]:
    """A server in which every action gets an event."""
    async with a_world(database) as world:
        await world.set_up()
        await world.services.servers.set_native_events(MODERATOR, GUILD, makes=True)
        yield world


def the_event(world: World) -> EventShown:
    """The one event that stands on Discord."""
    (event,) = world.sender.events.values()
    return event


def its_id(world: World) -> int:
    (event_id,) = world.sender.events
    return event_id


async def published(world: World, typed: Typed | None = None) -> Action:
    action = await world.publish(typed)
    await world.send_due()
    return action


async def change_by_hand(world: World, **values: object) -> None:
    """Somebody changes the event on Discord, and the bot is told of it."""
    event_id = its_id(world)
    world.sender.events[event_id] = replace(the_event(world), **values)  # pyright: ignore[reportArgumentType]
    await world.services.native_events.noticed(GUILD, event_id, the_event(world))
    await world.send_due()


async def delete_by_hand(world: World) -> None:
    event_id = its_id(world)
    del world.sender.events[event_id]
    await world.services.native_events.noticed(GUILD, event_id, None)
    await world.send_due()


async def reschedule(world: World, action: Action, starts: datetime) -> None:
    """Move an action, by whatever else was typed for it."""
    moved = fundraiser(starts=starts)
    ids = (GUILD, action.action_id)
    await world.services.editing.edit(ORGANISER, *ids, lambda _: moved, language="en")
    await world.send_due()


async def acts(world: World, action: Action) -> list[tuple[Act, str]]:
    """What was done to its event, the first first."""
    ids = (GUILD, action.action_id)
    _, events = await world.services.life_cycle.history(ORGANISER, *ids, limit=50)
    of_events = [event for event in events if event.act in (Act.EVENT_GONE, Act.EVENT_MOVED)]
    return [(event.act, event.detail["how"]) for event in reversed(of_events)]


def notices(world: World) -> list[Act]:
    """What organisers were told of events, in order."""
    sent = [owed for owed in world.sender.sent if owed.delivery.kind is DeliveryKind.NOTICE]
    told = [owed.event.act for owed in sent if owed.event is not None]
    return [act for act in told if act is not Act.MOMENT_MISSED]


# ---- In step with the action


async def test_a_published_action_stands_among_the_events_of_its_server(world: World) -> None:
    action = await published(world)
    event = the_event(world)
    assert (event.name, event.status) == (action.title, EventStatus.SCHEDULED)
    assert event.times == (action.starts_at, action.ends_at)


async def test_without_the_switch_no_event_is_made_or_owed(world: World) -> None:
    await world.services.servers.set_native_events(MODERATOR, GUILD, makes=False)
    action = await published(world)
    assert world.sender.events == {}
    assert EVENT not in await world.states(action)


async def test_what_is_announced_later_gets_its_event_then(world: World) -> None:
    draft = await world.draft()
    ids = (GUILD, draft.action_id)
    await world.services.editing.announce_at(ORGANISER, *ids, at(NOW + DAY))
    await world.services.actions.publish(ORGANISER, *ids)
    await world.send_due()
    assert world.sender.events == {}, "nobody knows of it yet"
    world.clock.set(NOW + DAY)
    await world.send_due()
    assert the_event(world).name == draft.title


async def test_what_is_announced_earlier_after_all_gets_its_event_at_once(world: World) -> None:
    draft = await world.draft()
    ids = (GUILD, draft.action_id)
    await world.services.editing.announce_at(ORGANISER, *ids, at(NOW + DAY))
    await world.services.actions.publish(ORGANISER, *ids)
    await world.services.editing.announce_at(ORGANISER, *ids, None)
    await world.send_due()
    assert the_event(world).name == draft.title
    world.clock.set(NOW + DAY)
    await world.send_due()
    assert world.sender.events_made == 1


async def test_an_event_follows_its_action_to_another_time(world: World) -> None:
    action = await published(world)
    await reschedule(world, action, MOMENT + DAY)
    assert the_event(world).starts_at == MOMENT + DAY
    assert world.sender.events_made == 1
    assert notices(world) == [], "the bot's own change is no hand's"


async def test_an_event_begins_and_ends_with_its_action(world: World) -> None:
    action = await published(world)
    world.clock.set(action.starts_at)
    await world.send_due()
    assert the_event(world).status is EventStatus.ACTIVE
    world.clock.set(action.ends_at)
    await world.send_due()
    assert the_event(world).status is EventStatus.COMPLETED


async def test_at_its_new_time_a_moved_event_begins_and_not_at_the_old_one(world: World) -> None:
    action = await published(world)
    await reschedule(world, action, MOMENT + HOUR)
    world.clock.set(MOMENT)
    await world.send_due()
    assert the_event(world).status is EventStatus.SCHEDULED
    world.clock.set(MOMENT + HOUR)
    await world.send_due()
    assert the_event(world).status is EventStatus.ACTIVE


async def test_what_discord_begins_and_ends_by_itself_is_left_alone(world: World) -> None:
    action = await published(world)
    world.clock.set(action.starts_at)
    await change_by_hand(world, status=EventStatus.ACTIVE)
    world.clock.set(action.ends_at)
    await change_by_hand(world, status=EventStatus.COMPLETED)
    assert notices(world) == []
    assert await acts(world, action) == []


@pytest.mark.parametrize("live", [False, True])
async def test_a_cancelled_action_cancels_its_event(world: World, live: bool) -> None:
    """Discord lets none be cancelled that has begun: that one ends."""
    action = await published(world)
    if live:
        world.clock.set(action.starts_at)
        await world.send_due()
    ids = (GUILD, action.action_id)
    await world.services.life_cycle.take(ORGANISER, *ids, Step.CANCEL, reason="Rain")
    await world.send_due()
    event = the_event(world)
    assert event.status is (EventStatus.COMPLETED if live else EventStatus.CANCELLED)
    assert "cancelled" in event.description
    assert notices(world) == []


async def test_a_pause_shows_in_the_event_and_so_does_going_on(world: World) -> None:
    action = await published(world)
    ids = (GUILD, action.action_id)
    await world.services.life_cycle.take(ORGANISER, *ids, Step.PAUSE)
    await world.send_due()
    assert "paused" in the_event(world).description
    await world.services.life_cycle.take(ORGANISER, *ids, Step.RESUME)
    await world.send_due()
    assert "paused" not in the_event(world).description


async def test_closing_early_ends_the_event(world: World) -> None:
    action = await published(world)
    world.clock.set(action.starts_at + HOUR)
    await world.send_due()
    ids = (GUILD, action.action_id)
    await world.services.life_cycle.take(ORGANISER, *ids, Step.CLOSE_EARLY)
    await world.send_due()
    assert the_event(world).status is EventStatus.COMPLETED
    assert notices(world) == []


async def test_several_changes_at_once_are_one_look(world: World) -> None:
    action = await published(world)
    ids = (GUILD, action.action_id)
    await world.services.life_cycle.take(ORGANISER, *ids, Step.PAUSE)
    await world.services.life_cycle.take(ORGANISER, *ids, Step.RESUME)
    looks = [r for r in await world.records(action) if r.delivery.kind is EVENT]
    due = [r for r in looks if r.state is DeliveryState.PENDING and r.delivery.due_at <= NOW]
    assert len(due) == 1


async def test_what_is_called_off_for_want_of_people_cancels_its_event(world: World) -> None:
    draft = await world.draft()
    ids, settings = (GUILD, draft.action_id), world.services.sign_up_settings
    await settings.set_condition(ORGANISER, *ids, 5, at(MOMENT - HOUR))
    await world.services.actions.publish(ORGANISER, *ids)
    await world.send_due()
    world.clock.set(MOMENT - HOUR)
    await world.send_due()
    assert the_event(world).status is EventStatus.CANCELLED


# ---- The switch


async def test_switched_on_it_makes_events_of_what_is_known_and_yet_to_begin(
    world: World,
) -> None:
    await world.services.servers.set_native_events(MODERATOR, GUILD, makes=False)
    await published(world, fundraiser("Has begun", starts=NOW + HOUR))
    await published(world, fundraiser("Is yet to begin"))
    world.clock.set(NOW + 2 * HOUR)
    await world.services.servers.set_native_events(MODERATOR, GUILD, makes=True)
    await world.send_due()
    assert the_event(world).name == "Is yet to begin"


async def test_switched_off_it_deletes_those_that_stand(world: World) -> None:
    action = await published(world)
    event_id = its_id(world)
    await world.services.servers.set_native_events(MODERATOR, GUILD, makes=False)
    await world.send_due()
    assert world.sender.events == {}
    await world.services.native_events.noticed(GUILD, event_id, None)
    await world.send_due()
    assert notices(world) == [], "the bot deleted it itself"
    await world.services.servers.set_native_events(MODERATOR, GUILD, makes=True)
    await world.send_due()
    assert the_event(world).name == action.title


async def test_only_moderators_switch_it(world: World) -> None:
    with refused("refused.needs_manage_server", NotAllowed):
        await world.services.servers.set_native_events(ORGANISER, GUILD, makes=False)


# ---- By hand


async def test_an_event_deleted_by_hand_is_told_once_and_not_made_again(world: World) -> None:
    action = await published(world)
    await delete_by_hand(world)
    assert notices(world) == [Act.EVENT_GONE]
    await reschedule(world, action, MOMENT + DAY)
    world.clock.set(MOMENT + DAY)
    await world.send_due()
    assert world.sender.events == {}
    assert await acts(world, action) == [(Act.EVENT_GONE, "deleted")]
    assert notices(world) == [Act.EVENT_GONE]


async def test_it_is_made_again_where_an_organiser_wants_it(world: World) -> None:
    action = await published(world)
    ids, events = (GUILD, action.action_id), world.services.event_answers
    with refused("refused.event_stands"):
        await events.make_again(ORGANISER, *ids)
    await delete_by_hand(world)
    with refused("refused.needs_organiser", NotAllowed):
        await events.make_again(fan(1), *ids)
    await events.make_again(ORGANISER, *ids)
    await world.send_due()
    assert the_event(world).name == action.title
    assert await acts(world, action) == [
        (Act.EVENT_GONE, "deleted"),
        (Act.EVENT_GONE, "made_again"),
    ]
    await delete_by_hand(world)
    assert notices(world) == [Act.EVENT_GONE] * 2, "another deletion is news"
    world.clock.set(action.starts_at)
    with refused("refused.event_too_late"):
        await events.make_again(ORGANISER, *ids)


async def test_a_deletion_that_was_mended_before_anybody_was_told_is_no_news(
    world: World,
) -> None:
    action = await published(world)
    world.sender.fail(DeliveryKind.NOTICE, unreachable())
    await delete_by_hand(world)
    await world.services.event_answers.make_again(ORGANISER, GUILD, action.action_id)
    world.clock.advance(MINUTE)
    await world.send_due()
    assert notices(world) == []


async def test_a_moved_event_asks_and_neither_side_is_changed_meanwhile(world: World) -> None:
    action = await published(world)
    there = {"starts_at": MOMENT + HOUR, "ends_at": action.ends_at + HOUR}
    await change_by_hand(world, **there)
    assert notices(world) == [Act.EVENT_MOVED]
    ids = (GUILD, action.action_id)
    await world.services.life_cycle.take(ORGANISER, *ids, Step.PAUSE)
    await world.send_due()
    event = the_event(world)
    assert ("paused" in event.description, event.starts_at) == (True, MOMENT + HOUR)
    assert (await world.load(action)).starts_at == MOMENT
    assert notices(world) == [Act.EVENT_MOVED], "it is told once"


async def test_a_moved_event_is_put_back_once_somebody_says_so(world: World) -> None:
    action = await published(world)
    await change_by_hand(world, starts_at=MOMENT + HOUR, ends_at=action.ends_at + HOUR)
    ids, events = (GUILD, action.action_id), world.services.event_answers
    with refused("refused.needs_organiser", NotAllowed):
        await events.put_back(fan(1), *ids, None)
    with refused("refused.event_moved_again"):
        await events.put_back(ORGANISER, *ids, 1)
    await events.put_back(ORGANISER, *ids, None)
    await world.send_due()
    assert the_event(world).times == (action.starts_at, action.ends_at)
    with refused("refused.event_not_moved"):
        await events.put_back(ORGANISER, *ids, None)
    assert await acts(world, action) == [
        (Act.EVENT_MOVED, "moved"),
        (Act.EVENT_MOVED, "put_back"),
    ]


async def test_an_answer_given_while_the_event_is_looked_at_is_not_lost(world: World) -> None:
    action = await published(world)
    await change_by_hand(world, starts_at=MOMENT + HOUR, ends_at=action.ends_at + HOUR)
    ids = (GUILD, action.action_id)
    await world.services.life_cycle.take(ORGANISER, *ids, Step.PAUSE)
    world.sender.block(GUILD)
    looking = asyncio.create_task(world.services.dispatcher.send_due())
    await until(lambda: bool(world.sender.waiting))
    await world.services.event_answers.put_back(ORGANISER, *ids, None)
    world.sender.let_go(GUILD)
    await looking
    world.clock.advance(MINUTE)
    await world.send_due()
    assert the_event(world).times == (action.starts_at, action.ends_at)
    assert notices(world) == [Act.EVENT_MOVED]


async def test_an_action_that_moves_along_settles_the_question(world: World) -> None:
    action = await published(world)
    await change_by_hand(world, starts_at=MOMENT + HOUR, ends_at=action.ends_at + HOUR)
    ids, events = (GUILD, action.action_id), world.services.event_answers
    moved = await events.find_move(ORGANISER, *ids, None)
    await reschedule(world, action, moved.starts_at)
    assert the_event(world).starts_at == MOMENT + HOUR
    with refused("refused.event_not_moved"):
        await events.find_move(ORGANISER, *ids, None)
    await change_by_hand(world, starts_at=MOMENT + 2 * HOUR)
    assert notices(world) == [Act.EVENT_MOVED] * 2, "the next move is another question"


async def test_an_action_given_other_times_since_takes_its_event_along(world: World) -> None:
    action = await published(world)
    await change_by_hand(world, starts_at=MOMENT + HOUR, ends_at=action.ends_at + HOUR)
    await reschedule(world, action, MOMENT + DAY)
    assert the_event(world).starts_at == MOMENT + DAY


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (EventStatus.CANCELLED, (Act.EVENT_GONE, "cancelled")),
        (EventStatus.ACTIVE, (Act.EVENT_MOVED, "started")),
    ],
)
async def test_what_a_hand_starts_or_cancels_changes_the_action_never(
    world: World, status: EventStatus, told: tuple[Act, str]
) -> None:
    action = await published(world)
    await change_by_hand(world, status=status)
    await change_by_hand(world, status=status)
    assert await acts(world, action) == [told]
    assert notices(world) == [told[0]]
    assert (await world.load(action)).state == action.state
    world.clock.set(action.ends_at)
    await world.send_due()
    assert notices(world) == [told[0]]


async def test_an_event_ended_before_its_time_is_told(world: World) -> None:
    action = await published(world)
    world.clock.set(action.starts_at)
    await world.send_due()
    world.clock.advance(HOUR)
    await change_by_hand(world, status=EventStatus.COMPLETED)
    assert await acts(world, action) == [(Act.EVENT_GONE, "ended")]


async def test_a_name_given_by_hand_stays_until_the_next_change(world: World) -> None:
    action = await published(world)
    await change_by_hand(world, name="Ours")
    assert (the_event(world).name, notices(world)) == ("Ours", [])
    await reschedule(world, action, MOMENT + DAY)
    assert the_event(world).name == action.title


async def test_what_a_hand_did_while_the_bot_was_away_is_noticed(world: World) -> None:
    first, second = await published(world), await published(world, fundraiser("Another"))
    events, services = world.sender.events, world.services.native_events
    gone = next(each for each, event in events.items() if event.name == first.title)
    del events[gone]
    ((guild_id, standing),) = (await services.list_standing()).items()
    assert guild_id == GUILD
    await services.catch_up(standing, events)
    await world.send_due()
    assert await acts(world, first) == [(Act.EVENT_GONE, "deleted")]
    assert await acts(world, second) == []
    ((_, standing),) = (await services.list_standing()).items()
    await services.catch_up(standing, events)
    await world.send_due()
    assert notices(world) == [Act.EVENT_GONE]


# ---- Failures


@pytest.mark.parametrize("reason", [EVENTS_FULL, EVENTS_FORBIDDEN])
async def test_organisers_are_told_why_no_event_can_be_made_and_may_try_again(
    world: World, reason: str
) -> None:
    world.sender.fail_by_event(SendFailed(reason, permanent=True))
    action = await published(world)
    assert world.sender.events == {}
    assert notices(world) == [Act.DELIVERY_FAILED]
    (told,) = [owed.event for owed in world.sender.sent if owed.event is not None]
    assert told.detail == {"error": reason, "kind": "event"}
    await world.services.mending.try_again(ORGANISER, GUILD, action.action_id)
    await world.send_due()
    assert the_event(world).name == action.title


async def test_what_keeps_all_events_from_being_made_is_told_once_and_mended_for_all(
    world: World,
) -> None:
    world.sender.fail_by_event(*(SendFailed(EVENTS_FULL, permanent=True) for _ in range(3)))
    for title in ("One", "Two", "Three"):
        action = await published(world, fundraiser(title))
    assert notices(world) == [Act.DELIVERY_FAILED]
    await world.services.mending.try_again(ORGANISER, GUILD, action.action_id)
    await world.send_due()
    names = {event.name for event in world.sender.events.values()}
    assert names == {"One", "Two", "Three"}


async def test_what_failed_is_tried_again_with_the_next_change_and_told_once(
    world: World,
) -> None:
    full = SendFailed(EVENTS_FULL, permanent=True)
    world.sender.fail_by_event(full)
    action = await published(world)
    world.sender.fail_by_event(full)
    await reschedule(world, action, MOMENT + DAY)
    assert notices(world) == [Act.DELIVERY_FAILED]
    await reschedule(world, action, MOMENT + 2 * DAY)
    assert the_event(world).starts_at == MOMENT + 2 * DAY


@pytest.mark.parametrize("over", [True, False])
async def test_room_that_somebody_makes_is_taken_at_once(world: World, over: bool) -> None:
    world.sender.fail_by_event(SendFailed(EVENTS_FULL, permanent=True))
    await published(world)
    assert world.sender.events == {}
    meeting = EventShown("Meeting", "", "here", NOW, MOMENT, EventStatus.COMPLETED)
    left = meeting if over else None
    await world.services.native_events.noticed(GUILD, 77, left)
    await world.send_due()
    assert the_event(world).status is EventStatus.SCHEDULED


async def test_what_passes_is_tried_until_it_works(world: World) -> None:
    world.sender.fail_by_event(unreachable(), unreachable())
    await published(world)
    for _ in range(2):
        world.clock.advance(MINUTE)
        await world.send_due()
    assert the_event(world).status is EventStatus.SCHEDULED
    assert notices(world) == []


async def test_an_event_whose_making_was_never_answered_is_not_made_twice(world: World) -> None:
    world.sender.fail_after_event(SendFailed("unreachable", permanent=False, unsure=True))
    action = await published(world)
    world.clock.advance(MINUTE)
    await reschedule(world, action, MOMENT + DAY)
    assert world.sender.events_made == 1
    assert the_event(world).starts_at == MOMENT + DAY
    await delete_by_hand(world)
    assert notices(world) == [Act.EVENT_GONE], "it is known as the action's"


async def test_a_change_that_was_never_answered_is_no_hands(world: World) -> None:
    action = await published(world)
    world.sender.fail_after_event(SendFailed("unreachable", permanent=False, unsure=True))
    await reschedule(world, action, MOMENT + DAY)
    world.clock.advance(MINUTE)
    await reschedule(world, action, MOMENT + 2 * DAY)
    assert the_event(world).starts_at == MOMENT + 2 * DAY
    assert notices(world) == []


async def test_an_event_being_made_is_taken_down_too_where_it_is_switched_off(
    world: World,
) -> None:
    world.sender.fail_after_event(SendFailed("unreachable", permanent=False, unsure=True))
    await published(world)
    await world.services.servers.set_native_events(MODERATOR, GUILD, makes=False)
    world.clock.advance(MINUTE)
    await world.send_due()
    assert world.sender.events == {}


async def test_what_has_begun_before_it_could_be_made_gets_none(world: World) -> None:
    world.sender.fail_by_event(unreachable())
    action = await published(world)
    world.clock.set(action.starts_at)
    await world.send_due()
    assert world.sender.events == {}
    assert notices(world) == []


async def test_events_are_in_the_servers_language_as_soon_as_that_is_another(world: World) -> None:
    await published(world)
    assert the_event(world).location == "here (en)"
    await world.services.servers.set_language(MODERATOR, GUILD, "ko")
    await world.send_due()
    assert the_event(world).location == "here (ko)"
    await world.services.servers.set_language(MODERATOR, GUILD, "ko")
    assert await world.send_due() == [], "nothing is different"


async def test_a_change_for_all_events_takes_as_many_statements_for_few_as_for_many(
    world: World,
) -> None:
    async def change(language: str) -> int:
        await world.send_due()
        with statements() as said:
            await world.services.servers.set_language(MODERATOR, GUILD, language)
        looks = [o for o in said if o.startswith("INSERT INTO delivery")]
        assert len(looks) == 1
        return len(said)

    await world.publish()
    few = await change("ko")
    for _ in range(8):
        await world.publish()
    assert await change("es") == few
    await world.send_due()
    assert {event.location for event in world.sender.events.values()} == {"here (es)"}
    assert len(world.sender.events) == 9


# ---- Made twice: a request that Discord heard is repeated by the library if no answer came


async def test_an_event_that_stands_beside_the_recorded_one_is_deleted(world: World) -> None:
    await published(world)
    event_id, double = its_id(world), 6999
    world.sender.events[double] = the_event(world)
    await world.services.native_events.made(GUILD, {double: world.sender.events[double]})
    world.sender.fail_by_event(unreachable())
    await world.send_due()
    world.clock.advance(MINUTE)
    await world.send_due()
    assert list(world.sender.events) == [event_id]


async def test_an_event_told_of_before_the_answer_to_the_second_request_is_deleted(
    world: World,
) -> None:
    await world.services.servers.set_native_events(MODERATOR, GUILD, makes=False)
    await published(world)
    await world.services.servers.set_native_events(MODERATOR, GUILD, makes=True)
    world.sender.block(GUILD)
    making = asyncio.create_task(world.services.dispatcher.send_due())
    await until(lambda: bool(world.sender.waiting))
    async with world.database.read() as conn:
        (known,) = await list_events(conn, GUILD)
    assert known.event_id is None
    world.sender.events[6000] = known.shown
    await world.services.native_events.made(GUILD, {6000: known.shown})
    world.sender.let_go(GUILD)
    await making
    assert list(world.sender.events) == [6001]


async def test_of_two_the_one_that_a_moderator_left_stays(world: World) -> None:
    await published(world)
    event_id, double = its_id(world), 6999
    left = world.sender.events[double] = world.sender.events.pop(event_id)
    standing = await world.services.native_events.list_standing(GUILD)
    await world.services.native_events.catch_up(standing[GUILD], {double: left})
    await world.services.native_events.made(GUILD, {double: left})
    await world.send_due()
    assert list(world.sender.events) == [double]
    await world.services.editing.edit(
        ORGANISER, GUILD, 1, lambda _: fundraiser("Another title"), language="en"
    )
    await world.send_due()
    assert world.sender.events[double].name == "Another title"


async def test_of_several_that_were_made_without_an_answer_one_stays(world: World) -> None:
    world.sender.fail_after_event(unreachable())
    await published(world)
    event_id = its_id(world)
    world.sender.events[6999] = the_event(world)
    world.clock.advance(MINUTE)
    await world.send_due()
    assert list(world.sender.events) == [event_id]


async def test_no_event_is_taken_for_another_actions_or_for_its_own_double(world: World) -> None:
    await published(world)
    await published(world, fundraiser("Another"))
    standing = dict(world.sender.events)
    await world.services.native_events.made(GUILD, standing)
    await world.send_due()
    assert world.sender.events == standing
    over = replace(next(iter(standing.values())), status=EventStatus.CANCELLED)
    world.sender.events[6999] = over
    await world.services.native_events.made(GUILD, {6999: over})
    await world.send_due()
    assert 6999 in world.sender.events, "it stays as a hand left it"
