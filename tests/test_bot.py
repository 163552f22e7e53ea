"""The command line, as its own process: faults are told in sentences, all at once, no secrets."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest
from discord.app_commands import CommandSyncFailure

from client import COGS, Fanchant, check_token
from config import Fault
from db.engine import Database
from locales import language
from tests.databases import sqlite_url_of
from tests.ui.test_verifying import a_file

ROOT = Path(__file__).parent.parent
ENGLISH = language("en")
EXIT_FAULTS = 2

# Made up: the shape of a token, which Discord never gave out.
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.made-up-and-never-valid-0123456789AB"
PASSWORD = "hunter2"
NOBODY_THERE = f"postgresql://fan:{PASSWORD}@127.0.0.1:1/fanchant"

QUICKLY = 20.0
"""Seconds in which a start that fails has to end, on a machine that is busy."""


@dataclass(frozen=True)
class Ended:
    """How a process ended, and every line of what it said to the person at the terminal."""

    code: int
    said: list[str]
    text: str

    @property
    def faults(self) -> list[str]:
        """What it said has to be put right."""
        return [line for line in self.said if line.startswith("- ")]


def start(folder: Path, *arguments: str, **settings: str) -> Ended:
    """Run bot.py in a folder, with these settings and no others in its environment."""
    passed_on = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    ended = subprocess.run(
        [sys.executable, str(ROOT / "bot.py"), *arguments],
        cwd=folder,
        env=passed_on | {"HOME": str(folder), "PYTHONUTF8": "1"} | settings,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    text = ended.stdout + ended.stderr
    assert "Traceback" not in text
    assert TOKEN not in text
    assert PASSWORD not in text
    return Ended(ended.returncode, text.splitlines(), text)


def test_without_a_token_it_says_how_to_get_one(tmp_path: Path) -> None:
    ended = start(tmp_path, "run")
    assert ended.code == EXIT_FAULTS
    assert ended.said == [ENGLISH("config.heading"), f"- {ENGLISH('config.no_token')}"]
    assert all(step in ended.text for step in ("(1)", "(2)", "(3)"))


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """A zone that does not exist, half a token and a database that does not answer."""
    ended = start(
        tmp_path,
        "run",
        DISCORD_TOKEN=PASSWORD,
        DEFAULT_TIME_ZONE="Mars/Base",
        DATABASE_URL=NOBODY_THERE,
    )
    assert ended.code == EXIT_FAULTS
    token, zone, database = ended.faults
    assert token == f"- {ENGLISH('config.malformed_token')}"
    assert zone == f"- {ENGLISH('config.unknown_zone', zone='Mars/Base')}"
    assert database.startswith("- The database postgresql://fan:***@127.0.0.1:1/fanchant can't")


def test_settings_are_read_from_the_file_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DISCORD_TOKEN=half\nDEFAULT_LANGUAGE=xx\n", encoding="utf-8")
    ended = start(tmp_path, "run")
    assert ended.code == EXIT_FAULTS
    assert len(ended.faults) == 2
    assert "choose one of en, ko" in ended.faults[1]


def test_a_folder_that_is_not_there_is_no_database(tmp_path: Path) -> None:
    """The token is tried all the same, so that both can be put right."""
    address = f"sqlite:///{tmp_path}/missing/deeper/fanchant.db"
    ended = start(tmp_path, "run", DISCORD_TOKEN=TOKEN, DATABASE_URL=address)
    assert ended.code == EXIT_FAULTS
    database, token = ended.faults
    assert database.startswith(f"- The database {address} can't be opened (")
    assert token.startswith(("- Discord can't be reached", "- Discord doesn't accept"))


def test_a_token_that_discord_does_not_know_ends_quickly(tmp_path: Path) -> None:
    """Where Discord can't be reached, as in most tests, that is said instead."""
    began = time.monotonic()
    ended = start(tmp_path, "run", DISCORD_TOKEN=TOKEN)
    assert time.monotonic() - began < QUICKLY
    assert ended.code == EXIT_FAULTS
    (fault,) = ended.faults
    assert fault.startswith(("- Discord can't be reached", "- Discord doesn't accept"))


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    """It needs no token."""
    address = f"sqlite:///{tmp_path}/fanchant.db"
    first = start(tmp_path, "migrate", DATABASE_URL=address)
    made = (tmp_path / "fanchant.db").read_bytes()
    second = start(tmp_path, "migrate", DATABASE_URL=address)
    assert (first.code, second.code) == (0, 0)
    assert made
    assert (tmp_path / "fanchant.db").read_bytes() == made


def test_a_relative_file_is_the_one_in_the_folder_where_the_bot_is_started(tmp_path: Path) -> None:
    """The migration runs elsewhere; nothing may come into being there."""
    name = f"{tmp_path.name}.db"
    ended = start(tmp_path, "migrate", DATABASE_URL=f"sqlite:///{name}")
    assert ended.code == 0
    with contextlib.closing(sqlite3.connect(tmp_path / name)) as made:
        assert made.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
    assert not (ROOT / name).exists()


