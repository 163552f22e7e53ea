"""The numbers that a tally's post says, as they are stored with each edition, and compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from domain.actions import Action
from domain.editions import Edition
from domain.official_counts import OfficialCount
from domain.spot_checks import SpotResult
from domain.tally import Pledges, SourceTotal, Tally
from domain.totals import NO_TOTAL, Total

PEOPLE = ("pledged", "waitlisted", "participants")
BESIDE = ("sources", "officials", "pledges", "spot")
PARTS = ("logged", "proved", "verified", "held", "not_counted", "withdrawn")


def numbers_of(tally: Tally) -> dict[str, Any]:
    """Every number of a tally, as JSON."""
    return {
        **{name: getattr(tally, name) for name in PEOPLE},
        "pledges": asdict(tally.pledges),
        "totals": {unit: asdict(total) for unit, total in tally.totals.items()},
        "sources": [asdict(source) for source in tally.sources],
        "officials": [_official_as_json(count) for count in tally.officials],
        "spot": None if tally.spot is None else spot_numbers(tally.spot),
    }


def spot_numbers(result: SpotResult) -> dict[str, Any]:
    """What a spot check found; what follows from it at the least is there once it is complete."""
    bounds = result.complete
    return {
        "sample": result.check.sample,
        "checked": result.checked,
        "held": result.held,
        "rows": result.rows if bounds else 0,
        "least": {unit: least for unit, (least, _) in result.amounts.items()} if bounds else {},
    }


def published_tally(action: Action, editions: tuple[Edition, ...], **more: Any) -> Tally:
    """The tally as its newest edition says it, without reading the ledger.

    `more` are values of the tally that no edition stores.
    """
    newest = editions[-1]
    numbers = newest.numbers
    return Tally(
        action=action,
        cut_off=newest.cut_off,
        totals=newest.totals,
        pledges=Pledges(**numbers["pledges"]),
        sources=tuple(SourceTotal(**source) for source in numbers["sources"]),
        officials=tuple(map(_official_from_json, numbers["officials"])),
        editions=editions,
        **{name: numbers[name] for name in PEOPLE},
        **more,
    )


@dataclass(frozen=True)
class Difference:
    """A number that is another one. `name` is one of PEOPLE, PARTS or BESIDE.

    Of parts there are the amounts and the counts of contributions; people are counts alone, and
    of what stands beside them it is only told that it is different.
    """

    name: str
    unit_code: str | None = None
    before: int = 0
    after: int = 0
    before_count: int = 0
    after_count: int = 0


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    """What is different between the numbers of two editions; nothing if all agree."""
    for unit in dict.fromkeys([*before["totals"], *after["totals"]]):
        old, new = (Total(**n["totals"].get(unit, asdict(NO_TOTAL))) for n in (before, after))
        for part in PARTS:
            moved = Difference(
                part,
                unit,
                getattr(old, part),
                getattr(new, part),
                getattr(old, f"{part}_count"),
                getattr(new, f"{part}_count"),
            )
            if (moved.before, moved.before_count) != (moved.after, moved.after_count):
                yield moved
    for name in PEOPLE:
        if before[name] != after[name]:
            yield Difference(name, None, before[name], after[name])
    for name in BESIDE:
        if before.get(name) != after.get(name):
            yield Difference(name)


def _official_as_json(count: OfficialCount) -> dict[str, Any]:
    values = vars(count)
    return values | {name: values[name].isoformat() for name in ("at", "entered_at")}


def _official_from_json(values: Mapping[str, Any]) -> OfficialCount:
    instants: dict[str, Any] = {
        name: datetime.fromisoformat(values[name]) for name in ("at", "entered_at")
    }
    return OfficialCount(**(dict(values) | instants))
