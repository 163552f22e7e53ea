"""The benchmark of the tally, run small: it counts what it has stored, and says all it promises."""

from __future__ import annotations

import json

from benchmarks.tally import Sizes, measure


async def test_a_small_tally_is_drawn_and_written() -> None:
    found = await measure(Sizes(contributions=400, few=100, people=30))
    json.dumps(found)
    assert (found["engine"], found["contributions"]) == ("sqlite", 400)
    for key in ("card_ms", "tally_ms", "chart_s", "csv_s", "longest_busy_ms", "reference_scan_s"):
        value = found[key]
        assert isinstance(value, float)
        assert 0 < value < 10_000, key
    assert {"csv_peak_mb", "csv_peak_mb_small", "longest_block_ms"} <= found.keys()
