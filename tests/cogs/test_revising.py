"""Editing what is published, and announcing later: forms, messages, reminders and previews."""

from __future__ import annotations

from datetime import timedelta

from domain.actions import Action
from domain.deliveries import DeliveryKind, DeliveryState
from domain.walls import Resolved
from tests.fanserver import ENGLISH, FanServer
from tests.shown import form_of, labels_of, message_of, pings_of, text_of, told

TITLE = "Match a million"
DAY = timedelta(days=1)


async def manage(server: FanServer):
    return await server.slash(server.organiser, "action manage", action="1")


def delivered(states: list[DeliveryState]) -> int:
    return states.count(DeliveryState.SENT)


async def test_a_new_time_pings_once_and_moves_reminders_and_messages(server: FanServer) -> None:
    await server.publish()
    await server.press(server.fan, server.card(), "join")
    action = await server.newest()
    panel = await manage(server)
    form = await server.click(server.organiser, panel, "Title, times, capacity")
    assert form_of(form)["Starts"] == "2026-11-24 20:00 Asia/Seoul"
    changed = await server.fill(server.organiser, form, starts="26 Nov 21:00")
    assert message_of(changed).id == message_of(panel).id
    assert ENGLISH("edit.done_moved") in told(changed)
    message = server.messages()[-1]
    assert "New time: “Match a million” now starts Thu 26 Nov 21:00 KST" in text_of(message)
    assert "Before: " in text_of(message)
    assert pings_of(message) == (set(), {action.role_id}, False)
    announcement, card = server.messages()[:2]
    for shown in (announcement, card):
        assert "Thu 26 Nov 21:00" in text_of(shown)
        assert "Tue 24 Nov" not in text_of(shown)
    assert pings_of(announcement) == (set(), set(), False), "an edit pings nobody"
    before = len(server.messages())
    await server.jump_to(action.starts_at + timedelta(hours=1))
    assert len(server.messages()) == before, "none of the old reminders, nor the old moment"
    await server.jump_to((await server.newest()).starts_at)
    for kind, times in ((DeliveryKind.REMINDER, 2), (DeliveryKind.MOMENT, 1)):
        assert delivered(await server.outcome(action, kind)) == times


async def test_reminders_that_are_out_show_what_holds_now(server: FanServer) -> None:
    action = await server.publish()
    await server.jump_to(action.starts_at - DAY)
    reminder = server.messages()[-1]
    assert "Coming up" in text_of(reminder)
    form = await server.slash(server.organiser, "action edit", action="1", what="when")
    done = await server.fill(server.organiser, form, "Another title")
    assert told(done) == ENGLISH("edit.done")
    edited = next(m for m in server.messages() if m.id == reminder.id)
    assert "“Another title”" in text_of(edited)
    assert "late" not in text_of(edited)
    assert len(server.messages()) == 3, "a new title is no news that pings"


async def test_a_deleted_message_hinders_no_other(server: FanServer) -> None:
    action = await server.publish()
    await server.jump_to(action.starts_at - DAY)
    announcement = server.messages()[0]
    server.env.backend.delete_message(server.announcements.id, announcement.id)
    form = await server.slash(server.organiser, "action edit", action="1", what="when")
    await server.fill(server.organiser, form, "Another title")
    assert "Another title" in text_of(server.card())
    assert "Another title" in text_of(server.messages()[-1])


async def test_fields_of_both_pages_are_edited(server: FanServer) -> None:
    await server.publish()
    panel = await manage(server)
    form = await server.click(server.organiser, panel, "Details")
    changed = await server.fill(server.organiser, form, goal="20,000")
    assert ENGLISH("edit.done") in told(changed)
    assert "US$20,000.00" in text_of(server.card())
    form = await server.click(server.organiser, changed, "More details")
    changed = await server.fill(server.organiser, form)
    assert ENGLISH("edit.nothing") in told(changed)
    assert (await server.newest()).goal == 2_000_000


