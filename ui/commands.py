"""Names and descriptions of commands from the catalogues, in every language that has one."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from locales import LANGUAGES, language

DEFAULT = LANGUAGES[0]


def command_text(key: str) -> app_commands.locale_str:
    """A command's name or description: English as the default, other languages by its key."""
    return app_commands.locale_str(language(DEFAULT)(key), key=key)


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
