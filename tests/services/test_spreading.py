"""Language channels: what is posted for everybody goes out once in each, and fails by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from db.engine import Database
from db.queries.posts import load_post
from domain.actions import Action, ActionState
from domain.deliveries import DeliveryKind, DeliveryState
from domain.life_cycle import Step
from domain.pings import pinged_role
from domain.recurrence import Pattern, Rule
from domain.servers import LanguageChannel, RolePurpose
from tests.databases import statements
from tests.services.stand_ins import forbidden, unreachable
from tests.services.world import (
    DAY,
    GUILD,
    HOUR,
    MODERATOR,
    MOMENT,
    ORGANISER,
    World,
    a_world,
    fan,
    refused,
    until,
)

KOREAN = LanguageChannel("ko", 501, 61)
SPANISH = LanguageChannel("es", 502)
ALERTS = 60
ANNOUNCEMENT, CARD, REMINDER, MOMENT_KIND = (
    DeliveryKind.ANNOUNCEMENT,
    DeliveryKind.CARD,
    DeliveryKind.REMINDER,
    DeliveryKind.MOMENT,
)


@pytest.fixture
async def world(database: Database) -> AsyncGenerator[World]:
    async with a_world(database) as world:
        await world.set_up()
        servers = world.services.servers
        await servers.set_role(MODERATOR, GUILD, RolePurpose.PING, ALERTS)
        for channel in (KOREAN, SPANISH):
            await servers.set_language_channel(MODERATOR, GUILD, channel)
        yield world


def sent_to(world: World, kind: DeliveryKind) -> list[tuple[str | None, int | None]]:
    """The languages and channels to which a kind of message went, in order."""
    sent = [owed for owed in world.sender.sent if owed.delivery.kind is kind]
    return sorted((owed.server.language or "", owed.channel_ids[0]) for owed in sent)


async def test_each_language_channel_gets_its_own_announcement_and_card(world: World):
    await world.publish()
    await world.send_due()
    main = await world.services.servers.get(GUILD)
    everywhere = sorted([("en", main.announce_channel_id), ("es", 502), ("ko", 501)])
    assert sent_to(world, ANNOUNCEMENT) == everywhere
    assert sent_to(world, CARD) == everywhere
    world.clock.set(MOMENT)
    await world.send_due()
    assert sent_to(world, MOMENT_KIND) == everywhere


async def test_a_click_redraws_the_card_in_every_language(world: World):
    action = await world.publish()
    await world.send_due()
    world.sender.ready.set()
    await world.services.redraws.flush()
    world.sender.drawn.clear()
    await world.services.sign_ups.join(fan(1), GUILD, action.action_id)
    await world.services.redraws.flush()
    assert {drawn.server.language for drawn in world.sender.drawn} == {"en", "ko", "es"}
    assert {drawn.action.signed_up for drawn in world.sender.drawn} == {1}


async def test_a_channel_that_refuses_holds_up_no_other(world: World):
    world.sender.fail(ANNOUNCEMENT, forbidden())
    action = await world.publish()
    await world.send_due()
    assert [language for language, _ in sent_to(world, ANNOUNCEMENT)] == ["es", "ko"]
    records = [r for r in await world.records(action) if r.delivery.kind is ANNOUNCEMENT]
    assert {r.delivery.language: r.state for r in records} == {
        "": DeliveryState.FAILED,
        "es": DeliveryState.SENT,
        "ko": DeliveryState.SENT,
    }


async def test_messages_in_several_languages_count_as_one_ping(world: World):
    servers = world.services.servers
    await servers.set_pings(MODERATOR, GUILD, cap=1, quiet=None)
    action = await world.publish()
    await world.send_due()
    records = [r for r in await world.records(action) if r.delivery.kind is ANNOUNCEMENT]
    assert {r.delivery.language: r.pinged for r in records} == {"": True, "ko": True, "es": False}
    assert (await world.services.pings.today(GUILD)).used == 1
    await world.publish()
    await world.send_due()
    second = [o for o in world.sender.sent if o.delivery.kind is ANNOUNCEMENT][3:]
    assert [owed.may_ping for owed in second] == [False] * 3, "the cap is used up for all of them"


async def test_a_channel_that_is_no_more_gets_nothing(world: World):
    await world.publish()
    await world.services.servers.remove_language_channel(MODERATOR, GUILD, "ko")
    await world.send_due()
    assert [language for language, _ in sent_to(world, CARD)] == ["en", "es"]


async def test_a_language_and_a_channel_are_taken_once(world: World):
    servers = world.services.servers
    with refused("setup.language_is_main"):
        await servers.set_language_channel(MODERATOR, GUILD, LanguageChannel("en", 509))
    with refused("setup.channel_taken"):
        await servers.set_language_channel(MODERATOR, GUILD, LanguageChannel("pt", 501))
    server = await servers.set_language_channel(MODERATOR, GUILD, LanguageChannel("ko", 503))
    assert server.language_channel("ko") == LanguageChannel("ko", 503)


async def test_a_copy_that_a_pause_took_back_is_sent_with_what_it_repeats(world: World):
    action = await world.publish()
    await world.send_due()
    world.clock.set(MOMENT - DAY)
    world.sender.fail(REMINDER, forbidden(), unreachable(), unreachable())
    await world.send_due()
    assert sent_to(world, REMINDER) == []
    take, ids = world.services.life_cycle.take, (ORGANISER, GUILD, action.action_id)
    for step in (Step.PAUSE, Step.RESUME):
        await take(*ids, step)
        await world.send_due()
    world.clock.advance(HOUR)
    await world.send_due()
    assert sent_to(world, REMINDER) == []
    await world.services.mending.try_again(*ids)
    await world.send_due()
    assert [language for language, _ in sent_to(world, REMINDER)] == ["en", "es", "ko"]


def pings_of(world: World, kind: DeliveryKind) -> dict[str | None, list[int | None]]:
    """The roles that a kind of message has pinged, by language."""
    pinged: dict[str | None, list[int | None]] = {}
    for owed in world.sender.sent:
        if owed.delivery.kind is kind:
            pinged.setdefault(owed.server.language, []).append(pinged_role(owed))
    return pinged


@pytest.mark.parametrize("cap", [5, 0], ids=["room", "no room"])
async def test_a_copy_that_is_tried_again_pings_a_role_that_there_was_not_before(
    world: World, cap: int
):
    servers = world.services.servers
    await servers.set_pings(MODERATOR, GUILD, cap=cap, quiet=None)
    world.sender.fail(ANNOUNCEMENT, *[unreachable()] * 3)
    action = await world.publish()
    await world.send_due()
    assert pings_of(world, ANNOUNCEMENT) == {}
    await servers.set_language_channel(MODERATOR, GUILD, LanguageChannel("es", 502, 62))
    world.clock.advance(HOUR)
    await world.send_due()
    once = {"en": [ALERTS], "ko": [61], "es": [62]}
    pinged = once if cap else {language: [None] for language in once}
    assert pings_of(world, ANNOUNCEMENT) == pinged
    records = [r for r in await world.records(action) if r.delivery.kind is ANNOUNCEMENT]
    assert {record.pinged for record in records} == {bool(cap)}


async def test_a_tally_is_published_by_the_message_in_the_actions_own_channel(world: World):
    action = await world.publish()
    await world.send_due()
    world.clock.set(action.log_until)
    world.sender.fail(DeliveryKind.TALLY, forbidden())
    await world.send_due()
    assert [language for language, _ in sent_to(world, DeliveryKind.TALLY)] == ["es", "ko"]
    assert (await world.load(action)).state is ActionState.OPEN
    await world.services.mending.try_again(ORGANISER, GUILD, action.action_id)
    await world.send_due()
    assert (await world.load(action)).state is ActionState.FINAL


async def posting_card(world: World, action: Action) -> asyncio.Task[list[DeliveryKind]]:
    """Have a card be posted anew in the main channel, which takes until it is let go."""
    async with world.database.read() as conn:
        card = await load_post(conn, GUILD, action.action_id, CARD)
    assert card is not None
    await world.services.mending.lost_message(GUILD, action.action_id, card)
    await world.send_due()
    await world.services.mending.post_again(ORGANISER, GUILD, action.action_id)
    world.sender.block(GUILD)
    sending = asyncio.create_task(world.send_due())
    await until(lambda: world.sender.waiting == [GUILD])
    return sending


async def test_a_channel_chosen_while_the_card_is_being_posted_gets_its_own(world: World):
    action = await world.publish()
    await world.send_due()
    sending = await posting_card(world, action)
    french = LanguageChannel("fr", 503)
    await world.services.servers.set_language_channel(MODERATOR, GUILD, french)
    world.sender.let_go(GUILD)
    await sending
    await world.send_due()
    main = (await world.services.servers.get(GUILD)).announce_channel_id
    assert sent_to(world, CARD) == sorted(
        [("en", main), ("en", main), ("es", 502), ("fr", 503), ("ko", 501)]
    )


async def test_a_card_posted_in_a_channel_that_is_another_by_then_is_posted_in_that(world: World):
    action = await world.publish()
    await world.send_due()
    servers = world.services.servers
    await servers.set_language_channel(MODERATOR, GUILD, LanguageChannel("fr", 503))
    world.sender.block(GUILD)
    sending = asyncio.create_task(world.send_due())
    await until(lambda: world.sender.waiting == [GUILD])
    await servers.set_language_channel(MODERATOR, GUILD, LanguageChannel("fr", 504))
    world.sender.let_go(GUILD)
    await sending
    await world.send_due()
    assert [channel for language, channel in sent_to(world, CARD) if language == "fr"] == [503, 504]
    async with world.database.read() as conn:
        card = await load_post(conn, GUILD, action.action_id, CARD, language="fr")
    assert card is not None
    assert card.channel_id == 504


async def test_a_channel_in_which_an_action_is_posted_is_no_language_channel(world: World):
    action = await world.publish()
    await world.send_due()
    await world.services.mending.move(ORGANISER, GUILD, action.action_id, 503)
    servers, french = world.services.servers, LanguageChannel("fr", 503)
    with refused("setup.channel_has_action", number="1"):
        await servers.set_language_channel(MODERATOR, GUILD, french)
    assert (await servers.get(GUILD)).language_channel("fr") is None
    world.clock.set(action.log_until)
    await servers.set_language_channel(MODERATOR, GUILD, french)


async def test_no_action_is_posted_itself_in_a_language_channel(world: World):
    actions, settings = world.services.actions, world.services.sign_up_settings
    draft = await world.draft()
    ids = (GUILD, draft.action_id)
    with refused("setup.channel_taken"):
        await settings.set_channel(ORGANISER, *ids, 501)
    await settings.set_channel(ORGANISER, *ids, 503)
    await world.services.servers.set_language_channel(MODERATOR, GUILD, LanguageChannel("fr", 503))
    with refused("setup.channel_taken"):
        await actions.publish(ORGANISER, *ids)
    await settings.set_channel(ORGANISER, *ids, 504)
    action = await actions.publish(ORGANISER, *ids)
    with refused("setup.channel_taken"):
        await world.services.mending.move(ORGANISER, GUILD, action.action_id, 503)


async def test_what_follows_in_a_language_channel_goes_to_the_servers_own_channel(world: World):
    draft = await world.draft()
    ids = (GUILD, draft.action_id)
    await world.services.sign_up_settings.set_channel(ORGANISER, *ids, 503)
    await world.services.series.start(ORGANISER, *ids, Rule(Pattern.WEEKLY, days=(5,)), DAY)
    action = await world.services.actions.publish(ORGANISER, *ids)
    await world.services.mending.move(ORGANISER, *ids, 504)
    await world.services.servers.set_language_channel(MODERATOR, GUILD, LanguageChannel("fr", 503))
    world.clock.set(action.starts_at)
    await world.send_due()
    assert action.series_id is not None
    latest = (await world.services.series.find(ORGANISER, GUILD, action.series_id)).latest
    assert (latest.number, latest.channel_id) == (2, None)


async def test_a_new_channel_takes_as_many_statements_for_few_actions_as_for_many(world: World):
    async def choose(language: str, channel_id: int) -> int:
        await world.send_due()
        channel = LanguageChannel(language, channel_id)
        with statements() as said:
            await world.services.servers.set_language_channel(MODERATOR, GUILD, channel)
        return len(said)

    await world.publish()
    few = await choose("fr", 503)
    for _ in range(8):
        await world.publish()
    assert await choose("pt", 504) == few
    await world.send_due()
    assert [channel for _, channel in sent_to(world, CARD)].count(504) == 9
