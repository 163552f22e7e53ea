"""The tally's files: re-adding one gives the published numbers, and it is safe in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.editions import Edition
from domain.kinds import Kind
from domain.ledger import HeldReason
from domain.official_counts import OfficialCount
from domain.published import PARTS, PEOPLE, differences, numbers_of
from domain.tally import Counting, LedgerRow, Tally, TallyRow, TallySignUp
from domain.tally_cells import TallyFileFault
from domain.tally_file import (
    RecountedTally,
    read_tally_csv,
    read_tally_json,
    recount,
)
from domain.tally_records import Records
from domain.tally_writing import CsvText, JsonText
from domain.totals import Total
from tests.domain.ledgers import DAY, START, count_rows, ledgers, make_action, make_contribution

OLD_FILES = Path(__file__).parent / "tallies"

Counted = tuple[Tally, list[TallyRow], list[TallySignUp]]


def written(counted: Counted, text: CsvText | JsonText) -> bytes:
    """A tally's whole file."""
    tally, rows, sign_ups = counted
    records = Records(tally.action, tally.cut_off)
    pieces = [text.begin(), text.write(records.facts())]
    pieces += [text.write(records.rows([row])) for row in rows]
    pieces += [text.write(records.sign_ups(sign_ups)), text.write(records.published(tally))]
    return "".join([*pieces, text.end()]).encode()


def tally_csv(counted: Counted) -> bytes:
    return written(counted, CsvText())


def published(tally: Tally) -> RecountedTally:
    return RecountedTally(
        pledged=tally.pledged,
        waitlisted=tally.waitlisted,
        participants=tally.participants,
        goal=tally.action.goal,
        baseline=tally.action.baseline,
        cut_off=tally.cut_off,
        totals=tally.totals,
        pledges=tally.pledges,
        sources=tally.sources,
    )


def tally_of(*contributions: Any, **action: Any) -> Counted:
    return count_rows(
        make_action(**action),
        sign_ups=[],
        contributions=contributions,
        checks=[],
        cut_off=START + DAY,
    )


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def file_of(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


@given(
    st.data(),
    st.sampled_from(
        [
            (Kind.FUNDRAISER, ("USD",)),
            (Kind.FUNDRAISER, ("JPY", "USD", "KWD")),
            (Kind.HASHTAG, ("posts",)),
            (Kind.CUSTOM, ("custom",)),
        ]
    ),
    st.none() | st.integers(0, 10**12),
)
def test_readding_the_file_gives_every_published_number(
    data: st.DataObject, unit: tuple[Kind, tuple[str, ...]], goal: int | None
) -> None:
    kind, (first, *further) = unit
    fields = {"currencies": " ".join(further)}
    action = make_action(kind=kind, unit_code=first, goal=goal, baseline=goal, fields=fields)
    counted = count_rows(action, **data.draw(ledgers(unit[1])))
    in_csv, in_json = tally_csv(counted), written(counted, JsonText())
    file = read_tally_csv(in_csv)
    assert recount(file) == published(counted[0])
    assert list(file.rows) == counted[1]
    assert read_tally_json(in_json) == file
    assert file.published is not None
    assert not [*differences(file.published, recount(file).numbers)]
    heading, *rows = rows_of(in_csv)
    assert read_tally_csv(file_of([heading, *data.draw(st.permutations(rows))])) == file


@given(st.text(st.characters(codec="utf-8")))
@example("=HYPERLINK(1)")
@example("'=1")
@example(" +1")
@example("\t@x")
@example("＝1")
@example('a "b",\r\nc')
def test_a_title_returns_as_typed_and_never_begins_a_formula(title: str) -> None:
    """A name that somebody chose as well."""
    entry = LedgerRow(1, make_contribution(source=title), name=title)
    counting = Counting(make_action(title=title), START + DAY)
    rows = [row for row in [counting.add(entry)] if row]
    data = tally_csv((counting.result(), rows, []))
    file = read_tally_csv(data)
    assert (file.title, file.rows[0].name, file.rows[0].source) == (title, title, title)
    for cell in (cell for row in rows_of(data) for cell in row):
        assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "＠"))


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [(2884, "USD", "28.84"), (5, "USD", "0.05"), (2884, "JPY", "2884"), (2884, "KWD", "2.884")],
)
def test_money_is_exact_decimal_text_in_the_currencys_digits(
    amount: int, unit: str, text: str
) -> None:
    given = make_contribution(amount=amount, unit_code=unit)
    rows = rows_of(tally_csv(tally_of(given, unit_code=unit)))
    assert [row for row in rows if row[0] == "contribution"] == [
        [
            *("contribution", "1", "", "1", "2020-06-06T17:01:00Z", "logged"),
            *(text, unit, "yes", "no", "", "", "", "", "", ""),
        ]
    ]


