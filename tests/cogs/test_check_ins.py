"""Checking in at a gathering: with its code, by an organiser's tick, and what is never shown."""

from __future__ import annotations

import json
from datetime import timedelta

from domain.actions import Action
from domain.check_ins import MOST_WRONG_CODES
from tests.fanserver import ENGLISH, FanServer
from tests.shown import form_of, ids_of, labels_of, text_of, told

CODE = "Blue-7 Sky"
TEXTS = ("Hall 3", "", "", CODE)
HOUR = timedelta(hours=1)
WITHDRAW = ENGLISH("button.withdraw_yes")


async def a_gathering(server: FanServer, *, code: str = CODE) -> Action:
    """A gathering whose doors are open: it starts in an hour, at 20:00 in Seoul."""
    texts = (*TEXTS[:3], code)
    action = await server.publish(
        kind="attendance", title="Cup sleeve event", when="24 Nov 20:00", texts=texts
    )
    await server.jump_to(action.starts_at - HOUR)
    return action


async def test_a_fan_checks_in_with_the_code_shown_on_site(server: FanServer):
    action = await a_gathering(server)
    await server.click(server.fan, server.card(), "I'm in")
    form = await server.click(server.fan, server.card(), "Check in")
    done = await server.fill(server.fan, form, "blue7sky")
    assert told(done) == ENGLISH("check_in.done_by_code", title="Cup sleeve event")
    assert "**1** person said they'd come · **1** checked in" in text_of(server.card())
    assert (await server.newest()).total.proved == 1
    again = await server.press_forged(server.fan, f"fc:check_in:{action.action_id}")
    refused = await server.fill(server.fan, again, CODE)
    assert told(refused) == ENGLISH("check_in.already", title="Cup sleeve event")


async def test_a_wrong_code_is_refused_kept_in_the_form_and_soon_has_to_wait(server: FanServer):
    action = await a_gathering(server)
    await server.click(server.fans[1], server.card(), "I'm in")
    form = await server.press_forged(server.fan, f"fc:check_in:{action.action_id}")
    for _ in range(MOST_WRONG_CODES):
        refused = await server.fill(server.fan, form, "red-7")
        assert told(refused) == ENGLISH("check_in.wrong_code")
        form = await server.click(server.fan, refused, "Try again")
        assert list(form_of(form).values()) == ["red-7"]
    wait = await server.fill(server.fan, form, CODE)
    assert "too many wrong codes" in told(wait)
    assert (await server.newest()).total.logged == 0


async def test_without_a_code_one_tap_checks_in(server: FanServer):
    action = await a_gathering(server, code="")
    done = await server.press_forged(server.fan, f"fc:check_in:{action.action_id}")
    assert told(done) == ENGLISH("check_in.done", title="Cup sleeve event")
    sure = await server.click(
        server.fan, await server.press(server.fan, done, "withdraw"), WITHDRAW
    )
    assert "Withdrawn" in text_of(sure)
    assert (await server.newest()).total.logged == 0


async def test_before_the_doors_open_there_is_no_button_and_a_forged_one_is_held(
    server: FanServer,
):
    action = await server.publish(kind="attendance", when="24 Nov 20:00", texts=TEXTS)
    assert "Check in" not in labels_of(server.card())
    form = await server.press_forged(server.fan, f"fc:check_in:{action.action_id}")
    early = await server.fill(server.fan, form, CODE)
    assert ENGLISH("held.outside_window.you") in told(early)
    await server.jump_to(action.starts_at)
    assert labels_of(server.card())[:2] == ["I'm in", "Check in"]


async def test_the_code_is_for_organisers_alone(server: FanServer):
    preview = await server.draft(kind="attendance", when="24 Nov 20:00", texts=TEXTS)
    assert CODE in text_of(preview)
    await server.press(server.organiser, preview, "publish")
    action = await server.newest()
    await server.jump_to(action.starts_at)
    form = await server.press_forged(server.fan, f"fc:check_in:{action.action_id}")
    await server.fill(server.fan, form, CODE)
    panel = await server.slash(server.organiser, "action checkin", event="1")
    assert f"`{CODE}`" in told(panel)
    await server.slash(server.fan, "me")
    await server.slash(server.reviewer, "review")
    await server.jump_to(action.log_until)
    public = [text_of(message) for message in server.messages()]
    assert public
    assert not any(CODE in text for text in public)
    told_to_others = json.dumps(server.sent("/callback")[-2:], ensure_ascii=False)
    assert CODE not in told_to_others
    assert not any(CODE in text for text in server.errors.texts)


