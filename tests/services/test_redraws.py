"""Redrawing cards: many requests, few edits, and the last edit shows the last state."""

from __future__ import annotations

import asyncio

import pytest

from db.engine import Database
from db.queries.actions import set_state
from domain.actions import Action, ActionState
from domain.deliveries import DeliveryKind, DeliveryState
from domain.kinds import CHECK_IN_LEAD, Kind
from tests.services.stand_ins import RecordingSender, forbidden, unreachable
from tests.services.test_check_ins import gathering
from tests.services.test_ticks import app, vote
from tests.services.world import (
    CHANNEL,
    DAY,
    GUILD,
    HOUR,
    MODERATOR,
    MOMENT,
    ORGANISER,
    OTHER_GUILD,
    World,
    a_world,
    fan,
    fundraiser,
    until,
)

INTERVAL = 0.2


async def with_card(world: World, guild_id: int = GUILD) -> Action:
    """An action whose card has been posted, and drawn since; nobody waits for a role of it."""
    await world.services.servers.set_grants_roles(MODERATOR, guild_id, grants=False)
    action = await world.publish(guild_id=guild_id)
    await world.send_due()
    world.sender.ready.set()
    await world.services.redraws.flush()
    world.sender.drawn.clear()
    return action


def counts(sender: RecordingSender, guild_id: int = GUILD) -> list[int]:
    """How many were signed up by each drawing of a server's cards."""
    return [drawn.action.signed_up for drawn in sender.drawn if drawn.server.guild_id == guild_id]


async def test_a_hundred_clicks_within_the_interval_are_two_edits_at_most(database: Database):
    async with a_world(database, redraw_interval=INTERVAL) as world:
        await world.set_up()
        action = await with_card(world)
        await asyncio.gather(
            *(world.services.sign_ups.join(fan(n), GUILD, action.action_id) for n in range(100))
        )
        await world.services.redraws.flush()
        assert len(world.sender.drawn) <= 2
        assert counts(world.sender)[-1] == 100


async def test_edits_of_one_card_keep_their_distance(database: Database):
    loop = asyncio.get_running_loop()
    async with a_world(database, redraw_interval=INTERVAL) as world:
        await world.set_up()
        action = await with_card(world)
        begun = loop.time()
        for number in range(30):
            await world.services.sign_ups.join(fan(number), GUILD, action.action_id)
            await asyncio.sleep(INTERVAL / 10)
        took = loop.time() - begun
        assert 2 <= len(world.sender.drawn) <= took / INTERVAL + 1
        await world.services.redraws.flush()
        assert counts(world.sender)[-1] == 30


async def test_a_card_is_edited_where_it_was_posted_with_the_servers_settings(world: World):
    action = await with_card(world)
    (card,) = [r for r in await world.records(action) if r.delivery.kind is DeliveryKind.CARD]
    world.services.redraws.request(GUILD, action.action_id)
    await world.services.redraws.flush()
    (drawn,) = world.sender.drawn
    assert drawn.action == await world.load(action)
    assert drawn.server == await world.services.servers.get(GUILD)
    assert (drawn.post, drawn.post.channel_id) == (card.post, CHANNEL)
    assert drawn.now == world.clock.now()


async def test_what_changes_while_a_card_is_drawn_is_drawn_next(world: World):
    action = await with_card(world)
    world.sender.block(GUILD)
    await world.services.sign_ups.join(fan(1), GUILD, action.action_id)
    await until(lambda: world.sender.waiting == [GUILD])
    await world.services.sign_ups.join(fan(2), GUILD, action.action_id)
    world.sender.let_go(GUILD)
    await world.services.redraws.flush()
    assert counts(world.sender) == [1, 2]


async def test_a_redraw_that_fails_does_not_stop_the_others(world: World):
    await world.set_up(OTHER_GUILD)
    failing, other = await with_card(world), await with_card(world, OTHER_GUILD)
    for error in (forbidden(), RuntimeError("unexpected")):
        world.sender.fail_to_draw(GUILD, error)
        for action in (failing, other):
            world.services.redraws.request(action.guild_id, action.action_id)
        await world.services.redraws.flush()
    assert counts(world.sender, OTHER_GUILD) == [0, 0]
    # Forbidden is given up; what was a passing defect is drawn after all.
    assert counts(world.sender, GUILD) == [0]


