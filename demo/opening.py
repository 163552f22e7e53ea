"""What is going on when the demo page opens: a server that is set up, with an action a kind.

The fundraiser is running and some have given, so that there is something to log, to review and to
count from the first minute on.
"""

from __future__ import annotations

from dataclasses import dataclass

import discord

from demo.acts import SetUp, announce, log_it, press, set_up
from demo.clock import OffsetClock
from demo.world import ZONE, World
from services.dispatcher import Dispatcher


@dataclass(frozen=True)
class Planned:
    """An action as its organiser types it: the kind's form in `fields`, in order."""

    kind: str
    title: str
    when: str
    fields: tuple[str, ...]
    set_up: SetUp | None = None
    capacity: int | None = None
    fans: int = 0
    """How many have signed up."""


ACTIONS = (
    Planned(
        "custom",
        "Letters to the orchestra",
        "in 9 hours",
        ("letters", "Write by hand; one page is enough", "https://example.org/letters", "100", ""),
    ),
    Planned(
        "submission",
        "Birthday book",
        "in 8 hours",
        (
            "The birthday book that goes to the agency",
            "Own drawings, upright A5\nOne each, with your first name at most",
            "https://example.org/book",
            "200",
        ),
    ),
    Planned(
        "vote",
        "Rookie of the year",
        "in 7 hours",
        ("One account each; make it today, new ones can vote tomorrow", "20,000"),
        SetUp(
            "apps",
            "app_add",
            (
                ("Mubeat", "10", "23:30 KST", "", "Votes expire at the end of the month"),
                ("Idolchamp", "3", "00:30 KST", "", ""),
            ),
        ),
    ),
    Planned(
        "attendance",
        "Flash mob at Seoul station",
        "in 6 hours",
        ("Seoul station, by the big clock", "https://example.org/map", "Bring water", "STAR2026"),
        capacity=30,
    ),
    Planned(
        "project",
        "Fan book for the anniversary",
        "in 5 hours",
        ("A fan book of forty pages, ready to print", "https://example.org/board"),
        SetUp("task_list", "task_add", (("Cover drawing\nLayout\nKorean translation",),)),
    ),
    Planned(
        "stream",
        "Streaming weekend",
        "in 3 hours",
        (
            "https://open.spotify.com/playlist/starlight\nhttps://music.apple.com/kr/starlight",
            "Whole songs, with sound on; one listener, one stream; sleep at night",
            "50,000",
            "",
        ),
        SetUp("shift_grid", "shift_generate", ((None, None, "2h", "2"),)),
    ),
    Planned(
        "hashtag",
        "Comeback night trend party",
        "in 26 hours",
        ("#StarlightComeback", "Your favourite stage, and why", "5,000", "", ""),
        capacity=4,
        fans=3,
    ),
    Planned(
        "fundraiser",
        "Starlight for the Oceans",
        "in 1 hour",
        ("https://example.org/oceans", "USD, KRW, EUR", "10,000", "500", "1,000"),
        fans=3,
    ),
)

UNTIL_IT_STARTS = 61 * 60
"""Seconds from the announcement of the fundraiser until it has started for sure."""

GIVEN = (("25", "OC-1001-STAR"), ("40", "OC-1002-MOON"), ("2,000", "OC-1003-TIDE"))
"""What the first fans log, with the charity's code; the last one is over the cap, so it is held."""


async def begin(world: World, clock: OffsetClock, dispatcher: Dispatcher, code: str = "en") -> None:
    """Set the server up in a language, announce the actions and let the fundraiser start.

    All as its people would do it. The one that starts is the newest, which `/tally` shows.
    """
    await set_up(world, ZONE, code)
    for planned in ACTIONS:
        capacity = {} if planned.capacity is None else {"capacity": planned.capacity}
        await announce(
            world,
            kind=planned.kind,
            title=planned.title,
            when=planned.when,
            fields=planned.fields,
            set_up=planned.set_up,
            **capacity,
        )
        await dispatcher.send_due()
        for fan in world.fans[: planned.fans]:
            await press(fan, _newest(world), "join")
    clock.jump(UNTIL_IT_STARTS)
    await dispatcher.send_due()
    for fan, (amount, proof) in zip(world.fans, GIVEN, strict=False):
        await log_it(fan, _newest(world), amount, proof, "")


def _newest(world: World) -> discord.Message:
    message = world.announcements.last_message
    assert message is not None
    return message
