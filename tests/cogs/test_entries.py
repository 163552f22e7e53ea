"""An open call: entries with links and files, who sees them, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from simcord.actors import MemberActor
from simcord.results import InteractionResult

from domain.actions import Action
from domain.entries import MOST_BYTES
from tests.fanserver import ENGLISH, PIXEL, FanServer
from tests.shown import boxes_of, labels_of, message_of, text_of, told

LINK = "https://example.org/letter"
File = tuple[str, bytes]


async def a_call(server: FanServer) -> Action:
    return await server.publish(
        kind="submission", title="Fan letters", when="24 Nov 20:00", end="25 Nov 20:00"
    )


async def send(
    server: FanServer,
    who: MemberActor,
    form: InteractionResult,
    caption: str = "",
    link: str = "",
    *files: File,
) -> InteractionResult:
    """Fill in the form of an entry, with files to upload."""
    boxes = [box["custom_id"] for box in boxes_of(form)]
    values: dict[str, Any] = dict(zip(boxes, (caption, link, list(files)), strict=True))
    result = await who.submit_modal(form, values)
    await server.settle()
    return result


async def enter(
    server: FanServer, who: MemberActor, caption: str = "", link: str = "", *files: File
) -> InteractionResult:
    """Press *Send an entry* on the card and fill in its form."""
    form = await server.press(who, server.card(), "enter")
    return await send(server, who, form, caption, link, *files)


async def test_a_fan_sends_a_link_before_the_moment_and_it_counts(server: FanServer):
    await a_call(server)
    done = await enter(server, server.fan, "To you", LINK)
    assert told(done) == ENGLISH("entries.taken", title="Fan letters")
    total = (await server.newest()).total
    assert (total.logged, total.proved, total.held) == (1, 1, 0)
    sure = await server.press(server.fan, done, "withdraw")
    await server.click(server.fan, sure, ENGLISH("button.withdraw_yes"))
    assert (await server.newest()).total.logged == 0


async def test_organisers_page_through_entries_with_their_files(server: FanServer):
    await a_call(server)
    first, second = server.fans[:2]
    files = [("../my letter.png", PIXEL), ("words.txt", b"Dear all")]
    done = await enter(server, first, "To **you**", "", *files)
    assert "2 files are kept" in told(done)
    await enter(server, second, "", LINK)
    page = await server.slash(server.organiser, "action entries", call="1")
    assert "entry 1 of 2" in told(page)
    assert f"By <@{first.id}>" in text_of(page)
    assert "To \\*\\*you\\*\\*" in text_of(page)
    assert "`my letter.png`" in text_of(page)
    sent = message_of(page).attachments
    assert [(file.filename.rpartition(".")[2], file.size) for file in sent] == [
        ("png", len(PIXEL)),
        ("txt", 8),
    ]
    following = await server.click(server.organiser, page, "Next")
    assert "entry 2 of 2" in told(following)
    assert "example.org" in text_of(following)
    assert message_of(following).attachments == []
    assert labels_of(following) == ["Back"]
    back = await server.click(server.organiser, following, "Back")
    assert len(message_of(back).attachments) == 2


async def test_the_panel_of_an_action_leads_to_its_entries(server: FanServer):
    await a_call(server)
    await enter(server, server.fan, "Mine", LINK)
    panel = await server.slash(server.organiser, "action manage", action="1")
    page = await server.press(server.organiser, panel, "entries_page")
    assert "entry 1 of 1" in told(page)


async def test_reviewers_look_too_and_fans_do_not(server: FanServer):
    action = await a_call(server)
    await enter(server, server.fan, "Mine", LINK)
    server.show_command("action", server.fan, server.reviewer)
    page = await server.slash(server.reviewer, "action entries", call="Fan letters")
    assert "Mine" in told(page)
    refusal = ENGLISH("refused.needs_reviewer", role=f"<@&{server.world.reviewers.id}>")
    other = server.fans[1]
    server.show_command("action", other)
    assert told(await server.slash(other, "action entries", call="1")) == refusal
    forged = await server.press_forged(other, f"fc:entries_page:{action.action_id}.0")
    assert told(forged) == refusal


async def test_an_empty_entry_is_refused_and_what_was_typed_is_kept(server: FanServer):
    await a_call(server)
    refused = await enter(server, server.fan, "My letter")
    assert told(refused) == ENGLISH("entries.empty")
    form = await server.click(server.fan, refused, "Try again")
    assert boxes_of(form)[0]["value"] == "My letter"
    wrong = await send(server, server.fan, form, "My letter", "letter", ("a.txt", b"a"))
    assert ENGLISH("entries.not_a_link", text="letter") in told(wrong)
    assert "files have to be chosen again" in told(wrong)
    again = await server.click(server.fan, wrong, "Try again")
    assert boxes_of(again)[1]["value"] == "letter"
    assert (await server.newest()).total.logged == 0


@pytest.mark.parametrize(
    ("size", "key"), [(MOST_BYTES + 1, "entries.file_too_large"), (0, "entries.empty_file")]
)
async def test_a_file_of_a_wrong_size_is_refused(server: FanServer, size: int, key: str):
    await a_call(server)
    refused = await enter(server, server.fan, "", "", ("big.mp4", bytes(size)))
    assert ENGLISH(key, limit=8) in told(refused)
    assert (await server.newest()).total.logged == 0


async def test_the_form_asks_for_up_to_three_files_none_of_them_needed(server: FanServer):
    await a_call(server)
    upload = boxes_of(await server.press(server.fan, server.card(), "enter"))[2]
    assert (upload["type"], upload["required"]) == (19, False)
    assert (upload["min_values"], upload["max_values"]) == (0, 3)


async def test_a_form_that_was_open_past_the_deadline_is_taken_and_held(server: FanServer):
    action = await a_call(server)
    form = await server.press(server.fan, server.card(), "enter")
    server.clock.advance_to(action.ends_at)
    await server.services.dispatcher.send_due()
    held = await send(server, server.fan, form, "", LINK)
    assert ENGLISH("held.outside_window.you") in told(held)
    now = (await server.newest()).total
    assert (now.logged, now.held) == (0, 1)


async def test_nothing_is_entered_where_no_call_is_open(server: FanServer):
    await a_call(server)
    await server.publish(title="Match a million", when="25 Nov 20:00")
    fundraiser = await server.newest()
    forged = await server.press_forged(server.fan, f"fc:enter:{fundraiser.action_id}")
    assert told(forged) == ENGLISH("entries.not_here", title="Match a million")
    guild = server.env.create_guild("Elsewhere")
    channel = guild.create_text_channel("general")
    stranger = guild.add_member(server.env.create_user("stranger"))
    custom_id = f"fc:enter:{fundraiser.action_id}"
    message = await server.forge(custom_id, channel)
    refused = await stranger.click(message, custom_id=custom_id)
    assert told(refused) == ENGLISH("refused.no_such_action")


async def test_a_call_without_entries_says_so(server: FanServer):
    await a_call(server)
    shown = await server.slash(server.organiser, "action entries", call="1")
    assert told(shown) == ENGLISH("entries.none", title="Fan letters")
    offered = await server.completions(server.organiser, "action entries", "call", "fan")
    assert [name for name, _ in offered] == ["#1 Fan letters · open · Tue 24 Nov"]
