"""The demo page in a real browser: an action is created, joined, and its card counts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from demo.acts import set_up
from demo.clock import OffsetClock
from demo.page import LivePage, open_page
from demo.run import running_demo
from demo.world import ZONE
from tests.demo.page_driver import (
    BROWSERS,
    CHROMIUM,
    PHONE,
    chromium,
    click_button,
    expect_message,
    find_browser,
    message_texts,
    run_command,
    submit_modal,
)
from tests.demo.page_driver import open_page as visit

needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason=f"no browser is installed: none of {', '.join(BROWSERS)}"
)
CI = Path(__file__).parents[2] / ".ci" / "run"


@asynccontextmanager
async def room() -> AsyncIterator[LivePage]:
    """The demo room, set up and otherwise empty."""
    async with running_demo(OffsetClock(), redraw_interval=0.2) as demo:
        await set_up(demo.world, ZONE)
        async with open_page(demo.env, demo.world) as live:
            yield live


@needs_browser
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


def test_the_browser_is_looked_for_under_the_names_that_ci_knows() -> None:
    assert f"for name in {' '.join(BROWSERS)};" in CI.read_text("utf-8")


@pytest.mark.parametrize("name", BROWSERS)
def test_the_browser_is_found_under_any_of_its_names(tmp_path: Path, name: str) -> None:
    assert find_browser(str(tmp_path)) is None
    program = tmp_path / name
    program.touch(mode=0o755)
    assert find_browser(str(tmp_path)) == str(program)
