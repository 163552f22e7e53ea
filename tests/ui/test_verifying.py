"""`verify-tally`: whoever has the file counts it again, and is told what doesn't agree."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from domain.kinds import Kind
from domain.ledger import Check, Verdict
from domain.spot_checks import SpotCheck, draw, judge, result, seed_hash
from domain.tally import Counting, LedgerRow, Tally, TallyRow
from domain.tally_cells import TallyFileFault
from domain.tally_writing import CsvText, JsonText
from locales import language
from tests.domain.ledgers import DAY, START, count_rows, make_action, make_contribution
from tests.domain.test_tally_file import OLD_FILES, written
from ui.verifying import verify

ENGLISH = language("en")
SEED = "5eed" * 16

GIVEN = [
    make_contribution(1, amount=2884, source="Melon"),
    make_contribution(2, participant_id=2, proof=None, source="Spotify"),
    make_contribution(3, participant_id=3, withdrawn=True),
]


def a_file(text: CsvText | JsonText | None = None) -> bytes:
    counted = count_rows(
        make_action(), sign_ups=[], contributions=GIVEN, checks=[], cut_off=START + DAY
    )
    return written(counted, text or CsvText())


def zipped(data: bytes, *names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, data)
    return packed.getvalue()


@pytest.mark.parametrize(
    "data",
    [a_file(), a_file(JsonText()), zipped(a_file(), "tally.csv"), zipped(a_file(JsonText()), "x")],
    ids=["csv", "json", "zipped csv", "zipped json"],
)
def test_every_number_of_a_file_is_told_and_agrees(data: bytes) -> None:
    verified = verify(ENGLISH, data)
    assert verified.agrees
    assert "Logged: US$38.84, by 2 contributions" in verified.lines
    assert "of which proved: US$28.84, by 1 contribution" in verified.lines
    assert "Withdrawn: US$10.00, by 1 contribution" in verified.lines
    assert "People with something logged: 2" in verified.lines
    assert "Logged on Melon: US$28.84, by 1 contribution" in verified.lines
    assert verified.lines[-1] == ENGLISH("verify.agrees")


def test_a_file_of_nothing_says_so_as_the_post_does() -> None:
    nothing = count_rows(
        make_action(), sign_ups=[], contributions=[], checks=[], cut_off=START + DAY
    )
    verified = verify(ENGLISH, written(nothing, CsvText()))
    assert verified.agrees
    assert ENGLISH("tally.nothing") in verified.lines
    assert not any(line.startswith("Logged") for line in verified.lines)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            b"logged,28.84,USD,yes",
            b"logged,28.85,USD,yes",
            "- Logged: published US$38.84 (2 contributions),"
            " the rows add up to US$38.85 (2 contributions).",
        ),
        (
            b"published,participants,2",
            b"published,participants,3",
            "- People with something logged: published 3, the rows add up to 2.",
        ),
        (b",,Melon,", b",,Mellon,", ENGLISH("verify.differs.sources")),
    ],
)
def test_what_was_changed_is_found(old: bytes, new: bytes, line: str) -> None:
    data = a_file()
    assert old in data
    verified = verify(ENGLISH, data.replace(old, new, 1))
    assert not verified.agrees
    assert line in verified.lines


def test_a_file_of_a_former_format_is_counted_and_says_nothing_to_compare_with() -> None:
    verified = verify(ENGLISH, (OLD_FILES / "format2.csv").read_bytes())
    assert verified.agrees
    assert verified.lines[-1] == ENGLISH("verify.says_nothing")


def broken(method: int) -> bytes:
    """A zip of which some bytes were changed on the way."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr("tally.csv", a_file() * 20)
    data = bytearray(packed.getvalue())
    data[50:90] = (byte ^ 0xFF for byte in data[50:90])
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"{}", b"x" * 50, zipped(b"a", "a", "b"), b"PK\x05\x06"),
        *(broken(zipfile.ZIP_DEFLATED), broken(zipfile.ZIP_BZIP2), broken(zipfile.ZIP_LZMA)),
    ],
)
def test_what_is_no_tally_is_refused(data: bytes) -> None:
    with pytest.raises(TallyFileFault):
        verify(ENGLISH, data)


def test_a_number_that_is_published_twice_is_refused() -> None:
    """Else who reads the file would see one of them, and the other one would be compared."""
    data = a_file()
    row = b"published,participants,2"
    assert row in data
    with pytest.raises(TallyFileFault):
        verify(ENGLISH, data.replace(row, b"published,participants,999,,,,,,,,,,,,,\r\n" + row, 1))
    data, cell = a_file(JsonText()), b'"key": "participants", '
    assert cell in data
    with pytest.raises(TallyFileFault):
        verify(ENGLISH, data.replace(cell, cell + b'"value": "999", ', 1))


