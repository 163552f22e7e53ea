"""Ticks: taken, taken back and taken again; each counts once, and every total adds up."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from db.queries.attachments import load_attachments
from db.queries.audit import list_events
from db.tables import role_change
from domain.actions import Action
from domain.audit import Act
from domain.deliveries import DeliveryKind, DeliveryState
from domain.errors import Gone, NotAllowed
from domain.kinds import Kind
from domain.ledger import HeldReason
from domain.life_cycle import Step
from domain.pictures import Picture
from domain.servers import Actor
from domain.ticks import DOUBLE_TAP
from domain.totals import Total
from domain.votes import VoteApp
from services.actions import Typed
from services.ledger import Logged
from tests.services.world import (
    DAY,
    GUILD,
    HOUR,
    MODERATOR,
    MOMENT,
    NOW,
    ORGANISER,
    OTHER_ORGANISER,
    REVIEWER,
    World,
    a_world,
    at,
    fan,
    refused,
)

TODAY = date(2026, 11, 20)
"""The day of an app that resets at 23:30 in Seoul, at MOMENT: Saturday the 21st, 20:00."""

RESET = MOMENT + 3.5 * HOUR


def vote(**texts: str) -> Typed:
    """What an organiser types for a vote of a week."""
    return Typed(Kind.VOTE, "Rookie of the year", at(MOMENT), None, None, {"goal": "5000"} | texts)


def app(name: str = "Mubeat", cap: int = 10, reset: str = "23:30", **values: object) -> VoteApp:
    made = VoteApp(0, name, cap, time.fromisoformat(reset), "Asia/Seoul")
    return replace(made, **values)


async def publish(world: World, *apps: VoteApp) -> Action:
    draft = await world.draft(vote())
    for one in apps:
        await world.services.vote_apps.add(ORGANISER, GUILD, draft.action_id, one)
    return await world.services.actions.publish(ORGANISER, GUILD, draft.action_id)


@pytest.fixture
async def action(world: World) -> Action:
    """A vote in two apps whose moment has come."""
    published = await publish(world, app(), app("Idolchamp", 3, "08:00"))
    world.clock.set(MOMENT)
    return published


async def tap(
    world: World, action: Action, who: Actor, app_id: int = 1, day: date = TODAY
) -> Logged:
    """Tap a button, some time after the last tap."""
    world.clock.advance(DOUBLE_TAP)
    return await world.services.ticks.tap(who, GUILD, action.action_id, app_id, day)


async def logged(world: World, action: Action) -> dict[int, int]:
    """What is logged by app, having checked that app, total and ledger agree."""
    whole = await world.services.actions.find_whole(GUILD, action.action_id)
    by_app = {one.app_id: one.logged for one in whole.parts.apps}
    assert sum(by_app.values()) == (await world.total(action)).logged
    return by_app


async def test_a_tap_logs_the_days_votes_at_the_cap_a_second_takes_them_back_a_third_logs_again(
    world: World, action: Action
):
    first = await tap(world, action, fan(1))
    assert (first.contribution.amount, first.contribution.app_id) == (10, 1)
    assert (first.contribution.day, first.contribution.unit_code) == (TODAY, "votes")
    assert await logged(world, action) == {1: 10, 2: 0}
    second = await tap(world, action, fan(1))
    assert second.contribution.withdrawn
    assert await world.total(action) == Total(withdrawn=10, withdrawn_count=1)
    assert await logged(world, action) == {1: 0, 2: 0}
    third = await tap(world, action, fan(1))
    assert third.contribution.contribution_id != first.contribution.contribution_id
    assert await world.total(action) == Total(10, 1, withdrawn=10, withdrawn_count=1)
    assert await logged(world, action) == {1: 10, 2: 0}


async def test_people_apps_and_days_are_apart(world: World, action: Action):
    await tap(world, action, fan(1))
    await tap(world, action, fan(2))
    await tap(world, action, fan(1), 2, TODAY + DAY)
    world.clock.set(RESET)
    await tap(world, action, fan(1), 1, TODAY + DAY)
    assert await logged(world, action) == {1: 30, 2: 3}


async def test_two_taps_at_once_are_one(world: World, action: Action):
    ticks = world.services.ticks
    taps = [ticks.tap(fan(1), GUILD, action.action_id, 1, TODAY) for _ in range(5)]
    done = await asyncio.gather(*taps)
    assert await logged(world, action) == {1: 10, 2: 0}
    assert len({one.contribution.contribution_id for one in done}) == 1
    again = await ticks.tap(fan(1), GUILD, action.action_id, 1, TODAY)
    assert not again.changed
    world.clock.advance(DOUBLE_TAP)
    assert (await ticks.tap(fan(1), GUILD, action.action_id, 1, TODAY)).contribution.withdrawn
    again = await ticks.tap(fan(1), GUILD, action.action_id, 1, TODAY)
    assert (again.changed, again.contribution.withdrawn) == (False, True)


async def test_a_crowd_that_taps_at_once_is_settled_together(world: World, action: Action):
    """Some take back what others log, and one taps on an app that is not there."""
    for number in range(5):
        await tap(world, action, fan(number))
    world.clock.advance(DOUBLE_TAP)
    ticks, ids = world.services.ticks, (GUILD, action.action_id)
    taps = [ticks.tap(fan(number), *ids, 1, TODAY) for number in range(40)]
    before = world.services.commit.commits
    done = await asyncio.gather(*taps, ticks.tap(fan(1), *ids, 9, TODAY), return_exceptions=True)
    assert world.services.commit.commits - before <= 3
    assert isinstance(done.pop(), Gone)
    assert [one.contribution.withdrawn for one in done if isinstance(one, Logged)] == [
        number < 5 for number in range(40)
    ]
    assert await logged(world, action) == {1: 350, 2: 0}
    assert await world.total(action) == Total(350, 35, withdrawn=50, withdrawn_count=5)


async def test_two_processes_count_one_tick(world: World, action: Action):
    """Each has a group commit of its own; the action's row is what keeps them apart."""
    async with a_world(world.database) as other:
        other.clock.set(world.clock.now())
        ids = (GUILD, action.action_id, 1, TODAY)
        await asyncio.gather(
            *(one.services.ticks.tap(fan(1), *ids) for one in (world, other, world, other))
        )
    assert await logged(world, action) == {1: 10, 2: 0}


