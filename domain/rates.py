"""What further currencies are worth in a fundraiser's first one, by rates that people typed.

Nothing is ever added across currencies but for one bar, and there by rates that its organiser
typed and cited before publishing. The arithmetic is decimal and exact; the sum is rounded once,
half to even, to minor units of the first currency.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from domain.actions import Action
from domain.errors import Refusal
from domain.kinds import FieldKind
from domain.money import minor_digits

_RATE = re.compile(r"(?:1 *)?([A-Z]{3}) *[:=]? *([0-9]{1,9}(?:\.[0-9]{1,12})?)(?: *([A-Z]{3}))?")
_DIGITS = 80
"""More than any sum of amounts times a rate has."""


def read_rates(text: str, currencies: Collection[str]) -> str:
    """Rates as typed, one a line ("KRW 0.00073", "1 KRW = 0.00073 USD"), as they are stored.

    `currencies` are the action's, the first one first. A rate is a positive decimal with at most
    twelve places; each further currency has at most one.
    """
    first, *further = currencies
    rates: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        plain = " ".join(unicodedata.normalize("NFKC", line).upper().split())
        found = _RATE.fullmatch(plain)
        if found is None or not Decimal(found[2]) or found[3] not in (None, first):
            raise Refusal("field.rates.line", text=line, currency=first)
        code = found[1]
        if code not in further:
            raise Refusal("field.rates.other_currency", currency=code)
        if code in rates:
            raise Refusal("field.rates.twice", currency=code)
        rates[code] = found[2]
    return "\n".join(f"{code} {rate}" for code, rate in rates.items())


def require_frozen(before: Action, after: Action) -> None:
    """Refuse other rates, or another source of them, for what has been published."""
    for name in ("rates", "rates_source"):
        if before.fields.get(name) != after.fields.get(name):
            raise Refusal("field.rates.frozen")


def rates_of(action: Action) -> dict[str, Decimal]:
    """What one whole unit of each further currency is worth in whole units of the first."""
    rates: dict[str, Decimal] = {}
    for field in action.rules.fields:
        if field.kind is FieldKind.RATES:
            for line in action.fields.get(field.name, "").splitlines():
                code, rate = line.split()
                rates[code] = Decimal(rate)
    return rates


def in_first_currency(action: Action, minor: int, currency: str) -> Decimal | None:
    """An amount in minor units of the first currency, exactly; None where there is no rate."""
    if currency == action.unit_code:
        return Decimal(minor)
    rate = rates_of(action).get(currency)
    if rate is None:
        return None
    with localcontext(prec=_DIGITS):
        places = minor_digits(action.unit_code) - minor_digits(currency)
        return (Decimal(minor) * rate).scaleb(places)


def together(action: Action, amounts: Mapping[str, int]) -> int | None:
    """The amounts of all currencies as one, in minor units of the first currency.

    `amounts` are minor units by currency. It is None for an action in one currency, and unless
    there is a rate for each of the others.
    """
    further = action.currencies[1:]
    if not further or not rates_of(action).keys() >= set(further):
        return None
    with localcontext(prec=_DIGITS):
        worth = [in_first_currency(action, minor, code) for code, minor in amounts.items()]
        total = sum((value for value in worth if value is not None), Decimal(0))
        return int(total.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def toward_goal(action: Action, amounts: Mapping[str, int]) -> tuple[int, bool]:
    """How much of the goal is reached, and whether that is by rates.

    Without a rate for every further currency only the first one counts towards it.
    """
    rated = together(action, amounts)
    return (amounts.get(action.unit_code, 0), False) if rated is None else (rated, True)


def matched(action: Action, reached: int) -> tuple[int, int] | None:
    """What a matching pledge comes to, and its limit; None where nobody matches anything.

    It equals what was reached, up to the limit, and is stated apart: it is in no total.
    """
    limit = action.fields.get("match_limit")
    return None if limit is None else (min(reached, int(limit)), int(limit))
