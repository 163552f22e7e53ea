"""Read amounts and counts as people type them, exactly or not at all.

The rule for separators, which no language is consulted for, because people type in another
language than their server's:

* A space or an apostrophe only ever groups digits. A dot or a comma groups or is the decimal mark.
* It groups if every group after the first has three digits and the first does not begin with 0
  (`1,234`, `10.000`, `1.234.567`), or if the groups are India's (`1,23,456`).
* The last one can be the decimal mark, if the separators before it group and are of another sort
  (`25,50`, `1.234,50`), and if no more decimals follow than the currency has.
* So three digits after a single dot or comma are thousands in dollars (`1.234` is 1234) and can be
  read two ways in a currency of three decimals; the person is then asked. Nothing else but a scale
  word (`1.234k`) leads to a question.
* Korean, Japanese and Chinese scale words (`1.5만`) settle it: there the comma groups and the dot
  is the decimal mark.
* Decimals beyond the currency's are taken only if they are zeros and can't be thousands (`30.00`
  in won). Otherwise the amount is refused as too precise.

Every character of the text must be understood; there is no partial reading.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

from babel import Locale
from babel.core import UnknownLocaleError, get_global
from babel.numbers import get_currency_name, get_currency_precision, get_currency_symbol

from domain.errors import Refusal

MOST = 10**15
"""The largest amount in minor units, and the largest count, that is accepted."""

LONGEST = 100
"""The length in characters beyond which a text is not looked at."""


@dataclass(frozen=True)
class Money:
    """An exact amount in minor units of an ISO 4217 currency."""

    minor: int
    currency: str


@dataclass(frozen=True)
class AmbiguousAmount:
    """A text that can be read in several ways: minor units or counts, the smallest first."""

    text: str
    readings: tuple[int, ...]


# ---- Currencies

# Marks of writing direction and zero-width spaces, which come along with copied text.
INVISIBLE = dict.fromkeys(
    map(ord, "\u200b\u200e\u200f\u061c\u2060\u2066\u2067\u2068\u2069\u202a\u202b\u202c\ufeff")
)

# The marks and scale words of people, as data.
WORDS = tomllib.loads(Path(__file__).with_name("money.toml").read_text("utf-8"))
ABBREVIATIONS = frozenset({"fr", "kr", "rp", "rs", "s/", "грн", "руб"})
"""The marks after which a dot may stand: 'Rp. 50.000'."""


@cache
def _currencies() -> frozenset[str]:
    """The codes that CLDR knows as legal tender somewhere today."""
    return frozenset(
        code
        for entries in get_global("territory_currencies").values()
        for code, _, end, tender in entries
        if tender and end is None
    )


def known_currency(code: str) -> bool:
    """Say whether an ISO 4217 code, in capitals, is legal tender somewhere today."""
    return code in _currencies()


def minor_digits(currency: str) -> int:
    """Return how many decimals a currency has; ValueError if there is no such currency."""
    if not known_currency(currency):
        raise ValueError(f"no such currency: {currency}")
    return get_currency_precision(currency)


@cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


@cache
def _dollars() -> frozenset[str]:
    return frozenset(
        code for code in _currencies() if get_currency_name(code, locale="en").endswith("Dollar")
    )


def _mark(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(INVISIBLE).casefold().replace(" ", "")


@cache
def _marks(language: str) -> dict[str, frozenset[str]]:
    """Every way to write a currency in a language, with the currencies that it can mean."""
    found: dict[str, set[str]] = {}
    for codes, marks in WORDS["marks"].items():
        meant = _dollars() if codes == "dollars" else codes.split()
        for mark in marks:
            found.setdefault(mark, set()).update(meant)
    for locale in (_locale("en"), _locale(language)):
        for code in _currencies():
            names = {get_currency_name(code, count, locale) for count in (None, 1, 2, 5)}
            for mark in names | {code, get_currency_symbol(code, locale)}:
                found.setdefault(_mark(mark), set()).add(code)
    for mark in ABBREVIATIONS:
        found.setdefault(f"{mark}.", set()).update(found[mark])
    found.pop("", None)
    return {mark: frozenset(codes) for mark, codes in found.items()}


# ---- Numbers

SMALL_UNITS = {"십": 10, "十": 10, "백": 100, "百": 100, "천": 1000, "千": 1000}
BIG_UNITS = {
    **dict.fromkeys("만万萬", 10**4),
    **dict.fromkeys("억億亿", 10**8),
    **dict.fromkeys("조兆", 10**12),
}
UNITS = SMALL_UNITS | BIG_UNITS

# Korean and Japanese counters that may follow a number of posts, votes or streams.
COUNTERS = frozenset("회번개건표回票")

MINUS = "-\N{MINUS SIGN}\N{EN DASH}"
SIGNS = frozenset(f"{MINUS}+")
CORE = re.compile(rf"[0-9{''.join(UNITS)}](?:.*[0-9{''.join(UNITS)}])?")
NUMBER = re.compile(r"[0-9]+(?:[.,' ٬٫][0-9]+)*|[.,٫][0-9]+")
TERM = re.compile(rf" *([0-9.,'٬٫]*) *([{''.join(UNITS)}]?)")
NO_CENTS = re.compile(rf" ?[.,](?:[{MINUS}]{{1,2}}|—)")


class _Unreadable(Exception):
    """The text is no amount."""


class _TooPrecise(Exception):
    """The text is an amount, with more decimals than there are."""


@dataclass(frozen=True)
class _Parts:
    """A text taken apart: sign, mark before, digits with separators, what follows them."""

    negative: bool
    head: str
    core: str
    tail: str


def _plain(text: str) -> str:
    """Fold widths, digits of every script, and kinds of spaces and apostrophes into one each."""
    folded: list[str] = []
    for char in text.strip():
        compatible = unicodedata.normalize("NFKC", char)
        if char.isspace() and unicodedata.category(char) != "Zs":
            raise _Unreadable  # two lines are two amounts
        if not char.isdecimal() and any(c.isdecimal() for c in compatible):
            raise _Unreadable  # 5² is not 52, and ½ is not 12
        folded += (str(unicodedata.decimal(c)) if c.isdecimal() else c for c in compatible)
    plain = unicodedata.normalize("NFC", "".join(folded)).translate(INVISIBLE)
    plain = plain.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return " ".join(plain.casefold().split())


def _take_apart(plain: str, marks: Collection[str]) -> _Parts:
    found = CORE.search(plain)
    if not found:
        raise _Unreadable
    head, core, tail = plain[: found.start()].rstrip(), found[0], plain[found.end() :]
    if head.endswith((".", ",", "٫")) and plain[found.start() - 1] == head[-1]:
        if head.lstrip(f"{MINUS}+ ").replace(" ", "") not in marks:  # not 'Rp.50'
            head, core = head[:-1].rstrip(), head[-1] + core
    sign = ""
    if head[:1] in SIGNS:
        sign, head = head[:1], head[1:]
    elif head[-1:] in SIGNS:
        sign, head = head[-1:], head[:-1]
    return _Parts(sign != "" and sign in MINUS, head.strip(), core, tail.strip())


def _is_grouped(groups: list[str], separators: list[str]) -> bool:
    first, *others = groups
    if not others:
        return True
    if len(set(separators)) > 1 or separators[0] == "٫":
        return False
    if not 1 <= len(first) <= 3 or first.startswith("0"):
        return False
    lengths = [len(group) for group in others]
    if set(lengths) == {3}:
        return True
    indian = lengths[-1] == 3 and set(lengths[:-1]) == {2}
    return indian and separators[0] == "," and len(first) <= 2


def _readings(number: str) -> Iterator[tuple[Fraction, int]]:
    """Yield the values that digits with separators can have, each with its count of decimals.

    The reading without a decimal mark comes first.
    """
    if not NUMBER.fullmatch(number):
        return
    groups = re.split(r"[.,' ٬٫]", number)
    separators = [char for char in number if not char.isdecimal()]
    whole = Fraction(int("".join(groups)))
    if groups[0] and _is_grouped(groups, separators):
        yield whole, 0
    if separators and separators[-1] in ".,٫":
        *before, mark = separators
        if mark not in before and (not before or _is_grouped(groups[:-1], before)):
            yield whole / 10 ** len(groups[-1]), len(groups[-1])


def _exact(value: Fraction, digits: int) -> int | None:
    minor = value * 10**digits
    return minor.numerator if minor.denominator == 1 else None


def _plain_readings(number: str, digits: int, scale: int) -> set[int]:
    """Return the readings of a number in minor units, by the rule that heads this module."""
    found = list(_readings(number))
    if not found:
        raise _Unreadable
    grouped = found[0][1] == 0
    readings: set[int] = set()
    for value, decimals in found:
        if decimals > digits and scale == 1 and grouped:
            continue
        exact = _exact(value * scale, digits)
        if exact is not None:
            readings.add(exact)
    if not readings:
        raise _TooPrecise
    return readings


def _value_with_units(core: str) -> Fraction:
    """Add up '1만 2천', '2천만', '천': scales must fall, and no part may reach into the one before.

    Only a single number may have decimals: '1.5만', '2.5천만', not '1.5만 2천'.
    """
    total, section = Fraction(0), Fraction(0)
    big, small = None, None  # the last units, None before the first
    position, numbers, decimals = 0, 0, False
    while position < len(core):
        found = TERM.match(core, position)
        if not found or not (found[1] or found[2]):
            raise _Unreadable
        position, number, unit = found.end(), found[1], found[2]
        value, places = _by_custom(number) if number else (None, 0)
        numbers += 1 if number or unit in SMALL_UNITS else 0
        decimals = decimals or places > 0
        size = UNITS.get(unit, 1)
        if unit in BIG_UNITS:
            if value is not None:
                section += _below(value, small or big)
            elif small is None:  # nothing before it: '만' is one of it, '만만' is nothing
                section += _below(Fraction(1), 1 if big else None)
            if big and size >= big:
                raise _Unreadable  # '1만 2억'
            total += _below(section * size, big)
            section, big, small = Fraction(0), size, None
        else:
            section += _below((1 if value is None else value) * Fraction(size), small or big)
            small = size
    if decimals and numbers > 1:
        raise _Unreadable
    return total + section


def _by_custom(number: str) -> tuple[Fraction, int]:
    """Read digits before a Korean, Japanese or Chinese unit: comma groups, dot is decimal."""
    found = list(_readings(number))
    if not found:
        raise _Unreadable
    return found[-1] if "." in number and number.count(".") == 1 else found[0]


def _below(value: Fraction, unit: int | None) -> Fraction:
    """Refuse '3만 50000', where a part is as large as the unit before it."""
    if unit is not None and value >= unit:
        raise _Unreadable
    return value


def _scaled_readings(parts: _Parts, scale: int, digits: int, no_cents: bool) -> set[int]:
    if any(unit in parts.core for unit in UNITS):
        if scale != 1 or no_cents:
            raise _Unreadable
        exact = _exact(_value_with_units(parts.core), digits)
        if exact is None:
            raise _TooPrecise
        return {exact}
    if no_cents:
        found = list(_readings(parts.core))
        if scale != 1 or not found or found[0][1]:
            raise _Unreadable
        return {found[0][0].numerator * 10**digits}
    return _plain_readings(parts.core, digits, scale)


def _settle(text: str, parts: _Parts, readings: set[int]) -> int | AmbiguousAmount:
    if parts.negative or not any(readings):
        raise Refusal("amount.not_positive", text=text)
    possible = sorted(reading for reading in readings if 0 < reading <= MOST)
    if not possible:
        raise Refusal("amount.too_large", text=text)
    return possible[0] if len(possible) == 1 else AmbiguousAmount(text, tuple(possible))


def _scales(language: str) -> dict[str, int]:
    return WORDS["scales"] | WORDS["scales_of"].get(_locale(language).language, {})


def _split_tail(tail: str, marks: Collection[str], scales: dict[str, int]) -> tuple[int, str]:
    """Split what follows the digits into scale and mark; the longest mark wins ('kr', not 'k')."""
    joined = tail.replace(" ", "")
    for cut in range(len(joined) + 1):
        scale, mark = joined[:cut], joined[cut:]
        if (not scale or scale in scales) and (not mark or mark in marks):
            return scales.get(scale, 1), mark
    raise _Unreadable


@dataclass(frozen=True)
class _Named:
    """A text taken apart as money: what marks stand around the digits, and what scales them."""

    parts: _Parts
    scale: int
    no_cents: bool
    marks: tuple[str, ...]


def _take_money_apart(text: str, language: str) -> _Named:
    marks = _marks(language)
    if len(text) > LONGEST:
        raise _Unreadable
    parts = _take_apart(_plain(text), marks)
    tail, no_cents = parts.tail, NO_CENTS.match(parts.tail)
    if no_cents:
        tail = tail[no_cents.end() :]
    head = parts.head.replace(" ", "")
    if head and head not in marks:
        raise _Unreadable
    scale, mark = _split_tail(tail, marks, _scales(language))
    return _Named(parts, scale, no_cents is not None, tuple(filter(None, (head, mark))))


def currencies_named(text: str, *, language: str) -> frozenset[str] | None:
    """The currencies that the marks in an amount can mean ("$", "원"); None if it has none.

    Raises Refusal `amount.not_understood`.
    """
    try:
        named = _take_money_apart(text, language).marks
    except _Unreadable:
        raise Refusal("amount.not_understood", text=text) from None
    meant = [_marks(language)[mark] for mark in named]
    return meant[0].intersection(*meant[1:]) if meant else None


def read_money(text: str, *, currency: str, language: str) -> Money | AmbiguousAmount:
    """Read an amount in a currency, such as '25.50', '$25', 'Rp 50.000,00' or '3만 5천원'.

    Raises Refusal: `amount.not_understood`, `.not_positive`, `.too_large` (all with `text`),
    `.too_precise` and `.other_currency` (with `text` and `currency`). ValueError if there is no
    such currency.
    """
    digits = minor_digits(currency)
    try:
        named = _take_money_apart(text, language)
        if any(currency not in _marks(language)[mark] for mark in named.marks):
            raise Refusal("amount.other_currency", text=text, currency=currency)
        readings = _scaled_readings(named.parts, named.scale, digits, named.no_cents)
    except _Unreadable:
        raise Refusal("amount.not_understood", text=text) from None
    except _TooPrecise:
        raise Refusal("amount.too_precise", text=text, currency=currency) from None
    settled = _settle(text, named.parts, readings)
    return settled if isinstance(settled, AmbiguousAmount) else Money(settled, currency)


def read_count(text: str, *, language: str) -> int | AmbiguousAmount:
    """Read a whole number of posts, streams, votes: '25', '1,000', '1.5k', '1만 2천'.

    Raises Refusal: `amount.not_understood`, `.not_positive`, `.too_large` and `.not_whole`, all
    with `text`.
    """
    try:
        if len(text) > LONGEST:
            raise _Unreadable
        parts = _take_apart(_plain(text), ())
        if parts.head:
            raise _Unreadable
        scale, _ = _split_tail(parts.tail, COUNTERS, _scales(language))
        readings = _scaled_readings(parts, scale, 0, no_cents=False)
    except _Unreadable:
        raise Refusal("amount.not_understood", text=text) from None
    except _TooPrecise:
        raise Refusal("amount.not_whole", text=text) from None
    return _settle(text, parts, readings)
