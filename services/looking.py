"""Taking a picture's looks: the perceptual hashes by which near-identical ones are found.

A perceptual hash by the discrete cosine transform, as pHash (phash.org) made it known: a picture in
grey, made small, is taken apart into frequencies, and each bit says whether one is above their
median. Rescaling and recompressing move few of them across it.
"""

from __future__ import annotations

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

Values = NDArray[np.float32]


def looks_of(picture: Image.Image) -> tuple[str, ...]:
    """The looks of a picture in all its views, its own first; none of one that shows nothing."""
    grey = picture.convert("L")
    grey.thumbnail((_WORKING_SIDE, _WORKING_SIDE), Image.Resampling.BOX)
    if ImageStat.Stat(grey).stddev[0] < _LEAST_CONTRAST:
        return ()
    crops = sorted(CROPS, key=any)
    return tuple(_look(grey, middle_of(*grey.size, crop)) for crop in crops)


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
