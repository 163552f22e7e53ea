"""Load the catalogues straight from their .po files and word numbers, money and times by CLDR."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import (
    format_currency,
    format_decimal,
    format_percent,
    get_currency_name,
    get_currency_precision,
    get_currency_symbol,
)
from babel.support import Translations

FOLDER = Path(__file__).parent
FALLBACK = "en"

# CLDR's plain English writes every US dollar as "$"; the world's English says which dollar.
MONEY_LOCALES = {"en": "en_001"}

HOUR, DAY = 3600, 86400


def _codes() -> tuple[str, ...]:
    codes = sorted(path.stem.replace("_", "-") for path in FOLDER.glob("*.po"))
    return (FALLBACK, *(code for code in codes if code != FALLBACK))


LANGUAGES: tuple[str, ...] = _codes()
"""The codes of the languages that have a catalogue, English first."""


def read_catalogue(code: str) -> Catalog:
    """Read the .po file of one of LANGUAGES; a broken file raises PoFileError."""
    with (FOLDER / f"{code.replace('-', '_')}.po").open("rb") as file:
        return read_po(file, locale=code.replace("-", "_"), abort_invalid=True)


class Language:
    """One language's sentences, found by key, and its ways of writing numbers, money and times."""

    def __init__(self, code: str, catalogue: Catalog) -> None:
        self.code = code
        self._locale = Locale.parse(code, sep="-")
        self._money_locale = Locale.parse(MONEY_LOCALES.get(code, code.replace("-", "_")))
        plural: set[str] = set()
        single: set[str] = set()
        for message in catalogue:
            if isinstance(message.id, str):
                single.add(message.id)
            else:
                plural.add(message.id[0])
        self._single = frozenset(single - {""})
        self._plural = frozenset(plural)
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        self._translations = Translations(compiled)

    def __repr__(self) -> str:
        return f"Language({self.code!r})"

    def __call__(self, key: str, /, **values: object) -> str:
        """Word a message; an unknown key, or a placeholder without its value, is a KeyError."""
        if key not in self._single:
            raise KeyError(key)
        return self._translations.ugettext(key).format(**values)

    def many(self, key: str, n: int, /, **values: object) -> str:
        """Word a message that depends on a whole number, which fills its {n}."""
        if key not in self._plural:
            raise KeyError(key)
        return self._translations.ungettext(key, key, n).format(n=self.number(n), **values)

    def number(self, n: int) -> str:
        """Write a whole number with the language's grouping."""
        return format_decimal(n, locale=self._locale)

    def decimal(self, value: Decimal) -> str:
        """Write a number with all its decimals."""
        return format_decimal(value, locale=self._locale, decimal_quantization=False)

    def money(self, minor: int, currency: str) -> str:
        """Write an amount given in minor units, with a symbol that names one currency only."""
        locale = self._money_locale
        amount = Decimal(minor).scaleb(-get_currency_precision(currency))
        pattern = locale.currency_formats["standard"].pattern
        # CLDR sets a space between letters and digits ("IDR 50,000"), which Babel leaves out.
        if get_currency_symbol(currency, locale)[-1].isalpha() and pattern.startswith("¤#"):
            pattern = pattern.replace("¤#", "¤\N{NO-BREAK SPACE}#")
        return format_currency(amount, currency, pattern, locale=locale)

    def currency(self, code: str) -> str:
        """Name a currency for who picks one: its code, which is known, and its name."""
        return f"{code} · {get_currency_name(code, locale=self._money_locale)}"

    def percent(self, numerator: int, denominator: int) -> str:
        """Write a share in whole percents, rounded down so that only a reached goal is 100 %."""
        return format_percent(Decimal(numerator * 100 // denominator) / 100, locale=self._locale)

    def date_time(self, wall: datetime) -> str:
        """Write a wall time without its zone and year: 'Sat 21 Nov 20:00'."""
        # Without its zone, so that Babel does not move it into UTC.
        wall = wall.replace(tzinfo=None)
        return format_datetime(wall, self("format.date_time"), locale=self._locale)

    def day(self, d: date) -> str:
        """Write a day without its year: 'Tue 29 Nov'."""
        return format_date(d, self("format.day"), locale=self._locale)

    def duration(self, seconds: int) -> str:
        """Word how far off something is, coarsely: 'in 3 days', or '2 hours ago' if negative."""
        # From two of a unit on, that unit: 36 hours are not "2 days". But "1 hour", "1 day".
        threshold = 2
        for unit in (HOUR, DAY):
            if unit * 0.95 <= abs(seconds) < unit * 1.1:
                seconds, threshold = (unit if seconds > 0 else -unit), 1
        return format_timedelta(
            timedelta(seconds=seconds),
            granularity="minute",
            threshold=threshold,
            add_direction=True,
            locale=self._locale,
        )

    def listing(self, items: Sequence[str]) -> str:
        """Join items as a sentence does: 'a, b, and c'."""
        return format_list(items, locale=self._locale)


@cache
def _load(code: str) -> Language:
    return Language(code, read_catalogue(code))


def language(code: str | None) -> Language:
    """Return the language for a code such as 'ko' or 'ko-KR'; English where there is none."""
    wanted = (code or FALLBACK).replace("_", "-").casefold()
    by_name = {known.casefold(): known for known in LANGUAGES}
    return _load(by_name.get(wanted) or by_name.get(wanted.partition("-")[0], FALLBACK))


def name_of(code: str) -> str:
    """What a language calls itself; its code where it has no catalogue."""
    return language(code)("language.name") if code in LANGUAGES else code
