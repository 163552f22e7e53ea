"""Reading a tally's file back, and counting every published number again by its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from domain.ledger import HeldReason, Standing, StandingState
from domain.published import PARTS, PEOPLE
from domain.sign_ups import SignUpState
from domain.tally import (
    Pledged,
    Pledges,
    Sources,
    SourceTotal,
    TallyRow,
    TallySignUp,
    Totals,
    in_order,
)
from domain.tally_cells import Cells, TallyFileFault, csv_records, json_records
from domain.tally_records import (
    FACTS,
    FORMAT,
    FORMAT_THAT_CHECKS,
    FORMAT_WITH_MORE,
    MORE_FACTS,
    SAMPLE_FACTS,
    SPOT_COUNTS,
)
from domain.tally_values import amount_cell, cell, one_of, read_amount, read_instant, read_whole
from domain.totals import Total

_YES_NO = {"yes": True, "no": False}
_PLEDGES = (SignUpState.IN, SignUpState.WAITLISTED)
_BESIDE = frozenset({"official", "edition", "edition_number", "stratum"})
"""Records of what stands beside the numbers."""

Read = TypeVar("Read")


@dataclass(frozen=True)
class TallyFile:
    """What a tally's file says. Amounts are in minor units: 10 ** decimals to the unit.

    `decimals` are by unit code, the action's unit or first currency first. `unit_name` is what
    is counted, in its organiser's words; `rates` are lines as `domain.rates` stores them.
    `published` are the numbers that the post said, None in older formats; `beside` are the cells
    of the records of official counts, editions and strata; `sample` are the facts of the draw.
    """

    number: int | None
    title: str
    decimals: Mapping[str, int]
    goal: int | None
    baseline: int | None
    starts_at: datetime
    ends_at: datetime
    cut_off: datetime
    sign_ups: tuple[TallySignUp, ...]
    rows: tuple[TallyRow, ...]
    unit_name: str = ""
    rates: str = ""
    rates_source: str = ""
    published: Mapping[str, Any] | None = None
    beside: tuple[Cells, ...] = ()
    sample: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def unit_code(self) -> str:
        """The action's unit, with several currencies the first."""
        return next(iter(self.decimals))


@dataclass(frozen=True)
class RecountedTally:
    """Every published number, recomputed from a file's rows alone; `totals` by unit code.

    `pledged` counts those who signed up, `pledges` are the amounts that some of them named.
    """

    pledged: int
    waitlisted: int
    participants: int
    goal: int | None
    baseline: int | None
    cut_off: datetime
    totals: Mapping[str, Total]
    pledges: Pledges
    sources: tuple[SourceTotal, ...] = ()
    spot: Mapping[str, Any] | None = None
    """What the sample's rows found, in the form of `domain.published`."""

    @property
    def total(self) -> Total:
        """The total of the action's unit, with several currencies that of the first."""
        return next(iter(self.totals.values()))

    @property
    def numbers(self) -> dict[str, Any]:
        """In the form of `domain.published`, to be compared; without official counts."""
        return {
            **{name: getattr(self, name) for name in PEOPLE},
            "pledges": asdict(self.pledges),
            "totals": {unit: asdict(total) for unit, total in self.totals.items()},
            "sources": [asdict(source) for source in self.sources],
            "officials": [],
            "spot": self.spot,
        }


def read_tally_csv(data: bytes) -> TallyFile:
    """Read a CSV file of any format, its rows in any order; TallyFileFault tells what is wrong."""
    return _read_records(csv_records(data))


def read_tally_json(data: bytes) -> TallyFile:
    """Read a JSON file, its records in any order; TallyFileFault tells what is wrong."""
    return _read_records(json_records(data))


