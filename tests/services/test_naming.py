"""Being named by choice, the leaderboard of those who are, and one's own numbers."""

from __future__ import annotations

import csv
import io

import pytest

from domain.actions import Action
from domain.errors import Gone, NotAllowed
from domain.leaderboards import Leaderboard
from domain.ledger import Verdict
from domain.naming import MAX_NAME
from domain.reasons import Reason
from domain.reviewing import Ruling
from domain.servers import Actor
from tests.services.world import (
    GUILD,
    MODERATOR,
    MOMENT,
    ORGANISER,
    OTHER_GUILD,
    REVIEWER,
    World,
    fan,
    fundraiser,
    number_of,
    refused,
)


@pytest.fixture
async def action(world: World) -> Action:
    """A fundraiser in two currencies, whose moment has come; over 50 dollars are held."""
    published = await world.publish(fundraiser(cap="50", currency="USD, EUR"))
    world.clock.set(MOMENT)
    await world.send_due()
    return published


async def name(world: World, *numbers: int) -> None:
    for number in numbers:
        await world.services.naming.name_me(fan(number), GUILD, f"Fan {number}")


async def board(
    world: World, action: Action, who: Actor = MODERATOR, *, unit: int = 0, page: int = 0
) -> Leaderboard:
    shown = world.services.leaderboards.show
    return await shown(who, GUILD, action.action_id, unit=unit, page=page)


def listed(shown: Leaderboard) -> list[tuple[int, str, int]]:
    return [(place.rank, place.name, place.logged) for place in shown.places]


# ---- Being named


async def test_nobody_is_named_who_did_not_choose_it(world: World, action: Action):
    await world.log(action, fan(1))
    assert await world.services.naming.name_of(fan(1), GUILD) is None
    shown = await board(world, action, fan(1))
    assert (listed(shown), shown.own_name) == ([], None)


async def test_who_is_named_can_take_a_new_name_and_take_it_back(world: World, action: Action):
    naming = world.services.naming
    await world.log(action, fan(1))
    await naming.name_me(fan(1), GUILD, "  Mina\n\u202e\u3164 ♥ ")
    assert listed(await board(world, action)) == [(1, "Mina ♥", 1000)]
    await naming.name_me(fan(1), GUILD, "Mina (away)")
    assert (await board(world, action, fan(1))).own_name == "Mina (away)"
    await naming.stop(fan(1), GUILD)
    assert await naming.name_of(fan(1), GUILD) is None
    assert listed(await board(world, action)) == []
    await naming.stop(fan(9), GUILD)


async def test_a_name_holds_in_one_server(world: World):
    await name(world, 1)
    assert await world.services.naming.name_of(fan(1), OTHER_GUILD) is None


async def test_a_name_that_cannot_be_seen_is_refused(world: World):
    for unseen in ("", "\u3164\u3164", "\u200b", "\u0301"):
        with refused("naming.nothing_visible"):
            await world.services.naming.name_me(fan(1), GUILD, unseen)
    long = await world.services.naming.name_me(fan(1), GUILD, "👩‍👩‍👧‍👦" * 40)
    assert len(long) <= MAX_NAME
    assert set(long.split("👩‍👩‍👧‍👦")) == {""}


# ---- The leaderboard


async def test_it_ranks_the_named_among_themselves_and_ties_share(world: World, action: Action):
    for number, amount in ((1, 3000), (2, 4000), (3, 3000), (4, 1000), (5, 4999)):
        await world.log(action, fan(number), amount)
    await name(world, 4, 3, 2, 1)
    assert listed(await board(world, action)) == [
        (1, "Fan 2", 4000),
        (2, "Fan 1", 3000),
        (2, "Fan 3", 3000),
        (4, "Fan 4", 1000),
    ]


async def test_it_has_only_what_counts_and_tells_what_is_verified(world: World, action: Action):
    await name(world, 1, 2, 3)
    held = await world.log(action, fan(1), 6000)
    assert listed(await board(world, action)) == []
    await world.services.reviews.correct(REVIEWER, GUILD, number_of(held), 4000, "the page")
    await world.log(action, fan(1), 500)
    out = await world.log(action, fan(2), 700)
    await world.services.reviews.do_not_count(REVIEWER, GUILD, number_of(out), "somebody else's")
    back = await world.log(action, fan(3), 800)
    await world.services.contributions.withdraw(fan(3), GUILD, number_of(back))
    (place,) = (await board(world, action)).places
    assert (place.name, place.logged) == ("Fan 1", 4500)
    assert (place.logged_count, place.verified_count) == (2, 1)