async def test_a_failure_that_passes_does_not_leave_the_card_behind(world: World):
    """The last edit shows the last state, even if nobody clicks again."""
    action = await with_card(world)
    world.sender.fail_to_draw(GUILD, unreachable(retry_after=0.1))
    await world.services.sign_ups.join(fan(1), GUILD, action.action_id)
    await world.services.redraws.flush()
    assert counts(world.sender) == [1]


async def test_a_card_that_was_never_posted_is_not_drawn(world: World):
    """Nor that of an action which does not exist."""
    draft, action = await world.draft(), await world.publish()
    world.sender.block(GUILD)
    world.sender.ready.set()
    await until(lambda: world.sender.tried == [DeliveryKind.ANNOUNCEMENT])
    for number in (draft.action_id, action.action_id, 404):
        world.services.redraws.request(GUILD, number)
    await world.services.redraws.flush()
    assert world.sender.drawn == []


async def test_nothing_is_drawn_before_the_sender_is_ready(world: World):
    action = await world.publish()
    await world.send_due()
    world.services.redraws.request(GUILD, action.action_id)
    await asyncio.sleep(0.05)
    assert world.sender.drawn == []
    world.sender.ready.set()
    await world.services.redraws.flush()
    assert len(world.sender.drawn) == 1


async def test_clicks_while_the_card_is_being_posted_are_on_it_soon(world: World):
    """It was drawn without them, and perhaps nobody clicks again."""
    world.sender.block(GUILD)
    world.sender.ready.set()
    action = await world.publish()
    await until(lambda: world.sender.tried == [DeliveryKind.ANNOUNCEMENT])
    world.sender.let_go(GUILD)
    world.sender.block(GUILD)
    await until(lambda: world.sender.tried == [DeliveryKind.ANNOUNCEMENT, DeliveryKind.CARD])
    await world.services.sign_ups.join(fan(1), GUILD, action.action_id)
    await world.services.redraws.flush()
    assert world.sender.drawn == []
    world.sender.let_go(GUILD)
    await until(lambda: counts(world.sender) == [1])


async def test_a_card_that_hangs_does_not_hold_up_other_servers(world: World):
    await world.set_up(OTHER_GUILD)
    hanging, other = await with_card(world), await with_card(world, OTHER_GUILD)
    world.sender.block(GUILD)
    world.services.redraws.request(GUILD, hanging.action_id)
    await until(lambda: world.sender.waiting == [GUILD])
    world.services.redraws.request(OTHER_GUILD, other.action_id)
    await until(lambda: counts(world.sender, OTHER_GUILD) == [0])
    world.sender.let_go(GUILD)
    await world.services.redraws.flush()
    assert counts(world.sender, GUILD) == [0]


async def test_open_cards_are_drawn_once_at_start(database: Database):
    """A stop within the interval must not leave a card on its old count."""
    async with a_world(database) as world:
        await world.set_up()
        action = await with_card(world)
    async with a_world(database) as world:
        world.sender.ready.set()
        await until(lambda: counts(world.sender) == [0])
        assert world.sender.drawn[0].action.action_id == action.action_id


@pytest.mark.parametrize("kind", [Kind.FUNDRAISER, Kind.ATTENDANCE])
async def test_what_was_posted_shows_the_buttons_of_now_when_they_change(world: World, kind: Kind):
    """At a cut-off of sign-ups, and when the doors open for checking in."""
    draft = await world.draft(fundraiser() if kind is Kind.FUNDRAISER else gathering())
    if kind is Kind.FUNDRAISER:
        await world.services.sign_up_settings.set_cut_off(
            ORGANISER, GUILD, draft.action_id, CHECK_IN_LEAD
        )
    action = await world.services.actions.publish(ORGANISER, GUILD, draft.action_id)
    world.clock.set(MOMENT - CHECK_IN_LEAD - HOUR)
    await world.send_due()
    world.sender.ready.set()
    await world.services.redraws.flush()
    world.sender.drawn.clear()
    world.clock.set(MOMENT - CHECK_IN_LEAD)
    assert await world.send_due() == [], "nobody is told"
    await world.services.redraws.flush()
    assert [drawn.now for drawn in world.sender.drawn] == [MOMENT - CHECK_IN_LEAD]
    assert DeliveryKind.ANNOUNCEMENT in {owed.delivery.kind for owed, _ in world.sender.redrawn}
    assert (await world.states(action))[DeliveryKind.REDRAW] is DeliveryState.SENT


