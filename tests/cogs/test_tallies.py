"""/tally at any time, and the final tally, which everybody can recompute from its file."""

from __future__ import annotations

from typing import Any

import pytest

from domain.actions import ActionState
from domain.tally_file import read_tally_csv, recount
from tests.fanserver import ENGLISH, FanServer
from tests.shown import pings_of, text_of, told

TITLE = "Match a million"


async def small_story(server: FanServer) -> Any:
    """An action in which something of everything was logged; returns it at its end."""
    action = await server.publish(capacity=2)
    for fan in server.fans[:3]:
        await server.click(fan, server.card(), "I'm in")
    await server.jump_to(action.starts_at)
    await server.log(server.fans[0], "25.50", "GIFT-1")
    await server.log(server.fans[0], "25.50", "GIFT-1")
    await server.log(server.fans[1], "100", "GIFT-2")
    await server.log(server.fans[2], "7")
    logged = await server.log(server.fans[3], "9.99", "GIFT-4")
    asked = await server.click(server.fans[3], logged, "Withdraw")
    await server.click(server.fans[3], asked, "Yes, withdraw it")
    await server.log(server.fans[4], "3,000", "GIFT-5")
    await server.log(server.fans[5], "1", "GIFT-6")
    shown = await server.slash(server.reviewer, "review")  # the same code again
    shown = await server.click(server.reviewer, shown, "Skip")  # over the cap
    shown = await server.click(server.reviewer, shown, "Skip")  # 25.50
    shown = await server.click(server.reviewer, shown, "Verify")  # 100
    shown = await server.click(server.reviewer, shown, "Skip")  # 7
    shown = await server.click(server.reviewer, shown, "Skip")
    form = await server.click(server.reviewer, shown, "Not counted")
    await server.fill(server.reviewer, form, "Another charity")
    return action


NUMBERS = """\
**Pledged** 2 people signed up
**Waitlist** 1 person
**Logged** US$132.50, by 3 contributions from 3 people
- of which **proved** US$125.50, by 2 contributions
- of which **verified** US$25.50, by 1 contribution
**Waiting for a check** US$3,025.50, by 2 contributions
**Not counted** US$1.00, by 1 contribution
**Withdrawn** US$9.99, by 1 contribution
**Goal** US$10,000.00: 1% logged
▱▱▱▱▱▱▱▱▱▱
**Before the start** US$500.00, in none of these numbers"""


async def test_the_tally_keeps_every_number_apart(server: FanServer) -> None:
    await small_story(server)
    text = told(await server.slash(server.fan, "tally"))
    assert text.startswith("-# Tally so far · Fundraiser · #1\n## Match a million")
    assert NUMBERS in text
    assert ENGLISH("tally.caution") in text


@pytest.mark.real_charts
async def test_the_final_tally_is_posted_with_chart_and_file_and_adds_up_again(
    server: FanServer,
) -> None:
    action = await small_story(server)
    before = len(server.messages())
    await server.jump_to(action.log_until)
    post = server.messages()[-1]
    assert len(server.messages()) == before + 3, "the last hour, the end, and the tally"
    text = text_of(post)
    assert text.startswith("-# Final tally · Fundraiser · #1")
    assert NUMBERS in text
    assert "Logged is what members entered themselves up to Thu 26 Nov 20:00 KST" in text
    assert pings_of(post) == (set(), set(), False)
    chart, file = post.attachments
    assert (await chart.read()).startswith(b"\x89PNG")
    recounted = recount(read_tally_csv(await file.read()))
    assert (recounted.pledged, recounted.waitlisted, recounted.participants) == (2, 1, 3)
    total = recounted.total
    assert (total.logged, total.logged_count) == (13250, 3)
    assert (total.proved, total.verified) == (12550, 2550)
    assert (total.held, total.held_count) == (302550, 2)
    assert (total.not_counted, total.withdrawn) == (100, 999)
    assert (recounted.goal, recounted.baseline) == (1000000, 50000)
    assert recounted.cut_off == action.log_until
    final = await server.newest()
    assert final.total == total
    assert final.state is ActionState.FINAL
    await server.jump(days=10)
    again = told(await server.slash(server.fan, "tally"))
    assert NUMBERS in again
    assert again.startswith("-# Final tally")


