"""Entries: names made safe, sizes and numbers of files, and something to look at."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.entries import (
    MOST_BYTES,
    MOST_FILES,
    NAME_LENGTH,
    UNKNOWN_TYPE,
    extension,
    require_files,
    require_something,
    safe_name,
    safe_type,
)
from domain.errors import Refusal
from domain.kinds import KINDS, Kind


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("letter.png", "letter.png"),
        ("팬레터 (1).pdf", "팬레터 (1).pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\drawing.jpg", "drawing.jpg"),
        (".bashrc", "bashrc"),
        ("a\u202egnp.exe", "a_gnp.exe"),
        ("`@everyone`.txt", "_everyone_.txt"),
        ("", "file"),
        ("...", "file"),
    ],
)
def test_a_files_name_is_made_safe(name: str, safe: str):
    assert safe_name(name) == safe


@given(st.text(max_size=300))
def test_any_name_is_short_and_in_no_folder(name: str):
    safe = safe_name(name)
    assert 1 <= len(safe) <= NAME_LENGTH
    assert not set(safe) & set("/\\`@<>\n\x00")
    assert safe_name(safe) == safe
    assert extension(safe).isascii()


def test_a_long_name_keeps_its_extension():
    assert safe_name("x" * 300 + ".webm").endswith("x.webm")


def test_a_media_type_is_a_media_type_or_unknown():
    assert safe_type("text/plain; charset=utf-8") == "text/plain"
    for odd in (None, "", "png", "image/png\r\nX: y", "a" * 99 + "/b"):
        assert safe_type(odd) == UNKNOWN_TYPE


def test_files_have_bounds():
    require_files([MOST_BYTES] * MOST_FILES)
    for sizes, key in (
        ([1] * (MOST_FILES + 1), "entries.too_many_files"),
        ([1, MOST_BYTES + 1], "entries.file_too_large"),
        ([0], "entries.empty_file"),
    ):
        with pytest.raises(Refusal, match=key):
            require_files(sizes)


def test_an_entry_has_a_link_or_a_file():
    require_something("https://example.org", 0)
    require_something("", 1)
    with pytest.raises(Refusal, match=r"entries\.empty"):
        require_something("", 0)


def test_entries_and_tasks_are_taken_from_publishing_on():
    assert [kind for kind in Kind if KINDS[kind].log_lead is None] == [
        Kind.PROJECT,
        Kind.SUBMISSION,
    ]
