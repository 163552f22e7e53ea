"""Persistent buttons: one dynamic item whose state is its custom_id, and how that is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any, Self

import discord

from domain.actions import Action, ActionState
from domain.errors import NotAllowed, Refusal
from domain.sign_ups import SignUpOption
from locales import Language
from ui.base import Interaction, SafeItem, Target, host_of
from ui.text import shorten

MAX_LABEL = 80
MAX_ID = 2**63 - 1

_FORM = re.compile(
    r"(?P<verb>[a-z][a-z_]{0,31}):(?P<action>[0-9]+)(?:\.(?P<item>[0-9]+))?"
    r"(?:@(?P<guild>[0-9]+)\.(?P<user>[0-9]+))?"
    r"(?:~[0-9]+)?"  # the stamp of the delivery by which it was posted
)

Emoji = str | discord.PartialEmoji | None
OnlyFor = tuple[int, int] | None
"""The guild id and the user id of the one person who may use an item."""

STYLES: dict[str, discord.ButtonStyle] = {
    "join": discord.ButtonStyle.success,
    "log": discord.ButtonStyle.primary,
    "publish": discord.ButtonStyle.success,
    "discard": discord.ButtonStyle.danger,
}
"""How a verb's button looks unless told otherwise; the rest are secondary."""


class Press(SafeItem[discord.ui.Button[Any]], template=r"fc:.*"):
    """A button that outlives restarts: it dispatches its verb to the client's handlers."""

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        assert isinstance(item, discord.ui.Button)
        return cls(item)

    async def press(self, interaction: Interaction) -> None:
        await dispatch(interaction, self.custom_id)


def press(
    say: Language,
    verb: str,
    action_id: int,
    *,
    item_id: int | None = None,
    style: discord.ButtonStyle | None = None,
    label_key: str | None = None,
    label: str | None = None,
    emoji: Emoji = None,
    disabled: bool = False,
    only_for: OnlyFor = None,
    row: int | None = None,
) -> Press:
    """Build a persistent button for a verb on an action (or on one item of it).

    Its words are the catalogue's, by `label_key` or the verb, unless `label` is somebody's own.
    With `only_for` it works in a direct message too, and for that person alone.
    """
    button: discord.ui.Button[Any] = discord.ui.Button(
        style=style or STYLES.get(verb, discord.ButtonStyle.secondary),
        label=shorten(label or say(label_key or f"button.{verb}"), MAX_LABEL),
        emoji=emoji,
        disabled=disabled,
        custom_id=write_custom_id("fc", verb, action_id, item_id, only_for),
    )
    return Press(button, row=row)


def next_steps(say: Language, action: Action, now: datetime) -> list[Press]:
    """The buttons that apply to a published action now, the next step first.

    The options beside *I'm in* are there where the action was read whole.
    """
    buttons: list[Press] = []
    for verb in next_verbs(action, now):
        buttons.append(press(say, verb, action.action_id))
        if verb == "join":
            buttons += [_option_button(say, action, option) for option in action.parts.options]
    return buttons


def _option_button(say: Language, action: Action, option: SignUpOption) -> Press:
    return press(
        say,
        "join",
        action.action_id,
        item_id=option.option_id,
        label=option.label,
        style=discord.ButtonStyle.secondary,
        disabled=option.full,
    )


def next_verbs(action: Action, now: datetime) -> Iterator[str]:
    """What can be done with a published action now, the next step first."""
    without = lacking(action)
    return (verb for verb in _verbs(action, now) if verb not in without)


def lacking(action: Action) -> frozenset[str]:
    """The steps for which there is nothing to choose from; known of a whole action only."""
    if not action.whole:
        return frozenset()
    choices = {"shifts": action.parts.shifts, "tasks": action.parts.tasks}
    return frozenset(verb for verb, there in choices.items() if not there)


def _verbs(action: Action, now: datetime) -> Iterator[str]:
    state = action.state_at(now)
    if action.takes_sign_ups(now):
        yield "join"
    match state:
        case ActionState.OPEN:
            yield from _early_steps(action, now)
        case ActionState.LIVE | ActionState.COUNTING:
            yield from action.rules.steps
        case ActionState.FINAL | ActionState.CANCELLED:
            yield "tally"
        case _:
            pass
    if state in (ActionState.OPEN, ActionState.LIVE, ActionState.PAUSED):
        yield "leave"


def _early_steps(action: Action, now: datetime) -> Iterator[str]:
    """What can be done before the moment; contributing only once contributions are taken."""
    contributing = action.rules.steps[0]
    for verb in action.rules.early_steps:
        if verb != contributing or now >= action.log_from:
            yield verb


def write_custom_id(
    prefix: str, verb: str, action_id: int, item_id: int | None = None, only_for: OnlyFor = None
) -> str:
    """The custom_id of a persistent item: `fc:join:12`, `fc:withdraw:12.34@56.78`."""
    item = "" if item_id is None else f".{item_id}"
    person = "" if only_for is None else f"@{only_for[0]}.{only_for[1]}"
    return f"{prefix}:{verb}:{action_id}{item}{person}"


def aim(custom_id: str, *, guild_id: int | None, user_id: int) -> tuple[str, Target]:
    """Read a custom_id for a click by a user in a guild (None: in a direct message).

    In a server the target is in that server, whatever the custom_id says. Raises Refusal for a
    form that is not ours, another server's item, and an item that belongs to somebody else.
    """
    match = _FORM.fullmatch(custom_id.partition(":")[2])
    if match is None:
        raise Refusal("refused.unknown_button")
    action, item, guild, user = (
        None if digits is None else read_id(digits)
        for digits in match.group("action", "item", "guild", "user")
    )
    assert action is not None
    home = guild if guild_id is None else guild_id
    if home is None or (guild is not None and guild != home):
        raise Refusal("refused.not_here")
    if user is not None and user != user_id:
        raise NotAllowed("refused.not_yours")
    return match.group("verb"), Target(home, action, item)


def server_of(interaction: Interaction) -> int | None:
    """The server that an interaction is about; in a direct message that of the items it has.

    A form that was opened there comes back with the message whose button opened it.
    """
    if interaction.guild_id is not None:
        return interaction.guild_id
    data: Any = interaction.data or {}
    message = interaction.message
    for custom_id in (data.get("custom_id", ""), *_ids_in(message.components if message else ())):
        match = _FORM.fullmatch(custom_id.partition(":")[2])
        if match is not None and match["guild"] is not None:
            with suppress(Refusal):  # a forged one
                return read_id(match["guild"])
    return None


def _ids_in(components: Iterable[Any]) -> Iterator[str]:
    for component in components:
        if custom_id := getattr(component, "custom_id", None):
            yield custom_id
        yield from _ids_in(getattr(component, "children", ()))


async def dispatch(interaction: Interaction, custom_id: str, values: tuple[str, ...] = ()) -> None:
    """Hand a click to the handler of its verb."""
    verb, target = aim(custom_id, guild_id=interaction.guild_id, user_id=interaction.user.id)
    handler = host_of(interaction).handlers.get(verb)
    if handler is None:
        raise Refusal("refused.unknown_button")
    if values:
        target = Target(target.guild_id, target.action_id, target.item_id, values)
    await handler(interaction, target)


def read_id(digits: str) -> int:
    """A number from 0 to 2⁶³ - 1 as an item carries it; anything else is forged, and refused."""
    plain_digits = digits.isascii() and digits.isdigit()
    if not plain_digits or len(digits) > 19 or int(digits) > MAX_ID:
        raise Refusal("refused.unknown_button")
    return int(digits)
