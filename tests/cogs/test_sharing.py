"""Sharing, as a fan on a phone does it: from the reveal on, by hand, wherever they post."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from simcord.components import walk_components

from domain.actions import Action
from tests.cogs.leaks import Search
from tests.fanserver import ENGLISH, FanServer
from tests.shown import Seen, form_of, ids_of, labels_of, message_of, picked_in, text_of, told

TAG = "OnlyAtTheMoment"
TEXT = f"#{TAG} Your favourite stage, and why"
COUNTED = ["X 46/280", "Threads 46/500", "Bluesky 46/300"]
LONG = "가장 좋아하는 무대는 무엇인가요? " * 5


def links_of(seen: Seen) -> dict[str, str]:
    """The addresses of a message's link buttons, by label."""
    parts = walk_components(message_of(seen).components)
    return {part["label"]: part["url"] for part in parts if part.get("url")}


def texts_in(links: dict[str, str]) -> set[str]:
    """What stands ready in the posts that links open."""
    return {parse_qs(urlsplit(url).query)["text"][0] for url in links.values()}


async def at_the_moment(server: FanServer, **options: Any) -> Action:
    action = await server.publish(kind="hashtag", **options)
    await server.jump_to(action.starts_at)
    return action


async def test_the_moments_message_opens_posts_with_the_tag_and_the_prompt(
    server: FanServer,
) -> None:
    await at_the_moment(server)
    message = server.message_with("It's time")
    links = links_of(message)
    assert list(links) == COUNTED
    assert texts_in(links) == {TEXT}
    assert labels_of(message)[-1] == ENGLISH("button.share_more")
    panel = await server.press(server.fan, message, "share")
    assert f"> \\{TEXT}" in told(panel)
    assert "Instagram, TikTok, and Weverse" in told(panel)
    assert list(links_of(panel)) == COUNTED


async def test_before_the_reveal_no_share_link_has_the_tag(
    server: FanServer, caplog: pytest.LogCaptureFixture
) -> None:
    search = Search(server, caplog, (TAG,), (server.organiser,))
    action = await server.publish(kind="hashtag")
    await server.click(server.fan, server.card(), "I'm in")
    assert not any(":share" in custom_id for custom_id in ids_of(server.card()))
    ids = action.action_id
    until = f"<t:{int(action.starts_at.timestamp())}:F>"
    for who in (server.fan, server.moderator, server.organiser):
        for verb in ("share", "share_copy"):
            assert until in told(await server.press_forged(who, f"fc:{verb}:{ids}"))
        picked = await server.pick_forged(
            who, f"fs:share_platforms:{ids}", "x", type=3, options=[{"label": "x", "value": "x"}]
        )
        assert until in told(picked)
        form = await server.press_forged(who, f"fc:share_instance:{ids}")
        assert until in told(await server.fill(who, form, "mastodon.social"))
    assert await search.everywhere() == []
    await server.jump_to(action.starts_at)
    assert "Share" in labels_of(server.card())


async def test_copying_answers_with_the_text_alone(server: FanServer) -> None:
    await at_the_moment(server)
    panel = await server.press(server.fan, server.card(), "share")
    copied = await server.press(server.fan, panel, "share_copy")
    assert message_of(copied).content == TEXT
    assert message_of(copied).ephemeral
    assert message_of(copied).components == []
    assert message_of(panel).content != TEXT, "the panel stays where it is"


async def test_what_discord_would_draw_otherwise_is_copied_from_a_block(server: FanServer) -> None:
    await at_the_moment(server, texts=(f"#{TAG}", "*Your* song? <@1> @everyone", "", "", ""))
    copied = await server.press(
        server.fan, await server.press(server.fan, server.card(), "share"), "share_copy"
    )
    assert message_of(copied).content == f"```\n#{TAG} *Your* song? <@1> @everyone\n```"