async def test_a_cut_off_that_is_moved_takes_its_redraw_along(world: World):
    action = await with_card(world)
    ids = (GUILD, action.action_id)
    for lead in (5 * HOUR, 3 * HOUR, None):
        await world.services.sign_up_settings.set_cut_off(ORGANISER, *ids, lead)
        owed = [
            record.delivery.due_at
            for record in await world.records(action)
            if record.delivery.kind is DeliveryKind.REDRAW and record.state is DeliveryState.PENDING
        ]
        assert owed == ([] if lead is None else [MOMENT - lead])


async def test_what_was_posted_asks_nobody_to_sign_up_once_it_has_ended(world: World):
    action = await with_card(world)
    for instant, kind in (
        (action.ends_at, DeliveryKind.CLOSING),
        (action.log_until, DeliveryKind.TALLY),
    ):
        world.sender.redrawn.clear()
        world.clock.set(instant)
        assert kind in await world.send_due()
        await world.services.redraws.flush()
        redrawn = [owed for owed, _ in world.sender.redrawn]
        assert DeliveryKind.ANNOUNCEMENT in {owed.delivery.kind for owed in redrawn}
        assert {owed.now for owed in redrawn} == {instant}


async def test_a_votes_card_is_redrawn_as_its_apps_open_and_close(world: World):
    draft = await world.draft(vote())
    opens, closes = MOMENT + DAY, MOMENT + 3 * DAY
    ids = (GUILD, draft.action_id)
    await world.services.vote_apps.add(
        ORGANISER, *ids, app("Idolchamp", opens_at=opens, closes_at=closes)
    )
    await world.services.vote_apps.add(ORGANISER, *ids, app("Mubeat"))
    action = await world.services.actions.publish(ORGANISER, *ids)
    await world.send_due()
    world.sender.ready.set()
    due = [
        record.delivery.due_at
        for record in await world.records(action)
        if record.delivery.kind is DeliveryKind.REDRAW
    ]
    assert due == [opens, closes]
    for instant in due:
        world.clock.set(instant - HOUR)
        await world.send_due()
        await world.services.redraws.flush()
        world.sender.drawn.clear()
        world.clock.set(instant)
        await world.send_due()
        await world.services.redraws.flush()
        assert instant in [drawn.now for drawn in world.sender.drawn]


async def test_who_sees_numbers_is_redrawn_on_what_stands_as_soon_as_it_changes(world: World):
    """Else they would stay there for everybody until something else happens."""
    action = await with_card(world)
    other = await with_card(world)
    final = await with_card(world)
    async with world.database.write() as conn:
        await set_state(conn, GUILD, final.action_id, ActionState.FINAL)
    switch = world.services.servers.set_tally_public
    await switch(MODERATOR, GUILD, public=True)
    await world.services.redraws.flush()
    assert world.sender.drawn == [], "nothing changed"
    await switch(MODERATOR, GUILD, public=False)
    await world.services.redraws.flush()
    drawn = {one.action.action_id for one in world.sender.drawn}
    assert drawn == {action.action_id, other.action_id}
    assert not any(one.server.tally_public for one in world.sender.drawn)
    edited = {owed.action.action_id for owed, _ in world.sender.redrawn}
    assert edited == drawn, "so are the announcements"


async def test_who_sees_choices_is_redrawn_on_what_stands_as_soon_as_it_changes(world: World):
    """Else a card would offer what is refused, or not offer what is allowed."""
    action = await with_card(world)
    for public in (True, False):
        world.sender.drawn.clear()
        await world.services.servers.set_choices_public(MODERATOR, GUILD, public=public)
        await world.services.redraws.flush()
        (drawn,) = world.sender.drawn
        assert (drawn.action.action_id, drawn.server.choices_public) == (action.action_id, public)
