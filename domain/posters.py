"""Pictures that announce an action, and from when on each is shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

from domain.errors import Refusal

LONGEST_SIDE = 2000
"""Pixels of a kept poster's longer side: as much as a phone shows of one."""

MOST_BYTES = 2 * 1024 * 1024
"""The size of a poster as it is kept; it is packed more tightly until it has this size."""

MOST_ALT = 1024
"""Characters of what tells of a poster: what Discord takes."""

_ENDINGS = {"image/webp": "webp"}


class PosterUse(StrEnum):
    """What a poster is for."""

    CARD = "card"
    """Shown on the card until the reveal, and after it where there is no other."""

    REVEAL = "reveal"
    """Shown from the reveal on."""


@dataclass(frozen=True)
class Poster:
    """A picture of an action, without its content: sizes in pixels, `digest` of its bytes.

    `alt` tells what is to be seen, for those who don't see it.
    """

    use: PosterUse
    media_type: str
    width: int
    height: int
    alt: str
    digest: str

    @property
    def file_name(self) -> str:
        """What its file is called wherever it is shown.

        Another picture is called otherwise, and so is the same that is told otherwise.
        """
        shown = blake2b(f"{self.digest} {self.alt}".encode(), digest_size=8).hexdigest()
        return f"poster-{shown}.{_ENDINGS.get(self.media_type, 'png')}"


@dataclass(frozen=True)
class Fitted:
    """The bytes of a picture that is ready to be kept as a poster; `digest` is their SHA-256."""

    content: bytes
    media_type: str
    width: int
    height: int
    digest: str


ReadPoster = Callable[[int, int, Poster], Awaitable[bytes | None]]
"""Reads what a poster of a server's action shows; None where there is another one by now."""


def poster_of(posters: Sequence[Poster], use: PosterUse) -> Poster | None:
    """The poster for a use, if there is one."""
    return next((poster for poster in posters if poster.use is use), None)


def shown_poster(posters: Sequence[Poster], *, revealed: bool) -> Poster | None:
    """The poster that everybody sees, before the reveal or from then on."""
    card = poster_of(posters, PosterUse.CARD)
    return (poster_of(posters, PosterUse.REVEAL) or card) if revealed else card


def read_alt(text: str) -> str:
    """What somebody wrote of a poster; raises `Refusal` where that is nothing, or too much."""
    alt = text.strip()
    if not alt:
        raise Refusal("poster.no_alt")
    if len(alt) > MOST_ALT:
        raise Refusal("poster.alt_too_long", limit=MOST_ALT)
    return alt


def read_use(item_id: int | None) -> PosterUse:
    """The use that a button carries as its place among the uses; raises `Refusal` for none."""
    uses = tuple(PosterUse)
    if item_id is None or item_id >= len(uses):
        raise Refusal("refused.unknown_button")
    return uses[item_id]


def write_use(use: PosterUse) -> int:
    """The place of a use, as a button carries it."""
    return tuple(PosterUse).index(use)
