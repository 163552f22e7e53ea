"""Triggers by which the ledger's tables are append-only: rows are added, never changed."""

from __future__ import annotations

from sqlalchemy import Connection

APPEND_ONLY = (
    "signup_event",
    "contribution",
    "check",
    "shift_event",
    "audit_event",
    "official_count",
    "spot_check",
    "spot_sample",
    "edition",
)

_FUNCTION = """\
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$"""


def statements(dialect: str) -> list[str]:
    """The statements that create every trigger on tables that have none yet."""
    if dialect == "postgresql":
        made = [_FUNCTION]
        for table in APPEND_ONLY:
            for name, acts, each in (
                ("append_only", "UPDATE OR DELETE", "ROW"),
                ("no_truncate", "TRUNCATE", "STATEMENT"),
            ):
                made.append(
                    f'CREATE TRIGGER "{table}_{name}" BEFORE {acts} ON "{table}"'
                    f" FOR EACH {each} EXECUTE FUNCTION refuse_change()"
                )
        return made
    return [
        f'CREATE TRIGGER "{table}_no_{act.lower()}" BEFORE {act} ON "{table}"'
        f" BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
        for table in APPEND_ONLY
        for act in ("UPDATE", "DELETE")
    ]


def create_triggers(connection: Connection) -> None:
    """Create every trigger on tables that have none yet."""
    for statement in statements(connection.dialect.name):
        connection.exec_driver_sql(statement)
