"""`python -m benchmarks NAME`: measured loads; lines for people first, one line of JSON last."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys

from benchmarks import clicks, day, deliveries, proofs, tally
from locales import language

BENCHMARKS = {
    "clicks": clicks.measure,
    "day": day.measure,
    "deliveries": deliveries.measure,
    "proofs": proofs.measure,
    "tally": tally.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="benchmarks", description=language(None)("benchmark.help")
    )
    parser.add_argument("name", choices=sorted(BENCHMARKS))
    chosen = parser.parse_args()
    print(json.dumps(asyncio.run(BENCHMARKS[chosen.name]())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
