"""Cutting a typed time into numbers, words and signs, whatever the script and width."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from domain.zones import fold_text

# Scripts that write without spaces are cut into single signs; their words are runs of tokens.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
_TOKEN = re.compile(
    rf"(?P<number>\d+)|(?P<unspaced>[{_UNSPACED}])"
    rf"|(?P<word>[^\W\d_{_UNSPACED}](?:['’]?(?:[^\W\d_{_UNSPACED}]|[\u0300-\u036f]))*)"
    r"|(?P<sign>\S)"
)
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\ufe58\ufe63"), "-")
_LONGEST_NUMBER = 10  # the digits of a Unix timestamp


@dataclass(frozen=True)
class Token:
    """A piece of the text; `value` is set if it is a number, `raw` keeps its case."""

    folded: str
    raw: str
    start: int
    end: int
    value: int | None = None


def clean_text(text: str) -> str | None:
    """Return the text in one width, with ASCII digits and dashes, without invisible signs.

    None if it has raised or lowered digits, which would silently join the number before them.
    """
    kept: list[str] = []
    for sign in text:
        if unicodedata.category(sign) in ("Cf", "Mn") and not "\u0300" <= sign <= "\u036f":
            if unicodedata.category(sign) == "Cf" or "\ufe00" <= sign <= "\ufe0f":
                continue
        raised = unicodedata.decomposition(sign).startswith(("<super>", "<sub>"))
        if raised and unicodedata.digit(sign, None) is not None:
            return None
        kept.append(sign)
    plain = unicodedata.normalize("NFKC", "".join(kept)).translate(_DASHES)
    return "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in plain
    ).strip()


def cut_tokens(text: str) -> tuple[Token, ...]:
    """Return the tokens of a cleaned text, in order."""
    tokens: list[Token] = []
    for found in _TOKEN.finditer(text):
        raw = found[0]
        value = int(raw) if found["number"] and len(raw) <= _LONGEST_NUMBER else None
        folded = fold_text(raw).replace("’", "'")
        tokens.append(Token(folded, raw, found.start(), found.end(), value))
    return tuple(tokens)
