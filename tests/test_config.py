"""Settings are checked all at once, and no fault shows a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import ConfigFaults, Fault, load_settings
from locales import LANGUAGES, language

NAMES = (
    *("DISCORD_TOKEN", "DATABASE_URL", "DEFAULT_TIME_ZONE", "DEFAULT_LANGUAGE", "LOG_LEVEL"),
    *("METRICS_PORT", "METRICS_HOST", "OPERATOR_USER_ID"),
)
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GaBcDe.made-up_made-up_made-up_made-up_made-up"
EXAMPLE = Path(__file__).parent.parent / "config.example.env"


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of whoever runs the tests out of them."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def write(folder: Path, *lines: str) -> Path:
    path = folder / ".env"
    path.write_text("\n".join(lines), "utf-8")
    return path


def faults(path: Path | None) -> list[Fault]:
    with pytest.raises(ConfigFaults) as caught:
        load_settings(path)
    return caught.value.faults


def test_a_token_is_all_that_is_needed(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, f"DISCORD_TOKEN={TOKEN}"))
    assert settings.token.get_secret_value() == TOKEN
    assert settings.database_url == f"sqlite+aiosqlite:///{Path.cwd() / 'fanchant.db'}"
    assert settings.default_time_zone is None
    assert (settings.default_language, settings.log_level) == ("en", "INFO")


def test_the_example_needs_nothing_but_the_token(tmp_path: Path) -> None:
    lines = EXAMPLE.read_text("utf-8")
    assert [fault.key for fault in faults(EXAMPLE)] == ["config.no_token"]
    filled = lines.replace("DISCORD_TOKEN=", f"DISCORD_TOKEN={TOKEN}")
    assert load_settings(write(tmp_path, filled)) == load_settings(
        write(tmp_path, f"DISCORD_TOKEN={TOKEN}")
    )


def test_the_example_has_every_setting() -> None:
    written = [line.partition("=")[0] for line in EXAMPLE.read_text("utf-8").splitlines()]
    assert [name for name in written if name and not name.startswith("#")] == list(NAMES)


def test_metrics_are_offered_to_this_machine_alone_unless_told_otherwise(tmp_path: Path) -> None:
    lines = (f"DISCORD_TOKEN={TOKEN}", "METRICS_PORT=9464")
    settings = load_settings(write(tmp_path, *lines))
    assert (settings.metrics_port, settings.metrics_host) == (9464, "127.0.0.1")
    settings = load_settings(write(tmp_path, *lines, "METRICS_HOST=10.0.0.5"))
    assert settings.metrics_host == "10.0.0.5"
    assert load_settings(write(tmp_path, f"DISCORD_TOKEN={TOKEN}")).metrics_port is None


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "٩", "9464/metrics"])
def test_what_is_no_port_is_refused(tmp_path: Path, port: str) -> None:
    path = write(tmp_path, f"DISCORD_TOKEN={TOKEN}", f"METRICS_PORT={port}")
    assert faults(path) == [Fault("config.malformed_metrics_port", {"port": port})]


def test_the_environment_goes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, f"DISCORD_TOKEN={TOKEN}", "LOG_LEVEL=debug", "DEFAULT_LANGUAGE=en")
    monkeypatch.setenv("DEFAULT_LANGUAGE", "ko")
    monkeypatch.setenv("DISCORD_TOKEN", "")
    settings = load_settings(path)
    assert (settings.default_language, settings.log_level) == ("ko", "DEBUG")
    assert settings.token.get_secret_value() == TOKEN


def test_a_file_from_notepad_and_quotes_are_read(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text(f'DISCORD_TOKEN="{TOKEN}"\r\n# a note\r\nOTHER=1\r\n', "utf-8-sig")
    assert load_settings(path).token.get_secret_value() == TOKEN


def test_without_a_token_the_three_steps_are_told(tmp_path: Path) -> None:
    assert faults(tmp_path / "missing.env") == [Fault("config.no_token", {})]
    assert faults(None) == [Fault("config.no_token", {})]
    for code in LANGUAGES:
        sentence = language(code)("config.no_token")
        assert all(step in sentence for step in ("(1)", "(2)", "(3)", "DISCORD_TOKEN"))


def test_a_token_may_be_missing_where_none_is_needed(tmp_path: Path) -> None:
    assert load_settings(None, token_needed=False).token.get_secret_value() == ""
    with pytest.raises(ConfigFaults):
        load_settings(write(tmp_path, "DISCORD_TOKEN=x"), token_needed=False)


@pytest.mark.parametrize("token", ["your-token", f"Bot {TOKEN}", "a.b", "a.b.c.d", "a..c", "ä.b.c"])
def test_what_does_not_look_like_a_token_is_refused(tmp_path: Path, token: str) -> None:
    assert faults(write(tmp_path, f"DISCORD_TOKEN={token}")) == [
        Fault("config.malformed_token", {})
    ]


def test_all_faults_are_told_at_once_and_show_no_secret(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "DISCORD_TOKEN=secret-token",
        "DATABASE_URL=mysql://me:secret-password@host/db",
        "DEFAULT_TIME_ZONE=Asia/Soul",
        "DEFAULT_LANGUAGE=tlh",
        "LOG_LEVEL=loud",
    )
    found = faults(path)
    assert [fault.key for fault in found] == [
        "config.malformed_token",
        "config.unknown_database",
        "config.unknown_zone",
        "config.unknown_language",
        "config.unknown_log_level",
    ]
    for code in LANGUAGES:
        told = [language(code)(fault.key, **fault.values) for fault in found]
        assert "secret" not in " ".join([*told, repr(found)])
        assert "Asia/Soul" in told[2]
        assert "en, ko" in told[3]


@pytest.mark.parametrize(
    ("written", "used", "shown"),
    [
        ("sqlite:////srv/b.db", "sqlite+aiosqlite:////srv/b.db", "sqlite:////srv/b.db"),
        ("sqlite+aiosqlite:////b.db", "sqlite+aiosqlite:////b.db", "sqlite:////b.db"),
        (
            "postgresql://me:p%40ss@host:5433/fans?ssl=require",
            "postgresql+asyncpg://me:p%40ss@host:5433/fans?ssl=require",
            "postgresql://me:***@host:5433/fans",
        ),
        ("postgres://host/fans", "postgresql+asyncpg://host/fans", "postgresql://host/fans"),
    ],
)
def test_a_database_gets_its_driver_and_hides_its_password(
    tmp_path: Path, written: str, used: str, shown: str
) -> None:
    path = write(tmp_path, f"DISCORD_TOKEN={TOKEN}", f"DATABASE_URL={written}")
    settings = load_settings(path)
    assert settings.database_url == used
    assert settings.shown_database_url == shown
    assert "p%40ss" not in repr(settings)
    assert TOKEN not in repr(settings)


@pytest.mark.parametrize("written", ["sqlite:///a/b.db", "sqlite+aiosqlite:///./a/b.db"])
def test_a_file_is_looked_for_where_the_bot_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    """Once and for all: the migration runs in another folder."""
    path = write(tmp_path, f"DISCORD_TOKEN={TOKEN}", f"DATABASE_URL={written}")
    monkeypatch.chdir(tmp_path)
    settings = load_settings(path)
    monkeypatch.chdir("/")
    assert settings.database.database == str(tmp_path / "a" / "b.db")
    assert settings.shown_database_url == f"sqlite:///{tmp_path}/a/b.db"


@pytest.mark.parametrize(
    "written",
    [
        *("fanchant.db", "sqlite://", "sqlite:///:memory:", "postgresql://host"),
        *("postgresql://me:pw@host:port/fans", "me:pw@host/fans", "://", "pw secret://x"),
    ],
)
def test_a_database_that_can_not_be_meant_is_refused(tmp_path: Path, written: str) -> None:
    path = write(tmp_path, f"DISCORD_TOKEN={TOKEN}", f"DATABASE_URL={written}")
    assert faults(path) == [Fault("config.malformed_database_url", {})]


@pytest.mark.parametrize("zone", ["Seoul", "asia/seoul", "KST+9", "../etc/passwd", "localtime"])
def test_a_bad_zone_name_is_refused(tmp_path: Path, zone: str) -> None:
    path = write(tmp_path, f"DISCORD_TOKEN={TOKEN}", f"DEFAULT_TIME_ZONE={zone}")
    assert faults(path) == [Fault("config.unknown_zone", {"zone": zone})]


def test_a_good_zone_name_is_taken(tmp_path: Path) -> None:
    path = write(tmp_path, f"DISCORD_TOKEN={TOKEN}", "DEFAULT_TIME_ZONE=Asia/Seoul")
    assert load_settings(path).default_time_zone == "Asia/Seoul"


def test_a_file_that_can_not_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes("DISCORD_TOKEN=ü".encode("utf-16"))
    assert faults(path) == [Fault("config.unreadable_file", {"path": str(path)})]


def test_the_operator_is_a_user_id_or_nobody(tmp_path: Path) -> None:
    path = write(tmp_path, f"DISCORD_TOKEN={TOKEN}", "OPERATOR_USER_ID=175928847299117063")
    assert load_settings(path).operator_user_id == 175928847299117063
    assert load_settings(write(tmp_path, f"DISCORD_TOKEN={TOKEN}")).operator_user_id is None


@pytest.mark.parametrize(
    "text",
    ["me", "@hana", "<@175928847299117063>", "12", "-1", "１７５９２８８４７２９９１１７０６３"],
)
def test_what_is_no_user_id_is_told(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, f"DISCORD_TOKEN={TOKEN}", f"OPERATOR_USER_ID={text}")
    assert faults(path) == [Fault("config.malformed_operator", {"text": text})]
