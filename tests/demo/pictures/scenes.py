"""What pictures are taken of: a moderator sets up, fans take part, organisers run their action."""

from __future__ import annotations

import io
from datetime import timedelta

import discord
from PIL import Image, ImageDraw

from cogs.lookup import PUBLISHED
from demo.acts import answer, log_it, pick, posted, press, submit, words_of
from domain.actions import Action
from domain.entries import EntryFile
from domain.kinds import Kind
from domain.posters import PosterUse
from domain.servers import Actor
from services.pictures import fit
from tests.demo.pictures.camera import Camera

DIRECT_LEAD = timedelta(minutes=10)
"""Before the start direct messages are sent to who asked for them."""

SETUP_PAGES = ("roles", "alerts", "proof")
"""The pages of /setup of which there is a picture, beside the first one."""


async def setting_up(camera: Camera) -> None:
    """The moderator looks through /setup."""
    world = camera.world
    panel = answer(await world.moderator.slash(world.announcements, "setup"))
    await camera.shoot(world.moderator, "setup", panel)
    for page in SETUP_PAGES:
        await pick(world.moderator, panel, "setup_page", page)
        await camera.shoot(world.moderator, f"setup-{page}", panel)
    for command in ("help", "actions"):
        answered = await world.moderator.slash(world.announcements, command)
        await camera.shoot(world.moderator, command, answered)


async def joining(camera: Camera) -> None:
    """A fan signs up, asks for direct messages, and takes the action along."""
    world, fan = camera.world, camera.world.fans[3]
    await _give_posters(camera, await _action_of(camera, Kind.HASHTAG))
    await camera.shoot(fan, "announced", await _last_of(camera, Kind.HASHTAG))
    party = await _card_of(camera, Kind.HASHTAG)
    await camera.shoot(fan, "card-sealed", party, photo=True)
    joined = answer(await press(fan, party, "join"))
    await camera.shoot(fan, "joined", joined)
    await camera.shoot(fan, "direct", await press(fan, joined, "direct_on"))
    await camera.shoot(fan, "calendar", await press(fan, party, "calendar"))
    await camera.shoot(fan, "tag-sealed", await fan.slash(world.announcements, "tag"))
    stream = await _card_of(camera, Kind.STREAM)
    await camera.shoot(fan, "card-stream", stream)
    await press(fan, stream, "join")
    await camera.shoot(fan, "shifts", await press(fan, stream, "shifts"))
    for kind in (Kind.VOTE, Kind.PROJECT, Kind.ATTENDANCE, Kind.SUBMISSION, Kind.CUSTOM):
        await camera.shoot(fan, f"card-{kind.value}", await _card_of(camera, kind))


async def logging(camera: Camera) -> None:
    """A fan logs what they did and finds it again; another one comes too late for a place."""
    world, fan = camera.world, camera.world.fans[3]
    card = await _card_of(camera, Kind.FUNDRAISER)
    await camera.shoot(fan, "card-live", card)
    await camera.shoot(fan, "log", await press(fan, card, "log"))
    await camera.shoot(fan, "receipt", await log_it(fan, card, "15", "", ""))
    await camera.shoot(fan, "log-again", await press(fan, card, "log"))
    await camera.shoot(fan, "held", await log_it(fan, card, "2500", "OC-1004-WAVE", ""))
    me = answer(await fan.slash(world.announcements, "me"))
    await camera.shoot(fan, "me", me)
    for number, tab in enumerate(("contributions", "settings"), 1):
        await fan.click(me, custom_id=f"fc:me_tab:0.{number}")
        await camera.shoot(fan, f"me-{tab}", me)
    await camera.shoot(fan, "notifications", await press(fan, me, "notifications"))
    late, party = world.fans[4], await _card_of(camera, Kind.HASHTAG)
    await camera.shoot(late, "waitlist", await press(late, party, "join"))


