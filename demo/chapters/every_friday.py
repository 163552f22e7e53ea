"""The story's weekly action: one stream that is followed by the next, until nothing follows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from simcord.results import ResponseMessage

from demo.acts import answer, draft, log_it, pick, posted, press, submit, words_of
from demo.chapters.publishing import publish
from demo.telling import Act, Planned, Story
from domain.actions import Action
from domain.servers import Actor
from domain.tally_file import RecountedTally

TITLE = "Friday streams"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FRIDAYS = tuple(datetime(2020, 6, 12, 12, 0, tzinfo=UTC) + n * timedelta(days=7) for n in range(5))
"""Each at 21:00 in Seoul."""

SKIPPED, CANCELLED = FRIDAYS[2], FRIDAYS[4]
STREAMED = (FRIDAYS[0], FRIDAYS[1], FRIDAYS[3])
LEAD = 2 * DAY
TALLY_AFTER = 26 * HOUR
"""Two hours of streaming, and a day to log it."""

STREAMS = (21, 34)
"""How many each of two fans logs; every week it is one more."""

LOOKS = tuple(FRIDAYS[0] - DAY + n * DAY / 4 for n in range(95))
"""When somebody looks which of them are ahead: four times a day, at their starts too."""


async def every_friday(story: Story) -> bool:
    """Streams that repeat weekly; tells whether exactly one of them was ahead at any time."""
    begun = story.clock.now()
    await _begin(story)
    ahead: list[list[datetime]] = []
    tallies: list[RecountedTally] = []

    async def look() -> None:
        ahead.append([action.starts_at for action in await _ahead(story)])

    async def count() -> None:
        tallies.append(await publish(story, f"friday-{len(tallies) + 1}-tally"))

    planned = [Planned(at, look) for at in LOOKS]
    planned.append(Planned(FRIDAYS[1] - DAY, lambda: _skip(story)))
    for week, friday in enumerate(STREAMED):
        planned.append(Planned(friday + HOUR, _streams(story, week)))
        planned.append(Planned(friday + TALLY_AFTER, count))
    await story.live(planned)
    before = story.told
    await _cancel_the_rest(story)
    await story.move_to(CANCELLED + 2 * DAY)
    counted = [(tally.pledged, tally.total.logged) for tally in tallies]
    meant = [(len(STREAMS), sum(STREAMS) + week * len(STREAMS)) for week in range(len(STREAMED))]
    return all(
        (
            story.agree(ahead, [[_next_after(at)] for at in LOOKS]),
            story.agree(counted, meant),
            story.agree(await _ahead(story), []),
            # It had not been announced: nobody waits for it.
            story.agree(story.told, before),
            story.agree(await _announced(story), [begun, *(day - LEAD for day in STREAMED[1:])]),
        )
    )


async def _begin(story: Story) -> None:
    """The organiser has a stream repeat before publishing it."""
    world, say = story.demo.world, story.say
    organiser = world.organiser
    preview = await draft(
        world,
        kind="stream",
        title=TITLE,
        when="Fri 12 Jun 21:00",
        end="Fri 12 Jun 23:00",
        fields=("https://open.spotify.com/playlist/starlight", "Whole songs, with sound on", "50"),
    )
    asked = answer(await press(organiser, preview, "repeat"))
    form = await pick(organiser, asked, "repeat_rule", "FREQ=WEEKLY;INTERVAL=1;BYDAY=FR")
    plan = answer(await submit(organiser, form, (None, None, None, "2 days")))
    repeating = await organiser.click(plan, label=say("button.repeat_yes"))
    story.tell("story.repeats")
    await press(organiser, answer(repeating), "publish")
    await story.catch_up()


def _streams(story: Story, week: int) -> Act:
    """Two fans sign up and log what they streamed."""

    async def act() -> None:
        card = await story.newest("log")
        for fan, streams in zip(story.demo.world.fans, STREAMS, strict=False):
            await press(fan, card, "join")
            link = f"https://example.social/{fan.name}/{week}"
            await log_it(fan, card, str(streams + week), link)

    return act


async def _skip(story: Story) -> None:
    """The organiser leaves out a date for which there is no action yet."""
    organiser = story.demo.world.organiser
    asked = answer(await press(organiser, await _panel(story), "series_skip"))
    await pick(organiser, asked, "series_date", SKIPPED.date().isoformat())
    story.tell("story.date_skipped", day=story.say.day(SKIPPED.date()))


async def _cancel_the_rest(story: Story) -> None:
    organiser = story.demo.world.organiser
    form = await press(organiser, await _panel(story), "series_cancel")
    asked = answer(await submit(organiser, form, ("Exams: we'll stream again in autumn",)))
    await organiser.click(asked, label=story.say("button.series_cancel_yes"))
    story.tell("story.series_over")


async def _panel(story: Story) -> ResponseMessage:
    world = story.demo.world
    return answer(await world.organiser.slash(world.organiser_room, "action series", series=TITLE))


async def _ahead(story: Story) -> list[Action]:
    """The actions of the series that are still to come, announced or not."""
    world, now = story.demo.world, story.clock.now()
    moderator = Actor(world.moderator.id, manages_server=True)
    found = await story.demo.services.actions.search_managed(moderator, world.guild.id, TITLE)
    return [action for action in found if action.starts_at > now]


def _next_after(at: datetime) -> datetime:
    return next(day for day in FRIDAYS if day > at and day != SKIPPED)


async def _announced(story: Story) -> list[datetime]:
    """When the cards of the series were posted."""
    messages = await posted(story.demo.env, story.demo.world)
    return [
        message.created_at
        for message in messages
        if message.flags.components_v2 and not message.attachments and TITLE in words_of(message)
    ]
