"""Translations: who may write them, what is taken, and when they are out of date."""

from __future__ import annotations

import pytest

from db.queries.audit import list_events
from domain.actions import Action
from domain.audit import Act
from domain.deliveries import DeliveryKind
from domain.errors import Gone, NotAllowed
from domain.life_cycle import Step
from domain.recurrence import Pattern, Rule
from domain.servers import Actor, LanguageChannel, RolePurpose
from domain.translating import is_stale, texts_of
from tests.services.world import (
    DAY,
    GUILD,
    MINUTE,
    MODERATOR,
    MOMENT,
    ORGANISER,
    OTHER_ORGANISER,
    World,
    fan,
    hashtag,
    refused,
)

TRANSLATOR_ROLE = 81
TRANSLATOR = Actor(21, frozenset({TRANSLATOR_ROLE}))
WEEK = 7 * DAY
KOREAN = {"title": "트렌드 파티", "prompt": "가장 좋아하는 무대를 써 주세요"}


async def an_action(world: World) -> Action:
    servers = world.services.servers
    await servers.set_language_channel(MODERATOR, GUILD, LanguageChannel("ko", 501))
    await servers.set_role(MODERATOR, GUILD, RolePurpose.TRANSLATOR, TRANSLATOR_ROLE)
    action = await world.publish(hashtag(prompt="Your favourite stage"))
    await world.send_due()
    return await world.services.translating.find(MODERATOR, GUILD, action.action_id)


async def translate(world: World, action: Action, who: Actor = TRANSLATOR, **texts: str) -> Action:
    save = world.services.translating.save
    typed = texts or KOREAN
    return await save(who, GUILD, action.action_id, "ko", typed, texts_of(action))


async def edit(world: World, action: Action, *, title: str = "Trend party", **texts: str) -> Action:
    """Have its organiser write other words."""
    typed = hashtag(title, action.starts_at, **texts)
    ids = (GUILD, action.action_id)
    changed, _ = await world.services.editing.edit(ORGANISER, *ids, lambda _: typed, language="en")
    return changed


@pytest.mark.parametrize("who", [TRANSLATOR, ORGANISER, MODERATOR])
async def test_a_translation_is_shown_in_its_language_alone(world: World, who: Actor):
    action = await an_action(world)
    world.sender.ready.set()
    await world.services.redraws.flush()
    world.sender.drawn.clear()
    await translate(world, action, who)
    await world.services.redraws.flush()
    titles = {drawn.server.language: drawn.action.title for drawn in world.sender.drawn}
    assert titles == {"en": "Trend party", "ko": "트렌드 파티"}
    redrawn = {owed.server.language: owed.action.title for owed, _ in world.sender.redrawn}
    assert redrawn == titles, "and so do the messages beside the card"
    (korean,) = (d.action for d in world.sender.drawn if d.server.language == "ko")
    assert korean.fields["prompt"] == KOREAN["prompt"]
    assert korean.fields["tag"] == "OurDay"
    async with world.database.read() as conn:
        (event, *_) = await list_events(conn, GUILD, action.action_id, limit=1)
    assert (event.act, event.user_id) == (Act.TRANSLATED, who.user_id)


@pytest.mark.parametrize("who", [fan(1), OTHER_ORGANISER])
async def test_nobody_else_may_translate(world: World, who: Actor):
    action = await an_action(world)
    with refused("translate.needs_role", NotAllowed):
        await world.services.translating.find(who, GUILD, action.action_id)
    with refused("translate.needs_role", NotAllowed):
        await translate(world, action, who)
    assert await world.services.translating.search(who, GUILD, "") == []
    await world.services.servers.set_role(MODERATOR, GUILD, RolePurpose.TRANSLATOR, None)
    with refused("translate.no_role", NotAllowed):
        await translate(world, action, who)


async def test_translators_see_what_is_published_and_no_drafts(world: World):
    action = await an_action(world)
    draft = await world.draft(hashtag("A draft"))
    search = world.services.translating.search
    assert [a.title for a in await search(TRANSLATOR, GUILD, "")] == ["Trend party"]
    with refused("refused.no_such_action", Gone):
        await world.services.translating.find(TRANSLATOR, GUILD, draft.action_id)
    life_cycle = world.services.life_cycle
    await life_cycle.take(ORGANISER, GUILD, action.action_id, Step.CANCEL, reason="No stage")
    with refused("refused.step.cancelled"):
        await translate(world, action)
    assert await search(TRANSLATOR, GUILD, "") == []


async def test_an_original_that_changes_makes_its_translation_stale(world: World):
    action = await translate(world, await an_action(world))
    assert not is_stale(action, "ko")
    changed = await edit(world, action, prompt="Your favourite song")
    assert is_stale(changed, "ko")
    again = await translate(world, changed, title=KOREAN["title"], prompt="가장 좋아하는 노래")
    assert not is_stale(again, "ko")


