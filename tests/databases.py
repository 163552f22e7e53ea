"""Databases for tests: SQLite files and PostgreSQL databases copied from migrated templates."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import uuid
from collections.abc import AsyncGenerator, Coroutine, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import Engine, event

from benchmarks.postgresql import start_postgresql
from db.engine import Database
from db.migrate import migrate

_POSTGRES_SETTINGS = """
fsync = off
full_page_writes = off
synchronous_commit = off
max_connections = 60
shared_buffers = 32MB
wal_level = minimal
max_wal_senders = 0
autovacuum = off
"""
"""Fast, and nothing that outlives the session is at stake."""

TEMPLATE = "template_fanchant"

ROOM = 1 << 30
"""Bytes that must be free in memory; Docker gives 64 MiB by default, which is too little."""


@contextmanager
def statements() -> Generator[list[str]]:
    """The statements that are executed meanwhile, on any database."""
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def run_apart(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine on a loop of its own in a thread, whatever this thread's loop does."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def sqlite_url_of(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that was migrated once."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    run_apart(migrate(sqlite_url_of(path)))
    return path


@pytest.fixture
def sqlite_folder() -> Generator[Path]:
    """A folder of a test's own, which spares it the wait for a disk."""
    with tempfile.TemporaryDirectory(prefix="fanchant-", dir=_in_memory()) as folder:
        yield Path(folder)


@pytest.fixture
def empty_sqlite_url(sqlite_folder: Path) -> str:
    """The URL of a SQLite file that does not exist yet."""
    return sqlite_url_of(sqlite_folder / "empty.sqlite")


@pytest.fixture
def sqlite_url(sqlite_folder: Path, sqlite_template: Path) -> str:
    """The URL of a fresh, migrated SQLite file."""
    path = sqlite_folder / "fanchant.sqlite"
    shutil.copy(sqlite_template, path)
    return sqlite_url_of(path)


class PostgresServer:
    """A running PostgreSQL, in which tests have databases of their own."""

    def __init__(self, socket_directory: str) -> None:
        self._host = socket_directory
        self._thread = ThreadPoolExecutor(1)
        self._runner = asyncio.Runner()
        self._connection: asyncpg.Connection | None = None

    def url(self, database: str) -> str:
        return f"postgresql+asyncpg://postgres@/{database}?host={self._host}"

    def run(self, statement: str) -> None:
        """Execute a statement, by one connection that stays open for the next."""
        self._thread.submit(self._runner.run, self._execute(statement)).result()

    async def _execute(self, statement: str) -> None:
        connection = self._connection or await asyncpg.connect(
            host=self._host, user="postgres", database="postgres"
        )
        self._connection = connection
        await connection.execute(statement)

    def close(self) -> None:
        """Close the connection, without which the server does not stop."""
        if self._connection is not None:
            self._thread.submit(self._runner.run, self._connection.close()).result()
        self._thread.submit(self._runner.close).result()
        self._thread.shutdown()

    def create(self, template: str) -> str:
        """Create a database as a copy of another and return its name."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    def drop(self, name: str) -> None:
        self.run(f"DROP DATABASE {name} WITH (FORCE)")


def _in_memory() -> Path | None:
    """A directory in memory if there is one with room: databases are copied there in no time."""
    shared = Path("/dev/shm")  # noqa: S108 - what is made in it has an unguessable name
    roomy = shared.is_dir() and shutil.disk_usage(shared).free > ROOM
    return shared if roomy else None


@pytest.fixture(scope="session")
def postgres_server() -> Generator[PostgresServer]:
    """A PostgreSQL from a wheel, one a test process; skips where it can't start."""
    directory = Path(tempfile.mkdtemp(prefix="fanchant-pg-", dir=_in_memory()))
    try:
        server = start_postgresql(directory, _POSTGRES_SETTINGS)
    except Exception as error:  # noqa: BLE001  whatever the reason, the other engine is tested
        shutil.rmtree(directory, ignore_errors=True)
        pytest.skip(f"PostgreSQL did not start: {type(error).__name__}: {error}")
    postgres = PostgresServer(str(server.get_postmaster_info().socket_dir))
    yield postgres
    postgres.close()
    server.stop()
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """The name of a PostgreSQL database that was migrated once."""
    postgres_server.run(f"CREATE DATABASE {TEMPLATE}")
    run_apart(migrate(postgres_server.url(TEMPLATE)))
    return TEMPLATE


@pytest.fixture
def empty_postgres_url(postgres_server: PostgresServer) -> Generator[str]:
    """The URL of a PostgreSQL database without tables."""
    name = postgres_server.create("template1")
    yield postgres_server.url(name)
    postgres_server.drop(name)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, postgres_template: str) -> Generator[str]:
    """The URL of a fresh, migrated PostgreSQL database."""
    name = postgres_server.create(postgres_template)
    yield postgres_server.url(name)
    postgres_server.drop(name)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh, migrated database, on each engine in turn."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database without tables, on each engine in turn."""
    return request.getfixturevalue(f"empty_{request.param}_url")


@pytest.fixture
async def database(database_url: str) -> AsyncGenerator[Database]:
    """An open, migrated database, on each engine in turn."""
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_database(sqlite_url: str) -> AsyncGenerator[Database]:
    """An open, migrated SQLite database."""
    opened = await Database.open(sqlite_url)
    yield opened
    await opened.close()
