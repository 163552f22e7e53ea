"""What every cog shares: who acted, in which server, in which language, and its buttons."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from discord.ext import commands

from domain.actions import Action
from domain.errors import Refusal
from domain.language_channels import Reader
from domain.servers import Actor
from locales import LANGUAGES, Language, language
from services.application import Services
from ui.base import Handler, Interaction, Target, channel_of, language_of
from ui.buttons import read_id

if TYPE_CHECKING:
    from client import Fanchant

_VERB = "__fanchant_verb__"

Method = TypeVar("Method", bound=Callable[..., Awaitable[None]])


def on_press(verb: str) -> Callable[[Method], Method]:
    """Mark a cog's method as the handler of a verb's buttons and selects."""

    def mark(method: Method) -> Method:
        setattr(method, _VERB, verb)
        return method

    return mark


class FanchantCog(commands.Cog):
    """A cog with the services at hand; its `on_press` methods become the client's handlers."""

    def __init__(self, bot: Fanchant) -> None:
        self.bot = bot

    @property
    def services(self) -> Services:
        return self.bot.services

    def handlers(self) -> Iterator[tuple[str, Handler]]:
        """The verbs that this cog handles."""
        for name in dir(type(self)):
            verb = getattr(getattr(type(self), name), _VERB, None)
            if verb is not None:
                yield verb, getattr(self, name)

    async def say_there(self, interaction: Interaction, target: Target) -> Language:
        """The reader's own language, or that of the server of a click, in a direct message too."""
        server = await self.services.servers.get(target.guild_id)
        return language((await self.reader_of(interaction, target.guild_id)).language(server))

    async def reader_of(self, interaction: Interaction, guild_id: int) -> Reader:
        """Whoever is answered about a server, in a direct message too."""
        find = self.services.readers.find
        return await find(interaction.user.id, guild_id, channel_of(interaction))

    async def as_read(self, interaction: Interaction, action: Action) -> Action:
        """An action with the title and texts that whoever is answered reads."""
        (read,) = await self.all_as_read(interaction, [action])
        return read

    async def all_as_read(
        self, interaction: Interaction, actions: Sequence[Action]
    ) -> list[Action]:
        """Actions of one server in the words of whoever is answered."""
        if not actions:
            return []
        guild_id = actions[0].guild_id
        reader = await self.reader_of(interaction, guild_id)
        return await self.services.readers.word(reader, guild_id, actions)

    async def cog_load(self) -> None:
        for verb, handler in self.handlers():
            if verb in self.bot.handlers:
                raise ValueError(f"two handlers for {verb}")
            self.bot.handlers[verb] = handler


def actor_of(interaction: Interaction) -> Actor:
    """The person behind an interaction, with the roles and permissions Discord sent along."""
    roles = getattr(interaction.user, "roles", ())
    return Actor(
        user_id=interaction.user.id,
        role_ids=frozenset(role.id for role in roles),
        manages_server=interaction.guild_id is not None and interaction.permissions.manage_guild,
    )


def guild_of(interaction: Interaction) -> int:
    """The server in which an interaction took place."""
    if interaction.guild_id is None:
        raise Refusal("refused.not_here")
    return interaction.guild_id


async def say_of(interaction: Interaction) -> Language:
    """The language in which to answer."""
    return await language_of(interaction)


def picked(target: Target) -> str:
    """The one thing that was picked; refused where a forged item picks nothing or several."""
    if len(target.values) != 1:
        raise Refusal("refused.unknown_button")
    return target.values[0]


def id_picked(target: Target) -> int | None:
    """The one role, channel or member that was picked, or None where the pick was emptied."""
    return read_id(picked(target)) if target.values else None


def language_picked(target: Target) -> str:
    """The language that a page or button is about; refused where a forged one names none."""
    if target.item_id is None or target.item_id >= len(LANGUAGES):
        raise Refusal("refused.unknown_button")
    return LANGUAGES[target.item_id]
