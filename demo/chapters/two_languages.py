"""The story's party in two languages: its tag stays sealed, and its two cards count as one."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import discord
from PIL import Image
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle
from simcord.results import ResponseMessage

from demo.acts import (
    answer,
    draft,
    has_button,
    log_it,
    options_of,
    pick,
    posted,
    press,
    press_each,
    read,
    submit,
    words_of,
)
from demo.chapters.publishing import publish
from demo.telling import Story
from demo.world import join
from locales import name_of

TITLE, PROMPT = "Moon stage trend party", "Your favourite stage, and why"
TAG = "StarlightOnTheMoon"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = datetime(2020, 12, 19, 11, 0, tzinfo=UTC)
"""Saturday, 20:00 in Seoul."""

END = START + 2 * HOUR
ANNOUNCED, REVEALED = START - 3 * DAY, START - HOUR / 2
EARLIER = HOUR
"""How long before the others the translators see the tag."""

LOGGED = (12, 7, 5)
"""How much the first fans log; the first of them in the other language's channel."""

VERIFIED, NOT_COUNTED = LOGGED[0], LOGGED[1]
MUCH = "quite a few"
ALT = "The stage under a full moon"


@dataclass(frozen=True)
class Elsewhere:
    """The language channel: its language, its name, and what the translator types."""

    code: str
    channel: str
    title: str
    prompt: str


ELSEWHERE = {
    "en": Elsewhere("ko", "korean", "달빛 무대 트렌드 파티", "가장 좋아하는 무대와 그 이유"),
    "ko": Elsewhere("en", "english", "Moonlight stage party", "The stage you love, and why"),
}
"""By the language of the server."""


def _elsewhere(story: Story) -> Elsewhere:
    """The channel of the other language: in a server of neither language it is an English one."""
    return ELSEWHERE.get(story.code, ELSEWHERE["ko"])


async def two_languages(story: Story) -> bool:
    """A party for readers of two languages; tells whether its tag was kept and all were counted."""
    world, other = story.demo.world, _elsewhere(story)
    await story.move_to(ANNOUNCED)
    channel = world.guild.create_text_channel(other.channel)
    translators = world.guild.create_role("Translators")
    translator = join(story.demo.env, world.guild, "haneul", "Haneul", roles=(translators,))
    await _set_up(story, channel, translators)
    await _announce(story)
    await _translate(story, translator, channel)
    first, second, third = world.fans[:3]
    await press(first, await _newest(story, channel, "join"), "join")
    for fan in (second, third):
        await press(fan, await story.newest("join"), "join")
    await _look_around(story, third)
    await _look_after(story)
    await story.move_to(REVEALED - EARLIER)
    early = words_of(answer(await translator.slash(world.general, "tag")))
    story.tell("story.early", fan=translator.name)
    await story.move_to(REVEALED - timedelta(seconds=1))
    kept = await _everything(story, channel)
    await story.move_to(REVEALED)
    await _tell_elsewhere(story, channel)
    shared = await _share(story, second)
    await story.move_to(START)
    refused = await _log(story, channel, (first, second, third))
    await _review(story)
    await story.move_to(END + DAY)
    tally = await publish(story, "two-languages-tally")
    there = await read(story.demo.env, channel.id)
    total, events = tally.total, _events(story)
    return all(
        (
            story.agree([TAG in text for text in kept], [False] * len(kept)),
            story.agree((TAG in early, TAG in shared), (True, True)),
            story.agree(refused, story.say("amount.not_understood", text=MUCH)),
            story.agree([other.title in words_of(m) for m in there], [True] * len(there)),
            story.agree(has_button(there[-1], "leaderboard"), True),
            story.agree((tally.pledged, tally.participants), (len(LOGGED), len(LOGGED) - 1)),
            story.agree(
                (total.logged, total.verified, total.not_counted),
                (sum(LOGGED) - NOT_COUNTED, VERIFIED, NOT_COUNTED),
            ),
            story.agree(events, {TITLE: discord.EventStatus.completed}),
        )
    )


async def _set_up(story: Story, channel: ChannelHandle, translators: object) -> None:
    """The moderator gives the other language a channel, and has threads and events made."""
    world, other = story.demo.world, _elsewhere(story)
    moderator = world.moderator
    page = answer(await moderator.slash(world.general, "setup"))

    async def turn_to(name: str) -> ResponseMessage:
        return answer(await pick(moderator, page, "setup_page", name))

    await turn_to("languages")
    await pick(moderator, page, "setup_translator", translators)
    await pick(moderator, page, "setup_language_open", other.code)
    await pick(moderator, page, "setup_language_channel", channel)
    await pick(moderator, page, "setup_language_role", world.trend_alerts)
    await press(moderator, page, "setup_languages")
    for name in ("basics", "alerts", "pings", "messages", "kinds"):  # all is well there
        await turn_to(name)
    await turn_to("roles")
    await pick(moderator, page, "setup_helper", translators)
    await turn_to("proof")
    await press(moderator, page, "setup_choices")
    for name in ("threads", "events"):
        await turn_to(name)
        await press(moderator, page, f"setup_{name}_on")
    story.tell("story.languages", language=name_of(other.code))