def recount(file: TallyFile, spot: Mapping[str, Any] | None = None) -> RecountedTally:
    """Add up a file's rows anew; `spot` is what its sample found (see `domain.tally_sample`)."""
    totals, sources, pledged = Totals(tuple(file.decimals)), Sources(), Pledged()
    people: set[int] = set()
    for row in file.rows:
        totals.add(row.unit_code, row.standing)
        sources.add(row.unit_code, row.source, row.standing)
        if row.standing.state is StandingState.LOGGED:
            people.add(row.participant)
    for sign_up in file.sign_ups:
        pledged.add(sign_up.state, sign_up.pledged)
    return RecountedTally(
        pledged=pledged.pledged,
        waitlisted=pledged.waitlisted,
        participants=len(people),
        goal=file.goal,
        baseline=file.baseline,
        cut_off=file.cut_off,
        totals=totals.result(),
        pledges=pledged.pledges,
        sources=sources.result(),
        spot=spot,
    )


def _read_records(records: Iterator[tuple[int, Cells]]) -> TallyFile:
    facts: Cells = {}
    people: list[tuple[int, Cells]] = []
    numbers: list[tuple[int, Cells]] = []
    beside: list[Cells] = []
    for line, row in records:
        match row["record"]:
            case "action" if row["key"] in _KNOWN_FACTS and row["key"] not in facts:
                facts[row["key"]] = row["value"]
            case "sign_up" | "contribution":
                people.append((line, row))
            case "published":
                numbers.append((line, row))
            case kind if kind in _BESIDE:
                beside.append({column: text for column, text in row.items() if text})
            case _:
                raise TallyFileFault("refused.tally_file.row", line=line, column="record")
    file = _read_facts(facts)
    if numbers and facts["format"] != FORMAT_THAT_CHECKS:
        raise TallyFileFault("refused.tally_file.fact", name="format")
    sign_ups: dict[int, TallySignUp] = {}
    rows: dict[int, TallyRow] = {}
    for line, row in people:
        if row["record"] == "sign_up":
            pledge = _read_sign_up(line, row, file)
            if sign_ups.setdefault(pledge.participant, pledge) is not pledge:
                raise TallyFileFault("refused.tally_file.row", line=line, column="participant")
        else:
            contribution = _read_contribution(line, row, file)
            if rows.setdefault(contribution.row, contribution) is not contribution:
                raise TallyFileFault("refused.tally_file.row", line=line, column="key")
    return replace(
        file,
        sign_ups=tuple(sign_ups[n] for n in sorted(sign_ups)),
        rows=tuple(rows[n] for n in sorted(rows)),
        published=_read_published(numbers, file) if facts["format"] == FORMAT_THAT_CHECKS else None,
        beside=tuple(beside),
        sample={name: facts[name] for name in sorted(SAMPLE_FACTS) if name in facts},
    )


_SPOT = {f"spot_{name}": name for name in SPOT_COUNTS}
_KNOWN_FACTS = FACTS | MORE_FACTS | SAMPLE_FACTS


def _read_facts(facts: Mapping[str, str]) -> TallyFile:
    def fact(name: str, read: Callable[[str], Read]) -> Read:
        try:
            return read(facts[name])
        except (KeyError, ValueError) as fault:
            raise TallyFileFault("refused.tally_file.fact", name=name) from fault

    def optional_amount(text: str) -> int | None:
        return read_amount(text, decimals) if text else None

    known = (FORMAT, FORMAT_WITH_MORE, FORMAT_THAT_CHECKS)
    fact("format", one_of({name: name for name in known}))
    decimals = fact("decimals", read_whole)
    facts = {**dict.fromkeys(MORE_FACTS, ""), **facts}
    return TallyFile(
        number=fact("number", lambda text: read_whole(text) if text else None),
        title=fact("title", str),
        decimals={fact("unit", _read_unit): decimals, **fact("further_units", _read_further)},
        goal=fact("goal", optional_amount),
        baseline=fact("baseline", optional_amount),
        starts_at=fact("starts", read_instant),
        ends_at=fact("ends", read_instant),
        cut_off=fact("cut_off", read_instant),
        sign_ups=(),
        rows=(),
        unit_name=fact("unit_name", str),
        rates=fact("rates", str),
        rates_source=fact("rates_source", str),
    )


