"""Taking a picture's looks, by which near-identical ones are found, and comparing their details.

A perceptual hash by the discrete cosine transform, as pHash (phash.org) made it known: a picture in
grey, made small, is taken apart into frequencies, and each bit says whether one is above their
median. Rescaling and recompressing move few of them across it.

A detail is the whole picture in grey, made small, each place by how far it is from the mean around
it, in standard deviations of what is around it: faint text counts as much as bold. Of a copy that
was rescaled every place is a little off; on another receipt of the layout a few places are far off.
So what decides is the place that differs most.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageStat

from domain.looks import COARSE_SIDE, CROPS, FINE_SIDE, middle_of

SIDE = 96
"""Rows and columns of the picture that is taken apart; four times those of its frequencies."""

_WORKING_SIDE = 400
"""Pixels of the longer side from which all views are taken, so that each costs little."""

_LEAST_CONTRAST = 2.0
"""Standard deviation, of 255 greys, below which there is nothing to see but noise."""

DETAIL_SIDE = 160
"""Rows and columns of a detail: a digit on a phone's screen is some two columns wide."""

SAME_DETAIL = 28.0
"""Most by which four neighbouring places differ on average, of 255, in details of one picture.

Of what the benchmark draws, copies differ by up to 14 and others of a layout by 46 and more.
"""

_AROUND = 12
"""Rows and columns to each side that are around a place."""

_FLAT = 10.0
"""Greys that are added to a standard deviation, so that noise on an even ground stays small."""

_STEP = 8
"""Greys that are kept as one: details take half the room so."""

Values = NDArray[np.float32]


def looks_of(picture: Image.Image) -> tuple[str, ...]:
    """The looks of a picture in all its views, its own first; none of one that shows nothing."""
    grey = picture.convert("L")
    grey.thumbnail((_WORKING_SIDE, _WORKING_SIDE), Image.Resampling.BOX)
    if ImageStat.Stat(grey).stddev[0] < _LEAST_CONTRAST:
        return ()
    crops = sorted(CROPS, key=any)
    return tuple(_look(grey, middle_of(*grey.size, crop)) for crop in crops)


def detail_of(picture: Image.Image) -> bytes:
    """The detail of a picture, as it is kept: some kilobytes."""
    size = (DETAIL_SIDE, DETAIL_SIDE)
    small = picture.convert("L").resize(size, Image.Resampling.BILINEAR)
    greys = np.asarray(small, dtype=np.float32)
    mean = _mean_around(greys)
    spread = np.sqrt(np.maximum(_mean_around(greys * greys) - mean * mean, 0))
    off = np.clip(128 + 42 * (greys - mean) / (spread + _FLAT), 0, 255)
    kept = off.astype(np.uint8) // _STEP * _STEP
    written = io.BytesIO()
    Image.fromarray(kept).save(written, "PNG")
    return written.getvalue()


def first_same(detail: bytes, others: Iterable[bytes]) -> int | None:
    """The place of the first detail that is of the same picture: nowhere do the two differ much."""
    mine = _opened(detail)
    return next((n for n, other in enumerate(others) if _are_same(mine, _opened(other))), None)


def _are_same(one: Values, other: Values) -> bool:
    apart = np.abs(one - other)
    four = (apart[1:, 1:] + apart[1:, :-1] + apart[:-1, 1:] + apart[:-1, :-1]) / 4
    return bool(four.max() <= SAME_DETAIL)


def _opened(detail: bytes) -> Values:
    with Image.open(io.BytesIO(detail), formats=("PNG",)) as opened:
        return np.asarray(opened, dtype=np.float32)


def _mean_around(values: Values) -> Values:
    """The mean of what is around each place, by sums of all that is above and to the left."""
    side = 2 * _AROUND + 1
    padded = np.pad(values.astype(np.float64), ((_AROUND + 1, _AROUND),) * 2, mode="edge")
    padded[0, :] = padded[:, 0] = 0
    sums = padded.cumsum(0).cumsum(1)
    total = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    return (total / side**2).astype(np.float32)


def _look(grey: Image.Image, box: tuple[float, float, float, float]) -> str:
    small = grey.resize((SIDE, SIDE), Image.Resampling.BILINEAR, box=box)
    cosines = _cosines()
    fine = (cosines @ np.asarray(small, dtype=np.float32) @ cosines.T).astype(np.float32)
    coarse = fine[:COARSE_SIDE, :COARSE_SIDE]
    return _bits(coarse) + _bits(fine)


def _bits(frequencies: Values) -> str:
    """A bit for each frequency, in hexadecimal; the first, the brightness, is left out of it."""
    flat = frequencies.flatten()
    flat[0] = np.median(flat[1:])
    above = flat > flat[0]
    return np.packbits(above).tobytes().hex()


@cache
def _cosines() -> Values:
    """The lowest frequencies of the discrete cosine transform (type II) of `SIDE` values."""
    places = np.arange(SIDE, dtype=np.float64) + 0.5
    frequencies = np.arange(FINE_SIDE, dtype=np.float64)
    return np.cos(np.pi / SIDE * np.outer(frequencies, places)).astype(np.float32)
