"""Time polls: offering times, ticking those that suit, and the action that comes of it."""

from __future__ import annotations

import pytest
from simcord.actors import MemberActor
from simcord.results import InteractionResult, ResponseMessage

from domain.kinds import Kind
from tests.fanserver import ENGLISH, TEXTS, FanServer
from tests.shown import form_of, id_of, labels_of, picked_in, pings_of, text_of, told

TITLE = "Match a million"
LINES = "Sat 28 Nov 20:00\n27 Nov 21:00\n\nSun 29 Nov 20:00"
FRIDAY, SATURDAY, SUNDAY = "1", "2", "3"


async def offer(server: FanServer, lines: str = LINES) -> InteractionResult:
    """Type the times of a poll; returns how they were read."""
    form = await server.slash(server.organiser, "action poll", kind="fundraiser", title=TITLE)
    return await server.fill(server.organiser, form, lines)


async def post(server: FanServer) -> None:
    """Offer the three times and post the poll."""
    await server.click(server.organiser, await offer(server), "Post the poll")


def poll_of(server: FanServer) -> ResponseMessage:
    return server.messages()[0]


async def tick(server: FanServer, fan: MemberActor, *slots: str) -> InteractionResult:
    """Open the panel and pick the times that suit."""
    panel = await server.press(fan, poll_of(server), "poll_open")
    return await server.pick(fan, panel, "poll_tick", *slots)


def counts(server: FanServer) -> list[str]:
    """What the public message says of each time."""
    lines = text_of(poll_of(server)).splitlines()
    return [line.rpartition(" · ")[2].strip("*") for line in lines if "suits" in line]


# ---- The list


async def test_however_many_polls_run_each_can_be_reached(server: FanServer) -> None:
    for number in range(7):
        form = await server.slash(
            server.organiser, "action poll", kind="fundraiser", title=f"Poll {number}"
        )
        await server.click(
            server.organiser, await server.fill(server.organiser, form, LINES), "Post the poll"
        )
    first = await server.slash(server.organiser, "action poll")
    assert ENGLISH("button.newer") not in labels_of(first)
    second = await server.click(server.organiser, first, ENGLISH("button.older"))
    assert [told(second).count(f"Poll {number}") for number in range(7)] == [1, 1, 0, 0, 0, 0, 0]
    assert ENGLISH("button.older") not in labels_of(second)
    again = await server.click(server.organiser, second, ENGLISH("button.newer"))
    assert told(again) == told(first)
    refused = await server.press_forged(server.fan, "fc:polls_page:0.1")
    role = f"<@&{server.world.organisers.id}>"
    assert told(refused) == ENGLISH("refused.needs_organiser", role=role)


# ---- Offering times


async def test_a_poll_becomes_an_action_at_the_time_that_suits_most(server: FanServer) -> None:
    preview = await offer(server)
    assert [line.count("<t:") for line in told(preview).splitlines()[1:]] == [1, 1, 1]
    assert told(preview).index("Fri 27 Nov 21:00 KST") < told(preview).index("Sat 28 Nov 20:00 KST")
    assert server.messages() == []
    posted = await server.click(server.organiser, preview, "Post the poll")
    assert f"<#{server.announcements.id}>" in told(posted)
    assert labels_of(poll_of(server)) == ["Tick the times that suit me", "Close the poll"]
    assert pings_of(poll_of(server)) == (set(), set(), False)
    for fan, slots in zip(server.fans, ((SATURDAY, SUNDAY), (SATURDAY,), (FRIDAY,)), strict=False):
        noted = await tick(server, fan, *slots)
        assert ENGLISH.many("poll.noted", len(slots)) in told(noted)
    assert counts(server) == ["suits 1 person", "suits 2 people", "suits 1 person"]
    result = await server.press(server.organiser, poll_of(server), "poll_close")
    assert picked_in(result, "fs:poll_choose:") == [SATURDAY]
    form = await server.click(server.organiser, result, "Make it an action")
    draft = await server.fill(server.organiser, form, *TEXTS["fundraiser"])
    assert f"## {TITLE}" in told(draft)
    assert "Server: Sat 28 Nov 20:00" in told(draft)
    assert "This poll is closed. Chosen:" in text_of(poll_of(server))
    assert labels_of(poll_of(server)) == []
    await server.press(server.organiser, draft, "publish")
    assert (await server.newest()).kind is Kind.FUNDRAISER


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("27 Nov 21:00\nblursday", "Line 2: Please write “blursday” another way"),
        ("27 Nov 21:00\nat 8 on 28 Nov", "Line 2: Is `at 8 on 28 Nov` in the morning"),
        ("27 Nov 21:00\n20 Nov 2026 21:00", "Line 2: Please write a later time"),
        ("27 Nov 21:00\n\n27 Nov 21:00", "Please write at least 2 different times"),
        ("\n".join(f"27 Nov {h}:{m}" for h in range(10, 21) for m in ("00", "30")), "at most 20"),
    ],
)
async def test_a_line_that_is_refused_is_named_and_nothing_typed_is_lost(
    server: FanServer, lines: str, why: str
) -> None:
    refused = await offer(server, lines)
    assert why in told(refused)
    form = await server.click(server.organiser, refused, "Change the time")
    assert form_of(form) == {"Times, one a line": lines}
    preview = await server.fill(server.organiser, form, LINES)
    assert "Sun 29 Nov 20:00 KST" in told(preview)