async def test_currencies_stand_apart(world: World, action: Action):
    await name(world, 1, 2)
    await world.log(action, fan(1), 1000)
    log = world.services.contributions.log
    await log(fan(2), GUILD, action.action_id, 2000, unit_code="EUR")
    assert listed(await board(world, action)) == [(1, "Fan 1", 1000)]
    assert listed(await board(world, action, unit=1)) == [(1, "Fan 2", 2000)]
    assert (await board(world, action, unit=7)).unit_code == "USD"


async def test_it_is_paged_by_ten(world: World, action: Action):
    for number in range(12):
        await world.log(action, fan(number), 100 + max(number, 3))
        await name(world, number)
    first, second = await board(world, action), await board(world, action, page=1)
    assert (len(first.places), first.more) == (10, True)
    assert [rank for rank, *_ in listed(first)] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 9]
    assert (listed(second), second.more) == ([(9, "Fan 2", 103), (9, "Fan 3", 103)], False)
    assert listed(await board(world, action, page=1_000_000)) == []


async def test_it_is_shown_where_the_tally_may_be_seen(world: World, action: Action):
    await world.services.servers.set_tally_public(MODERATOR, GUILD, public=False)
    with refused("refused.tally_not_public", NotAllowed):
        await board(world, action, fan(1))
    for who in (MODERATOR, ORGANISER, REVIEWER):
        await board(world, action, who)
    await world.finish(action)
    await board(world, action, fan(1))


async def test_of_what_is_not_announced_nobody_sees_any(world: World):
    draft = await world.draft()
    with refused("refused.no_such_action", Gone):
        await board(world, draft)


# ---- Files


async def test_a_published_file_names_only_those_who_chose_it_by_then(world: World, action: Action):
    await name(world, 1, 3)
    for number in (1, 2, 3):
        await world.log(action, fan(number), 1000)
    await world.services.naming.stop(fan(3), GUILD)
    await world.services.naming.name_me(fan(1), GUILD, "=Mina")
    world.clock.set(action.ends_at)
    await world.send_due()
    await world.finish(action)
    assert set(world.sender.files) == {"tally.csv", "tally.json"}
    for file in world.sender.files.values():
        text = file.decode()
        assert "Mina" in text
        assert "Fan 3" not in text
    rows = list(csv.DictReader(io.StringIO(world.sender.files["tally.csv"].decode("utf-8-sig"))))
    names = [row["name"] for row in rows if row["record"] == "contribution"]
    assert names == ["'=Mina", "", ""], "and it is no formula"


# ---- One's own numbers


async def test_ones_numbers_by_action_with_the_reasons_and_nobody_elses(
    world: World, action: Action
):
    who = fan(1)
    assert await world.services.own_summaries.list(who, GUILD) == ((), False)
    await world.services.sign_ups.join(who, GUILD, action.action_id)
    await world.log(action, fan(2), 4000)
    await world.log(action, who, 1000, proof="https://example.org/1")
    await world.log(action, who, 9000)
    for reason in (Reason.DUPLICATE, Reason.DUPLICATE, Reason.OWN):
        logged = await world.log(action, who, 700)
        words = "It was a joke." if reason is Reason.OWN else None
        ruling = Ruling(Verdict.NOT_COUNTED, reason=words, reason_code=reason)
        await world.services.reviews.decide(REVIEWER, GUILD, number_of(logged), ruling)
    euros = world.services.contributions.log(who, GUILD, action.action_id, 500, unit_code="EUR")
    await world.services.reviews.verify(REVIEWER, GUILD, number_of(await euros))
    (one,), more = await world.services.own_summaries.list(who, GUILD)
    assert (one.action.action_id, more) == (action.action_id, False)
    assert one.sign_up is not None
    assert list(one.totals) == ["USD", "EUR"]
    dollars, in_euros = one.totals["USD"], one.totals["EUR"]
    assert (dollars.logged, dollars.held, dollars.not_counted) == (1000, 9000, 2100)
    assert (in_euros.logged, in_euros.verified) == (500, 500)
    assert [(check.reason_code, count) for check, count in one.reasons] == [
        (Reason.DUPLICATE, 2),
        (Reason.OWN, 1),
    ]


async def test_ones_numbers_are_paged_and_what_one_left_is_not_among_them(world: World):
    for number in range(7):
        action = await world.publish(fundraiser(f"Drive {number}"))
        await world.services.sign_ups.join(fan(1), GUILD, action.action_id)
    await world.services.sign_ups.leave(fan(1), GUILD, action.action_id)
    first, more = await world.services.own_summaries.list(fan(1), GUILD)
    rest, none = await world.services.own_summaries.list(fan(1), GUILD, page=1)
    assert (len(first), more, len(rest), none) == (5, True, 1, False)
