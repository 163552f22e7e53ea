"""Lists of actions: what comes, what one joined and what waits for one, on both databases."""

from __future__ import annotations

from db.queries.action_lists import list_page
from domain.action_lists import PAGE, ActionList, Asked, ListPage
from domain.kinds import Kind
from domain.language_channels import Reader
from domain.life_cycle import Step
from domain.servers import Actor
from tests.databases import statements
from tests.services.world import (
    DAY,
    GUILD,
    HOUR,
    MOMENT,
    NOW,
    ORGANISER,
    OTHER_GUILD,
    World,
    at,
    fan,
    fundraiser,
    hashtag,
    number_of,
)

COMING, JOINED, TO_LOG = ActionList
FAN = fan(1)
POST = "https://x.com/i/status/1862000000000000000"


async def show(world: World, asked: Asked = Asked(), who: Actor = FAN) -> ListPage:  # noqa: B008
    return await world.services.action_lists.show(who, GUILD, asked, Reader())


async def titles(world: World, asked: Asked = Asked(), who: Actor = FAN) -> list[str]:  # noqa: B008
    return [listed.action.title for listed in (await show(world, asked, who)).listed]


async def test_what_comes_is_what_is_announced_and_not_over(world: World) -> None:
    later = await world.publish(fundraiser("Later", MOMENT + DAY))
    sooner = await world.publish(hashtag("Sooner", MOMENT))
    gone = await world.publish(hashtag("Cancelled", MOMENT))
    await world.services.life_cycle.take(ORGANISER, GUILD, gone.action_id, Step.CANCEL, reason="x")
    await world.set_up(OTHER_GUILD)
    await world.publish(fundraiser("Elsewhere"), OTHER_GUILD)
    hidden = await world.draft(fundraiser("Not announced"))
    announce_at = world.services.editing.announce_at
    await announce_at(ORGANISER, GUILD, hidden.action_id, at(NOW + DAY))
    await world.services.actions.publish(ORGANISER, GUILD, hidden.action_id)
    assert await titles(world) == ["Sooner", "Later"]
    # Not even who organises it: it is a list for fans.
    assert await titles(world, who=ORGANISER) == ["Sooner", "Later"]
    assert await titles(world, Asked(kind=Kind.HASHTAG)) == ["Sooner"]
    world.clock.set(sooner.ends_at)
    assert await titles(world) == ["Not announced", "Later"]
    world.clock.set(later.ends_at)
    assert await titles(world) == []


async def test_one_sees_their_own_place_and_nobody_elses(world: World) -> None:
    full = await world.publish(fundraiser("Full", capacity=1))
    join = world.services.sign_ups.join
    for who in (fan(2), FAN):
        await join(who, GUILD, full.action_id)
    for who, state in ((fan(2), "in"), (FAN, "waitlisted"), (fan(3), None)):
        (listed,) = (await show(world, who=who)).listed
        assert listed.sign_up == state, who
    await world.services.sign_ups.leave(FAN, GUILD, full.action_id)
    (listed,) = (await show(world)).listed
    assert listed.sign_up is None
    assert await titles(world, Asked(JOINED)) == []


async def test_what_one_joined_begins_with_what_is_ahead(world: World) -> None:
    starts = {"Over": MOMENT, "Long over": MOMENT - DAY, "Soon": MOMENT + 9 * DAY, "Last": None}
    for title, when in starts.items():
        made = await world.publish(hashtag(title, when or MOMENT + 20 * DAY))
        await world.services.sign_ups.join(FAN, GUILD, made.action_id)
    await world.publish(hashtag("Not mine", MOMENT + DAY))
    world.clock.set(MOMENT + 2 * DAY)
    assert await titles(world, Asked(JOINED)) == ["Soon", "Last", "Over", "Long over"]
    assert await titles(world, Asked(JOINED, Kind.VOTE)) == []


async def test_what_waits_for_a_log_is_what_one_is_in_and_has_not_logged(world: World) -> None:
    action = await world.publish(hashtag())
    await world.services.sign_ups.join(FAN, GUILD, action.action_id)
    assert await titles(world, Asked(TO_LOG)) == []  # it has not begun
    world.clock.set(MOMENT)
    assert await titles(world, Asked(TO_LOG)) == ["Trend party"]
    assert await titles(world, Asked(TO_LOG), fan(2)) == []
    logged = await world.log(action, FAN, 3)
    (listed,) = (await show(world, Asked(TO_LOG))).listed
    assert listed.logged  # but nothing shows it
    contributions = world.services.contributions
    await contributions.add_proof(FAN, GUILD, number_of(logged), text=POST)
    assert await titles(world, Asked(TO_LOG)) == []
    await contributions.withdraw(FAN, GUILD, number_of(logged))
    (listed,) = (await show(world, Asked(TO_LOG))).listed
    assert not listed.logged
    world.clock.set(action.log_until)
    assert await titles(world, Asked(TO_LOG)) == []


async def test_a_list_is_paged_and_goes_back_where_a_page_is_gone(world: World) -> None:
    for n in range(PAGE + 1):
        await world.publish(hashtag(f"Party {n}", MOMENT + n * HOUR))
    first, second = await show(world), await show(world, Asked(page=1))
    assert [len(page.listed) for page in (first, second)] == [PAGE, 1]
    assert (first.more, second.more) == (True, False)
    beyond = await show(world, Asked(page=7))
    assert (beyond.asked.page, beyond.listed) == (0, first.listed)


async def test_a_page_costs_the_same_however_many_took_part(world: World) -> None:
    """Its statements count nothing, and what is ahead is found by an index."""
    action = await world.publish(hashtag())
    for n in range(5):
        await world.services.sign_ups.join(fan(n), GUILD, action.action_id)
    for which in ActionList:
        with statements() as seen:
            await show(world, Asked(which))
        asked = [one for one in seen if "SELECT" in one]
        assert 1 <= len(asked) <= 4
        assert not [one for one in asked if "count(" in one.lower()]
    if world.database.dialect != "sqlite":
        return
    async with world.database.read() as conn:
        with statements() as seen:
            await list_page(conn, GUILD, 1, Asked(), NOW, limit=7, offset=0)
        listing = seen[-1]
        values = [0] * listing.count("?")
        rows = await conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {listing}", tuple(values))
        steps = [row.detail for row in rows]
    assert any("ix_action_guild_id_ends_at" in step for step in steps), steps
