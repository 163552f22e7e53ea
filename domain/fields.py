"""Reading the fields of a kind's modal: what was typed becomes typed values, or is refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import regex

from domain.actions import Action
from domain.errors import Refusal
from domain.kinds import FieldKind, KindRules, ProofKind, Unit
from domain.links import normal_form
from domain.money import (
    AmbiguousAmount,
    currencies_named,
    known_currency,
    minor_digits,
    read_count,
    read_money,
)
from domain.rates import read_rates
from domain.tags import read_tag
from domain.urls import read_url

TITLE_LENGTH = 100
MAX_CAPACITY = 1_000_000
SHORTEST_CODE = 4
MOST_CURRENCIES = 5
MOST_LINKS = 10
PROOF_LENGTH = 300
"""Characters of one code or link that proves something."""

_AMOUNTS = (FieldKind.GOAL, FieldKind.BASELINE, FieldKind.CAP, FieldKind.AMOUNT)
# Where letters without case begin, such as Hangul, so does a word: a particle in "Day를".
_WORD = regex.compile(r"[[\p{L}\p{N}]--\p{Lo}]+|\p{Lo}+", regex.V1)
_ADDRESS = re.compile(
    r"://|(?:^|\s)(?:(?i:www)\.|(?:[\w-]+\.)+(?:[a-z]{2,}|(?i:com|org|net|io|gg|me|kr|jp))/)"
)
_UNIT = regex.compile(r"\p{L}[\p{L}\p{M}\p{N} '’&/.,()-]*")
# Zero-width and direction marks, fillers and the blank of Braille show nothing.
_VISIBLE = regex.compile(r"[[\p{L}\p{N}\p{P}\p{S}]--[\p{DI}\u2800]]", regex.V1)


@dataclass(frozen=True)
class ReadFields:
    """The values of a kind's fields. Amounts are in the unit (money: minor units).

    `unit_code` is the first currency; `texts` hold the further ones as `currencies`.
    """

    unit_code: str
    goal: int | None
    baseline: int | None
    cap: int | None
    texts: Mapping[str, str]


def is_visible(text: str) -> bool:
    """Tell whether anything of a text can be seen: a button or an option needs that."""
    return _VISIBLE.search(text) is not None


def read_title(text: str) -> str:
    """A title on one line, 1 to 100 characters of which some can be seen."""
    title = " ".join(text.split())
    if not title:
        raise Refusal("field.title.empty")
    if not is_visible(title):
        raise Refusal("field.title.invisible")
    if len(title) > TITLE_LENGTH:
        raise Refusal("field.title.too_long", length=len(title), limit=TITLE_LENGTH)
    return title


def read_capacity(text: str, language: str) -> int | None:
    """A capacity of 1 to a million people as typed, or None for no text."""
    if not text.strip():
        return None
    capacity = _one_reading(read_count(text, language=language))
    if capacity > MAX_CAPACITY:
        raise Refusal("field.capacity.too_large", limit=MAX_CAPACITY)
    return capacity


def read_unit(text: str) -> str:
    """What is counted, in its organiser's words: letters and what stands between them."""
    unit = " ".join(text.split())
    if not _UNIT.fullmatch(unit):
        raise Refusal("field.unit.invalid", text=unit)
    return unit


def read_secret(text: str) -> str:
    """A code word of at least four letters and digits, on one line."""
    secret = " ".join(text.split())
    if sum(character.isalnum() for character in secret) < SHORTEST_CODE:
        raise Refusal("field.secret.too_short", least=SHORTEST_CODE)
    return secret


def read_proof(kind: ProofKind, text: str) -> str | None:
    """What is given as proof, or None for none; raises `Refusal` for what can't be one.

    A link is a web address. A code has at least four letters and digits, a digit among them:
    "no" and "nothing" are none, and no web address is one: whoever posted a receipt where others
    can read it would count as having proved it by its link. People who have no proof type a dash:
    without any letter or digit it is none.
    """
    proof = " ".join(text.split())
    letters = [character for character in proof if character.isalnum()]
    if not letters:
        return None
    if len(proof) > PROOF_LENGTH:
        raise Refusal("proof.too_long", length=len(proof), limit=PROOF_LENGTH)
    if kind is ProofKind.LINK:
        try:
            return read_url(proof)
        except Refusal:
            raise Refusal("proof.not_a_link", text=proof) from None
    if _ADDRESS.search(proof):
        raise Refusal("proof.code_is_address")
    if len(letters) < SHORTEST_CODE or not any(letter.isdecimal() for letter in letters):
        raise Refusal("proof.not_a_code", text=proof, least=SHORTEST_CODE)
    return proof


