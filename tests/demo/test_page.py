"""The demo page in a real browser: an action is created, joined, and its card counts."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from demo.acts import set_up
from demo.clock import OffsetClock
from demo.page import LivePage, open_page
from demo.run import running_demo
from demo.world import ZONE
from tests.demo.page_driver import (
    CHROMIUM,
    PHONE,
    chromium,
    click_button,
    expect_message,
    message_texts,
    run_command,
    submit_modal,
)
from tests.demo.page_driver import open_page as visit

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no browser at {CHROMIUM}")


@asynccontextmanager
async def room() -> AsyncIterator[LivePage]:
    """The demo room, set up and otherwise empty."""
    async with running_demo(OffsetClock(), redraw_interval=0.2) as demo:
        await set_up(demo.world, ZONE)
        async with open_page(demo.env, demo.world) as live:
            yield live


async def test_an_action_is_created_and_joined_on_the_page() -> None:
    async with room() as live, chromium() as browser:
        url = live.preview.url
        organiser = await visit(browser, url, "Jiwoo")
        await run_command(
            organiser,
            "action create",
            {"kind": "fundraiser", "title": "Oceans", "when": "tomorrow 8pm"},
        )
        await submit_modal(
            organiser,
            {"own page": "https://example.org/oceans", "Currency": "USD", "Goal": "1,000"},
        )
        await expect_message(organiser, "Preview.")
        await click_button(organiser, "Publish")
        fan = await visit(browser, url, "Bruna", PHONE)
        await expect_message(fan, "In 0 people")
        await click_button(fan, "I'm in", within="Goal")
        await expect_message(fan, "You're in for “Oceans”, as number 1.")
        await expect_message(organiser, "In 1 person")
        assert not any("You're in" in text for text in await message_texts(organiser))


def test_the_browser_is_where_ci_installs_it() -> None:
    assert shutil.which("chromium") in (str(CHROMIUM), None)
