"""Every sentence that a person reads, one catalogue per language."""

from locales.catalogue import LANGUAGES, Language, language, name_of

__all__ = ["LANGUAGES", "Language", "language", "name_of"]
