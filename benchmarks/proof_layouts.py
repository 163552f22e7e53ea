"""Copies found and others mistaken among pictures of one layout: receipts, players, play counts."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import permutations

from PIL import Image

from benchmarks.proof_images import (
    COPIES,
    WHOLE_COPIES,
    as_png,
    photo,
    play_counts,
    player,
    receipt,
)
from domain.entries import EntryFile
from domain.looks import ALIKE_IN_ONE_LAYOUT, are_alike, detail_of, distance
from domain.pictures import Picture
from locales import Language
from services.pictures import first_same, keep

SEED = 20261122

CROPPED = ("cropped_1", "cropped_3", "cut_3", "sent_on")
CHANGES = {**WHOLE_COPIES, **{name: COPIES[name] for name in CROPPED}}


@dataclass(frozen=True)
class Layout:
    """What was found of one layout: hits by the sort of copy, of `copied` each, and mistakes."""

    name: str
    copied: int
    hits: Mapping[str, int]
    pairs: int
    false_alarms: int
    by_bits: int
    """Pairs of others that are alike by all views and the rule for other pictures."""

    by_few_bits: int
    """Pairs of others that are alike by the rule for looks without details."""

    def tell(self, say: Language) -> None:
        """Print what was found."""
        for name, hits in self.hits.items():
            print(
                say(
                    "benchmark.proofs.receipts",
                    layout=self.name,
                    name=name,
                    hits=hits,
                    pairs=self.copied,
                )
            )
        print(
            say(
                "benchmark.proofs.layout",
                layout=self.name,
                hits=self.false_alarms,
                pairs=self.pairs,
                bits=self.by_bits,
                few=self.by_few_bits,
            )
        )

    def in_json(self) -> dict[str, object]:
        """The same for the line of JSON."""
        whole = sum(self.hits[name] for name in WHOLE_COPIES)
        copies = self.copied * len(WHOLE_COPIES)
        return {
            "whole_copies": copies,
            "whole_hits": whole,
            "whole_hit_rate": round(whole / max(1, copies), 4),
            "hit_rate": {name: round(n / max(1, self.copied), 4) for name, n in self.hits.items()},
            "false_pairs": self.pairs,
            "false_alarms": self.false_alarms,
            "false_alarm_rate": round(self.false_alarms / max(1, self.pairs), 6),
            "false_by_bits": self.by_bits,
            "false_by_few_bits": self.by_few_bits,
        }


async def measure_layouts(count: int, copied: int) -> list[Layout]:
    """Make so many pictures of each layout, copy some of them, and compare all."""
    rng = random.Random(SEED)
    cover = photo(rng, (560, 560))
    drawn: dict[str, Callable[[], Image.Image]] = {
        "receipts": partial(receipt, rng),
        "one_donors_receipts": partial(receipt, rng, regular=True),
        "players": partial(player, rng, cover),
        "play_counts": partial(play_counts, rng),
    }
    return [
        await _measure(name, [as_png(draw()) for _ in range(count)], copied, rng)
        for name, draw in drawn.items()
    ]


async def _measure(name: str, files: Sequence[bytes], copied: int, rng: random.Random) -> Layout:
    pictures = [await _keep(data) for data in files]
    hits = dict.fromkeys(CHANGES, 0)
    for data, original in list(zip(files, pictures, strict=True))[:copied]:
        image = Image.open(io.BytesIO(data))
        for sort, change in CHANGES.items():
            hits[sort] += await _is_copied(await _keep(change(image, rng)), original)
    pairs = list(permutations(pictures, 2))
    return Layout(
        name,
        min(copied, len(files)),
        hits,
        len(pairs),
        sum([await _is_copied(one, other) for one, other in pairs]),
        sum(are_alike(one.views, other.look or "0") for one, other in pairs),
        sum(
            are_alike(one.views[:1], other.look or "0", ALIKE_IN_ONE_LAYOUT) for one, other in pairs
        ),
    )


async def _keep(data: bytes) -> Picture:
    (kept,) = await keep([EntryFile("proof.png", "image/png", data)])
    return kept


async def _is_copied(new: Picture, old: Picture) -> bool:
    """Whether a picture is taken for a copy of another one, which it is not byte for byte."""
    one, other = new.look or "0", old.look or "0"
    if distance(one, other) is None:
        return False
    mine, known = detail_of(one), detail_of(other)
    return mine is not None and known is not None and await first_same(mine, [known]) is not None
