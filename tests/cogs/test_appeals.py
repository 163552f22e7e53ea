"""What a fan reads of a verdict and says to it; several checked at once; digests; corrections."""

from __future__ import annotations

from dataclasses import replace

import discord

from domain.entries import EntryFile
from domain.reviewing import Desk, Progress, Queue
from tests.cogs.test_reviews import NOTHING, number_of, options, running
from tests.fanserver import ENGLISH, KOREAN, PIXEL, FanServer
from tests.shown import id_of, labels_of, pings_of, text_of, told
from ui.review_panel import draw_desk

REFUSED = "Reason: The proof can't be read or opened."


async def refuse(server: FanServer, *, reason: str = "unreadable") -> None:
    """Log 25 dollars, which a reviewer then does not count."""
    await server.log(server.fan, "25", "GIFT-1")
    shown = await server.slash(server.reviewer, "review")
    await server.pick(server.reviewer, shown, "not_counted", reason)


async def test_a_fan_reads_why_and_appeals_once_to_another_reviewer(server: FanServer) -> None:
    await running(server)
    await refuse(server)
    mine = await server.contributions_of(server.fan)
    assert told(mine).startswith("A reviewer didn't count your US$25.00 for “Match a million” (#1)")
    again = await server.contributions_of(server.fan)
    assert told(again).startswith("## "), "they are told once"
    assert REFUSED in told(again)
    form = await server.click(server.fan, again, "Appeal")
    done = await server.fill(server.fan, form, "It is the **whole** receipt")
    assert told(done) == ENGLISH("appeal.taken", title="Match a million")
    after = await server.contributions_of(server.fan)
    assert "Appeal" not in labels_of(after)
    assert ENGLISH("appeal.waits") in told(after)
    assert told(await server.slash(server.reviewer, "review")).startswith(NOTHING)
    other = server.join("other", roles=(server.world.reviewers,))
    shown = await server.slash(other, "review")
    assert "**Not counted**" in told(shown)
    assert "It is the \\*\\*whole\\*\\* receipt" in told(shown)
    await server.click(other, shown, "Verify US$25.00")
    after = told(await server.contributions_of(server.fan))
    assert after.startswith("Another reviewer looked at your appeal: your US$25.00")
    assert ENGLISH("appeal.answered") in after
    assert (await server.newest()).total.verified == 2500


async def test_whoever_got_no_answer_is_told_at_the_next_click(server: FanServer) -> None:
    await running(server)
    await refuse(server)
    path = "/interactions/*/*/callback"
    server.env.inject_error("POST", path, status=404, code=10062, message="Unknown interaction")
    await server.slash(server.fan, "me")
    server.forgive(discord.NotFound)
    assert told(await server.slash(server.fan, "me")).startswith("A reviewer didn't count")
    assert told(await server.slash(server.fan, "me")).startswith("## "), "they are told once"


async def test_an_appeal_that_says_nothing_is_asked_for_again(server: FanServer) -> None:
    await running(server)
    await refuse(server)
    form = await server.click(server.fan, await server.contributions_of(server.fan), "Appeal")
    refused = await server.fill(server.fan, form, "  ")
    assert told(refused) == ENGLISH("appeal.text_missing")
    form = await server.click(server.fan, refused, ENGLISH("button.try_again"))
    done = await server.fill(server.fan, form, "Please look again")
    assert told(done) == ENGLISH("appeal.taken", title="Match a million")


async def test_nobody_appeals_for_somebody_else(server: FanServer) -> None:
    await running(server)
    number = number_of(await server.log(server.fan, "25", "GIFT-1"))
    for who, custom_id, key in (
        (server.outsider, f"fc:appeal:{number}", "appeal.not_yours"),
        (server.fan, f"fc:appeal:{number}", "appeal.nothing_decided"),
        (server.fan, "fc:appeal:0.4711", "refused.no_such_contribution"),
    ):
        assert told(await server.press_forged(who, custom_id)) == ENGLISH(key)


async def test_who_wants_direct_messages_gets_the_verdict_there(server: FanServer) -> None:
    await running(server)
    await server.services.direct_messages.switch(server.fan.id, server.guild_id, on=True)
    await refuse(server, reason="duplicate")
    await server.jump(minutes=5)
    (body,) = [b for b in server.sent("/messages") if "didn't count" in (b.get("content") or "")]
    assert ENGLISH("reason.duplicate") in body["content"]
    labels = [button["label"] for button in body["components"][0]["components"]]
    assert labels[0] == "Appeal"
    assert body["content"].count("\n- ") == 0, "one verdict is no list"
    assert ENGLISH("told.appeal_here") in body["content"]
    assert told(await server.slash(server.fan, "me")).startswith("## ")


