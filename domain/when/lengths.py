"""Reading a typed length of time, such as `2h`, `90 minutes` or `1시간 30분`."""

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
    clean = clean_text(text)
    tokens = cut_tokens(clean) if clean else ()
    if 0 < len(tokens) <= _MOST_TOKENS:
        scan = scan_tokens(clean or "", tokens, language)
        for start in scan.after_optional(0, Sense.BEFORE):
            for end, span in lengths_at(scan, start):
                whole = len(tokens) in scan.after_optional(end, Sense.BEFORE)
                if whole and span.days < 10_000 and span.minutes < 10_000_000:
                    return timedelta(days=span.days, minutes=span.minutes)
    raise Refusal("when.no_length", text=text.strip())
