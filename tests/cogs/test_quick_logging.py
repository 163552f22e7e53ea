"""Logging by a tap: common amounts, one's last one, currencies and platforms, twice, and late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from simcord.results import InteractionResult

from cogs.taps import SAME_TAP, Taps
from domain.actions import Action
from domain.life_cycle import Step
from tests.fanserver import ENGLISH, START, TEXTS, FanServer
from tests.shown import boxes_of, form_of, id_of, labels_of, picked_in, told

TITLE = "Match a million"
OTHER = "Another amount"


async def running(server: FanServer, **options: Any) -> Action:
    """An action that has started."""
    action = await server.publish(**options)
    await server.jump_to(action.starts_at)
    return action


async def panel(server: FanServer) -> InteractionResult:
    return await server.click(server.fan, server.card(), "I did it")


def currencies(codes: str) -> tuple[str, ...]:
    return (TEXTS["fundraiser"][0], codes, "", "", "")


def streams(*links: str) -> tuple[str, ...]:
    return ("\n".join(links), *TEXTS["stream"][1:])


SPOTIFY = "https://open.spotify.com/playlist/abc"
YOUTUBE = "https://www.youtube.com/watch?v=abc"


# ---- One tap


async def test_one_tap_logs_and_the_answer_stands_in_place_of_the_panel(server: FanServer) -> None:
    await running(server)
    shown = await panel(server)
    assert told(shown).startswith(f"**How much did you give?** · {TITLE}")
    assert labels_of(shown) == ["US$5.00", "US$10.00", "US$20.00", "US$50.00", OTHER]
    logged = await server.click(server.fan, shown, "US$10.00")
    assert told(logged).startswith(ENGLISH("logged.counted", amount="US$10.00", title=TITLE))
    assert ENGLISH("logged.no_proof.code") in told(logged)
    assert labels_of(logged) == labels_of(shown) == ["Add proof", "Log more", "Undo"]
    now = (await server.newest()).total
    assert (now.logged, now.logged_count) == (1000, 1)


async def test_a_double_tap_logs_once(server: FanServer) -> None:
    await running(server, kind="hashtag", title="Trend")
    first, second = await server.tap_twice(server.fan, await panel(server), "5 posts")
    assert "Logged: 5 posts" in told(first)
    assert second.acknowledged
    assert not second.followups
    assert (await server.newest()).total.logged_count == 1


async def test_log_more_opens_another_panel_which_logs_again(server: FanServer) -> None:
    await running(server, kind="hashtag", title="Trend")
    logged = await server.click(server.fan, await panel(server), "5 posts")
    more = await server.click(server.fan, logged, "Log more")
    assert "Logged: 5 posts" in told(await server.click(server.fan, more, "5 posts"))
    assert (await server.newest()).total.logged == 10


def test_a_panel_is_good_for_one_tap_and_the_oldest_are_forgotten() -> None:
    taps = Taps(most=2)
    assert taps.take(1, START)
    assert not taps.take(1, START)
    assert taps.is_same_tap(1, START + SAME_TAP)
    assert not taps.is_same_tap(1, START + SAME_TAP + timedelta(seconds=1))
    taps.free(1)
    assert taps.take(1, START)
    assert taps.take(2, START)
    assert taps.take(3, START)
    assert taps.take(1, START)


async def test_a_refused_tap_can_be_made_again(server: FanServer) -> None:
    await running(server, texts=currencies("USD"))
    shown = await panel(server)
    for codes in ("KRW", "USD"):
        changed = await server.slash(server.organiser, "action edit", action="1", what="fields")
        await server.fill(server.organiser, changed, *currencies(codes))
        tapped = await server.click(server.fan, shown, "US$10.00")
        refused = told(tapped) == ENGLISH("log_panel.changed")
        assert refused is (codes == "KRW")
    assert "Logged: US$10.00" in told(tapped)


async def test_while_it_is_paused_a_tap_is_held_and_the_panel_says_so(server: FanServer) -> None:
    action = await running(server, kind="hashtag", title="Trend")
    ids, organiser = (action.guild_id, action.action_id), server.actor(server.organiser)
    await server.services.life_cycle.take(organiser, *ids, Step.PAUSE, reason="Wait")
    shown = await server.press_forged(server.fan, f"fc:log:{action.action_id}")
    assert ENGLISH("log_panel.paused") in told(shown)
    held = await server.click(server.fan, shown, "5 posts")
    assert ENGLISH("held.outside_window.you") in told(held)
    undone = await server.click(server.fan, held, "Undo")
    assert ENGLISH("withdraw.done", amount="5 posts", title="Trend") in told(undone)


async def test_a_panel_works_after_a_restart(server: FanServer) -> None:
    await running(server, kind="hashtag", title="Trend")
    shown = await panel(server)
    await server.restart()
    assert "Logged: 5 posts" in told(await server.click(server.fan, shown, "5 posts"))


async def test_undo_takes_it_back_at_once(server: FanServer) -> None:
    await running(server)
    logged = await server.click(server.fan, await panel(server), "US$10.00")
    undone = await server.click(server.fan, logged, "Undo")
    assert told(undone) == ENGLISH("withdraw.done", amount="US$10.00", title=TITLE)
    assert labels_of(undone) == ["Log it again"]
    now = (await server.newest()).total
    assert (now.logged, now.withdrawn) == (0, 1000)


async def test_what_one_logged_last_is_the_first_button_of_ones_own_panel_only(
    server: FanServer,
) -> None:
    await running(server, kind="hashtag", title="Trend")
    await server.log(server.fan, "7")
    assert labels_of(await panel(server))[:2] == ["7 posts", "1 post"]
    theirs = await server.click(server.fans[1], server.card(), "I did it")
    assert labels_of(theirs)[0] == "1 post"


@pytest.mark.parametrize("item", ["", ".0", f".{2**63 - 1}", ".5"])
async def test_a_forged_tap_logs_nothing(server: FanServer, item: str) -> None:
    """Without an amount, or in a currency that there isn't."""
    action = await running(server)
    refused = await server.press_forged(server.fan, f"fc:log_quick:{action.action_id}{item}")
    assert told(refused) == ENGLISH("log_panel.changed")
    assert (await server.newest()).total.logged_count == 0


