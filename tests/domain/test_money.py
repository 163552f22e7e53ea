"""Amounts are read exactly as people mean them, asked about, or refused; never silently wrong."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel.numbers import format_currency, format_decimal
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.errors import Refusal
from domain.money import (
    MOST,
    AmbiguousAmount,
    Money,
    known_currency,
    minor_digits,
    read_count,
    read_money,
)

NOT_UNDERSTOOD = "amount.not_understood"
NOT_POSITIVE = "amount.not_positive"
TOO_LARGE = "amount.too_large"
TOO_PRECISE = "amount.too_precise"
NOT_WHOLE = "amount.not_whole"
OTHER = "amount.other_currency"

# text, the action's currency, and minor units, several readings, or the refusal's key.
AMOUNTS: list[tuple[str, str, int | tuple[int, ...] | str]] = [
    # Digits and decimals
    ("25", "USD", 2500),
    ("  25 ", "USD", 2500),
    ("007", "USD", 700),
    ("+25", "USD", 2500),
    ("25.50", "USD", 2550),
    ("25,50", "USD", 2550),
    ("25.5", "USD", 2550),
    ("25,5", "USD", 2550),
    (".50", "USD", 50),
    ("$.50", "USD", 50),
    ("0,05", "USD", 5),
    ("25,-", "EUR", 2500),
    ("25.– €", "EUR", 2500),
    # Groups
    ("1,234.56", "USD", 123456),
    ("1.234,56", "USD", 123456),
    ("1 234,50", "EUR", 123450),
    ("1\u202f234,50\xa0€", "EUR", 123450),
    ("1’234.50", "CHF", 123450),
    ("1'234.50", "CHF", 123450),
    ("1,234,567", "USD", 123456700),
    ("1.234.567", "USD", 123456700),
    ("1.234.567,89", "USD", 123456789),
    ("1,23,456", "INR", 12345600),
    ("₹12,34,567.50", "INR", 123456750),
    # Three digits after one mark are thousands where there are two decimals or none …
    ("1,500", "USD", 150000),
    ("1.234", "USD", 123400),
    ("25.555", "USD", 2555500),
    ("10.000", "EUR", 1000000),
    ("10.000", "KRW", 10000),
    ("50.000 IDR", "IDR", 5000000),
    # … a question where there are three …
    ("1.234", "KWD", (1234, 1234000)),
    ("1,234", "KWD", (1234, 1234000)),
    ("12.345 KWD", "KWD", (12345, 12345000)),
    ("1,234k", "USD", (123400, 123400000)),
    # … and settled by anything that leaves one reading.
    ("1.50", "KWD", 1500),
    ("0.500", "KWD", 500),
    (".500", "KWD", 500),
    ("1,234.500", "KWD", 1234500),
    ("1.234,-", "KWD", 1234000),
    ("1 234", "KWD", 1234000),
    ("1234.567", "KWD", 1234567),
    ("0.500", "USD", 50),
    ("25.5000", "USD", 2550),
    ("30.00", "KRW", 30),
    # Marks of currencies
    ("$25", "USD", 2500),
    ("25$", "USD", 2500),
    ("$ 25", "USD", 2500),
    ("US$25", "USD", 2500),
    ("US $25", "USD", 2500),
    ("$25 USD", "USD", 2500),
    ("25 USD", "USD", 2500),
    ("usd25", "USD", 2500),
    ("25 dollars", "USD", 2500),
    ("25 US dollars", "USD", 2500),
    ("25달러", "USD", 2500),
    ("$20", "CAD", 2000),
    ("CA$20", "CAD", 2000),
    ("£5", "GBP", 500),
    ("€1.234,56", "EUR", 123456),
    ("1.234,56 €", "EUR", 123456),
    ("R$ 20", "BRL", 2000),
    ("₱1,500", "PHP", 150000),
    ("¥500", "JPY", 500),
    ("￥５００", "JPY", 500),
    ("¥500", "CNY", 50000),
    ("500円", "JPY", 500),
    ("25 kr.", "SEK", 2500),
    ("25kr", "DKK", 2500),
    ("25 R", "ZAR", 2500),
    ("Rp50.000", "IDR", 5000000),
    ("Rp 50.000,00", "IDR", 5000000),
    ("Rp. 50.000", "IDR", 5000000),
    ("Rp.50.000", "IDR", 5000000),
    ("Rp50.000,-", "IDR", 5000000),
    # Scale words
    ("1.5k", "USD", 150000),
    ("1,5k", "USD", 150000),
    ("$2K", "USD", 200000),
    ("1 000k", "USD", 100000000),
    ("50rb", "IDR", 5000000),
    ("Rp 1,5 juta", "IDR", 150000000),
    ("2 lakh", "INR", 20000000),
    ("1.2345k", "USD", 123450),
    # Korean and Japanese
    ("₩30,000", "KRW", 30000),
    ("￦30,000", "KRW", 30000),
    ("30,000원", "KRW", 30000),
    ("3만", "KRW", 30000),
    ("3만원", "KRW", 30000),
    ("3만 원", "KRW", 30000),
    ("3만 5천원", "KRW", 35000),
    ("3만5천", "KRW", 35000),
    ("3만5000원", "KRW", 35000),
    ("1만 2천 3백 4십 5", "KRW", 12345),
    ("1억 2천만원", "KRW", 120000000),
    ("1.5만", "KRW", 15000),
    ("1,5만", "KRW", 15000),
    ("2.5천만원", "KRW", 25000000),
    ("1,234만", "KRW", 12340000),
    ("1.234만", "KRW", 12340),
    ("만원", "KRW", 10000),
    ("1억 천만원", "KRW", 110000000),
    ("천원", "KRW", 1000),
    ("백만원", "KRW", 1000000),
    ("20천원", "KRW", 20000),
    ("３万円", "JPY", 30000),
    ("3만", "USD", 3000000),
    # Digits of other scripts
    ("２５．５０", "USD", 2550),
    ("٢٥", "USD", 2500),
    ("١٬٢٣٤٫٥٠", "USD", 123450),
    ("۲۵", "USD", 2500),
    ("२५", "INR", 2500),
    ("\u200f25\u200e $", "USD", 2500),
    # Another currency
    ("£5", "USD", OTHER),
    ("€25", "USD", OTHER),
    ("25 EUR", "USD", OTHER),
    ("3만원", "USD", OTHER),
    ("$25 CAD", "USD", OTHER),
    ("€25 USD", "USD", OTHER),
    ("CA$25", "USD", OTHER),
    ("$20", "BRL", OTHER),
    ("$20", "KRW", OTHER),
    ("25kr", "USD", OTHER),
    ("¥500", "KRW", OTHER),
    # Not more than zero
    ("0", "USD", NOT_POSITIVE),
    ("0.00", "USD", NOT_POSITIVE),
    ("$0", "USD", NOT_POSITIVE),
    ("0만", "KRW", NOT_POSITIVE),
    ("0천만원", "KRW", NOT_POSITIVE),
    ("-5", "USD", NOT_POSITIVE),
    ("\N{MINUS SIGN}5", "USD", NOT_POSITIVE),
    ("-$5", "USD", NOT_POSITIVE),
    ("$-5", "USD", NOT_POSITIVE),
    ("-1.234", "KWD", NOT_POSITIVE),
    # Too much
    ("10000000000000", "USD", MOST),
    ("10000000000000.01", "USD", TOO_LARGE),
    ("1000조", "KRW", MOST),
    ("1001조", "KRW", TOO_LARGE),
    ("9" * 90, "USD", TOO_LARGE),
    # More decimals than there are
    ("1,234.567", "USD", TOO_PRECISE),
    ("25.5555", "USD", TOO_PRECISE),
    ("0.001", "USD", TOO_PRECISE),
    ("1.5", "KRW", TOO_PRECISE),
    ("1,50", "JPY", TOO_PRECISE),
    ("1.2345", "KWD", TOO_PRECISE),
    ("1.2345k", "JPY", TOO_PRECISE),
    ("1.00001만", "KRW", TOO_PRECISE),
    # No amount
    ("", "USD", NOT_UNDERSTOOD),
    ("   ", "USD", NOT_UNDERSTOOD),
    ("$", "USD", NOT_UNDERSTOOD),
    ("원", "KRW", NOT_UNDERSTOOD),
    ("NaN", "USD", NOT_UNDERSTOOD),
    ("inf", "USD", NOT_UNDERSTOOD),
    ("1e5", "USD", NOT_UNDERSTOOD),
    ("0x19", "USD", NOT_UNDERSTOOD),
    ("1_000", "USD", NOT_UNDERSTOOD),
    ("25.", "USD", NOT_UNDERSTOOD),
    ("25,", "USD", NOT_UNDERSTOOD),
    ("25%", "USD", NOT_UNDERSTOOD),
    ("25?", "USD", NOT_UNDERSTOOD),
    ("~25", "USD", NOT_UNDERSTOOD),
    ("25²", "USD", NOT_UNDERSTOOD),
    ("½", "USD", NOT_UNDERSTOOD),
    ("①", "USD", NOT_UNDERSTOOD),
    ("25-30", "USD", NOT_UNDERSTOOD),
    ("--5", "USD", NOT_UNDERSTOOD),
    ("+-5", "USD", NOT_UNDERSTOOD),
    ("+-$5", "USD", NOT_UNDERSTOOD),
    ("-$-5", "USD", NOT_UNDERSTOOD),
    ("25 50", "USD", NOT_UNDERSTOOD),
    ("25\n300", "USD", NOT_UNDERSTOOD),
    ("25, 50", "USD", NOT_UNDERSTOOD),
    ("$25 + $5", "USD", NOT_UNDERSTOOD),
    ("25 and 5", "USD", NOT_UNDERSTOOD),
    ("about 25", "USD", NOT_UNDERSTOOD),
    ("25 plus fees", "USD", NOT_UNDERSTOOD),
    ("1,234,56", "USD", NOT_UNDERSTOOD),
    ("12,34,56", "USD", NOT_UNDERSTOOD),
    ("1.234.56", "USD", NOT_UNDERSTOOD),
    ("1,234 567", "USD", NOT_UNDERSTOOD),
    ("0,234,567", "USD", NOT_UNDERSTOOD),
    ("1..5", "USD", NOT_UNDERSTOOD),
    ("1٫234.5", "USD", NOT_UNDERSTOOD),
    ("25 mil", "USD", NOT_UNDERSTOOD),
    ("25kk", "USD", NOT_UNDERSTOOD),
    ("3만k", "KRW", NOT_UNDERSTOOD),
    ("3만 50000", "KRW", NOT_UNDERSTOOD),
    ("1만 2만", "KRW", NOT_UNDERSTOOD),
    ("1만 2억", "KRW", NOT_UNDERSTOOD),
    ("1억 20000만", "KRW", NOT_UNDERSTOOD),
    ("3천 5천", "KRW", NOT_UNDERSTOOD),
    ("만만", "KRW", NOT_UNDERSTOOD),
    ("1.5만 2천", "KRW", NOT_UNDERSTOOD),
    ("삼만원", "KRW", NOT_UNDERSTOOD),
    ("3만원 정도", "KRW", NOT_UNDERSTOOD),
    ("1" * 101, "USD", NOT_UNDERSTOOD),
]

COUNTS: list[tuple[str, int | tuple[int, ...] | str]] = [
    ("25", 25),
    ("1,000", 1000),
    ("1.000", 1000),
    ("10 000", 10000),
    ("1.234.567", 1234567),
    ("3만", 30000),
    ("2천", 2000),
    ("1만 2천", 12000),
    ("1.5만", 15000),
    ("1.5k", 1500),
    ("1,5K", 1500),
    ("2M", 2000000),
    ("25회", 25),
    ("25 번", 25),
    ("25.0", 25),
    ("٢٥", 25),
    ("1.234k", (1234, 1234000)),
    ("10.000k", (10000, 10000000)),
    ("2.5", NOT_WHOLE),
    ("1.2345k", NOT_WHOLE),
    ("0", NOT_POSITIVE),
    ("-3", NOT_POSITIVE),
    ("9" * 20, TOO_LARGE),
    ("$25", NOT_UNDERSTOOD),
    ("25 USD", NOT_UNDERSTOOD),
    ("25,-", NOT_UNDERSTOOD),
    ("25 or so", NOT_UNDERSTOOD),
    ("many", NOT_UNDERSTOOD),
    ("", NOT_UNDERSTOOD),
]


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(("text", "currency", "expected"), AMOUNTS)
def test_an_amount_is_read_exactly_or_refused(
    text: str, currency: str, expected: int | tuple[int, ...] | str, language: str
) -> None:
    """The reader's language adds names of currencies; it never changes a number."""
    if isinstance(expected, str):
        with pytest.raises(Refusal) as refusal:
            read_money(text, currency=currency, language=language)
        assert refusal.value.key == expected
        names_currency = expected in {OTHER, TOO_PRECISE}
        values = {"text": text} | ({"currency": currency} if names_currency else {})
        assert refusal.value.values == values
    elif isinstance(expected, tuple):
        found = read_money(text, currency=currency, language=language)
        assert found == AmbiguousAmount(text, expected)
    else:
        assert read_money(text, currency=currency, language=language) == Money(expected, currency)