async def running(camera: Camera) -> None:
    """An organiser looks after the actions."""
    world, organiser = camera.world, camera.world.organiser
    title = (await _action_of(camera, Kind.HASHTAG)).title
    managed = answer(await organiser.slash(world.announcements, "action manage", action=title))
    await camera.shoot(organiser, "manage", managed)
    await camera.shoot(organiser, "tag", await press(organiser, managed, "tag"))
    shown = await organiser.slash(world.announcements, "action participants", action=title)
    await camera.shoot(organiser, "participants", shown)
    other = "en" if camera.say.code == "ko" else "ko"
    form = await organiser.slash(world.announcements, "translate", action=title, language=other)
    translated = await submit(organiser, form, ("Comeback", "Favourite"))
    await camera.shoot(organiser, "translate", translated)
    reviewed = answer(await organiser.slash(world.announcements, "review"))
    await camera.shoot(organiser, "review", reviewed)
    await camera.shoot(organiser, "tally", await organiser.slash(world.announcements, "tally"))


async def sharing(camera: Camera) -> None:
    """The tag is revealed, and a fan shares it."""
    world, fan = camera.world, camera.world.fans[3]
    action = await _action_of(camera, Kind.HASHTAG)
    await camera.wait_until(action.starts_at - DIRECT_LEAD)
    await camera.shoot_direct(fan, "direct-soon")
    await camera.wait_until(action.starts_at)
    await camera.shoot(fan, "revealed", await _last_of(camera, Kind.HASHTAG), photo=True)
    card = await _card_of(camera, Kind.HASHTAG)
    await camera.shoot(fan, "card-revealed", card, photo=True)
    shared = answer(await press(fan, card, "share"))
    await camera.shoot(fan, "share", shared)
    await camera.shoot(fan, "share-copied", await press(fan, shared, "share_copy"))
    await camera.shoot(fan, "tag-revealed", await fan.slash(world.announcements, "tag"))


async def _action_of(camera: Camera, kind: Kind) -> Action:
    search = camera.demo.services.actions.search
    found = await search(camera.world.guild.id, "", states=PUBLISHED, limit=25)
    return next(action for action in found if action.kind is kind)


async def _messages_of(camera: Camera, kind: Kind) -> list[discord.Message]:
    """What was posted about the action of a kind, oldest first."""
    title = (await _action_of(camera, kind)).title
    messages = await posted(camera.demo.env, camera.world)
    return [message for message in messages if title in words_of(message)]


async def _card_of(camera: Camera, kind: Kind) -> discord.Message:
    messages = await _messages_of(camera, kind)
    return next(message for message in messages if message.flags.components_v2)


async def _last_of(camera: Camera, kind: Kind) -> discord.Message:
    """The last message about an action that is not its card."""
    messages = await _messages_of(camera, kind)
    return [message for message in messages if not message.flags.components_v2][-1]


async def _give_posters(camera: Camera, action: Action) -> None:
    """The organiser adds the posters of card and reveal."""
    services, world = camera.demo.services, camera.world
    organiser = Actor(world.organiser.id, frozenset({world.organisers.id}))
    for use, colour in ((PosterUse.CARD, 0x24), (PosterUse.REVEAL, 0x60)):
        picture = await fit(EntryFile("poster.png", "image/png", _poster(colour)))
        await services.posters.set(
            organiser, world.guild.id, action.action_id, use, picture, "A full moon above the sea"
        )
    await camera.catch_up()


def _poster(red: int) -> bytes:
    poster = Image.new("RGB", (1200, 675), (red, 0x24, 0x60))
    draw = ImageDraw.Draw(poster)
    draw.ellipse((450, 120, 750, 420), fill=(250, 220, 120))
    draw.rectangle((0, 500, 1200, 675), fill=(red // 2, 0x12, 0x30))
    written = io.BytesIO()
    poster.save(written, "PNG")
    return written.getvalue()


SCENES = (setting_up, joining, logging, running, sharing)
