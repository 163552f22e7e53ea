"""The story's fan book: tasks that fans take, until it is put off and then cancelled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import discord

from demo.acts import SetUp, announce, answer, posted, press, submit, words_of
from demo.telling import Story
from demo.world import ZONE
from domain.actions import ActionState
from domain.tasks import TaskState

TITLE = "Fan book for the spring"
REASON = "The printer has closed down"
DONE_AT = "https://example.org/board/cover"
TASKS = ("Cover drawing", "Layout", "Proofreading")
ANNOUNCED = datetime(2020, 12, 21, 0, 0, tzinfo=UTC)
START = datetime(2020, 12, 23, 0, 0, tzinfo=UTC)
"""Wednesday, 9:00 in Seoul."""

DAY = timedelta(days=1)
LATER = START + 2 * DAY
CANCELLED = LATER + DAY
LONG_AFTER = CANCELLED + DAY


async def fan_book(story: Story) -> bool:
    """A book that does not come about; tells whether all who had to know were told, once each."""
    world = story.demo.world
    organiser, room = world.organiser, world.organiser_room
    await story.move_to(ANNOUNCED)
    await announce(
        world,
        kind="project",
        title=TITLE,
        when="Wed 23 Dec 9:00",
        fields=("A fan book, ready to print", "https://example.org/board"),
        set_up=SetUp("task_list", "task_add", (("\n".join(TASKS),),)),
    )
    await story.catch_up()
    await press(world.fans[0], await story.newest("join"), "join")
    refused = await _put_off(story)
    await story.move_to(LATER)
    await _take_a_task(story)
    await story.move_to(CANCELLED)
    before = await _news(story)
    asked = answer(await organiser.slash(room, "action cancel", action=TITLE, reason=REASON))
    await organiser.click(asked, label=story.say("button.cancel_yes"))
    story.tell("story.called_off")
    await story.catch_up()
    await _look_back(story)
    await story.move_to(LONG_AFTER)
    action, news = await story.find(TITLE), await _news(story)
    events = story.demo.env.backend.get_guild(world.guild.id).scheduled_events.values()
    event = next(event for event in events if event.name == TITLE)
    role = f"<@&{world.organisers.id}>"
    states = [task.state for task in action.parts.tasks]
    return all(
        (
            story.agree([m.created_at for m in before], [ANNOUNCED, ANNOUNCED, LATER]),
            story.agree([m.created_at for m in news[len(before) :]], [CANCELLED]),
            story.agree(REASON in words_of(news[-1]), True),
            story.agree(refused, story.say("refused.needs_organiser", role=role)),
            story.agree(action.state, ActionState.CANCELLED),
            # One that has begun can only be ended on Discord.
            story.agree(discord.EventStatus(event.status), discord.EventStatus.completed),
            story.agree(states, [TaskState.DONE, *[TaskState.FREE] * (len(TASKS) - 1)]),
        )
    )


async def _take_a_task(story: Story) -> None:
    """A fan takes the first task and is done with it."""
    fan = story.demo.world.fans[0]
    panel = answer(await press(fan, await story.newest("tasks"), "tasks"))
    await press(fan, panel, "task_claim")
    await submit(fan, await press(fan, panel, "task_done"), (DONE_AT,))
    story.tell("story.claimed", fan=fan.name)


async def _put_off(story: Story) -> str:
    """The organiser moves it by two days; returns what somebody is told who may not."""
    world = story.demo.world
    asked = {"action": TITLE, "what": "when"}
    told = words_of(answer(await world.fans[1].slash(world.general, "action edit", **asked)))
    form = await world.organiser.slash(world.organiser_room, "action edit", **asked)
    await submit(world.organiser, form, (TITLE, "Fri 25 Dec 9:00"))
    story.tell("story.put_off", time=story.say.date_time(LATER.astimezone(ZoneInfo(ZONE))))
    await story.catch_up()
    return told


async def _look_back(story: Story) -> None:
    """What the organiser and a fan find of it."""
    world = story.demo.world
    organiser, room = world.organiser, world.organiser_room
    panel = answer(await organiser.slash(room, "action manage", action=TITLE))
    await press(organiser, panel, "history")
    await press(world.fans[0], answer(await world.fans[0].slash(world.general, "help")), "me_tab")


async def _news(story: Story) -> list[discord.Message]:
    """What was posted about it, cards and Discord's own lines about threads apart."""
    messages = await posted(story.demo.env, story.demo.world)
    about = [m for m in messages if m.created_at >= ANNOUNCED and not m.is_system()]
    return [message for message in about if not message.flags.components_v2]
