"""/tally at any time, and the final tally, which everybody can recompute from its file."""

from __future__ import annotations

from typing import Any

import pytest

from domain.actions import ActionState
from domain.tally_file import read_tally_csv, read_tally_json, recount
from tests.fanserver import ENGLISH, PIXEL, FanServer
from tests.shown import message_of, pings_of, text_of, told

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
    await server.click(server.fans[3], logged, "Undo")
    await server.log(server.fans[4], "3,000", "GIFT-5")
    await server.log(server.fans[5], "1", "GIFT-6")
    given = await server.contributions(action)
    reviews, who = server.services.reviews, server.actor(server.reviewer)
    await reviews.verify(who, action.guild_id, given[0].contribution_id)
    await reviews.do_not_count(who, action.guild_id, given[-1].contribution_id, "Another charity")
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
    chart, in_csv, in_json = post.attachments
    assert (await chart.read()).startswith(b"\x89PNG")
    file = read_tally_csv(await in_csv.read())
    assert read_tally_json(await in_json.read()) == file
    recounted = recount(file)
    assert recounted.numbers == file.published
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
    assert [name for name, _ in offered][:2] == [
        "#2 Two · open · Tue 24 Nov",
        "#28 Day 25 of 2026 · open · Tue 24 Nov",
    ]
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
    assert [name for name, _ in found] == [
        "#2 @everyone **x** · open · Tue 24 Nov",
        "#1 Match a million · open · Tue 24 Nov",
    ]
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


async def count_late(server: FanServer, action: Any) -> None:
    """Something is logged late, and a reviewer has it count."""
    await server.jump(hours=1)
    (post,) = [message for message in server.messages() if "Final tally" in text_of(message)]
    form = await server.log_form(server.fans[5], post)
    logged = await server.fill(server.fans[5], form, "10", "GIFT-77", "")
    assert "US$10.00" in told(logged)
    late = (await server.contributions(action))[-1]
    who = server.actor(server.reviewer)
    await server.services.reviews.verify(who, action.guild_id, late.contribution_id)


async def test_an_organiser_amends_the_tally_and_the_post_says_what_it_said(
    server: FanServer,
) -> None:
    action = await small_story(server)
    await server.jump_to(action.log_until)
    await count_late(server, action)
    before = len(server.messages())
    asked = await server.slash(
        server.organiser, "action amend", action="1", reason="Late *receipts*"
    )
    text = told(asked)
    assert "**Logged** US$132.50 (3 contributions) → US$142.50 (4 contributions)" in text
    assert "People with something logged 3 → 4" in text
    assert r"Reason: Late \*receipts\*" in text
    done = await server.click(server.organiser, asked, ENGLISH("button.amend_yes"))
    assert told(done).startswith("Done: the tally of Match a million is amended")
    await server.settle()
    assert len(server.messages()) == before, "the post is edited"
    (post,) = [m for m in server.messages() if "Final tally, amended on" in text_of(m)]
    text = text_of(post)
    assert "**Logged** US$142.50, by 4 contributions from 4 people" in text
    assert r"Why they changed: Late \*receipts\*" in text
    assert "**Logged** US$132.50 (3 contributions) → US$142.50 (4 contributions)" in text
    assert "Verified US$25.50 (1 contribution) → " in text
    file = read_tally_csv(await post.attachments[1].read())
    assert recount(file).numbers == file.published
    assert recount(file).total.logged == 14250
    assert "US$142.50" in told(await server.slash(server.fan, "tally"))


async def test_a_fan_cannot_amend_and_nothing_is_amended_without_a_change(
    server: FanServer,
) -> None:
    action = await small_story(server)
    await server.jump_to(action.log_until)
    amend = {"action": "1", "reason": "why"}
    same = await server.slash(server.organiser, "action amend", **amend)
    assert told(same) == ENGLISH("refused.amend.nothing_changed", title=TITLE)
    await count_late(server, action)
    refused = told(await server.slash(server.fan, "action amend", **amend))
    assert refused == ENGLISH("refused.needs_organiser", role=server.world.organisers.mention)


async def test_a_server_can_keep_its_tallies_until_they_are_final(server: FanServer) -> None:
    page = await server.setup_page("proof")
    await server.click(server.moderator, page, ENGLISH("button.setup_tally_off"))
    action = await small_story(server)
    refused = told(await server.slash(server.fan, "tally"))
    assert refused.startswith("In this server the tally of “Match a million” is shown to its")
    for who in (server.organiser, server.reviewer, server.moderator):
        assert "US$132.50" in told(await server.slash(who, "tally"))
    await server.settle()
    card = text_of(server.card())
    assert ENGLISH("card.progress_later") in card
    assert "US$132.50" not in card
    await server.jump_to(action.log_until)
    assert "US$132.50" in told(await server.slash(server.fan, "tally"))


async def test_the_posts_button_gives_the_chart_on_both_grounds(server: FanServer) -> None:
    action = await small_story(server)
    await server.jump_to(action.log_until)
    post = server.messages()[-1]
    shown = await server.click(server.fan, post, ENGLISH("button.tally_pictures"))
    files = message_of(shown).attachments
    assert [file.filename for file in files] == ["tally-dark.png", "tally-light.png"]
    assert [await file.read() for file in files] == [PIXEL, PIXEL]