async def test_what_is_refused_is_kept_and_asked_again(server: FanServer) -> None:
    await server.publish(capacity=5)
    for fan in server.fans[:2]:
        await server.click(fan, server.card(), "I'm in")
    panel = await manage(server)
    form = await server.click(server.organiser, panel, "Title, times, capacity")
    refused = await server.fill(server.organiser, form, "New title", capacity="1")
    assert "2 people are in already" in told(refused)
    form = await server.click(server.organiser, refused, "Try again")
    assert (form_of(form)["Title"], list(form_of(form).values())[-1]) == ("New title", "1")
    refused = await server.fill(server.organiser, form, starts="yesterday 8pm", capacity="2")
    form = await server.click(server.organiser, refused, "Try again")
    asked = await server.fill(server.organiser, form, starts="28 Nov 8pm PST")
    done = await server.click(server.organiser, asked, labels_of(asked)[0])
    assert told(done) == ENGLISH("edit.done_moved")
    action = await server.newest()
    assert (action.title, action.capacity) == ("New title", 2)


async def test_two_open_forms_do_not_overwrite_each_other(server: FanServer) -> None:
    await server.publish()
    forms = [
        await server.slash(server.organiser, "action edit", action="1", what=what)
        for what in ("when", "fields", "when")
    ]
    await server.fill(server.organiser, forms[0], "New title")
    await server.fill(server.organiser, forms[1], goal="20,000")
    await server.fill(server.organiser, forms[2], starts="26 Nov 21:00")
    action = await server.newest()
    assert (action.title, action.goal, action.starts_at.day) == ("New title", 2_000_000, 26)


async def test_what_a_new_start_brings_along_is_said(server: FanServer) -> None:
    action = await server.publish()
    who, ids = server.actor(server.organiser), (server.guild_id, action.action_id)
    settings = server.services.sign_up_settings
    await settings.set_cut_off(who, *ids, timedelta(hours=3))
    decide = Resolved(action.starts, action.starts_at)
    await settings.set_condition(who, *ids, 5, decide)
    form = await server.slash(server.organiser, "action edit", action="1", what="when")
    done = told(await server.fill(server.organiser, form, starts="in 2 hours"))
    assert done.startswith(ENGLISH("edit.done_moved"))
    assert "Nobody can sign up any more" in done
    assert "“Sign-up settings”" in done
    assert "Whether it goes ahead is now decided <t:" in done


async def test_a_live_action_keeps_its_start_and_can_end_later(server: FanServer) -> None:
    action = await server.publish()
    await server.jump_to(action.starts_at + timedelta(hours=1))
    form = await server.slash(server.organiser, "action edit", action="1", what="when")
    done = await server.fill(server.organiser, form, ends="28 Nov 20:00")
    assert told(done) == ENGLISH("edit.done_moved")
    assert "now ends Sat 28 Nov 20:00 KST" in text_of(server.messages()[-1])
    form = await server.slash(server.organiser, "action edit", action="1", what="when")
    refused = await server.fill(server.organiser, form, starts="27 Nov 20:00")
    assert told(refused).startswith(ENGLISH("edit.started", title=TITLE))


async def test_without_saying_what_the_forms_are_offered(server: FanServer) -> None:
    await server.publish("hashtag", title="Trend party")
    shown = await server.slash(server.organiser, "action edit", action="1")
    assert labels_of(shown) == [
        "Title, times, capacity",
        "Details",
        "Sign-up settings",
        "Messages",
    ]


# ---- Announcing later


async def schedule(server: FanServer, when: str = "22 Nov 20:00") -> Action:
    preview = await server.draft()
    form = await server.click(server.organiser, preview, "Announce later")
    shown = await server.fill(server.organiser, form, when)
    assert message_of(shown).id == message_of(preview).id
    assert "not at once" in told(shown)
    assert "Announce at once" in labels_of(shown)
    done = await server.press(server.organiser, shown, "publish")
    assert "Published as #1" in text_of(done)
    assert "until then nobody but organisers knows" in text_of(done)
    ((action),) = await server.services.actions.search_managed(server.manager, server.guild_id, "")
    return action


async def test_a_scheduled_action_is_seen_by_organisers_alone_until_it_is_announced(
    server: FanServer,
) -> None:
    await schedule(server)
    assert server.messages() == []
    assert await server.completions(server.fan, "tally", "action", "") == []
    refused = await server.slash(server.fan, "tally", action=TITLE)
    assert ENGLISH("refused.no_action_fits", text=TITLE) == told(refused)
    assert len(await server.completions(server.organiser, "action manage", "action", "")) == 1
    panel = await manage(server)
    assert "Scheduled" in told(panel)
    await server.jump(days=2)
    assert TITLE in text_of(server.messages()[0])
    assert "I'm in" in labels_of(server.card())
    assert len(await server.completions(server.fan, "tally", "action", "")) == 1