async def test_in_direct_messages_refusals_are_in_the_language_of_the_server(
    server: FanServer,
) -> None:
    await running(server)
    await server.services.direct_messages.switch(server.fan.id, server.guild_id, on=True)
    await refuse(server)
    await server.jump(minutes=5)
    (message,) = server.messages(server.fan.user.dm_channel)
    forms = [await server.fan.user.click(message, label="Appeal") for _ in range(2)]
    await server.services.servers.set_language(server.manager, server.guild_id, "ko")
    done = await server.fill(server.fan.user, forms[0], "Please look again")
    assert told(done) == KOREAN("appeal.taken", title="Match a million")
    again = await server.fill(server.fan.user, forms[1], "Please look again")
    assert told(again) == KOREAN("appeal.once")
    pressed = await server.fan.user.click(message, label="Appeal")
    assert told(pressed) == KOREAN("appeal.once")
    forged = f"fc:appeal:0.1@{'9' * 19}.{server.fan.id}"
    nowhere = await server.forge(forged, server.fan.user.dm_channel)
    refused = await server.fan.user.click(nowhere, custom_id=forged)
    assert told(refused) == ENGLISH("refused.unknown_button")


async def test_a_correction_is_read_like_an_amount_that_is_logged(server: FanServer) -> None:
    await running(server)
    await server.log(server.fan, "250", "GIFT-1")
    shown = await server.slash(server.reviewer, "review")
    form = await server.click(server.reviewer, shown, "Correct")
    refused = await server.fill(server.reviewer, form, "many", "The receipt says 25")
    assert "many" in told(refused)
    form = await server.click(server.reviewer, refused, ENGLISH("button.try_again"))
    done = await server.fill(server.reviewer, form, "$25")
    assert ENGLISH("review.corrected") in told(done)
    assert (await server.newest()).total.verified == 2500
    mine = told(await server.contributions_of(server.fan))
    assert "corrected your US$250.00 for “Match a million” (#1) to US$25.00" in mine
    assert "corrected by a reviewer from US$250.00" in mine


async def test_a_reviewer_changes_their_own_verdict_with_a_reason(server: FanServer) -> None:
    await running(server)
    await refuse(server)
    shown = await server.slash(server.reviewer, "review")
    own = await server.click(server.reviewer, shown, "My verdicts")
    assert "**US$25.00** · #1 Match a million · Not counted" in told(own)
    number = id_of(await server.contributions_of(server.fan), "fc:appeal:").rpartition(".")[2]
    change = await server.pick(server.reviewer, own, "change_verdict", number)
    form = await server.click(server.reviewer, change, "Verify")
    refused = await server.fill(server.reviewer, form, " ")
    assert told(refused) == ENGLISH("review.reason_missing")
    form = await server.click(server.reviewer, refused, ENGLISH("button.try_again"))
    done = await server.fill(server.reviewer, form, "It opens now")
    assert "Verified" in told(done)
    assert (await server.newest()).total.verified == 2500
    picked = await server.pick_forged(
        server.moderator, "fs:change_verdict:0", number, **options(number)
    )
    assert told(picked) == ENGLISH("review.not_your_verdict")


async def test_a_verdict_is_changed_right_where_it_was_given(server: FanServer) -> None:
    await running(server)
    await server.services.direct_messages.switch(server.fan.id, server.guild_id, on=True)
    await server.log(server.fan, "25", "GIFT-1")
    await server.log(server.fan, "30", "GIFT-2")
    shown = await server.slash(server.reviewer, "review")
    shown = await server.pick(server.reviewer, shown, "not_counted", "duplicate")
    assert "**US$30.00**" in told(shown)
    change = await server.click(server.reviewer, shown, ENGLISH("button.change_this"))
    assert "**US$25.00**" in told(change)
    form = await server.click(server.reviewer, change, "Verify")
    await server.fill(server.reviewer, form, "My thumb slipped")
    assert (await server.newest()).total.verified == 2500
    await server.jump(minutes=5)
    assert not [b for b in server.sent("/messages") if "didn't count" in (b.get("content") or "")]


async def test_more_proofs_than_fit_are_on_pages_beside_the_panel(server: FanServer) -> None:
    action = await server.publish(kind="hashtag")
    await server.jump_to(action.starts_at)
    links = "\n".join(f"https://example.org/{n}" for n in range(5))
    logged = await server.log(server.fan, "5", links)
    shown = await server.slash(server.reviewer, "review")
    assert "https://example.org/4" not in told(shown)
    everything = await server.click(server.reviewer, shown, ENGLISH("button.all_proofs"))
    for number in range(5):
        assert f"`https://example.org/{number}`" in told(everything)
    number = number_of(logged)
    for verb in ("all_proofs", "proofs_page"):
        refused = await server.press_forged(server.outsider, f"fc:{verb}:{number}")
        assert "This needs the role" in told(refused)


