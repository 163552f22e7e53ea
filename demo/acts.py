"""What people do in the demo: the same commands, buttons and modals as on Discord."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import discord
from simcord.actors import MemberActor, MessageLike
from simcord.components import walk_components
from simcord.env import Env
from simcord.results import InteractionResult, ResponseMessage

from demo.world import World


class ActFailed(Exception):
    """A person in the demo did not get what they expected; the text says what they got."""


async def set_up(world: World, zone: str) -> None:
    """The moderator sets the server up with the panel of `/setup`."""
    moderator = world.moderator
    panel = answer(await moderator.slash(world.general, "setup", zone=zone))
    choices = {
        "fsc:setup_channel:0": world.announcements,
        "fsr:setup_organiser:0": world.organisers,
        "fsr:setup_reviewer:0": world.reviewers,
        "fsr:setup_ping:0": world.trend_alerts,
    }
    for custom_id, chosen in choices.items():
        await moderator.select(panel, [chosen], custom_id=custom_id)


async def announce(world: World, *, fields: Iterable[str], **options: Any) -> None:
    """The organiser creates an action, fills in its form and publishes it.

    `options` are those of `/action create`; `fields` are the form's inputs in their order.
    """
    organiser = world.organiser
    form = await organiser.slash(world.organiser_room, "action create", **options)
    preview = answer(await submit(organiser, form, fields))
    await organiser.click(preview, custom_id=button_id(preview, "publish"))


async def press(member: MemberActor, message: MessageLike, verb: str) -> InteractionResult:
    """Press the button of a verb."""
    return await member.click(message, custom_id=button_id(message, verb))


async def log_it(member: MemberActor, message: MessageLike, *typed: str) -> ResponseMessage:
    """Press *I did it* and fill in amount, proof and note, in this order."""
    form = await press(member, message, "log")
    return answer(await submit(member, form, typed))


async def submit(
    member: MemberActor, form: InteractionResult, typed: Iterable[str]
) -> InteractionResult:
    """Fill in a modal's inputs in their order and send it."""
    if form.modal is None:
        raise ActFailed(repr(form.response and form.response.content))
    inputs = [
        component["custom_id"]
        for component in walk_components(form.modal["components"])
        if "custom_id" in component
    ]
    return await member.submit_modal(form, dict(zip(inputs, typed, strict=False)))


def answer(result: InteractionResult) -> ResponseMessage:
    """The bot's answer to what somebody did, or to the last click that follows from it."""
    if result.followups:
        return result.followups[-1]
    if result.response is None:
        raise ActFailed(repr(result))
    return result.response


def button_id(message: MessageLike, verb: str) -> str:
    """The custom_id of a verb's button on a message."""
    for custom_id in _custom_ids(message):
        if custom_id.split(":")[:2] == ["fc", verb]:
            return custom_id
    raise ActFailed(verb)


def has_button(message: MessageLike, verb: str) -> bool:
    return any(custom_id.split(":")[:2] == ["fc", verb] for custom_id in _custom_ids(message))


def _custom_ids(message: MessageLike) -> Iterator[str]:
    if isinstance(message, ResponseMessage):
        components = message.components
    else:
        components = [component.to_dict() for component in message.components]
    for component in walk_components(components):
        if component.get("custom_id"):
            yield component["custom_id"]


async def posted(env: Env, world: World) -> list[discord.Message]:
    """Everything in the announcement channel that all can see, oldest first."""
    channel = env.bot.get_channel(world.announcements.id)
    assert isinstance(channel, discord.TextChannel)
    return [message async for message in channel.history(limit=None, oldest_first=True)]


def words_of(message: discord.Message | ResponseMessage) -> str:
    """All text that a message shows, its embeds aside."""
    if isinstance(message, discord.Message):
        components = [component.to_dict() for component in message.components]
    else:
        components = message.components
    texts = [component.get("content", "") for component in walk_components(components)]
    return "\n".join(filter(None, [message.content, *texts]))