@pytest.mark.parametrize(("text", "expected"), COUNTS)
def test_a_count_is_read_exactly_or_refused(
    text: str, expected: int | tuple[int, ...] | str
) -> None:
    if isinstance(expected, str):
        with pytest.raises(Refusal) as refusal:
            read_count(text, language="ko")
        assert (refusal.value.key, refusal.value.values) == (expected, {"text": text})
    elif isinstance(expected, tuple):
        assert read_count(text, language="ko") == AmbiguousAmount(text, expected)
    else:
        assert read_count(text, language="ko") == expected


def test_a_language_brings_its_own_names() -> None:
    """'mil' is a thousand in Spanish and Portuguese; '$US' is how French writes US dollars."""
    assert read_money("25 mil", currency="BRL", language="pt-BR") == Money(2500000, "BRL")
    assert read_money("25 $US", currency="USD", language="fr") == Money(2500, "USD")
    assert read_money("25 대한민국 원", currency="KRW", language="ko") == Money(25, "KRW")
    assert read_money("25", currency="USD", language="no such language") == Money(2500, "USD")


def test_currencies_come_from_the_cldr() -> None:
    assert [minor_digits(code) for code in ("KRW", "JPY", "USD", "IDR", "KWD")] == [0, 0, 2, 2, 3]
    for code in ("DEM", "XXX", "XTS", "usd", "US", "", "BTC"):
        assert not known_currency(code)
        with pytest.raises(ValueError):
            minor_digits(code)
        with pytest.raises(ValueError):
            read_money("25", currency=code, language="en")


