"""`bot.py demo --story`: two actions from announcement to published tally, told in the terminal."""

from __future__ import annotations

import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import discord
from simcord.actors import MemberActor
from simcord.results import ResponseMessage

from demo.acts import (
    ActFailed,
    announce,
    answer,
    has_button,
    log_it,
    posted,
    press,
    set_up,
    words_of,
)
from demo.clock import StoryClock
from demo.donations import TWICE, Donation, make_donations
from demo.run import Demo, running_demo
from demo.world import ZONE, join
from domain.kinds import Unit
from domain.tally_file import RecountedTally, TallyFile, read_tally_csv, recount
from locales import Language, language
from ui.text import amount

OUT = Path("out")
BEGINNING = datetime(2020, 6, 6, 1, 0, tzinfo=UTC)
"""Saturday 6 June 2020, 10:00 in Seoul. The server and its people are made up."""

TAG = "StarlightInTheRain"
VERIFIED = 25
SIGNED_UP = 120
OVER_CAP = "5,000"
CODE_TYPED_AGAIN = "{} "
"""People type a code again a little differently; it is the same code all the same."""

Act = Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Planned:
    """Something that somebody does at an instant of the story."""

    at: datetime
    act: Act


class Story:
    """The story's clock, its people, and the line printed for what they do."""

    def __init__(self, demo: Demo, clock: StoryClock) -> None:
        self.demo = demo
        self.clock = clock
        self.say = language(None)
        self.told = 0

    def tell(self, key: str, **values: object) -> None:
        """Print one line of the timeline, with the time in the server's zone."""
        wall = self.clock.now().astimezone(ZoneInfo(ZONE))
        print(f"{self.say.date_time(wall)}  {self.say(key, **values)}", flush=True)

    async def move_to(self, instant: datetime) -> None:
        """Let time pass; everything that is owed meanwhile goes out at its own instant."""
        dispatcher = self.demo.services.dispatcher
        while (due := await dispatcher.next_due()) is not None and due <= instant:
            self.clock.advance_to(due)
            await self.catch_up()
        self.clock.advance_to(instant)
        await self.tell_messages()

    async def catch_up(self) -> None:
        """Let everything go out that is due by now."""
        await self.demo.services.dispatcher.send_due()
        await self.tell_messages()

    async def tell_messages(self) -> None:
        """Print the first line of every message that was posted since the last look."""
        messages = await posted(self.demo.env, self.demo.world)
        for message in messages[self.told :]:
            lines = [line for line in words_of(message).splitlines() if line.strip()]
            # A card or tally begins with a small line that says what it is, then its title.
            first = lines[:2] if lines[0].startswith("-#") else lines[:1]
            shown = " · ".join(line.lstrip("-# ") for line in first)
            self.tell("story.posted", text=self._named(shown))
        self.told = len(messages)

    def _named(self, text: str) -> str:
        """Mentions as Discord shows them, by name."""
        world = self.demo.world
        text = text.replace(f"<@&{world.trend_alerts.id}>", f"@{world.trend_alerts.name}")
        for person in world.people:
            text = text.replace(person.mention, f"@{person.name}")
        return text

    async def live(self, planned: list[Planned]) -> None:
        """Let everything planned happen in its order."""
        for item in sorted(planned, key=lambda p: p.at):
            await self.move_to(item.at)
            await item.act()

    async def newest(self, verb: str) -> discord.Message:
        """The newest message that has a verb's button, as people scroll up to find it."""
        for message in reversed(await posted(self.demo.env, self.demo.world)):
            if has_button(message, verb):
                return message
        raise ActFailed(verb)


async def play() -> int:
    """Play the story; returns 0 if the published numbers are exactly those of its figures."""
    logging.basicConfig(level=logging.ERROR)
    clock = StoryClock(BEGINNING)
    async with running_demo(clock) as demo:
        story = Story(demo, clock)
        story.tell("story.set_up")
        await set_up(demo.world, ZONE)
        fundraiser = await _fundraiser(story)
        hashtag = await _hashtag(story)
    say = story.say
    as_planned = (
        fundraiser.total.logged == 1_026_531
        and fundraiser.total.logged_count == 356
        and fundraiser.total.held_count == TWICE + 1
        and fundraiser.total.withdrawn_count == 1
        and fundraiser.total.verified_count == VERIFIED
        and hashtag.total.logged_count == len(demo.world.fans)
    )
    print(say("story.exact" if as_planned else "story.wrong", folder=f"{OUT}/"))
    return 0 if as_planned else 1


