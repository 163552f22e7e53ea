"""Sealed tags in the database: their reveal as it is owed, the reserve, and who opened a seal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from db.queries.actions import update_action
from db.queries.audit import list_events
from domain.actions import Action
from domain.audit import Act, AuditEvent
from domain.deliveries import DeliveryKind, DeliveryState
from domain.errors import NotAllowed
from domain.life_cycle import Step
from domain.posters import Fitted, PosterUse
from domain.recurrence import Pattern, Rule
from domain.seals import Sight
from domain.servers import Actor, RolePurpose
from domain.tags import Doubt
from locales import language
from tests.services.world import (
    DAY,
    GUILD,
    HOUR,
    MINUTE,
    MODERATOR,
    MOMENT,
    NOW,
    ORGANISER,
    ORGANISER_ROLE,
    OTHER_ORGANISER,
    World,
    at,
    fan,
    hashtag,
    refused,
)
from ui.messages import draw_message

HELPER_ROLE = 74
HELPER = Actor(17, frozenset({HELPER_ROLE}))
TAG, RESERVE = "OurDay", "OurOtherDay"


async def publish(world: World) -> Action:
    return await world.publish(hashtag(tag=f"#{TAG}", reserve=f"#{RESERVE}"))


async def events(world: World, action: Action) -> list[AuditEvent]:
    """What was written down, the latest first."""
    async with world.database.read() as conn:
        return list(await list_events(conn, GUILD, action.action_id, limit=20))


def texts(world: World) -> list[str]:
    """What was sent, in words, as of when it was."""
    english = language("en")
    return [draw_message(english, owed).content or "" for owed in world.sender.sent]


async def test_the_reveal_is_a_message_of_its_own_at_its_own_time(world: World) -> None:
    action = await publish(world)
    seals, ids = world.services.seals, (GUILD, action.action_id)
    await seals.set_reveal(ORGANISER, *ids, at(MOMENT - 2 * HOUR))
    assert (await world.states(action))[DeliveryKind.REVEAL] is DeliveryState.PENDING
    await seals.set_reveal(ORGANISER, *ids, at(MOMENT - HOUR))
    world.clock.set(MOMENT - HOUR - MINUTE)
    assert DeliveryKind.REVEAL not in await world.send_due()
    world.clock.set(MOMENT - HOUR)
    assert DeliveryKind.REVEAL in await world.send_due()
    assert f"#{TAG}" in texts(world)[-1]
    world.clock.set(MOMENT)
    assert DeliveryKind.REVEAL not in await world.send_due()


async def test_at_the_moment_it_is_no_message_of_its_own(world: World) -> None:
    action = await publish(world)
    seals, ids = world.services.seals, (GUILD, action.action_id)
    await seals.set_reveal(ORGANISER, *ids, at(MOMENT - HOUR))
    await seals.set_reveal(ORGANISER, *ids, None)
    assert (await world.states(action))[DeliveryKind.REVEAL] is DeliveryState.CANCELLED
    world.clock.set(MOMENT)
    sent = await world.send_due()
    assert DeliveryKind.MOMENT in sent
    assert DeliveryKind.REVEAL not in sent


async def test_revealed_at_once_it_is_owed_at_once_and_just_once(world: World) -> None:
    action = await publish(world)
    seals, ids = world.services.seals, (GUILD, action.action_id)
    await world.send_due()
    await seals.set_reveal(ORGANISER, *ids, at(MOMENT - HOUR))
    await seals.reveal_now(ORGANISER, *ids)
    # Whatever else is changed before it goes out, it is still owed.
    await world.services.message_plans.change(
        ORGANISER, *ids, lambda plan: replace(plan, nudges=not plan.nudges)
    )
    assert await world.send_due() == [DeliveryKind.REVEAL]
    assert (await world.load(action)).revealed(NOW)
    world.clock.set(MOMENT - HOUR)
    assert DeliveryKind.REVEAL not in await world.send_due()
    with refused("reveal.done"):
        await seals.reveal_now(ORGANISER, *ids)


async def test_what_is_paused_at_its_reveal_tells_nothing_until_it_goes_on(world: World) -> None:
    action = await publish(world)
    seals, ids = world.services.seals, (GUILD, action.action_id)
    await seals.set_reveal(ORGANISER, *ids, at(MOMENT - 2 * HOUR))
    world.clock.set(MOMENT - 3 * HOUR)
    await world.services.life_cycle.take(ORGANISER, *ids, Step.PAUSE)
    world.clock.set(MOMENT - HOUR)
    assert DeliveryKind.REVEAL not in await world.send_due()
    assert (await seals.look(fan(1), *ids)).sight is Sight.NONE
    await world.services.life_cycle.take(ORGANISER, *ids, Step.RESUME)
    await world.send_due()
    assert f"#{TAG}" in texts(world)[-1]


async def test_a_reveal_missed_by_long_is_its_organisers_to_decide(world: World) -> None:
    action = await publish(world)
    await world.services.seals.set_reveal(ORGANISER, GUILD, action.action_id, at(MOMENT - DAY))
    world.clock.set(MOMENT - DAY + 20 * MINUTE)
    await world.send_due()
    states = await world.states(action)
    assert states[DeliveryKind.REVEAL] is DeliveryState.ASKED
    (reveal,) = (r for r in await world.records(action) if r.delivery.kind is DeliveryKind.REVEAL)
    number = reveal.delivery.delivery_id
    await world.services.outbox.answer(ORGANISER, GUILD, number, send=True)
    assert DeliveryKind.REVEAL in await world.send_due()


async def test_it_can_be_sent_before_its_time_only_by_revealing_it(world: World) -> None:
    action = await publish(world)
    await world.services.seals.set_reveal(ORGANISER, GUILD, action.action_id, at(MOMENT - HOUR))
    (number,) = (
        r.delivery.delivery_id
        for r in await world.records(action)
        if r.delivery.kind is DeliveryKind.REVEAL
    )
    with refused("refused.send.sealed"):
        await world.services.outbox.send_now(ORGANISER, GUILD, number)


async def test_a_drafts_reveal_moves_along_and_is_checked_when_it_is_published(
    world: World,
) -> None:
    services = world.services
    draft = await world.draft(hashtag())
    ids = (GUILD, draft.action_id)
    await services.seals.set_reveal(ORGANISER, *ids, at(MOMENT - HOUR))
    later = hashtag(starts=MOMENT + DAY)
    moved = await services.actions.redraft(ORGANISER, *ids, later, language="en")
    assert moved.revealed_at == MOMENT + DAY - HOUR
    async with world.database.write() as conn:
        await update_action(conn, replace(moved, reveal=at(NOW)))
    with refused("publish.reveal_past"):
        await services.actions.publish(ORGANISER, *ids)


# ---- The reserve


async def test_the_switch_is_one_transaction_and_writes_no_tag_down(world: World) -> None:
    action = await publish(world)
    await world.send_due()
    switched = await world.services.seals.switch(ORGANISER, GUILD, action.action_id)
    assert switched.fields["tag"] == RESERVE
    assert "reserve" not in switched.fields
    latest = (await events(world, action))[0]
    assert (latest.act, latest.detail, latest.user_id) == (
        Act.TAG_SWITCHED,
        {},
        ORGANISER.user_id,
    )
    assert await world.send_due() == [DeliveryKind.STEP]
    (step,) = texts(world)[-1:]
    assert "has changed" in step
    assert TAG not in step
    assert RESERVE not in step
    with refused("tag.no_reserve"):
        await world.services.seals.switch(ORGANISER, GUILD, action.action_id)


async def test_after_a_leak_nothing_that_follows_in_the_series_has_the_tag_again(
    world: World,
) -> None:
    action = await publish(world)
    series, ids = world.services.series, (GUILD, action.action_id)
    weekly = Rule(Pattern.WEEKLY, days=(5,))
    running = await series.start(ORGANISER, *ids, weekly, timedelta(days=1))
    for use, alt in ((PosterUse.CARD, "A stage"), (PosterUse.REVEAL, f"It says #{TAG}")):
        picture = Fitted(alt.encode(), "image/webp", 20, 30, use.value)
        await world.services.posters.set(ORGANISER, *ids, use, picture, alt)
    await world.services.seals.switch(ORGANISER, *ids)
    world.clock.set(MOMENT)
    await world.send_due()
    following = (await series.find(ORGANISER, GUILD, running.series.series_id)).latest
    assert following.action_id != action.action_id
    assert following.fields["tag"] == RESERVE
    assert "reserve" not in following.fields, "everybody knows it by now"
    whole = await world.services.changing.find(ORGANISER, GUILD, following.action_id)
    assert [poster.use for poster in whole.parts.posters] == [PosterUse.CARD]


async def test_after_the_reveal_the_switch_tells_the_new_tag(world: World) -> None:
    action = await publish(world)
    world.clock.set(MOMENT + MINUTE)
    await world.send_due()
    await world.services.seals.switch(ORGANISER, GUILD, action.action_id)
    assert await world.send_due() == [DeliveryKind.STEP]
    assert f"#{RESERVE}" in texts(world)[-1]


async def test_only_those_who_run_it_switch_reveal_and_choose(world: World) -> None:
    action = await publish(world)
    seals, ids = world.services.seals, (GUILD, action.action_id)
    for who in (fan(1), OTHER_ORGANISER, HELPER):
        for work in (
            partial(seals.switch, who, *ids),
            partial(seals.reveal_now, who, *ids),
            partial(seals.set_reveal, who, *ids, None),
            partial(seals.set_helpers_lead, who, *ids, HOUR),
        ):
            other = who is OTHER_ORGANISER
            key = "refused.not_your_action" if other else "refused.needs_organiser"
            with refused(key, NotAllowed):
                await work()
    with refused("refused.sealed_for_you", NotAllowed):
        await seals.set_helpers_lead(MODERATOR, *ids, HOUR)


# ---- Who sees it


async def test_helpers_are_let_in_for_one_action_from_a_time_on(world: World) -> None:
    action = await publish(world)
    seals, ids = world.services.seals, (GUILD, action.action_id)
    await world.services.servers.set_role(MODERATOR, GUILD, RolePurpose.HELPER, HELPER_ROLE)
    await seals.set_helpers_lead(ORGANISER, *ids, 6 * HOUR)
    world.clock.set(MOMENT - 6 * HOUR - MINUTE)
    assert (await seals.look(HELPER, *ids)).sight is Sight.NONE
    world.clock.set(MOMENT - 6 * HOUR)
    assert (await seals.look(HELPER, *ids)).sight is Sight.HELPER
    assert (await seals.look(fan(1), *ids)).sight is Sight.NONE


async def test_a_moderator_who_opens_the_seal_is_written_down(world: World) -> None:
    action = await publish(world)
    seals, ids = world.services.seals, (GUILD, action.action_id)
    assert (await seals.look(MODERATOR, *ids)).sight is Sight.MODERATOR
    before = await events(world, action)
    await seals.require_closed(MODERATOR, *ids)
    assert await events(world, action) == before, "nothing is shown yet"
    opened = await seals.open(MODERATOR, *ids)
    assert opened.fields["tag"] == TAG
    latest = (await events(world, action))[0]
    assert (latest.act, latest.user_id, latest.detail) == (
        Act.SEAL_OPENED,
        MODERATOR.user_id,
        {},
    )
    for who in (ORGANISER, HELPER, fan(1)):
        with refused("refused.needs_manage_server", NotAllowed):
            await seals.open(who, *ids)
    world.clock.set(MOMENT)
    with refused("tag.open_for_you"):
        await seals.open(MODERATOR, *ids)


async def test_a_moderator_gets_no_texts_and_no_copy_with_the_tag(world: World) -> None:
    action = await publish(world)
    services, ids = world.services, (GUILD, action.action_id)
    with refused("refused.sealed_for_you", NotAllowed):
        await services.preflight.texts(MODERATOR, *ids)
    await services.preflight.texts(ORGANISER, *ids)
    copied = await services.templates.blueprint_to_copy(MODERATOR, *ids)
    assert not {"tag", "reserve"} & copied.fields.keys()
    organiser_too = Actor(ORGANISER.user_id, frozenset({ORGANISER_ROLE}))
    own = await services.templates.blueprint_to_copy(organiser_too, *ids)
    assert own.fields["tag"] == TAG
    world.clock.set(MOMENT)
    await services.preflight.texts(MODERATOR, *ids)


# ---- Warnings


async def test_only_tags_that_are_known_by_now_are_compared_with(world: World) -> None:
    """A warning would tell a sealed one otherwise."""
    await world.publish(hashtag(title="First", tag="#OURDAY"))
    second = await world.draft(hashtag(title="Second", tag="#OurDay", reserve="#ourday"))
    seals = world.services.seals
    found = [(name, w.doubt, w.about) for name, w in await seals.warnings(second)]
    assert found == [("reserve", Doubt.CASE, "OurDay")]
    world.clock.set(MOMENT + timedelta(seconds=1))
    found = [(name, w.doubt, w.about) for name, w in await seals.warnings(second)]
    assert ("tag", Doubt.CASE, "OURDAY") in found


async def test_the_reserve_is_another_tag_and_told_by_no_title(world: World) -> None:
    with refused("field.reserve.same"):
        await world.draft(hashtag(tag="#OurDay", reserve="#OurDay"))
    with refused("field.sealed.title"):
        await world.draft(hashtag(title="Our other day", reserve=f"#{RESERVE}"))
