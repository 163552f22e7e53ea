"""A tally's file counted again, told in lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import regex

from domain.kinds import Unit
from domain.published import PARTS, PEOPLE, Difference, differences, spot_numbers
from domain.tally_file import RecountedTally, TallyFile, recount
from domain.tally_packed import read_tally
from domain.tally_sample import Sampled, read_sample
from domain.totals import NO_TOTAL
from locales import Language
from ui.platforms import platform_name
from ui.text import amount

_MOVES = regex.compile(r"[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]")
"""What a terminal would not print, but obey."""

_UNITS = {unit.value: unit for unit in Unit}
"""By their codes; any other code is a currency."""


@dataclass(frozen=True)
class Verified:
    """What counting a file again found; it agrees where nothing is different."""

    lines: tuple[str, ...]
    agrees: bool


def verify(say: Language, data: bytes) -> Verified:
    """Count a tally's file again and compare; raises `TallyFileFault` if it can't be read.

    A text of the file's can neither begin a line of its own nor move a terminal's cursor.
    """
    file = read_tally(data)
    sampled = read_sample(file)
    counted = recount(file, None if sampled is None else spot_numbers(sampled.result))
    faults = list(_faults(say, file, counted, sampled))
    lines = [*_numbers(say, file, counted), *_sample(say, sampled)]
    if faults:
        lines += [say("verify.differs"), *faults]
    elif file.published is None:
        lines.append(say("verify.says_nothing"))
    else:
        lines.append(say("verify.agrees"))
    return Verified(
        tuple(_MOVES.sub("\N{REPLACEMENT CHARACTER}", line) for line in lines), not faults
    )


def _numbers(say: Language, file: TallyFile, counted: RecountedTally) -> Iterator[str]:
    number = "" if file.number is None else f" #{file.number}"
    cut_off = say.date_time(file.cut_off)
    yield say("verify.heading", title=file.title, number=number, cut_off=cut_off)
    for name in PEOPLE:
        yield say(f"verify.people.{name}", n=say.number(getattr(counted, name)))
    if counted.pledges.people:
        pledged = _amount(say, file, counted.pledges.amount, file.unit_code)
        yield say("verify.pledges", amount=pledged, n=say.number(counted.pledges.people))
    if all(total == NO_TOTAL for total in counted.totals.values()):
        yield say("tally.nothing")
        return
    for code, total in counted.totals.items():
        for part in PARTS:
            yield say(
                f"verify.part.{part}",
                amount=_amount(say, file, getattr(total, part), code),
                contributions=say.many("count.contributions", getattr(total, f"{part}_count")),
            )
    for source in counted.sources:
        yield say(
            "verify.source",
            source=platform_name(say, source.source),
            amount=_amount(say, file, source.logged, source.unit_code),
            contributions=say.many("count.contributions", source.logged_count),
        )


def _sample(say: Language, sampled: Sampled | None) -> Iterator[str]:
    if sampled is None:
        return
    found = {
        name: say.number(n) for name, n in spot_numbers(sampled.result).items() if name != "least"
    }
    yield say("verify.spot", **found)
    if sampled.result.complete:
        yield say("verify.spot_rows", **found)
    if sampled.seal_fits is None and not sampled.result.complete:
        yield say("verify.sealed")
    yield say("verify.seal", seal=sampled.result.seal)
    if sampled.result.seed is not None:
        yield say("verify.seed", seed=sampled.result.seed)


def _faults(
    say: Language, file: TallyFile, counted: RecountedTally, sampled: Sampled | None
) -> Iterator[str]:
    """What is different from what was published, each in a line."""
    if sampled is not None and sampled.result.complete and sampled.seal_fits is None:
        yield say("verify.seed_missing")
    if sampled is not None and sampled.seal_fits is False:
        yield say("verify.seal_differs")
    if sampled is not None and sampled.sample_fits is False:
        yield say("verify.sample_differs")
    for difference in differences(file.published or counted.numbers, counted.numbers):
        yield _difference(say, file, difference)


def _difference(say: Language, file: TallyFile, found: Difference) -> str:
    if found.name in PARTS and found.unit_code is not None:
        said, counted = (
            say(
                "amend.amount",
                amount=_amount(say, file, value, found.unit_code),
                contributions=say.many("count.contributions", count),
            )
            for value, count in (
                (found.before, found.before_count),
                (found.after, found.after_count),
            )
        )
        return say(f"verify.differs.{found.name}", said=said, counted=counted)
    if found.name in PEOPLE:
        said, counted = say.number(found.before), say.number(found.after)
        return say(f"verify.differs.{found.name}", said=said, counted=counted)
    return say(f"verify.differs.{found.name}")


def _amount(say: Language, file: TallyFile, value: int, code: str) -> str:
    values: Any = (value, code, file.unit_name)
    return amount(say, _UNITS.get(code, Unit.MONEY), *values)
