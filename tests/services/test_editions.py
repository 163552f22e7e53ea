"""Editions of a published tally: the first is stored once, and amendments say why they are made."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from db.queries.editions import list_editions
from domain.actions import Action
from domain.audit import Act
from domain.deliveries import DeliveryKind, DeliveryState, Post
from domain.editions import REASON_LENGTH, Edition
from domain.errors import NotAllowed, SendFailed
from domain.ledger import StandingState
from domain.life_cycle import Step
from domain.official_entries import OfficialEntry
from domain.published import Difference, numbers_of
from domain.tally_file import read_tally_csv, read_tally_json, recount
from domain.tally_packed import read_tally
from services import tally_files
from services.editions import Amendment
from services.redraws import NOT_FOUND
from tests.services.stand_ins import forbidden, unreachable
from tests.services.world import (
    GUILD,
    HOUR,
    MINUTE,
    MODERATOR,
    MOMENT,
    ORGANISER,
    OTHER_ORGANISER,
    REVIEWER,
    World,
    fan,
    fundraiser,
    number_of,
    refused,
)

TALLY = DeliveryKind.TALLY


@pytest.fixture
async def action(world: World) -> Action:
    """A fundraiser whose tally is published, with 30 dollars logged by three people."""
    published = await world.publish(fundraiser())
    await world.send_due()
    world.clock.set(MOMENT)
    for number in (1, 2, 3):
        await world.log(published, fan(number))
    await world.finish(published)
    return published


async def editions(world: World, action: Action) -> tuple[Edition, ...]:
    async with world.database.read() as conn:
        return await list_editions(conn, GUILD, action.action_id)


async def log_late(world: World, action: Action, amount: int = 500) -> None:
    """Something that comes late, and that a reviewer counts."""
    world.clock.advance(HOUR)
    logged = await world.log(action, fan(4), amount)
    await world.services.reviews.verify(REVIEWER, GUILD, logged.contribution.contribution_id)


async def test_the_first_edition_is_what_the_post_says(world: World, action: Action):
    (first,) = await editions(world, action)
    sent = world.sender.sent[-1].tally
    assert sent is not None
    assert (first.number, first.cut_off, first.reason) == (1, action.log_until, None)
    assert first.numbers == numbers_of(sent)
    assert sent.editions == (first,)


async def test_a_tally_that_is_tried_again_posts_the_numbers_of_its_first_try(world: World):
    action = await world.publish(fundraiser())
    world.clock.set(MOMENT)
    logged = await world.log(action, fan(1))
    world.clock.set(action.log_until)
    world.sender.fail(TALLY, unreachable())
    await world.send_due()
    (first,) = await editions(world, action)
    world.clock.advance(HOUR)
    await world.services.contributions.withdraw(fan(1), GUILD, logged.contribution.contribution_id)
    world.clock.advance(HOUR)
    assert TALLY in await world.send_due()
    assert await editions(world, action) == (first,)
    (sent,) = [owed.tally for owed in world.sender.sent if owed.tally is not None]
    assert sent.total.logged == 1000


async def test_what_is_called_off_before_its_tally_has_no_edition(world: World):
    action = await world.publish(fundraiser())
    world.clock.set(action.ends_at)
    await world.services.life_cycle.take(
        ORGANISER, GUILD, action.action_id, Step.CANCEL, reason="why"
    )
    world.clock.set(action.log_until)
    await world.send_due()
    assert await editions(world, action) == ()


async def test_an_amendment_edits_the_post_and_keeps_what_was_said(world: World, action: Action):
    await log_late(world, action)
    ids = (GUILD, action.action_id)
    amendment = await world.services.editions.preview(ORGANISER, *ids)
    assert Difference("logged", "USD", 3000, 3500, 3, 4) in amendment.changes
    assert Difference("participants", None, 3, 4) in amendment.changes
    world.clock.advance(HOUR)
    await world.services.editions.amend(ORGANISER, *ids, "  Late\nreceipts ")
    first, second = await editions(world, action)
    assert (second.number, second.reason) == (2, "Late receipts")
    assert second.cut_off == world.clock.now()
    assert first.totals["USD"].logged == 3000
    post = (await tally_posts(world, action))[0]
    await world.send_due()
    owed, edited = world.sender.redrawn[-1]
    assert edited == post
    assert owed.tally is not None
    assert owed.tally.total.logged == 3500
    assert owed.tally.editions == (first, second)
    shown = await world.services.tallies.tally(*ids)
    assert (shown.total.logged, shown.cut_off) == (3500, second.cut_off)
    _, (event,) = await world.services.life_cycle.history(ORGANISER, *ids, limit=1)
    assert (event.act, event.detail) == (Act.AMENDED, {"reason": "Late receipts", "edition": 2})


async def tally_posts(world: World, action: Action) -> list[Post | None]:
    return [r.post for r in await world.records(action) if r.delivery.kind is TALLY]


async def test_a_deleted_tally_is_posted_again_when_it_is_amended(world: World, action: Action):
    await log_late(world, action)
    await world.services.editions.amend(ORGANISER, GUILD, action.action_id, "Late receipts")
    world.sender.fail_to_redraw_message(SendFailed(NOT_FOUND, permanent=True))
    assert TALLY in await world.send_due()
    first, second = await tally_posts(world, action)
    assert first != second
    await log_late(world, action)
    await world.services.editions.amend(ORGANISER, GUILD, action.action_id, "More of them")
    await world.send_due()
    assert world.sender.redrawn[-1][1] == second


async def test_an_amended_post_is_edited_once_discord_answers_again(world: World, action: Action):
    await log_late(world, action)
    await world.services.editions.amend(ORGANISER, GUILD, action.action_id, "Late receipts")
    world.sender.fail_to_redraw_message(unreachable())
    await world.send_due()
    assert world.sender.redrawn == []
    world.clock.advance(HOUR)
    await world.send_due()
    assert len(world.sender.redrawn) == 1
    states = [r.state for r in await world.records(action) if r.delivery.kind is TALLY]
    assert states == [DeliveryState.SENT] * 2


async def test_a_tally_that_is_still_on_its_way_is_posted_before_it_is_amended(world: World):
    """Amended before it is tried again, it would be posted twice."""
    action = await world.publish(fundraiser())
    world.clock.set(MOMENT)
    await world.log(action, fan(1))
    world.clock.set(action.log_until)
    world.sender.fail(TALLY, unreachable())
    await world.send_due()
    await log_late(world, action)
    with refused("refused.amend.posting"):
        await world.services.editions.amend(ORGANISER, GUILD, action.action_id, "Late receipts")
    assert len(await editions(world, action)) == 1
    assert TALLY in await world.send_due()
    await world.services.editions.amend(ORGANISER, GUILD, action.action_id, "Late receipts")
    assert TALLY not in await world.send_due()
    assert len(world.sender.redrawn) == 1


async def test_a_tally_that_failed_and_was_amended_is_not_posted_twice(world: World):
    """What failed is planned anew with every change to its action, and so with the amendment."""
    action = await world.publish(fundraiser())
    world.clock.set(MOMENT)
    await world.log(action, fan(1))
    world.clock.set(action.log_until)
    world.sender.fail(TALLY, forbidden())
    await world.send_due()
    await log_late(world, action)
    await world.services.editions.amend(ORGANISER, GUILD, action.action_id, "Late receipts")
    assert (await world.send_due()).count(TALLY) == 1
    assert len({post for post in await tally_posts(world, action) if post is not None}) == 1


async def test_the_cut_off_gives_the_same_numbers_though_the_clock_was_set_back(
    world: World, action: Action
):
    (first,) = await editions(world, action)
    services = world.services
    one, two, three = [
        own.contribution.contribution_id
        for n in (1, 2, 3)
        for own in await services.contributions.list_own(fan(n), GUILD, limit=1)
    ]
    world.clock.set(action.log_until - HOUR)
    late = await world.log(action, fan(4))
    assert late.standing.state is StandingState.HELD
    await services.contributions.add_proof(fan(2), GUILD, two, text="AB-12")
    await services.contributions.withdraw(fan(3), GUILD, three)
    await services.reviews.do_not_count(REVIEWER, GUILD, one, "no proof")
    assert numbers_of(await world.count(action, first.cut_off)) == first.numbers
    changed = await services.editions.preview(ORGANISER, GUILD, action.action_id)
    assert changed.tally.total.logged == 1000


async def test_an_amendments_cut_off_gives_the_same_numbers_though_the_clock_was_set_back(
    world: World, action: Action
):
    services, ids = world.services, (GUILD, action.action_id)
    count = OfficialEntry("Charity", "31", "the page", None, action.log_until)
    await log_late(world, action)
    await services.official_counts.enter(ORGANISER, *ids, count)
    await services.editions.amend(ORGANISER, *ids, "Late receipts")
    await world.send_due()
    _, second = await editions(world, action)
    world.clock.set(second.cut_off - MINUTE)
    (own,) = await services.contributions.list_own(fan(1), GUILD, limit=1)
    await services.contributions.withdraw(fan(1), GUILD, own.contribution.contribution_id)
    await services.official_counts.enter(ORGANISER, *ids, replace(count, value="99"))
    assert numbers_of(await world.count(action, second.cut_off)) == second.numbers
    await services.editions.amend(ORGANISER, *ids, "Taken back")
    *_, third = await editions(world, action)
    assert (third.totals["USD"].logged, second.totals["USD"].logged) == (2500, 3500)
    (own,) = await services.contributions.list_own(fan(2), GUILD, limit=1)
    await services.contributions.withdraw(fan(2), GUILD, own.contribution.contribution_id)
    assert (await world.count(action)).cut_off < third.cut_off, "the clock is still behind"
    for edition in (second, third):
        assert numbers_of(await world.count(action, edition.cut_off)) == edition.numbers


async def test_what_comes_while_a_tally_is_amended_by_a_slow_clock_is_not_counted_silently(
    world: World, action: Action, monkeypatch: pytest.MonkeyPatch
):
    services, ids = world.services, (GUILD, action.action_id)
    await log_late(world, action)
    await services.editions.amend(ORGANISER, *ids, "Late receipts")
    await world.send_due()
    world.clock.set(action.log_until)
    logged = await world.log(action, fan(5))
    await services.reviews.verify(REVIEWER, GUILD, number_of(logged))
    preview = services.editions.preview

    async def preview_and_log(*args: Any) -> Amendment:
        seen = await preview(*args)
        await world.log(action, fan(6))
        return seen

    monkeypatch.setattr(services.editions, "preview", preview_and_log)
    with refused("refused.amend.meanwhile"):
        await services.editions.amend(ORGANISER, *ids, "More")
    assert len(await editions(world, action)) == 2


async def test_who_may_not_amend_is_refused(world: World, action: Action):
    await log_late(world, action)
    services, ids = world.services, (GUILD, action.action_id)
    with refused("refused.needs_organiser", NotAllowed):
        await services.editions.amend(fan(1), *ids, "why")
    with refused("refused.needs_organiser", NotAllowed):
        await services.editions.preview(REVIEWER, *ids)
    with refused("refused.not_your_action", NotAllowed):
        await services.editions.amend(OTHER_ORGANISER, *ids, "why")
    await services.editions.amend(MODERATOR, *ids, "why")
    assert len(await editions(world, action)) == 2


async def test_an_amendment_without_a_change_or_a_reason_is_refused(world: World, action: Action):
    services, ids = world.services, (GUILD, action.action_id)
    with refused("refused.amend.nothing_changed"):
        await services.editions.preview(ORGANISER, *ids)
    await log_late(world, action)
    for reason, key in ((" \n", "no_reason"), ("x" * (REASON_LENGTH + 1), "reason_too_long")):
        with refused(f"refused.amend.{key}"):
            await services.editions.amend(ORGANISER, *ids, reason)
    assert len(await editions(world, action)) == 1


async def test_what_is_not_final_cannot_be_amended(world: World):
    action = await world.publish(fundraiser())
    world.clock.set(MOMENT)
    await world.log(action, fan(1))
    with refused("refused.amend.not_final"):
        await world.services.editions.preview(ORGANISER, GUILD, action.action_id)


async def test_the_card_of_a_final_action_says_what_was_published(world: World, action: Action):
    """Not what was counted since, until that is published too."""
    await log_late(world, action)
    assert (await world.load(action)).total.logged == 3500
    await world.services.redraws.draw(GUILD, action.action_id)
    assert world.sender.drawn[-1].action.total.logged == 3000


async def test_a_tallys_files_add_up_to_its_numbers(world: World):
    action = await world.publish(fundraiser(goal="100", baseline="40"))
    await world.services.sign_ups.join(fan(9), GUILD, action.action_id)
    world.clock.set(MOMENT)
    for number in range(5):
        await world.log(action, fan(number % 3), 100 + number, f"C{number}" if number else "")
        world.clock.advance(timedelta(minutes=1))
    await world.finish(action)
    sent = world.sender.sent[-1]
    assert sent.files is not None
    assert not any(path.exists() for path in sent.files), "they are gone once they are sent"
    assert sent.tally is not None
    assert set(world.sender.files) == {"tally.csv", "tally.json"}
    file = read_tally_csv(world.sender.files["tally.csv"])
    assert read_tally_json(world.sender.files["tally.json"]) == file
    assert recount(file).numbers == numbers_of(sent.tally) == file.published


async def test_large_files_are_zipped_and_what_is_too_large_is_left_out(
    world: World, action: Action, monkeypatch: pytest.MonkeyPatch
):
    await log_late(world, action)
    monkeypatch.setattr(tally_files, "ZIPPED_FROM", 100)
    await world.services.editions.amend(ORGANISER, GUILD, action.action_id, "Late receipts")
    await world.send_due()
    assert set(world.sender.files) == {"tally.csv.zip", "tally.json.zip"}
    file = read_tally(world.sender.files["tally.csv.zip"])
    assert recount(file).total.logged == 3500
    editions = [cells for cells in file.beside if cells["record"] == "edition"]
    assert [cells["amount"] for cells in editions] == ["30.00", "35.00"]
    monkeypatch.setattr(tally_files, "MOST", 10)
    await log_late(world, action)
    await world.services.editions.amend(ORGANISER, GUILD, action.action_id, "More")
    await world.send_due()
    assert world.sender.redrawn[-1][0].files == ()