async def test_platforms_are_picked_and_remembered(server: FanServer) -> None:
    await at_the_moment(server)
    panel = await server.press(server.fan, server.card(), "share")
    assert picked_in(panel, "fs:share_platforms") == ["x", "threads", "bluesky"]
    panel = await server.pick(server.fan, panel, "share_platforms", "telegram", "x", "reddit")
    assert list(links_of(panel)) == ["X 46/280", "Telegram", "Reddit 46/300"]
    again = await server.press(server.fan, server.card(), "share")
    assert list(links_of(again)) == ["X 46/280", "Telegram", "Reddit 46/300"]
    others = await server.press(server.fans[1], server.card(), "share")
    assert list(links_of(others)) == COUNTED


async def test_mastodon_asks_for_the_server_and_remembers_it(server: FanServer) -> None:
    await at_the_moment(server)
    panel = await server.press(server.fan, server.card(), "share")
    assert not any("share_instance" in custom_id for custom_id in ids_of(panel))
    panel = await server.pick(server.fan, panel, "share_platforms", "mastodon")
    assert links_of(panel) == {}
    form = await server.click(server.fan, panel, ENGLISH("button.share_instance"))
    refused = await server.fill(server.fan, form, "my server")
    assert "“my server”" in told(refused)
    form = await server.click(server.fan, refused, ENGLISH("button.try_again"))
    assert list(form_of(form).values()) == ["my server"]
    await server.fill(server.fan, form, "@me@Mastodon.Social")
    panel = await server.press(server.fan, server.card(), "share")
    ((label, url),) = links_of(panel).items()
    assert label == "Mastodon 46/500"
    assert url.startswith("https://mastodon.social/share?text=%23OnlyAt")
    form = await server.click(server.fan, panel, ENGLISH("button.share_instance_known"))
    assert list(form_of(form).values()) == ["mastodon.social"]


async def test_a_text_too_long_for_a_button_is_a_link_in_the_message(server: FanServer) -> None:
    await at_the_moment(server, texts=("#별빛컴백", LONG, "", "", ""))
    message = server.message_with("It's time")
    assert links_of(message) == {}
    assert labels_of(message)[-1] == ENGLISH("button.share")
    assert "](<https://x.com/intent/post?text=%23%EB%B3%84" in message.content
    assert len(message.content) <= 2000
    panel = await server.press(server.fan, message, "share")
    shown = told(panel)
    assert "Bluesky 100/300: [open with the text](<https://bsky.app/" in shown
    assert links_of(panel) == {}


async def test_a_fundraiser_is_shared_with_its_link_until_it_ends(server: FanServer) -> None:
    action = await server.publish()
    panel = await server.press(server.fan, server.card(), "share")
    assert texts_in(links_of(panel)) == {"Match a million https://example.org/give"}
    assert "don’t post before" not in told(panel)
    panel = await server.pick(server.fan, panel, "share_platforms", "facebook")
    assert links_of(panel)["Facebook"].endswith("?u=https%3A%2F%2Fexample.org%2Fgive")
    await server.jump_to(action.ends_at)
    assert "Share" not in labels_of(server.card())
    refused = await server.press(server.fan, panel, "share_copy")
    assert "https://" not in told(refused)


async def test_where_one_shares_is_set_without_an_action(server: FanServer) -> None:
    settings = await server.press_forged(server.fan, "fc:share_settings:0")
    assert ENGLISH("share.settings_text") in told(settings)
    shown = await server.pick(server.fan, settings, "share_platforms", "mastodon")
    form = await server.click(server.fan, shown, ENGLISH("button.share_instance"))
    await server.fill(server.fan, form, "mastodon.social")
    settings = await server.press_forged(server.fan, "fc:share_settings:0")
    assert picked_in(settings, "fs:share_platforms") == ["mastodon"]
    assert "`mastodon.social`" in told(settings)


async def test_in_korean_it_is_shared_in_korean(korean_server: FanServer) -> None:
    server = korean_server
    action = await server.publish(kind="hashtag", texts=("#별빛컴백", "최애 무대는?", "", "", ""))
    await server.jump_to(action.starts_at)
    panel = await server.press(server.fan, server.card(), "share")
    assert "공유하기: Match a million" in text_of(panel)
    assert list(links_of(panel)) == ["X 22/280", "Threads 13/500", "Bluesky 13/300"]