async def test_no_action_yet_is_told(server: FanServer) -> None:
    assert told(await server.slash(server.fan, "tally")) == ENGLISH(
        "refused.no_action_yet", text=""
    )
    await server.draft()
    assert told(await server.slash(server.fan, "tally")) == ENGLISH(
        "refused.no_action_yet", text=""
    )


async def test_an_action_is_found_by_number_or_title_and_is_the_newest_else(
    server: FanServer,
) -> None:
    await server.publish(title="Match a million")
    await server.publish(title="Trend 1 of 2", kind="hashtag")
    await server.publish(title="Trend 2 of 2", kind="hashtag")
    for typed, heading in (
        (None, "## Trend 2 of 2"),
        ("1", "## Match a million"),
        ("#2", "## Trend 1 of 2"),
        (" 3 ", "## Trend 2 of 2"),
        ("MILLION", "## Match a million"),
        ("1 of 2", "## Trend 1 of 2"),
    ):
        options = {} if typed is None else {"action": typed}
        assert heading in told(await server.slash(server.fan, "tally", **options))
    several = await server.slash(server.fan, "tally", action="trend")
    assert told(several) == ENGLISH("refused.several_actions_fit", text="trend")
    none = await server.slash(server.fan, "tally", action="nothing")
    assert told(none) == ENGLISH("refused.no_action_fits", text="nothing")


async def test_a_number_is_found_among_any_number_of_titles(server: FanServer) -> None:
    for title in ("One", "Two", *(f"Day {n} of 2026" for n in range(26))):
        await server.publish(title=title)
    for typed, heading in (("2", "## Two"), ("#2", "## Two"), (None, "## Day 25 of 2026")):
        options = {} if typed is None else {"action": typed}
        assert heading in told(await server.slash(server.fan, "tally", **options))
    offered = await server.completions(server.fan, "tally", "action", "2")
    assert [name for name, _ in offered][:2] == ["#2 Two", "#28 Day 25 of 2026"]
    assert len(offered) == 25


async def test_the_newest_action_is_the_one_published_last(server: FanServer) -> None:
    first = await server.draft(title="Drafted first")
    await server.publish(title="Published first")
    await server.press(server.organiser, first, "publish")
    assert "## Drafted first" in told(await server.slash(server.fan, "tally"))


async def test_autocomplete_offers_published_actions(server: FanServer) -> None:
    await server.publish(title="Match a million")
    await server.publish(title="@everyone **x**", kind="hashtag")
    await server.draft(title="Secret plan")
    found = await server.completions(server.fan, "tally", "action", "")
    assert [name for name, _ in found] == ["#2 @everyone **x**", "#1 Match a million"]
    found = await server.completions(server.fan, "tally", "action", "million")
    shown = await server.slash(server.fan, "tally", action=found[0][1])
    assert "## Match a million" in told(shown)
    assert await server.completions(server.fan, "tally", "action", "secret") == []
    assert await server.completions(server.fan, "tally", "action", "%") == []


@pytest.mark.parametrize("typed", ["id:3", "id:999", "id:" + "9" * 18, "id:-1", "id:", "%", "_"])
async def test_an_id_that_is_no_published_action_is_refused(server: FanServer, typed: str) -> None:
    await server.publish()
    await server.draft(title="Secret plan")
    refused = told(await server.slash(server.fan, "tally", action=typed))
    assert "Secret" not in refused
    assert "doesn't exist any more" in refused or refused.startswith("No action fits")


async def test_the_final_cards_button_shows_the_tally(server: FanServer) -> None:
    action = await server.publish()
    await server.jump_to(action.log_until)
    shown = await server.click(server.fan, server.card(), "Tally")
    assert told(shown).startswith("-# Final tally")