def test_a_spreadsheet_recognises_the_encoding() -> None:
    data = tally_csv(tally_of(title="#우리의밤 총공"))
    assert data.startswith(b"\xef\xbb\xbf")
    assert read_tally_csv(data.removeprefix(b"\xef\xbb\xbf")).title == "#우리의밤 총공"


def test_nobodys_identity_is_in_the_file() -> None:
    tally = tally_of(make_contribution(participant_id=987654321), organiser_user_id=876543210)
    data = tally_csv(tally)
    assert b"987654321" not in data
    assert b"876543210" not in data


HELD = make_contribution(2, held=HeldReason.OVER_CAP)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        (b"record,key", b"record,keys", "unreadable"),
        (b"Match", b"\xff", "unreadable"),
        (b"Match", b'"Ma"tch', "unreadable"),
        (b"action,unit", b"action,units", "row"),
        (b"action,unit,USD,,,,,,,,,,,,,\r\n", b"", "fact"),
        (b"action,format,3", b"action,format,4", "fact"),
        (b"published,pledged,0", b"published,waitlisted,0", "row"),
        (b"published,pledged,0", b"edition,pledged,0", "fact"),
        (b"action,format,3", b"action,format,2", "fact"),
        (b"action,unit,USD", b"action,unit,", "fact"),
        (b"published,pledged,0", b"published,pledge,0", "row"),
        (b"published,pledged,0", b"published,pledged,-1", "row"),
        (b"action,decimals,2", b"action,decimals,x", "fact"),
        (b"goal,50.00", b"goal,50", "fact"),
        (b"cut_off,2020-06-07T17:00:00Z", b"cut_off,2020-06-07T17:00:00", "fact"),
        (b"contribution,2", b"contribution,1", "row"),
        (b"contribution,2", b"donation,2", "row"),
        (b"logged,10.00", b"logged,1e1", "row"),
        (b"logged,10.00", b"logged,-10.00", "row"),
        (b"logged,10.00", "logged,١٠.00".encode(), "row"),
        (b"logged,10.00,USD", b"logged,10.00,EUR", "row"),
        (b"logged,10.00", b"lost,10.00", "row"),
        (b"over_cap", b"", "row"),
        (b"USD,no,no,over_cap", b"USD,yes,no,over_cap", "row"),
        (b"over_cap", b"over_cap,more", "row"),
        (b"2020-06-06T17:01:00Z", b"yesterday", "row"),
    ],
)
def test_a_malformed_file_is_refused_with_its_place(old: bytes, new: bytes, key: str) -> None:
    data = tally_csv(tally_of(make_contribution(), HELD, goal=5000))
    assert data.count(old) >= 1
    with pytest.raises(TallyFileFault) as refusal:
        read_tally_csv(data.replace(old, new, 1))
    assert refusal.value.key == f"refused.tally_file.{key}"


def test_a_person_pledges_once_in_a_file() -> None:
    heading, *rows = rows_of(tally_csv(tally_of()))
    pledge = ["sign_up", "", "", "1", "", "in", *[""] * 10]
    assert recount(read_tally_csv(file_of([heading, *rows, pledge]))).pledged == 1
    with pytest.raises(TallyFileFault) as refusal:
        read_tally_csv(file_of([heading, *rows, pledge, pledge]))
    assert refusal.value.values == {"line": len(rows) + 3, "column": "participant"}


