"""Templates and duplicates: stored, found again, and laid out at another time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.actions import Action
from domain.blueprints import Blueprint, OptionPlan, ShiftPlan, blueprint_of
from domain.errors import Gone, NotAllowed
from domain.fields import fields_as_text
from domain.kinds import Kind
from domain.templates import without_secrets
from services.actions import Typed
from services.templates import NameTaken
from tests.services.world import (
    DAY,
    GUILD,
    HOUR,
    MODERATOR,
    MOMENT,
    NOW,
    ORGANISER,
    OTHER_GUILD,
    OTHER_ORGANISER,
    World,
    at,
    fan,
    fundraiser,
    hashtag,
    refused,
)


async def laid_out(world: World, blueprint: Blueprint, typed: Typed) -> Action:
    templates = world.services.templates
    return await templates.draft(ORGANISER, GUILD, blueprint, typed, language="en")


async def test_a_template_outlives_its_action(world: World):
    draft = await world.draft(fundraiser(ends=MOMENT + 5 * HOUR, capacity=9))
    templates = world.services.templates
    saved = await templates.save(ORGANISER, GUILD, draft.action_id, " Match   again ")
    assert saved.name == "Match again"
    await world.services.actions.discard(ORGANISER, GUILD, draft.action_id)
    assert await templates.find(OTHER_ORGANISER, GUILD, saved.template_id) == saved
    assert saved.blueprint == without_secrets(blueprint_of(draft))


async def test_what_is_sealed_is_not_saved(world: World):
    draft = await world.draft(hashtag(prompt="Your favourite stage"))
    saved = await world.services.templates.save(ORGANISER, GUILD, draft.action_id, "Trend")
    assert saved.blueprint.fields == {"prompt": "Your favourite stage"}


async def test_a_name_is_given_once(world: World):
    draft, templates = await world.draft(), world.services.templates
    first = await templates.save(ORGANISER, GUILD, draft.action_id, "Match")
    with pytest.raises(NameTaken) as taken:
        await templates.save(MODERATOR, GUILD, draft.action_id, "MATCH")
    assert taken.value.name == "Match"
    second = await templates.save(MODERATOR, GUILD, draft.action_id, "MATCH", overwrite=True)
    assert second.template_id == first.template_id
    assert [t.name for t in await templates.list_own(ORGANISER, GUILD)] == ["MATCH"]


async def test_a_deleted_template_is_gone(world: World):
    draft, templates = await world.draft(), world.services.templates
    saved = await templates.save(ORGANISER, GUILD, draft.action_id, "Match")
    await templates.delete(ORGANISER, GUILD, saved.template_id)
    with refused("template.gone", Gone):
        await templates.delete(ORGANISER, GUILD, saved.template_id)


async def test_templates_are_their_servers_and_its_organisers(world: World):
    draft, templates = await world.draft(), world.services.templates
    saved = await templates.save(ORGANISER, GUILD, draft.action_id, "Match")
    for attempt in (
        templates.list_own(fan(1), GUILD),
        templates.find(fan(1), GUILD, saved.template_id),
        templates.delete(fan(1), GUILD, saved.template_id),
        templates.blueprint_to_copy(fan(1), GUILD, draft.action_id),
        templates.draft(fan(1), GUILD, saved.blueprint, fundraiser(), language="en"),
    ):
        with refused("refused.needs_organiser", NotAllowed):
            await attempt
    with refused("refused.not_your_draft", NotAllowed):
        await templates.save(OTHER_ORGANISER, GUILD, draft.action_id, "Mine")
    with refused("template.gone", Gone):
        await templates.find(MODERATOR, OTHER_GUILD, saved.template_id)


async def test_what_is_laid_out_lasts_as_long_and_keeps_its_parts(world: World):
    blueprint = replace(
        blueprint_of(await world.draft(fundraiser(ends=MOMENT + 5 * HOUR))),
        options=(OptionPlan("Can host", 2),),
        log_window=3 * DAY,
    )
    typed = fundraiser("Another title", MOMENT + 7 * DAY)
    draft = await laid_out(world, blueprint, typed)
    assert (draft.title, draft.starts_at) == ("Another title", MOMENT + 7 * DAY)
    assert draft.ends_at == MOMENT + 7 * DAY + 5 * HOUR
    assert draft.log_until == draft.ends_at + 3 * DAY
    assert [(o.label, o.capacity) for o in draft.parts.options] == [("Can host", 2)]
    shorter = await laid_out(world, blueprint, replace(typed, ends=at(MOMENT + 8 * DAY)))
    assert shorter.ends_at == MOMENT + 8 * DAY


async def test_shifts_end_with_what_they_are_of(world: World):
    blueprint = Blueprint(
        Kind.STREAM,
        "Weekend",
        6 * HOUR,
        "streams",
        explicit_end=True,
        shifts=tuple(ShiftPlan(n * 2 * HOUR, (n + 1) * 2 * HOUR, 5) for n in range(3)),
    )
    texts = {"links": "https://example.org/list"}
    ends = at(MOMENT + 3 * HOUR)
    typed = Typed(Kind.STREAM, "Weekend", at(MOMENT), ends, None, texts)
    draft = await laid_out(world, blueprint, typed)
    assert [(s.starts_at, s.ends_at, s.target) for s in draft.parts.shifts] == [
        (MOMENT, MOMENT + 2 * HOUR, 5),
        (MOMENT + 2 * HOUR, MOMENT + 3 * HOUR, 5),
    ]


async def test_what_would_have_had_to_happen_before_now_is_left_out(world: World):
    blueprint = replace(
        blueprint_of(await world.draft()), announce_lead=DAY, needed=10, decide_lead=2 * HOUR
    )
    soon = await laid_out(world, blueprint, fundraiser(starts=NOW + 3 * HOUR))
    assert soon.announce is None
    assert soon.decide is not None
    assert (soon.needed, soon.decide.at) == (10, NOW + HOUR)
    sooner = await laid_out(world, blueprint, fundraiser(starts=NOW + HOUR))
    assert (sooner.needed, sooner.decide) == (None, None)


async def test_a_copy_has_what_is_sealed_only_for_those_who_run_the_original(world: World):
    action = await world.publish(hashtag())
    copy = world.services.templates.blueprint_to_copy
    own, others = [
        (await copy(who, GUILD, action.action_id)).fields for who in (ORGANISER, OTHER_ORGANISER)
    ]
    assert own == {"tag": "OurDay"}
    assert others == {}
    draft = await world.draft()
    with refused("refused.no_such_action", Gone):
        await copy(ORGANISER, GUILD, draft.action_id)


async def test_a_copy_is_the_original_but_for_its_time(world: World):
    action = await world.publish(fundraiser(goal="1,000", capacity=5))
    blueprint = await world.services.templates.blueprint_to_copy(ORGANISER, GUILD, action.action_id)
    typed = replace(fundraiser(starts=MOMENT + 7 * DAY, capacity=5), texts=fields_as_text(action))
    assert blueprint_of(await laid_out(world, blueprint, typed)) == blueprint
