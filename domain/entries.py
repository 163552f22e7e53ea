"""Entries to an open call: their files, and how many of what size are taken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from domain.errors import Refusal

MOST_ENTRIES = 5
"""Entries of one person to one call, withdrawn ones left out."""

MOST_FILES = 3
MOST_BYTES = 8 * 1024 * 1024
"""The size of one file; Discord takes three such files back in one message."""

MOST_SENT = 10
"""Files that Discord takes with one message."""

MOST_BYTES_SENT = MOST_FILES * MOST_BYTES
"""What they may come to together."""

NAME_LENGTH = 80
UNKNOWN_TYPE = "application/octet-stream"

_UNSAFE = re.compile(r"[^\w .()+-]+")
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,8}")
_TYPE = re.compile(r"[a-z0-9.+-]{1,40}/[a-z0-9.+-]{1,60}")


@dataclass(frozen=True)
class EntryFile:
    """A file as it was handed in: its name as its owner called it, made safe, and its bytes."""

    name: str
    content_type: str
    data: bytes


def safe_name(name: str) -> str:
    """A file's name without folders and signs that mean something to a system or to Discord."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = " ".join(_UNSAFE.sub("_", base).split()).lstrip(". ")
    if len(kept) > NAME_LENGTH:
        end = extension(kept)
        kept = kept[: NAME_LENGTH - len(end)].rstrip() + end
    return kept or "file"


def extension(name: str) -> str:
    """The end of a file's name with its dot, or "" where it is none that can be trusted."""
    dot = name.rfind(".")
    found = name[dot:] if dot > 0 else ""
    return found if _EXTENSION.fullmatch(found) else ""


def safe_type(content_type: str | None) -> str:
    """A media type without parameters; what is none is unknown."""
    plain_type = (content_type or "").partition(";")[0].strip().lower()
    return plain_type if _TYPE.fullmatch(plain_type) else UNKNOWN_TYPE


def that_fit(files: Sequence[EntryFile]) -> Sequence[EntryFile]:
    """The first of some files, as far as they fit into one message."""
    room = MOST_BYTES_SENT
    for place, file in enumerate(files[:MOST_SENT]):
        if (room := room - len(file.data)) < 0:
            return files[:place]
    return files[:MOST_SENT]


def require_files(sizes: Sequence[int]) -> None:
    """Refuse more files than are taken, an empty one, and one that is too large. In bytes."""
    if len(sizes) > MOST_FILES:
        raise Refusal("entries.too_many_files", limit=MOST_FILES)
    if any(size <= 0 for size in sizes):
        raise Refusal("entries.empty_file")
    if any(size > MOST_BYTES for size in sizes):
        raise Refusal("entries.file_too_large", limit=MOST_BYTES // (1024 * 1024))


def require_something(link: str, files: int) -> None:
    """Refuse an entry that has neither a link nor a file."""
    if not link and not files:
        raise Refusal("entries.empty")
