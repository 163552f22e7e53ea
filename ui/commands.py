"""Names and descriptions of commands from the catalogues, in every language that has one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any

import discord
from discord import app_commands

from domain.actions import Action
from domain.servers import Server
from domain.zones import zone_info
from locales import LANGUAGES, Language, language
from ui.text import shorten, zone_of

DEFAULT = LANGUAGES[0]

MOST_OFFERS = 25
OFFER_LENGTH = 100
"""What Discord takes as an answer of autocomplete."""


def command_text(key: str) -> app_commands.locale_str:
    """A command's name or description: English as the default, other languages by its key."""
    return app_commands.locale_str(language(DEFAULT)(key), key=key)


def offers(found: Iterable[tuple[str, str]]) -> list[app_commands.Choice[str]]:
    """An answer of autocomplete from (name, value) pairs: as many and as long as Discord takes."""
    return [
        app_commands.Choice(name=shorten(name, OFFER_LENGTH), value=value[:OFFER_LENGTH])
        for name, value in islice(found, MOST_OFFERS)
    ]


def name_action(say: Language, action: Action, server: Server, now: datetime) -> str:
    """An action in an answer of autocomplete: what it is called, how it stands, and its day.

    Of a long title as much as leaves room for the rest.
    """
    state = say(f"offer.state.{action.state_at(now).value}")
    wall = action.starts_at.astimezone(zone_info(zone_of(action, server)))
    rest = say("offer.rest", state=state, day=say.day(wall.date()))
    number = "" if action.number is None else f"#{action.number} "
    room = OFFER_LENGTH - len(number) - len(rest)
    return f"{number}{shorten(action.title, room)}{rest}"


class CatalogueTranslator(app_commands.Translator):
    """Answers Discord's locales with the catalogue of their language."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContext[Any, Any],
    ) -> str | None:
        """The text in the locale's language; None for texts and languages without a catalogue.

        English is the default anyway and is not repeated.
        """
        key = string.extras.get("key")
        code = catalogue_for(locale)
        if key is None or code is None or code == DEFAULT:
            return None
        return language(code)(key)


def catalogue_for(locale: discord.Locale) -> str | None:
    """The code of the catalogue for a locale of Discord, if there is one."""
    for code in (locale.value, locale.value.partition("-")[0]):
        if code in LANGUAGES:
            return code
    return None
