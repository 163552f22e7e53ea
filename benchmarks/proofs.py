"""Near-identical pictures found and mistaken, beside byte identity and one hash of 64 bits."""

from __future__ import annotations

import asyncio
import io
import math
import random
import sys
import tempfile
import time
from asyncio.subprocess import PIPE
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise, permutations
from pathlib import Path
from statistics import fmean

import numpy as np
from PIL import Image

from benchmarks import proof_memory
from benchmarks.clicks import GUILD, MODERATOR, nobody_is_told
from benchmarks.proof_images import COPIES, as_png, photo, post, vote
from benchmarks.proof_layouts import measure_layouts
from db.engine import Database
from db.migrate import migrate_in_subprocess
from db.queries.attachments import insert_attachments
from db.queries.ledger import insert_contributions
from db.queries.looks import insert_parts, list_candidates, list_looks
from db.queries.participants import participant_of
from db.queries.servers import next_id
from domain.entries import EntryFile
from domain.kinds import Kind
from domain.ledger import Contribution
from domain.looks import BITS_DIGITS, are_alike, parts_of_views
from domain.pictures import Picture
from domain.walls import Resolved, Wall
from locales import language
from services.actions import Typed
from services.application import assemble, running
from services.clock import SystemClock
from services.copies import find_copied
from services.pictures import keep

SEED = 20261121
REFERENCE_NEAR = 7
"""Most bits, of 64, in which two pictures differ that the reference takes for the same."""


@dataclass(frozen=True)
class Sizes:
    """How many pictures are made; `copied` posts and all photos are copied in every way.

    Of each layout there are `one_layout`, of which `copied_in_layout` are copied.
    """

    posts: int = 200
    copied: int = 40
    photos: int = 16
    votes: int = 30
    one_layout: int = 100
    copied_in_layout: int = 20
    stored: int = 3000


@dataclass(frozen=True)
class _Seen:
    """A picture as the bot keeps it, and its hash by the reference."""

    kept: Picture
    reference: int


async def measure(sizes: Sizes | None = None) -> dict[str, object]:
    """Make the pictures and their copies, and compare them; returns what the line of JSON says."""
    sizes, say = sizes or Sizes(), language(None)
    rng = random.Random(SEED)
    times: list[float] = []
    posts = await _made(lambda n: post(rng, dark=n % 4 == 3), sizes.posts, times)
    photos = await _made(lambda _: photo(rng), sizes.photos, times)
    votes = await _made(lambda _: vote(rng), sizes.votes, times)
    layouts = await measure_layouts(sizes.one_layout, sizes.copied_in_layout)
    originals = [*posts[: sizes.copied], *photos]
    hits, by_bytes, reference = await _copies(originals, rng, times)
    false = {
        "other_posts": _mistaken([seen for _, seen in posts]),
        "other_photos": _mistaken([seen for _, seen in photos]),
        "votes_by_look": _mistaken([seen for _, seen in votes]),
    }
    search_ms, detail_ms = await _search([seen.kept for _, seen in posts], sizes.stored)
    memory = await _memory(posts[0][0])
    ms, pairs = round(fmean(times) * 1000), len(originals)
    images = len(posts) + len(photos) + len(votes)
    copies = pairs * len(COPIES)
    print(say("benchmark.proofs.images", images=images, copies=copies, ms=ms, peak=memory))
    for name in COPIES:
        found = {"hits": hits[name], "bytes": by_bytes[name], "reference": reference[name]}
        print(say("benchmark.proofs.copies", name=name, pairs=pairs, **found))
    for layout in layouts:
        layout.tell(say)
    for name, (mistaken, by_reference, all_pairs) in false.items():
        counts = {"hits": mistaken, "pairs": all_pairs, "reference": by_reference}
        print(say("benchmark.proofs.false", name=name, **counts))
    print(say("benchmark.proofs.search", stored=sizes.stored, ms=search_ms, detail=detail_ms))
    mistaken, by_reference, other_pairs = false["other_posts"]
    return {
        "images": images,
        "pairs": copies,
        "hits": sum(hits.values()),
        "hit_rate": {name: round(count / pairs, 4) for name, count in hits.items()},
        "false_pairs": other_pairs,
        "false_alarms": mistaken,
        "false_alarm_rate": round(mistaken / max(1, other_pairs), 6),
        "photo_false_alarms": false["other_photos"][0],
        "vote_pairs": false["votes_by_look"][2],
        "vote_pairs_alike_by_look": false["votes_by_look"][0],
        "one_layout": {layout.name: layout.in_json() for layout in layouts},
        "ms_per_picture": ms,
        "memory_mb": memory,
        "stored": sizes.stored,
        "search_ms": search_ms,
        "search_in_detail_ms": detail_ms,
        "byte_identity_hits": sum(by_bytes.values()),
        "reference_hits": sum(reference.values()),
        "reference_false_alarms": by_reference,
    }


Originals = list[tuple[bytes, _Seen]]


async def _made(draw: Callable[[int], Image.Image], count: int, times: list[float]) -> Originals:
    """So many pictures as files, and as the bot sees them."""
    files = [as_png(draw(number)) for number in range(count)]
    return [(data, await _see(data, times)) for data in files]


async def _see(data: bytes, times: list[float]) -> _Seen:
    begun = time.perf_counter()
    (kept,) = await keep([EntryFile("proof.png", "image/png", data)])
    times.append(time.perf_counter() - begun)
    return _Seen(kept, _phash(data))


