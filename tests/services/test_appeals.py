"""What fans are told of verdicts, appeals against them, and digests for reviewers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from db.queries.appeals import MOST_TOLD
from domain.actions import Action
from domain.deliveries import DeliveryKind, DeliveryState, Post
from domain.errors import Gone, NotAllowed, SendFailed
from domain.ledger import Verdict
from domain.reasons import Reason
from domain.reviewing import APPEAL_LENGTH, TOLD_AFTER, Filter, Queue, Ruling, ToldVerdict
from domain.servers import Actor
from tests.services.world import (
    CHANNEL,
    DAY,
    GUILD,
    HOUR,
    MINUTE,
    MODERATOR,
    MOMENT,
    ORGANISER,
    OTHER_GUILD,
    OTHER_REVIEWER,
    REVIEWER,
    World,
    fan,
    fundraiser,
    refused,
)

FAN = fan(1)
APPEALS = Queue(Filter.APPEALS)
VERDICT, DIGEST = DeliveryKind.VERDICT, DeliveryKind.DIGEST


@pytest.fixture
async def action(world: World) -> Action:
    published = await world.publish(fundraiser(cap="50"))
    world.clock.set(MOMENT)
    return published


async def refuse(world: World, action: Action, who: Actor = FAN) -> int:
    """Log a contribution that a reviewer then does not count; returns its number."""
    number = (await world.log(action, who)).contribution.contribution_id
    await world.services.reviews.do_not_count(REVIEWER, GUILD, number, code=Reason.UNREADABLE)
    return number


async def click(world: World, actor: Actor = FAN) -> list[ToldVerdict]:
    """What somebody is told at a click, and knows from then on."""
    told = await world.services.appeals.untold(actor, GUILD)
    await world.services.appeals.note_told(actor, GUILD, told)
    return told


async def told_directly(world: World, *, after: timedelta) -> list[set[int]]:
    """The contributions that each message tells of which goes out in a time, minute by minute."""
    before = len(world.sender.sent)
    for _ in range(after // MINUTE):
        world.clock.advance(MINUTE)
        await world.send_due()
    sent = [owed for owed in world.sender.sent[before:] if owed.delivery.kind is VERDICT]
    return [{told.check.contribution_id for told in owed.verdicts} for owed in sent]


async def waits_for(world: World, actor: Actor) -> int | None:
    """The appeal that a reviewer is shown."""
    desk = await world.services.reviews.next(actor, GUILD, queue=APPEALS)
    return desk.waiting and desk.waiting.contribution.contribution_id


async def test_an_appeal_is_for_another_reviewer_whose_answer_is_final(
    world: World, action: Action
):
    number = await refuse(world, action)
    appeals, reviews = world.services.appeals, world.services.reviews
    await appeals.appeal(FAN, GUILD, number, "  It is\n\n the right receipt ")
    assert await waits_for(world, REVIEWER) is None
    assert await waits_for(world, OTHER_REVIEWER) == number
    desk = await reviews.next(OTHER_REVIEWER, GUILD, queue=APPEALS)
    assert desk.waiting is not None
    assert desk.waiting.appeal is not None
    assert desk.waiting.appeal.text == "It is\nthe right receipt"
    assert desk.progress.appeals == 1
    with refused("review.you_decided", NotAllowed):
        await reviews.verify(REVIEWER, GUILD, number)
    with refused("review.appealed"):
        await reviews.revise(REVIEWER, GUILD, number, Ruling(Verdict.VERIFIED, reason="yes"))
    with refused("appeal.once"):
        await appeals.appeal(FAN, GUILD, number, "again")
    await reviews.verify(OTHER_REVIEWER, GUILD, number)
    assert (await world.total(action)).verified_count == 1
    for actor in (REVIEWER, MODERATOR):
        with refused("review.already_checked"):
            await reviews.do_not_count(actor, GUILD, number, "no")
    with refused("review.final"):
        ruling = Ruling(Verdict.NOT_COUNTED, reason="no")
        await reviews.revise(OTHER_REVIEWER, GUILD, number, ruling)
    with refused("appeal.final"):
        await appeals.appeal(FAN, GUILD, number, "again")


async def test_a_moderator_answers_where_there_is_no_other_reviewer(world: World, action: Action):
    number = await refuse(world, action)
    await world.services.appeals.appeal(FAN, GUILD, number, "please")
    assert await waits_for(world, MODERATOR) == number
    await world.services.reviews.do_not_count(MODERATOR, GUILD, number, code=Reason.NO_PROOF)
    (told,) = await world.services.appeals.untold(FAN, GUILD)
    assert told.final


async def test_who_can_appeal_against_what(world: World, action: Action):
    appeals = world.services.appeals
    logged = (await world.log(action, FAN)).contribution.contribution_id
    for attempt in (appeals.find(FAN, GUILD, logged), appeals.appeal(FAN, GUILD, logged, "x")):
        with refused("appeal.nothing_decided"):
            await attempt
    number = await refuse(world, action)
    with refused("appeal.not_yours", NotAllowed):
        await appeals.appeal(fan(2), GUILD, number, "x")
    with refused("refused.no_such_contribution", Gone):
        await appeals.appeal(FAN, OTHER_GUILD, number, "x")
    with refused("appeal.text_missing"):
        await appeals.appeal(FAN, GUILD, number, " \n ")
    world.clock.set(action.late_until)
    for attempt in (appeals.find(FAN, GUILD, number), appeals.appeal(FAN, GUILD, number, "x")):
        with refused("refused.state.final"):
            await attempt
    world.clock.set(action.late_until - timedelta(seconds=1))
    await appeals.appeal(FAN, GUILD, number, "x" * 600)
    made = await appeals.appeals_of(GUILD, [number])
    assert made[number].text == "x" * APPEAL_LENGTH


async def test_after_the_tally_an_appeal_still_moves_the_totals(world: World, action: Action):
    number = await refuse(world, action)
    await world.finish(action)
    await world.services.appeals.appeal(FAN, GUILD, number, "please")
    await world.services.reviews.correct(OTHER_REVIEWER, GUILD, number, 500, "half of it")
    assert (await world.load(action)).total.verified == 500


async def test_a_fan_is_told_once_at_the_next_occasion(world: World, action: Action):
    appeals, reviews = world.services.appeals, world.services.reviews
    number = await refuse(world, action)
    verified = (await world.log(action, FAN)).contribution.contribution_id
    await reviews.verify(REVIEWER, GUILD, verified)
    for _ in range(2):
        (told,) = await appeals.untold(FAN, GUILD)
        assert (told.check.contribution_id, told.final) == (number, False), "until it was read"
    assert await click(world) == [told]
    assert await click(world) == []
    assert await click(world, fan(2)) == []
    changed = Ruling(Verdict.VERIFIED, reason="it opens now")
    await reviews.revise(REVIEWER, GUILD, number, changed)
    (told,) = await click(world)
    assert told.check.verdict is Verdict.VERIFIED
    assert VERDICT not in await world.send_due()


async def test_who_wants_direct_messages_gets_one_of_all_that_was_decided(
    world: World, action: Action
):
    await world.services.direct_messages.switch(FAN.user_id, GUILD, on=True)
    for _ in range(2):
        await refuse(world, action)
    assert await world.services.appeals.untold(FAN, GUILD) == [], "it is on its way"
    assert VERDICT not in await world.send_due(), "a slip can be put right for some minutes"
    world.clock.advance(TOLD_AFTER)
    assert (await world.send_due()).count(VERDICT) == 1
    owed = next(owed for owed in world.sender.sent if owed.delivery.kind is VERDICT)
    assert (owed.addressee, len(owed.verdicts)) == (FAN.user_id, 2)
    assert await world.services.appeals.untold(FAN, GUILD) == []
    await refuse(world, action)
    world.clock.advance(TOLD_AFTER)
    assert (await world.send_due()).count(VERDICT) == 1


async def test_who_has_muted_the_action_is_told_at_a_click_and_not_directly(
    world: World, action: Action
):
    await world.services.direct_messages.switch(FAN.user_id, GUILD, on=True)
    await world.services.sign_ups.join(FAN, GUILD, action.action_id)
    await world.services.sign_ups.mute(FAN, GUILD, action.action_id, muted=True)
    number = await refuse(world, action)
    assert await told_directly(world, after=2 * TOLD_AFTER) == []
    assert [told.check.contribution_id for told in await click(world)] == [number]


async def test_each_verdict_of_a_burst_has_its_own_minutes(world: World, action: Action):
    await world.services.direct_messages.switch(FAN.user_id, GUILD, on=True)
    early, late = await refuse(world, action), 0
    for _ in range(4):
        assert await told_directly(world, after=MINUTE) == []
        late = await refuse(world, action)
    assert await told_directly(world, after=MINUTE) == [{early}]
    otherwise = Ruling(Verdict.VERIFIED, reason="it opens now")
    await world.services.reviews.revise(REVIEWER, GUILD, late, otherwise)
    ((*others,),) = await told_directly(world, after=2 * TOLD_AFTER)
    assert len(others) == 3
    assert late not in others, "that was a slip of the thumb"
    assert await world.services.appeals.untold(FAN, GUILD) == []


async def test_more_verdicts_than_a_message_holds_are_all_told(world: World, action: Action):
    await world.services.direct_messages.switch(FAN.user_id, GUILD, on=True)
    numbers = [await refuse(world, action) for _ in range(2 * MOST_TOLD + 1)]
    told = await told_directly(world, after=TOLD_AFTER)
    for _ in range(3):
        told += await told_directly(world, after=TOLD_AFTER)
    assert set().union(*told) == set(numbers)
    assert [len(each) for each in told] == [MOST_TOLD, MOST_TOLD, 1]


@pytest.mark.parametrize("before", [True, False])
async def test_what_is_decided_while_a_message_may_have_been_sent_is_told_by_the_next(
    world: World, action: Action, *, before: bool
):
    """Discord took the message and didn't answer; it is found when it is tried again."""
    await world.services.direct_messages.switch(FAN.user_id, GUILD, on=True)
    again_s = 4.5 * 60 if before else 6 * 60
    lost = SendFailed("timeout", permanent=False, unsure=True, retry_after=again_s)
    world.sender.fail(VERDICT, lost)
    await refuse(world, action)
    assert await told_directly(world, after=TOLD_AFTER - MINUTE) == []
    late = await refuse(world, action) if before else 0
    assert await told_directly(world, after=MINUTE) == []
    tellings = [r.delivery for r in await world.records(action) if r.delivery.kind is VERDICT]
    world.sender.accepted[GUILD, tellings[0].message_id] = Post(CHANNEL, 4711)
    late = late or await refuse(world, action)
    assert await told_directly(world, after=3 * TOLD_AFTER) == [{late}]
    assert await click(world) == []