async def test_later_is_taken_back_on_the_preview(server: FanServer) -> None:
    preview = await server.draft()
    form = await server.click(server.organiser, preview, "Announce later")
    shown = await server.fill(server.organiser, form, "22 Nov 20:00")
    form = await server.click(server.organiser, shown, "Announce later")
    assert list(form_of(form).values()) == ["2026-11-22 20:00 Asia/Seoul"]
    refused = await server.fill(server.organiser, form, "25 Nov 20:00")
    assert "announce" in told(refused).lower()
    shown = await server.click(server.organiser, shown, "Announce at once")
    assert "not at once" not in told(shown)
    await server.press(server.organiser, shown, "publish")
    assert len(server.messages()) == 2


async def test_a_scheduled_announcement_is_moved_from_the_panel(server: FanServer) -> None:
    await schedule(server)
    panel = await manage(server)
    form = await server.click(server.organiser, panel, "Announce later")
    moved = await server.fill(server.organiser, form, "23 Nov 20:00")
    assert "It's announced <t:" in told(moved)
    await server.jump(days=1, hours=1)
    assert server.messages() == []
    moved = await server.click(server.organiser, moved, "Announce at once")
    assert ENGLISH("done.announce_now") in told(moved)
    assert len(server.messages()) == 2


async def test_an_edit_before_the_announcement_tells_nobody(server: FanServer) -> None:
    await schedule(server)
    form = await server.slash(server.organiser, "action edit", action="1", what="when")
    done = await server.fill(server.organiser, form, "Match *two* million")
    assert told(done) == ENGLISH("done.unannounced", title=r"Match \*two\* million")
    assert server.messages() == []
    panel = await manage(server)
    assert r"Match \*two\* million" in told(panel)


async def test_by_command_a_scheduled_action_is_announced_later_or_now(server: FanServer) -> None:
    await schedule(server)
    offered = await server.completions(server.organiser, "action announce", "action", "")
    assert [name for name, _ in offered] == [f"#1 {TITLE} · scheduled · Tue 24 Nov"]
    named = {"action": offered[0][1]}
    refused = await server.slash(server.organiser, "action announce", **named, when="25 Nov 20:00")
    assert "announce it before it starts" in told(refused)
    form = await server.click(server.organiser, refused, "Try again")
    assert list(form_of(form).values()) == ["25 Nov 20:00"]
    moved = await server.slash(server.organiser, "action announce", **named, when="23 Nov 20:00")
    assert "It's announced <t:" in told(moved)
    refused = await server.slash(server.fan, "action announce", **named)
    assert "needs the role" in told(refused)
    now = await server.slash(server.organiser, "action announce", action="#1")
    assert told(now) == ENGLISH("done.announce_now")
    await server.settle()
    assert len(server.messages()) == 2
    again = await server.slash(server.organiser, "action announce", action="1")
    assert told(again) == ENGLISH("refused.announced_already", title=TITLE)
    assert await server.completions(server.organiser, "action announce", "action", "") == []


async def test_who_takes_over_what_is_not_announced_is_not_told_that_the_channel_knows(
    server: FanServer,
) -> None:
    await schedule(server)
    taken = await server.slash(server.moderator, "action takeover", action="1")
    assert told(taken) == ENGLISH("done.take_over_unannounced", title=TITLE)
    assert server.messages() == []
    lost = await server.slash(server.organiser, "action manage", action="1")
    assert told(lost) == ENGLISH("refused.no_action_fits", text="1")


async def test_by_command_a_draft_gets_its_time_and_shows_its_preview(server: FanServer) -> None:
    await server.draft()
    shown = await server.slash(
        server.organiser, "action announce", action="million", when="22 Nov 20:00"
    )
    assert "not at once" in told(shown)
    assert "Publish" in labels_of(shown)
    await server.draft()
    asked = await server.slash(server.organiser, "action announce", action="million")
    assert told(asked) == ENGLISH("refused.several_actions_fit", text="million")


async def test_cancelling_before_the_announcement_tells_nobody(server: FanServer) -> None:
    await schedule(server)
    asked = await server.slash(server.organiser, "action cancel", action="1", reason="Rain")
    done = await server.click(server.organiser, asked, "Yes, cancel it")
    assert told(done) == ENGLISH("done.unannounced", title=TITLE)
    await server.jump(days=5)
    assert server.messages() == []
