"""Reminders, milestones and the nudge: where they are set, and what is said to what was typed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from simcord.results import InteractionResult

from domain.deliveries import DeliveryKind
from domain.message_plans import DEFAULT_PLAN, MessagePlan
from tests.fanserver import ENGLISH, KOREAN, FanServer
from tests.shown import boxes_of, labels_of, text_of, told

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


async def server_page(server: FanServer) -> InteractionResult:
    """The moderator's page of what new actions send."""
    return await server.setup_page("messages")


async def action_page(server: FanServer) -> InteractionResult:
    """The organiser's page of what the first action sends."""
    panel = await server.slash(server.organiser, "action manage", action="1")
    return await server.press(server.organiser, panel, "messages")


async def server_plan(server: FanServer) -> MessagePlan:
    return (await server.services.servers.get(server.guild_id)).plan


async def test_a_moderator_sets_what_new_actions_send(server: FanServer) -> None:
    page = await server_page(server)
    assert "1 day before and 1 hour before" in told(page)
    form = await server.press(server.moderator, page, "setup_messages_edit")
    assert [box["value"] for box in boxes_of(form)] == [
        "1 day before, 1 hour before",
        "25%, 50%, 75%, 100%",
    ]
    page = await server.fill(server.moderator, form, "2 days, 30 min, +15 min", "10%, 100%")
    assert "2 days before, 30 minutes before, and 15 minutes after" in told(page)
    page = await server.press(server.moderator, page, "setup_nudges")
    reminders = (2 * DAY, 30 * MINUTE, -15 * MINUTE)
    assert await server_plan(server) == MessagePlan(reminders, ("10%", "100%"), nudges=True)
    assert "Set up Fanchant" in told(await server.press(server.moderator, page, "setup_back"))
    preview = await server.draft()
    assert "10% (US$1,000.00)" in told(preview)
    assert "**Nudge** <t:" in told(preview)


async def test_what_is_typed_wrong_is_named_and_kept(server: FanServer) -> None:
    page = await server_page(server)
    form = await server.press(server.moderator, page, "setup_messages_edit")
    refused = await server.fill(server.moderator, form, "1 day, soonish", "10%")
    assert told(refused) == ENGLISH("reminders.not_understood", text="soonish")
    again = await server.click(server.moderator, refused, "Try again")
    assert [box["value"] for box in boxes_of(again)] == ["1 day, soonish", "10%"]
    refused = await server.fill(server.moderator, again, "1 day", "10%, 5000")
    assert told(refused) == ENGLISH("milestones.only_percent", text="5000")
    assert await server_plan(server) == DEFAULT_PLAN
    again = await server.click(server.moderator, refused, "Try again")
    await server.fill(server.moderator, again, None, "10%")
    assert await server_plan(server) == MessagePlan((DAY,), ("10%",))


async def test_only_moderators_reach_the_servers_page(server: FanServer) -> None:
    for button in ("setup_messages:0", "setup_messages_edit:0", "setup_nudges:0.1", "setup_back:0"):
        refused = await server.press_forged(server.organiser, f"fc:{button}")
        assert told(refused) == ENGLISH("refused.needs_manage_server")
    assert await server_plan(server) == DEFAULT_PLAN


async def test_an_organiser_changes_one_actions_messages_and_they_go_out_so(
    server: FanServer,
) -> None:
    action = await server.publish()
    page = await action_page(server)
    assert "25% (US$2,500.00)" in told(page)
    form = await server.press(server.organiser, page, "messages_edit")
    page = await server.fill(server.organiser, form, "2 hours, +15 min", "2,000, 100%")
    assert "- 15 minutes after: <t:" in told(page)
    await server.jump_to(action.starts_at - HOUR)
    assert "Coming up:" in text_of(server.messages()[-1])
    await server.jump_to(action.starts_at + 15 * MINUTE)
    since = server.messages()[-1]
    assert "On since " in text_of(since)
    assert labels_of(since)[:2] == ["I'm in", "I did it"]
    for fan in server.fans[:2]:
        await server.log(fan, "1000")
    assert "has reached US$2,000.00!" in text_of(server.messages()[-1])
    assert await server.outcome(action, DeliveryKind.MILESTONE) == ["sent"]


async def test_organisers_of_others_and_fans_change_nothing(server: FanServer) -> None:
    action = await server.publish()
    for verb in ("messages", "messages_edit", "nudges"):
        button = f"fc:{verb}:{action.action_id}.1"
        refused = await server.press_forged(server.fan, button)
        role = f"<@&{server.world.organisers.id}>"
        assert told(refused) == ENGLISH("refused.needs_organiser", role=role)


async def test_a_drafts_preview_shows_what_its_own_page_changed(server: FanServer) -> None:
    preview = await server.draft()
    page = await server.press(server.organiser, preview, "messages")
    form = await server.press(server.organiser, page, "messages_edit")
    refused = await server.fill(server.organiser, form, "3 hours", "a half")
    assert told(refused) == ENGLISH("milestones.not_understood", text="a half")
    again = await server.click(server.organiser, refused, "Try again")
    await server.fill(server.organiser, again, "3 hours", "1.5k")
    outdated = await server.press(server.organiser, preview, "publish")
    assert "**Milestones** US$1,500.00" in told(outdated)


async def test_last_hour_and_nudge_come_while_they_help(server: FanServer) -> None:
    action = await server.publish()
    page = await action_page(server)
    await server.press(server.organiser, page, "nudges")
    for fan in server.fans[:2]:
        await server.press(fan, server.card(), "join")
    await server.jump_to(action.ends_at - HOUR)
    assert "Last hour:" in text_of(server.messages()[-1])
    await server.jump_to(action.ends_at)
    await server.log(server.fans[0], "10")
    await server.jump_to(action.ends_at + 12 * HOUR)
    nudge = server.messages()[-1]
    assert "1 person who is in has logged nothing yet" in text_of(nudge)
    assert "<@" not in text_of(nudge)


@pytest.mark.parametrize("text", ["하루, 2시간 전, +15분", "1일, 2시간, 15분 후"])
async def test_in_korean_it_is_typed_and_shown_in_korean(server: FanServer, text: str) -> None:
    await server.configure("ko")
    page = await server_page(server)
    form = await server.press(server.moderator, page, "setup_messages_edit")
    page = await server.fill(server.moderator, form, text, "")
    listed = KOREAN.listing(["1일 전", "2시간 전", "15분 후"])
    assert KOREAN("plan.reminders", listed=listed) in told(page)
    assert KOREAN("plan.no_milestones") in told(page)
