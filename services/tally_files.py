"""The files that go with a published tally: written in pieces, and gone once they are sent."""

from __future__ import annotations

import asyncio
import logging
import tempfile
import zipfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from domain.deliveries import DeliveryKind
from domain.owed_messages import OwedMessage
from domain.published import differences, numbers_of
from domain.tally import Tally, TallyRow, TallySignUp
from domain.tally_records import Records
from domain.tally_writing import FILE_NAMES, CsvText, JsonText
from services.tallies import count_ledger

log = logging.getLogger(__name__)

ZIPPED_FROM = 8 * 1024 * 1024
"""Bytes from which on a file is zipped: Discord takes files of 10 MiB."""

MOST = 9 * 1024 * 1024
"""Bytes of a zipped file that can be sent at all."""


class Writing:
    """Takes a tally's rows while they are counted and writes them into a file of each form."""

    def __init__(self, tally: Tally, folder: Path) -> None:
        self._records = Records(tally.action, tally.cut_off)
        self._texts = (CsvText(), JsonText())
        self._stack = ExitStack()
        self._files = [
            self._stack.enter_context((folder / name).open("w", encoding="utf-8", newline=""))
            for name in FILE_NAMES
        ]

    def __enter__(self) -> Writing:
        for text, file in zip(self._texts, self._files, strict=True):
            file.write(text.begin() + text.write(self._records.facts()))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    async def rows(self, rows: Sequence[TallyRow]) -> None:
        await asyncio.to_thread(self._write_rows, rows)

    async def sign_ups(self, sign_ups: Sequence[TallySignUp]) -> None:
        await asyncio.to_thread(self._write_sign_ups, sign_ups)

    def finish(self, tally: Tally) -> None:
        """Write the numbers that the post says."""
        for text, file in zip(self._texts, self._files, strict=True):
            file.write(text.write(self._records.published(tally)) + text.end())

    def _write_rows(self, rows: Sequence[TallyRow]) -> None:
        records = list(self._records.rows(rows))
        for text, file in zip(self._texts, self._files, strict=True):
            file.write(text.write(records))

    def _write_sign_ups(self, sign_ups: Sequence[TallySignUp]) -> None:
        records = list(self._records.sign_ups(sign_ups))
        for text, file in zip(self._texts, self._files, strict=True):
            file.write(text.write(records))


async def write_files(
    conn: AsyncConnection, tally: Tally, folder: Path
) -> tuple[Tally, tuple[Path, ...]]:
    """Write a tally's rows and numbers into files; returns it with its curve, and the files.

    Large files are zipped, and left out if that is not enough. Memory stays the same however
    many rows there are.
    """
    writing = await asyncio.to_thread(Writing, tally, folder)
    with writing:
        counted = await count_ledger(conn, tally.action, cut_off=tally.cut_off, taking=writing)
        if any(differences(numbers_of(tally), numbers_of(counted))):
            # Whoever counts its file again finds it too.
            log.error("the ledger of action %s is not what was published", tally.action.number)
        await asyncio.to_thread(writing.finish, tally)
    files = await asyncio.gather(*(asyncio.to_thread(pack, folder / name) for name in FILE_NAMES))
    return replace(tally, curve=counted.curve), tuple(filter(None, files))


class TallyFiles:
    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def attached(self, owed: OwedMessage) -> AsyncGenerator[OwedMessage]:
        """Give a tally's message its files, and anything else back as it is."""
        if owed.delivery.kind is not DeliveryKind.TALLY or owed.tally is None:
            yield owed
            return
        with tempfile.TemporaryDirectory(prefix="fanchant-tally-") as folder:
            async with self._database.read() as conn:
                tally, files = await write_files(conn, owed.tally, Path(folder))
            yield replace(owed, tally=tally, files=files)


def pack(file: Path) -> Path | None:
    """The file, zipped where it is large; None if it is too large even so."""
    if file.stat().st_size <= ZIPPED_FROM:
        return file
    packed = file.with_suffix(f"{file.suffix}.zip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(file, file.name)
    return packed if packed.stat().st_size <= MOST else None