# ---- Currencies and platforms


async def test_amounts_follow_the_currency_and_the_next_panel_begins_with_it(
    server: FanServer,
) -> None:
    await running(server, texts=currencies("USD, KRW"))
    shown = await panel(server)
    assert picked_in(shown, "fs:log_part:") == ["USD"]
    await server.pick(server.fan, shown, "log_part", "KRW")
    assert labels_of(shown)[:2] == ["₩5,000", "₩10,000"]
    assert "₩10,000" in told(await server.click(server.fan, shown, "₩10,000"))
    total = (await server.services.actions.find_whole(server.guild_id, server.id_of())).totals
    assert (total["KRW"].logged, total["USD"].logged) == (10_000, 0)
    assert picked_in(await panel(server), "fs:log_part:") == ["KRW"]


async def test_a_tap_never_logs_in_another_currency_than_was_read(server: FanServer) -> None:
    await running(server, texts=currencies("USD"))
    shown = await panel(server)
    changed = await server.slash(server.organiser, "action edit", action="1", what="fields")
    await server.fill(server.organiser, changed, *currencies("KRW"))
    refused = await server.click(server.fan, shown, "US$10.00")
    assert told(refused) == ENGLISH("log_panel.changed")


async def test_where_one_streamed_is_picked_once_and_remembered(server: FanServer) -> None:
    await running(server, kind="stream", title="Stream", texts=streams(SPOTIFY, YOUTUBE))
    shown = await panel(server)
    assert ENGLISH("log_panel.pick_first") in told(shown)
    assert labels_of(shown) == [OTHER]
    await server.pick(server.fan, shown, "log_part", "YouTube")
    logged = await server.click(server.fan, shown, "20 streams")
    assert "Logged: 20 streams (YouTube)" in told(logged)
    again = await server.click(server.fan, logged, "Log more")
    assert picked_in(again, "fs:log_part:") == ["YouTube"]
    assert "20 streams" in labels_of(again)
    form = await server.click(server.fan, again, OTHER)
    assert "(Spotify)" in told(await server.fill(server.fan, form, "7", where="Spotify"))


