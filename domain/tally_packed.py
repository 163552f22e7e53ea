"""A tally's file in any of the forms in which it is handed out: CSV, JSON, or a zip of either."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib

from domain.tally_cells import TallyFileFault
from domain.tally_file import TallyFile, read_tally_csv, read_tally_json

LARGEST = 256 * 1024**2
"""Bytes that a zipped file may unpack to: some millions of rows."""

_BROKEN = (
    *(zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError),
    *(zlib.error, lzma.LZMAError),
)
"""What reading a zip raises that is broken, encrypted, or packed in an unknown way."""


def read_tally(data: bytes) -> TallyFile:
    """Read a tally's file by what is in it; TallyFileFault tells what is wrong."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        data = _unpack(data)
    text = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    return read_tally_json(data) if text.startswith(b"{") else read_tally_csv(data)


def _unpack(data: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = archive.infolist()
            if len(files) != 1 or files[0].file_size > LARGEST:
                raise TallyFileFault("refused.tally_file.unreadable")
            return archive.read(files[0])
    except _BROKEN as fault:
        raise TallyFileFault("refused.tally_file.unreadable") from fault
