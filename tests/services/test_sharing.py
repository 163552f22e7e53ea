"""Sharing: what may be shared is given in the words of where somebody is; choices are kept."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest
from sqlalchemy import insert

from db.engine import Database
from db.tables import translation
from domain.actions import Action
from domain.errors import Gone
from domain.language_channels import Reader
from domain.servers import LanguageChannel
from domain.share_links import ShareChoice, share_text_of
from tests.services.world import (
    GUILD,
    MODERATOR,
    MOMENT,
    NOW,
    OTHER_GUILD,
    World,
    a_world,
    fan,
    hashtag,
    refused,
)

KOREAN_CHANNEL = 501


@pytest.fixture
async def world(database: Database) -> AsyncGenerator[World]:
    async with a_world(database) as world:
        await world.set_up()
        yield world


async def translate(world: World, action: Action, **fields: str) -> None:
    async with world.database.write() as conn:
        await conn.execute(
            insert(translation).values(
                guild_id=GUILD,
                action_id=action.action_id,
                language="ko",
                title="별빛 총공",
                fields=fields,
                original={},
                participant_id=action.organiser_id,
                at=NOW,
            )
        )


async def test_it_is_in_the_words_of_the_language_channel_it_is_shared_from(world: World) -> None:
    servers, sharing = world.services.servers, world.services.sharing
    await servers.set_language_channel(MODERATOR, GUILD, LanguageChannel("ko", KOREAN_CHANNEL))
    action = await world.publish(hashtag(prompt="Your favourite stage?"))
    await translate(world, action, prompt="가장 좋아하는 무대는?")
    world.clock.set(MOMENT)
    here = await sharing.find(GUILD, action.action_id, Reader(channel="ko"))
    assert share_text_of(here).text == "#OurDay 가장 좋아하는 무대는?"
    elsewhere = await sharing.find(GUILD, action.action_id, Reader())
    assert share_text_of(elsewhere).text == "#OurDay Your favourite stage?"


async def test_a_sealed_tag_and_another_servers_action_are_not_found(world: World) -> None:
    action = await world.publish(hashtag())
    with refused("share.sealed"):
        await world.services.sharing.find(GUILD, action.action_id, Reader())
    world.clock.set(MOMENT)
    await world.services.sharing.find(GUILD, action.action_id, Reader())
    with refused("refused.no_such_action", Gone):
        await world.services.sharing.find(OTHER_GUILD, action.action_id, Reader())


async def test_platforms_and_server_are_remembered_beside_all_else(world: World) -> None:
    preferences, who = world.services.preferences, fan(1).user_id
    assert await preferences.share_choice(who) == ShareChoice()
    await preferences.set_zone(who, "Asia/Tokyo")
    await preferences.share_to(who, ["mastodon", "x"])
    choice = await preferences.set_instance(who, "@me@Mastodon.Social")
    assert choice == ShareChoice(("x", "mastodon"), "mastodon.social")
    assert await preferences.share_to(who, ["x"]) == ShareChoice(("x",), "mastodon.social")
    assert await preferences.zone_of(who) == "Asia/Tokyo"
    with refused("share.instance_invalid"):
        await preferences.set_instance(who, "nowhere")
    with refused("refused.unknown_button"):
        await preferences.share_to(who, ["myspace"])
    assert await preferences.share_choice(who) == ShareChoice(("x",), "mastodon.social")
