"""Names and descriptions of commands from the catalogues, in every language that has one."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

import discord
from discord import app_commands

from locales import LANGUAGES, language
from ui.text import shorten

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