async def test_a_new_poll_needs_kind_and_title(server: FanServer) -> None:
    refused = await server.slash(server.organiser, "action poll", title=TITLE)
    assert told(refused) == ENGLISH("poll.kind_and_title")


async def test_a_poll_that_cannot_be_posted_is_kept_for_another_try(server: FanServer) -> None:
    preview = await offer(server)
    path = f"/channels/{server.announcements.id}/messages"
    server.env.inject_error("POST", path, status=403, times=1)
    refused = await server.click(server.organiser, preview, "Post the poll")
    assert told(refused) == ENGLISH("poll.not_posted", title=TITLE)
    assert labels_of(refused) == []
    listed = await server.slash(server.organiser, "action poll")
    await server.press(server.organiser, listed, "poll_post")
    assert counts(server) == ["suits 0 people"] * 3


# ---- Ticking


async def test_ticks_can_be_changed_and_taken_back(server: FanServer) -> None:
    await post(server)
    await tick(server, server.fan, FRIDAY, SATURDAY)
    panel = await server.press(server.fan, poll_of(server), "poll_open")
    assert picked_in(panel, "fs:poll_tick:") == [FRIDAY, SATURDAY]
    await server.pick(server.fan, panel, "poll_tick", SATURDAY, SUNDAY)
    assert counts(server) == ["suits 0 people", "suits 1 person", "suits 1 person"]
    await server.pick(server.fan, panel, "poll_tick")
    assert counts(server) == ["suits 0 people"] * 3


async def test_times_are_offered_by_the_clock_of_the_fan(server: FanServer) -> None:
    await post(server)
    await server.services.preferences.set_zone(server.fan.id, "America/Sao_Paulo")
    panel = await server.press(server.fan, poll_of(server), "poll_open")
    select = str(panel.response and panel.response.components)
    assert "Fri 27 Nov 09:00 UTC-3" in select.replace("−", "-").replace("-03:00", "-3")
    other = await server.press(server.fans[1], poll_of(server), "poll_open")
    assert "Fri 27 Nov 21:00 KST" in str(other.response and other.response.components)


async def test_a_forged_slot_is_refused(server: FanServer) -> None:
    await post(server)
    panel = await server.press(server.fan, poll_of(server), "poll_open")
    select = id_of(panel, "fs:poll_tick:")
    for value in ("99", "x", "-1"):
        options = [{"label": "forged", "value": value}]
        refused = await server.pick_forged(server.fan, select, value, type=3, options=options)
        assert told(refused) == ENGLISH("refused.unknown_button")
    assert counts(server) == ["suits 0 people"] * 3


# ---- Closing


