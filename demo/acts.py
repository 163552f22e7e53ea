"""What people do in the demo: the same commands, buttons and modals as on Discord."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import discord
from simcord.actors import MemberActor, MessageLike
from simcord.components import walk_components
from simcord.enums import ComponentType
from simcord.env import Env
from simcord.results import InteractionResult, ResponseMessage

from demo.world import World


class ActFailed(Exception):
    """A person in the demo did not get what they expected; the text says what they got."""


@dataclass(frozen=True)
class SetUp:
    """Something that a draft gets by a panel before it is published.

    `opens` is the verb on the preview that opens the panel, `asks` the one on the panel that
    opens a form; each of `forms` is one filling of it, in order.
    """

    opens: str
    asks: str
    forms: tuple[tuple[str | None, ...], ...]


async def set_up(world: World, zone: str, code: str = "en") -> None:
    """The moderator sets the server up with the panel of `/setup`, its language first."""
    moderator = world.moderator
    panel = answer(await moderator.slash(world.general, "setup", zone=zone))
    choices = {
        "fs:setup_language:0": code,
        "fsc:setup_channel:0": world.announcements,
        "fsr:setup_organiser:0": world.organisers,
        "fsr:setup_reviewer:0": world.reviewers,
        "fsr:setup_ping:0": world.trend_alerts,
    }
    pages = {"fsr:setup_organiser:0": "roles", "fsr:setup_ping:0": "alerts"}
    for custom_id, chosen in choices.items():
        if custom_id in pages:
            await moderator.select(panel, [pages[custom_id]], custom_id="fs:setup_page:0")
        await moderator.select(panel, [chosen], custom_id=custom_id)


async def announce(
    world: World, *, fields: Iterable[str], set_up: SetUp | None = None, **options: Any
) -> None:
    """The organiser creates an action, fills in its form and publishes it.

    `options` are those of `/action create`; `fields` are the form's inputs in their order.
    """
    organiser = world.organiser
    preview = await draft(world, fields=fields, **options)
    if set_up is not None:
        await _set_up_draft(world, preview, set_up)
        # What was set up by a panel is not on the preview that led there.
        title = options["title"]
        preview = answer(await organiser.slash(world.organiser_room, "action draft", draft=title))
    await press(organiser, preview, "publish")


async def draft(world: World, *, fields: Iterable[str], **options: Any) -> ResponseMessage:
    """The organiser creates an action and fills in its form; returns the preview."""
    form = await world.organiser.slash(world.organiser_room, "action create", **options)
    return answer(await submit(world.organiser, form, fields))


async def _set_up_draft(world: World, preview: ResponseMessage, wanted: SetUp) -> None:
    panel = answer(await press(world.organiser, preview, wanted.opens))
    for typed in wanted.forms:
        form = await press(world.organiser, panel, wanted.asks)
        panel = answer(await submit(world.organiser, form, typed))


async def press(member: MemberActor, message: MessageLike, verb: str) -> InteractionResult:
    """Press the button of a verb."""
    return await member.click(message, custom_id=button_id(message, verb))


async def press_each(member: MemberActor, message: MessageLike, verb: str) -> None:
    """Press every button of a verb that can be pressed, one after the other."""
    buttons = (part for part in _parts(message) if not part.get("disabled"))
    for custom_id in [part["custom_id"] for part in buttons]:
        if custom_id.split(":")[:2] == ["fc", verb]:
            await member.click(message, custom_id=custom_id)


async def pick(
    member: MemberActor, message: MessageLike, verb: str, *picked: Any
) -> InteractionResult:
    """Pick from the select of a verb: option values, or members, roles or channels."""
    return await member.select(message, picked, custom_id=_select_id(message, verb))


def options_of(message: MessageLike, verb: str) -> list[str]:
    """The values that the select of a verb offers, in order; none where there is no such select."""
    selects = (part for part in _parts(message) if _is_select(part["custom_id"], verb))
    return [option["value"] for select in selects for option in select.get("options", ())]


async def log_it(member: MemberActor, message: MessageLike, *typed: str) -> ResponseMessage:
    """Press *I did it*, then *Another amount*: fill in amount, proof and note, in this order."""
    panel = answer(await press(member, message, "log"))
    form = await press(member, panel, "log_other")
    return answer(await submit(member, form, typed))


async def submit(
    member: MemberActor,
    form: InteractionResult,
    typed: Iterable[str | None],
    *,
    file: tuple[str, bytes] | None = None,
) -> InteractionResult:
    """Fill in a modal's texts in their order and send it; None leaves one as it stands there.

    A select stays at its choice, or gets its first one. `file` is a name and what is in it.
    """
    if form.modal is None:
        raise ActFailed(repr(form.response and form.response.content))
    inputs = [part for part in walk_components(form.modal["components"]) if "custom_id" in part]
    texts = [part for part in inputs if part["type"] == ComponentType.TEXT_INPUT]
    values: dict[str, Any] = {
        part["custom_id"]: part.get("value", "") if value is None else value
        for part, value in zip(texts, typed, strict=False)
    }
    for part in inputs:
        if options := part.get("options"):
            chosen = [option["value"] for option in options if option.get("default")]
            values[part["custom_id"]] = chosen or [options[0]["value"]]
        if file is not None and part["type"] == ComponentType.FILE_UPLOAD:
            values[part["custom_id"]] = [file]
    return await member.submit_modal(form, values)


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


def _select_id(message: MessageLike, verb: str) -> str:
    for custom_id in _custom_ids(message):
        if _is_select(custom_id, verb):
            return custom_id
    raise ActFailed(verb)


def _is_select(custom_id: str, verb: str) -> bool:
    room, _, rest = custom_id.partition(":")
    return room.startswith("fs") and rest.split(":")[0] == verb


def _custom_ids(message: MessageLike) -> Iterator[str]:
    return (part["custom_id"] for part in _parts(message))


def _parts(message: MessageLike) -> Iterator[dict[str, Any]]:
    """Everything in a message that can be pressed or picked from."""
    if isinstance(message, ResponseMessage):
        components = message.components
    else:
        components = [component.to_dict() for component in message.components]
    return (part for part in walk_components(components) if part.get("custom_id"))


async def posted(env: Env, world: World) -> list[discord.Message]:
    """Everything in the announcement channel that all can see, oldest first."""
    return await read(env, world.announcements.id)


async def read(env: Env, channel_id: int) -> list[discord.Message]:
    """Everything in a channel, somebody's direct messages too, oldest first."""
    channel = env.bot.get_channel(channel_id) or env.bot.get_partial_messageable(channel_id)
    assert isinstance(channel, discord.abc.Messageable)
    # The simulated Discord pages only backwards right: forwards it gives the last hundred.
    return [message async for message in channel.history(limit=None)][::-1]


def words_of(message: discord.Message | ResponseMessage) -> str:
    """All text that a message shows, its embeds aside."""
    if isinstance(message, discord.Message):
        components = [component.to_dict() for component in message.components]
    else:
        components = message.components
    texts = [component.get("content", "") for component in walk_components(components)]
    return "\n".join(filter(None, [message.content, *texts]))
