"""The story's gathering: five places, a waitlist, and checking in at the door."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import discord
from simcord.actors import MemberActor

from demo.acts import announce, answer, posted, press, submit, words_of
from demo.chapters.publishing import publish
from demo.telling import Story
from demo.world import join

TITLE = "Concert film night"
PLACES = 5
CODE, TYPED, WRONG = "STAR-2020", "star 2020", "MOON-2020"
HOUR = timedelta(hours=1)
START = datetime(2020, 9, 12, 9, 0, tzinfo=UTC)
"""Saturday, 18:00 in Seoul."""

END = START + 3 * HOUR
LEAVES, PROMOTED, TICKED = 1, 5, 4
"""Numbers of those who sign up, in their order: the sixth and seventh are on the waitlist."""

BY_CODE = (0, 2, PROMOTED)
"""Who checks in with the code. The fourth stays away."""

CAME = len(BY_CODE) + 1


async def concert(story: Story) -> bool:
    """An evening of five places; tells whether the right people got in, and were counted."""
    demo, world = story.demo, story.demo.world
    await story.move_to(START - 100 * HOUR)
    await announce(
        world,
        kind="attendance",
        title=TITLE,
        when="Sat 12 Sep 18:00",
        end="Sat 12 Sep 21:00",
        capacity=PLACES,
        fields=("Hall 3, by the big clock", "", "Bring your light stick", CODE),
    )
    await story.catch_up()
    people = [*world.fans, join(demo.env, world.guild, "minh", "Minh")]
    announcement = await story.newest("join")
    for fan in people:
        await press(fan, announcement, "join")
    story.tell("story.full", count=len(people), places=PLACES)
    story.tell("story.leaves", fan=people[LEAVES].name)
    await press(people[LEAVES], announcement, "leave")
    await story.catch_up()
    await story.move_to(START - HOUR / 2)
    refused = await _check_in(story, people[BY_CODE[0]], WRONG)
    for number in BY_CODE:
        await _check_in(story, people[number], TYPED)
    ticked = {"event": TITLE, "member": people[TICKED]}
    await world.organiser.slash(world.organiser_room, "action checkin", **ticked)
    story.tell("story.organiser_ticks", fan=people[TICKED].name)
    await story.move_to(END + 12 * HOUR)
    tally = await publish(story, "concert-tally")
    total, messages = tally.total, await _messages(story)
    return all(
        (
            story.agree(_mentioned(messages), [people[PROMOTED].id]),
            story.agree(refused, story.say("check_in.wrong_code")),
            story.agree((tally.pledged, tally.waitlisted), (PLACES, 1)),
            story.agree((total.logged, total.proved, total.verified), (CAME, len(BY_CODE), 1)),
            # It is for those who stand at the door.
            story.agree([m.id for m in messages if CODE in words_of(m)], []),
        )
    )


async def _check_in(story: Story, fan: MemberActor, code: str) -> str:
    """Somebody at the door types a code; returns what they are told."""
    form = await press(fan, await story.newest("check_in"), "check_in")
    told = words_of(answer(await submit(fan, form, (code,))))
    story.tell("story.checked_in" if code == TYPED else "story.wrong_code", fan=fan.name)
    return told


async def _messages(story: Story) -> list[discord.Message]:
    """What was posted from a week before the evening on."""
    messages = await posted(story.demo.env, story.demo.world)
    return [message for message in messages if message.created_at > START - 168 * HOUR]


def _mentioned(messages: list[discord.Message]) -> list[int]:
    """Who was addressed by messages; a card, which names its organiser, pings nobody."""
    pinging = (message for message in messages if not message.flags.components_v2)
    return [user.id for message in pinging for user in message.mentions]
