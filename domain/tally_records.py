"""The records of a tally's file: what everybody needs to count each published number again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal

from domain.actions import Action
from domain.editions import Edition
from domain.kinds import Unit
from domain.money import minor_digits
from domain.published import PARTS, PEOPLE, spot_numbers
from domain.spot_checks import SpotResult
from domain.tally import Tally, TallyRow, TallySignUp

FORMAT, FORMAT_WITH_MORE, FORMAT_THAT_CHECKS = "1", "2", "3"
"""The second one tells facts of `MORE_FACTS` besides, the third the published numbers too."""

COLUMNS = (
    *("record", "key", "value", "participant", "at", "state"),
    *("amount", "unit", "proved", "verified", "held_for"),
)
"""`key` and `value` tell facts about the action; the rest describes people's rows."""

FURTHER_COLUMNS = ("name", "source", "link", "stratum", "drawn")
"""Those of the third format: who is named, where it was done, and the spot check's sample."""

ALL_COLUMNS = COLUMNS + FURTHER_COLUMNS

FACTS = frozenset(
    {
        *("format", "number", "title", "unit", "decimals", "goal", "baseline"),
        *("starts", "ends", "cut_off"),
    }
)
MORE_FACTS = frozenset({"unit_name", "further_units", "rates", "rates_source"})
SAMPLE_FACTS = frozenset({"seed", "seed_hash", "drawn_at", "draw"})
"""Of the spot check's sample: its seed once it may be known, the seed's hash, and which draw."""

SPOT_COUNTS = ("sample", "checked", "held", "rows")

Record = Mapping[str, str]
"""The cells of a record by column; those that are empty may be left out."""