async def test_of_equal_times_the_earliest_comes_first_and_that_is_said(
    server: FanServer,
) -> None:
    await post(server)
    await tick(server, server.fan, SATURDAY, SUNDAY)
    result = await server.press(server.organiser, poll_of(server), "poll_close")
    assert ENGLISH("poll.tied") in told(result)
    assert picked_in(result, "fs:poll_choose:") == [SATURDAY]


async def test_the_organiser_may_choose_another_time(server: FanServer) -> None:
    await post(server)
    await tick(server, server.fan, SATURDAY)
    result = await server.press(server.organiser, poll_of(server), "poll_close")
    result = await server.pick(server.organiser, result, "poll_choose", SUNDAY)
    form = await server.click(server.organiser, result, "Make it an action")
    draft = await server.fill(server.organiser, form, *TEXTS["fundraiser"])
    assert "Server: Sun 29 Nov 20:00" in told(draft)


async def test_a_closed_poll_takes_no_ticks(server: FanServer) -> None:
    await post(server)
    panel = await server.press(server.fan, poll_of(server), "poll_open")
    open_button = id_of(poll_of(server), "fc:poll_open:")
    result = await server.press(server.organiser, poll_of(server), "poll_close")
    await server.click(server.organiser, result, "Close without an action")
    assert ENGLISH("poll.closed") in text_of(poll_of(server))
    refusal = ENGLISH("poll.closed_already", title=TITLE)
    assert told(await server.pick(server.fan, panel, "poll_tick", FRIDAY)) == refusal
    assert told(await server.press_forged(server.fan, open_button)) == refusal


async def test_a_time_that_has_passed_can_not_be_chosen(server: FanServer) -> None:
    await post(server)
    await tick(server, server.fan, FRIDAY)
    result = await server.press(server.organiser, poll_of(server), "poll_close")
    await server.jump(days=6, hours=2)
    refused = await server.click(server.organiser, result, "Make it an action")
    assert "has passed. Please pick another time." in told(refused)
    result = await server.press(server.organiser, poll_of(server), "poll_close")
    assert picked_in(result, "fs:poll_choose:") == [SATURDAY]


async def test_only_its_organiser_and_moderators_close_a_poll(server: FanServer) -> None:
    await post(server)
    close = id_of(poll_of(server), "fc:poll_close:")
    other = server.join("other", roles=(server.world.organisers,))
    organiser = f"<@{server.organiser.id}>"
    for verb in ("poll_close", "poll_make", "poll_end", "poll_choose", "poll_post"):
        forged = close.replace("poll_close", verb)
        role = f"<@&{server.world.organisers.id}>"
        refused = await server.press_forged(server.fan, forged)
        assert told(refused) == ENGLISH("refused.needs_organiser", role=role), verb
        refused = await server.press_forged(other, forged)
        expected = ENGLISH("refused.not_your_poll", title=TITLE, organiser=organiser)
        assert told(refused) == expected, verb
    await server.press_forged(server.moderator, close.replace("poll_close", "poll_end"))
    assert ENGLISH("poll.closed") in text_of(poll_of(server))
    refused = await server.slash(server.fan, "action poll")
    assert "This needs the role" in told(refused)


async def test_a_deleted_poll_is_posted_again_with_its_ticks(server: FanServer) -> None:
    await post(server)
    panel = await server.press(server.fan, poll_of(server), "poll_open")
    listed = await server.slash(server.organiser, "action poll")
    stands = await server.press(server.organiser, listed, "poll_post")
    assert told(stands) == ENGLISH("poll.stands", title=TITLE)
    server.env.backend.delete_message(server.announcements.id, poll_of(server).id)
    await server.pick(server.fan, panel, "poll_tick", FRIDAY)
    assert server.messages() == []
    await server.press(server.organiser, listed, "poll_post")
    assert counts(server) == ["suits 1 person", "suits 0 people", "suits 0 people"]


async def test_two_quick_presses_post_it_once(server: FanServer) -> None:
    await post(server)
    listed = await server.slash(server.organiser, "action poll")
    server.env.backend.delete_message(server.announcements.id, poll_of(server).id)
    await server.tap_twice(server.organiser, listed, ENGLISH("button.poll_post"))
    assert len(server.messages()) == 1
