"""`python -m benchmarks.proof_memory FILE`: the memory that keeping a picture takes, in MB."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from domain.entries import EntryFile
from services.pictures import keep


def peak_mb() -> float:
    """The most memory that this process has had in use so far."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


async def measure(data: bytes) -> None:
    before = peak_mb()
    file = EntryFile("proof.png", "image/png", data)
    for _ in range(5):
        await keep([file])
    print(round(peak_mb() - before))


if __name__ == "__main__":
    asyncio.run(measure(Path(sys.argv[1]).read_bytes()))