async def test_an_organiser_ticks_one_by_command_and_several_by_the_panel(server: FanServer):
    action = await a_gathering(server)
    first, second, third = server.fans[:3]
    done = await server.slash(server.organiser, "action checkin", event="1", member=first)
    assert told(done) == ENGLISH("ticking.ticked", people=f"<@{first.id}>")
    panel = await server.slash(server.organiser, "action checkin", event="1")
    ticked = await server.pick(server.organiser, panel, "tick_people", first, second, third)
    assert f"verified: <@{second.id}> and <@{third.id}>" in told(ticked)
    assert f"Verified before: <@{first.id}>" in told(ticked)
    total = (await server.newest()).total
    assert (total.logged, total.proved, total.verified) == (3, 0, 3)
    await server.jump_to(action.log_until)
    tally = text_of(server.message_with("said they'd come · **3** came"))
    assert "**0** people said they'd come" in tally


async def test_the_panel_of_an_action_leads_to_ticking(server: FanServer):
    await a_gathering(server)
    panel = await server.slash(server.organiser, "action manage", action="1")
    ticking = await server.press(server.organiser, panel, "ticking")
    assert f"`{CODE}`" in told(ticking)


async def test_an_organiser_ticks_neither_themselves_nor_a_bot(server: FanServer):
    await a_gathering(server)
    refused = await server.slash(
        server.organiser, "action checkin", event="1", member=server.organiser
    )
    assert told(refused) == ENGLISH("check_in.not_yourself")
    panel = await server.slash(server.organiser, "action checkin", event="1")
    robot = server.world.guild.add_member(server.env.create_user("robot", bot=True))
    for people in ((robot,), (server.fan, robot)):
        refused = await server.pick(server.organiser, panel, "tick_people", *people)
        assert told(refused) == ENGLISH("ticking.members_only")
    people = (server.organiser, server.fan)
    refused = await server.pick(server.organiser, panel, "tick_people", *people)
    assert told(refused) == ENGLISH("check_in.not_yourself")
    assert (await server.newest()).total.logged == 0


async def test_fans_and_reviewers_tick_nobody(server: FanServer):
    action = await a_gathering(server)
    server.show_command("action", server.fan, server.reviewer)
    panel = await server.slash(server.organiser, "action checkin", event="1")
    custom_id = next(i for i in ids_of(panel) if "tick_people" in i)
    refusal = ENGLISH("refused.needs_organiser", role=f"<@&{server.world.organisers.id}>")
    for who in (server.fan, server.reviewer):
        for options in ({}, {"member": server.fans[1]}):
            shown = await server.slash(who, "action checkin", event="1", **options)
            assert told(shown) == refusal
        forged = {"type": 5}
        picked = await server.pick_forged(who, custom_id, server.fans[1], **forged)
        assert told(picked) == refusal
        pressed = await server.press_forged(who, f"fc:ticking:{action.action_id}")
        assert told(pressed) == refusal
    assert (await server.newest()).total.logged == 0


async def test_only_gatherings_are_offered_and_taken(server: FanServer):
    await a_gathering(server)
    await server.publish(when="25 Nov 20:00")
    offered = await server.completions(server.organiser, "action checkin", "event", "")
    assert [name for name, _ in offered] == ["#1 Cup sleeve event · open · Tue 24 Nov"]
    refused = await server.slash(server.organiser, "action checkin", event="2")
    assert "has no check-in" in told(refused)
    fundraiser = await server.newest()
    pressed = await server.press_forged(server.fan, f"fc:check_in:{fundraiser.action_id}")
    assert "has no check-in" in told(pressed)


async def test_an_amount_cant_be_logged_where_people_check_in(server: FanServer):
    action = await a_gathering(server)
    form = await server.press_forged(server.fan, f"fc:log:{action.action_id}")
    refused = await server.fill(server.fan, form, "5", "ABC-123") if form.modal else form
    assert "Please press “Check in”" in told(refused)
    assert (await server.newest()).total.logged == 0
