"""Drive the demo room's page in the system's Chromium, as a person at the keyboard would."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, async_playwright, expect

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
"""The names under which the browser may be installed; `.ci/run` looks for the same."""


def find_browser(path: str | None = None) -> str | None:
    """The browser's program in the folders of `path` (PATH); None if there is none."""
    found = (shutil.which(name, path=path) for name in BROWSERS)
    return next(filter(None, found), None)


CHROMIUM = find_browser()
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP, PHONE = (1280, 900), (390, 844)
PATIENCE = 10_000
"""Milliseconds to wait for anything."""

READY = """() => {
  const page = window.simcordPreview;
  return page && page.ready && !page.pendingAction && page.awaitingRevision === null;
}"""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Start the system's Chromium, headless."""
    assert CHROMIUM is not None
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=FLAGS
        )
        try:
            yield browser
        finally:
            await browser.close()


async def open_page(
    browser: Browser, url: str, viewer: str | None = None, size: tuple[int, int] = DESKTOP
) -> Page:
    """Open the room in a context of its own, as the person of that display name."""
    width, height = size
    context = await browser.new_context(viewport={"width": width, "height": height})
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    await page.goto(url)
    await settled(page)
    if viewer is not None:
        await act_as(page, viewer)
    return page


async def settled(page: Page) -> None:
    """Wait until the page has drawn everything and will take the next click."""
    await page.wait_for_function(READY)


async def act_as(page: Page, viewer: str) -> None:
    """Switch to another person, by display name."""
    picker = page.locator("#viewer-picker")
    labels = await picker.locator("option").all_inner_texts()
    label = next(label for label in labels if viewer in label)
    await picker.select_option(label=label)
    await page.wait_for_function(
        "label => document.querySelector('#viewer-picker').selectedOptions[0]?.label === label",
        arg=label,
    )
    await settled(page)


async def run_command(page: Page, name: str, options: Mapping[str, str] | None = None) -> None:
    """Type a slash command, fill its options in turn, and send it.

    For an option with choices or autocomplete, the first choice that appears is taken.
    """
    await settled(page)
    await page.locator("#channel-composer-input").fill(f"/{name}")
    entry = page.locator(".command-entry").filter(has=page.get_by_text(f"/{name}", exact=True))
    await entry.first.click()
    row = page.locator(".command-row")
    await row.wait_for()
    for option, text in (options or {}).items():
        await _fill_option(page, row, option, text)
    await settled(page)
    await page.locator("#send-message").click()
    await row.wait_for(state="detached")
    await settled(page)


async def offered(page: Page, option: str, text: str) -> list[str]:
    """Type into an option of the command being composed and read what autocomplete offers."""
    field = page.locator(f'.command-option-input[data-option="{option}"]')
    await field.fill(text)
    suggestions = page.locator(".command-popup .command-suggestion")
    await suggestions.first.wait_for()
    return await suggestions.all_inner_texts()


async def _fill_option(page: Page, row: Locator, option: str, text: str) -> None:
    field = row.locator(f'.command-option-input[data-option="{option}"]')
    if not await field.count():
        await row.locator(".command-ghost").click()
        await page.locator(f'.command-suggestion[data-value="{option}"]').click()
    await field.fill(text)
    if await field.get_attribute("role") == "combobox":
        await page.locator(".command-popup .command-suggestion").first.click()


async def fill_modal(page: Page, fields: Mapping[str, str]) -> None:
    """Fill the open modal's text fields, by their labels."""
    dialog = page.locator("#modal-root .modal-dialog")
    await dialog.wait_for()
    for label, text in fields.items():
        field = dialog.locator(".modal-field").filter(has_text=re.compile(re.escape(label)))
        await field.locator("input, textarea").first.fill(text)


async def submit_modal(page: Page, fields: Mapping[str, str] | None = None) -> None:
    """Fill and send the open modal; it is gone, or another one is open, afterwards."""
    await fill_modal(page, fields or {})
    await settled(page)
    dialog = page.locator("#modal-root .modal-dialog")
    await dialog.get_by_role("button", name="Submit").click()
    await settled(page)


async def click_button(page: Page, label: str, within: str = "") -> None:
    """Click the newest enabled button of that label, in a message containing the given text."""
    await settled(page)
    message = messages(page).filter(has_text=within) if within else messages(page)
    button = message.get_by_role("button", name=label, exact=True).last
    await expect(button).to_be_enabled(timeout=PATIENCE)
    await button.click()
    await settled(page)


async def choose(page: Page, menu: str, choice: str) -> None:
    """Pick one choice from the newest select menu of that placeholder, or label in a modal."""
    await settled(page)
    trigger = page.get_by_role("combobox", name=menu).and_(page.locator(".select-trigger")).last
    await trigger.click()
    await page.locator(".select-option").filter(has_text=choice).first.click()
    await settled(page)


def messages(page: Page) -> Locator:
    """All messages that the viewer sees, oldest first."""
    return page.locator("#channel-message-list > *")


async def message_texts(page: Page) -> list[str]:
    """The text of each message, oldest first."""
    return await messages(page).all_inner_texts()


async def expect_message(page: Page, text: str) -> None:
    """Wait until some message contains the text."""
    await messages(page).filter(has_text=text).last.wait_for()


async def picture(page: Page, path: Path, size: tuple[int, int] = DESKTOP) -> None:
    """Take a screenshot at the given size of the window."""
    width, height = size
    await page.set_viewport_size({"width": width, "height": height})
    await settled(page)
    await page.screenshot(path=path)
