"""In which language somebody reads an action: their own, the channel's, else as it is written."""

from __future__ import annotations

import pytest

from domain.actions import ActionState
from domain.language_channels import Reader
from domain.servers import LanguageChannel
from domain.translating import texts_of
from tests.databases import statements
from tests.services.world import (
    GUILD,
    MODERATOR,
    ORGANISER,
    OTHER_GUILD,
    World,
    fan,
    fundraiser,
)

KOREAN_CHANNEL, TITLE, IN_KOREAN, IN_FRENCH = 501, "Match", "매칭 모금", "Doublons la mise"
"""There are more languages than channels: French is only somebody's own."""


@pytest.fixture
async def action_id(world: World) -> int:
    servers, translating = world.services.servers, world.services.translating
    await servers.set_language(MODERATOR, GUILD, "en")
    await servers.set_language_channel(MODERATOR, GUILD, LanguageChannel("ko", KOREAN_CHANNEL))
    action = await world.publish(fundraiser(title=TITLE))
    for code, title in (("ko", IN_KOREAN), ("fr", IN_FRENCH)):
        texts = {"title": title}
        await translating.save(ORGANISER, GUILD, action.action_id, code, texts, texts_of(action))
    return action.action_id


@pytest.mark.parametrize(
    ("own", "channel_id", "spoken", "title"),
    [
        (None, 999, "en", TITLE),
        (None, None, "en", TITLE),
        (None, KOREAN_CHANNEL, "ko", IN_KOREAN),
        ("ko", 999, "ko", IN_KOREAN),
        ("en", KOREAN_CHANNEL, "en", TITLE),
        ("fr", KOREAN_CHANNEL, "fr", IN_FRENCH),
        ("ja", KOREAN_CHANNEL, "ja", IN_KOREAN),
        ("ja", 999, "ja", TITLE),
    ],
)
async def test_ones_own_language_comes_first_then_the_channels_then_the_servers(
    world: World,
    action_id: int,
    own: str | None,
    channel_id: int | None,
    spoken: str,
    title: str,
) -> None:
    services, who = world.services, fan(1).user_id
    await services.languages.choose(who, own)
    reader = await services.readers.find(who, GUILD, channel_id)
    assert reader.language(await services.servers.get(GUILD)) == spoken
    action = await services.actions.find_whole(GUILD, action_id)
    (read,) = await services.readers.word(reader, GUILD, [action])
    assert (read.title, read.parts) == (title, action.parts)
    (dated,) = (await services.calendars.of_action(GUILD, action_id, reader)).single
    assert dated.action.title == title
    opened, _ = await services.action_lists.open(GUILD, action_id, reader)
    assert opened.title == title
    assert (await services.sharing.find(GUILD, action_id, reader)).title == title


async def test_who_reads_it_as_it_is_written_costs_no_statement(
    world: World, action_id: int
) -> None:
    action = await world.services.actions.find_whole(GUILD, action_id)
    with statements() as told:
        for reader in (Reader(), Reader(own="en", channel="ko")):
            assert await world.services.readers.word(reader, GUILD, [action]) == [action]
    assert not told


async def test_an_action_is_found_by_its_title_in_any_language(
    world: World, action_id: int
) -> None:
    search = world.services.actions.search
    for typed in (TITLE, IN_KOREAN, "doublons"):
        (found,) = await search(GUILD, typed, states=frozenset(ActionState))
        assert (found.action_id, found.title) == (action_id, TITLE)
    assert await search(GUILD, "%", states=frozenset(ActionState)) == []
    assert await search(OTHER_GUILD, IN_KOREAN, states=frozenset(ActionState)) == []
