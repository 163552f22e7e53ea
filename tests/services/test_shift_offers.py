"""Shifts that are handed over and swapped."""

from __future__ import annotations

import asyncio

from domain.deliveries import DeliveryKind, DeliveryState
from domain.errors import Gone, NotAllowed, Refusal
from domain.shifts import OfferState
from tests.services.test_shifts import (
    HANDED_OVER,
    TAKEN,
    TAKEN_OVER,
    a_stream,
    history,
    holders,
    offer,
    take,
    whole,
)
from tests.services.world import (
    GUILD,
    HOUR,
    MOMENT,
    OTHER_GUILD,
    World,
    fan,
    refused,
)

# ---- Handing over and swapping


async def test_a_shift_stays_with_its_giver_until_it_is_accepted(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1))
    asked = await offer(world, action, fan(1), fan(2))
    assert await holders(world, action) == [{1}, set(), set()]
    await world.services.shift_offers.accept(fan(2), GUILD, asked)
    assert await holders(world, action) == [{2}, set(), set()]
    assert await history(world, action) == [TAKEN, HANDED_OVER, TAKEN_OVER]
    assert (await whole(world, action)).signed_up == 2
    with refused("shifts.answered"):
        await world.services.shift_offers.accept(fan(2), GUILD, asked)


async def test_only_the_one_who_is_asked_can_answer(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1))
    asked, offers = await offer(world, action, fan(1), fan(2)), world.services.shift_offers
    for answer in (offers.accept, offers.decline):
        with refused("shifts.not_your_offer", NotAllowed):
            await answer(fan(3), GUILD, asked)
        with refused("shifts.to_yourself", NotAllowed):
            await answer(fan(1), GUILD, asked)
        with refused("shifts.no_such_offer", Gone):
            await answer(fan(2), OTHER_GUILD, asked)
    with refused("shifts.not_your_offer", NotAllowed):
        await offers.withdraw(fan(2), GUILD, asked)


async def test_a_declined_offer_leaves_everything_and_is_told(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1))
    asked = await offer(world, action, fan(1), fan(2))
    await world.send_due()
    await world.services.shift_offers.decline(fan(2), GUILD, asked)
    assert await world.send_due() == [DeliveryKind.SHIFT_OFFER]
    owed = world.sender.sent[-1]
    assert owed.offer is not None
    assert (owed.offer.state, owed.offer.from_user_id) == (OfferState.DECLINED, fan(1).user_id)
    assert await holders(world, action) == [{1}, set(), set()]


async def test_what_is_taken_back_can_not_be_accepted_and_is_not_asked(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1))
    asked = await offer(world, action, fan(1), fan(2))
    await world.services.shift_offers.withdraw(fan(1), GUILD, asked)
    with refused("shifts.answered"):
        await world.services.shift_offers.accept(fan(2), GUILD, asked)
    await world.send_due()
    assert (await world.states(action))[DeliveryKind.SHIFT_OFFER] is DeliveryState.SKIPPED


async def test_of_accepting_and_taking_back_at_once_one_happens(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1))
    asked, offers = await offer(world, action, fan(1), fan(2)), world.services.shift_offers
    await world.services.sign_ups.join(fan(2), GUILD, action.action_id)
    results = await asyncio.gather(
        offers.accept(fan(2), GUILD, asked),
        offers.withdraw(fan(1), GUILD, asked),
        offers.accept(fan(2), GUILD, asked),
        return_exceptions=True,
    )
    keys = [r.key for r in results if isinstance(r, Refusal)]
    assert keys == ["shifts.answered"] * 2
    accepted = not all(isinstance(results[n], Refusal) for n in (0, 2))
    assert await holders(world, action) == [{2} if accepted else {1}, set(), set()]


async def test_what_is_offered_to_anyone_goes_to_the_first_who_takes_it(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1))
    asked, offers = await offer(world, action, fan(1), None), world.services.shift_offers
    with refused("shifts.not_your_offer", NotAllowed):
        await offers.decline(fan(3), GUILD, asked)
    results = await asyncio.gather(
        *(offers.accept(fan(n), GUILD, asked) for n in (2, 3)), return_exceptions=True
    )
    assert len([r for r in results if isinstance(r, Refusal)]) == 1
    people, *_ = await holders(world, action)
    assert people in ({2}, {3})


async def test_who_is_refused_a_shift_that_is_over_is_not_signed_up_by_that(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1))
    asked = await offer(world, action, fan(1), None)
    world.clock.set(MOMENT + 3 * HOUR)
    with refused("shifts.over"):
        await world.services.shift_offers.accept(fan(2), GUILD, asked)
    assert (await world.load(action)).signed_up == 1


async def test_a_swap_changes_both_shifts_at_once(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1), 0)
    await take(world, action, fan(2), 2)
    asked = await offer(world, action, fan(1), fan(2), 0, back=2)
    await world.services.shift_offers.accept(fan(2), GUILD, asked)
    assert await holders(world, action) == [{2}, set(), {1}]
    changes = [TAKEN, TAKEN, HANDED_OVER, TAKEN_OVER, HANDED_OVER, TAKEN_OVER]
    assert await history(world, action) == changes


async def test_a_swap_whose_other_half_is_gone_is_refused(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1), 0)
    back = await take(world, action, fan(2), 2)
    asked = await offer(world, action, fan(1), fan(2), 0, back=2)
    await world.services.shifts.give_up(fan(2), GUILD, action.action_id, back.shift_id)
    with refused("shifts.not_yours"):
        await world.services.shift_offers.accept(fan(2), GUILD, asked)
    assert await holders(world, action) == [{1}, set(), set()]


async def test_nobody_is_asked_for_what_they_can_not_take(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1))
    await take(world, action, fan(2))
    with refused("shifts.they_overlap"):
        await offer(world, action, fan(1), fan(2))
    with refused("shifts.not_theirs"):
        await offer(world, action, fan(1), fan(3), 0, back=2)
    with refused("shifts.not_yours"):
        await offer(world, action, fan(3), fan(4))
    with refused("shifts.to_yourself"):
        await offer(world, action, fan(1), fan(1))


async def test_nobody_is_asked_the_same_twice_and_only_five_are_asked(world: World):
    action = await a_stream(world)
    await take(world, action, fan(1))
    await offer(world, action, fan(1), fan(2))
    with refused("shifts.asked_already"):
        await offer(world, action, fan(1), fan(2))
    for number in (3, 4, 5, 6):
        await offer(world, action, fan(1), fan(number))
    with refused("shifts.asked_enough"):
        await offer(world, action, fan(1), fan(7))
