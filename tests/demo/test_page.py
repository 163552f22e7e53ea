"""The demo page in a real browser: an action is created, joined, and its card counts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from demo.acts import announce, answer, log_it, pick, set_up
from demo.clock import OffsetClock
from demo.page import LivePage, open_page
from demo.run import running_demo
from demo.world import ZONE
from tests.demo.page_driver import (
    BROWSERS,
    CHROMIUM,
    PHONE,
    act_as,
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


@needs_browser
async def test_direct_messages_are_read_and_answered_on_the_page() -> None:
    clock = OffsetClock()
    async with running_demo(clock, redraw_interval=0.2) as demo:
        world, dispatcher = demo.world, demo.services.dispatcher
        await set_up(world, ZONE)
        await announce(
            world,
            kind="fundraiser",
            title="Oceans",
            when="in 1 minute",
            fields=("https://example.org/oceans", "USD", "1,000", "", ""),
        )
        clock.jump(120)
        await dispatcher.send_due()
        async with open_page(demo.env, world) as live, chromium() as browser:
            fan = await visit(browser, live.preview.url, "Bruna", PHONE)
            assert await fan.get_by_text("DMs of").count() == 0
            await demo.services.direct_messages.switch(world.fans[1].id, world.guild.id, on=True)
            card = world.announcements.last_message
            assert card is not None
            await log_it(world.fans[1], card, "25", "GIFT-1", "")
            shown = answer(await world.organiser.slash(world.announcements, "review"))
            await pick(world.organiser, shown, "not_counted", "unreadable")
            clock.jump(600)
            await dispatcher.send_due()
            await act_as(fan, "DMs of Bruna")
            await expect_message(fan, "A reviewer didn't count your US$25.00")
            await click_button(fan, "Appeal")
            await submit_modal(fan, {"What should they know": "It opens for me"})
            await expect_message(fan, "Another reviewer will look at your contribution")
            await act_as(fan, "Bruna")
            assert any("Oceans" in text and "Goal" in text for text in await message_texts(fan))


def test_the_browser_is_looked_for_under_the_names_that_ci_knows() -> None:
    assert f"for name in {' '.join(BROWSERS)};" in CI.read_text("utf-8")


@pytest.mark.parametrize("name", BROWSERS)
def test_the_browser_is_found_under_any_of_its_names(tmp_path: Path, name: str) -> None:
    assert find_browser(str(tmp_path)) is None
    program = tmp_path / name
    program.touch(mode=0o755)
    assert find_browser(str(tmp_path)) == str(program)