def _read_published(records: list[tuple[int, Cells]], file: TallyFile) -> Mapping[str, Any]:
    """The numbers that the post said; one that is missing is a fault."""
    people: dict[str, int] = {}
    totals: dict[str, dict[str, int]] = {}
    sources: list[SourceTotal] = []
    pledges: Pledges | None = None
    spot: dict[str, Any] = {}
    least: dict[str, int] = {}
    said: set[tuple[str, str, str]] = set()
    for line, row in records:
        key, count = row["key"], cell(line, row, "value", read_whole)
        # Twice the same, of which one is compared: whoever reads the file might see the other one.
        if (key, row["unit"], row["source"]) in said:
            raise TallyFileFault("refused.tally_file.row", line=line, column="key")
        said.add((key, row["unit"], row["source"]))
        if key in PEOPLE:
            people[key] = count
            continue
        if key in _SPOT:
            spot[_SPOT[key]] = count
            continue
        code = cell(line, row, "unit", one_of({code: code for code in file.decimals}))
        amount = amount_cell(line, row, "amount", file.decimals[code])
        if key == "pledges":
            pledges = Pledges(amount, count)
        elif key == "source":
            sources.append(SourceTotal(code, row["source"], amount, count))
        elif key in PARTS:
            totals.setdefault(code, {}).update({key: amount, f"{key}_count": count})
        elif key == "spot_least":
            least[code] = amount
        else:
            raise TallyFileFault("refused.tally_file.row", line=line, column="key")
    missing = [name for name in PEOPLE if name not in people]
    missing += [unit for unit in file.decimals if len(totals.get(unit, ())) != 2 * len(PARTS)]
    if missing or pledges is None:
        raise TallyFileFault("refused.tally_file.fact", name=(*missing, "pledges")[0])
    return {
        **people,
        "pledges": asdict(pledges),
        "totals": {unit: asdict(Total(**totals[unit])) for unit in file.decimals},
        "sources": [asdict(source) for source in in_order(sources)],
        "officials": [],
        "spot": {**spot, "least": least} if spot else None,
    }


def _read_unit(text: str) -> str:
    if not text:
        raise ValueError
    return text


def _read_further(text: str) -> dict[str, int]:
    pairs = [unit.partition(":") for unit in text.split()]
    return {_read_unit(code): read_whole(digits) for code, _, digits in pairs}


def _read_sign_up(line: int, row: Cells, file: TallyFile) -> TallySignUp:
    code, pledged = file.unit_code, None
    if row["amount"]:
        pledged = amount_cell(line, row, "amount", file.decimals[code])
    cell(line, row, "unit", one_of({"" if pledged is None else code: None}))
    return TallySignUp(
        participant=cell(line, row, "participant", read_whole),
        state=cell(line, row, "state", one_of({s.value: s for s in _PLEDGES})),
        pledged=pledged,
    )


def _read_contribution(line: int, row: Cells, file: TallyFile) -> TallyRow:
    state = cell(line, row, "state", StandingState)
    # Proved and verified are said of logged contributions only, and a held one has its reason.
    said = _YES_NO if state is StandingState.LOGGED else {"no": False}
    reasons: dict[str, HeldReason | None] = {reason.value: reason for reason in HeldReason}
    if state is not StandingState.HELD:
        reasons[""] = None
    code = cell(line, row, "unit", one_of({code: code for code in file.decimals}))
    amount = amount_cell(line, row, "amount", file.decimals[code])
    proved = cell(line, row, "proved", one_of(said))
    verified = cell(line, row, "verified", one_of(said))
    decimals = file.decimals[code]
    return TallyRow(
        row=cell(line, row, "key", read_whole),
        participant=cell(line, row, "participant", read_whole),
        at=cell(line, row, "at", read_instant),
        amount=amount,
        standing=Standing(state, amount, proved, verified),
        held=cell(line, row, "held_for", one_of(reasons)),
        unit_code=code,
        name=row["name"],
        source=row["source"],
        stratum=cell(line, row, "stratum", read_whole) if row["stratum"] else None,
        drawn=amount_cell(line, row, "drawn", decimals) if row["drawn"] else None,
    )
