"""The story's trend party whose bot is away at the moment, and the quiet night after it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import discord
from simcord.actors import MemberActor

from demo.acts import (
    announce,
    answer,
    button_id,
    has_button,
    log_it,
    pick,
    posted,
    press,
    read,
    submit,
    words_of,
)
from demo.chapters.publishing import publish
from demo.telling import Act, Planned, Story

PARTY, STREAMS = "Snow stage trend party", "Sunrise streams"
TAG, GOAL = "StarlightInTheSnow", 40
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
START = datetime(2020, 12, 12, 11, 0, tzinfo=UTC)
"""Saturday, 20:00 in Seoul."""

END = START + 3 * HOUR
"""23:00, when the server's quiet hours begin."""

NIGHT = ("10", "23:00", "08:00")
"""Pings a day and quiet hours, as the moderator types them."""

MORNING = START + 12 * HOUR
DAWN = START + 34 * HOUR
"""Monday, 06:00 in Seoul, when the streams begin; a day before that is in the night too."""

ANNOUNCED = START - 2 * DAY
GONE, BACK = START - 4 * MINUTE, START + 40 * MINUTE
"""While the bot is away: for longer than a moment may be late without being asked about."""

LOGGED = ((BACK + 5 * MINUTE, 0, 10), (BACK + 9 * MINUTE, 1, 22), (BACK + 15 * MINUTE, 2, 8))
"""When which fan logs how much: a quarter of the goal, then two more at once, then all of it."""

PINGED, UNPINGED = True, False
MEANT = [
    (ANNOUNCED, PINGED),
    (ANNOUNCED, PINGED),
    (START - DAY, PINGED),
    (START - HOUR, PINGED),
    (BACK, PINGED),  # the moment, when its organiser says so
    *((at, UNPINGED) for at, _, _ in LOGGED),
    (END - HOUR, UNPINGED),  # the last hour
    (MORNING, PINGED),  # what waited in the night, as one
    (DAWN - HOUR, UNPINGED),  # it would be too late after the night
    (DAWN, PINGED),
    (DAWN + 2 * HOUR + HOUR / 2, UNPINGED),
]
"""Every message but cards and tallies: when it comes, and whether it pings."""

DIGESTS = (START + 4 * HOUR, START + DAY)
"""Midnight and 20:00: when reviewers are told what waits."""

TOLD = [
    *((at, False) for at in (START - HOUR / 2, BACK, *DIGESTS, DAWN - HOUR / 2)),
]
"""Every message to organisers and reviewers; the question's buttons go once it is answered."""


async def nothing_missed(story: Story) -> bool:
    """Two actions and an outage; tells whether each message came once, on time, to the right."""
    world = story.demo.world
    await story.move_to(ANNOUNCED)
    before = len(await posted(story.demo.env, world))
    await _set_night(story)
    await _announce_both(story)
    reader, leaver = world.fans[:2]
    await _ask_for_messages(story, reader, leaver)
    await story.move_to(START - HOUR / 2)
    await _tell_organisers(story)
    await story.move_to(START - 9 * MINUTE)
    (direct,) = await _told_directly(story, reader)
    story.tell("story.direct", fan=reader.name, text=words_of(direct).splitlines()[0])
    await reader.user.click(direct, custom_id=button_id(direct, "direct_stop"))
    story.tell("story.stops", fan=reader.name)
    await _outage(story)
    card = await story.newest("log")
    await story.live([Planned(at, _logs(story, card, number, n)) for at, number, n in LOGGED])
    await story.move_to(END + DAY / 2)
    # With an action its role goes, and from what was posted the mention of it.
    early = {m.id for m in await posted(story.demo.env, world) if m.raw_role_mentions}
    await story.move_to(END + DAY)
    tally = await publish(story, "snow-tally")
    await story.move_to(DAWN + 3 * HOUR)
    messages = (await posted(story.demo.env, world))[before:]
    news = [message for message in messages if not message.flags.components_v2]
    told = await read(story.demo.env, world.organiser_room.id)
    return all(
        (
            story.agree(
                [(m.created_at, m.id in early or bool(m.raw_role_mentions)) for m in news], MEANT
            ),
            story.agree(
                [story.say.many("message.together", 2) in words_of(m) for m in news].count(True), 1
            ),
            story.agree([(m.created_at, has_button(m, "missed_send")) for m in told], TOLD),
            story.agree(direct.created_at, START - 10 * MINUTE - timedelta(seconds=1)),
            story.agree(len(await _told_directly(story, reader)), 1),
            story.agree(await _told_directly(story, leaver), []),
            story.agree(TAG in words_of(direct), False),
            story.agree(tally.total.logged, sum(amount for _, _, amount in LOGGED)),
        )
    )