def test_a_text_of_the_file_cannot_look_like_what_counting_it_found() -> None:
    for title in ("x\nEverything agrees", "x\x1b[2J", "x\u202eseerga"):
        data = a_file(JsonText()).replace(b"Match a Million", json.dumps(title)[1:-1].encode())
        heading = verify(ENGLISH, data).lines[0]
        assert heading.startswith("x\ufffd")
        assert not set(heading) & set("\n\x1b\u202e")


def sampled_file(seed: str | None = SEED, *, checked: int = 25) -> bytes:
    """A file with a sample of 25 of forty rows, one of which was not counted."""
    action = make_action(kind=Kind.HASHTAG, unit_code="posts", seed=SEED)
    given = [make_contribution(n, amount=n % 7 + 1, unit_code="posts") for n in range(1, 41)]
    strata, sample = draw(SEED, 1, [(g.contribution_id, "posts", g.amount) for g in given], 25)
    checks = {
        number: Check(number, number, Verdict.VERIFIED if n else Verdict.NOT_COUNTED, START)
        for n, number in enumerate(sorted(sample)[:checked])
    }
    counting = Counting(action, START + DAY)
    rows: list[TallyRow] = []
    for entry in given:
        number = entry.contribution_id
        row = counting.add(
            LedgerRow(
                number, entry, checks.get(number), stratum=sample.get(number), drawn=entry.amount
            )
        )
        assert row is not None
        rows.append(row)
    outcomes = {
        row.row: judge(row.stratum, row.drawn, row.standing)
        for row in rows
        if row.stratum is not None and row.drawn is not None
    }
    found = result(SpotCheck(9, START + DAY, strata), seed_hash(SEED), outcomes, seed=seed)
    tally: Tally = counting.result(spot=found)
    return written((tally, rows, []), CsvText())


def test_the_sample_is_drawn_again_and_says_the_same() -> None:
    verified = verify(ENGLISH, sampled_file())
    assert verified.agrees, verified.lines
    assert "Spot check: 25 drawn, 25 checked, 24 held" in verified.lines
    assert ENGLISH("verify.seal", seal=seed_hash(SEED)) in verified.lines
    assert ENGLISH("verify.seed", seed=SEED) in verified.lines
    sealed = verify(ENGLISH, sampled_file(seed=None, checked=20))
    assert sealed.agrees
    assert ENGLISH("verify.sealed") in sealed.lines


def test_the_seal_is_only_said_to_be_the_files_and_is_to_be_compared() -> None:
    """Whoever forges a file seals a seed of their own in it: it fits, and says nothing."""
    own = "beef" * 16
    forged = sampled_file().replace(SEED.encode(), own.encode())
    forged = forged.replace(seed_hash(SEED).encode(), seed_hash(own).encode())
    lines = verify(ENGLISH, forged).lines
    (seal,) = [line for line in lines if seed_hash(own) in line]
    assert "Compare this seal with the one under the announcement on Discord" in seal
    assert not any("announced" in line or "published when" in line for line in lines)


def test_a_sample_that_is_checked_comes_with_its_seed() -> None:
    """Without it nobody could tell whether these are the rows that were drawn."""
    verified = verify(ENGLISH, sampled_file(seed=None))
    assert not verified.agrees
    assert ENGLISH("verify.seed_missing") in verified.lines


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        (SEED.encode(), b"0" * 64, "verify.seal_differs"),
        (SEED.encode(), b"0" * 64, "verify.sample_differs"),
        (b"published,spot_held,24", b"published,spot_held,25", "verify.differs.spot"),
    ],
)
def test_a_sample_that_was_not_drawn_by_its_seed_is_found(old: bytes, new: bytes, key: str) -> None:
    data = sampled_file()
    assert old in data
    verified = verify(ENGLISH, data.replace(old, new, 1))
    assert not verified.agrees
    assert ENGLISH(key) in verified.lines


def test_strata_that_fit_no_rows_are_refused() -> None:
    data = sampled_file()
    assert b"stratum,1," in data
    with pytest.raises(TallyFileFault) as refusal:
        verify(ENGLISH, data.replace(b"stratum,1,", b"stratum,x,", 1))
    assert refusal.value.key == "refused.tally_file.sample"
