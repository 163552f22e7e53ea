"""Reviewers at work together: nobody gets what another one looks at; filters find what waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import checks as check_queries
from db.queries.attachments import insert_attachments
from db.queries.contributions import load_contribution
from db.queries.flags import insert_flags
from db.tables import spot_check, spot_sample
from domain.actions import Action
from domain.entries import MOST_BYTES, EntryFile
from domain.errors import Gone, NotAllowed, Refusal
from domain.flags import Flag, Flagged
from domain.ledger import Verdict
from domain.pictures import Picture
from domain.reasons import Reason
from domain.reviewing import BATCH, LEASE, MOST_VERDICTS, Filter, Queue, Ruling
from domain.servers import Actor
from services import flagging, review_batches
from services.ledger import Entry, enter
from services.reviews import ALL
from tests.services.world import (
    GUILD,
    MODERATOR,
    MOMENT,
    NOW,
    ORGANISER,
    OTHER_REVIEWER,
    REVIEWER,
    REVIEWER_ROLE,
    World,
    fan,
    fundraiser,
    number_of,
    refused,
)


@pytest.fixture
async def action(world: World) -> Action:
    """A fundraiser whose moment has come; over 50 dollars are held."""
    published = await world.publish(fundraiser(cap="50"))
    world.clock.set(MOMENT)
    return published


async def shown(
    world: World, actor: Actor = REVIEWER, queue: Queue = ALL, after: int = 0
) -> int | None:
    """The contribution that a reviewer is shown next."""
    desk = await world.services.reviews.next(actor, GUILD, queue=queue, after=after)
    return desk.waiting and desk.waiting.contribution.contribution_id


async def flag(world: World, number: int) -> None:
    async with world.database.write() as conn:
        found = Flagged(number, Flag.BEFORE_MOMENT)
        await insert_flags(conn, GUILD, [found], world.clock.now())


async def test_however_many_ask_at_once_no_two_get_the_same(world: World, action: Action):
    for number in range(8):
        await world.log(action, fan(number), 6000 if number % 3 == 0 else 10)
    reviewers = [Actor(500 + n, frozenset({REVIEWER_ROLE})) for n in range(10)]
    for _ in range(3):
        got = await asyncio.gather(*(shown(world, who) for who in reviewers))
        there = [number for number in got if number is not None]
        assert len(there) == len(set(there)) == 8
    decisions = [
        world.services.reviews.verify(who, GUILD, number)
        for who, number in zip(reviewers, got, strict=True)
        if number is not None
    ]
    await asyncio.gather(*decisions)
    assert (await world.total(action)).verified_count == 8


async def test_no_click_waits_while_it_is_searched_for_what_waits(
    world: World, action: Action, monkeypatch: pytest.MonkeyPatch
):
    """In the transaction that all clicks wait for, a few contributions are looked at by their ids.

    Going through all that is checked, or through all amounts for an outlier, takes half a second
    of two hundred thousand.
    """
    for number in range(25):
        await world.log(action, fan(number), 10)
    written: list[str] = []
    real = world.database.write

    @asynccontextmanager
    async def write() -> AsyncGenerator[AsyncConnection]:
        def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
            written.append(statement)

        async with real() as conn:
            engine = conn.sync_engine
            event.listen(engine, "before_cursor_execute", note)
            try:
                yield conn
            finally:
                event.remove(engine, "before_cursor_execute", note)

    monkeypatch.setattr(world.database, "write", write)
    assert await shown(world) is not None
    page = await world.services.review_batches.open(REVIEWER, GUILD, ALL)
    numbers = [item.contribution.contribution_id for item in page.items]
    assert (await world.services.review_batches.verify(REVIEWER, GUILD, numbers)).verified == 10
    searches = [s for s in written if "NOT (EXISTS" in s and s.startswith("SELECT contribution")]
    assert searches
    assert all("contribution_id IN (" in statement for statement in searches)
    assert not any("row_number" in statement for statement in written)


async def test_what_one_is_shown_is_theirs_for_ten_minutes_from_the_last_look(
    world: World, action: Action
):
    number = number_of(await world.log(action, fan(1)))
    assert await shown(world) == number
    world.clock.advance(LEASE - timedelta(seconds=1))
    assert await shown(world, OTHER_REVIEWER) is None
    assert await shown(world) == number, "the same to the same reviewer, who has it anew"
    world.clock.advance(LEASE - timedelta(seconds=1))
    assert await shown(world, OTHER_REVIEWER) is None
    world.clock.advance(timedelta(seconds=1))
    assert await shown(world, OTHER_REVIEWER) == number
    with refused("review.leased"):
        await world.services.reviews.verify(REVIEWER, GUILD, number)
    await world.services.reviews.verify(OTHER_REVIEWER, GUILD, number)


async def test_a_late_verdict_stands_where_nobody_else_has_looked(world: World, action: Action):
    number = number_of(await world.log(action, fan(1)))
    await shown(world)
    world.clock.advance(LEASE * 2)
    await world.services.reviews.verify(REVIEWER, GUILD, number)
    assert (await world.total(action)).verified_count == 1


async def test_what_is_skipped_is_free_for_others_at_once(world: World, action: Action):
    first, second = [number_of(await world.log(action, fan(n))) for n in (1, 2)]
    assert await shown(world) == first
    assert await shown(world, after=first) == second
    assert await shown(world, OTHER_REVIEWER) == first


async def test_who_cannot_read_it_never_gets_it_again_and_others_do(world: World, action: Action):
    number = number_of(await world.log(action, fan(1)))
    reviews = world.services.reviews
    with refused("refused.needs_reviewer", NotAllowed):
        await reviews.pass_on(fan(2), GUILD, number)
    with refused("refused.no_such_contribution", Gone):
        await reviews.pass_on(REVIEWER, GUILD, 404)
    await reviews.pass_on(REVIEWER, GUILD, number)
    desk = await reviews.next(REVIEWER, GUILD)
    assert (desk.waiting, desk.progress.foreign) == (None, 1)
    assert await shown(world, OTHER_REVIEWER) == number
    await reviews.verify(OTHER_REVIEWER, GUILD, number)
    assert (await reviews.next(REVIEWER, GUILD)).progress.foreign == 0


async def test_what_was_entered_for_somebody_is_not_checked_by_who_entered_it(world: World):
    action = await world.publish()
    world.clock.set(MOMENT)
    entry = Entry(fan(1).user_id, 10, entered_by=REVIEWER.user_id)

    async with world.database.write() as conn:
        (logged,) = await enter(conn, action, [entry], MOMENT)
    assert await shown(world) is None
    with refused("review.you_entered", NotAllowed):
        await world.services.reviews.verify(REVIEWER, GUILD, number_of(logged))
    assert await shown(world, OTHER_REVIEWER) == number_of(logged)


async def test_flagged_ones_come_first_where_that_is_asked_for(world: World, action: Action):
    plain, flagged, held = [number_of(await world.log(action, fan(n), n)) for n in (1, 2, 6000)]
    await flag(world, flagged)
    seen = []
    number = 0
    for _ in range(3):
        number = await shown(world, queue=Queue(Filter.FLAGGED), after=number) or 0
        seen.append(number)
    assert seen == [flagged, held, plain]
    assert await shown(world) == held
    progress = (await world.services.reviews.next(REVIEWER, GUILD)).progress
    assert (progress.flagged, progress.held, progress.waits) == (1, 1, 3)
    await world.services.reviews.verify(REVIEWER, GUILD, flagged)
    progress = (await world.services.reviews.next(REVIEWER, GUILD)).progress
    assert (progress.flagged, progress.checked, progress.total) == (0, 1, 3)


async def test_amounts_that_stand_out_are_among_the_flagged_ones(world: World):
    action = await world.publish(fundraiser())
    world.clock.set(MOMENT)
    plain = [number_of(await world.log(action, fan(n), 1000 + 100 * n)) for n in range(20)]
    outlier = number_of(await world.log(action, fan(30), 90_000))
    flagging.forget_limits()
    flagged_first = Queue(Filter.FLAGGED, action.action_id)
    desk = await world.services.reviews.next(REVIEWER, GUILD, queue=flagged_first)
    assert desk.waiting is not None
    assert desk.waiting.contribution.contribution_id == outlier
    assert desk.waiting.outlier_above is not None
    assert desk.progress.flagged == 1
    seen = [outlier]
    for _ in plain:
        seen.append(await shown(world, queue=flagged_first, after=seen[-1]) or 0)
    assert seen == [outlier, *plain], "each comes once, and what stands out first"
    later = number_of(await world.log(action, fan(31), 95_000))
    await world.services.reviews.verify(REVIEWER, GUILD, outlier)
    desk = await world.services.reviews.next(REVIEWER, GUILD, queue=flagged_first)
    assert desk.waiting is not None
    assert desk.waiting.contribution.contribution_id == later, "though the limit is remembered"
    assert desk.progress.flagged == 1
    await world.services.contributions.withdraw(fan(31), GUILD, later)
    assert await shown(world, queue=flagged_first) == plain[0]
    page = await world.services.review_batches.open(OTHER_REVIEWER, GUILD, ALL)
    assert later not in {item.contribution.contribution_id for item in page.items}


async def test_ones_verdicts_are_read_page_by_page(
    world: World, action: Action, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(check_queries, "LOOKED_THROUGH", 7)
    mine = list[int]()
    for number in range(MOST_VERDICTS + 4):
        logged = number_of(await world.log(action, fan(number)))
        who = OTHER_REVIEWER if number % 4 == 3 else REVIEWER
        await world.services.reviews.verify(who, GUILD, logged)
        mine += [logged] if who is REVIEWER else []
    for number in range(9):
        await world.services.reviews.verify(
            OTHER_REVIEWER, GUILD, number_of(await world.log(action, fan(number)))
        )
    first = await world.services.revisiting.list(REVIEWER, GUILD)
    assert first.older is not None
    second = await world.services.revisiting.list(REVIEWER, GUILD, before=first.older)
    assert second.older is None
    assert len(first.verdicts) == MOST_VERDICTS
    shown_ones = [own.check.contribution_id for own in (*first.verdicts, *second.verdicts)]
    assert shown_ones == mine[::-1]


async def test_a_drawn_sample_that_waits_comes_first_and_then_everything(
    world: World, action: Action
):
    numbers = [number_of(await world.log(action, fan(n), 500)) for n in range(25)]
    reviews, ids = world.services.reviews, (REVIEWER, GUILD)
    assert (await reviews.begin(*ids)).queue == ALL
    world.clock.advance(timedelta(minutes=1))
    drawn = await world.services.spot_checks.draw(
        ORGANISER, GUILD, action.action_id, size=20, number=1
    )
    for action_id in (None, action.action_id):
        desk = await reviews.begin(*ids, action_id=action_id)
        assert desk.queue == Queue(Filter.SAMPLE, action_id)
        assert desk.waiting is not None
        assert desk.waiting.contribution.contribution_id in drawn.sample
    for number in drawn.sample:
        await reviews.verify(*ids, number)
    desk = await reviews.begin(*ids)
    assert desk.queue == ALL
    assert desk.waiting is not None
    assert desk.waiting.contribution.contribution_id in set(numbers) - set(drawn.sample)
    with refused("refused.needs_reviewer", NotAllowed):
        await reviews.begin(fan(1), GUILD)


async def test_held_ones_alone(world: World, action: Action):
    _, held = [number_of(await world.log(action, fan(n), n)) for n in (1, 6000)]
    queue = Queue(Filter.HELD)
    assert await shown(world, queue=queue) == held
    await world.services.reviews.verify(REVIEWER, GUILD, held)
    assert await shown(world, queue=queue) is None


async def test_of_a_drawn_sample_what_has_no_check_is_shown(world: World, action: Action):
    numbers = [number_of(await world.log(action, fan(n))) for n in range(4)]
    who = (await world.log(action, fan(9))).contribution.participant_id
    async with world.database.write() as conn:
        drawn = {"guild_id": GUILD, "spot_check_id": 900}
        await conn.execute(
            spot_check.insert().values(
                **drawn, action_id=action.action_id, at=MOMENT, strata=[], drawn_by=who
            )
        )
        for number in numbers[2:]:
            row = drawn | {"contribution_id": number, "stratum": 0}
            await conn.execute(spot_sample.insert().values(**row))
    queue = Queue(Filter.SAMPLE, action.action_id)
    assert await shown(world, queue=queue) == numbers[2]
    await world.services.reviews.verify(REVIEWER, GUILD, numbers[2])
    desk = await world.services.reviews.next(REVIEWER, GUILD, queue=queue)
    assert (desk.progress.sample, desk.progress.sample_left) == (2, 1)
    await world.services.reviews.verify(REVIEWER, GUILD, numbers[3])
    assert await shown(world, queue=queue) is None


async def test_of_one_action_alone(world: World, action: Action):
    world.clock.set(NOW)
    other = await world.publish(fundraiser("Other", starts=MOMENT))
    world.clock.set(MOMENT)
    await world.log(action, fan(1))
    mine = number_of(await world.log(other, fan(1)))
    assert await shown(world, queue=Queue(action_id=other.action_id)) == mine
    with refused("refused.no_such_action", Gone):
        await shown(world, queue=Queue(action_id=404))


# ---- What a verdict says


async def test_a_reason_from_the_list_needs_no_words(world: World, action: Action):
    number = number_of(await world.log(action, fan(1)))
    reviews = world.services.reviews
    done = await reviews.do_not_count(REVIEWER, GUILD, number, code=Reason.DUPLICATE)
    assert (done.check.reason_code, done.check.reason) == (Reason.DUPLICATE, None)


async def test_a_correction_counts_at_its_amount_and_says_why(world: World, action: Action):
    number = number_of(await world.log(action, fan(1), 6000))
    reviews = world.services.reviews
    with refused("review.reason_missing"):
        await reviews.correct(REVIEWER, GUILD, number, 600, " ")
    with refused("review.same_amount"):
        await reviews.correct(REVIEWER, GUILD, number, 6000, "a zero too many")
    await reviews.correct(REVIEWER, GUILD, number, 600, "a zero too many")
    total = await world.total(action)
    assert (total.logged, total.verified, total.held) == (600, 600, 0)


async def test_ones_own_verdict_can_be_changed_with_a_reason(world: World, action: Action):
    number = number_of(await world.log(action, fan(1)))
    reviews = world.services.reviews
    await reviews.do_not_count(REVIEWER, GUILD, number, code=Reason.UNREADABLE)
    (own,) = (await world.services.revisiting.list(REVIEWER, GUILD)).verdicts
    assert own.check.verdict is Verdict.NOT_COUNTED
    assert (await world.services.revisiting.list(OTHER_REVIEWER, GUILD)).verdicts == []
    verified = Ruling(Verdict.VERIFIED, reason="it opens now")
    with refused("review.reason_missing"):
        await reviews.revise(REVIEWER, GUILD, number, Ruling(Verdict.VERIFIED))
    for other in (OTHER_REVIEWER, MODERATOR):
        with refused("review.not_your_verdict"):
            await reviews.revise(other, GUILD, number, verified)
    await reviews.revise(REVIEWER, GUILD, number, verified)
    assert (await world.total(action)).verified_count == 1
    (own,) = (await world.services.revisiting.list(REVIEWER, GUILD)).verdicts
    assert own.check.verdict is Verdict.VERIFIED
    assert len(own.waiting.checks) == 2
    world.clock.set(action.checks_until)
    assert (await world.services.revisiting.list(REVIEWER, GUILD)).verdicts == []
    with refused("refused.state.final"):
        await reviews.revise(REVIEWER, GUILD, number, verified)


# ---- Several at once


async def test_several_are_verified_after_one_look(world: World, action: Action):
    numbers = [number_of(await world.log(action, fan(n), 10 + n)) for n in range(13)]
    held = number_of(await world.log(action, fan(20), 6000))
    own = number_of(await world.log(action, REVIEWER))
    await flag(world, numbers[1])
    batches = world.services.review_batches
    page = await batches.open(REVIEWER, GUILD, ALL)
    found = [item.contribution.contribution_id for item in page.items]
    assert found == [n for n in numbers if n != numbers[1]][:10]
    other = await batches.open(OTHER_REVIEWER, GUILD, ALL)
    others = {item.contribution.contribution_id for item in other.items}
    assert others == {*numbers[11:], own}
    assert held not in others
    page = await batches.take_out(REVIEWER, GUILD, ALL, page.token, [found[0]])
    assert [item.contribution.contribution_id for item in page.items] == found[1:]
    await world.services.contributions.withdraw(fan(2), GUILD, found[1])
    await flag(world, found[2])
    done = await batches.verify(REVIEWER, GUILD, found[1:])
    assert (done.verified, done.left_out) == (7, 2)
    assert (await world.total(action)).verified_count == 7
    done = await batches.verify(REVIEWER, GUILD, [found[3], *others])
    assert done.verified == 0, "checked already, or before another reviewer"


async def test_what_a_page_can_not_show_whole_waits_for_a_look_of_its_own(
    world: World, action: Action
):
    rich = await world.log(action, fan(1), 10, "CODE-11\nCODE-12\nCODE-13")
    log, seen = world.services.contributions.log, list[int]()
    for n in (2, 3):
        shots = [Picture("a.png", "image/png", b"1", f"{n}{i:063x}", None) for i in range(6)]
        logged = await log(fan(n), GUILD, action.action_id, 10, pictures=shots)
        seen.append(number_of(logged))
    plain = number_of(await world.log(action, fan(4), 10, "CODE-41\nCODE-42"))
    batches = world.services.review_batches
    page = await batches.open(REVIEWER, GUILD, ALL)
    assert [item.contribution.contribution_id for item in page.items] == seen[:1]
    page = await batches.open(REVIEWER, GUILD, ALL, after=seen[1])
    found = [item.contribution.contribution_id for item in page.items]
    assert plain in found
    assert number_of(rich) not in found


async def page_of(
    world: World, *, queue: Queue = ALL, after: int = 0
) -> tuple[list[int], int | None]:
    """The contributions of a page, and where to go on if there are none."""
    page = await world.services.review_batches.open(REVIEWER, GUILD, queue, after=after)
    return [item.contribution.contribution_id for item in page.items], page.behind


async def test_where_many_are_for_a_look_of_their_own_a_reviewer_goes_on_behind_them(
    world: World, action: Action, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(review_batches, "LOOKED_AT", 2)
    monkeypatch.setattr(review_batches, "MOST_LOOKS", 2)
    said = "CODE-{0}1\nCODE-{0}2\nCODE-{0}3"
    rich = [number_of(await world.log(action, fan(n), 10, said.format(n))) for n in range(5)]
    plain = number_of(await world.log(action, fan(9), 10))
    assert await page_of(world) == ([], rich[3])
    assert await page_of(world, after=rich[3]) == ([plain], None)
    assert await page_of(world, after=plain) == ([], None), "there is nothing behind it"
    page = await world.services.review_batches.open(REVIEWER, GUILD, ALL, after=rich[3])
    left = await world.services.review_batches.take_out(REVIEWER, GUILD, ALL, page.token, [plain])
    assert (left.items, left.behind) == ([], plain)


async def test_one_action_is_gone_through_after_the_other(world: World, action: Action):
    """Whatever the order in which fans log: nothing lies before where a reviewer goes on."""
    world.clock.set(NOW)
    other = await world.publish(fundraiser("Other"))
    world.clock.set(MOMENT)
    theirs = [number_of(await world.log(other, fan(n), 10)) for n in range(3)]
    ours = [number_of(await world.log(action, fan(n), 10)) for n in range(3)]
    assert (await page_of(world))[0] == ours
    assert (await page_of(world, after=ours[-1]))[0] == theirs


async def test_several_of_a_sample_are_of_it_alone(world: World, action: Action):
    numbers = [number_of(await world.log(action, fan(n), 500)) for n in range(30)]
    world.clock.advance(timedelta(minutes=1))
    drawn = await world.services.spot_checks.draw(
        ORGANISER, GUILD, action.action_id, size=20, number=1
    )
    flagged, *plain = sorted(drawn.sample)
    await flag(world, flagged)
    sample = Queue(Filter.SAMPLE, action.action_id)
    first, _ = await page_of(world, queue=sample)
    second, _ = await page_of(world, queue=sample, after=first[-1])
    assert [*first, *second] == plain
    done = await world.services.review_batches.verify(REVIEWER, GUILD, second)
    assert done.verified == len(second)
    assert await page_of(world, queue=sample, after=first[-1]) == ([], None)
    assert len((await page_of(world, after=numbers[0]))[0]) == BATCH
    for wanted in (Filter.HELD, Filter.APPEALS):
        with refused("review.several.one_by_one"):
            await page_of(world, queue=Queue(wanted))


async def test_nobody_verifies_several_without_the_role_or_of_their_own(
    world: World, action: Action
):
    own = number_of(await world.log(action, REVIEWER))
    batches = world.services.review_batches
    with refused("refused.needs_reviewer", NotAllowed):
        await batches.verify(fan(1), GUILD, [own])
    with refused("refused.needs_reviewer", NotAllowed):
        await batches.open(fan(1), GUILD, ALL)
    assert (await batches.open(REVIEWER, GUILD, ALL)).items == []
    assert (await batches.verify(REVIEWER, GUILD, [own])).verified == 0
    page = await batches.open(ORGANISER, GUILD, ALL)
    assert len(page.items) == 1


async def test_a_page_is_as_long_as_its_files_fit_into_one_message(world: World, action: Action):
    numbers = [number_of(await world.log(action, fan(n), 10)) for n in range(3)]
    file = EntryFile("art.png", "image/png", bytes(3 * MOST_BYTES // 2 + 1))
    async with world.database.write() as conn:
        for number in numbers[:2]:
            found = await load_contribution(conn, GUILD, number)
            assert found is not None
            await insert_attachments(conn, GUILD, found[0], found[1], [file])
    batches = world.services.review_batches
    first = await batches.open(REVIEWER, GUILD, ALL)
    assert [item.contribution.contribution_id for item in first.items] == numbers[:1]
    rest = await batches.open(REVIEWER, GUILD, ALL, after=numbers[0])
    assert [item.contribution.contribution_id for item in rest.items] == numbers[1:]


async def test_a_page_from_before_another_look_is_empty(world: World, action: Action):
    for number in range(2):
        await world.log(action, fan(number))
    batches = world.services.review_batches
    page = await batches.open(REVIEWER, GUILD, ALL)
    world.clock.advance(timedelta(seconds=1))
    await world.services.reviews.next(REVIEWER, GUILD)
    assert (await batches.show(REVIEWER, GUILD, ALL, page.token)).items == []
    with pytest.raises(Refusal):
        await batches.show(REVIEWER, GUILD, ALL, 2**63 - 1)
