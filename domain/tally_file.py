"""The tally as a CSV file from which everybody can recompute each published number."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from domain.errors import Refusal
from domain.kinds import Unit
from domain.ledger import HeldReason, Standing, StandingState, change_total
from domain.money import minor_digits
from domain.sign_ups import SignUpState
from domain.tally import Pledges, Tally, TallyRow, TallySignUp, count_pledges
from domain.totals import NO_TOTAL, Total

FORMAT, FORMAT_WITH_MORE = "1", "2"
"""The second one tells facts of `MORE_FACTS` besides: those of actions that have any."""

COLUMNS = (
    *("record", "key", "value", "participant", "at", "state"),
    *("amount", "unit", "proved", "verified", "held_for"),
)
"""`key` and `value` tell facts about the action; the rest describes people's rows."""

FACTS = frozenset(
    {
        *("format", "number", "title", "unit", "decimals", "goal", "baseline"),
        *("starts", "ends", "cut_off"),
    }
)
MORE_FACTS = frozenset({"unit_name", "further_units", "rates", "rates_source"})

_YES_NO = {"yes": True, "no": False}
_PLEDGES = (SignUpState.IN, SignUpState.WAITLISTED)
# What spreadsheets take for the start of a formula, and its full-width forms.
_FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")
_QUOTE = "'"
_WHOLE = re.compile(r"[0-9]{1,18}")

Read = TypeVar("Read")


class TallyFileFault(Refusal):
    """A file that is no tally of ours, or was changed so that it can't be read."""


@dataclass(frozen=True)
class TallyFile:
    """What a tally's file says. Amounts are in minor units: 10 ** decimals to the unit.

    `decimals` are by unit code, the action's unit or first currency first. `unit_name` is what
    is counted, in its organiser's words; `rates` are lines as `domain.rates` stores them.
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

    @property
    def total(self) -> Total:
        """The total of the action's unit, with several currencies that of the first."""
        return next(iter(self.totals.values()))


def tally_csv(tally: Tally) -> bytes:
    """Write a tally as CSV (UTF-8 with the mark by which spreadsheets know it, CRLF).

    Participants are numbers within the action, instants ISO 8601 in UTC, amounts exact decimals
    in the unit that people know (28.84 rather than 2884 cents). No cell can become a formula.
    """
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    writer.writerows(_records(tally))
    return text.getvalue().encode("utf-8-sig")


def read_tally_csv(data: bytes) -> TallyFile:
    """Read what `tally_csv` wrote, its rows in any order; TallyFileFault tells what is wrong."""
    facts: dict[str, str] = {}
    people: list[tuple[int, dict[str, str]]] = []
    for line, row in _lines(data):
        match row["record"]:
            case "action" if row["key"] in FACTS | MORE_FACTS and row["key"] not in facts:
                facts[row["key"]] = row["value"]
            case "sign_up" | "contribution":
                people.append((line, row))
            case _:
                raise TallyFileFault("refused.tally_file.row", line=line, column="record")
    file = _read_facts(facts)
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
    )


def recount(file: TallyFile) -> RecountedTally:
    """Add up a file's rows anew."""
    totals = dict.fromkeys(file.decimals, NO_TOTAL)
    for row in file.rows:
        totals[row.unit_code] = change_total(totals[row.unit_code], None, row.standing)
    states = [pledge.state for pledge in file.sign_ups]
    logged = (row for row in file.rows if row.standing.state is StandingState.LOGGED)
    return RecountedTally(
        pledged=states.count(SignUpState.IN),
        waitlisted=states.count(SignUpState.WAITLISTED),
        participants=len({row.participant for row in logged}),
        goal=file.goal,
        baseline=file.baseline,
        cut_off=file.cut_off,
        totals=totals,
        pledges=count_pledges(file.sign_ups),
    )


def _records(tally: Tally) -> Iterator[dict[str, object]]:
    action = tally.action
    money = action.unit is Unit.MONEY
    decimals = {code: minor_digits(code) if money else 0 for code in tally.totals}
    more = _more_facts(tally, decimals)
    first = decimals[action.unit_code]
    facts = {
        "format": FORMAT_WITH_MORE if more else FORMAT,
        "number": "" if action.number is None else str(action.number),
        "title": _harmless(action.title),
        "unit": action.unit_code,
        "decimals": str(first),
        "goal": _amount(action.goal, first),
        "baseline": _amount(action.baseline, first),
        "starts": _instant(action.starts_at),
        "ends": _instant(action.ends_at),
        "cut_off": _instant(tally.cut_off),
        **more,
    }
    for key, value in facts.items():
        yield {"record": "action", "key": key, "value": value}
    for pledge in tally.sign_ups:
        yield {
            "record": "sign_up",
            "participant": pledge.participant,
            "state": pledge.state.value,
            "amount": _amount(pledge.pledged, first),
            "unit": "" if pledge.pledged is None else action.unit_code,
        }
    for row in tally.rows:
        yield {
            "record": "contribution",
            "key": row.row,
            "participant": row.participant,
            "at": _instant(row.at),
            "state": row.standing.state.value,
            "amount": _amount(row.amount, decimals[row.unit_code]),
            "unit": row.unit_code,
            "proved": "yes" if row.standing.proved else "no",
            "verified": "yes" if row.standing.verified else "no",
            "held_for": "" if row.held is None else row.held.value,
        }