async def test_a_slip_of_the_thumb_that_was_put_right_is_told_by_what_holds_alone(
    world: World, action: Action
):
    await world.services.direct_messages.switch(FAN.user_id, GUILD, on=True)
    number, reviews = await refuse(world, action), world.services.reviews
    otherwise = Ruling(Verdict.CORRECTED, 500, "half of it")
    await reviews.revise(REVIEWER, GUILD, number, otherwise)
    world.clock.advance(TOLD_AFTER)
    assert (await world.send_due()).count(VERDICT) == 1
    owed = next(owed for owed in world.sender.sent if owed.delivery.kind is VERDICT)
    assert [told.check.verdict for told in owed.verdicts] == [Verdict.CORRECTED]


async def test_a_slip_that_nobody_was_told_of_is_never_told(world: World, action: Action):
    await world.services.direct_messages.switch(FAN.user_id, GUILD, on=True)
    number, reviews = await refuse(world, action), world.services.reviews
    await reviews.revise(REVIEWER, GUILD, number, Ruling(Verdict.VERIFIED, reason="it opens now"))
    world.clock.advance(TOLD_AFTER)
    assert VERDICT not in await world.send_due()
    assert await world.services.appeals.untold(FAN, GUILD) == []


@pytest.mark.parametrize("directly", [True, False])
async def test_an_answer_is_told_also_when_the_action_is_long_over(
    world: World, action: Action, *, directly: bool
):
    """Decided in the last moment, appealed and answered as late as can be."""
    if directly:
        await world.services.direct_messages.switch(FAN.user_id, GUILD, on=True)
    appeals, reviews = world.services.appeals, world.services.reviews
    number = (await world.log(action, FAN)).contribution.contribution_id
    await world.finish(action)
    world.clock.set(action.checks_until - timedelta(seconds=1))
    await reviews.do_not_count(REVIEWER, GUILD, number, code=Reason.UNREADABLE)
    world.clock.advance(7 * DAY - timedelta(seconds=1))
    await appeals.appeal(FAN, GUILD, number, "please")
    with refused("review.appealed"):
        await reviews.revise(REVIEWER, GUILD, number, Ruling(Verdict.VERIFIED, reason="yes"))
    world.clock.set(action.answers_until - timedelta(seconds=1))
    assert await waits_for(world, OTHER_REVIEWER) == number
    nothing_else = await reviews.next(OTHER_REVIEWER, GUILD, queue=Queue(Filter.HELD))
    assert (nothing_else.waiting, nothing_else.progress.total) == (None, 0)
    await reviews.verify(OTHER_REVIEWER, GUILD, number)
    world.clock.advance(TOLD_AFTER)
    sent = await world.send_due()
    if directly:
        assert VERDICT in sent
        told = world.sender.sent[-1].verdicts
    else:
        told = tuple(await appeals.untold(FAN, GUILD))
    assert [(each.check.verdict, each.final) for each in told] == [(Verdict.VERIFIED, True)]
    assert (await world.load(action)).total.verified_count == 1


