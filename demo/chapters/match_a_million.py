"""The story's fundraiser, with the figures of #MatchAMillion at one hundredth."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import discord
from simcord.actors import MemberActor
from simcord.results import ResponseMessage

from demo.acts import announce, answer, log_it, press, words_of
from demo.chapters.publishing import publish
from demo.donations import TWICE, Donation, make_donations
from demo.telling import Act, Planned, Story
from demo.world import join

VERIFIED = 25
SIGNED_UP = 120
OVER_CAP = "5,000"
CODE_TYPED_AGAIN = "{} "
"""People type a code again a little differently; it is the same code all the same."""


async def match_a_million(story: Story) -> bool:
    """The fundraiser of June 2020; tells whether its tally is exactly that of its figures."""
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
    start = story.clock.now() + timedelta(hours=22)
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
    total = (await publish(story, "tally")).total
    return (
        total.logged == 1_026_531
        and total.logged_count == 356
        and total.held_count == TWICE + 1
        and total.withdrawn_count == 1
        and total.verified_count == VERIFIED
    )


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
    """Somebody logs by mistake, and takes it back at once."""
    logged = await log_it(fan, card, "20", "MM-9002-OOPS")
    await press(fan, logged, "undo")


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


def _line(message: ResponseMessage, mark: str) -> str:
    return next(line for line in words_of(message).splitlines() if mark in line)
