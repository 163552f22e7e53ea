"""The kind of an action as an option of a command: what is offered, and how it is read."""

from __future__ import annotations

from discord import app_commands

from cogs.base import guild_of, say_of
from domain.errors import Refusal
from domain.kinds import Kind
from domain.servers import Server, require_kind
from locales import LANGUAGES, language
from services.application import Services
from ui.base import Interaction
from ui.commands import offers


async def complete_kind(
    interaction: Interaction, services: Services, typed: str
) -> list[app_commands.Choice[str]]:
    """The kinds that organisers may create here whose names contain what is typed."""
    server, say = await services.servers.get(guild_of(interaction)), await say_of(interaction)
    named = ((say(f"kind.{kind.value}.name"), kind.value) for kind in Kind if server.allows(kind))
    return offers(pair for pair in named if typed.strip().casefold() in pair[0].casefold())


def read_kind(server: Server, text: str) -> Kind:
    """The kind that was picked, or typed by its name; refused where the server has none of it."""
    for kind in Kind:
        names = {language(code)(f"kind.{kind.value}.name").casefold() for code in LANGUAGES}
        if text.strip().casefold() in {kind.value, *names}:
            require_kind(server, kind)
            return kind
    raise Refusal("refused.no_such_kind", text=text)
