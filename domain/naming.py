"""Being named: how a member who chose it is called where others read what they did."""

from __future__ import annotations

import unicodedata

import regex

from domain.errors import Refusal

MAX_NAME = 60

_JOINER = "\u200d"
"""Holds emoji together."""

_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that show nothing."""

_INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})


def read_public_name(display_name: str) -> str:
    """A display name on one line without anything invisible, of at most 60 characters.

    Nothing in it is made harmless: whoever draws it does that. Raises Refusal where no character
    of it can be seen.
    """
    line = " ".join(unicodedata.normalize("NFC", display_name).split())
    shown = "".join(character for character in line if _is_shown(character))
    kept = ""
    for cluster in regex.findall(r"\X", " ".join(shown.split())):
        if len(kept) + len(cluster) > MAX_NAME:
            break
        kept += cluster
    if not any(unicodedata.category(character)[0] in "LNPS" for character in kept):
        raise Refusal("naming.nothing_visible")
    return kept.strip()


def _is_shown(character: str) -> bool:
    if character in _BLANKS:
        return False
    return character == _JOINER or unicodedata.category(character) not in _INVISIBLE
