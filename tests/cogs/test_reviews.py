"""/review: a queue of what waits for a check, and what a fan reads of its verdict."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.actions import Action
from tests.fanserver import ENGLISH, FanServer
from tests.shown import Seen, boxes_of, id_of, labels_of, text_of, told

TITLE = "Match a million"
NOTHING = ENGLISH("review.nothing_waits")
BUTTONS = (
    *("review", "verify", "correct", "skip", "cannot_read", "check_several", "batch_verify"),
    *("my_verdicts", "revise_verify", "revise_not_counted", "revise_correct", "change_this"),
    *("all_proofs", "proofs_page"),
)


def options(*values: str) -> dict[str, Any]:
    """What makes a forged component a select of these."""
    return {"type": 3, "options": [{"label": value, "value": value} for value in values]}


def number_of(logged: Seen) -> str:
    """What buttons about a contribution carry, of everything and of that one."""
    return f"0.{id_of(logged, 'fc:undo:').rpartition('.')[2]}"


async def running(server: FanServer) -> Action:
    action = await server.publish()
    await server.jump_to(action.starts_at)
    return action


async def test_an_empty_queue_says_so(server: FanServer) -> None:
    shown = await server.slash(server.reviewer, "review")
    assert told(shown) == NOTHING
    assert labels_of(shown) == ["Check several", "My verdicts"]


async def test_held_entries_come_first_with_reason_and_proof(server: FanServer) -> None:
    await running(server)
    await server.log(server.fans[0], "25", "GIFT-1", "my note")
    await server.log(server.fans[1], "2,000", "GIFT-2")
    shown = await server.slash(server.reviewer, "review")
    assert "#1 Match a million" in told(shown)
    assert "0 of 2 checked · 1 held" in told(shown)
    assert "**US$2,000.00**" in told(shown)
    assert ENGLISH("held.over_cap.why") in told(shown)
    assert "Confirmation code: `GIFT-2`" in told(shown)
    assert labels_of(shown)[:4] == ["Verify", "Correct", "Skip", "Can't read this language"]


async def test_a_link_can_be_opened(server: FanServer) -> None:
    action = await server.publish(kind="hashtag")
    await server.jump_to(action.starts_at)
    await server.log(server.fan, "5", "https://example.org/a")
    shown = told(await server.slash(server.reviewer, "review"))
    link = "[open the page](<https://example.org/a>)"
    assert f"Link: `https://example.org/a` · `example.org`: {link}" in shown


async def test_verifying_goes_on_to_the_next(server: FanServer) -> None:
    await running(server)
    await server.log(server.fans[0], "25", "GIFT-1", "my note")
    await server.log(server.fans[1], "2,000", "GIFT-2")
    shown = await server.slash(server.reviewer, "review")
    shown = await server.click(server.reviewer, shown, "Verify")
    assert ENGLISH("review.verified") in told(shown)
    assert "**US$25.00**" in told(shown)
    assert "Note: my note" in told(shown)
    shown = await server.click(server.reviewer, shown, "Verify")
    assert told(shown).startswith(f"{ENGLISH('review.verified')}\n{NOTHING}\n2 of 2 checked")
    total = (await server.newest()).total
    assert (total.logged, total.proved, total.verified, total.held) == (202500, 202500, 202500, 0)
    mine = told(await server.contributions_of(server.fans[1]))
    assert "verified by a reviewer" in mine
    assert "Waits for a check" not in mine
    assert "US$2,025.00" in text_of(server.card())


async def test_what_is_not_counted_tells_its_reason_to_the_fan(server: FanServer) -> None:
    await running(server)
    await server.log(server.fan, "25", "GIFT-1")
    shown = await server.slash(server.reviewer, "review")
    form = await server.pick(server.reviewer, shown, "not_counted", "own")
    done = await server.fill(server.reviewer, form, "The receipt is for **another** charity")
    assert told(done).startswith(f"{ENGLISH('review.not_counted')}\n{NOTHING}")
    mine = told(await server.contributions_of(server.fan))
    assert "not counted" in mine
    assert "Reason: The receipt is for \\*\\*another\\*\\* charity" in mine
    total = (await server.newest()).total
    assert (total.logged, total.not_counted) == (0, 2500)
    assert ENGLISH("card.nothing_logged") in text_of(server.card())


async def test_a_reason_of_spaces_is_refused(server: FanServer) -> None:
    await running(server)
    await server.log(server.fan, "25", "GIFT-1")
    shown = await server.slash(server.reviewer, "review")
    form = await server.pick(server.reviewer, shown, "not_counted", "own")
    refused = await server.fill(server.reviewer, form, "   ")
    assert told(refused) == ENGLISH("review.reason_missing")
    assert (await server.newest()).total.not_counted == 0
    again = await server.click(server.reviewer, refused, ENGLISH("button.try_again"))
    done = await server.fill(server.reviewer, again, "Somebody else's receipt")
    assert told(done).startswith(ENGLISH("review.not_counted"))
    assert (await server.newest()).total.not_counted == 2500


async def test_a_correction_without_a_reason_is_asked_for_again_before_anything_else(
    server: FanServer,
) -> None:
    action = await server.publish(texts=("https://example.org/give", "KWD", "", "", ""))
    await server.jump_to(action.starts_at)
    await server.log(server.fan, "25", "GIFT-1")
    shown = await server.slash(server.reviewer, "review")
    form = await server.press(server.reviewer, shown, "correct")
    refused = await server.fill(server.reviewer, form, "1.234", "   ")
    assert told(refused) == ENGLISH("review.reason_missing")
    again = await server.click(server.reviewer, refused, ENGLISH("button.try_again"))
    assert [box.get("value") for box in boxes_of(again)] == ["1.234", "   "]


async def test_skipped_entries_come_again_at_the_end(server: FanServer) -> None:
    await running(server)
    for amount in ("10", "20", "30"):
        await server.log(server.fan, amount)
    shown = await server.slash(server.reviewer, "review")
    seen = []
    for label in ("Skip", "Skip", "Verify", "Skip", "Skip"):
        seen.append(told(shown).partition("**")[2].partition("**")[0])
        shown = await server.click(server.reviewer, shown, label)
    assert seen == ["US$10.00", "US$20.00", "US$30.00", "US$10.00", "US$20.00"]


async def test_ones_own_entry_is_never_offered(server: FanServer) -> None:
    await running(server)
    await server.log(server.reviewer, "25", "GIFT-1")
    assert told(await server.slash(server.reviewer, "review")).startswith(NOTHING)
    other = server.join("other", roles=(server.world.reviewers,))
    assert "**US$25.00**" in told(await server.slash(other, "review"))


async def test_ones_own_entry_is_refused_where_it_is_forged(server: FanServer) -> None:
    await running(server)
    logged = await server.log(server.reviewer, "25", "GIFT-1")
    ids = number_of(logged)
    refused = await server.press_forged(server.reviewer, f"fc:verify:{ids}")
    assert told(refused) == ENGLISH("review.your_own")
    picked = await server.pick_forged(
        server.reviewer, f"fs:not_counted:{ids}", "duplicate", **options("duplicate")
    )
    assert told(picked) == ENGLISH("review.your_own")
    assert (await server.newest()).total.verified == 0


async def test_who_is_no_reviewer_is_refused(server: FanServer) -> None:
    await running(server)
    logged = await server.log(server.fans[0], "25", "GIFT-1")
    refusal = ENGLISH("refused.needs_reviewer", role=f"<@&{server.world.reviewers.id}>")
    outsider = server.fans[1]
    assert told(await server.slash(outsider, "review")) == refusal
    ids = number_of(logged)
    for verb in BUTTONS:
        assert told(await server.press_forged(outsider, f"fc:{verb}:{ids}")) == refusal, verb
    for verb, value in (("not_counted", "own"), ("review_filter", "1"), ("change_verdict", "1")):
        picked = await server.pick_forged(outsider, f"fs:{verb}:{ids}", value, **options(value))
        assert told(picked) == refusal, verb
    total = (await server.newest()).total
    assert (total.verified, total.not_counted) == (0, 0)


async def test_who_lost_the_role_while_writing_the_reason_is_refused(server: FanServer) -> None:
    await running(server)
    await server.log(server.fan, "25", "GIFT-1")
    shown = await server.slash(server.reviewer, "review")
    form = await server.pick(server.reviewer, shown, "not_counted", "own")
    server.take_role(server.reviewer, server.world.reviewers)
    refused = await server.fill(server.reviewer, form, "because")
    assert "This needs the role" in told(refused)
    assert (await server.newest()).total.not_counted == 0


@pytest.mark.parametrize("who", ["organiser", "moderator", "reviewer"])
async def test_organisers_and_moderators_review_too(server: FanServer, who: str) -> None:
    await running(server)
    await server.log(server.fan, "25", "GIFT-1")
    assert "**US$25.00**" in told(await server.slash(getattr(server, who), "review"))


async def test_two_reviewers_never_get_the_same_entry(server: FanServer) -> None:
    await running(server)
    await server.log(server.fan, "25", "GIFT-1")
    await server.slash(server.reviewer, "review")
    second = await server.slash(server.moderator, "review")
    assert NOTHING in told(second)
    assert ENGLISH("review.others_only") in told(second)
    await server.jump(minutes=10)
    assert "**US$25.00**" in told(await server.slash(server.moderator, "review"))


async def test_who_took_too_long_is_told_and_shown_the_next(server: FanServer) -> None:
    await running(server)
    for amount in ("25", "30"):
        await server.log(server.fan, amount)
    first = await server.slash(server.reviewer, "review")
    await server.jump(minutes=10)
    second = await server.slash(server.moderator, "review")
    late = told(await server.click(server.reviewer, first, "Verify"))
    assert late.startswith(ENGLISH("review.leased"))
    assert "**US$30.00**" in late
    assert "**US$25.00**" in told(second)
    await server.jump(minutes=10)
    third = await server.slash(server.organiser, "review")
    await server.click(server.organiser, third, "Verify")
    late = told(await server.click(server.moderator, second, "Verify"))
    assert late.startswith(ENGLISH("review.already_checked"))
    assert (await server.newest()).total.verified == 2500


async def test_what_was_withdrawn_meanwhile_is_not_checked(server: FanServer) -> None:
    await running(server)
    logged = await server.log(server.fan, "25", "GIFT-1")
    shown = await server.slash(server.reviewer, "review")
    await server.click(server.fan, logged, "Undo")
    refused = await server.click(server.reviewer, shown, "Verify")
    assert told(refused) == f"{ENGLISH('review.withdrawn')}\n{NOTHING}"


async def test_after_the_final_tally_it_can_be_checked_for_four_weeks(server: FanServer) -> None:
    action = await running(server)
    for amount in ("25", "30"):
        await server.log(server.fan, amount, f"GIFT-{amount}")
    await server.jump_to(action.checks_until - timedelta(days=1))
    shown = await server.slash(server.reviewer, "review", action="#1")
    shown = await server.click(server.reviewer, shown, "Verify")
    assert (await server.newest()).total.verified == 2500
    await server.jump(days=1)
    refused = await server.click(server.reviewer, shown, "Verify")
    assert told(refused) == ENGLISH("refused.state.final", title=TITLE)


async def test_another_servers_entry_cannot_be_checked(server: FanServer) -> None:
    await running(server)
    refused = await server.press_forged(server.reviewer, "fc:verify:1.4711")
    assert told(refused) == ENGLISH("refused.no_such_contribution")
