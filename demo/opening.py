"""What is going on when the demo page opens: a server that is set up, with an action a kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from demo.acts import SetUp, announce, press, set_up
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
        "fundraiser",
        "Starlight for the Oceans",
        "in 2 hours",
        ("https://example.org/oceans", "USD, KRW, EUR", "10,000", "500", "1,000"),
    ),
    Planned(
        "hashtag",
        "Comeback night trend party",
        "in 25 hours",
        ("#StarlightComeback", "Your favourite stage, and why", "5,000", "", ""),
        capacity=4,
    ),
)


async def begin(world: World, dispatcher: Dispatcher, actions: Sequence[Planned] = ACTIONS) -> None:
    """Set the server up and announce the actions, as its people would; the last one has fans."""
    await set_up(world, ZONE)
    for planned in actions:
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
    message = world.announcements.last_message
    assert message is not None
    for fan in world.fans[:3]:
        await press(fan, message, "join")
