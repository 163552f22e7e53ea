"""The story's streaming weekend: shifts in three zones, nobody's in their own night."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from simcord.results import ResponseMessage

from demo.acts import SetUp, announce, answer, log_it, options_of, pick, posted, press, submit
from demo.chapters.publishing import publish
from demo.telling import Act, Planned, Story
from domain.shifts import Shift

TITLE = "Starlight weekend"
HOUR = timedelta(hours=1)
START = datetime(2020, 7, 31, 15, 0, tzinfo=UTC)
"""Saturday 1 August, 0:00 in Seoul."""

END = START + 48 * HOUR
GRID = SetUp("shift_grid", "shift_generate", ((None, None, "2h", "2"),))
"""Over the whole weekend, in blocks of two hours for two people each."""

REMINDED = timedelta(minutes=15)
MORNING, NIGHT = time(7), time(23)

SORA, BRUNA, MAITE = 4, 1, 3
"""Numbers of fans."""

HOMES = {
    SORA: ("Seoul", "Asia/Seoul"),
    BRUNA: ("São Paulo", "America/Sao_Paulo"),
    MAITE: ("Los Angeles", "America/Los_Angeles"),
}
AWAKE = 14
"""Blocks that lie between 7:00 and 23:00, wherever one lives: seven a day."""

TAKEN = (
    (SORA, 8, 14, 0),
    (SORA, 44, 13, 0),
    (BRUNA, 8, 12, 2),
    (BRUNA, 20, 12, 1),
    (MAITE, 2, 13, 0),
)
"""Who takes the shift that begins so many hours after the start, and how many blocks they are
offered in which nobody is, and in which one person is."""

HANDED_OVER = 44
"""Sora's, which becomes Bruna's."""

HOLDERS = {2: {MAITE}, 8: {SORA, BRUNA}, 20: {BRUNA}, HANDED_OVER: {BRUNA}}

STREAMS = ((MAITE, 3, 150), (SORA, 9, 120), (BRUNA, 21, 200), (SORA, 22, 120), (SORA, 32, 100))
"""Who logs how many streams so many hours after the start. With the last ones, Sora is at 340
within 24 hours; more than 300 a day wait for a check."""

HELD = 100


async def stream_weekend(story: Story) -> bool:
    """Two days of streaming in shifts; tells whether offers, reminders and tally were as meant."""
    await story.move_to(START - 100 * HOUR)
    await announce(
        story.demo.world,
        kind="stream",
        title=TITLE,
        when="Sat 1 Aug 0:00",
        end="Mon 3 Aug 0:00",
        fields=("https://open.spotify.com/playlist/starlight", "Sleep at night", "500"),
        set_up=GRID,
    )
    await story.catch_up()
    at_home = [await _says_home(story, number) for number in HOMES]
    filled = [await _takes(story, number, hours) for number, hours, *_ in TAKEN]
    await _hands_over(story)
    await story.live([Planned(START + log[1] * HOUR, _logs(story, *log)) for log in STREAMS])
    await story.move_to(END + 24 * HOUR)
    tally = await publish(story, "weekend-tally")
    logged = sum(streams for *_, streams in STREAMS) - HELD
    fans, total = story.demo.world.fans, tally.total
    return all(
        (
            story.agree(at_home, [(AWAKE, AWAKE)] * len(HOMES)),
            # Those that lack most people come first.
            story.agree(filled, [[0] * empty + [1] * half for *_, empty, half in TAKEN]),
            story.agree(
                await _reminders(story),
                [(START + n * HOUR, {fans[who].id for who in HOLDERS[n]}) for n in HOLDERS],
            ),
            story.agree((tally.pledged, tally.participants), (len(HOMES), len(HOMES))),
            story.agree((total.logged, total.held, total.held_count), (logged, HELD, 1)),
        )
    )


async def _offered(story: Story, panel: ResponseMessage) -> list[Shift]:
    """The blocks that a panel offers, in its order."""
    shifts = {str(s.shift_id): s for s in (await story.find(TITLE)).parts.shifts}
    return [shifts[value] for value in options_of(panel, "shift_take")]


async def _panel(story: Story, number: int) -> ResponseMessage:
    fan = story.demo.world.fans[number]
    return answer(await press(fan, await story.newest("shifts"), "shifts"))


async def _says_home(story: Story, number: int) -> tuple[int, int]:
    """Somebody says where they live; returns how many blocks they are offered, and by day."""
    fan, (city, zone) = story.demo.world.fans[number], HOMES[number]
    form = await press(fan, await _panel(story, number), "own_zone")
    offered = await _offered(story, answer(await submit(fan, form, (city,))))
    by_day = sum(_by_day(shift, ZoneInfo(zone)) for shift in offered)
    story.tell("story.own_times", fan=fan.name, city=city, count=len(offered), day=by_day)
    return len(offered), by_day


def _by_day(shift: Shift, zone: ZoneInfo) -> bool:
    """Tell whether a shift is within one day's waking hours."""
    begins, ends = shift.starts_at.astimezone(zone), shift.ends_at.astimezone(zone)
    return begins.date() == ends.date() and begins.time() >= MORNING and ends.time() <= NIGHT


async def _takes(story: Story, number: int, hours: int) -> list[int]:
    """Somebody takes a shift; returns how many people each of those had that they were offered."""
    fan, panel = story.demo.world.fans[number], await _panel(story, number)
    offered = await _offered(story, panel)
    shift = next(s for s in offered if s.starts_at == START + hours * HOUR)
    await pick(fan, panel, "shift_take", str(shift.shift_id))
    wall = shift.starts_at.astimezone(ZoneInfo(HOMES[number][1]))
    story.tell("story.shift_taken", fan=fan.name, time=story.say.date_time(wall))
    return [shift.taken for shift in offered]


async def _hands_over(story: Story) -> None:
    """Sora asks Bruna to take a shift, and she does."""
    giver, taker = (story.demo.world.fans[number] for number in (SORA, BRUNA))
    starts_at = START + HANDED_OVER * HOUR
    action = await story.find(TITLE)
    shift = next(s for s in action.parts.shifts if s.starts_at == starts_at)
    own = f"fc:shift_mine:{action.action_id}.{shift.shift_id}"
    shown = answer(await giver.click(await _panel(story, SORA), custom_id=own))
    asked = answer(await pick(giver, shown, "shift_to", taker))
    await giver.click(asked, label=story.say("button.hand_over"))
    await story.catch_up()
    await press(taker, await story.newest("shift_accept"), "shift_accept")
    await story.catch_up()


def _logs(story: Story, number: int, hours: int, streams: int) -> Act:
    """A fan logs what they streamed."""
    fan = story.demo.world.fans[number]

    async def act() -> None:
        link = f"https://example.social/{fan.name}/{hours}"
        await log_it(fan, await story.newest("log"), str(streams), link)

    return act


async def _reminders(story: Story) -> list[tuple[datetime, set[int]]]:
    """The shifts' starts of which people were reminded during the weekend, and who was pinged."""
    return [
        (m.created_at + REMINDED, {pinged.id for pinged in (*m.mentions, *m.role_mentions)})
        for m in await posted(story.demo.env, story.demo.world)
        if START - HOUR < m.created_at < END and m.mentions
    ]