LOCALES = ["en", "de", "fr", "id", "ko", "ja", "pt_BR", "hi", "ru", "vi", "ar", "de_CH"]
CURRENCIES = ["USD", "EUR", "KRW", "JPY", "IDR", "BRL", "INR", "KWD", "CAD", "GBP", "CHF", "PHP"]


@settings(deadline=None)  # the first look-up reads a locale from disk
@given(st.integers(1, MOST), st.sampled_from(CURRENCIES), st.sampled_from(LOCALES))
@example(1234, "KWD", "de")
@example(1000, "USD", "fr")
def test_what_a_locale_writes_is_read_back(minor: int, currency: str, locale: str) -> None:
    """Whatever Babel writes is read back as the same amount, or asked about; never otherwise."""
    text = format_currency(
        Decimal(minor).scaleb(-minor_digits(currency)),
        currency,
        locale=locale,
        decimal_quantization=False,
    )
    found = read_money(text, currency=currency, language=locale)
    if isinstance(found, AmbiguousAmount):
        assert minor in found.readings
        assert minor_digits(currency) == 3
    else:
        assert found == Money(minor, currency)


@settings(deadline=None)  # the first look-up reads a locale from disk
@given(st.integers(1, MOST), st.sampled_from(LOCALES))
def test_a_count_that_a_locale_writes_is_read_back(count: int, locale: str) -> None:
    assert read_count(format_decimal(count, locale=locale), language=locale) == count


@settings(deadline=None)  # the first look-up reads a locale from disk
@given(st.text("0123456789.,' -$€k만천원RpUSD٫", max_size=14), st.sampled_from(CURRENCIES))
def test_any_text_is_read_or_refused_and_the_digits_are_kept(text: str, currency: str) -> None:
    """No text raises anything but a Refusal, and without scale words no digit is lost or added."""
    try:
        found = read_money(text, currency=currency, language="ko")
    except Refusal:
        return
    readings = found.readings if isinstance(found, AmbiguousAmount) else (found.minor,)
    assert all(0 < reading <= MOST for reading in readings)
    if not set(text) & set("k만천"):
        digits = "".join(char for char in text if char.isdecimal())
        assert all(str(r).strip("0") == digits.strip("0") for r in readings)
