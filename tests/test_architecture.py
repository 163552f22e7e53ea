"""The rules that the shape of the code must keep: imports, clocks, commands, sizes."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from discord import AppCommandType, Permissions

from client import COGS, Fanchant

ROOT = Path(__file__).parent.parent
ROOMS = ("domain", "db", "services", "ui", "cogs", "locales", "demo")
PROGRAMS = ("bot.py", "client.py", "config.py")

FORBIDDEN = {
    "domain": {"discord", "sqlalchemy", "apscheduler", "db", "services", "ui", "cogs", "demo"},
    "db": {"discord", "apscheduler", "services", "ui", "cogs", "demo"},
    "services": {"discord", "ui", "cogs", "demo"},
    "ui": {"sqlalchemy", "apscheduler", "db", "services", "cogs", "demo"},
    "cogs": {"sqlalchemy", "apscheduler", "db", "demo"},
    "locales": {"discord", "sqlalchemy", "domain", "db", "services", "ui", "cogs", "demo"},
}
"""What each room may not import, for types neither."""

CLOCKS = {"services/clock.py", "demo/clock.py"}
"""The only files that ask the system what time it is."""

ASKS_THE_TIME = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
    *("time.time", "time.time_ns", "time.localtime", "time.gmtime", "utils.utcnow"),
}

COMMAND_MAP = {
    *("action", "review", "setup", "auditlog"),
    *("actions", "tag", "tally", "me", "privacy", "help", "translate"),
}
SCREEN = 60
"""Lines that fit on a screen."""


# ---- Scanners


def files(*places: str) -> list[Path]:
    """Every Python file in the given files and folders."""
    paths = (ROOT / place for place in places)
    return sorted(
        file for path in paths for file in (path.rglob("*.py") if path.is_dir() else [path])
    )


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def parse(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def imported(tree: ast.AST) -> set[str]:
    """The top-level packages that some code imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                found.update(alias.name.partition(".")[0] for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                found.add(module.partition(".")[0])
            case ast.ImportFrom(level=level) if level:
                raise ValueError("a relative import")
            case ast.Call(
                func=ast.Name(id="__import__") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(module)), *_],
            ):
                found.add(module.partition(".")[0])
    return found


def questions_of_time(tree: ast.AST) -> Iterator[int]:
    """The lines in which some code asks the system what time it is."""
    from_time: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module="time", names=names):
                from_time |= {
                    a.asname or a.name for a in names if f"time.{a.name}" in ASKS_THE_TIME
                }
            case ast.Attribute(
                value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=attribute
            ):
                if f"{owner}.{attribute}" in ASKS_THE_TIME:
                    yield node.lineno
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load()) if name in from_time:
                yield node.lineno


def long_functions(tree: ast.AST, most: int) -> Iterator[str]:
    """The functions that are longer, decorators included."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
                if (node.end_lineno or 0) - first + 1 > most:
                    yield node.name


def parsed(source: str) -> ast.Module:
    return ast.parse(textwrap.dedent(source))


# ---- The rules


@pytest.mark.parametrize("room", FORBIDDEN)
def test_a_room_imports_only_what_stands_below_it(room: str) -> None:
    faults = {name_of(file): imported(parse(file)) & FORBIDDEN[room] for file in files(room)}
    assert {name: found for name, found in faults.items() if found} == {}


def test_every_room_is_there() -> None:
    """Else the rule above would hold for nothing."""
    assert [room for room in ROOMS if not files(room)] == []


def test_nothing_but_the_clocks_asks_what_time_it_is() -> None:
    found = {
        f"{name_of(file)}:{line}"
        for file in files(*ROOMS, *PROGRAMS)
        for line in questions_of_time(parse(file))
        if name_of(file) not in CLOCKS
    }
    assert found == set()


def test_only_domain_zones_makes_zones() -> None:
    """Others would break on a server's fixed offset, which is no IANA name. The demo has none."""
    found = {
        name_of(file)
        for file in files(*ROOMS, *PROGRAMS)
        if "zoneinfo" in imported(parse(file)) and "demo" not in file.relative_to(ROOT).parts
    }
    assert found == {"domain/zones.py"}


def test_a_function_of_a_cog_fits_on_a_screen() -> None:
    found = {(name_of(f), name) for f in files("cogs") for name in long_functions(parse(f), SCREEN)}
    assert found == set()


def test_a_module_opens_with_one_sentence() -> None:
    """Empty files and migrations apart."""
    silent = [
        name_of(file)
        for file in files(*ROOMS, *PROGRAMS, "tests")
        if file.read_text("utf-8").strip()
        and "versions" not in file.parts
        and not ast.get_docstring(parse(file))
    ]
    assert silent == []


async def test_the_commands_are_those_of_the_command_map() -> None:
    bot = Fanchant(shard_count=1)
    for cog in COGS:
        await bot.add_cog(cog(bot))
    typed = bot.tree.get_commands(type=AppCommandType.chat_input)
    commands = {command.name: command for command in typed}
    assert commands.keys() <= COMMAND_MAP
    assert {"action", "review", "setup", "tally", "me"} <= commands.keys()
    for command in commands.values():
        assert command.guild_only, f"/{command.name} makes no sense in a direct message"
    assert commands["setup"].default_permissions == Permissions(manage_guild=True)
    on_messages = bot.tree.get_commands(type=AppCommandType.message)
    assert [menu.name for menu in on_messages] == ["Use as proof"]


async def test_every_button_has_one_handler() -> None:
    """What cogs handle is what is drawn somewhere; two for one verb are refused at start."""
    bot = Fanchant(shard_count=1)
    for cog in COGS:
        await bot.add_cog(cog(bot))
    with pytest.raises(ValueError, match="two handlers"):
        await COGS[0](bot).cog_load()
    drawn = "".join(file.read_text("utf-8") for file in files("ui", "domain/kinds.py"))
    assert [verb for verb in bot.handlers if f'"{verb}"' not in drawn] == []


# ---- The scanners find what they are for


@pytest.mark.parametrize(
    "source",
    [
        "import db",
        "import db.engine as engine",
        "from db import engine",
        "from db.queries.actions import load_action",
        "def f():\n    from db import engine",
        "if TYPE_CHECKING:\n    import db.tables",
        "import_module = importlib.import_module('db.engine')",
        "__import__('db')",
    ],
)
def test_the_import_scanner_finds(source: str) -> None:
    assert "db" in imported(parsed(source))


@pytest.mark.parametrize("source", ["import database", "from domain import db", "x = 'db'", ""])
def test_the_import_scanner_passes(source: str) -> None:
    assert "db" not in imported(parsed(source))


@pytest.mark.parametrize(
    "source",
    [
        "datetime.now(UTC)",
        "datetime.datetime.now()",
        "now = datetime.utcnow",
        "date.today()",
        "import time\ntime.time()",
        "from time import time\ntime()",
        "from time import time as now\nf(now)",
        "discord.utils.utcnow()",
    ],
)
def test_the_clock_scanner_finds(source: str) -> None:
    assert list(questions_of_time(parsed(source)))


@pytest.mark.parametrize(
    "source",
    ["clock.now()", "self._clock.now()", "time.monotonic()", "datetime.combine(day, time)"],
)
def test_the_clock_scanner_passes(source: str) -> None:
    assert not list(questions_of_time(parsed(source)))


def test_the_length_scanner_counts_decorators() -> None:
    source = "@one\n@two\ndef long():\n    x\n    y\n\nasync def short():\n    x\n"
    assert list(long_functions(parsed(source), 4)) == ["long"]
