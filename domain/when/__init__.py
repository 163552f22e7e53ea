"""Typed times: a grammar that takes a phrase only if it understands every word of it."""

from domain.when.lengths import read_length, read_offset
from domain.when.past import read_past
from domain.when.reader import read_when
from domain.when.readings import AmbiguityReason, Ambiguous, Reading, Understood
from domain.when.walls import resolve_instant, resolve_late, resolve_wall
from domain.when.write import write_reading

__all__ = [
    "AmbiguityReason",
    "Ambiguous",
    "Reading",
    "Understood",
    "read_length",
    "read_offset",
    "read_past",
    "read_when",
    "resolve_instant",
    "resolve_late",
    "resolve_wall",
    "write_reading",
]