@given(st.binary(max_size=200))
def test_whatever_is_no_tally_is_refused(data: bytes) -> None:
    for read in (read_tally_csv, read_tally_json):
        with pytest.raises(TallyFileFault):
            read(data)


@pytest.mark.parametrize(
    ("record", "key"),
    [
        ([], "row"),
        ({"record": "contribution", "amount": 10}, "row"),
        ({"record": "contribution", "colour": "red"}, "row"),
        ({"record": "donation"}, "row"),
    ],
)
def test_a_malformed_record_is_refused_with_its_place(record: Any, key: str) -> None:
    document = json.loads(written(tally_of(), JsonText()))
    document["records"].append(record)
    with pytest.raises(TallyFileFault) as refusal:
        read_tally_json(json.dumps(document).encode())
    assert refusal.value.key == f"refused.tally_file.{key}"
    assert refusal.value.values["line"] == len(document["records"])


def test_a_file_says_what_is_counted_and_at_which_rates() -> None:
    fields = {"currencies": "KRW", "rates": "KRW 0.00073", "rates_source": "=the bank"}
    file = read_tally_csv(tally_csv(tally_of(fields=fields)))
    assert file.decimals == {"USD": 2, "KRW": 0}
    assert (file.rates, file.rates_source) == ("KRW 0.00073", "=the bank")
    letters = {"kind": Kind.CUSTOM, "unit_code": "custom", "fields": {"unit": "letters"}}
    assert read_tally_csv(tally_csv(tally_of(**letters))).unit_name == "letters"


def test_what_stands_beside_the_numbers_is_in_the_file() -> None:
    """Official counts, and what earlier editions said."""
    tally, rows, sign_ups = tally_of(make_contribution())
    count = OfficialCount(1, "The charity's page", "$1,026,531", "its site", None, START, START)
    first = Edition(1, START + DAY, START + DAY, numbers_of(tally))
    second = Edition(2, START + 2 * DAY, START + 2 * DAY, numbers_of(tally), "=late receipts")
    values = vars(tally) | {"officials": (count,), "editions": (first, second)}
    data = tally_csv((Tally(**values), rows, sign_ups))
    official, *said = read_tally_csv(data).beside
    editions = [cells for cells in said if cells["record"] == "edition"]
    assert official == {
        "record": "official",
        "key": "The charity's page",
        "value": "$1,026,531",
        "source": "its site",
        "at": "2020-06-06T17:00:00Z",
    }
    assert [edition.get("value") for edition in editions] == [None, "=late receipts"]
    assert [edition["amount"] for edition in editions] == ["10.00", "10.00"]
    numbers = {cells["key"]: cells for cells in said if cells["record"] == "edition_number"}
    assert [numbers["1:participants"]["value"], numbers["2:proved"]["amount"]] == ["1", "10.00"]
    assert numbers["2:proved"]["value"] == "1"
    assert {key.removeprefix("2:") for key in numbers if key.startswith("2:")} >= {*PARTS, *PEOPLE}


def test_whoever_chose_to_be_named_is_and_nobody_else() -> None:
    counting = Counting(make_action(), START + DAY)
    entries = [
        LedgerRow(1, make_contribution(1, participant_id=987654321), name="Bora"),
        LedgerRow(2, make_contribution(2, participant_id=987654322)),
    ]
    rows = [row for row in map(counting.add, entries) if row]
    file = read_tally_csv(tally_csv((counting.result(), rows, [])))
    assert [(row.participant, row.name) for row in file.rows] == [(1, "Bora"), (2, "")]


def test_files_of_former_formats_are_read_and_counted() -> None:
    first, second = (
        read_tally_csv((OLD_FILES / name).read_bytes()) for name in ("format1.csv", "format2.csv")
    )
    assert (first.title, first.published, first.cut_off) == (
        *("=Match a Million", None),
        START + timedelta(days=2),
    )
    assert recount(first).total == Total(4684, 3, 3684, 2, 800, 1, 500_000, 1, 1000, 1)
    assert (second.decimals, second.rates_source) == ({"USD": 2, "KRW": 0}, "+ECB")
    assert recount(second).totals["KRW"].logged == 5000
    assert recount(second).participants == 3