async def test_a_single_platform_is_preselected_and_another_one_can_be_picked(
    server: FanServer,
) -> None:
    await running(server, kind="stream", title="Stream", texts=streams(SPOTIFY))
    shown = await panel(server)
    assert picked_in(shown, "fs:log_part:") == ["Spotify"]
    logged = await server.click(server.fan, shown, "20 streams")
    assert "(Spotify)" in told(logged)
    shown = await server.click(server.fan, logged, "Log more")
    await server.pick(server.fan, shown, "log_part", "other")
    assert "(Another platform)" in told(await server.click(server.fan, shown, "20 streams"))
    sources = (await server.services.tallies.counted(server.guild_id, server.id_of())).sources
    assert {one.source for one in sources} == {"Spotify", "other"}


async def test_a_form_has_five_parts_at_most_and_says_who_sees_a_receipt(
    server: FanServer,
) -> None:
    await running(server, texts=currencies("USD, KRW"))
    form = await server.log_form(server.fan)
    assert len(boxes_of(form)) == 5
    receipt = form.modal["components"][3]  # type: ignore[index]
    assert "whoever hosts this bot" in receipt["description"]
    assert "Hide names and account digits" in receipt["description"]
    assert "Currency" in form_of(form)


# ---- Late, and held


async def test_who_comes_late_finds_how_to_log_and_is_told_what_happens(server: FanServer) -> None:
    action = await running(server, kind="hashtag", title="Trend")
    await server.jump_to(action.log_until)
    mine = await server.contributions_of(server.fan)
    shown = await server.click(server.fan, mine, "Log late: #1 Trend")
    assert "waits for a check before it counts" in told(shown)
    held = await server.click(server.fan, shown, "5 posts")
    assert told(held).split("\n")[:3] == [
        ENGLISH("logged.held", amount="5 posts", title="Trend"),
        ENGLISH("held.outside_window.you"),
        ENGLISH("logged.held_next"),
    ]
    now = (await server.newest()).total
    assert (now.logged, now.held) == (0, 5)
    await server.jump_to(action.late_until)
    assert "Log late: #1 Trend" not in labels_of(await server.contributions_of(server.fan))
    refused = await server.click(server.fan, held, "Log more")
    assert told(refused) == ENGLISH("refused.state.final", title="Trend")


async def test_a_tally_that_is_out_offers_to_log_late(server: FanServer) -> None:
    action = await running(server, kind="hashtag", title="Trend")
    await server.jump_to(action.log_until)
    shown = await server.slash(server.fan, "tally", action="1")
    for seen in (shown, server.message_with("Final tally")):
        late = await server.click(server.fan, seen, "Log it late")
        assert told(late).startswith("**How many posts?**")


@pytest.mark.parametrize(
    ("kind", "opens"),
    [("attendance", "check_in.held"), ("submission", "modal.entry.title")],
)
async def test_other_kinds_offer_their_own_step_late(
    server: FanServer, kind: str, opens: str
) -> None:
    texts = ("Seoul, Mapo", "", "", "") if kind == "attendance" else TEXTS[kind]
    action = await running(server, kind=kind, title="Fans", texts=texts)
    await server.jump_to(action.log_until)
    mine = await server.contributions_of(server.fan)
    late = await server.click(server.fan, mine, "Log late: #1 Fans")
    if kind == "attendance":
        assert told(late).startswith(ENGLISH(opens, title="Fans"))
        assert ENGLISH("held.outside_window.you") in told(late)
    else:
        assert late.modal is not None
        assert late.modal["title"] == ENGLISH(opens)


async def test_what_a_reviewer_decided_is_told_once_above_the_next_panel(server: FanServer) -> None:
    action = await running(server, kind="hashtag", title="Trend")
    logged = await server.log(server.fan, "5")
    number = int(id_of(logged, "fc:undo:").rpartition(".")[2])
    reviewer = server.actor(server.reviewer)
    await server.services.reviews.do_not_count(reviewer, action.guild_id, number, "A repost")
    first, second = told(await panel(server)), told(await panel(server))
    assert "A repost" in first
    assert "How many posts?" in first
    assert "A repost" not in second