async def test_a_second_process_on_the_same_file_refuses_to_start(
    tmp_path: Path, sqlite_folder: Path, sqlite_url: str
) -> None:
    path = sqlite_folder / "fanchant.sqlite"
    assert sqlite_url == sqlite_url_of(path)
    first = await Database.open(sqlite_url)
    try:
        ended = start(tmp_path, "run", DISCORD_TOKEN=TOKEN, DATABASE_URL=f"sqlite:///{path}")
    finally:
        await first.close()
    assert ended.code == EXIT_FAULTS
    assert ended.faults[0] == f"- {ENGLISH('config.database_busy', path=str(path))}"


@pytest.mark.parametrize("arguments", [("--help",), ("demo", "--help"), ("dance",)])
def test_the_help_is_a_page_and_no_traceback(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ended = start(tmp_path, *arguments)
    assert ended.code == (0 if "--help" in arguments else 2)
    assert ended.said[0].startswith("usage: bot.py")


class Refusing(discord.Client):
    """A client whose login fails as it was told."""

    def __init__(self, error: Exception) -> None:
        super().__init__(intents=discord.Intents.none())
        self._error = error

    async def login(self, token: str) -> None:
        raise self._error


def refused_commands() -> CommandSyncFailure:
    """What discord.py raises where Discord refuses the bot's commands."""
    answer: Any = SimpleNamespace(status=400, reason="Bad Request")
    told = {"code": 50035, "message": "Invalid Form Body", "errors": {}}
    return CommandSyncFailure(discord.HTTPException(answer, told), [])


async def test_refused_commands_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    await check_token(Refusing(refused_commands()), TOKEN)
    assert "Failed to upload commands to Discord (HTTP status 400" in caplog.text


async def test_the_commands_are_for_servers_only() -> None:
    """Nobody installs the bot for themselves alone, or uses it in direct messages."""
    bot = Fanchant(shard_count=1)
    for cog in COGS:
        await bot.add_cog(cog(bot))
    payloads = [command.to_dict(bot.tree) for command in bot.tree.get_commands()]
    assert {tuple(payload["integration_types"]) for payload in payloads} == {(0,)}
    assert {tuple(payload["contexts"]) for payload in payloads} == {(0,)}


SPEAKS_AT_DEBUG = """
import asyncio, logging, sys
from sqlalchemy import text
import bot
from db.engine import Database

async def main(url):
    database = await Database.open(url)
    async with database.write() as conn:
        await conn.execute(text("SELECT :typed"), {"typed": "SealedTag"})
    await database.close()

bot.set_up_logging(sys.argv[1])
asyncio.run(main(sys.argv[2]))
for name in ("discord.http", "discord.webhook.async_", "discord.gateway", "discord.client"):
    logging.getLogger(name).debug("SealedTag")
    logging.getLogger(name).info("information of a library")
logging.getLogger("services.dispatcher").debug("our own word")
"""


@pytest.mark.parametrize(
    ("level", "ours", "theirs"),
    [("DEBUG", True, True), ("INFO", False, True), ("WARNING", False, False)],
)
def test_what_people_typed_is_in_no_log_at_any_level(
    tmp_path: Path, level: str, ours: bool, theirs: bool
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", SPEAKS_AT_DEBUG, level, sqlite_url_of(tmp_path / "x.db")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "SealedTag" not in ended.stderr
    assert ("our own word" in ended.stderr) is ours
    assert ("information of a library" in ended.stderr) is theirs


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (refused_commands(), "config.commands_refused"),
        (discord.LoginFailure("Improper token has been passed."), "config.wrong_token"),
        (aiohttp.ClientConnectionError(TOKEN), "config.discord_unreachable"),
        (OSError(TOKEN), "config.discord_unreachable"),
    ],
)
async def test_a_refused_token_is_told_from_a_discord_out_of_reach(
    error: Exception, key: str
) -> None:
    fault = await check_token(Refusing(error), TOKEN)
    assert isinstance(fault, Fault)
    assert fault.key == key
    assert TOKEN not in ENGLISH(fault.key, **fault.values)


def test_a_tallys_file_is_counted_again_without_settings_or_token(tmp_path: Path) -> None:
    """0 if it agrees, 1 if it says something else than its rows, 2 if it can't be read."""
    good = a_file()
    (tmp_path / "good.csv").write_bytes(good)
    (tmp_path / "changed.csv").write_bytes(good.replace(b"logged,28.84,", b"logged,28.85,", 1))
    (tmp_path / "none.csv").write_bytes(b"nothing")
    ended = {
        name: start(tmp_path, "verify-tally", f"{name}.csv")
        for name in ("good", "changed", "none", "missing")
    }
    assert {name: end.code for name, end in ended.items()} == {
        "good": 0,
        "changed": 1,
        "none": 2,
        "missing": 2,
    }
    assert ENGLISH("verify.agrees") in ended["good"].said
    assert ENGLISH("verify.differs") in ended["changed"].said