async def test_a_day_that_ended_more_than_a_day_ago_is_held_and_a_check_counts_it(
    world: World, action: Action
):
    world.clock.set(RESET + DAY - DOUBLE_TAP)
    assert (await tap(world, action, fan(1))).contribution.held is None
    late = await tap(world, action, fan(2))
    assert late.contribution.held is HeldReason.OUTSIDE_WINDOW
    assert await logged(world, action) == {1: 10, 2: 0}
    tick = late.contribution.contribution_id
    await world.services.reviews.verify(REVIEWER, GUILD, tick)
    assert await logged(world, action) == {1: 20, 2: 0}
    await tap(world, action, fan(2))
    assert await logged(world, action) == {1: 10, 2: 0}


async def test_what_a_reviewer_does_not_count_and_what_is_withdrawn_elsewhere_leaves_the_app(
    world: World, action: Action
):
    ticks = [(await tap(world, action, fan(n))).contribution.contribution_id for n in range(3)]
    await world.services.reviews.do_not_count(REVIEWER, GUILD, ticks[0], "Twice")
    await world.services.contributions.withdraw(fan(1), GUILD, ticks[1])
    assert await logged(world, action) == {1: 10, 2: 0}


async def test_days_that_are_not_there_are_refused(world: World, action: Action):
    ticks, ids = world.services.ticks, (GUILD, action.action_id)
    with refused("ticks.not_yet"):
        await ticks.tap(fan(1), *ids, 1, TODAY + DAY)
    for forged in (TODAY - DAY, TODAY + 60 * DAY, date.min, date.max):
        with refused("ticks.no_such_day"):
            await ticks.tap(fan(1), *ids, 1, forged)
    with refused("refused.no_such_app", Gone):
        await ticks.tap(fan(1), *ids, 3, TODAY)
    with refused("refused.no_such_action", Gone):
        await ticks.tap(fan(1), GUILD, 999, 1, TODAY)
    assert await logged(world, action) == {1: 0, 2: 0}


async def test_before_the_moment_nothing_is_ticked(world: World, action: Action):
    ticks, ids = world.services.ticks, (GUILD, action.action_id, 1)
    world.clock.set(NOW)
    with refused("ticks.not_open"):
        await ticks.tap(fan(1), *ids, TODAY)


async def test_the_last_days_of_a_vote_that_is_over_are_ticked_late_and_held(
    world: World, action: Action
):
    ticks, ids = world.services.ticks, (GUILD, action.action_id)
    world.clock.set(action.late_until - timedelta(seconds=1))
    (first, _) = (await ticks.today(fan(1), *ids)).apps
    assert first.day is not None
    late = await ticks.tap(fan(1), *ids, 1, first.day.day)
    assert late.contribution.held is HeldReason.OUTSIDE_WINDOW
    with refused("ticks.no_such_day"):
        await ticks.tap(fan(1), *ids, 1, first.day.day + 7 * DAY)
    assert await logged(world, action) == {1: 0, 2: 0}
    world.clock.set(action.late_until)
    with refused("refused.state.final"):
        await ticks.tap(fan(2), *ids, 1, first.day.day)


