"""A cleaned text with its tokens, and the ways to look at what comes next in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from domain.when.lexicon import Sense, meanings_at
from domain.when.tokens import Token

_LONGEST_PIECE = 40
_SIGNS = frozenset(",.():/-+<>")


@dataclass(frozen=True)
class Scanner:
    """The text being read; positions are token numbers."""

    text: str
    tokens: tuple[Token, ...]
    language: str
    meanings: tuple[tuple[tuple[int, Sense, Any], ...], ...]

    def words(self, at: int, *senses: Sense) -> Iterator[tuple[int, Any]]:
        """Yield (end, value) of the words at a position that have one of the senses."""
        if at < len(self.tokens):
            for end, sense, value in self.meanings[at]:
                if sense in senses:
                    yield end, value

    def follows(self, at: int, sense: Sense) -> bool:
        """Tell whether a word of the sense begins at a position."""
        return any(True for _ in self.words(at, sense))

    def precedes(self, at: int, sense: Sense) -> bool:
        """Tell whether a word of the sense ends right before a position."""
        return any(end == at for start in range(at) for end, _ in self.words(start, sense))

    def after_optional(self, at: int, *senses: Sense) -> Iterator[int]:
        """Yield the position itself and those after a word with one of the senses."""
        yield at
        for end, _ in self.words(at, *senses):
            yield end

    def number(self, at: int) -> int | None:
        """Return the number written in digits at a position."""
        return self.tokens[at].value if at < len(self.tokens) else None

    def digits(self, at: int) -> int:
        """Return how many digits the number at a position has."""
        return len(self.tokens[at].raw)

    def is_sign(self, at: int, sign: str) -> bool:
        """Tell whether this sign is at a position."""
        return at < len(self.tokens) and self.tokens[at].raw == sign

    def touches(self, at: int) -> bool:
        """Tell whether no space separates the token from the one before it."""
        return 0 < at < len(self.tokens) and self.tokens[at - 1].end == self.tokens[at].start

    def match(self, at: int, pattern: re.Pattern[str]) -> tuple[int, re.Match[str]] | None:
        """Return (end, match) of a pattern from a position if it ends where a token ends."""
        if at >= len(self.tokens):
            return None
        found = pattern.match(self.text, self.tokens[at].start)
        if found is None:
            return None
        for end in range(at, len(self.tokens)):
            if self.tokens[end].end == found.end():
                return end + 1, found
        return None

    def first_unknown(self, at: int) -> int:
        """Return the first token from a position on that is no word, number or sign of ours.

        If all are known and only their order is not understood, return the position itself.
        """
        for token in range(at, len(self.tokens)):
            known = any(
                start <= token < end
                for start in range(token + 1)
                for end, _, _ in self.meanings[start]
            )
            sign = self.tokens[token].raw in _SIGNS
            if not (known or sign or self.tokens[token].value is not None):
                return token
        return at

    def piece_from(self, at: int) -> str:
        """Return the text from a token on to the next space, cut short if it is very long."""
        rest = self.text[self.tokens[at].start :]
        return rest.split(maxsplit=1)[0][:_LONGEST_PIECE]


def scan_tokens(text: str, tokens: tuple[Token, ...], language: str) -> Scanner:
    """Return the scanner of a cleaned text."""
    found = tuple(tuple(meanings_at(tokens, at, language)) for at in range(len(tokens)))
    return Scanner(text, tokens, language, found)
