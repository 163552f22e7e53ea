"""Settings from the environment and the file .env, checked together so that all faults show."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from domain.zones import known_zone
from locales import LANGUAGES

ENV_FILE = Path(".env")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
BACKENDS = {
    "sqlite": "sqlite",
    "sqlite+aiosqlite": "sqlite",
    "postgres": "postgresql",
    "postgresql": "postgresql",
    "postgresql+asyncpg": "postgresql",
}
MAX_PORT = 65535
USER_ID = re.compile(r"[0-9]{15,20}")
# The application's id, when the token was made, and a signature.
TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with the settings: a message's key and what fills it."""

    key: str
    values: dict[str, object]


class ConfigFaults(Exception):
    """The settings can't be used; `faults` has everything that is wrong with them, no secrets.

    `token` and `database` are there where these are well formed, so that they can be tried too.
    """

    def __init__(
        self,
        faults: list[Fault],
        *,
        token: SecretStr | None = None,
        database: URL | None = None,
    ) -> None:
        super().__init__(", ".join(fault.key for fault in faults))
        self.faults = faults
        self.token = token
        self.database = database


class _Written(BaseSettings):
    """The settings as they were written, each a text; an empty one counts as not written."""

    # utf-8-sig, because Notepad puts a byte order mark before the first name.
    model_config = SettingsConfigDict(
        env_file_encoding="utf-8-sig", env_ignore_empty=True, extra="ignore"
    )

    discord_token: SecretStr = SecretStr("")
    database_url: SecretStr = SecretStr("sqlite:///fanchant.db")
    default_time_zone: str = ""
    default_language: str = "en"
    log_level: str = "INFO"
    metrics_port: str = ""
    metrics_host: str = "127.0.0.1"
    operator_user_id: str = ""


@dataclass(frozen=True)
class Settings:
    """Checked settings. Neither the token nor the database's password shows in its repr.

    `default_time_zone` is an IANA name or a fixed offset, or None where each server must choose.
    """

    token: SecretStr
    database: URL
    default_time_zone: str | None
    default_language: str
    log_level: str
    metrics_port: int | None = None
    """Where metrics are offered; nowhere where None."""

    metrics_host: str = "127.0.0.1"
    operator_user_id: int | None = None
    """The Discord user who is told of faults; nobody where None."""

    @property
    def database_url(self) -> str:
        """The address with the asynchronous driver and the password: for the engine only."""
        return full_url(self.database)

    @property
    def shown_database_url(self) -> str:
        """The address as it may be printed: without password, driver and options."""
        return shown_url(self.database)


def full_url(database: URL) -> str:
    """A database's address with its driver and password: for the engine only."""
    return database.render_as_string(hide_password=False)


def shown_url(database: URL) -> str:
    """A database's address as it may be printed: without password, driver and options."""
    plain = database.set(drivername=database.get_backend_name())
    return plain.set(query={}).render_as_string(hide_password=True)


def load_settings(env_file: Path | None = ENV_FILE, *, token_needed: bool = True) -> Settings:
    """Read the settings from the environment, which goes first, and from a file where it exists.

    Raises ConfigFaults with every fault at once. A missing token is none without `token_needed`;
    one that is written must look like one all the same.
    """
    try:
        written = _Written(_env_file=env_file)  # pyright: ignore[reportCallIssue]  # at run time only
    except (OSError, UnicodeDecodeError):
        raise ConfigFaults([Fault("config.unreadable_file", {"path": str(env_file)})]) from None
    faults: list[Fault] = []
    token = written.discord_token.get_secret_value().strip()
    well_formed = TOKEN.fullmatch(token) is not None
    if not token:
        faults += [Fault("config.no_token", {})] if token_needed else []
    elif not well_formed:
        faults.append(Fault("config.malformed_token", {}))
    database = _read_database(written.database_url.get_secret_value().strip(), faults)
    zone = written.default_time_zone.strip()
    if zone and not known_zone(zone):
        faults.append(Fault("config.unknown_zone", {"zone": zone}))
    code = written.default_language.strip()
    if code not in LANGUAGES:
        choices = ", ".join(LANGUAGES)
        faults.append(Fault("config.unknown_language", {"code": code, "choices": choices}))
    level = written.log_level.strip().upper()
    if level not in LOG_LEVELS:
        choices = ", ".join(LOG_LEVELS)
        faults.append(Fault("config.unknown_log_level", {"level": level, "choices": choices}))
    operator = _read_user_id(written.operator_user_id.strip(), faults)
    port = _read_port(written.metrics_port.strip(), faults)
    if faults or database is None:
        raise ConfigFaults(
            faults, token=SecretStr(token) if well_formed else None, database=database
        )
    host = written.metrics_host.strip()
    return Settings(SecretStr(token), database, zone or None, code, level, port, host, operator)


def _read_user_id(text: str, faults: list[Fault]) -> int | None:
    """A Discord user's id; None for no text."""
    if not text:
        return None
    if USER_ID.fullmatch(text) is None:
        faults.append(Fault("config.malformed_operator", {"text": text}))
        return None
    return int(text)


def _read_port(text: str, faults: list[Fault]) -> int | None:
    """A port from 1 to 65535; None for no text."""
    if not text:
        return None
    port = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
    if not 1 <= port <= MAX_PORT:
        faults.append(Fault("config.malformed_metrics_port", {"port": text}))
    return port


def _read_database(address: str, faults: list[Fault]) -> URL | None:
    scheme, separator, _ = address.partition("://")
    if separator and scheme.isidentifier() and scheme.lower() not in BACKENDS:
        faults.append(Fault("config.unknown_database", {"scheme": scheme}))
        return None
    try:
        url = make_url(address)
        backend = BACKENDS[url.drivername.lower()]
        # A database in memory would be gone after a restart.
        if url.database and url.database != ":memory:":
            url = url.set(drivername=DRIVERS[backend])
            return _from_here(url) if backend == "sqlite" else url
    except (ArgumentError, ValueError, KeyError):
        pass  # the reason may quote the password
    faults.append(Fault("config.malformed_database_url", {}))
    return None


def _from_here(file: URL) -> URL:
    """A SQLite file's address with its whole path: the same file for every process we start."""
    assert file.database is not None
    if file.database.startswith("file:"):
        return file
    return file.set(database=str(Path(file.database).absolute()))
