"""`bot.py demo --story`: actions from announcement to published tally, told in the terminal."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from demo.acts import set_up
from demo.chapters.concert import concert
from demo.chapters.enough_of_us import enough_of_us
from demo.chapters.every_friday import every_friday
from demo.chapters.fan_book import fan_book
from demo.chapters.match_a_million import match_a_million
from demo.chapters.nothing_missed import nothing_missed
from demo.chapters.publishing import OUT
from demo.chapters.stream_weekend import stream_weekend
from demo.chapters.three_resets import three_resets
from demo.chapters.trend_party import trend_party
from demo.chapters.two_languages import two_languages
from demo.clock import StoryClock
from demo.run import running_demo
from demo.telling import Story
from demo.world import ZONE

BEGINNING = datetime(2020, 6, 6, 1, 0, tzinfo=UTC)
"""Saturday 6 June 2020, 10:00 in Seoul. The server and its people are made up."""

Chapter = Callable[[Story], Awaitable[bool]]

CHAPTERS: tuple[Chapter, ...] = (
    match_a_million,
    trend_party,
    every_friday,
    enough_of_us,
    stream_weekend,
    concert,
    three_resets,
    nothing_missed,
    two_languages,
    fan_book,
)
"""Played one after the other; each tells whether it ended as it was meant to."""


async def play(code: str) -> int:
    """Play the story in one of LANGUAGES; returns 0 if every chapter ended as it was meant to."""
    logging.basicConfig(level=logging.ERROR)
    clock = StoryClock(BEGINNING)
    # By the story's clock nothing takes time: whatever is drawn anew is so at once.
    async with running_demo(clock, redraw_interval=0) as demo:
        story = Story(demo, clock, code)
        as_planned = await live_through(story, CHAPTERS)
    print(story.say("story.exact" if as_planned else "story.wrong", folder=f"{OUT}/"))
    return 0 if as_planned else 1


async def live_through(story: Story, chapters: Sequence[Chapter]) -> bool:
    """Set the server up, then play chapters; tells whether each ended as it was meant to."""
    story.tell("story.set_up")
    await set_up(story.demo.world, ZONE, story.code)
    as_planned = True
    for chapter in chapters:
        as_planned &= await chapter(story)
    return as_planned
