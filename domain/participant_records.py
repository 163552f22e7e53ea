"""The rows of the file of an action's participants, for its organisers alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

from domain.actions import Action
from domain.kinds import Unit
from domain.ledger import Check, Contribution, change_total, standing
from domain.money import minor_digits
from domain.participants import Listed
from domain.shifts import Shift
from domain.sign_ups import SignUp, SignUpState
from domain.tally_records import instant
from domain.tally_writing import harmless
from domain.totals import NO_TOTAL, Total
from domain.zones import zone_info

FIRST_COLUMNS = (
    *("place", "user_id", "mention", "public_name", "state", "option", "language"),
    *("shifts", "pledged", "unit", "since", "since_here"),
)
"""`since` is in UTC, `since_here` by the clock of the server."""

PARTS = ("logged", "proved", "verified", "held", "not_counted")
"""What is told of each unit of the action."""

NOT_SIGNED_UP = "not_signed_up"
"""The state of somebody who logged something without signing up."""

Cell = str | int | Decimal
Totals = Mapping[int, Mapping[str, Total]]
"""What people contributed, by participant id and unit code."""


class FileForm(StrEnum):
    """In which form an action's participants are written."""

    CSV = "csv"
    XLSX = "xlsx"


def totals_of(given: Iterable[tuple[Contribution, Check | None]]) -> Totals:
    """Add up what people contributed, each contribution with the check that decides on it."""
    found: dict[int, dict[str, Total]] = {}
    for contribution, check in given:
        theirs = found.setdefault(contribution.participant_id, {})
        code = contribution.unit_code
        where = standing(contribution, check)
        theirs[code] = change_total(theirs.get(code, NO_TOTAL), None, where)
    return found


class ParticipantRecords:
    """Makes a row of cells for each person. Amounts are exact, in people's unit."""

    def __init__(self, action: Action, zone: str) -> None:
        self._action = action
        self._money = action.unit is Unit.MONEY
        self._units = action.currencies if self._money else (action.unit_code,)
        self._zone = zone_info(zone)
        self._options = {option.option_id: option.label for option in action.parts.options}

    @property
    def columns(self) -> tuple[str, ...]:
        """The headings. Where there are several currencies, each has columns of its own."""
        several = len(self._units) > 1
        amounts = (f"{part}_{code}" if several else part for code in self._units for part in PARTS)
        return (*FIRST_COLUMNS, *amounts)

    def signed_up(
        self,
        listed: Iterable[Listed],
        shifts: Mapping[int, Sequence[Shift]],
        totals: Totals,
    ) -> Iterable[list[Cell]]:
        """The rows of people who signed up, with their shifts and what they contributed."""
        code = self._action.unit_code
        for each in listed:
            sign_up = each.sign_up
            who = sign_up.participant_id
            pledged = "" if sign_up.pledged is None else self._amount(sign_up.pledged, code)
            yield [
                sign_up.place,
                *_person(each.user_id, each.public_name),
                sign_up.state.value,
                harmless(self._option(sign_up)),
                sign_up.language,
                "; ".join(map(_span, shifts.get(who, ()))),
                pledged,
                code,
                instant(each.since),
                f"{each.since.astimezone(self._zone):%Y-%m-%d %H:%M}",
                *self._amounts(totals.get(who, {})),
            ]

    def others(
        self, people: Iterable[tuple[int, int | None, str | None]], totals: Totals
    ) -> Iterable[list[Cell]]:
        """The rows of people who did not: participant id, user id and public name of each."""
        for who, user_id, name in people:
            signed_up = ("", "", "", "", self._action.unit_code, "", "")
            amounts = self._amounts(totals.get(who, {}))
            yield ["", *_person(user_id, name), NOT_SIGNED_UP, *signed_up, *amounts]

    def _option(self, sign_up: SignUp) -> str:
        if sign_up.option_id is None or sign_up.state is SignUpState.LEFT:
            return ""
        return self._options.get(sign_up.option_id, "")

    def _amounts(self, totals: Mapping[str, Total]) -> list[Cell]:
        return [
            self._amount(getattr(totals.get(code, NO_TOTAL), part), code)
            for code in self._units
            for part in PARTS
        ]

    def _amount(self, minor: int, code: str) -> Decimal:
        return Decimal(minor).scaleb(-(minor_digits(code) if self._money else 0))


def _span(shift: Shift) -> str:
    """When a shift is, as ISO 8601 writes an interval."""
    return f"{instant(shift.starts_at)}/{instant(shift.ends_at)}"


def _person(user_id: int | None, name: str | None) -> tuple[str, str, str]:
    """Ids are texts: as numbers, spreadsheets round them."""
    if user_id is None:
        return "", "", ""
    return str(user_id), f"<@{user_id}>", harmless(name or "")
