"""Language channels: what is posted for everybody goes out once in each, and fails by itself."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from db.engine import Database
from domain.deliveries import DeliveryKind, DeliveryState
from domain.life_cycle import Step
from domain.servers import LanguageChannel, RolePurpose
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
