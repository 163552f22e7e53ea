"""Looks: what nearly identical pictures have in common, and how close is near.

A look has two parts. The first, of 64 bits, finds candidates: cut into eight parts of eight bits,
two of them that differ in at most `NEAR` bits have at least `8 - NEAR` parts in common exactly,
since each differing bit spoils one part at most (the pigeonhole principle), and parts are found by
an index. The second, of 576 bits, decides: screenshots of other posts in the same app differ in
about a hundred of its bits, copies of the same one in few. A cropped copy shows less, so a look is
that of a picture's middle, and a new picture is looked at as if it, or the other one, had been
cropped in the ways of `CROPS`: these are its views.

Pictures of one layout, as one charity's receipts, are near each other by both parts. What decides
there is a third one, the detail: a small picture of the whole, in which another name or code shows
and rescaling hardly does (`services.looking` makes and compares it). It is kept behind the two
others; looks from before there were details have none.

The distances are chosen by `python -m benchmarks proofs`.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable
from functools import lru_cache

COARSE_SIDE, FINE_SIDE = 8, 24
"""Rows and columns of frequencies in each part: 64 and 576 bits."""

NEAR = 4
"""Most bits in which the first parts of two alike looks differ."""

ALIKE = 64
"""Most bits in which the second parts of two alike looks differ."""

ALIKE_IN_ONE_LAYOUT = 16
"""The same for pictures of one layout, where one of the two looks has no detail.

Of 62,250 pairs of receipts in two layouts, with other names, amounts, dates and codes, 8 are
within this; by all views and `ALIKE` a fifth is alike. A copy that was recompressed is within it,
one that was made much smaller often is not.
"""

COMPARED_IN_DETAIL = 64
"""Pictures of one layout whose details are compared with a new one's: the nearest."""

PARTS = COARSE_SIDE
LEAST_PARTS = PARTS - NEAR
"""How many of the eight parts alike looks have in common at least."""

MARGIN = 0.08
"""The share at each side that does not belong to a picture's middle."""

Crop = tuple[float, float, float, float]
"""Shares cut off at the left, top, right and bottom; negative ones were cut off the other one."""

_COARSE_DIGITS = COARSE_SIDE * COARSE_SIDE // 4
_FINE_BITS = FINE_SIDE * FINE_SIDE
_FINE = (1 << _FINE_BITS) - 1
BITS_DIGITS = _COARSE_DIGITS + _FINE_BITS // 4
"""Hexadecimal digits of a look's first two parts."""


def _crops() -> Iterable[Crop]:
    for step in range(-6, 7):
        share = step / 200
        yield share, share, share, share
    for share in (-0.05, -0.04, -0.03, -0.02, -0.01, 0.01, 0.02, 0.03, 0.04, 0.05):
        for side in range(4):
            left, top, right, bottom = (share if n == side else 0.0 for n in range(4))
            yield left, top, right, bottom


CROPS: tuple[Crop, ...] = tuple(_crops())
"""Up to 3 % at every side in steps of half a per cent, and up to 5 % at one side in whole ones."""


def middle_of(width: int, height: int, crop: Crop) -> tuple[float, float, float, float]:
    """The box of a cropped picture that shows the middle of the whole one, in pixels.

    It is cut where it would reach out of the picture.
    """
    left, top, right, bottom = crop
    whole_width, whole_height = width / (1 - left - right), height / (1 - top - bottom)
    x, y = left * whole_width, top * whole_height
    return (
        max(0.0, MARGIN * whole_width - x),
        max(0.0, MARGIN * whole_height - y),
        min(float(width), (1 - MARGIN) * whole_width - x),
        min(float(height), (1 - MARGIN) * whole_height - y),
    )


def parts_of(look: str) -> list[tuple[int, int]]:
    """The eight parts of a look by which it is found: each its place and its value, 0 to 255."""
    return list(enumerate(bytes.fromhex(look[:_COARSE_DIGITS])))


def parts_of_views(views: Iterable[str]) -> dict[int, set[int]]:
    """The values that each part has in any of the views."""
    found: dict[int, set[int]] = {part: set() for part in range(PARTS)}
    for view in views:
        for part, value in parts_of(view):
            found[part].add(value)
    return found


def are_alike(views: Iterable[str], look: str, within: int = ALIKE) -> bool:
    """Whether a picture with these views looks nearly the same as one with this look.

    At most `within` bits of their second parts differ.
    """
    known = _bits(look)
    return any(_near(view ^ known, within) for view in _numbers(tuple(views)))


def with_detail(bits: str, detail: bytes) -> str:
    """The whole look, as it is kept, of a picture's first two parts and its detail."""
    return bits + b64encode(detail).decode()


def detail_of(look: str) -> bytes | None:
    """The detail of a look that has one."""
    return b64decode(look[BITS_DIGITS:]) or None


def distance(one: str, other: str) -> int | None:
    """In how many bits the second parts of two looks differ; None where they can't be alike."""
    difference = _bits(one) ^ _bits(other)
    return (difference & _FINE).bit_count() if _near(difference, ALIKE) else None


def _bits(look: str) -> int:
    return int(look[:BITS_DIGITS], 16)


@lru_cache(16)  # A new picture is compared with many.
def _numbers(views: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(int(view, 16) for view in views)


def _near(difference: int, within: int) -> bool:
    coarse, fine = difference >> _FINE_BITS, difference & _FINE
    return coarse.bit_count() <= NEAR and fine.bit_count() <= within
