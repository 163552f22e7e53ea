"""Previews: what is published is what one sees, and slow work still redraws them in their place."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType
from simcord.results import InteractionResult, ResponseMessage

from domain.drafts import fingerprint
from tests.fanserver import ENGLISH, FanServer
from tests.shown import form_of, id_of, labels_of, message_of, text_of, told
from ui import replies

CHANGED = ENGLISH("publish.changed")


async def second_preview(server: FanServer) -> InteractionResult:
    return await server.slash(server.organiser, "action draft", draft="Old title")


async def rename(server: FanServer, preview: InteractionResult, title: str) -> InteractionResult:
    form = await server.click(server.organiser, preview, "Change the time")
    return await server.fill(server.organiser, form, title)


# ---- Two previews of one draft


async def test_a_stale_preview_is_redrawn_and_publishes_nothing(server: FanServer) -> None:
    first = await server.draft(title="Old title")
    await rename(server, await second_preview(server), "New title")
    redrawn = await server.press(server.organiser, first, "publish")
    assert message_of(redrawn).id == message_of(first).id
    assert "## New title" in told(redrawn)
    assert CHANGED in told(redrawn)
    assert server.messages() == []
    await server.press(server.organiser, redrawn, "publish")
    assert (await server.newest()).title == "New title"


async def test_a_preview_stays_good_over_a_restart(server: FanServer) -> None:
    """The fingerprint is of the stored values, which any process reads alike."""
    preview = await server.draft(when="7 Nov 2027 1:30am", end="7 Nov 2027 3am", capacity=40)
    await server.restart()
    await server.press(server.organiser, preview, "publish")
    assert (await server.newest()).number == 1


async def test_a_publish_button_without_a_fingerprint_shows_the_preview(server: FanServer) -> None:
    draft = id_of(await server.draft(), "fc:discard:").removeprefix("fc:discard:")
    for forged in (f"fc:publish:{draft}", f"fc:publish:{draft}.7"):
        assert CHANGED in told(await server.press_forged(server.organiser, forged))
    assert server.messages() == []


async def test_every_value_of_a_draft_is_in_its_fingerprint(server: FanServer) -> None:
    actions, actor = server.services.actions, server.actor(server.organiser)
    seen: set[int] = set()
    preview = await server.draft()
    for label, values in (
        ("Change the time", {"title": "Another"}),
        ("Change the time", {"starts": "25 Nov 20:00"}),
        ("Change the time", {"ends": "25 Nov 22:00"}),
        ("Change the time", {"capacity": "7"}),
        ("Edit", {"goal": "1"}),
        ("Edit", {"raised before": "2"}),
        ("Edit", {"check amounts": "3"}),
        ("Edit", {"page": "https://example.org/other"}),
    ):
        form = await server.click(server.organiser, preview, label)
        preview = await server.fill(server.organiser, form, **values)
        (draft,) = await actions.search_drafts(actor, server.guild_id, "")
        assert id_of(preview, "fc:publish:").endswith(f".{fingerprint(draft)}")
        seen.add(fingerprint(draft))
    assert len(seen) == 8


# ---- A form that was open while the draft was changed


@pytest.mark.parametrize("button", ["Edit", "Change the time", "I meant my time"])
async def test_an_open_form_undoes_nothing(server: FanServer, button: str) -> None:
    first = await server.draft(title="Old title", when="tomorrow 8pm")
    form = await server.click(server.organiser, first, button)
    await rename(server, await second_preview(server), "New title")
    typed = {"Edit": {"goal": "20,000"}, "Change the time": {"capacity": "7"}}
    shown = await server.fill(server.organiser, form, **typed.get(button, {"city": "São Paulo"}))
    assert "## New title" in told(shown)
    sign = {"Edit": "US$20,000.00", "Change the time": "0 of 7 places"}
    assert sign.get(button, "Server: Mon 23 Nov 08:00") in told(shown)


async def test_a_form_that_is_offered_again_undoes_nothing(server: FanServer) -> None:
    first = await server.draft(title="Old title")
    form = await server.click(server.organiser, first, "Edit")
    refused = await server.fill(server.organiser, form, goal="€20,000")
    await rename(server, await second_preview(server), "New title")
    form = await server.click(server.organiser, refused, "Try again")
    assert form_of(form)["Goal"] == "€20,000"
    shown = await server.fill(server.organiser, form, goal="")
    assert "## New title" in told(shown)
    assert "**Goal**" not in told(shown)


async def test_of_several_zones_the_one_chosen_is_for_the_draft_as_it_is(
    server: FanServer,
) -> None:
    first = await server.draft(title="Old title", when="tomorrow 8pm")
    form = await server.click(server.organiser, first, "I meant my time")
    asked = await server.fill(server.organiser, form, "Brazil")
    await rename(server, await second_preview(server), "New title")
    shown = await server.answer(server.organiser, asked, "America/Sao_Paulo")
    assert "## New title" in told(shown)


# ---- Where the bot may not post


def forbid(server: FanServer, **permissions: bool) -> None:
    denied = discord.Permissions(**permissions).value
    bot = Overwrite(server.env.backend.bot_user.id, OverwriteType.MEMBER, 0, denied)
    server.env.backend.edit_channel(server.announcements.id, {}, overwrites=[bot])


@pytest.mark.parametrize(
    ("name", "shown"), [("view_channel", "View Channel"), ("send_messages", "Send Messages")]
)
async def test_where_the_bot_may_not_post_the_draft_is_kept(
    server: FanServer, name: str, shown: str
) -> None:
    preview = await server.draft()
    forbid(server, embed_links=True, **{name: True})
    refused = await server.press(server.organiser, preview, "publish")
    assert told(refused).startswith(f"I can't post in <#{server.announcements.id}> yet")
    assert shown in told(refused)
    assert "Embed Links" in told(refused)
    forbid(server)
    await server.press(server.organiser, preview, "publish")
    assert (await server.newest()).number == 1


async def test_a_ping_that_is_not_allowed_keeps_nobody_from_publishing(server: FanServer) -> None:
    forbid(server, mention_everyone=True)
    preview = await server.draft()
    assert "Mention the role" in told(preview)
    await server.press(server.organiser, preview, "publish")
    assert (await server.newest()).number == 1


# ---- Work that takes longer than Discord waits


def slow_down(monkeypatch: pytest.MonkeyPatch, service: object, *names: str) -> None:
    """Make some of what a service does take longer than the bot waits before it defers."""
    monkeypatch.setattr(replies, "PATIENCE", 0)
    for name in names:
        work = getattr(service, name)

        async def slow(*args: Any, work: Any = work, **values: Any) -> Any:
            await asyncio.sleep(0.05)
            return await work(*args, **values)

        monkeypatch.setattr(service, name, slow)


def now(server: FanServer, seen: InteractionResult) -> ResponseMessage:
    """A message as it stands now."""
    found = server.env.backend.messages[server.general.id][message_of(seen).id]
    return ResponseMessage(server.env, found)


async def test_slow_publishing_leaves_no_live_button(
    server: FanServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = await server.draft()
    slow_down(monkeypatch, server.services.actions, "publish")
    done = await server.press(server.organiser, preview, "publish")
    assert labels_of(now(server, preview)) == []
    assert text_of(now(server, preview)).startswith("Published as #1")
    assert not done.followups


async def test_slow_storing_redraws_the_preview_from_a_form(
    server: FanServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = await server.draft()
    form = await server.click(server.organiser, preview, "Edit")
    slow_down(monkeypatch, server.services.actions, "redraft")
    await server.fill(server.organiser, form, goal="20,000")
    assert "US$20,000.00" in text_of(now(server, preview))


async def test_a_slow_verdict_goes_on_in_its_place(
    server: FanServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    action = await server.publish()
    await server.jump_to(action.starts_at)
    await server.log(server.fan, "25")
    shown = await server.slash(server.reviewer, "review")
    slow_down(monkeypatch, server.services.reviews, "verify")
    await server.press(server.reviewer, shown, "verify")
    assert "Verify" not in labels_of(now(server, shown))


async def test_slow_work_is_answered_beside_a_message_for_all(
    server: FanServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await server.publish()
    before = labels_of(server.card())
    slow_down(monkeypatch, server.services.sign_ups, "join", "leave")
    for verb, told_what in (("join", "You're in for"), ("leave", "You've left")):
        answered = await server.press(server.fan, server.card(), verb)
        assert told(answered).startswith(told_what)
    assert labels_of(server.card()) == before


async def test_a_slow_refusal_is_told_beside_the_preview(
    server: FanServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = await server.draft(when="today 21:30")
    await server.jump(hours=1)
    slow_down(monkeypatch, server.services.actions, "publish")
    refused = await server.press(server.organiser, preview, "publish")
    assert told(refused) == ENGLISH("publish.past", title="Match a million")
    assert "Publish" in labels_of(now(server, preview))
