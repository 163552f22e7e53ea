"""The story's vote: three apps whose days end in three zones, while the clocks change in one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import discord

from demo.acts import SetUp, announce, has_button, posted, press, words_of
from demo.chapters.publishing import publish
from demo.telling import Act, Planned, Story

TITLE = "Rookie of the year"
CAPS = {"Mubeat": 10, "Starpick": 5, "Mainstage": 3}
APPS = SetUp(
    "apps",
    "app_add",
    (
        ("Mubeat", "10", "23:30 KST", "", "Votes expire at the end of the month"),
        ("Starpick", "5", "03:00 UTC", "", ""),
        ("Mainstage", "3", "00:00 America/New_York", "", "Make your account a day ahead"),
    ),
)
"""In New York the clocks go back on 1 November 2020 at 06:00 UTC. Until then its midnight comes
an hour after Starpick's reset, and from then on two hours, which is too far to share a call."""

RESTING = 0
"""Who of the fans has a day of rest: on 1 November, in the server's zone."""

IMPATIENT = 2
"""Who taps everything twice within a second, which is one tap."""

_APP_LINE = re.compile(r"^\*\*(\w+)\*\* .*?<t:(\d+)", re.MULTILINE)

AT_ONCE, LATER = timedelta(seconds=1), timedelta(seconds=5)


def _utc(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of 31 October 2020 and the days after it, which is day 0."""
    return datetime(2020, 10, 31, hour, minute, tzinfo=UTC) + timedelta(days=day)


@dataclass(frozen=True)
class Call:
    """A call as it is meant to come: when, and when the days of its apps end.

    `taps` are a fan's number, an app, and how often they tap it; with an odd number of taps
    their votes are logged in the end.
    """

    at: datetime
    ends: Mapping[str, datetime]
    taps: tuple[tuple[int, str, int], ...]


START, END = _utc(-1, 23), _utc(2, 23)
CALLS = (
    Call(
        _utc(0, 0),
        {"Starpick": _utc(0, 3), "Mainstage": _utc(0, 4)},
        ((0, "Starpick", 1), (0, "Mainstage", 1), (1, "Starpick", 1), (2, "Mainstage", 2)),
    ),
    Call(_utc(0, 11, 30), {"Mubeat": _utc(0, 14, 30)}, ((0, "Mubeat", 1), (1, "Mubeat", 1))),
    Call(
        _utc(1, 0),
        {"Starpick": _utc(1, 3), "Mainstage": _utc(1, 4)},
        ((1, "Starpick", 1), (1, "Mainstage", 1), (2, "Starpick", 3)),
    ),
    Call(_utc(1, 11, 30), {"Mubeat": _utc(1, 14, 30)}, ((1, "Mubeat", 2), (2, "Mubeat", 1))),
    Call(_utc(2, 0), {"Starpick": _utc(2, 3)}, ((0, "Starpick", 1), (1, "Starpick", 1))),
    Call(_utc(2, 2), {"Mainstage": _utc(2, 5)}, ((1, "Mainstage", 1), (2, "Mainstage", 1))),
    Call(_utc(2, 11, 30), {"Mubeat": _utc(2, 14, 30)}, ((0, "Mubeat", 1), (2, "Mubeat", 1))),
    Call(_utc(2, 20), dict.fromkeys(CAPS, END), tuple((2, app, 1) for app in CAPS)),
)
"""Three hours before the first of the days that end together; the last one as the vote does."""

DAY_OF_REST = CALLS[2]


async def three_resets(story: Story) -> bool:
    """A vote while the clocks change; tells whether calls and ticks were just as meant."""
    await story.move_to(START - timedelta(hours=12))
    await announce(
        story.demo.world,
        kind="vote",
        title=TITLE,
        when="Sat 31 Oct 8:00",
        end="Tue 3 Nov 8:00",
        fields=("One account each", "100"),
        set_up=APPS,
    )
    await story.catch_up()
    await story.live([Planned(call.at, _taps(story, call)) for call in CALLS])
    await story.move_to(END + timedelta(hours=24))
    total = (await publish(story, "vote-tally")).total
    messages = await posted(story.demo.env, story.demo.world)
    calls = [message for message in messages if has_button(message, "tick")]
    apps = (await story.find(TITLE)).parts.apps
    logged, withdrawn = _apps(lambda taps: taps % 2), _apps(lambda taps: taps // 2)
    return all(
        (
            story.agree([call.created_at for call in calls], [call.at for call in CALLS]),
            story.agree([_ends(call) for call in calls], [call.ends for call in CALLS]),
            story.agree((total.logged, total.logged_count), _votes(logged)),
            story.agree((total.withdrawn, total.withdrawn_count), _votes(withdrawn)),
            story.agree([app.logged for app in apps], [CAPS[app] * logged[app] for app in CAPS]),
        )
    )


def _taps(story: Story, call: Call) -> Act:
    """Fans tap the buttons of a call that has just come."""

    async def act() -> None:
        fans, message = story.demo.world.fans, await story.newest("tick")
        if call is DAY_OF_REST:
            await press(fans[RESTING], message, "rest_day")
            story.tell("story.rests", fan=fans[RESTING].name)
        for number, app, taps in call.taps:
            for _ in range(taps):
                story.clock.advance(LATER.total_seconds())
                await fans[number].click(message, label=app)
                if number == IMPATIENT:
                    story.clock.advance(AT_ONCE.total_seconds())
                    await fans[number].click(message, label=app)
        back = sum(taps > 1 for *_, taps in call.taps)
        logged = sum(taps % 2 for *_, taps in call.taps)
        story.tell("story.ticked", logged=logged, back=back)

    return act


def _apps(times: Callable[[int], int]) -> Counter[str]:
    """How often there was something in each app, by what so many taps of one person come to."""
    found: Counter[str] = Counter()
    for _, app, taps in (tapped for call in CALLS for tapped in call.taps):
        found[app] += times(taps)
    return found


def _votes(times: Counter[str]) -> tuple[int, int]:
    """How many votes that is in all, and in how many contributions."""
    return sum(CAPS[app] * count for app, count in times.items()), times.total()


def _ends(message: discord.Message) -> dict[str, datetime]:
    """The apps that a call names, and until when to vote in each."""
    lines = _APP_LINE.findall(words_of(message))
    return {app: datetime.fromtimestamp(int(seconds), UTC) for app, seconds in lines}
