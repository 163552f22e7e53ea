"""Running what is published: the panel and its commands, what is told, and who may not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from simcord.results import ResponseMessage

from domain.actions import Action, ActionState
from domain.deliveries import DeliveryKind, DeliveryState
from tests.fanserver import ENGLISH, KOREAN, FanServer
from tests.shown import form_of, labels_of, message_of, pings_of, text_of, told

TITLE = "Match a million"


async def manage(server: FanServer, who=None, action: str = "1"):
    return await server.slash(who or server.organiser, "action manage", action=action)


def newest(server: FanServer) -> ResponseMessage:
    return server.messages()[-1]


async def go_live(server: FanServer, action: Action) -> None:
    await server.jump_to(action.starts_at + timedelta(hours=1))


async def test_the_panel_offers_just_what_applies_now(server: FanServer) -> None:
    action = await server.publish()
    always = ["Title, times, capacity", "Details", "More details", "Sign-up settings", "Messages"]
    about = ["Co-organisers", "Repeat", "Check now", "Participants", "Save as template"]
    about += ["Official counts", "Duplicate", "Poster", "History"]
    panel = await manage(server)
    assert "Sign-ups are open" in told(panel)
    assert labels_of(panel) == ["Pause", "Cancel the action", "Close sign-ups", *always, *about]
    await go_live(server, action)
    steps = ["Pause", "Cancel the action", "Close sign-ups", "End it now", "More time to log"]
    assert labels_of(await manage(server)) == [*steps, *always, *about]
    await server.jump_to(action.log_until)
    assert labels_of(await manage(server)) == [name for name in about[3:] if name != "Poster"]


async def test_pausing_asks_why_and_tells_the_channel_with_a_ping(server: FanServer) -> None:
    await server.publish()
    await server.press(server.fan, server.card(), "join")
    role_id = (await server.newest()).role_id
    panel = await manage(server)
    form = await server.click(server.organiser, panel, "Pause")
    paused = await server.fill(server.organiser, form, "The site *is* down")
    assert message_of(paused).id == message_of(panel).id, "the panel is drawn in its place"
    assert ENGLISH("done.pause", title=TITLE) in told(paused)
    message = newest(server)
    assert f"“{TITLE}” is paused." in text_of(message)
    assert "**Why:** The site \\*is\\* down" in text_of(message)
    assert pings_of(message) == (set(), {role_id}, False)
    assert labels_of(message) == ["Leave", "Open the charity's page"]
    assert "**Why:** The site \\*is\\* down" in text_of(server.card())
    assert labels_of(server.card())[:1] == ["Leave"]
    resumed = await server.click(server.organiser, paused, "Resume")
    assert ENGLISH("done.resume", title=TITLE) in told(resumed)
    assert "goes on: it starts Tue 24 Nov 20:00 KST" in text_of(newest(server))
    assert "I'm in" in labels_of(server.card())


async def test_cancelling_asks_first_tells_why_and_stops_reminders(server: FanServer) -> None:
    await server.publish()
    await server.press(server.fan, server.card(), "join")
    action = await server.newest()
    panel = await manage(server)
    form = await server.click(server.organiser, panel, "Cancel the action")
    asked = await server.fill(server.organiser, form, "Rain")
    assert (await server.newest()).state is ActionState.OPEN, "nothing happens before the answer"
    done = await server.click(server.organiser, asked, "Yes, cancel it")
    assert told(done) == ENGLISH("done.cancel", title=TITLE)
    assert f"“{TITLE}” is cancelled.\n**Why:** Rain" in text_of(newest(server))
    assert pings_of(newest(server))[1] == {action.role_id}
    assert labels_of(newest(server)) == ["Tally"]
    assert "Cancelled\n**Why:** Rain" in text_of(server.card())
    announcement = server.messages()[0]
    assert ENGLISH("message.cancelled") in text_of(announcement), "what was posted says so too"
    assert labels_of(announcement) == ["Tally"]
    before = len(server.messages())
    await server.jump_to(action.log_until + timedelta(days=1))
    assert len(server.messages()) == before, "no reminder, no moment, no tally"


async def test_ending_it_asks_why_and_then_whether_one_is_sure(server: FanServer) -> None:
    await go_live(server, await server.publish())
    for reason in ("", "We made it"):
        form = await server.click(server.organiser, await manage(server), "End it now")
        asked = await server.fill(server.organiser, form, reason)
        assert told(asked) == ENGLISH("ask.close_early", title=TITLE)
    await server.click(server.organiser, asked, "Yes, end it now")
    shown = await server.click(server.organiser, await manage(server), "History")
    assert "ended it early · **Why:** We made it" in text_of(shown)


async def test_a_reason_of_blanks_is_asked_again(server: FanServer) -> None:
    await server.publish()
    panel = await manage(server)
    form = await server.click(server.organiser, panel, "Cancel the action")
    refused = await server.fill(server.organiser, form, "   ")
    assert told(refused) == ENGLISH("refused.reason_missing")
    assert await server.click(server.organiser, refused, "Try again")
    refused = await server.slash(server.organiser, "action cancel", action="1", reason="   ")
    assert told(refused) == ENGLISH("refused.reason_missing")


async def test_the_commands_do_what_the_panel_does(server: FanServer) -> None:
    action = await server.publish()
    organiser = server.organiser
    for command, options, key in (
        ("pause", {"reason": "The site is down"}, "pause"),
        ("resume", {"reason": "It is up again"}, "resume"),
        ("close", {"what": "close_sign_ups", "reason": "Full"}, "close_sign_ups"),
        ("reopen", {"reason": "A larger hall"}, "reopen_sign_ups"),
    ):
        done = await server.slash(organiser, f"action {command}", action="#1", **options)
        await server.settle()
        assert told(done) == ENGLISH(f"done.{key}", title=TITLE)
        assert f"**Why:** {options['reason']}" in text_of(newest(server))
    assert "are open again" in text_of(newest(server))
    assert pings_of(newest(server)) == (set(), set(), False), "this pings nobody"
    await go_live(server, action)
    asked = await server.slash(
        organiser, "action close", action=TITLE, what="close_early", reason="We made it"
    )
    done = await server.click(organiser, asked, "Yes, end it now")
    assert told(done) == ENGLISH("done.close_early", title=TITLE)
    assert "has ended early.\n**Why:** We made it" in text_of(newest(server))
    assert "I did it" in labels_of(newest(server))
    done = await server.slash(organiser, "action extend", action="1", until="30 Nov 20:00")
    await server.settle()
    assert told(done) == ENGLISH("done.extend_log", title=TITLE)
    assert "you can log until Mon 30 Nov 20:00 KST" in text_of(newest(server))
    asked = await server.slash(organiser, "action cancel", action="1", reason="Rain")
    await server.click(organiser, asked, "Yes, cancel it")
    assert (await server.newest()).state is ActionState.CANCELLED


async def test_a_time_that_is_refused_or_unclear_is_asked_again(server: FanServer) -> None:
    action = await server.publish()
    await go_live(server, action)
    panel = await manage(server)
    form = await server.click(server.organiser, panel, "More time to log")
    refused = await server.fill(server.organiser, form, "in 2 hours", "The site was down")
    assert "Please choose a later time" in told(refused)
    form = await server.click(server.organiser, refused, "Try again")
    assert list(form_of(form).values()) == ["in 2 hours", "The site was down"]
    asked = await server.fill(server.organiser, form, "28 Nov 8pm PST")
    assert len(labels_of(asked)) == 2
    done = await server.click(server.organiser, asked, labels_of(asked)[-1])
    assert told(done) == ENGLISH("done.extend_log", title=TITLE)
    assert "**Why:** The site was down" in text_of(newest(server))


async def test_a_step_too_late_names_the_state_and_what_can_be_done(server: FanServer) -> None:
    await server.publish()
    panel = await manage(server)
    await server.slash(server.moderator, "action pause", action="1")
    refused = await server.click(server.organiser, panel, "Pause")
    assert told(refused) == ENGLISH("refused.step.paused", title=TITLE)
    refused = await server.slash(server.organiser, "action reopen", action="1")
    assert told(refused) == ENGLISH("refused.step.paused", title=TITLE)


async def test_a_fan_and_another_organiser_are_told_what_is_missing(server: FanServer) -> None:
    await server.publish()
    other = server.join("other", roles=(server.world.organisers,))
    server.show_command("action", server.fan, other)
    for command in ("manage", "edit", "pause", "resume", "reopen", "organisers"):
        refused = await server.slash(server.fan, f"action {command}", action="1")
        assert "needs the role" in told(refused), command
        refused = await server.slash(other, f"action {command}", action="1")
        assert f"<@{server.organiser.id}>" in told(refused), command
    panel = await manage(server)
    server.take_role(server.organiser, server.world.organisers)
    refused = await server.click(server.organiser, panel, "Pause")
    assert "needs the role" in told(refused)
    assert await server.completions(server.organiser, "action manage", "action", "") == []


async def test_co_organisers_are_picked_and_unpicked(server: FanServer) -> None:
    await server.publish()
    helper = server.join("helper", roles=(server.world.organisers,))
    panel = await manage(server)
    shown = await server.click(server.organiser, panel, "Co-organisers")
    (select,) = [part for part in message_of(shown).components if part["type"] == 1]
    picker = select["components"][0]["custom_id"]
    refused = await server.organiser.select(message_of(shown), [server.fan], custom_id=picker)
    assert "lack this server's organiser role" in told(refused)
    added = await server.organiser.select(message_of(shown), [helper], custom_id=picker)
    assert f"<@{helper.id}>" in text_of(added)
    assert await server.completions(helper, "action manage", "action", "") != []
    done = await server.slash(helper, "action pause", action="1")
    assert told(done) == ENGLISH("done.pause", title=TITLE)
    removed = await server.slash(server.organiser, "action organisers", action="1", remove=helper)
    assert f"<@{helper.id}>" not in told(removed)
    refused = await server.slash(helper, "action resume", action="1")
    assert f"<@{server.organiser.id}>" in told(refused)


async def test_a_moderator_takes_over_and_the_channel_is_told_silently(server: FanServer) -> None:
    await server.publish()
    assert "Take over" not in labels_of(await manage(server))
    panel = await manage(server, server.moderator)
    taken = await server.click(server.moderator, panel, "Take over")
    assert ENGLISH("done.take_over", title=TITLE) in told(taken)
    assert "Take over" not in labels_of(taken)
    assert f"<@{server.moderator.id}> now runs “{TITLE}”." in text_of(newest(server))
    assert pings_of(newest(server)) == (set(), set(), False)
    assert f"<@{server.moderator.id}>" in text_of(server.card())


async def test_taking_over_by_command_is_for_moderators(server: FanServer) -> None:
    await server.publish()
    refused = await server.slash(server.organiser, "action takeover", action="1")
    assert told(refused) == ENGLISH("refused.needs_manage_server")
    taken = await server.slash(server.moderator, "action takeover", action="1")
    assert told(taken) == ENGLISH("done.take_over", title=TITLE)
    assert (await server.newest()).organiser_user_id == server.moderator.id


async def test_the_history_says_who_did_what_and_why_page_by_page(server: FanServer) -> None:
    await server.publish()
    for turn in range(6):
        await server.slash(server.organiser, "action pause", action="1", reason=f"Turn {turn}")
        await server.slash(server.moderator, "action resume", action="1")
    shown = await server.click(server.organiser, await manage(server), "History")
    first = text_of(shown)
    assert f"<@{server.moderator.id}> · resumed it" in first
    assert f"<@{server.organiser.id}> · paused it · **Why:** Turn 5" in first
    assert "published it" not in first
    older = await server.click(server.organiser, shown, "Older")
    assert "published it" in text_of(older)
    assert message_of(older).id == message_of(shown).id


async def test_in_korean(korean_server: FanServer) -> None:
    server = korean_server
    await server.publish()
    panel = await manage(server)
    assert KOREAN("button.cancel") in labels_of(panel)
    form = await server.press(server.organiser, panel, "pause")
    await server.fill(server.organiser, form, "점검")
    assert "총공이 일시정지되었어요." in text_of(newest(server))
    assert "**이유:** 점검" in text_of(newest(server))


@pytest.mark.parametrize("kind", ["fundraiser", "hashtag"])
async def test_a_paused_action_owes_no_reminder(server: FanServer, kind: str) -> None:
    action = await server.publish(kind)
    await server.slash(server.organiser, "action pause", action="1")
    await server.jump_to(action.log_until)
    assert await server.outcome(action, DeliveryKind.REMINDER) == [DeliveryState.CANCELLED] * 2
