"""The share panel and its buttons: whatever there is to share, Discord takes it."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from domain.kinds import Kind
from domain.share_links import FILLED_IN, SHOWN, ShareChoice
from locales import Language
from tests.domain.ledgers import START, make_action
from tests.ui.subjects import (
    ALL_LANGUAGES,
    HOUR,
    SECRET,
    every_action,
    fundraiser,
    hashtag,
    text_of,
)
from tests.ui.test_cards import assert_fits
from ui.share_links import copied_text, draw_share, share_buttons, share_lines
from ui.share_settings import draw_share_settings

ENGLISH = ALL_LANGUAGES[0]
EVERYWHERE = ShareChoice(tuple(platform.key for platform in FILLED_IN), "mastodon.social")
LONG_LINK = "https://example.org/" + "a" * 380


def links_in(view: Any) -> list[discord.ui.Button[Any]]:
    items = view.walk_children() if hasattr(view, "walk_children") else view
    return [item for item in items if isinstance(item, discord.ui.Button) and item.url]


def nasty_actions() -> list[Any]:
    texts = ("총" * 300, "*" * 300, "👩‍👩‍👧‍👦" * 40, "हि" * 150, "(_)~|`" * 50)
    tagged = [hashtag(fields={"tag": "총" * 50, "prompt": text}) for text in texts]
    linked = [fundraiser(title=text[:100], fields={"link": LONG_LINK}) for text in texts]
    return [*tagged, *linked, *(action for action, _ in every_action())]


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=repr)
def test_every_panel_and_every_row_of_buttons_fits(say: Language) -> None:
    for action in nasty_actions():
        for choice in (ShareChoice(), EVERYWHERE, ShareChoice(EVERYWHERE.keys)):
            assert_fits(draw_share(say, action, START, choice))
        buttons = share_buttons(say, action, START)
        assert len(buttons) <= len(SHOWN) + 1
        assert all(len(button.url or "") <= 512 for button in links_in(buttons))
        assert 0 < len(copied_text(action)) <= 2000
    assert_fits(draw_share_settings(say, EVERYWHERE))


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=repr)
def test_each_platform_is_there_once_as_a_button_a_link_or_to_be_copied(say: Language) -> None:
    for action in nasty_actions():
        shown = text_of(draw_share(say, action, START, EVERYWHERE))
        assert say("share.where") in shown, "a select with all its choices says nothing else"
        for platform in FILLED_IN:
            assert platform.name in shown


def test_a_button_says_how_much_of_a_post_is_taken() -> None:
    labels = [button.label for button in links_in(share_buttons(ENGLISH, hashtag(), START))]
    assert labels == ["X 47/280", "Threads 47/500", "Bluesky 47/300"]


def test_what_does_not_fit_into_a_button_is_a_link_in_the_text_or_copied() -> None:
    action = hashtag(fields={"tag": "총공", "prompt": "가" * 150})
    assert links_in(share_buttons(ENGLISH, action, START)) == []
    lines = list(share_lines(ENGLISH, action, START))
    assert lines[0].startswith("X 280/280: [open with the text](<https://x.com/intent/post?text=")
    shown = text_of(draw_share(ENGLISH, action, START, ShareChoice()))
    assert shown.count("](<https://") == 2, "the third has no room left"
    assert "-# Bluesky 154/300, Instagram, TikTok, and Weverse: tap **Copy text**" in shown
    assert "X 280/280: cut to fit" in shown
    assert list(share_lines(ENGLISH, hashtag(), START)) == []


def test_what_is_sealed_is_in_no_share_link() -> None:
    before = START - HOUR
    assert share_buttons(ENGLISH, hashtag(), before) == []
    assert list(share_lines(ENGLISH, hashtag(fields={"tag": "총" * 50}), before)) == []
    assert SECRET in str(links_in(share_buttons(ENGLISH, hashtag(), START))[0].url)


def test_a_tag_that_is_out_early_comes_with_a_word_not_to_post_it_yet() -> None:
    stamp = f"<t:{int(START.timestamp())}:F>"
    assert stamp in text_of(draw_share(ENGLISH, hashtag(), START - HOUR, ShareChoice()))
    assert stamp not in text_of(draw_share(ENGLISH, hashtag(), START, ShareChoice()))
    open_before = make_action(kind=Kind.PROJECT, unit_code="tasks")
    assert stamp not in text_of(draw_share(ENGLISH, open_before, START - HOUR, ShareChoice()))


def test_only_what_discord_would_change_is_in_a_block() -> None:
    assert copied_text(hashtag(fields={"tag": "별빛", "prompt": "왜?"})) == "#별빛 왜?"
    marked = hashtag(fields={"tag": "Our_Day", "prompt": "Why?"})
    assert copied_text(marked) == "```\n#Our_Day Why?\n```"