class Records:
    """Makes the records of an action's file. All amounts are exact decimals in people's unit."""

    def __init__(self, action: Action, cut_off: datetime) -> None:
        self._action = action
        self._cut_off = cut_off
        self._money = action.unit is Unit.MONEY

    def facts(self) -> Iterator[Record]:
        """What is to be known of the action before its rows can be read."""
        action = self._action
        first = action.unit_code
        texts = {name: action.fields.get(name, "") for name in ("rates", "rates_source")}
        further = (f"{code}:{self._decimals(code)}" for code in action.currencies[1:])
        facts = {
            "format": FORMAT_THAT_CHECKS,
            "number": "" if action.number is None else str(action.number),
            "title": action.title,
            "unit": first,
            "decimals": str(self._decimals(first)),
            "goal": self._amount(action.goal, first),
            "baseline": self._amount(action.baseline, first),
            "starts": instant(action.starts_at),
            "ends": instant(action.ends_at),
            "cut_off": instant(self._cut_off),
            "unit_name": action.fields.get("unit", ""),
            "further_units": " ".join(further),
            **texts,
        }
        for key, value in facts.items():
            if value or key in FACTS:
                yield {"record": "action", "key": key, "value": value}

    def rows(self, rows: Iterable[TallyRow]) -> Iterator[Record]:
        for row in rows:
            code = row.unit_code
            yield {
                "record": "contribution",
                "key": str(row.row),
                "participant": str(row.participant),
                "at": instant(row.at),
                "state": row.standing.state.value,
                "amount": self._amount(row.amount, code),
                "unit": code,
                "proved": "yes" if row.standing.proved else "no",
                "verified": "yes" if row.standing.verified else "no",
                "held_for": "" if row.held is None else row.held.value,
                "name": row.name,
                "source": row.source,
                "stratum": "" if row.stratum is None else str(row.stratum),
                "drawn": self._amount(row.drawn, code),
            }

    def sign_ups(self, sign_ups: Iterable[TallySignUp]) -> Iterator[Record]:
        code = self._action.unit_code
        for pledge in sign_ups:
            yield {
                "record": "sign_up",
                "participant": str(pledge.participant),
                "state": pledge.state.value,
                "amount": self._amount(pledge.pledged, code),
                "unit": "" if pledge.pledged is None else code,
            }

    def published(self, tally: Tally) -> Iterator[Record]:
        """The numbers that the post says, and what stands beside them."""
        for name in PEOPLE:
            yield _number(name, getattr(tally, name))
        pledges = tally.pledges
        yield _number("pledges", pledges.people, *self._in(self._action.unit_code, pledges.amount))
        for code, total in tally.totals.items():
            for part in PARTS:
                count, value = getattr(total, f"{part}_count"), getattr(total, part)
                yield _number(part, count, *self._in(code, value))
        if tally.spot is not None:
            yield from self._spot(tally.spot)
        for source in tally.sources:
            cells = self._in(source.unit_code, source.logged)
            yield {**_number("source", source.logged_count, *cells), "source": source.source}
        for count in tally.officials:
            yield {
                "record": "official",
                "key": count.name,
                "value": count.value,
                "source": count.source,
                "link": count.link or "",
                "at": instant(count.at),
            }
        for edition in tally.editions:
            for code, total in edition.totals.items():
                yield {
                    "record": "edition",
                    "key": str(edition.number),
                    "value": edition.reason or "",
                    "at": instant(edition.cut_off),
                    "amount": self._amount(total.logged, code),
                    "unit": code,
                }
            for row in self._said(edition):
                key = f"{edition.number}:{row['key']}"
                yield {**row, "record": "edition_number", "key": key}

    def _said(self, edition: Edition) -> Iterator[Record]:
        """Every number that an edition said, in the form of the published ones."""
        numbers, first = edition.numbers, self._action.unit_code
        for name in PEOPLE:
            yield _number(name, numbers[name])
        pledges = numbers["pledges"]
        yield _number("pledges", pledges["people"], *self._in(first, pledges["amount"]))
        for code, total in edition.totals.items():
            for part in PARTS:
                count, value = getattr(total, f"{part}_count"), getattr(total, part)
                yield _number(part, count, *self._in(code, value))
        for source in numbers["sources"]:
            cells = self._in(source["unit_code"], source["logged"])
            yield {**_number("source", source["logged_count"], *cells), "source": source["source"]}
        for count in numbers["officials"]:
            told = {name: count[name] or "" for name in ("value", "source", "link", "at")}
            yield {"key": f"official:{count['name']}", **told}
        if (spot := numbers["spot"]) is not None:
            for name in SPOT_COUNTS:
                yield _number(f"spot_{name}", spot[name])
            for code, least in spot["least"].items():
                yield _number("spot_least", spot["rows"], *self._in(code, least))

    def _spot(self, spot: SpotResult) -> Iterator[Record]:
        """How the sample was drawn, so that it can be drawn again, and what it found."""
        drawn, found = spot.check, spot_numbers(spot)
        facts = {"seed": spot.seed or "", "seed_hash": spot.seal, "draw": str(drawn.number)}
        for key, value in {**facts, "drawn_at": instant(drawn.at)}.items():
            if value:
                yield {"record": "action", "key": key, "value": value}
        for number, stratum in enumerate(drawn.strata, 1):
            yield {
                "record": "stratum",
                "key": str(number),
                "value": str(stratum.sample),
                "amount": self._amount(stratum.least, stratum.unit_code),
                "drawn": self._amount(stratum.most, stratum.unit_code),
                "unit": stratum.unit_code,
            }
        for name in SPOT_COUNTS:
            yield _number(f"spot_{name}", found[name])
        for code, least in found["least"].items():
            rows = sum(s.rows for s in drawn.strata if s.unit_code == code)
            yield _number("spot_least", rows, *self._in(code, least))

    def _in(self, code: str, minor: int) -> tuple[str, str]:
        return self._amount(minor, code), code

    def _decimals(self, code: str) -> int:
        return minor_digits(code) if self._money else 0

    def _amount(self, minor: int | None, code: str) -> str:
        return "" if minor is None else f"{Decimal(minor).scaleb(-self._decimals(code)):f}"


def _number(key: str, count: int, amount: str = "", unit: str = "") -> dict[str, str]:
    value = str(count)
    return {"record": "published", "key": key, "value": value, "amount": amount, "unit": unit}


def instant(at: datetime) -> str:
    """An instant as files say it: ISO 8601 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