async def _set_night(story: Story) -> None:
    """The moderator sets quiet hours, and where organisers are told."""
    world = story.demo.world
    panel = answer(await world.moderator.slash(world.general, "setup"))
    await pick(world.moderator, panel, "setup_notices", world.organiser_room)
    page = answer(await pick(world.moderator, panel, "setup_page", "pings"))
    await submit(world.moderator, await press(world.moderator, page, "setup_pings_edit"), NIGHT)
    story.tell("story.night")


async def _announce_both(story: Story) -> None:
    await announce(
        story.demo.world,
        kind="hashtag",
        title=PARTY,
        when="Sat 12 Dec 20:00",
        end="Sat 12 Dec 23:00",
        fields=(f"#{TAG}", "Your favourite stage, and why", str(GOAL), ""),
    )
    await announce(
        story.demo.world,
        kind="stream",
        title=STREAMS,
        when="Mon 14 Dec 6:00",
        end="Mon 14 Dec 8:30",
        fields=("https://open.spotify.com/playlist/starlight", "Whole songs, with sound on", ""),
    )
    await story.catch_up()


async def _ask_for_messages(story: Story, reader: MemberActor, leaver: MemberActor) -> None:
    """Two fans sign up and ask for direct messages; one of them leaves again.

    A third, who asks for none, comes to the streams.
    """
    announced = await posted(story.demo.env, story.demo.world)
    party = next(m for m in announced if PARTY in words_of(m))
    streams = next(m for m in announced if STREAMS in words_of(m))
    await press(story.demo.world.fans[2], streams, "join")
    for fan in (reader, leaver):
        done = answer(await press(fan, party, "join"))
        await press(fan, done, "direct_on")
    story.tell("story.asks_directly", first=reader.name, second=leaver.name)
    story.tell("story.leaves", fan=leaver.name)
    await press(leaver, party, "leave")


async def _told_directly(story: Story, fan: MemberActor) -> list[discord.Message]:
    return await read(story.demo.env, fan.user.dm_channel.id)


async def _outage(story: Story) -> None:
    """The bot is away when the moment comes; once it is back its organiser decides."""
    await story.move_to(GONE)
    story.tell("story.away")
    story.clock.advance_to(BACK)
    await story.catch_up()
    question = await _tell_organisers(story)
    await press(story.demo.world.organiser, question, "missed_send")
    story.tell("story.sends")
    await story.catch_up()


async def _tell_organisers(story: Story) -> discord.Message:
    """Print how the last message to organisers begins and ends, but whom it names; return it."""
    message = (await read(story.demo.env, story.demo.world.organiser_room.id))[-1]
    lines = [line for line in words_of(message).splitlines() if not line.startswith("<@")]
    story.tell("story.organisers", text=story.shown(f"{lines[0]} {lines[-1]}".replace("**", "")))
    return message


def _logs(story: Story, card: discord.Message, number: int, amount: int) -> Act:
    """A fan logs what they posted."""

    async def act() -> None:
        fan = story.demo.world.fans[number]
        await log_it(fan, card, str(amount), f"https://example.social/snow/{number}")
        await story.catch_up()

    return act
