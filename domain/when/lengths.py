"""Reading a typed length of time, such as `2h`, `90 minutes` or `1시간 30분`, before or after."""

from __future__ import annotations

from datetime import timedelta

from domain.errors import Refusal
from domain.when.clocks import lengths_at
from domain.when.lexicon import Sense
from domain.when.scanner import scan_tokens
from domain.when.tokens import clean_text, cut_tokens

_MOST_TOKENS = 20


def read_length(text: str, language: str) -> timedelta:
    """Return the length that a text says, days counted as 24 hours each; it may be zero.

    "2 hours before" is two hours too. The words of `language` and of English count, and every one
    has to be understood. Refuses `when.no_length` (text).
    """
    length = _length_beside(clean_text(text) or "", language, Sense.BEFORE)
    if length is None:
        raise Refusal("when.no_length", text=text.strip())
    return length


def read_offset(text: str, language: str) -> timedelta:
    """Return how long before something a text says; what is after it is negative.

    "+15 min" and "15 minutes after" are after it, "-1h", "1 hour before" and "1 hour" before.
    Refuses `when.no_length` (text).
    """
    clean = clean_text(text) or ""
    sign, rest = (clean[:1], clean[1:]) if clean[:1] in ("+", "-") else ("", clean)
    if sign != "+" and (before := _length_beside(rest, language, Sense.BEFORE)) is not None:
        return before
    if sign != "-" and (after := _length_beside(rest, language, Sense.AFTER)) is not None:
        return -after
    raise Refusal("when.no_length", text=text.strip())


def _length_beside(clean: str, language: str, around: Sense) -> timedelta | None:
    """The length in a cleaned text, beside which words of a sense may stand; None if it is none."""
    tokens = cut_tokens(clean)
    if not 0 < len(tokens) <= _MOST_TOKENS:
        return None
    scan = scan_tokens(clean, tokens, language)
    for start in scan.after_optional(0, around):
        for end, span in lengths_at(scan, start):
            whole = len(tokens) in scan.after_optional(end, around)
            if whole and span.days < 10_000 and span.minutes < 10_000_000:
                return timedelta(days=span.days, minutes=span.minutes)
    return None
