"""Unpacking one picture that a stranger sent, and writing it anew from nothing but its pixels."""

from __future__ import annotations

import contextlib
import hashlib
import io

from PIL import Image, ImageOps

from domain.entries import EntryFile, extension, safe_name
from domain.errors import Refusal
from domain.looks import with_detail
from domain.pictures import LONGEST_SIDE, MOST_PIXELS, Picture
from domain.posters import LONGEST_SIDE as LONGEST_POSTER
from domain.posters import MOST_BYTES as MOST_POSTER_BYTES
from domain.posters import Fitted
from services.looking import detail_of, looks_of

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
"""What is opened at all: the fewer decoders strangers can reach, the better."""

_QUALITY = 80
_EFFORT = 2
"""How long WebP looks for a smaller file, of 0 to 6: beyond this it takes thrice the time for 4 %.

At this one it takes half of a JPEG's room for a screenshot.
"""

_POSTER_QUALITIES = (90, 75, 50)
"""How well a poster is kept, each tried where the one before makes too large a file."""

_WHITE = (255, 255, 255)
_TYPE, _EXTENSION = "image/webp", ".webp"


def keep_one(file: EntryFile) -> Picture:
    """Make one picture ready to be stored; raises `Refusal`. Takes a tenth of a second or more."""
    name = safe_name(file.name)
    seen = _open(file.data, name, LONGEST_SIDE)
    written = io.BytesIO()
    seen.save(written, "WEBP", quality=_QUALITY, method=_EFFORT)
    views = looks_of(seen)
    return Picture(
        name=name.removesuffix(extension(name)) + _EXTENSION,
        content_type=_TYPE,
        data=written.getvalue(),
        digest=hashlib.sha256(file.data).hexdigest(),
        look=_whole_look(seen, views),
        views=views,
    )


def fit_one(file: EntryFile) -> Fitted:
    """Make one picture ready to be kept as a poster; raises `Refusal`. Takes up to a second."""
    seen = _open(file.data, safe_name(file.name), LONGEST_POSTER)
    while True:
        for quality in _POSTER_QUALITIES:
            written = io.BytesIO()
            seen.save(written, "WEBP", quality=quality, method=_EFFORT)
            content = written.getvalue()
            if len(content) <= MOST_POSTER_BYTES:
                digest = hashlib.sha256(content).hexdigest()
                return Fitted(content, _TYPE, seen.width, seen.height, digest)
        seen.thumbnail((seen.width // 2, seen.height // 2))


def _open(data: bytes, name: str, longest: int) -> Image.Image:
    """The pixels of a picture, or the `Refusal` that says why there are none."""
    try:
        return _unpack(data, name, longest)
    except Refusal:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refusal("picture.too_many_pixels", name=name) from None
    except Exception:  # noqa: BLE001 - decoders raise much: it is no picture, broken, or cut short
        raise Refusal("picture.unreadable", name=name) from None


def look_at_one(file: EntryFile) -> Picture:
    """One file as it was handed in, with its looks if it is a picture that can be opened."""
    look: str | None = None
    views: tuple[str, ...] = ()
    # Whatever decoders raise: it is no picture then, or none that can be compared.
    with contextlib.suppress(Exception):
        seen = _unpack(file.data, file.name, LONGEST_SIDE)
        views = looks_of(seen)
        look = _whole_look(seen, views)
    return Picture(
        file.name,
        file.content_type,
        file.data,
        hashlib.sha256(file.data).hexdigest(),
        look,
        views,
    )


def _whole_look(seen: Image.Image, views: tuple[str, ...]) -> str | None:
    return with_detail(views[0], detail_of(seen)) if views else None


def _unpack(data: bytes, name: str, longest: int) -> Image.Image:
    """The pixels of a picture as it is seen, small enough to be kept, and nothing else."""
    with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
        opened.draft("RGB", (longest, longest))
        if opened.width * opened.height > MOST_PIXELS:
            raise Refusal("picture.too_many_pixels", name=name)
        opened.load()
        mode = "RGBA" if opened.has_transparency_data else "RGB"
        # Colours of a palette are no numbers that could be averaged.
        drawn = opened.convert(mode) if opened.mode in ("P", "PA", "1") else opened
        drawn.thumbnail((longest, longest))
        upright = ImageOps.exif_transpose(drawn).convert(mode)
    # What lies under a transparent part may have been meant to be hidden.
    seen = Image.new("RGB", upright.size, _WHITE)
    seen.paste(upright, mask=upright if mode == "RGBA" else None)
    return seen
