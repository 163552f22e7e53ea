"""A sealed tag is told by nothing that organisers write beside it, whatever they change."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.actions import Action
from domain.kinds import Kind
from domain.life_cycle import Step
from domain.recurrence import Pattern, Rule
from domain.seals import TOLD_BESIDE
from domain.sign_up_options import OptionLine
from services.reminding import Words
from tests.services.world import (
    DAY,
    GUILD,
    HOUR,
    MODERATOR,
    MOMENT,
    ORGANISER,
    OTHER_ORGANISER,
    World,
    at,
    hashtag,
    refused,
)

TAG, RESERVE = "OurDay", "SecondSky"
TELLING = ("our day!", f"#{RESERVE} it is")


async def publish(world: World) -> Action:
    return await world.publish(hashtag(tag=f"#{TAG}", reserve=f"#{RESERVE}"))


@pytest.mark.parametrize("text", TELLING)
async def test_no_reason_tells_it_before_the_reveal_and_nothing_is_done(
    world: World, text: str
) -> None:
    action = await publish(world)
    life, ids = world.services.life_cycle, (GUILD, action.action_id)
    for step in (Step.PAUSE, Step.CANCEL, Step.CLOSE_SIGN_UPS):
        with refused(TOLD_BESIDE):
            await life.take(ORGANISER, *ids, step, reason=text)
    assert await world.load(action) == action
    await life.take(ORGANISER, *ids, Step.CANCEL, reason="The day is another one")


async def test_once_it_is_revealed_a_reason_may_say_the_tag_but_not_the_one_in_reserve(
    world: World,
) -> None:
    action = await publish(world)
    world.clock.set(MOMENT)
    life, ids = world.services.life_cycle, (GUILD, action.action_id)
    with refused(TOLD_BESIDE):
        await life.take(ORGANISER, *ids, Step.PAUSE, reason=f"On to #{RESERVE}")
    paused = await life.take(ORGANISER, *ids, Step.PAUSE, reason=f"#{TAG} is blocked")
    assert paused.reason == f"#{TAG} is blocked"


@pytest.mark.parametrize("text", TELLING)
async def test_no_option_tells_it_in_drafts_either(world: World, text: str) -> None:
    settings, option = world.services.sign_up_settings, OptionLine(text)
    draft = await world.draft(hashtag(tag=f"#{TAG}", reserve=f"#{RESERVE}"))
    for action in (draft, await publish(world)):
        with refused(TOLD_BESIDE):
            await settings.set_options(ORGANISER, GUILD, action.action_id, [option])


async def test_no_tag_is_typed_that_an_option_tells(world: World) -> None:
    draft = await world.draft(hashtag(tag="#Other"))
    ids, actions = (GUILD, draft.action_id), world.services.actions
    await world.services.sign_up_settings.set_options(ORGANISER, *ids, [OptionLine("Our day crew")])
    with refused(TOLD_BESIDE):
        await actions.redraft(ORGANISER, *ids, hashtag(tag=f"#{TAG}"), language="en")
    changed = await actions.redraft(ORGANISER, *ids, hashtag(tag="#Third"), language="en")
    assert changed.fields["tag"] == "Third"
    blueprint = await world.services.templates.blueprint_to_copy(
        ORGANISER, GUILD, (await actions.publish(ORGANISER, *ids)).action_id
    )
    with refused(TOLD_BESIDE):
        await world.services.templates.draft(
            ORGANISER, GUILD, blueprint, hashtag(tag=f"#{TAG}"), language="en"
        )


async def test_no_reminder_tells_it_not_even_as_it_is_looked_at(world: World) -> None:
    action = await publish(world)
    reminding, ids = world.services.reminding, (GUILD, action.action_id)
    for text in TELLING:
        with refused(TOLD_BESIDE):
            await reminding.preview(ORGANISER, *ids, Words(text))
        with refused(TOLD_BESIDE):
            await reminding.send(ORGANISER, *ids, Words(text), pings=False)
    await reminding.preview(ORGANISER, *ids, Words("Bring your own words"))


async def test_no_date_of_a_series_is_cancelled_with_words_that_tell_it(world: World) -> None:
    action = await publish(world)
    series = world.services.series
    weekly = Rule(Pattern.WEEKLY, days=(5,))
    running = await series.start(ORGANISER, GUILD, action.action_id, weekly, 2 * DAY)
    ids, day = (GUILD, running.series.series_id), running.series.starts_wall.date()
    with refused(TOLD_BESIDE):
        await series.skip(ORGANISER, *ids, day, reason=f"Not {TAG}")
    with refused(TOLD_BESIDE):
        await series.end(ORGANISER, *ids, reason=f"Not {TAG}")
    found = await series.find(ORGANISER, *ids)
    assert (found.series.ended_at, found.series.skipped) == (None, frozenset())


async def test_a_poll_is_not_called_as_a_sealed_tag_of_ones_own(world: World) -> None:
    """That of somebody else would be told by the refusal."""
    action = await publish(world)
    polls = world.services.polls
    times = [at(MOMENT + n * HOUR) for n in range(2)]
    with refused(TOLD_BESIDE):
        await polls.open(ORGANISER, GUILD, Kind.HASHTAG, "When is OurDay?", times)
    for other in (OTHER_ORGANISER, MODERATOR):
        assert await polls.read_title(other, GUILD, "When is OurDay?")
    add = world.services.life_cycle.add_organiser
    await add(ORGANISER, GUILD, action.action_id, OTHER_ORGANISER, "Other")
    with refused(TOLD_BESIDE):
        await polls.read_title(OTHER_ORGANISER, GUILD, "When is OurDay?")
    world.clock.set(MOMENT + timedelta(seconds=1))
    assert await polls.read_title(ORGANISER, GUILD, "When is  OurDay?") == "When is OurDay?"


async def test_what_was_written_before_does_not_keep_an_action_from_being_changed(
    world: World,
) -> None:
    """Such as an option that was named when nothing looked at it."""
    action = await publish(world)
    world.clock.set(MOMENT)
    settings, ids = world.services.sign_up_settings, (GUILD, action.action_id)
    await settings.set_options(ORGANISER, *ids, [OptionLine(f"I post {TAG}")])
    world.clock.set(MOMENT - HOUR)
    stopped = await world.services.life_cycle.take(
        ORGANISER, *ids, Step.CANCEL, reason="It moved to another day"
    )
    assert [option.label for option in stopped.parts.options] == [f"I post {TAG}"]
