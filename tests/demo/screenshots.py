"""Pictures of the demo at a phone's width, for README and docs: `make screenshots`.

What a guide shows is kept in docs/images; everything else is only to be looked at, in out/pictures.
In the language that nobody speaks, what is cut or not translated shows.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from demo import opening
from demo.clock import OffsetClock
from demo.page import open_page
from demo.run import running_demo
from locales import LANGUAGES, Language, language
from tests.demo.page_driver import CHROMIUM, chromium
from tests.demo.pictures.camera import ROOT, Camera
from tests.demo.pictures.scenes import SCENES
from tests.fanserver import draw_pixel
from tests.pseudo import CODE, pseudo_language

START = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
"""Noon in Seoul on a Saturday: always the same, so that a picture differs only with the panel."""

WORKERS = 2
"""Languages at a time; each has a browser of its own."""

CODES = (*LANGUAGES, CODE)


def take(code: str) -> list[Path]:
    """Take every picture in one of CODES; returns where they are."""
    say = pseudo_language() if code == CODE else language(code)
    with _spoken(say):
        return asyncio.run(_take_in(say))


@contextmanager
def _spoken(say: Language) -> Iterator[None]:
    """Let the language that nobody can choose stand in for English."""
    if say.code in LANGUAGES:
        yield
        return
    with patch("locales.catalogue._load", lambda code: say):
        yield


async def _take_in(say: Language) -> list[Path]:
    clock, code = OffsetClock(START), say.code if say.code in LANGUAGES else LANGUAGES[0]
    async with running_demo(clock, redraw_interval=0, chart=draw_pixel) as demo:
        await opening.begin(demo.world, clock, demo.services.dispatcher, code)
        async with open_page(demo.env, demo.world, code=code) as live, chromium() as browser:
            camera = Camera(demo, clock, live, browser, say)
            with patch("simcord.preview._snapshot._is_compact_message", _in_full):
                for scene in SCENES:
                    await scene(camera)
    return camera.taken


def _in_full(*_: object) -> bool:
    """A message that stands alone says who wrote it, whatever is above it in the channel."""
    return False


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit("Chromium was not found: install it to take pictures.")
    with ProcessPoolExecutor(WORKERS) as pool:
        for taken in pool.map(take, CODES):
            print(*(picture.relative_to(ROOT) for picture in taken), sep="\n")
