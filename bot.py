"""Fanchant's entry point: `python bot.py [run|migrate|demo|verify-tally]`."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from pathlib import Path

from config import ConfigFaults, Fault, Settings, load_settings
from locales import LANGUAGES, language

EXIT_FAULTS = 2
"""Exit code when the settings have to be put right first."""

EXIT_DIFFERS = 1
"""Exit code when a tally's file doesn't add up to what was published."""

TALKATIVE = ("aiosqlite", "discord")
"""Loggers of libraries, and of everything below them, that write down data at DEBUG."""


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return the process's exit code."""
    say = language(None)
    parser = argparse.ArgumentParser(prog="bot.py", description=say("cli.description"))
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("run", help=say("cli.run"))
    commands.add_parser("migrate", help=say("cli.migrate"))
    demo = commands.add_parser("demo", help=say("cli.demo"))
    demo.add_argument("--story", action="store_true", help=say("cli.story"))
    demo.add_argument(
        "--language", choices=LANGUAGES, default=LANGUAGES[0], help=say("cli.demo_language")
    )
    demo.add_argument("--port", type=int, default=0, help=say("cli.port"))
    verifying = commands.add_parser("verify-tally", help=say("cli.verify_tally"))
    verifying.add_argument("file", type=Path, help=say("cli.verify_tally_file"))
    chosen = parser.parse_args(arguments)
    try:
        match chosen.command:
            case "demo":
                return _demo(story=chosen.story, code=chosen.language, port=chosen.port)
            case "migrate":
                return asyncio.run(_migrate(load_settings(token_needed=False)))
            case "verify-tally":
                return _verify_tally(chosen.file)
            case _:
                return _run()
    except ConfigFaults as faults:
        return report(faults.faults)
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 0  # asked to stop by Ctrl-C or by a service manager


def report(faults: list[Fault]) -> int:
    """Print every fault of the settings in a sentence, and return the exit code."""
    say = language(None)
    print(say("config.heading"), file=sys.stderr)
    for fault in faults:
        print(f"- {say(fault.key, **fault.values)}", file=sys.stderr)
    return EXIT_FAULTS


def _run() -> int:
    from client import check, run

    try:
        settings = load_settings()
    except ConfigFaults as faulty:
        return report([*faulty.faults, *asyncio.run(check(faulty))])
    set_up_logging(settings.log_level)
    faults = _with_fast_loop(run(settings))
    return report(faults) if faults else 0


def set_up_logging(level: str) -> None:
    """Log to standard error from `level` on; from libraries never what they say at DEBUG.

    There they write down whatever passes through them: a sealed tag in a statement's parameters,
    a confirmation code in a request's body. SQLAlchemy, which does so at INFO, stays at WARNING.
    """
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    least = logging.getLogger().level
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(least, logging.INFO))
    logging.getLogger("sqlalchemy").setLevel(max(least, logging.WARNING))


def _with_fast_loop(main_task: object) -> list[Fault]:
    """Run the bot on uvloop where it is installed (it is not made for Windows)."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(main_task)  # pyright: ignore[reportArgumentType] # the same coroutine
    return uvloop.run(main_task)  # pyright: ignore[reportArgumentType] # the same coroutine


async def _migrate(settings: Settings) -> int:
    from client import open_database

    opened = await open_database(settings.database_url, settings.shown_database_url)
    if isinstance(opened, Fault):
        return report([opened])
    await opened.close()
    return 0


def _verify_tally(file: Path) -> int:
    """Count a tally's file again: 0 if it agrees with what was published, 1 if not, 2 if it can't.

    It needs no settings, no database and no token.
    """
    from domain.tally_cells import TallyFileFault
    from ui.base import word_refusal
    from ui.verifying import verify

    say = language(None)
    try:
        verified = verify(say, file.read_bytes())
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        print(say("verify.no_file", file=file, reason=reason), file=sys.stderr)
        return EXIT_FAULTS
    except TallyFileFault as fault:
        print(word_refusal(say, fault), file=sys.stderr)
        return EXIT_FAULTS
    print("\n".join(verified.lines))
    return 0 if verified.agrees else EXIT_DIFFERS


def _demo(*, story: bool, code: str, port: int) -> int:
    if story:
        from demo.story import play

        return asyncio.run(play(code))
    from demo.run import run_demo

    return asyncio.run(run_demo(port, code))


if __name__ == "__main__":
    sys.exit(main())
