"""The story's action that needs thirty people, and does not find them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from demo.acts import SetUp, announce, has_button, posted, press, words_of
from demo.telling import Story
from domain.actions import ActionState

TITLE = "Bus to the open air"
NEEDED, CAME = 30, 4
ANNOUNCED = datetime(2020, 7, 13, 0, 0, tzinfo=UTC)
DECIDED = datetime(2020, 7, 22, 11, 0, tzinfo=UTC)
LONG_AFTER = datetime(2020, 7, 28, 0, 0, tzinfo=UTC)


async def enough_of_us(story: Story) -> bool:
    """A bus that too few sign up for; tells whether it was called off, said so once, and rested."""
    world = story.demo.world
    await story.move_to(ANNOUNCED)
    await announce(
        world,
        kind="attendance",
        title=TITLE,
        when="Sat 25 Jul 9:00",
        fields=("The car park behind the station", "", "Back by midnight", ""),
        set_up=SetUp("sign_up_settings", "condition", ((str(NEEDED), "Wed 22 Jul 20:00"),)),
    )
    await story.catch_up()
    announcement = await story.newest("join")
    for fan in world.fans[:CAME]:
        await press(fan, announcement, "join")
    story.tell("story.too_few", count=CAME, needed=NEEDED)
    await story.move_to(DECIDED - timedelta(seconds=1))
    before = await posted(story.demo.env, world)
    role_id = (await story.find(TITLE)).role_id
    await story.move_to(LONG_AFTER)
    await story.demo.services.redraws.flush()
    story.tell("story.quiet")
    messages = await posted(story.demo.env, world)
    news, about = messages[len(before) :], [m for m in messages if TITLE in words_of(m)]
    counted = story.say(
        "decision.counted",
        people=story.say.many("count.people", CAME),
        needed=story.say.number(NEEDED),
    )
    action = await story.find(TITLE)
    return all(
        (
            story.agree([message.created_at for message in news], [DECIDED]),
            # Those who were in, by a role that is deleted by now.
            story.agree([role for m in news for role in m.raw_role_mentions], [role_id]),
            story.agree([counted in words_of(message) for message in news], [True]),
            # Whoever comes late finds nothing to sign up for.
            story.agree([m.id for m in about if has_button(m, "join")], []),
            story.agree((action.state, action.signed_up), (ActionState.CANCELLED, CAME)),
        )
    )
