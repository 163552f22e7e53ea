"""The kinds of action, as data: unit, fields, proof rule, limits and time frame of each.

Wording follows from the kind's name by catalogue keys (`kind.<name>.…`), so a further kind is a
row here and its sentences in the catalogues.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Kind(StrEnum):
    FUNDRAISER = "fundraiser"
    HASHTAG = "hashtag"


class Unit(StrEnum):
    """What a contribution's amount counts. MONEY is in minor units of the action's currency."""

    MONEY = "money"
    POSTS = "posts"


class ProofKind(StrEnum):
    """Evidence that can accompany a contribution."""

    CODE = "code"
    LINK = "link"


class FieldKind(StrEnum):
    """How a field's text is read, checked and stored (see `domain.fields`)."""

    TAG = "tag"
    TEXT = "text"
    URL = "url"
    CURRENCY = "currency"
    GOAL = "goal"
    BASELINE = "baseline"
    CAP = "cap"


@dataclass(frozen=True)
class Field:
    """One field of the kind's modal. `name` is also its key in the catalogue and in storage."""

    name: str
    kind: FieldKind
    required: bool = False
    max_length: int = 100
    paragraph: bool = False
    sealed: bool = False
    """Shown to the action's organisers only, until the reveal."""


@dataclass(frozen=True)
class KindRules:
    """Everything that differs between kinds.

    `duration` is how long an action lasts when no end is given; `log_window` is how long after
    the end contributions are still taken. `proof` is what the modal asks for. `default_cap` is
    the largest amount of one contribution that is counted without a check, in the unit. Where
    there is none, as with money, whose units differ so much in worth, the action's goal stands
    in for it, or without a goal `unlikely_above`, in whole units of the currency.
    At most five fields: a Discord modal holds no more.
    """

    unit: Unit
    fields: tuple[Field, ...]
    proof: ProofKind
    duration: timedelta
    log_window: timedelta
    default_cap: int | None = None
    unlikely_above: int | None = None
    accent: int = 0x5865F2
    """Colour of the card, 0xRRGGBB."""


KINDS: dict[Kind, KindRules] = {
    Kind.FUNDRAISER: KindRules(
        unit=Unit.MONEY,
        fields=(
            Field("link", FieldKind.URL, required=True, max_length=400),
            Field("currency", FieldKind.CURRENCY, required=True, max_length=3),
            Field("goal", FieldKind.GOAL, max_length=40),
            Field("baseline", FieldKind.BASELINE, max_length=40),
            Field("cap", FieldKind.CAP, max_length=40),
        ),
        proof=ProofKind.CODE,
        duration=timedelta(hours=24),
        log_window=timedelta(hours=24),
        unlikely_above=1_000_000,
        accent=0x2E9E6B,
    ),
    Kind.HASHTAG: KindRules(
        unit=Unit.POSTS,
        fields=(
            Field("tag", FieldKind.TAG, required=True, max_length=100, sealed=True),
            Field("prompt", FieldKind.TEXT, max_length=300, paragraph=True),
            Field("goal", FieldKind.GOAL, max_length=40),
            Field("cap", FieldKind.CAP, max_length=40),
        ),
        proof=ProofKind.LINK,
        duration=timedelta(hours=2),
        log_window=timedelta(hours=24),
        default_cap=300,
        accent=0xB4499D,
    ),
}


def rules(kind: Kind) -> KindRules:
    """The row of the table for this kind."""
    return KINDS[kind]