async def _copies(
    originals: Originals, rng: random.Random, times: list[float]
) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    """How many copies of each sort are found by looks, by their bytes and by the reference."""
    found = (dict.fromkeys(COPIES, 0), dict.fromkeys(COPIES, 0), dict.fromkeys(COPIES, 0))
    for data, original in originals:
        image = Image.open(io.BytesIO(data))
        for name, change in COPIES.items():
            copy = await _see(change(image, rng), times)
            alike, same, near = _alike(copy, original)
            found[0][name] += alike
            found[1][name] += same
            found[2][name] += near
    return found


def _mistaken(seen: Sequence[_Seen]) -> tuple[int, int, int]:
    """How many pairs of different pictures are taken for the same, by the reference too, of all."""
    judged = [_alike(one, other) for one, other in permutations(seen, 2)]
    return sum(alike for alike, _, _ in judged), sum(near for _, _, near in judged), len(judged)


def _alike(new: _Seen, old: _Seen) -> tuple[bool, bool, bool]:
    """Whether two pictures are the same by their looks, by their bytes and by the reference."""
    look = old.kept.look
    return (
        look is not None and are_alike(new.kept.views, look),
        new.kept.digest == old.kept.digest,
        (new.reference ^ old.reference).bit_count() <= REFERENCE_NEAR,
    )


def _phash(data: bytes) -> int:
    """The hash of a whole picture as ImageHash's `phash` takes it: 8 by 8 frequencies of 32."""
    grey = Image.open(io.BytesIO(data)).convert("L").resize((32, 32), Image.Resampling.LANCZOS)
    waves = [[math.cos(math.pi / 32 * (n + 0.5) * k) for n in range(32)] for k in range(8)]
    cosines = np.array(waves)
    low = (cosines @ np.asarray(grey, dtype=np.float64) @ cosines.T).flatten()
    return int.from_bytes(np.packbits(low > np.median(low)).tobytes())


async def _search(pictures: Sequence[Picture], stored: int) -> tuple[float, float]:
    """Milliseconds to find what looks like a new picture among many, and what copies it in detail.

    All are of the same layout, and 64 of them as near as a copy.
    """
    rng = random.Random(SEED)
    with tempfile.TemporaryDirectory(prefix="fanchant-proofs-") as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'proofs.db'}"
        await migrate_in_subprocess(url)
        database = await Database.open(url)
        async with running(assemble(database, SystemClock(), nobody_is_told())) as services:
            now = services.clock.now()
            wall = (now + timedelta(days=1)).replace(tzinfo=None)
            starts = Resolved(Wall(wall, "UTC"), now + timedelta(days=1))
            typed = Typed(Kind.HASHTAG, "Proofs", starts, None, None, {"tag": "#OurDay"})
            action = await services.actions.draft(MODERATOR, GUILD, typed, language="en")
            async with database.write() as conn:
                first = await next_id(conn, GUILD, stored)
                who = await participant_of(conn, GUILD, 1, now)
                given = [
                    Contribution(first + n, who, now, 1, action.unit_code, None, None)
                    for n in range(stored)
                ]
                await insert_contributions(conn, GUILD, action.action_id, given)
                for one in given:
                    file = _varied(rng.choice(pictures), rng)
                    await insert_attachments(conn, GUILD, action.action_id, one, [file])
                ids = [one.contribution_id for one in given]
                for start in range(0, stored, 500):
                    looks = await list_looks(conn, GUILD, ids[start : start + 500])
                    await insert_parts(conn, GUILD, looks)
            waits: list[float] = []
            in_detail: list[float] = []
            async with database.read() as conn:
                for picture in pictures[:20]:
                    begun = time.perf_counter()
                    parts = parts_of_views(picture.views)
                    for other in await list_candidates(conn, GUILD, parts, but=0):
                        are_alike(picture.views, other.look)
                    waits.append(time.perf_counter() - begun)
                for picture, other in pairwise(pictures[:20]):
                    # Its bits are those of many, and its detail is nobody's.
                    detail = (other.look or "")[BITS_DIGITS:]
                    new = replace(picture, digest="", look=picture.views[0] + detail)
                    begun = time.perf_counter()
                    await find_copied(conn, GUILD, new, but=0)
                    in_detail.append(time.perf_counter() - begun)
        await database.close()
    return round(fmean(waits) * 1000, 1), round(fmean(in_detail) * 1000, 1)


def _varied(picture: Picture, rng: random.Random) -> Picture:
    """A picture whose look differs in a few bits, as those of other posts in a layout do."""
    whole = picture.look or ""
    look = int(whole[:BITS_DIGITS], 16)
    for _ in range(rng.randint(0, 8)):
        look ^= 1 << rng.randrange(640)
    varied = f"{look:0{BITS_DIGITS}x}"
    return replace(picture, data=b"", digest=varied, look=varied + whole[BITS_DIGITS:])


async def _memory(data: bytes) -> int:
    """Megabytes that a process takes in addition while it keeps pictures, its libraries too."""
    with tempfile.TemporaryDirectory(prefix="fanchant-proofs-") as folder:
        path = Path(folder) / "proof.png"
        path.write_bytes(data)
        command = (sys.executable, "-m", proof_memory.__name__, str(path))
        process = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
        printed, _ = await process.communicate()
    return int(printed)