async def _fundraiser(story: Story) -> RecountedTally:
    demo, world = story.demo, story.demo.world
    await announce(
        world,
        kind="fundraiser",
        title="Match the million",
        when="tomorrow 8:00",
        end="Mon 8 Jun 9:00",
        fields=("https://example.org/give", "USD", "10,000", "", "250"),
    )
    await story.catch_up()
    start = BEGINNING + timedelta(hours=22)
    donations = make_donations()
    donors = [join(demo.env, world.guild, f"donor{n:03}", f"Donor {n}") for n in range(356)]
    announcement = await story.newest("join")
    for donor in donors[:SIGNED_UP]:
        await press(donor, announcement, "join")
    story.tell("story.signed_up", count=story.say.number(SIGNED_UP))
    await story.move_to(start)
    card = await story.newest("log")
    await story.live(_donors_act(story, card, donors, donations, start))
    await _review(story)
    await story.move_to(start + timedelta(hours=49))
    return await _publish(story, "tally")


def _donors_act(
    story: Story,
    card: discord.Message,
    donors: list[MemberActor],
    donations: list[Donation],
    start: datetime,
) -> list[Planned]:
    """All donations, those sent twice, the one over the cap and the one withdrawn."""

    def logs(donor: MemberActor, *typed: str) -> Act:
        return lambda: log_it(donor, card, *typed)

    pairs = list(zip(donors, donations, strict=True))
    planned = [
        Planned(start + donation.after, logs(donor, f"{donation.cents / 100:.2f}", donation.code))
        for donor, donation in pairs
    ]
    dice = random.Random(18)
    for donor, donation in dice.sample(pairs[:300], TWICE):
        again = CODE_TYPED_AGAIN.format(donation.code.lower())
        typed = (f"{donation.cents / 100:.2f}", again)
        planned.append(Planned(start + donation.after + timedelta(minutes=7), logs(donor, *typed)))
    world = story.demo.world
    planned.append(
        Planned(start + timedelta(hours=3), logs(world.fans[0], OVER_CAP, "MM-9001-OVER"))
    )
    planned.append(Planned(start + timedelta(hours=6), lambda: _withdraws(world.fans[1], card)))
    for hour in (5, 24, 25):
        planned.append(Planned(start + timedelta(hours=hour), lambda: _tell_progress(story)))
    return planned


async def _withdraws(fan: MemberActor, card: discord.Message) -> None:
    """Somebody logs, then withdraws it: the bot asks first."""
    logged = await log_it(fan, card, "20", "MM-9002-OOPS")
    asked = answer(await press(fan, logged, "withdraw"))
    await fan.click(asked, label=language(None)("button.withdraw_yes"))


async def _tell_progress(story: Story) -> None:
    world = story.demo.world
    shown = answer(await world.fans[2].slash(world.general, "tally"))
    story.tell("story.progress", text=_line(shown, story.say("tally.logged.mark")))


async def _review(story: Story) -> None:
    """A reviewer leaves the held ones for a second look and verifies some of the rest."""
    world = story.demo.world
    reviewer = world.organiser
    panel = answer(await reviewer.slash(world.organiser_room, "review"))
    for _ in range(TWICE + 1):
        await press(reviewer, panel, "skip")
    for _ in range(VERIFIED):
        await press(reviewer, panel, "verify")
    story.tell("story.reviewed", count=story.say.number(VERIFIED))


async def _hashtag(story: Story) -> RecountedTally:
    """A trend party whose tag nobody sees before its moment."""
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
    return await _publish(story, "hashtag-tally")


async def _publish(story: Story, name: str) -> RecountedTally:
    """Keep the files of the tally that was posted last, and count its CSV again."""
    await story.demo.services.redraws.flush()
    message = (await posted(story.demo.env, story.demo.world))[-1]
    files = {Path(a.filename).suffix: await a.read() for a in message.attachments}
    for suffix, data in files.items():
        _keep(f"{name}{suffix}", data)
    for line in words_of(message).splitlines():
        print(f"    {line}")
    file = read_tally_csv(files[".csv"])
    if not _says(story.say, words_of(message), file):
        raise ActFailed(name)
    return recount(file)


def _says(say: Language, post: str, file: TallyFile) -> bool:
    """Tell whether every number of a post is the one that its own file adds up to."""
    counted = recount(file)
    unit = Unit.POSTS if file.unit_code == Unit.POSTS.value else Unit.MONEY
    people = say.many("count.people", counted.participants)
    for part in ("logged", "proved", "verified", "held", "not_counted", "withdrawn"):
        value, count = getattr(counted.total, part), getattr(counted.total, f"{part}_count")
        shown = amount(say, unit, value, file.unit_code)
        contributions = say.many("count.contributions", count)
        if (
            say(f"tally.{part}", amount=shown, contributions=contributions, people=people)
            not in post
        ):
            return False
    return say.many("tally.pledged", counted.pledged) in post


def _keep(name: str, data: bytes) -> None:
    OUT.mkdir(exist_ok=True)
    (OUT / name).write_bytes(data)


def _line(message: ResponseMessage, mark: str) -> str:
    return next(line for line in words_of(message).splitlines() if mark in line)
