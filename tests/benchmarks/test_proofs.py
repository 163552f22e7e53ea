"""The benchmark of duplicate detection, run small: what it prints is what it has found."""

from __future__ import annotations

import json

from benchmarks.proof_images import COPIES
from benchmarks.proofs import Sizes, measure


async def test_copies_are_found_and_other_posts_are_not() -> None:
    found = await measure(Sizes(posts=6, copied=2, photos=1, votes=3, receipts=4, stored=40))
    json.dumps(found)
    rates = found["hit_rate"]
    assert isinstance(rates, dict)
    assert rates.keys() == COPIES.keys()
    assert all(rate >= 2 / 3 for rate in rates.values())
    assert found["pairs"] == 3 * len(COPIES)
    assert found["hits"] >= 0.9 * 3 * len(COPIES)  # type: ignore[operator]
    assert found["false_alarms"] == found["photo_false_alarms"] == 0
    assert found["byte_identity_hits"] == 0
    assert found["receipt_false_alarms"] == 0
    rates = found["receipt_hit_rate"]
    assert isinstance(rates, dict)
    assert rates["jpeg_30"] == rates["webp_75"] == 1
    assert found["vote_pairs_alike_by_look"] == found["vote_pairs"] == 6