def read_proofs(kind: ProofKind, text: str) -> str:
    """Several proofs as `read_proof` reads each, one a line: empty for none.

    They are typed one a line; of links several may stand in a line too. Raises `Refusal` for the
    first that can't be one.
    """
    typed = text.split() if kind is ProofKind.LINK else text.splitlines()
    return "\n".join(filter(None, (read_proof(kind, one) for one in typed)))


def read_fields(
    rules: KindRules,
    texts: Mapping[str, str],
    language: str,
    stored: Mapping[str, str] | None = None,
) -> ReadFields:
    """Read every field of the kind; raises `Refusal` for the first that can't be taken.

    The currency is read first, since amounts depend on it. A tag that is `stored` already stays
    as it is: it may have been taken by other rules.
    """
    currencies = [rules.unit.value]
    kept: dict[str, str] = {}
    amounts: dict[FieldKind, int] = {}
    for field in sorted(rules.fields, key=lambda f: f.kind is not FieldKind.CURRENCY):
        text = texts.get(field.name, "").strip()
        if not is_visible(text):
            if field.required:
                raise Refusal(f"field.{field.name}.missing")
            continue
        if field.kind is FieldKind.CURRENCY:
            currencies = _read_currencies(text)
            if further := " ".join(currencies[1:]):
                kept["currencies"] = further
        elif field.kind in _AMOUNTS:
            read = _one_reading(read_amount(text, rules.unit, currencies[0], language))
            amounts[field.kind] = read
            if field.kind is FieldKind.AMOUNT:
                kept[field.name] = str(read)
        elif field.kind is FieldKind.TAG and text == (stored or {}).get(field.name):
            kept[field.name] = text
        elif field.kind is FieldKind.RATES:
            kept[field.name] = read_rates(text, currencies)
        else:
            reader = _READERS.get(field.kind)
            kept[field.name] = reader(text) if reader else text[: field.max_length]
    _require_together(rules, kept)
    return ReadFields(
        currencies[0],
        amounts.get(FieldKind.GOAL),
        amounts.get(FieldKind.BASELINE),
        amounts.get(FieldKind.CAP, rules.default_cap),
        kept,
    )


def _require_together(rules: KindRules, kept: Mapping[str, str]) -> None:
    """Refuse a field that makes no sense without the one that it needs."""
    for field in rules.fields:
        if field.name not in kept and any(
            other.needs == field.name and other.name in kept for other in rules.fields
        ):
            raise Refusal(f"field.{field.name}.missing")


def fold_proof(kind: ProofKind, proof: str) -> str:
    """What is the same in two proofs that are the same one.

    People copy codes by hand: case, spaces and dashes are left out. Links, that of a message too,
    are the same where their normal form is (see `domain.links`).
    """
    if kind in (ProofKind.LINK, ProofKind.MESSAGE):
        return normal_form(proof)
    return "".join(
        c for c in proof.casefold() if not c.isspace() and unicodedata.category(c) != "Pd"
    )


def require_sealed(rules: KindRules, title: str, texts: Mapping[str, str]) -> None:
    """Refuse what would tell a sealed field before its reveal: the title or a field beside it.

    Two that are sealed are not the same. `texts` are fields as `read_fields` returned them.
    """
    beside = {f.name: texts[f.name] for f in rules.fields if not f.sealed and f.name in texts}
    for name, text in {"title": title, **beside}.items():
        if tells_sealed(rules, text, texts):
            # Not what: whoever edits the rest may be none of those who see it.
            raise Refusal(f"field.sealed.{name}")
    sealed = _sealed(rules, texts)
    if len(set(sealed)) < len(sealed):
        raise Refusal("field.reserve.same")


def tells_sealed(rules: KindRules, text: str, texts: Mapping[str, str]) -> bool:
    """Whether a text tells one of the sealed fields; `texts` are an action's fields."""
    return any(_tells(text, secret) for secret in _sealed(rules, texts))


def _sealed(rules: KindRules, texts: Mapping[str, str]) -> list[str]:
    return [texts[field.name] for field in rules.fields if field.sealed and field.name in texts]


def _tells(text: str, tag: str) -> bool:
    """Whether words of the text are the tag, in whatever case and however set apart.

    "Our Day" tells OurDay. In scripts without case, such as Hangul, the tag may also be a part
    of a word, since particles are joined to it there; in others "start" does not tell ART.
    """
    secret = "".join(_words(tag))
    words = _words(text)
    if any(letter.isalpha() and letter.lower() == letter.upper() for letter in secret):
        return secret in "".join(words)
    return any(_spells(words, first, secret) for first in range(len(words)))