async def test_whose_messages_are_closed_is_told_at_the_next_click(world: World, action: Action):
    await world.services.direct_messages.switch(FAN.user_id, GUILD, on=True)
    world.sender.fail(VERDICT, SendFailed("direct_closed", permanent=True))
    await refuse(world, action)
    world.clock.advance(TOLD_AFTER)
    await world.send_due()
    assert len(await world.services.appeals.untold(FAN, GUILD)) == 1


async def test_who_switched_messages_off_meanwhile_gets_none(world: World, action: Action):
    direct = world.services.direct_messages
    await direct.switch(FAN.user_id, GUILD, on=True)
    await refuse(world, action)
    await direct.switch(FAN.user_id, GUILD, on=False)
    world.clock.advance(TOLD_AFTER)
    assert VERDICT not in await world.send_due()
    assert len(await world.services.appeals.untold(FAN, GUILD)) == 1


# ---- Digests


async def with_channel(world: World) -> None:
    await world.services.servers.set_organiser_channel(MODERATOR, GUILD, CHANNEL + 1)


async def test_reviewers_are_told_daily_what_waits(world: World, action: Action):
    await with_channel(world)
    await world.send_due()
    for amount in (1000, 6000):
        await world.log(action, FAN, amount)
    sent: list[timedelta] = []
    for after in (DAY, DAY + HOUR, 2 * DAY, 2 * DAY + HOUR, 3 * DAY):
        world.clock.set(MOMENT + after)
        if DIGEST in await world.send_due():
            sent.append(after)
    assert sent == [DAY, DAY + HOUR, 2 * DAY, 3 * DAY], "an hour after the end too"
    owed = [owed for owed in world.sender.sent if owed.delivery.kind is DIGEST]
    assert [each.channel_ids for each in owed] == [(CHANNEL + 1,)] * 4
    assert owed[0].to_check is not None
    assert (owed[0].to_check.waits, owed[0].to_check.held) == (2, 1)


