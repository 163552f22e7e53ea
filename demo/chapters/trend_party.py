"""The story's trend party, with a waitlist and a sealed tag."""

from __future__ import annotations

from datetime import timedelta

from demo.acts import ActFailed, announce, log_it, posted, press, words_of
from demo.chapters.publishing import publish
from demo.telling import Story

TAG = "StarlightInTheRain"


async def trend_party(story: Story) -> bool:
    """A trend party whose tag nobody sees before its moment; tells whether all were counted."""
    world, clock = story.demo.world, story.clock
    await announce(
        world,
        kind="hashtag",
        title="Rain stage trend party",
        when="in 26 hours",
        end="in 28 hours",
        capacity=5,
        fields=(f"#{TAG}", "Your favourite stage, and why", "50", ""),
    )
    start = clock.now() + timedelta(hours=26)
    await story.catch_up()
    announcement = await story.newest("join")
    for fan in world.fans:
        await press(fan, announcement, "join")
    await press(world.fans[0], announcement, "leave")
    await story.move_to(start - timedelta(seconds=1))
    if any(TAG in words_of(message) for message in await posted(story.demo.env, world)):
        raise ActFailed(TAG)
    story.tell("story.sealed")
    await story.move_to(start)
    card = await story.newest("log")
    for number, fan in enumerate(world.fans):
        clock.advance(240)
        await log_it(fan, card, str(4 + number), f"https://example.social/post/{number}")
    await story.move_to(start + timedelta(hours=27))
    tally = await publish(story, "hashtag-tally")
    return tally.total.logged_count == len(world.fans)
