"""Reading the values in a tally file's cells: each in the one way in which it is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from domain.tally_cells import Cells, TallyFileFault

Read = TypeVar("Read")

_WHOLE = re.compile(r"[0-9]{1,18}")


def cell(line: int, row: Cells, column: str, read: Callable[[str], Read]) -> Read:
    """What a cell says; raises `TallyFileFault` where it can't be read."""
    try:
        return read(row[column])
    except ValueError as fault:
        raise TallyFileFault("refused.tally_file.row", line=line, column=column) from fault


def amount_cell(line: int, row: Cells, column: str, decimals: int) -> int:
    """The minor units in a cell; raises `TallyFileFault` as `cell` does."""
    return cell(line, row, column, lambda text: read_amount(text, decimals))


def one_of(values: Mapping[str, Read]) -> Callable[[str], Read]:
    """Reads one of these texts as its value; ValueError for any other text."""

    def read(text: str) -> Read:
        if text not in values:
            raise ValueError
        return values[text]

    return read


def read_whole(text: str) -> int:
    """A whole number in plain digits; ValueError for any other text."""
    if not _WHOLE.fullmatch(text):
        raise ValueError
    return int(text)


def read_amount(text: str, decimals: int) -> int:
    """Minor units of an exact decimal with just so many digits; ValueError for any other text."""
    whole, point, part = text.partition(".")
    if len(part) != decimals or bool(point) != bool(decimals):
        raise ValueError
    return read_whole(whole) * 10**decimals + (read_whole(part) if part else 0)


def read_instant(text: str) -> datetime:
    """An instant as files say it; ValueError for any other text."""
    instant = datetime.fromisoformat(text)
    if instant.utcoffset() != timedelta(0):
        raise ValueError
    return instant.astimezone(UTC)
