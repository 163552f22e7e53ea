"""Official counts: who may enter them, and that they change no number of members'."""

from __future__ import annotations

from dataclasses import replace

import pytest

from db.queries.official_counts import list_all
from domain.audit import Act
from domain.deliveries import DeliveryKind
from domain.errors import Gone, NotAllowed
from domain.life_cycle import Step
from domain.official_entries import OfficialEntry
from domain.servers import Actor
from tests.services.test_editing import events
from tests.services.world import (
    DAY,
    GUILD,
    MODERATOR,
    MOMENT,
    NOW,
    ORGANISER,
    OTHER_GUILD,
    OTHER_ORGANISER,
    World,
    fan,
    fundraiser,
    refused,
    until,
)

PAGE = OfficialEntry("Charity's page", "US$1.02M", "charity.example", None, NOW)


@pytest.mark.parametrize("actor", [ORGANISER, MODERATOR], ids=["organiser", "moderator"])
async def test_what_is_entered_stands_with_the_action_and_in_its_history(
    world: World, actor: Actor
) -> None:
    action = await world.publish()
    ids = (GUILD, action.action_id)
    await world.log(action, fan(1))
    before = await world.total(action)
    counts = world.services.official_counts
    await counts.enter(actor, *ids, PAGE)
    changed = await counts.enter(actor, *ids, replace(PAGE, name="charity's PAGE", value="2"))
    assert [(c.name, c.value) for c in changed.parts.officials] == [("Charity's page", "2")]
    assert await world.total(action) == before
    entered = [e for e in await events(world, action) if e.act is Act.OFFICIAL_ENTERED]
    assert [(e.user_id, e.detail["value"]) for e in entered] == [
        (actor.user_id, "2"),
        (actor.user_id, "US$1.02M"),
    ]
    async with world.database.read() as conn:
        assert len(await list_all(conn, *ids)) == 2


async def test_nobody_is_told_and_the_card_is_redrawn(world: World) -> None:
    action = await world.publish()
    await world.send_due()
    await world.services.official_counts.enter(ORGANISER, GUILD, action.action_id, PAGE)
    assert await world.send_due() == []
    world.sender.ready.set()
    await until(lambda: bool(world.sender.drawn))
    assert world.sender.drawn[-1].action.parts.officials[0].value == "US$1.02M"


async def test_others_may_not_and_nothing_is_stored(world: World) -> None:
    action = await world.publish()
    await world.set_up(OTHER_GUILD)
    counts, ids = world.services.official_counts, (GUILD, action.action_id)
    for actor, key in (
        (fan(1), "refused.needs_organiser"),
        (OTHER_ORGANISER, "refused.not_your_action"),
    ):
        with refused(key, NotAllowed):
            await counts.enter(actor, *ids, PAGE)
    with refused("refused.no_such_action", Gone):
        await counts.enter(MODERATOR, OTHER_GUILD, action.action_id, PAGE)
    async with world.database.read() as conn:
        assert await list_all(conn, *ids) == []


async def test_a_final_action_takes_them_and_a_draft_or_a_cancelled_one_does_not(
    world: World,
) -> None:
    counts = world.services.official_counts
    draft = await world.draft()
    with refused("refused.step.draft"):
        await counts.enter(ORGANISER, GUILD, draft.action_id, PAGE)
    action = await world.publish()
    await world.finish(action)
    changed = await counts.enter(ORGANISER, GUILD, action.action_id, PAGE)
    assert len(changed.parts.officials) == 1
    assert DeliveryKind.TALLY not in await world.send_due()
    other = await world.publish(fundraiser(starts=MOMENT + 7 * DAY))
    ids = (GUILD, other.action_id)
    await world.services.life_cycle.take(ORGANISER, *ids, Step.CANCEL, reason="Rain")
    with refused("refused.step.cancelled"):
        await counts.enter(ORGANISER, *ids, PAGE)
