"""Pictures that prove: checked, turned upright, made small, and stripped of all that is hidden."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from domain.entries import EntryFile
from domain.pictures import Picture, require_pictures
from domain.posters import Fitted
from services.apart import apart

# One at a time: an unpacked picture is large, and the machine may be small.
_worker = ThreadPoolExecutor(1, thread_name_prefix="pictures")


async def keep(files: Sequence[EntryFile]) -> list[Picture]:
    """Make pictures ready to be stored, in their order; raises `Refusal` for what is none.

    PNG, JPEG, WebP and GIF are taken, of an animation the first picture. Each is turned upright,
    at most 1600 pixels long, and written anew from its pixels alone: where it was taken, by which
    device and what lay under transparent parts is gone.
    """
    require_pictures([len(file.data) for file in files])
    loop = asyncio.get_running_loop()
    return [await loop.run_in_executor(_worker, _keep, file) for file in files]


async def fit(file: EntryFile) -> Fitted:
    """Make a picture ready to be kept as a poster; raises `Refusal` for what is none.

    As it is done with a picture that proves, only larger: at most 2000 pixels long, and 2 MiB.
    """
    require_pictures([len(file.data)])
    return await asyncio.get_running_loop().run_in_executor(_worker, _fit, file)


async def look_at(files: Sequence[EntryFile]) -> list[Picture]:
    """Files as they were handed in, in their order; pictures among them with their looks."""
    loop = asyncio.get_running_loop()
    return [await loop.run_in_executor(_worker, _look_at, file) for file in files]


async def first_same(detail: bytes, others: Sequence[bytes]) -> int | None:
    """The place of the first detail that is of the same picture as one; a millisecond for each."""
    if not others:
        return None
    # Not by the worker: whoever asks has a transaction open and can't wait behind pictures.
    return await apart(_first_same, detail, others)


def _first_same(detail: bytes, others: Sequence[bytes]) -> int | None:
    from services.looking import first_same

    return first_same(detail, others)


def _look_at(file: EntryFile) -> Picture:
    from services.unpacking import look_at_one

    return look_at_one(file)


def _fit(file: EntryFile) -> Fitted:
    from services.unpacking import fit_one

    return fit_one(file)


def _keep(file: EntryFile) -> Picture:
    # Pillow and numpy are loaded with the first picture: 20 MB that many servers never need.
    from services.unpacking import keep_one

    return keep_one(file)