async def test_nobody_is_told_where_nothing_waits_or_nobody_asked(world: World, action: Action):
    await world.log(action, FAN)
    world.clock.set(MOMENT + DAY)
    assert DIGEST not in await world.send_due(), "organisers have no channel"
    await with_channel(world)
    number = (await world.services.reviews.next(REVIEWER, GUILD)).waiting
    assert number is not None
    await world.services.reviews.verify(REVIEWER, GUILD, number.contribution.contribution_id)
    world.clock.set(MOMENT + DAY + HOUR)
    assert DIGEST not in await world.send_due(), "nothing waits"
    states = [r.state for r in await world.records(action) if r.delivery.kind is DIGEST]
    assert states == [DeliveryState.SKIPPED] * 2 + [DeliveryState.PENDING]


async def test_reviewers_are_told_daily_until_nothing_can_be_checked_any_more(
    world: World, action: Action
):
    """Late ones and appeals arrive after the tally."""
    await with_channel(world)
    await world.finish(action)
    world.clock.set(action.late_until - timedelta(seconds=1))
    await world.log(action, FAN)
    days = list[int]()
    for day in range((action.late_until - MOMENT) // DAY, 60):
        world.clock.set(MOMENT + day * DAY)
        days += [day] * (DIGEST in await world.send_due())
    last = (action.checks_until - MOMENT) // DAY
    assert days == list(range((action.late_until - MOMENT) // DAY + 1, last))
    assert DIGEST not in [
        record.delivery.kind
        for record in await world.records(action)
        if record.state is DeliveryState.PENDING
    ]


async def test_without_a_channel_an_organiser_is_told_who_takes_messages(
    world: World, action: Action
):
    await world.log(action, FAN)
    world.clock.set(MOMENT + DAY)
    assert DIGEST not in await world.send_due()
    await world.services.direct_messages.switch(ORGANISER.user_id, GUILD, on=True)
    world.clock.set(MOMENT + DAY + HOUR)
    assert DIGEST in await world.send_due()
    owed = world.sender.sent[-1]
    assert (owed.channel_ids, owed.addressees) == ((), (ORGANISER.user_id,))


async def test_a_late_digest_is_skipped_and_the_next_one_comes(world: World, action: Action):
    await with_channel(world)
    await world.log(action, FAN)
    world.clock.set(MOMENT + DAY + timedelta(minutes=10))
    assert DIGEST not in await world.send_due()
    world.clock.set(MOMENT + DAY + HOUR)
    assert DIGEST in await world.send_due()
