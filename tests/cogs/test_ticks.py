"""The daily call of a vote: ticking, resting and muting, from the call and from the panel."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.actions import Action
from domain.deliveries import DeliveryKind, DeliveryState
from domain.votes import pack_tick
from tests.cogs.votes import TITLE, published
from tests.fanserver import ENGLISH, FanServer
from tests.shown import labels_of, pings_of, text_of, told

HOUR = timedelta(hours=1)
CALL = "Time to vote for"


@pytest.fixture
async def vote(server: FanServer) -> Action:
    """A vote whose first call has just gone out: Tuesday 24 November, 20:30 in Seoul."""
    action = await published(server)
    await server.jump_to(action.starts_at + 0.5 * HOUR)
    return action


async def later(server: FanServer) -> None:
    """Two taps a moment apart count as one."""
    await server.jump(seconds=3)


async def total(server: FanServer) -> int:
    return (await server.newest()).total.logged


async def test_the_call_says_what_until_when_and_has_a_button_for_each_app(
    server: FanServer, vote: Action
) -> None:
    call = server.message_with(CALL)
    first, *lines = text_of(call).splitlines()
    assert first.endswith(
        f"Time to vote for “{TITLE}”: Mubeat and Idolchamp, before the day ends "
        "(Tue 24 Nov 23:30 KST). Voted? Tap the app below."
    )
    assert "**Mubeat** · 10 votes · until" in lines[0]
    assert "[Open](<https://example.org/mubeat>)" in lines[0]
    assert lines[1] == "-# Save up"
    assert labels_of(call) == ["Mubeat", "Idolchamp", "Rest day", "Mute these calls"]
    assert pings_of(call) == (set(), set(), False)
    outcome = await server.outcome(vote, DeliveryKind.DAILY_CALL)
    assert outcome.count(DeliveryState.SENT) == 1
    assert len(outcome) == 8  # seven nights, and as the vote ends


async def test_a_tick_is_taken_taken_back_and_taken_again_from_the_call(
    server: FanServer, vote: Action
) -> None:
    call = server.message_with(CALL)
    first = told(await server.click(server.fan, call, "Mubeat"))
    assert ENGLISH("ticks.logged", amount="10 votes", app="Mubeat") in first
    assert "Left today: Idolchamp." in first
    assert "✅ **Mubeat** · 10 votes logged" in first
    assert "**Mubeat** · 10 votes a day" in text_of(server.card())
    assert "10 votes logged" in text_of(server.card())
    await later(server)
    back = told(await server.click(server.fan, call, "Mubeat"))
    assert ENGLISH("ticks.taken_back", amount="10 votes", app="Mubeat") in back
    assert await total(server) == 0
    await later(server)
    await server.click(server.fan, call, "Mubeat")
    done = told(await server.click(server.fan, call, "Idolchamp"))
    assert ENGLISH("ticks.all_done") in done
    assert await total(server) == 13


async def test_a_double_tap_logs_once(server: FanServer, vote: Action) -> None:
    first, second = await server.tap_twice(server.fan, server.message_with(CALL), "Mubeat")
    assert "Logged: " in told(first)
    assert "Logged: " in told(second)
    assert await total(server) == 10
    again = told(await server.click(server.fan, server.message_with(CALL), "Mubeat"))
    assert "two quick taps count as one" in again


async def test_the_panel_is_redrawn_in_place(server: FanServer, vote: Action) -> None:
    panel = await server.press(server.fan, server.card(), "ticks")
    assert "▫️ **Mubeat** · 10 votes · ends" in told(panel)
    ticked = await server.click(server.fan, panel, "Mubeat")
    assert not ticked.followups
    assert "✅ **Mubeat**" in text_of(panel)
    assert labels_of(panel) == ["Mubeat", "Idolchamp", "Rest day", "Mute these calls"]


async def test_a_tick_of_another_day_says_which_and_none_counts_days_in_a_row(
    server: FanServer, vote: Action
) -> None:
    await server.click(server.fan, server.message_with(CALL), "Mubeat")
    await server.jump(days=1)
    calls = [message for message in server.messages() if CALL in text_of(message)]
    assert len(calls) == 2
    assert "in a row" not in told(await server.click(server.fan, calls[1], "Mubeat"))
    await later(server)
    yesterday = told(await server.click(server.fan, calls[0], "Mubeat"))
    assert ENGLISH("ticks.taken_back", amount="10 votes", app="Mubeat") in yesterday
    assert "It is for Mon 23 Nov." in yesterday


async def test_an_old_calls_tick_waits_for_a_check(server: FanServer, vote: Action) -> None:
    call = server.message_with(CALL)
    await server.jump(days=1, hours=4)
    assert "a reviewer checks it" in told(await server.click(server.fan, call, "Mubeat"))
    assert await total(server) == 0
    assert (await server.newest()).total.held == 10


async def test_a_reviewer_is_told_the_app_and_the_day_of_a_tick(
    server: FanServer, vote: Action
) -> None:
    await server.click(server.fan, server.message_with(CALL), "Mubeat")
    shown = told(await server.slash(server.reviewer, "review"))
    assert "Voted in Mubeat, for the day of Mon 23 Nov" in shown


async def test_a_rest_day_expects_nothing_and_is_taken_back(
    server: FanServer, vote: Action
) -> None:
    call = server.message_with(CALL)
    resting = await server.click(server.fan, call, "Rest day")
    assert ENGLISH("rest.on") in told(resting)
    assert ENGLISH("ticks.resting") in told(resting)
    assert "Left today" not in told(resting)
    back = await server.click(server.fan, resting, "End my rest day")
    assert ENGLISH("rest.off") in text_of(back)
    assert "Left today: Mubeat and Idolchamp" in text_of(back)


async def test_muting_takes_the_role_that_is_pinged_and_unmuting_gives_it_back(
    server: FanServer, vote: Action
) -> None:
    call = server.message_with(CALL)
    assert pings_of(call) == (set(), set(), False)
    outsider = await server.click(server.outsider, call, "Mute these calls")
    assert ENGLISH("mute.not_in", title=TITLE) in told(outsider)
    await server.press(server.fan, server.card(), "join")
    await server.press(server.fans[1], server.card(), "join")
    role_id = (await server.newest()).role_id
    assert role_id is not None
    assert server.holders(role_id) == {server.fan.id, server.fans[1].id}
    role = f"<@&{role_id}>"
    muted = await server.click(server.fan, call, "Mute these calls")
    assert ENGLISH("mute.on_role", title=TITLE, role=role) in told(muted)
    assert server.holders(role_id) == {server.fans[1].id}
    unmuted = await server.click(server.fan, muted, "Unmute these calls")
    assert ENGLISH("mute.off_role", title=TITLE, role=role) in text_of(unmuted)
    assert server.holders(role_id) == {server.fan.id, server.fans[1].id}


async def test_without_a_role_muting_stops_direct_messages(server: FanServer) -> None:
    await server.services.servers.set_grants_roles(server.manager, server.guild_id, grants=False)
    vote = await published(server)
    await server.press(server.fan, server.card(), "join")
    await server.jump_to(vote.starts_at + timedelta(hours=1))
    call = server.message_with(CALL)
    muted = await server.click(server.fan, call, "Mute these calls")
    assert ENGLISH("mute.on", title=TITLE) in told(muted)
    unmuted = await server.click(server.fan, muted, "Unmute these calls")
    assert ENGLISH("mute.off", title=TITLE) in text_of(unmuted)


async def test_before_the_moment_it_says_when_it_opens(server: FanServer) -> None:
    action = await published(server)
    forged = f"fc:tick:{action.action_id}.{pack_tick(1, action.starts_at.date())}"
    assert "can be voted in from" in told(await server.press_forged(server.fan, forged))
    panel = await server.press_forged(server.fan, f"fc:ticks:{action.action_id}")
    assert "**Mubeat** · 10 votes a day · opens" in told(panel)
    assert labels_of(panel) == ["Rest day", "Mute these calls"]


async def test_forged_ticks_are_refused(server: FanServer, vote: Action) -> None:
    today = vote.starts_at.date()
    unknown, gone = ENGLISH("refused.unknown_button"), ENGLISH("refused.no_such_app")
    for item, refusal in (
        ("", unknown),
        (".0", unknown),
        (f".{2**63 - 1}", unknown),
        (f".{pack_tick(9, today)}", gone),
        (f".{pack_tick(1, today + 60 * timedelta(days=1))}", "can't be voted in on that day"),
        (f".{pack_tick(1, today.replace(year=9999))}", "can't be voted in on that day"),
    ):
        pressed = await server.press_forged(server.fan, f"fc:tick:{vote.action_id}{item}")
        assert refusal in told(pressed)
    rest = f"fc:rest_day:{vote.action_id}.{today.replace(year=2020).toordinal()}"
    assert told(await server.press_forged(server.fan, rest)) == unknown
    assert await total(server) == 0


async def test_ticks_of_another_kind_are_refused(server: FanServer) -> None:
    action = await server.publish()
    await server.jump_to(action.starts_at)
    for verb in ("ticks", "rest_day", "mute_calls"):
        pressed = await server.press_forged(server.fan, f"fc:{verb}:{action.action_id}")
        assert told(pressed) == ENGLISH("refused.unknown_button")


async def test_the_calls_stop_with_the_vote(server: FanServer, vote: Action) -> None:
    await server.jump_to(vote.log_until)
    calls = [message for message in server.messages() if CALL in text_of(message)]
    assert len(calls) == 8
    late = await server.click(server.fan, calls[-1], "Mubeat")
    assert ENGLISH("ticks.held", amount="10 votes", app="Mubeat") in told(late)


async def test_the_last_day_of_a_vote_that_is_over_is_ticked_late(
    server: FanServer, vote: Action
) -> None:
    await server.jump_to(vote.log_until)
    shown = await server.slash(server.fan, "tally", action="1")
    panel = await server.click(server.fan, shown, "Log it late")
    assert "waits for a check before it counts" in text_of(panel)
    assert labels_of(panel) == ["Mubeat", "Idolchamp"]
    held = await server.click(server.fan, panel, "Mubeat")
    assert ENGLISH("ticks.held", amount="10 votes", app="Mubeat") in text_of(held)
    now = (await server.newest()).total
    assert (now.logged, now.held) == (0, 10)