def _spells(words: Sequence[str], first: int, secret: str) -> bool:
    """Whether some words one after the other, from the one at `first` on, are all of a text."""
    for position in range(first, len(words)):
        if not secret.startswith(words[position]):
            return False
        secret = secret[len(words[position]) :]
        if not secret:
            return True
    return False


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def read_amount(text: str, unit: Unit, unit_code: str, language: str) -> int | AmbiguousAmount:
    """An amount in the action's unit, or the ways in which it can be read."""
    if unit is Unit.MONEY:
        read = read_money(text, currency=unit_code, language=language)
        return read if isinstance(read, AmbiguousAmount) else read.minor
    return read_count(text, language=language)


@dataclass(frozen=True)
class Given:
    """An amount of what somebody contributed, with the code of its unit."""

    amount: int
    unit_code: str


def read_given(
    text: str, action: Action, language: str, currency: str | None = None
) -> list[Given]:
    """What somebody contributed as typed: every way in which it can be read, one at least.

    Money in one of the action's currencies, as the text names it; where it names none, or a sign
    that `currency` has too, in that one, which was picked beside it, else in the first.
    Raises `Refusal`.
    """
    codes = action.currencies
    if action.unit is Unit.MONEY and len(codes) > 1:
        named = currencies_named(text, language=language)
        if named is None:
            named = frozenset({currency if currency in codes else codes[0]})
        fitting = tuple(code for code in codes if code in named)
        if currency is not None and currency in fitting:
            fitting = (currency,)
        if not fitting:
            raise Refusal("amount.other_currency", text=text, currency=", ".join(codes))
        codes = fitting
    given: list[Given] = []
    for code in codes:
        read = read_amount(text, action.unit, code, language)
        values = read.readings if isinstance(read, AmbiguousAmount) else (read,)
        given += [Given(value, code) for value in values]
    return given


def _one_reading(amount: int | AmbiguousAmount) -> int:
    if isinstance(amount, AmbiguousAmount):
        raise Refusal("amount.ambiguous", text=amount.text)
    return amount


def _read_currencies(text: str) -> list[str]:
    """The codes of one to five different currencies as typed: "USD", "USD, KRW, EUR"."""
    codes: list[str] = []
    for typed in re.split(r"[\s,;/、，]+", text.strip(" \t\n,;/、，")):
        code = typed.upper()
        if not code:
            raise Refusal("field.currency.missing")
        if not known_currency(code):
            raise Refusal("field.currency.unknown", text=typed)
        if code in codes:
            raise Refusal("field.currency.twice", currency=code)
        codes.append(code)
    if len(codes) > MOST_CURRENCIES:
        raise Refusal("field.currency.too_many", count=len(codes), limit=MOST_CURRENCIES)
    return codes


def _read_links(text: str) -> str:
    links = dict.fromkeys(map(read_url, text.split()))
    if len(links) > MOST_LINKS:
        raise Refusal("field.links.too_many", count=len(links), limit=MOST_LINKS)
    return "\n".join(links)


_READERS: dict[FieldKind, Callable[[str], str]] = {
    FieldKind.TAG: read_tag,
    FieldKind.URL: read_url,
    FieldKind.LINKS: _read_links,
    FieldKind.SECRET: read_secret,
    FieldKind.UNIT: read_unit,
}
"""How the texts of fields are read that are kept as texts; others are kept as typed."""


def fields_as_text(action: Action) -> dict[str, str]:
    """A draft's fields as text that `read_fields` reads back to the same values."""
    texts = dict(action.fields)
    amounts = {
        FieldKind.GOAL: action.goal,
        FieldKind.BASELINE: action.baseline,
        FieldKind.CAP: action.cap,
    }
    for field in action.rules.fields:
        if field.kind is FieldKind.CURRENCY:
            texts[field.name] = ", ".join(action.currencies)
        elif field.kind is FieldKind.AMOUNT and field.name in texts:
            amount = int(texts[field.name])
            texts[field.name] = amount_as_text(amount, action.unit, action.unit_code)
        elif (amount := amounts.get(field.kind)) is not None:
            texts[field.name] = amount_as_text(amount, action.unit, action.unit_code)
    return texts


def amount_as_text(amount: int, unit: Unit, unit_code: str) -> str:
    """An amount as plain digits with a decimal point, without symbols or grouping.

    Zeros at the end of three decimals are left out: `999.000` could be read as 999,000.
    """
    digits = minor_digits(unit_code) if unit is Unit.MONEY else 0
    text = f"{Decimal(amount).scaleb(-digits):.{digits}f}"
    return text.rstrip("0").rstrip(".") if digits > 2 else text
