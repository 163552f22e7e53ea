"""The demo room: the simulated Discord as a local web page, kept fresh, and moved by keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager, suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import discord
from simcord.env import Env
from simcord.preview import Preview
from simcord.preview._pages import _Page

from demo.clock import OffsetClock
from demo.direct import DirectMessages
from demo.keys import key_presses
from demo.world import ZONE, World
from locales import LANGUAGES, Language, language

HOUR, DAY = 3600, 86400
JUMPS = {"h": HOUR, "d": DAY}
MARGIN = 0.5
"""Seconds beyond the instant of the next message to which the clock jumps."""

COALESCE = 0.2
TICK = 15.0
"""Seconds after which the page is drawn anew at the latest, so that "in 5 minutes" moves on."""

PATIENCE = 0.01
RELATIVE_TIME = ":R>"
ANSWERS = frozenset({"response", "followup"})
IGNORED_EVENTS = frozenset({"INTERACTION_CREATE", "TYPING_START"})

NextDue = Callable[[], Awaitable[datetime | None]]


async def serve(
    env: Env,
    world: World,
    clock: OffsetClock,
    wake: Callable[[], None],
    next_due: NextDue,
    *,
    port: int = 0,
    code: str = LANGUAGES[0],
) -> None:
    """Show the room until its page is closed, `q` is pressed, or the task is cancelled.

    `wake` is called after every jump; `next_due` tells when the next message is owed; `code` is
    the language of the page and of the terminal.
    """
    say = language(code)
    async with open_page(env, world, port=port, code=code) as live:
        print(say("demo.address", url=live.preview.url))
        print(say("demo.keys"), flush=True)
        keys = asyncio.create_task(_obey_keys(live, clock, wake, next_due, say))
        closed = asyncio.create_task(live.preview.wait_closed())
        try:
            await asyncio.wait((keys, closed), return_when=asyncio.FIRST_COMPLETED)
            if not closed.done() and not keys.result():
                await closed  # no terminal to press keys in: the page alone decides
        finally:
            for task in (keys, closed):
                task.cancel()
            await asyncio.gather(keys, closed, return_exceptions=True)


@asynccontextmanager
async def open_page(
    env: Env, world: World, *, port: int = 0, code: str = LANGUAGES[0]
) -> AsyncIterator[LivePage]:
    """Serve the announcement channel to everyone in the world, and keep the pages fresh.

    Times are written, and direct messages named, as in the language of that code.
    """
    preview = env.preview(
        world.announcements,
        viewers=world.people,
        layout="channel",
        timezone=ZONE,
        locale=_locale_of(code),
        port=port,
    )
    async with preview:
        live = LivePage(env, preview, world, language(code))
        env.backend.subscribers.append(live.changed)
        keeper = asyncio.create_task(live.keep_fresh())
        try:
            yield live
        finally:
            env.backend.subscribers.remove(live.changed)
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)
            if not keeper.cancelled():
                keeper.result()  # its failure, not to be lost


def _locale_of(code: str) -> str:
    """What Discord calls a language; where there are several of one, the first of them."""
    known = (locale.value for locale in discord.Locale)
    return next((each for each in known if each.partition("-")[0] == code), code)


class LivePage:
    """Makes simcord's preview live: it republishes what the bot posts by itself.

    simcord publishes a page only after that page's own actions, refuses an action while another
    runs, and refuses one that was begun on an older picture. Here actions wait for their turn,
    and an older picture is no obstacle, as on Discord: the control itself is checked anyway.
    Beyond that, an answer is scrolled into view, and "in 5 minutes" is drawn anew as time goes by.
    """

    def __init__(self, env: Env, preview: Preview, world: World, say: Language) -> None:
        self.preview = preview
        self._direct = DirectMessages(env, preview, world.people, say)
        self._env = env
        self._turn = asyncio.Lock()
        self._stale = asyncio.Event()
        self._act = preview._action
        self._draw = preview._page_payload
        preview._action = self._act_in_turn
        preview._page_payload = self._draw_with_time

    def changed(self, event: str, _payload: Mapping[str, Any]) -> None:
        """Take note that something happened in the simulated Discord."""
        if event not in IGNORED_EVENTS:
            self._stale.set()

    async def keep_fresh(self) -> None:
        """Republish every open page soon after changes, and now and then as time goes by."""
        while True:
            with suppress(TimeoutError):
                # Not wait_for: before Python 3.12 it can swallow a cancellation.
                async with asyncio.timeout(TICK):
                    await self._stale.wait()
            await asyncio.sleep(COALESCE)
            self._stale.clear()
            self.preview._advance_presentation_time()
            for page in tuple(self.preview._pages.values()):
                await self._republish(page)

    async def _republish(self, page: _Page) -> None:
        """Publish one page. Unlike `Preview.refresh`, it waits for no work of the bot's."""
        async with self.turn():
            # The page of simcord's own Python captures is nobody's browser.
            if page.id in self.preview._pages and page is not self.preview._python:
                self.preview._publish(page, reason="refresh")

    def refresh_soon(self) -> None:
        self._stale.set()

    async def show_latest(self, context_id: str) -> int:
        """Bring an open page to the newest messages, whoever caused them.

        Returns the revision from which on the page shows them.
        """
        page = self.preview._pages[context_id]
        page.target_id = page.window_end_id = None
        await self._republish(page)
        return page.revision

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait until nothing else acts, and act alone."""
        async with self._turn:
            while self._env._operation_task is not None:  # noqa: ASYNC110 (no event tells)
                await asyncio.sleep(PATIENCE)
            yield

    async def _act_in_turn(self, context_id: str | None, body: Mapping[str, Any]) -> dict[str, Any]:
        async with self.turn():
            page = self.preview._pages.get(context_id or "")
            if page is None or body.get("sequence") != page.last_sequence + 1:
                return await self._act(context_id, body)  # unknown or repeated: refused below
            body = {**body, "published_revision": page.revision}
            if body.get("kind") == "viewer":
                return await self._pick(page, body)
            result = await self._act(context_id, body)
            answers = [o["messageId"] for o in result["outcomes"] if o["kind"] in ANSWERS]
            if answers:
                page.target_id = int(answers[-1])
                self.preview._publish(page)
            return result

    async def _pick(self, page: _Page, body: Mapping[str, Any]) -> dict[str, Any]:
        """Switch a page to another person, or to the direct messages of one."""
        self._direct.leave(page)
        if (reader := self._direct.reader(body.get("viewer_id"))) is None:
            return await self._act(page.id, body)
        result = await self._act(page.id, {**body, "viewer_id": str(reader.id)})
        self._direct.enter(page, reader)
        return result

    def _draw_with_time(self, page: _Page) -> dict[str, Any]:
        payload = self._draw(page)
        self._direct.draw(page, payload)
        # The page's script draws a message again only if something in it differs.
        minute = self.preview.capture_time.isoformat(timespec="minutes")
        for message in payload["messages"].values():
            if RELATIVE_TIME in repr(message):
                message["drawn_at"] = minute
        return payload


async def _obey_keys(
    live: LivePage,
    clock: OffsetClock,
    wake: Callable[[], None],
    next_due: NextDue,
    say: Language,
) -> bool:
    """Jump as the keys say; True when asked to quit, False when there are no (more) keys."""
    async with aclosing(key_presses()) as keys:
        async for key in keys:
            if key == "q":
                return True
            seconds = await _distance(key, clock, next_due)
            if seconds is None:
                print(say("demo.nothing_due" if key == "n" else "demo.keys"), flush=True)
                continue
            async with live.turn():
                clock.jump(seconds)
            wake()
            live.refresh_soon()
            wall = clock.now().astimezone(ZoneInfo(ZONE))
            print(say("demo.jumped", time=say.date_time(wall), zone=ZONE), flush=True)
    return False


async def _distance(key: str, clock: OffsetClock, next_due: NextDue) -> float | None:
    if key != "n":
        return JUMPS.get(key)
    due = await next_due()
    return None if due is None else max(0.0, (due - clock.now()).total_seconds()) + MARGIN
