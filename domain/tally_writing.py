"""Writing the records of a tally's file as CSV or as JSON, a piece at a time."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable

from domain.tally_records import ALL_COLUMNS, FORMAT_THAT_CHECKS, Record

FILE_NAMES = ("tally.csv", "tally.json")
"""Of the files that go with a published tally, unless they are zipped."""

# What spreadsheets take for the start of a formula, and its full-width forms.
_FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")
QUOTE = "'"
"""Stands before a text that would be a formula, and before one that begins with it."""


class CsvText:
    """CSV with the mark by which spreadsheets know UTF-8, and CRLF. No cell can be a formula."""

    def begin(self) -> str:
        return f"\ufeff{','.join(ALL_COLUMNS)}\r\n"

    def write(self, records: Iterable[Record]) -> str:
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        for record in records:
            writer.writerow([harmless(record.get(column, "")) for column in ALL_COLUMNS])
        return text.getvalue()

    def end(self) -> str:
        return ""


class JsonText:
    """JSON with a record on each line; cells that are empty are left out."""

    def __init__(self) -> None:
        self._first = True

    def begin(self) -> str:
        return f'{{"format": "{FORMAT_THAT_CHECKS}", "records": ['

    def write(self, records: Iterable[Record]) -> str:
        text = ""
        pieces: list[str] = []
        for record in records:
            cells = {column: cell for column, cell in record.items() if cell}
            pieces.append(json.dumps(cells, ensure_ascii=False))
        if pieces:
            text = ("\n" if self._first else ",\n") + ",\n".join(pieces)
            self._first = False
        return text

    def end(self) -> str:
        return "\n]}\n"


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; `as_typed` gives it back."""
    if not text:
        return text
    # A text that begins with an apostrophe gets one as well, so that reading takes one off.
    guarded = text[0] == QUOTE or text.lstrip(" \u3000")[:1] in _FORMULA_STARTS
    return QUOTE + text if guarded else text


def as_typed(text: str) -> str:
    return text.removeprefix(QUOTE)
