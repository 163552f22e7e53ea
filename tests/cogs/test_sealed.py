"""The sealed tag: nobody but its organiser sees it anywhere before the moment."""

from __future__ import annotations

import json
import logging
from datetime import timedelta

import pytest

from tests.fanserver import FanServer
from tests.shown import form_of, text_of, told

TAG = "OnlyAtTheMoment"


def leaks(server: FanServer) -> list[str]:
    """Requests of the bot's that carry the tag to anybody but the organiser."""
    interactions = server.env.backend.interactions.values()
    own = {i.token for i in interactions if i.user_id == server.organiser.id}
    return [
        f"{request.method} {request.path}"
        for request in server.env.http_requests
        if TAG.casefold() in json.dumps(request.json, ensure_ascii=False).casefold()
        and not own.intersection(request.path.split("/"))
    ]


async def do_everything(server: FanServer) -> None:
    """Whatever members can do before the moment."""
    for fan in server.fans[:3]:
        await server.click(fan, server.card(), "I'm in")
    await server.click(server.fans[0], server.card(), "Leave")
    action_id = server.id_of()
    panel = await server.press_forged(server.fan, f"fc:log:{action_id}")
    form = await server.press(server.fan, panel, "log_other")
    await server.fill(server.fan, form, "3", "https://example.org/post/1", "early")
    for who in (server.fan, server.reviewer, server.moderator, server.organiser):
        await server.slash(who, "me")
        await server.slash(who, "tally")
        await server.completions(who, "tally", "action", "")
        await server.completions(who, "tally", "action", TAG)
    await server.slash(server.reviewer, "review")
    await server.press_forged(server.fan, f"fc:tally:{action_id}")
    for verb in ("edit_fields", "publish", "my_time"):
        await server.press_forged(server.fan, f"fc:{verb}:{action_id}")


async def test_the_tag_is_nowhere_before_the_moment_and_everywhere_after(
    server: FanServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    preview = await server.draft(kind="hashtag", capacity=2)
    assert f"`#{TAG}`" in told(preview)
    form = await server.click(server.organiser, preview, "Edit")
    assert form_of(form)["The tag"] == TAG
    preview = await server.fill(server.organiser, form)
    await server.press(server.organiser, preview, "publish")
    action = await server.newest()
    await do_everything(server)
    await server.jump_to(action.starts_at - timedelta(seconds=1))
    await server.restart()
    await do_everything(server)
    assert leaks(server) == []
    assert all(TAG not in text_of(message) for message in server.messages())
    assert "sealed, revealed" in text_of(server.card())
    await server.jump_to(action.starts_at)
    moment = server.message_with("It's time")
    assert f"```\n#{TAG}\n```" in text_of(moment)
    assert f"`#{TAG}`" in text_of(server.card())
    assert leaks(server), "the search finds what it is for"
    assert TAG not in caplog.text


async def test_another_organisers_draft_shows_its_tag_to_nobody_else(server: FanServer) -> None:
    """Other organisers can't open it; a moderator can."""
    await server.draft(kind="hashtag")
    other = server.join("other", roles=(server.world.organisers,))
    for who in (other, server.fan):
        await server.slash(who, "action draft", draft="id:1")
        await server.press_forged(who, "fc:edit_fields:1")
        await server.press_forged(who, "fc:join:1")
        await server.press_forged(who, "fc:tally:1")
    assert leaks(server) == []


async def test_a_reveal_while_the_bot_was_down_comes_with_the_late_moment(
    server: FanServer,
) -> None:
    action = await server.publish(kind="hashtag")
    await server.restart(after=action.starts_at + timedelta(minutes=12) - server.clock.now())
    moment = server.message_with("It's time")
    assert f"#{TAG}" in text_of(moment)
    assert "This message is late" in text_of(moment)


async def test_after_more_than_a_quarter_of_an_hour_its_organiser_says_whether_it_comes(
    server: FanServer,
) -> None:
    action = await server.publish(kind="hashtag")
    await server.restart(after=action.starts_at + timedelta(minutes=30) - server.clock.now())
    assert not any("It's time" in text_of(message) for message in server.messages())
    question = server.message_with("needs you")
    await server.click(server.organiser, question, "Send now")
    moment = server.message_with("It's time")
    assert f"#{TAG}" in text_of(moment)
