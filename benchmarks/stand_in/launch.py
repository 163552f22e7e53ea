"""Starts the bot as `bot.py` does, with a stand-in in Discord's place.

Run as `python -m benchmarks.stand_in.launch URL [run]`. Only discord.py is told where Discord is:
the bot's own code knows nothing of it. When the client is ready, a line on standard output says so.
"""

from __future__ import annotations

import sys
import time

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

import bot
from benchmarks.stand_in.server import API, GATEWAY

READY = "ready"


def point_at(url: str) -> None:
    """Have discord.py speak with the stand-in at an address."""
    Route.BASE = url + API
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url.replace("http", "ws", 1) + GATEWAY)


def tell_when_ready() -> None:
    """Have every client say on standard output when it is ready, and at what Unix time."""
    dispatch = discord.Client.dispatch

    def tell(client: discord.Client, event: str, /, *args: object, **kwargs: object) -> None:
        if event == READY:
            print(READY, time.time(), flush=True)
        dispatch(client, event, *args, **kwargs)

    discord.Client.dispatch = tell


def main() -> int:
    url, *arguments = sys.argv[1:]
    point_at(url)
    tell_when_ready()
    return bot.main(arguments or ["run"])


if __name__ == "__main__":
    sys.exit(main())