async def test_while_a_vote_is_paused_ticks_are_held(world: World, action: Action):
    ids = (GUILD, action.action_id)
    await world.services.life_cycle.take(ORGANISER, *ids, Step.PAUSE, reason="Wait")
    tick = await tap(world, action, fan(1))
    assert tick.contribution.held is HeldReason.OUTSIDE_WINDOW


async def test_rest_is_taken_and_taken_back(world: World, action: Action):
    ticks, ids = world.services.ticks, (GUILD, action.action_id)
    assert await ticks.rest(fan(1), *ids, TODAY + 2 * DAY)
    assert not await ticks.rest(fan(1), *ids, TODAY + 2 * DAY)
    assert await ticks.rest(fan(1), *ids)
    assert (await ticks.today(fan(1), *ids)).resting
    assert not (await ticks.today(fan(2), *ids)).resting
    with refused("refused.unknown_button"):
        await ticks.rest(fan(1), *ids, TODAY - 5 * DAY)


async def test_who_signed_up_can_mute_the_calls_and_unmute_them(world: World, action: Action):
    ticks, ids = world.services.ticks, (GUILD, action.action_id)
    mute = world.services.sign_ups.mute
    assert (await mute(fan(1), *ids))[1] is None
    await world.services.sign_ups.join(fan(1), *ids)
    assert (await mute(fan(1), *ids))[1] is True
    sign_up = await world.services.sign_ups.find(fan(1), *ids)
    assert sign_up is not None
    assert sign_up.muted
    assert (await ticks.today(fan(1), *ids)).muted
    assert (await mute(fan(1), *ids))[1] is False
    await world.services.sign_ups.leave(fan(1), *ids)
    assert (await mute(fan(1), *ids))[1] is None


async def test_muting_takes_the_votes_own_role_and_unmuting_gives_it_back(world: World):
    await world.services.servers.set_grants_roles(MODERATOR, GUILD, grants=True)
    action = await publish(world, app())
    ids = (GUILD, action.action_id)
    await world.services.sign_ups.join(fan(1), *ids)

    async def wanted() -> list[bool]:
        async with world.database.read() as conn:
            return list(await conn.scalars(select(role_change.c.gives)))

    assert await wanted() == [True]
    mute = world.services.sign_ups.mute
    for _ in range(2):
        assert (await mute(fan(1), *ids, muted=True))[1] is True
    assert await wanted() == [False]
    assert (await mute(fan(1), *ids))[1] is False
    assert await wanted() == [True]


async def test_other_kinds_have_no_ticks(world: World):
    action = await world.publish()
    world.clock.set(MOMENT)
    ids = (GUILD, action.action_id)
    with refused("refused.no_such_app", Gone):
        await world.services.ticks.tap(fan(1), *ids, 1, TODAY)
    for asked in (world.services.ticks.today, world.services.ticks.rest):
        with refused("refused.unknown_button"):
            await asked(fan(1), *ids)
    with refused("refused.unknown_button"):
        await world.services.vote_apps.add(ORGANISER, *ids, app())


# ---- Apps


async def test_apps_are_changed_closed_and_removed_and_the_calls_follow(
    world: World, action: Action
):
    apps, ids = world.services.vote_apps, (GUILD, action.action_id)

    async def calls() -> set[time]:
        records = await world.records(action)
        return {
            record.delivery.due_at.timetz().replace(tzinfo=None)
            for record in records
            if record.delivery.kind is DeliveryKind.DAILY_CALL
            and record.state is DeliveryState.PENDING
        }

    assert await calls() == {time(11, 30), time(20, 0), time(8, 0)}  # the last: as it ends
    changed = await apps.change(ORGANISER, *ids, app(app_id=2, name="Champ", reset="10:00"))
    assert [one.name for one in changed.parts.apps] == ["Mubeat", "Champ"]
    assert await calls() == {time(11, 30), time(22, 0), time(8, 0)}
    await tap(world, action, fan(1), 2, TODAY + DAY)
    with refused("apps.has_votes"):
        await apps.remove(ORGANISER, *ids, 2)
    closed = await apps.close(ORGANISER, *ids, 2)
    assert closed.parts.apps[1].closes_at == world.clock.now()
    assert await calls() == {time(11, 30), time(8, 0)}
    with refused("refused.no_such_app", Gone):
        await apps.change(ORGANISER, *ids, app(app_id=3))
    removed = await apps.remove(ORGANISER, *ids, 1)
    assert [one.app_id for one in removed.parts.apps] == [2]


async def test_a_published_vote_keeps_an_app(world: World):
    world.clock.set(NOW)
    action = await publish(world, app())
    with refused("apps.last_one"):
        await world.services.vote_apps.remove(ORGANISER, GUILD, action.action_id, 1)


