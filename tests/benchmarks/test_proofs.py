"""The benchmark of duplicate detection, run small: what it prints is what it has found."""

from __future__ import annotations

import json

from benchmarks.proof_images import COPIES, WHOLE_COPIES
from benchmarks.proofs import Sizes, measure


async def test_copies_are_found_and_other_posts_are_not() -> None:
    found = await measure(
        Sizes(posts=6, copied=2, photos=1, votes=3, one_layout=3, copied_in_layout=1, stored=40)
    )
    json.dumps(found)
    rates = found["hit_rate"]
    assert isinstance(rates, dict)
    assert rates.keys() == COPIES.keys()
    assert all(rate >= 2 / 3 for rate in rates.values())
    assert found["pairs"] == 3 * len(COPIES)
    assert found["hits"] >= 0.9 * 3 * len(COPIES)  # type: ignore[operator]
    assert found["false_alarms"] == found["photo_false_alarms"] == 0
    assert found["byte_identity_hits"] == 0
    layouts = found["one_layout"]
    assert isinstance(layouts, dict)
    assert len(layouts) == 4
    for layout in layouts.values():
        assert layout["whole_hits"] == layout["whole_copies"] == len(WHOLE_COPIES)
        assert (layout["false_alarms"], layout["false_pairs"]) == (0, 6)
    assert found["vote_pairs_alike_by_look"] == found["vote_pairs"] == 6
