"""The spot check in a tally's file: its sample drawn again, and what it says recomputed."""

from __future__ import annotations

from dataclasses import dataclass

from domain.spot_checks import (
    Row,
    SpotCheck,
    SpotResult,
    Stratum,
    judge,
    recount,
    redraw,
    result,
    seed_hash,
)
from domain.tally_cells import TallyFileFault
from domain.tally_file import TallyFile
from domain.tally_values import read_amount, read_instant, read_whole


@dataclass(frozen=True)
class Sampled:
    """What a file's sample comes to. None of the checks by the seed before the seed is out."""

    result: SpotResult
    seal_fits: bool | None
    """Whether the seed is the one whose hash was published before."""

    sample_fits: bool | None
    """Whether drawing by the seed gives exactly the sample's rows."""


def read_sample(file: TallyFile) -> Sampled | None:
    """Compute a file's spot check anew; None if there was none. Raises `TallyFileFault`."""
    facts = file.sample
    if not facts:
        return None
    try:
        rows: list[Row] = [
            (row.row, row.unit_code, row.drawn) for row in file.rows if row.drawn is not None
        ]
        strata = recount(_strata(file), rows)
        number, seal, seed = read_whole(facts["draw"]), facts["seed_hash"], facts.get("seed")
        check = SpotCheck(0, read_instant(facts["drawn_at"]), strata, number)
        outcomes = {
            row.row: judge(row.stratum, row.drawn, row.standing)
            for row in file.rows
            if row.stratum is not None and row.drawn is not None
        }
        found = result(check, seal, outcomes, seed=seed)
        if seed is None:
            return Sampled(found, None, None)
        drawn = redraw(seed, number, strata, rows)
    except (KeyError, ValueError, IndexError) as fault:
        raise TallyFileFault("refused.tally_file.sample") from fault
    return Sampled(found, seed_hash(seed) == seal, drawn == found.sample)


def _strata(file: TallyFile) -> list[Stratum]:
    """The strata as far as a file tells them: unit, bounds and sample."""
    told = sorted(
        (cells for cells in file.beside if cells["record"] == "stratum"),
        key=lambda cells: read_whole(cells["key"]),
    )
    return [
        Stratum(
            unit_code=cells["unit"],
            least=read_amount(cells["amount"], file.decimals[cells["unit"]]),
            most=read_amount(cells["drawn"], file.decimals[cells["unit"]]),
            rows=0,
            amount=0,
            sample=read_whole(cells["value"]),
        )
        for cells in told
    ]
