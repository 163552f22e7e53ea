"""Pictures of the demo at a phone's width, for README and docs: `make screenshots`.

Those in the language that nobody speaks are only to be looked at: what is cut or not translated
shows in them.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page

from demo import opening
from demo.clock import OffsetClock
from demo.page import open_page as serve_page
from demo.run import Demo, running_demo
from locales import LANGUAGES, Language, language
from tests.demo.page_driver import (
    CHROMIUM,
    PHONE,
    choose,
    chromium,
    messages,
    open_page,
    run_command,
    settled,
)
from tests.pseudo import CODE, pseudo_language
from ui.base import Interaction

ROOT = Path(__file__).parents[2]
KEPT, LOOKED_AT = ROOT / "docs" / "images", ROOT / "out" / "pictures"
MODERATOR = "Noor"
TALL = (PHONE[0], 2400)
"""A phone's width, and room for the longest panel."""

PAGES = ("roles", "alerts", "proof")
"""The pages of /setup of which there is a picture, beside the first one."""

COLOURS = 64
"""A panel has few; so a picture takes a third of the room."""


async def take() -> list[Path]:
    """Take every picture; returns where they are."""
    taken: list[Path] = []
    clock = OffsetClock()
    async with running_demo(clock, redraw_interval=0.2) as demo:
        await opening.begin(demo.world, clock, demo.services.dispatcher)
        async with serve_page(demo.env, demo.world) as live, chromium() as browser:
            for say in (*map(language, LANGUAGES), pseudo_language()):
                _speak(demo, say)
                taken += await _take_in(browser, live.preview.url, say)
    return taken


def _speak(demo: Demo, say: Language) -> None:
    """Have everybody be answered in a language, also in one that cannot be chosen."""

    async def language_for(interaction: Interaction) -> Language:
        return say

    vars(demo.env.bot)["language_for"] = language_for


async def _take_in(browser: Browser, url: str, say: Language) -> list[Path]:
    page = await open_page(browser, url, MODERATOR, TALL)
    taken: list[Path] = []

    async def shot(name: str) -> None:
        folder = LOOKED_AT if say.code == CODE else KEPT
        taken.append(await _picture(page, folder / f"phone-{name}-{say.code}.png"))

    await run_command(page, "setup")
    await shot("setup")
    for name in PAGES:
        await choose(page, say("select.setup_page"), say(f"setup.page.{name}"))
        await shot(f"setup-{name}")
    for command in ("help", "actions"):
        await run_command(page, command)
        await shot(command)
    return taken


async def _picture(page: Page, path: Path) -> Path:
    """Take a picture of the last message alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    await settled(page)
    await page.mouse.move(0, 0)  # what is under it shows its own buttons
    await page.wait_for_timeout(300)
    await messages(page).last.screenshot(path=path)
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)
    return path


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit("Chromium was not found: install it to take pictures.")
    for picture in asyncio.run(take()):
        print(picture.relative_to(ROOT))