async def test_an_organiser_reads_in_their_panel_what_waits_and_opens_it(
    server: FanServer,
) -> None:
    await running(server)
    panel = await server.slash(server.organiser, "action manage", action="#1")
    assert "Review" not in labels_of(panel)
    await log_some(server, 2)
    panel = await server.slash(server.organiser, "action manage", action="#1")
    assert ENGLISH.many("manage.waits", 2) in told(panel)
    shown = await server.click(server.organiser, panel, "Review")
    assert "**US$10.00**" in told(shown)


async def test_without_a_channel_the_digest_comes_to_an_organiser_who_takes_messages(
    server: FanServer,
) -> None:
    await running(server)
    await server.log(server.fan, "25", "GIFT-1")
    await server.jump(hours=24)
    assert not digests_in(server)
    await server.services.direct_messages.switch(server.organiser.id, server.guild_id, on=True)
    await server.jump(hours=1)
    (digest,) = digests_in(server)
    assert "“Match a million” (#1)" in digest
    assert "Type /review in your server" in digest


def digests_in(server: FanServer) -> list[str]:
    """The digests that were sent."""
    contents = [body.get("content") or "" for body in server.sent("/messages")]
    return [content for content in contents if "wait for a check" in content]


async def log_some(server: FanServer, count: int) -> None:
    for number in range(count):
        await server.log(server.fans[number], f"{10 + number}", f"GIFT-{number}")


async def test_several_are_verified_after_a_look_and_a_question(server: FanServer) -> None:
    await running(server)
    await log_some(server, 3)
    shown = await server.slash(server.reviewer, "review")
    page = await server.click(server.reviewer, shown, "Check several")
    assert "1. **US$10.00**" in told(page)
    assert "`GIFT-2`" in told(page)
    asked = await server.click(server.reviewer, page, "Verify these 3")
    assert told(asked) == ENGLISH.many("review.several.ask", 3)
    done = await server.click(server.reviewer, asked, "Verify these 3")
    assert told(done).startswith(ENGLISH.many("review.several.done", 3))
    assert (await server.newest()).total.verified_count == 3


async def test_a_page_that_is_out_of_date_verifies_nothing(server: FanServer) -> None:
    await running(server)
    await log_some(server, 2)
    shown = await server.slash(server.reviewer, "review")
    page = await server.click(server.reviewer, shown, "Check several")
    await server.jump(seconds=1)
    await server.slash(server.reviewer, "review")
    refused = await server.click(server.reviewer, page, "Verify these 2")
    assert told(refused) == ENGLISH("review.several.gone")


async def test_the_digest_pings_reviewers_where_organisers_meet_and_opens_the_panel(
    server: FanServer,
) -> None:
    room = server.world.organiser_room
    await server.services.servers.set_organiser_channel(server.manager, server.guild_id, room.id)
    await running(server)
    await server.log(server.fan, "25", "GIFT-1")
    await server.log(server.fan, "2,000", "GIFT-2")
    await server.jump(hours=24)
    (digest,) = [m for m in server.messages(room) if "wait for a check" in text_of(m)]
    assert "2 contributions to “Match a million” (#1)" in text_of(digest)
    assert "1 held" in text_of(digest)
    assert pings_of(digest)[1] == {server.world.reviewers.id}
    shown = await server.click(server.organiser, digest, "Review")
    assert "**US$2,000.00**" in told(shown)
    refused = await server.press_forged(server.outsider, id_of(digest, "fc:review:"))
    assert "This needs the role" in told(refused)


async def test_pictures_are_blurred_until_they_are_tapped(server: FanServer) -> None:
    await running(server)
    await server.log(server.fan, "25", "GIFT-1")
    desk = await server.services.reviews.next(server.actor(server.reviewer), server.guild_id)
    assert desk.waiting is not None
    waiting = replace(desk.waiting, files=[EntryFile("a.png", "image/png", PIXEL)])
    view, files = draw_desk(ENGLISH, Desk(Queue(), waiting, Progress()))
    galleries = [p for p in view.walk_children() if isinstance(p, discord.ui.MediaGallery)]
    assert [item.spoiler for gallery in galleries for item in gallery.items] == [True]
    assert len(files) == 1
