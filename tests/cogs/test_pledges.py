"""Pledging an amount after signing up: read, asked about, shown apart from what is logged."""

from __future__ import annotations

from tests.fanserver import ENGLISH, FanServer
from tests.shown import form_of, labels_of, text_of, told

TITLE = "Match a million"


async def test_a_pledge_stands_on_the_card_apart_from_what_is_logged(server: FanServer) -> None:
    action = await server.publish()
    joined = await server.click(server.fan, server.card(), "I'm in")
    form = await server.press(server.fan, joined, "pledge")
    done = await server.fill(server.fan, form, "25")
    assert told(done) == ENGLISH("pledge.done.in", amount="US$25.00", title=TITLE)
    assert "**Pledged** US$25.00 by 1 person" in text_of(server.card())
    again = await server.click(server.fan, server.card(), "I'm in")
    assert ENGLISH("joined.pledged", amount="US$25.00") in told(again)
    mine = await server.slash(server.fan, "me")
    assert "in, as number 1 · pledged US$25.00" in told(mine)
    await server.jump_to(action.starts_at)
    await server.log(server.fan, "10")
    assert "**Logged** US$10.00" in text_of(server.card())
    tally = await server.slash(server.fan, "tally")
    assert "- 1 person of them pledged US$25.00" in text_of(tally)
    form = await server.press(server.fan, again, "pledge")
    gone = await server.fill(server.fan, form, "")
    assert told(gone) == ENGLISH("pledge.none", title=TITLE)
    assert "**Pledged**" not in text_of(server.card())


async def test_an_amount_that_can_be_read_two_ways_is_asked_about(server: FanServer) -> None:
    await server.publish()
    joined = await server.click(server.fan, server.card(), "I'm in")
    form = await server.press(server.fan, joined, "pledge")
    asked = await server.fill(server.fan, form, "1,500")
    labels = labels_of(asked)
    done = await server.click(server.fan, asked, labels[-1]) if labels else asked
    assert "US$1,500.00" in told(done)


async def test_what_is_no_amount_is_refused_and_kept(server: FanServer) -> None:
    await server.publish()
    joined = await server.click(server.fan, server.card(), "I'm in")
    form = await server.press(server.fan, joined, "pledge")
    refused = await server.fill(server.fan, form, "a lot")
    assert told(refused).startswith("I couldn't read “a lot”")
    again = await server.click(server.fan, refused, "Try again")
    assert [*form_of(again).values()] == ["a lot"]
    assert (await server.newest()).pledged_count == 0


async def test_who_is_not_in_cannot_pledge(server: FanServer) -> None:
    action = await server.publish()
    refused = await server.press_forged(server.fan, f"fc:pledge:{action.action_id}")
    assert told(refused) == ENGLISH("refused.pledge_not_in")


async def test_kinds_whose_amounts_nobody_plans_offer_no_pledge(server: FanServer) -> None:
    action = await server.publish("attendance")
    joined = await server.click(server.fan, server.card(), "I'm in")
    assert "Pledge an amount" not in labels_of(joined)
    refused = await server.press_forged(server.fan, f"fc:pledge:{action.action_id}")
    assert told(refused) == ENGLISH("refused.no_pledges", title=TITLE)
