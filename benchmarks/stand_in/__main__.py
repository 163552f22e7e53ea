"""`python -m benchmarks.stand_in`: serve until it is stopped; the address is the first line."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal

from benchmarks.stand_in.server import start
from benchmarks.stand_in.world import Sizes, World


def main() -> None:
    """Read the sizes from the command line and serve them."""
    usual = Sizes()
    parser = argparse.ArgumentParser(prog="stand_in", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--servers", type=int, default=usual.servers)
    parser.add_argument("--channels", type=int, default=usual.channels)
    parser.add_argument("--members", type=int, default=usual.members)
    parser.add_argument("--shards", type=int, default=usual.shards)
    chosen = parser.parse_args()
    sizes = Sizes(chosen.servers, chosen.channels, chosen.members, chosen.shards)
    try:
        import uvloop
    except ImportError:
        asyncio.run(_serve(sizes, chosen.port))
        return
    uvloop.run(_serve(sizes, chosen.port))


async def _serve(sizes: Sizes, port: int) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    runner, url = await start(World(sizes), port)
    print(json.dumps({"url": url}), flush=True)
    await stopped.wait()
    await runner.cleanup()


if __name__ == "__main__":
    main()
