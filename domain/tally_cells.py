"""The records of a tally's file as text: from CSV of any format, and from JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any, cast

from domain.errors import Refusal
from domain.tally_records import ALL_COLUMNS, COLUMNS
from domain.tally_writing import as_typed

Cells = dict[str, str]
"""A record's cells by column; those that are empty or unknown to its format are empty."""


class TallyFileFault(Refusal):
    """A file that is no tally of ours, or was changed so that it can't be read."""


def csv_records(data: bytes) -> Iterator[tuple[int, Cells]]:
    """The rows below the heading, each with the number of its last line in the file."""
    try:
        reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        columns = tuple(next(reader, ()))
        if columns not in (COLUMNS, ALL_COLUMNS):
            raise TallyFileFault("refused.tally_file.unreadable")
        for cells in reader:
            if len(cells) != len(columns):
                raise TallyFileFault(
                    "refused.tally_file.row", line=reader.line_num, column=columns[-1]
                )
            found = dict(zip(columns, map(as_typed, cells), strict=True))
            yield reader.line_num, dict.fromkeys(ALL_COLUMNS, "") | found
    except (UnicodeDecodeError, csv.Error) as fault:
        raise TallyFileFault("refused.tally_file.unreadable") from fault


def json_records(data: bytes) -> Iterator[tuple[int, Cells]]:
    """The records, each with its number in the file."""
    try:
        document = json.loads(data, object_pairs_hook=_each_once)
    except (ValueError, RecursionError) as fault:
        raise TallyFileFault("refused.tally_file.unreadable") from fault
    records: Any = cast("Any", document).get("records") if isinstance(document, dict) else None
    if not isinstance(records, list):
        raise TallyFileFault("refused.tally_file.unreadable")
    for number, record in enumerate(cast("list[Any]", records), 1):
        cells = cast("dict[Any, Any]", record) if isinstance(record, dict) else {None: None}
        for column, cell in cells.items():
            if column not in ALL_COLUMNS or not isinstance(cell, str):
                raise TallyFileFault("refused.tally_file.row", line=number, column=str(column))
        yield number, dict.fromkeys(ALL_COLUMNS, "") | cast("Cells", cells)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON; ValueError where it says two things of the same name."""
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError
    return values