def _more_facts(tally: Tally, decimals: Mapping[str, int]) -> dict[str, str]:
    """What only some actions have: their own unit, further currencies with their decimals."""
    action = tally.action
    further = [f"{code}:{digits}" for code, digits in decimals.items() if code != action.unit_code]
    texts = {name: action.fields.get(name, "") for name in ("rates", "rates_source")}
    name = action.fields.get("unit", "")
    more = {"unit_name": name, "further_units": " ".join(further), **texts}
    return {key: _harmless(value) for key, value in more.items() if value}


def _amount(minor: int | None, decimals: int) -> str:
    return "" if minor is None else f"{Decimal(minor).scaleb(-decimals):f}"


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _harmless(text: str) -> str:
    # A text that begins with an apostrophe gets one as well, so that reading takes one off.
    guarded = text.startswith(_QUOTE) or text.lstrip(" \u3000")[:1] in _FORMULA_STARTS
    return _QUOTE + text if text and guarded else text


def _lines(data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows below the heading, each with the number of its last line in the file."""
    try:
        reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        if tuple(next(reader, ())) != COLUMNS:
            raise TallyFileFault("refused.tally_file.unreadable")
        for cells in reader:
            if len(cells) != len(COLUMNS):
                raise TallyFileFault(
                    "refused.tally_file.row", line=reader.line_num, column=COLUMNS[-1]
                )
            yield reader.line_num, dict(zip(COLUMNS, cells, strict=True))
    except (UnicodeDecodeError, csv.Error) as fault:
        raise TallyFileFault("refused.tally_file.unreadable") from fault


def _read_facts(facts: Mapping[str, str]) -> TallyFile:
    def fact(name: str, read: Callable[[str], Read]) -> Read:
        try:
            return read(facts[name])
        except (KeyError, ValueError) as fault:
            raise TallyFileFault("refused.tally_file.fact", name=name) from fault

    def optional_amount(text: str) -> int | None:
        return _read_amount(text, decimals) if text else None

    fact("format", _one_of({known: known for known in (FORMAT, FORMAT_WITH_MORE)}))
    decimals = fact("decimals", _read_whole)
    facts = {**dict.fromkeys(MORE_FACTS, ""), **facts}
    return TallyFile(
        number=fact("number", lambda text: _read_whole(text) if text else None),
        title=fact("title", _as_typed),
        decimals={fact("unit", str): decimals, **fact("further_units", _read_further)},
        goal=fact("goal", optional_amount),
        baseline=fact("baseline", optional_amount),
        starts_at=fact("starts", _read_instant),
        ends_at=fact("ends", _read_instant),
        cut_off=fact("cut_off", _read_instant),
        sign_ups=(),
        rows=(),
        unit_name=fact("unit_name", _as_typed),
        rates=fact("rates", _as_typed),
        rates_source=fact("rates_source", _as_typed),
    )


def _as_typed(text: str) -> str:
    return text.removeprefix(_QUOTE)


def _read_further(text: str) -> dict[str, int]:
    pairs = [unit.partition(":") for unit in text.split()]
    return {code: _read_whole(digits) for code, _, digits in pairs}


def _read_sign_up(line: int, row: Mapping[str, str], file: TallyFile) -> TallySignUp:
    code, pledged = file.unit_code, None
    if row["amount"]:
        pledged = _cell(line, row, "amount", lambda text: _read_amount(text, file.decimals[code]))
    _cell(line, row, "unit", _one_of({"" if pledged is None else code: None}))
    return TallySignUp(
        participant=_cell(line, row, "participant", _read_whole),
        state=_cell(line, row, "state", _one_of({s.value: s for s in _PLEDGES})),
        pledged=pledged,
    )


def _read_contribution(line: int, row: Mapping[str, str], file: TallyFile) -> TallyRow:
    state = _cell(line, row, "state", StandingState)
    # Proved and verified are said of logged contributions only, and a held one has its reason.
    said = _YES_NO if state is StandingState.LOGGED else {"no": False}
    reasons: dict[str, HeldReason | None] = {reason.value: reason for reason in HeldReason}
    if state is not StandingState.HELD:
        reasons[""] = None
    code = _cell(line, row, "unit", _one_of({code: code for code in file.decimals}))
    amount = _cell(line, row, "amount", lambda text: _read_amount(text, file.decimals[code]))
    proved = _cell(line, row, "proved", _one_of(said))
    verified = _cell(line, row, "verified", _one_of(said))
    return TallyRow(
        row=_cell(line, row, "key", _read_whole),
        participant=_cell(line, row, "participant", _read_whole),
        at=_cell(line, row, "at", _read_instant),
        amount=amount,
        standing=Standing(state, amount, proved, verified),
        held=_cell(line, row, "held_for", _one_of(reasons)),
        unit_code=code,
    )


def _cell(line: int, row: Mapping[str, str], column: str, read: Callable[[str], Read]) -> Read:
    try:
        return read(row[column])
    except ValueError as fault:
        raise TallyFileFault("refused.tally_file.row", line=line, column=column) from fault


def _one_of(values: Mapping[str, Read]) -> Callable[[str], Read]:
    def read(text: str) -> Read:
        if text not in values:
            raise ValueError
        return values[text]

    return read


def _read_whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValueError
    return int(text)


def _read_amount(text: str, decimals: int) -> int:
    whole, point, part = text.partition(".")
    if len(part) != decimals or bool(point) != bool(decimals):
        raise ValueError
    return _read_whole(whole) * 10**decimals + (_read_whole(part) if part else 0)


def _read_instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.utcoffset() != timedelta(0):
        raise ValueError
    return instant.astimezone(UTC)