async def test_names_are_told_apart_and_there_are_twenty_apps_at_the_most(
    world: World, action: Action
):
    apps, ids = world.services.vote_apps, (GUILD, action.action_id)
    with refused("apps.name_taken"):
        await apps.add(ORGANISER, *ids, app("MUBEAT"))
    with refused("apps.name_taken"):
        await apps.change(ORGANISER, *ids, app(app_id=2, name="mubeat"))
    for number in range(3, 21):
        await apps.add(ORGANISER, *ids, app(f"App {number}"))
    with refused("apps.too_many"):
        await apps.add(ORGANISER, *ids, app("One more"))


async def test_only_those_who_run_the_vote_change_its_apps(world: World, action: Action):
    apps, ids = world.services.vote_apps, (GUILD, action.action_id)
    for nobody in (fan(1), OTHER_ORGANISER, REVIEWER):
        for work in (
            apps.find(nobody, *ids),
            apps.add(nobody, *ids, app("Another")),
            apps.close(nobody, *ids, 1),
            apps.remove(nobody, *ids, 1),
        ):
            with pytest.raises(NotAllowed):
                await work
    world.clock.set(action.log_until)
    with refused("refused.step.final"):
        await apps.add(ORGANISER, *ids, app("Too late"))


async def test_a_change_is_written_down(world: World, action: Action):
    await world.services.vote_apps.close(ORGANISER, GUILD, action.action_id, 1)
    async with world.database.read() as conn:
        newest, *_ = await list_events(conn, GUILD, action.action_id, limit=1)
    assert (newest.act, newest.detail["part"]) == (Act.PARTS_CHANGED, "apps")


async def test_a_vote_without_an_app_is_not_published(world: World):
    draft = await world.draft(vote())
    with refused("publish.no_apps"):
        await world.services.actions.publish(ORGANISER, GUILD, draft.action_id)


# ---- Whatever happens


STEPS = st.lists(
    st.tuples(
        st.integers(0, 2), st.integers(1, 2), st.integers(0, 3), st.sampled_from([0, 1, 5, 90000])
    ),
    max_size=25,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS)
async def test_whatever_is_tapped_the_totals_are_those_of_the_ledger(
    sqlite_world: World, steps: list[tuple[int, int, int, int]]
) -> None:
    world = sqlite_world
    world.clock.set(NOW)
    await world.set_up()
    action = await publish(world, app(), app("Idolchamp", 3, "08:00"))
    world.clock.set(MOMENT)
    for who, app_id, day, wait in steps:
        world.clock.advance(timedelta(seconds=wait))
        work = world.services.ticks.tap(
            fan(who), GUILD, action.action_id, app_id, TODAY + day * DAY
        )
        await asyncio.gather(work, return_exceptions=True)
    await logged(world, action)


@pytest.mark.parametrize("takes_back", [False, True])
async def test_what_a_reviewer_did_not_count_is_not_ticked_anew(
    world: World, action: Action, takes_back: bool
):
    done = await tap(world, action, fan(1))
    entry = done.contribution.contribution_id
    await world.services.reviews.do_not_count(REVIEWER, GUILD, entry, "not in the app")
    if takes_back:
        await world.services.contributions.withdraw(fan(1), GUILD, entry)
    with refused("ticks.decided"):
        await tap(world, action, fan(1))
    await tap(world, action, fan(2))
    assert (await world.total(action)).logged == 10


async def test_what_a_reviewer_corrected_is_not_ticked_anew_at_the_whole_cap(
    world: World, action: Action
):
    entry = (await tap(world, action, fan(1))).contribution.contribution_id
    await world.services.reviews.correct(REVIEWER, GUILD, entry, 3, "three in the app")
    with refused("ticks.decided"):
        await tap(world, action, fan(1))
    assert (await world.total(action)).logged == 3
    await world.services.contributions.withdraw(fan(1), GUILD, entry)
    with refused("ticks.decided"):
        await tap(world, action, fan(1))
    assert (await world.total(action)).logged == 0


async def test_pictures_that_proved_a_tick_are_gone_once_it_is_taken_back(
    world: World, action: Action
):
    entry = (await tap(world, action, fan(1))).contribution.contribution_id
    shown = Picture("vote.webp", "image/webp", b"pixels", "d1", None)
    await world.services.contributions.add_proof(fan(1), GUILD, entry, pictures=[shown])
    async with world.database.read() as conn:
        assert len(await load_attachments(conn, GUILD, entry)) == 1
    assert (await tap(world, action, fan(1))).contribution.withdrawn
    async with world.database.read() as conn:
        assert await load_attachments(conn, GUILD, entry) == []
