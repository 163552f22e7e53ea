"""The file of an action's participants: read in pieces and written in a thread."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import xlsxwriter  # pyright: ignore[reportMissingTypeStubs]  # none exist
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.given import list_given_since
from db.queries.participant_lists import list_participants, list_shifts_of, list_without_sign_up
from domain.actions import Action
from domain.kinds import Feature
from domain.participant_records import Cell, FileForm, ParticipantRecords, totals_of
from domain.participants import Showing, Turn
from domain.sign_ups import SignUpState

CHUNK = 500
"""People who are read at a time, with all that they contributed."""

MOST_ROWS = 1_000_000
"""On one sheet: a spreadsheet has hardly more."""

EVER = datetime.fromtimestamp(0, UTC)

Rows = list[list[Cell]]


class Writing(Protocol):
    """Takes rows of cells and writes them into a file."""

    def write(self, rows: Iterable[list[Cell]]) -> None: ...

    def close(self) -> None: ...


class CsvFile:
    """With the mark by which spreadsheets know UTF-8."""

    def __init__(self, path: Path, columns: Iterable[str]) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(columns)

    def write(self, rows: Iterable[list[Cell]]) -> None:
        self._writer.writerows([_as_text(cell) for cell in row] for row in rows)

    def close(self) -> None:
        self._file.close()


class XlsxFile:
    """Rows go to a file at once, so that memory stays the same however many there are."""

    def __init__(self, path: Path, columns: Iterable[str]) -> None:
        options = {"constant_memory": True, "tmpdir": str(path.parent)}
        self._book: Any = xlsxwriter.Workbook(str(path), options)
        self._bold: Any = self._book.add_format({"bold": True})
        self._columns = list(columns)
        self._begin()

    def _begin(self) -> None:
        self._sheet: Any = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        for column, name in enumerate(self._columns):
            self._sheet.write_string(0, column, name, self._bold)
        self._row = 1

    def write(self, rows: Iterable[list[Cell]]) -> None:
        for row in rows:
            if self._row > MOST_ROWS:
                self._begin()
            for column, cell in enumerate(row):
                # By these two alone: nothing is ever taken for a formula or for an address.
                if isinstance(cell, str):
                    self._sheet.write_string(self._row, column, cell)
                else:
                    self._sheet.write_number(self._row, column, cell)
            self._row += 1

    def close(self) -> None:
        self._book.close()


async def write_participants(
    conn: AsyncConnection, action: Action, form: FileForm, path: Path, *, zone: str
) -> None:
    """Write everybody who signed up, those who left too, and who logged without signing up.

    The action is whole. Memory stays the same however many people there are.
    """
    records = ParticipantRecords(action, zone)
    make = CsvFile if form is FileForm.CSV else XlsxFile
    async with _closing(await asyncio.to_thread(make, path, records.columns)) as file:
        for state in (SignUpState.IN, SignUpState.WAITLISTED, SignUpState.LEFT):
            await _write_signed_up(conn, action, records, file, Showing(state))
        await _write_others(conn, action, records, file)


@asynccontextmanager
async def _closing(file: Writing) -> AsyncGenerator[Writing]:
    try:
        yield file
    finally:
        await asyncio.to_thread(file.close)


async def _write_signed_up(
    conn: AsyncConnection,
    action: Action,
    records: ParticipantRecords,
    file: Writing,
    showing: Showing,
) -> None:
    ids, turn = (action.guild_id, action.action_id), Turn()
    while True:
        listed = await list_participants(conn, *ids, showing, turn, CHUNK)
        if not listed:
            return
        people = [each.sign_up.participant_id for each in listed]
        takes_shifts = Feature.SHIFTS in action.rules.features
        shifts = await list_shifts_of(conn, *ids, people) if takes_shifts else {}
        totals = totals_of(await list_given_since(conn, *ids, people, EVER))
        rows = list(records.signed_up(listed, shifts, totals))
        await asyncio.to_thread(file.write, rows)
        turn = Turn(listed[-1].sign_up.place)


async def _write_others(
    conn: AsyncConnection, action: Action, records: ParticipantRecords, file: Writing
) -> None:
    ids, after = (action.guild_id, action.action_id), 0
    while found := await list_without_sign_up(conn, *ids, after=after, limit=CHUNK):
        people = [who for who, _, _ in found]
        totals = totals_of(await list_given_since(conn, *ids, people, EVER))
        await asyncio.to_thread(file.write, list(records.others(found, totals)))
        after = people[-1]


def _as_text(cell: Cell) -> str:
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
