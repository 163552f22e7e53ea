"""`bot.py demo --story`: actions from announcement to published tally, told in the terminal."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from demo.acts import set_up
from demo.chapters.concert import concert
from demo.chapters.enough_of_us import enough_of_us
from demo.chapters.every_friday import every_friday
from demo.chapters.match_a_million import match_a_million
from demo.chapters.nothing_missed import nothing_missed
from demo.chapters.publishing import OUT
from demo.chapters.stream_weekend import stream_weekend
from demo.chapters.three_resets import three_resets
from demo.chapters.trend_party import trend_party
from demo.clock import StoryClock
from demo.run import running_demo
from demo.telling import Story
from demo.world import ZONE

BEGINNING = datetime(2020, 6, 6, 1, 0, tzinfo=UTC)
"""Saturday 6 June 2020, 10:00 in Seoul. The server and its people are made up."""

CHAPTERS: tuple[Callable[[Story], Awaitable[bool]], ...] = (
    match_a_million,
    trend_party,
    every_friday,
    enough_of_us,
    stream_weekend,
    concert,
    three_resets,
    nothing_missed,
)
"""Played one after the other; each tells whether it ended as it was meant to."""


async def play() -> int:
    """Play the story; returns 0 if every chapter ended as it was meant to."""
    logging.basicConfig(level=logging.ERROR)
    clock = StoryClock(BEGINNING)
    async with running_demo(clock) as demo:
        story = Story(demo, clock)
        story.tell("story.set_up")
        await set_up(demo.world, ZONE)
        as_planned = True
        for chapter in CHAPTERS:
            as_planned &= await chapter(story)
    print(story.say("story.exact" if as_planned else "story.wrong", folder=f"{OUT}/"))
    return 0 if as_planned else 1