async def _announce(story: Story) -> None:
    """The organiser adds a poster, a time for the reveal, and who sees the tag before."""
    world = story.demo.world
    organiser = world.organiser
    preview = await draft(
        world,
        kind="hashtag",
        title=TITLE,
        when="Sat 19 Dec 20:00",
        end="Sat 19 Dec 22:00",
        fields=(f"#{TAG}", PROMPT, "20", ""),
    )
    panel = answer(await press(organiser, preview, "poster"))
    form = await press(organiser, panel, "poster_set")
    await submit(organiser, form, (ALT,), file=("stage.png", _picture()))
    panel = answer(await press(organiser, preview, "tag"))
    form = await press(organiser, panel, "reveal_time")
    panel = answer(await submit(organiser, form, ("Sat 19 Dec 19:30",)))
    await pick(organiser, panel, "helpers_lead", str(int(EARLIER.total_seconds())))
    shown = await organiser.slash(world.organiser_room, "action draft", draft=TITLE)
    await press(organiser, answer(shown), "publish")
    await story.catch_up()


def _picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), (20, 24, 60)).save(file, "PNG")
    return file.getvalue()


async def _translate(story: Story, translator: MemberActor, channel: ChannelHandle) -> None:
    world, other = story.demo.world, _elsewhere(story)
    asked = {"action": TITLE, "language": other.code}
    form = await translator.slash(world.general, "translate", **asked)
    await submit(translator, form, (other.title, other.prompt))
    story.tell("story.translated", fan=translator.name, title=other.title)
    await story.catch_up()
    await story.demo.services.redraws.flush()
    await _tell_elsewhere(story, channel)


async def _look_around(story: Story, fan: MemberActor) -> None:
    """What a fan finds without anybody's help."""
    general = story.demo.world.general
    await fan.slash(general, "help")
    await fan.slash(general, "tag")
    actions = answer(await fan.slash(general, "actions"))
    await press(fan, actions, "calendar_all")
    (number, *_) = options_of(actions, "actions_open")
    await press(fan, answer(await pick(fan, actions, "actions_open", number)), "calendar")
    await press_each(fan, answer(await fan.slash(general, "me")), "me_tab")
    await press(fan, await story.newest("who_is_in"), "who_is_in")
    await fan.autocomplete(general, "tag", "action", "")
    story.tell("story.looks", fan=fan.name)


async def _look_after(story: Story) -> None:
    """What the organiser looks at before it begins."""
    organiser, room = story.demo.world.organiser, story.demo.world.organiser_room
    here = {"action": TITLE}
    people = answer(await organiser.slash(room, "action participants", **here))
    await press(organiser, people, "participants_csv")
    panel = answer(await organiser.slash(room, "action manage", **here))
    for verb in ("history", "preflight", "messages", "poster", "tag"):
        await press(organiser, panel, verb)
    await organiser.slash(room, "action deliveries")
    await organiser.autocomplete(room, "action create", "when", "tomorrow 8pm")
    await organiser.autocomplete(room, "action create", "kind", "")


async def _share(story: Story, fan: MemberActor) -> str:
    """A fan asks for the text to post, which is sent by hand; returns it."""
    shown = answer(await press(fan, await story.newest("share"), "share"))
    text = words_of(answer(await press(fan, shown, "share_copy")))
    story.tell("story.shared", fan=fan.name, text=text)
    return text


async def _log(story: Story, channel: ChannelHandle, fans: tuple[MemberActor, ...]) -> str:
    """Each logs where they read; the last one at first no number, of which they are told."""
    for fan, amount in zip(fans, LOGGED, strict=True):
        card = await (_newest(story, channel, "log") if fan is fans[0] else story.newest("log"))
        link = f"https://example.social/{fan.name}/moon"
        if fan is fans[-1]:
            refused = words_of(await log_it(fan, card, MUCH, link))
            story.tell("story.refused", fan=fan.name, text=MUCH)
        await log_it(fan, card, str(amount), link)
    await fans[-1].slash(story.demo.world.general, "tally")
    await story.catch_up()
    return refused


async def _review(story: Story) -> None:
    """A reviewer checks the first two: one is verified, one is not counted."""
    reviewer, room = story.demo.world.organiser, story.demo.world.organiser_room
    panel = answer(await reviewer.slash(room, "action manage", action=TITLE))
    panel = answer(await press(reviewer, panel, "review"))
    panel = answer(await press(reviewer, panel, "verify"))
    form = await pick(reviewer, panel, "not_counted", "own")
    await submit(reviewer, form, ("The link shows another party",))


async def _newest(story: Story, channel: ChannelHandle, verb: str) -> discord.Message:
    messages = await read(story.demo.env, channel.id)
    return next(message for message in reversed(messages) if has_button(message, verb))


async def _everything(story: Story, channel: ChannelHandle) -> list[str]:
    """What all can read so far: both channels, and what stands among the server's events."""
    env = story.demo.env
    messages = [*await posted(env, story.demo.world), *await read(env, channel.id)]
    events = env.backend.get_guild(story.demo.world.guild.id).scheduled_events.values()
    return [
        *map(words_of, messages),
        *(file.filename for message in messages for file in message.attachments),
        *(f"{event.name}\n{event.description}" for event in events),
    ]


def _events(story: Story) -> dict[str, discord.EventStatus]:
    found = story.demo.env.backend.get_guild(story.demo.world.guild.id).scheduled_events
    return {event.name: discord.EventStatus(event.status) for event in found.values()}


async def _tell_elsewhere(story: Story, channel: ChannelHandle) -> None:
    """Print the first line of what was posted last in the other language's channel."""
    message = (await read(story.demo.env, channel.id))[-1]
    lines = words_of(message).splitlines()[:2]
    text = story.shown(" · ".join(line.lstrip("-# ") for line in lines))
    story.tell("story.elsewhere", channel=channel.name, text=text)
