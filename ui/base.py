"""Base classes of what people press and fill in, and the one place that answers errors."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, TypeVar, cast

import discord
from discord import app_commands

from domain.errors import Refusal
from locales import Language, language
from ui.text import plain, shorten, stamp

log = logging.getLogger(__name__)

VIEW_TIMEOUT = 900.0
"""Seconds after which a view with plain items stops: an interaction's token lives as long."""

MODAL_TIMEOUT = 900.0
MAX_MODAL_TITLE = 45
MAX_VALUE_SHOWN = 300

_MENTION = re.compile(r"<(?:@&|@|#)[0-9]{1,20}>")
"""Of a role, a member or a channel. Replies ping nobody, whatever they mention."""

UNKNOWN_INTERACTION = 10062
ALREADY_ANSWERED = 40060

Interaction = discord.Interaction[Any]
ItemT = TypeVar("ItemT", bound=discord.ui.Item[Any])


@dataclass(frozen=True)
class Target:
    """What a persistent button or select is about, once the click is known to be allowed.

    `values` is what was picked, in a select: option values, or ids of channels or roles.
    """

    guild_id: int
    action_id: int
    item_id: int | None = None
    values: tuple[str, ...] = ()


Handler = Callable[[Interaction, Target], Awaitable[None]]


class Host(Protocol):
    """What the drawing room needs of the client: a language for a reader, and the handlers."""

    @property
    def handlers(self) -> Mapping[str, Handler]: ...

    async def language_for(self, interaction: Interaction) -> Language:
        """The language in which to speak to whoever acted, where they did."""
        ...

    async def after_answer(self, interaction: Interaction) -> None:
        """Say what else there is to say to whoever was answered; never raises."""
        ...


def host_of(interaction: Interaction) -> Host:
    """The client as the drawing room knows it."""
    return cast(Host, interaction.client)


async def language_of(interaction: Interaction) -> Language:
    """The language in which to answer an interaction."""
    return await host_of(interaction).language_for(interaction)


def channel_of(interaction: Interaction) -> int | None:
    """The channel in which an interaction took place; that of a thread is the one it belongs to."""
    channel = interaction.channel
    return channel.parent_id if isinstance(channel, discord.Thread) else interaction.channel_id


async def reply_error(interaction: Interaction, error: BaseException) -> None:
    """Tell the person what went wrong, only to them; never raises.

    A refusal is told in its own sentence. Anything else is logged with a short id, which the
    person is told. Where Discord does not take the answer any more, that is logged and all.
    """
    error = _cause(error)
    known = isinstance(error, (Refusal, app_commands.AppCommandError))
    reference = secrets.token_hex(4)
    if _is_too_late(error):
        log.warning("interaction %s was answered too late", interaction.id)
        return
    if not known:
        log.error("unexpected error %s", reference, exc_info=error)
    if interaction.type is discord.InteractionType.autocomplete:
        return
    try:
        say = await _language_or_fallback(interaction)
        await _tell(interaction, _word(say, error, reference))
    except Exception as failure:
        if _is_too_late(failure):
            log.warning("interaction %s expired before its error was told", interaction.id)
        else:
            log.warning("the error of interaction %s was not told", interaction.id, exc_info=True)


def word_refusal(say: Language, refusal: Refusal) -> str:
    """The sentence of a refusal, with what people typed made harmless; mentions stay such.

    Whole numbers and days are written as the language does, naive times as wall times, aware
    ones as Discord timestamps.
    """
    values = {name: _word_value(say, value) for name, value in refusal.values.items()}
    return say(refusal.key, **values)


def _word_value(say: Language, value: object) -> object:
    if isinstance(value, datetime):
        return say.date_time(value) if value.tzinfo is None else stamp(value)
    if isinstance(value, date):
        return say.day(value)
    if isinstance(value, int):
        return say.number(value)
    if not isinstance(value, str):
        return plain(str(value), MAX_VALUE_SHOWN)
    return value if _MENTION.fullmatch(value) else plain(value, MAX_VALUE_SHOWN)


def _cause(error: BaseException) -> BaseException:
    """The error beneath the wrappings that discord.py's command tree puts around it."""
    if isinstance(error, app_commands.CommandInvokeError):
        return _cause(error.original)
    if isinstance(error, app_commands.TransformerError) and error.__cause__ is not None:
        return _cause(error.__cause__)
    return error


def _is_too_late(error: BaseException) -> bool:
    return isinstance(error, discord.NotFound) and error.code == UNKNOWN_INTERACTION


def _word(say: Language, error: BaseException, reference: str) -> str:
    if isinstance(error, Refusal):
        try:
            return word_refusal(say, error)
        except KeyError:
            log.error("no sentence for refusal %s (%s)", error.key, reference, exc_info=error)
    elif isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        return say("error.command_changed")
    elif isinstance(error, app_commands.AppCommandError):
        log.error("unexpected error %s", reference, exc_info=error)
    return say("error.unexpected", id=reference)


async def _language_or_fallback(interaction: Interaction) -> Language:
    try:
        return await language_of(interaction)
    except Exception:
        log.exception("no language for interaction %s", interaction.id)
        return language(interaction.locale.value)


async def _tell(interaction: Interaction, text: str) -> None:
    silent = discord.AllowedMentions.none()
    if not interaction.response.is_done():
        try:
            await interaction.response.send_message(text, ephemeral=True, allowed_mentions=silent)
            return
        except discord.InteractionResponded:
            pass
        except discord.HTTPException as error:
            if error.code != ALREADY_ANSWERED:
                raise
    await interaction.followup.send(text, ephemeral=True, allowed_mentions=silent)


class SafeView(discord.ui.View):
    """A classic view whose errors are answered. Never put dynamic items into one that stops."""

    def __init__(self, *, timeout: float | None = VIEW_TIMEOUT) -> None:
        super().__init__(timeout=timeout)

    async def on_error(
        self, interaction: Interaction, error: Exception, item: discord.ui.Item[Any], /
    ) -> None:
        await reply_error(interaction, error)


class SafeLayout(discord.ui.LayoutView):
    """A layout whose errors are answered. Never put dynamic items into one that stops."""

    def __init__(self, *, timeout: float | None = VIEW_TIMEOUT) -> None:
        super().__init__(timeout=timeout)

    async def on_error(
        self, interaction: Interaction, error: Exception, item: discord.ui.Item[Any], /
    ) -> None:
        await reply_error(interaction, error)


class SafeModal(discord.ui.Modal):
    """A modal whose errors are answered; fresh each time, since clients cache by `custom_id`.

    After an error it still listens until it times out: where Discord took no answer, the client
    keeps the modal open and lets its author send it again.
    """

    def __init__(self, *, title: str) -> None:
        super().__init__(
            title=shorten(title, MAX_MODAL_TITLE),
            timeout=MODAL_TIMEOUT,
            custom_id=f"modal:{secrets.token_hex(8)}",
        )

    async def on_error(self, interaction: Interaction, error: Exception, /) -> None:
        await reply_error(interaction, error)


class SafeItem(discord.ui.DynamicItem[ItemT], template=r"(?!)"):
    """A dynamic item whose errors are answered: discord.py itself would only log them."""

    async def callback(self, interaction: Interaction) -> None:
        try:
            await self.press(interaction)
        except Exception as error:  # noqa: BLE001 - reply_error logs it
            await reply_error(interaction, error)
        await host_of(interaction).after_answer(interaction)

    async def press(self, interaction: Interaction) -> None:
        """Do what the item is for."""
        raise NotImplementedError
