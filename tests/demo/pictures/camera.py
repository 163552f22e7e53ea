"""Takes pictures of messages on the demo page, at a phone's width, as one person sees them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, Locator, Page
from simcord.actors import MemberActor, MessageLike
from simcord.results import InteractionResult

from demo.acts import answer
from demo.clock import OffsetClock
from demo.page import LivePage
from demo.run import Demo
from demo.world import World
from locales import Language, language
from tests.demo.page_driver import PHONE, messages, open_page, settled

ROOT = Path(__file__).parents[3]
KEPT, LOOKED_AT = ROOT / "docs" / "images", ROOT / "out" / "pictures"

TALL = (PHONE[0], 2400)
"""A phone's width, and room for the longest panel."""

PANEL_COLOURS, PHOTO_COLOURS = 64, 256
"""A panel has few; so a picture of one takes a third of the room."""

STILL = 150
"""Milliseconds for which a message has to stay where it is."""

MARGIN = 0.1
"""Seconds beyond an instant to which the clock jumps."""

SHOWN = "revision => window.simcordPreview.publishedRevision >= revision"

EMBEDDED = re.compile(r"images/(phone-[\w-]+\.png)")


def embedded() -> frozenset[str]:
    """The names of the pictures that README and the guides show."""
    pages = (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"))
    return frozenset(name for page in pages for name in EMBEDDED.findall(page.read_text("utf-8")))


@dataclass
class Camera:
    """The demo in one language, and what to take pictures of it with.

    What a guide embeds is kept beside it, everything else is only to be looked at.
    """

    demo: Demo
    clock: OffsetClock
    live: LivePage
    browser: Browser
    say: Language
    taken: list[Path] = field(default_factory=list[Path])
    _page: Page | None = None
    _viewer: str = ""
    _kept: frozenset[str] = field(default_factory=embedded)

    @property
    def world(self) -> World:
        return self.demo.world

    async def _page_of(self, viewer: str) -> Page:
        """The page of whoever looks, by their name there; only one is open, as each costs time."""
        if self._viewer != viewer or self._page is None:
            await self.close()
            self._page = await open_page(self.browser, self.live.preview.url, viewer, TALL)
            self._viewer = viewer
        return self._page

    async def close(self) -> None:
        """Close the page; the next picture opens one anew."""
        if self._page is not None:
            await self._page.context.close()
        self._page = None

    async def shoot(
        self,
        viewer: MemberActor,
        name: str,
        seen: MessageLike | InteractionResult,
        *,
        photo: bool = False,
    ) -> None:
        """Take a picture of one message, or of the reply to what somebody did, by its name.

        With a photograph on it, it gets as many colours as that needs.
        """
        message = answer(seen) if isinstance(seen, InteractionResult) else seen
        page = await self._page_of(viewer.user.global_name or viewer.name)
        status = await page.evaluate("window.simcordPreview")
        revision = await self.live.show_latest(status["contextId"])
        await page.wait_for_function(SHOWN, arg=revision)
        await self._shoot(page, name, _message(page, message.id), photo=photo)

    async def shoot_direct(self, viewer: MemberActor, name: str) -> None:
        """Take a picture of the last direct message that somebody got."""
        label = language(None)("demo.direct", name=viewer.user.global_name)
        page = await self._page_of(label)
        await self._shoot(page, name, messages(page).last, photo=False)

    async def _shoot(self, page: Page, name: str, message: Locator, *, photo: bool) -> None:
        file = f"phone-{name}-{self.say.code}.png"
        path = (KEPT if file in self._kept else LOOKED_AT) / file
        path.parent.mkdir(parents=True, exist_ok=True)
        await message.wait_for()
        await page.mouse.move(0, 0)  # what is under it shows its own buttons
        await _at_rest(page, message)
        await message.screenshot(path=path)
        colours = PHOTO_COLOURS if photo else PANEL_COLOURS
        with Image.open(path) as picture:
            picture.convert("RGB").quantize(colours).save(path, optimize=True)
        self.taken.append(path)

    async def wait_until(self, instant: datetime) -> None:
        """Let time go by, and everything be sent when it is due by then, nothing late."""
        await self.close()
        dispatcher = self.demo.services.dispatcher
        while (due := await dispatcher.next_due()) is not None and due <= instant:
            self._jump_to(due)
            await dispatcher.send_due()
        self._jump_to(instant)
        await self.catch_up()

    def _jump_to(self, instant: datetime) -> None:
        self.clock.jump(max(0.0, (instant - self.clock.now()).total_seconds()) + MARGIN)

    async def catch_up(self) -> None:
        """Have everything sent and drawn that is due by now."""
        await self.demo.services.dispatcher.send_due()
        await self.demo.services.redraws.flush()
        self.live.refresh_soon()


def _message(page: Page, message_id: int) -> Locator:
    return page.locator(f'#channel-message-list > [data-message-id="{message_id}"]')


async def _at_rest(page: Page, message: Locator) -> None:
    """Wait until a message moves no more: what is posted or redrawn above it shifts it."""
    place = None
    while place != (place := await _place(page, message)):
        await page.wait_for_timeout(STILL)


async def _place(page: Page, message: Locator) -> Any:
    await settled(page)
    await message.scroll_into_view_if_needed()
    return await message.bounding_box()
