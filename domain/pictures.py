"""Pictures that prove a contribution, as they are kept: small, and without what a camera adds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.errors import Refusal

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What Discord shows in a gallery."""

MOST_PICTURES = 5
"""Pictures of one contribution that are taken at once."""

MOST_BYTES = 8 * 1024 * 1024
"""The size of one file as it is uploaded."""

MOST_PIXELS = 24_000_000
"""A picture is unpacked to four bytes a pixel: a small file could fill the memory otherwise.

JPEGs, as cameras write them, are made smaller while they are unpacked and may have more before.
"""

LONGEST_SIDE = 1600
"""Pixels of a kept picture's longer side: a screenshot's text can still be read."""


@dataclass(frozen=True)
class Picture:
    """A picture ready to be stored.

    `digest` is the SHA-256 of the file as it was uploaded, in hexadecimal; `look` is what nearly
    identical ones have in common (see `domain.looks`), None where there is nothing to see; `views`
    are the looks by which others are found, without details, which are not stored.
    """

    name: str
    content_type: str
    data: bytes
    digest: str
    look: str | None
    views: tuple[str, ...] = ()


def require_pictures(sizes: Sequence[int]) -> None:
    """Refuse more pictures than are taken, an empty file, and one that is too large. In bytes."""
    if len(sizes) > MOST_PICTURES:
        raise Refusal("picture.too_many", limit=MOST_PICTURES)
    if any(size <= 0 for size in sizes):
        raise Refusal("picture.empty")
    if any(size > MOST_BYTES for size in sizes):
        raise Refusal("picture.file_too_large", limit=MOST_BYTES // (1024 * 1024))
