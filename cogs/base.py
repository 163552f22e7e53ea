"""What every cog shares: who acted, in which server, in which language, and its buttons."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

from discord.ext import commands

from domain.errors import Refusal
from domain.servers import Actor
from locales import Language, language
from services.application import Services
from ui.base import Handler, Interaction, Target, language_of

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
        own = await self.services.languages.of(interaction.user.id)
        return language(own or (await self.services.servers.get(target.guild_id)).language)

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
