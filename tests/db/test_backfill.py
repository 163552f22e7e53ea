"""Contributors of a database from before there were any: as its ledger adds up."""

from __future__ import annotations

import random
import shutil
from collections import defaultdict
from pathlib import Path

from sqlalchemy import select, text

from db.engine import Database
from db.migrate import SCRIPTS, migrate
from db.queries.ledger import list_checks, list_contributions
from db.tables import contributor
from domain.contributors import NO_CHANGE, Change, change_by
from domain.ledger import HeldReason, Verdict, last_checks, standing
from tests.databases import run_apart
from tests.db.seeds import NOW

GUILDS, ACTIONS, PEOPLE, UNITS = (7, 8), (11, 12), (1, 2, 3), ("USD", "KRW")
FIRST_ENTRY, ENTRIES = 100, 120

SERVER = "INSERT INTO server (guild_id, language, created_at) VALUES (:guild, 'en', 0)"
PARTICIPANT = (
    "INSERT INTO participant (guild_id, participant_id, user_id, created_at)"
    " VALUES (:guild, :id, :id, 0)"
)
ACTION = (
    "INSERT INTO action (guild_id, action_id, number, kind, title, state, organiser_id,"
    " starts_wall, starts_zone, starts_fold, starts_at, ends_at, log_until, unit_code, fields,"
    " created_at) VALUES (:guild, :id, :id, 'fundraiser', 'T', 'open', 1, '2026-11-21T20:00',"
    " 'UTC', 0, 0, 0, 0, 'USD', '{}', 0)"
)
ENTRY = (
    "INSERT INTO contribution (guild_id, contribution_id, action_id, participant_id, entry,"
    " withdraws, amount, unit_code, held, at) VALUES (:guild, :id, :action, :person, :entry,"
    " :withdraws, :amount, :unit, :held, 0)"
)
CHECK = (
    'INSERT INTO "check" (guild_id, check_id, contribution_id, action_id, reviewer_id, verdict,'
    " amount, at) VALUES (:guild, :id, :entry, :action, 1, :verdict, :amount, 0)"
)

Row = dict[str, int | str | None]


def a_ledger(guild_id: int) -> tuple[list[Row], list[Row]]:
    """Entries and checks in every combination of what can become of a contribution."""
    chance = random.Random(guild_id)
    entries: list[Row] = []
    checks: list[Row] = []
    for number in range(FIRST_ENTRY, FIRST_ENTRY + ENTRIES):
        entry: Row = {
            "guild": guild_id,
            "id": number,
            "action": chance.choice(ACTIONS),
            "person": chance.choice(PEOPLE),
            "entry": "logged",
            "withdraws": None,
            "amount": chance.randint(1, 10**12),
            "unit": chance.choice(UNITS),
            "held": chance.choice((None, None, *HeldReason)),
        }
        entries.append(entry)
        for _ in range(chance.choice((0, 0, 1, 2))):
            verdict = chance.choice(list(Verdict))
            checks.append(
                {
                    "guild": guild_id,
                    "id": 1000 + len(checks),
                    "entry": number,
                    "action": entry["action"],
                    "verdict": verdict,
                    "amount": chance.randint(1, 999) if verdict is Verdict.CORRECTED else None,
                }
            )
        if chance.random() < 0.2:
            gone: Row = {"entry": "withdrawn", "withdraws": number, "id": 1000 + number}
            entries.append(entry | gone | {"held": None})
    return entries, checks


async def seed(url: str) -> None:
    database = await Database.open(url)
    async with database.write() as conn:
        for guild in GUILDS:
            await conn.execute(text(SERVER), {"guild": guild})
            people = [{"guild": guild, "id": person} for person in PEOPLE]
            await conn.execute(text(PARTICIPANT), people)
            await conn.execute(text(ACTION), [{"guild": guild, "id": id_} for id_ in ACTIONS])
            entries, checks = a_ledger(guild)
            await conn.execute(text(ENTRY), entries)
            await conn.execute(text(CHECK), checks)
    await database.close()


Contributors = dict[tuple[int, int, int, str], Change]


async def kept_and_folded(url: str) -> tuple[Contributors, Contributors]:
    database = await Database.open(url)
    folded: Contributors = defaultdict(lambda: NO_CHANGE)
    async with database.read() as conn:
        kept: Contributors = {
            (row.guild_id, row.action_id, row.participant_id, row.unit_code): Change(
                row.logged, row.logged_count, row.verified_count
            )
            for row in await conn.execute(select(contributor))
        }
        for ids in ((guild, action) for guild in GUILDS for action in ACTIONS):
            deciding = last_checks(await list_checks(conn, *ids, until=NOW))
            for entry in await list_contributions(conn, *ids, until=NOW):
                where = standing(entry, deciding.get(entry.contribution_id))
                key = (*ids, entry.participant_id, entry.unit_code)
                folded[key] += change_by(None, where)
    await database.close()
    return kept, {key: value for key, value in folded.items() if value != NO_CHANGE}


def test_contributors_of_what_was_logged_before_are_what_its_ledger_folds_to(
    empty_database_url: str, tmp_path: Path
):
    before = tmp_path / "before"
    newer = shutil.ignore_patterns("__pycache__", "000[4-9]*")
    shutil.copytree(SCRIPTS, before, ignore=newer)
    run_apart(migrate(empty_database_url, scripts=before))
    run_apart(seed(empty_database_url))
    run_apart(migrate(empty_database_url))
    kept, folded = run_apart(kept_and_folded(empty_database_url))
    assert kept == folded
    assert len(kept) == len(GUILDS) * len(ACTIONS) * len(PEOPLE) * len(UNITS)
