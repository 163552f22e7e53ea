"""The tally's CSV: re-adding it gives the published numbers, and it is safe in a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.kinds import Kind
from domain.ledger import HeldReason
from domain.tally import Tally, count_tally
from domain.tally_file import (
    RecountedTally,
    TallyFileFault,
    read_tally_csv,
    recount,
    tally_csv,
)
from tests.domain.ledgers import DAY, START, ledgers, make_action, make_contribution


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
    )


def tally_of(*contributions: Any, **action: Any) -> Tally:
    return count_tally(
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
    tally = count_tally(action, **data.draw(ledgers(unit[1])))
    written = tally_csv(tally)
    file = read_tally_csv(written)
    assert recount(file) == published(tally)
    assert file.rows == tally.rows
    heading, *rows = rows_of(written)
    assert read_tally_csv(file_of([heading, *data.draw(st.permutations(rows))])) == file


@given(st.text(st.characters(codec="utf-8")))
@example("=HYPERLINK(1)")
@example("'=1")
@example(" +1")
@example("\t@x")
@example("＝1")
@example('a "b",\r\nc')
def test_a_title_returns_as_typed_and_never_begins_a_formula(title: str) -> None:
    data = tally_csv(tally_of(title=title))
    assert read_tally_csv(data).title == title
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
    row = rows_of(tally_csv(tally_of(given, unit_code=unit)))[-1]
    assert row == [
        *("contribution", "1", "", "1", "2020-06-06T17:01:00Z", "logged"),
        *(text, unit, "yes", "no", ""),
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
        (b"action,unit,USD,,,,,,,,\r\n", b"", "fact"),
        (b"action,format,1", b"action,format,3", "fact"),
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
    pledge = ["sign_up", "", "", "1", "", "in", "", "", "", "", ""]
    assert recount(read_tally_csv(file_of([heading, *rows, pledge]))).pledged == 1
    with pytest.raises(TallyFileFault) as refusal:
        read_tally_csv(file_of([heading, *rows, pledge, pledge]))
    assert refusal.value.values == {"line": 13, "column": "participant"}


@given(st.binary(max_size=200))
def test_whatever_is_no_tally_is_refused(data: bytes) -> None:
    with pytest.raises(TallyFileFault):
        read_tally_csv(data)


def test_a_file_says_what_is_counted_and_at_which_rates() -> None:
    fields = {"currencies": "KRW", "rates": "KRW 0.00073", "rates_source": "=the bank"}
    file = read_tally_csv(tally_csv(tally_of(fields=fields)))
    assert file.decimals == {"USD": 2, "KRW": 0}
    assert (file.rates, file.rates_source) == ("KRW 0.00073", "=the bank")
    letters = {"kind": Kind.CUSTOM, "unit_code": "custom", "fields": {"unit": "letters"}}
    assert read_tally_csv(tally_csv(tally_of(**letters))).unit_name == "letters"


def test_a_file_of_one_currency_is_as_it_always_was() -> None:
    assert b"action,format,1," in tally_csv(tally_of())
