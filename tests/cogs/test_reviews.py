"""/review: a queue of what waits for a check, and what a fan reads of its verdict."""

from __future__ import annotations

import pytest

from domain.actions import Action
from tests.fanserver import ENGLISH, FanServer
from tests.shown import id_of, labels_of, text_of, told

TITLE = "Match a million"
NOTHING = ENGLISH("review.nothing_waits")


async def running(server: FanServer) -> Action:
    action = await server.publish()
    await server.jump_to(action.starts_at)
    return action


async def test_an_empty_queue_says_so(server: FanServer) -> None:
    assert told(await server.slash(server.reviewer, "review")) == NOTHING


async def test_held_entries_come_first_with_reason_and_proof(server: FanServer) -> None:
    await running(server)
    await server.log(server.fans[0], "25", "GIFT-1", "my note")
    await server.log(server.fans[1], "2,000", "GIFT-2")
    shown = await server.slash(server.reviewer, "review")
    assert "#1 Match a million" in told(shown)
    assert ENGLISH.many("review.waiting", 2) in told(shown)
    assert "**US$2,000.00**" in told(shown)
    assert ENGLISH("held.over_cap.why") in told(shown)
    assert "Confirmation code: `GIFT-2`" in told(shown)
    assert labels_of(shown) == ["Verify", "Not counted", "Skip"]


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
    assert told(shown) == f"{ENGLISH('review.verified')}\n{NOTHING}"
    total = (await server.newest()).total
    assert (total.logged, total.proved, total.verified, total.held) == (202500, 202500, 202500, 0)
    mine = told(await server.slash(server.fans[1], "me"))
    assert "verified by a reviewer" in mine
    assert "Waits for a check" not in mine
    assert "US$2,025.00" in text_of(server.card())


async def test_what_is_not_counted_tells_its_reason_to_the_fan(server: FanServer) -> None:
    await running(server)
    await server.log(server.fan, "25", "GIFT-1")
    shown = await server.slash(server.reviewer, "review")
    form = await server.click(server.reviewer, shown, "Not counted")
    done = await server.fill(server.reviewer, form, "The receipt is for **another** charity")
    assert told(done) == f"{ENGLISH('review.not_counted')}\n{NOTHING}"
    mine = told(await server.slash(server.fan, "me"))
    assert "not counted" in mine
    assert "Reason: The receipt is for \\*\\*another\\*\\* charity" in mine
    total = (await server.newest()).total
    assert (total.logged, total.not_counted) == (0, 2500)
    assert "**Logged** US$0.00" in text_of(server.card())


async def test_a_reason_of_spaces_is_refused(server: FanServer) -> None:
    await running(server)
    await server.log(server.fan, "25", "GIFT-1")
    shown = await server.slash(server.reviewer, "review")
    form = await server.click(server.reviewer, shown, "Not counted")
    refused = await server.fill(server.reviewer, form, "   ")
    assert told(refused) == ENGLISH("review.reason_missing")
    assert (await server.newest()).total.not_counted == 0
    again = await server.click(server.reviewer, refused, ENGLISH("button.try_again"))
    done = await server.fill(server.reviewer, again, "Somebody else's receipt")
    assert told(done).startswith(ENGLISH("review.not_counted"))
    assert (await server.newest()).total.not_counted == 2500


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
    assert told(await server.slash(server.reviewer, "review")) == NOTHING
    other = server.join("other", roles=(server.world.reviewers,))
    assert "**US$25.00**" in told(await server.slash(other, "review"))


async def test_ones_own_entry_is_refused_where_it_is_forged(server: FanServer) -> None:
    await running(server)
    logged = await server.log(server.reviewer, "25", "GIFT-1")
    ids = id_of(logged, "fc:withdraw:").removeprefix("fc:withdraw:")
    refused = await server.press_forged(server.reviewer, f"fc:verify:{ids}")
    assert told(refused) == ENGLISH("review.your_own")
    form = await server.press_forged(server.reviewer, f"fc:not_counted:{ids}")
    refused = await server.fill(server.reviewer, form, "because")
    assert told(refused) == ENGLISH("review.your_own")
    assert (await server.newest()).total.verified == 0


async def test_who_is_no_reviewer_is_refused(server: FanServer) -> None:
    await running(server)
    logged = await server.log(server.fans[0], "25", "GIFT-1")
    refusal = ENGLISH("refused.needs_reviewer", role=f"<@&{server.world.reviewers.id}>")
    outsider = server.fans[1]
    assert told(await server.slash(outsider, "review")) == refusal
    ids = id_of(logged, "fc:withdraw:").removeprefix("fc:withdraw:")
    for verb in ("verify", "skip", "not_counted"):
        assert told(await server.press_forged(outsider, f"fc:{verb}:{ids}")) == refusal
    total = (await server.newest()).total
    assert (total.verified, total.not_counted) == (0, 0)


async def test_who_lost_the_role_while_writing_the_reason_is_refused(server: FanServer) -> None:
    await running(server)
    await server.log(server.fan, "25", "GIFT-1")
    shown = await server.slash(server.reviewer, "review")
    form = await server.click(server.reviewer, shown, "Not counted")
    server.take_role(server.reviewer, server.world.reviewers)
    refused = await server.fill(server.reviewer, form, "because")
    assert "This needs the role" in told(refused)
    assert (await server.newest()).total.not_counted == 0


@pytest.mark.parametrize("who", ["organiser", "moderator", "reviewer"])
async def test_organisers_and_moderators_review_too(server: FanServer, who: str) -> None:
    await running(server)
    await server.log(server.fan, "25", "GIFT-1")
    assert "**US$25.00**" in told(await server.slash(getattr(server, who), "review"))


async def test_an_entry_is_checked_once(server: FanServer) -> None:
    """Two reviewers look at the same entry; the second is told."""
    await running(server)
    await server.log(server.fan, "25", "GIFT-1")
    first = await server.slash(server.reviewer, "review")
    second = await server.slash(server.moderator, "review")
    await server.click(server.reviewer, first, "Verify")
    refused = await server.click(server.moderator, second, "Verify")
    assert told(refused) == ENGLISH("review.already_checked")
    form = await server.click(server.moderator, second, "Not counted")
    refused = await server.fill(server.moderator, form, "because")
    assert told(refused) == ENGLISH("review.already_checked")
    assert (await server.newest()).total.verified == 2500


async def test_what_was_withdrawn_meanwhile_is_not_checked(server: FanServer) -> None:
    await running(server)
    logged = await server.log(server.fan, "25", "GIFT-1")
    shown = await server.slash(server.reviewer, "review")
    asked = await server.click(server.fan, logged, "Withdraw")
    await server.click(server.fan, asked, "Yes, withdraw it")
    refused = await server.click(server.reviewer, shown, "Verify")
    assert told(refused) == ENGLISH("review.withdrawn")
    assert told(await server.slash(server.reviewer, "review")) == NOTHING


async def test_after_the_final_tally_nothing_is_checked(server: FanServer) -> None:
    action = await running(server)
    await server.log(server.fan, "25", "GIFT-1")
    shown = await server.slash(server.reviewer, "review")
    await server.jump_to(action.log_until)
    refused = await server.click(server.reviewer, shown, "Verify")
    assert told(refused) == ENGLISH("refused.state.final", title=TITLE)


async def test_another_servers_entry_cannot_be_checked(server: FanServer) -> None:
    await running(server)
    refused = await server.press_forged(server.reviewer, "fc:verify:1.4711")
    assert told(refused) == ENGLISH("refused.no_such_contribution")