async def test_what_is_typed_for_a_text_that_changed_meanwhile_is_stale_at_once(world: World):
    action = await an_action(world)
    await edit(world, action, title="Another title", prompt="Your favourite stage")
    assert is_stale(await translate(world, action), "ko")


async def test_a_text_that_its_organiser_emptied_is_gone_in_every_language(world: World):
    action = await translate(world, await an_action(world))
    await edit(world, action)
    world.sender.ready.set()
    await world.services.redraws.flush()
    (korean,) = [d for d in world.sender.drawn if d.server.language == "ko"][-1:]
    assert (korean.action.title, korean.action.fields.get("prompt")) == (KOREAN["title"], None)


async def test_what_is_left_empty_is_shown_in_the_original(world: World):
    action = await translate(world, await an_action(world), title="  ", prompt=KOREAN["prompt"])
    stored = action.parts.translations["ko"]
    assert (stored.title, dict(stored.fields)) == ("Trend party", {"prompt": KOREAN["prompt"]})


async def test_a_translation_is_removed_and_the_original_shown_again(world: World):
    action = await translate(world, await an_action(world))
    ids = (GUILD, action.action_id, "ko")
    left = await world.services.translating.remove(TRANSLATOR, *ids)
    assert left.parts.translations == {}
    with refused("translate.nothing_there"):
        await world.services.translating.remove(TRANSLATOR, *ids)
    with refused("translate.empty"):
        await translate(world, left, title=" ", prompt="")


async def test_no_translation_tells_the_tag_nor_what_it_is(world: World):
    action = await an_action(world)
    with pytest.raises(Exception) as caught:
        await translate(world, action, title="우리 #OurDay 파티")
    assert "OurDay" not in repr(vars(caught.value))
    with refused("translate.tells_sealed"):
        await translate(world, action, title="KO", prompt="our day")
    assert "tag" not in texts_of(action)


async def test_a_direct_message_is_in_its_readers_language(world: World):
    """In the one that they chose; else in that of the channel in which they signed up."""
    action = await translate(world, await an_action(world))
    services = world.services
    for number, channel_id in ((1, 501), (2, 501), (3, None)):
        await services.sign_ups.join(fan(number), GUILD, action.action_id, channel_id=channel_id)
        await services.direct_messages.switch(fan(number).user_id, GUILD, on=True)
    await services.languages.choose(fan(2).user_id, "en")
    await services.languages.choose(fan(3).user_id, "ko")
    for before in (120, 40, 15, 10, 6, 5):
        world.clock.set(action.starts_at - before * MINUTE)
        await world.send_due()
    direct = {o.addressee: o for o in world.sender.sent if o.delivery.kind is DeliveryKind.DIRECT}
    told = {
        (user or 0) - 1000: (owed.server.language, owed.repeats[0].action.title)
        for user, owed in direct.items()
    }
    assert told == {
        1: ("ko", KOREAN["title"]),
        2: ("en", "Trend party"),
        3: ("ko", KOREAN["title"]),
    }
    cards = {(user or 0) - 1000: owed.card for user, owed in direct.items()}
    assert {n: card and card.channel_id for n, card in cards.items()} == {
        1: 501,
        2: 501,
        3: (await services.servers.get(GUILD)).announce_channel_id,
    }


# ---- In what is laid out from an action


async def laid_out(
    world: World, action: Action, title: str = "Trend party", **texts: str
) -> Action:
    templates = world.services.templates
    blueprint = await templates.blueprint_to_copy(ORGANISER, GUILD, action.action_id)
    typed = hashtag(title, MOMENT + WEEK, prompt="Your favourite stage", **texts)
    return await templates.draft(ORGANISER, GUILD, blueprint, typed, language="en")


async def test_a_duplicate_is_translated_as_far_as_it_says_the_same(world: World):
    action = await an_action(world)
    await translate(world, action)
    copy = await laid_out(world, action)
    assert copy.parts.translations["ko"].title == KOREAN["title"]
    assert not is_stale(copy, "ko")
    renamed = await laid_out(world, action, "Another party")
    assert renamed.parts.translations == {}, "else it would be called as the other one is"
    tells = await laid_out(world, action, tag="트렌드파티")
    assert tells.parts.translations == {}, "it would tell the copy's tag"


async def test_every_date_of_a_series_is_called_as_the_one_before(world: World):
    action = await an_action(world)
    series = world.services.series
    weekly = Rule(Pattern.WEEKLY, days=(5,))
    running = await series.start(ORGANISER, GUILD, action.action_id, weekly, WEEK / 7)
    await translate(world, action)
    for number, title in enumerate(("트렌드 파티", "트렌드의 밤"), 1):
        await translate(world, action, title=title)
        world.clock.set(MOMENT + (number - 1) * WEEK)
        await world.send_due()
        latest = (await series.find(ORGANISER, GUILD, running.series.series_id)).latest
        assert latest.action_id != action.action_id
        action = await world.services.translating.find(MODERATOR, GUILD, latest.action_id)
        assert action.parts.translations["ko"].title == title
