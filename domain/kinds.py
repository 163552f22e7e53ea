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
    STREAM = "stream"
    VOTE = "vote"
    PROJECT = "project"
    ATTENDANCE = "attendance"
    SUBMISSION = "submission"
    CUSTOM = "custom"


class Unit(StrEnum):
    """What a contribution's amount counts. MONEY is in minor units of the action's currency."""

    MONEY = "money"
    POSTS = "posts"
    STREAMS = "streams"
    VOTES = "votes"
    TASKS = "tasks"
    PEOPLE = "people"
    ENTRIES = "entries"
    CUSTOM = "custom"


class ProofKind(StrEnum):
    """Evidence that can accompany a contribution."""

    CODE = "code"
    LINK = "link"
    IMAGE = "image"
    MESSAGE = "message"
    """One's own message on Discord."""

    FILE = "file"


class Feature(StrEnum):
    """Parts that actions of a kind can have beside their fields (see `domain.parts`)."""

    SHIFTS = "shifts"
    TASKS = "tasks"
    APPS = "apps"


class FieldKind(StrEnum):
    """How a field's text is read, checked and stored (see `domain.fields`)."""

    TAG = "tag"
    TEXT = "text"
    URL = "url"
    CURRENCY = "currency"
    GOAL = "goal"
    BASELINE = "baseline"
    CAP = "cap"
    LINKS = "links"
    """Addresses, one a line."""

    AMOUNT = "amount"
    """An amount in the action's unit that is only shown."""

    RATES = "rates"
    """What a unit of each further currency is worth in the first one, one a line."""

    SECRET = "secret"  # noqa: S105 - a kind of field
    """A word that organisers know and others prove to have been told: never shown to them."""

    UNIT = "unit"
    """What is counted, in the organiser's own words."""


@dataclass(frozen=True)
class Field:
    """One field of the kind's modal. `name` is also its key in the catalogue and in storage."""

    name: str
    kind: FieldKind
    required: bool = False
    max_length: int = 100
    paragraph: bool = False
    sealed: bool = False
    """Shown to the action's organisers only, until the reveal; for good without an `own_line`."""

    page: int = 1
    """Which of the kind's two forms asks for it: a Discord modal holds five inputs."""

    needs: str | None = None
    """The field that has to be filled in too where this one is."""

    own_line: bool = True
    """A text that has a line of its own on the card, rather than a place in another one."""


@dataclass(frozen=True)
class KindRules:
    """Everything that differs between kinds.

    `duration` is how long an action lasts when no end is given; `log_window` is how long after
    the end contributions are still taken. `proof` is what the modal asks for. `default_cap` is
    the largest amount of one contribution that is counted without a check, in the unit. Where
    there is none, as with money, whose units differ so much in worth, the action's goal stands
    in for it, or without a goal `unlikely_above`, in whole units of the currency.
    At most five fields a page: a Discord modal holds no more. `once` says that one person
    contributes at most one, as with coming to a place. `steps` are the buttons of the card
    while contributions are taken, the first of them in place of *Log it*.
    """

    unit: Unit
    fields: tuple[Field, ...]
    proof: ProofKind
    duration: timedelta
    log_window: timedelta
    log_lead: timedelta | None = timedelta(0)
    """How long before the moment contributions are taken as they are; None from publishing on."""

    reminds_of_end: bool = False
    """Its end is a deadline, and what is done until then can be done from publishing on."""

    default_cap: int | None = None
    unlikely_above: int | None = None
    daily_cap: bool = False
    """The cap is for what one person logs in 24 hours, not for one contribution."""

    once: bool = False
    pledges: bool = False
    """Whoever signs up may say how much they intend to contribute."""

    features: frozenset[Feature] = frozenset()
    steps: tuple[str, ...] = ("log",)
    setup_steps: tuple[str, ...] = ()
    """The buttons with which organisers set up what is the kind's own."""

    run_steps: tuple[str, ...] = ()
    """The buttons with which organisers run what is the kind's own, once it is published."""

    early_steps: tuple[str, ...] = ()
    """The buttons beside *I'm in* before the moment."""

    alike_pictures: bool = False
    """Its screenshots all look alike whoever took them, so that a likeness means nothing."""

    one_layout: bool = False
    """Its pictures, as one charity's receipts or a player's screens, differ in details alone.

    Rescaled and recompressed copies are told by these (see `domain.looks`), cropped ones are not.
    """

    accent: int = 0x5865F2
    """Colour of the card, 0xRRGGBB."""

    @property
    def from_the_moment(self) -> bool:
        """Whether all that counts is done from the moment on, so that an earlier post is none."""
        return self.log_lead == timedelta(0)


CHECK_IN_LEAD = timedelta(hours=2)
"""How long before the start people can check in: they come early, and queue."""

KINDS: dict[Kind, KindRules] = {
    Kind.FUNDRAISER: KindRules(
        unit=Unit.MONEY,
        fields=(
            Field("link", FieldKind.URL, required=True, max_length=400),
            Field("currency", FieldKind.CURRENCY, required=True, max_length=60),
            Field("goal", FieldKind.GOAL, max_length=40),
            Field("baseline", FieldKind.BASELINE, max_length=40),
            Field("cap", FieldKind.CAP, max_length=40),
            Field(
                "rates",
                FieldKind.RATES,
                max_length=300,
                paragraph=True,
                page=2,
                needs="rates_source",
            ),
            Field("rates_source", FieldKind.TEXT, max_length=200, page=2, own_line=False),
            Field(
                "matcher",
                FieldKind.TEXT,
                max_length=100,
                page=2,
                needs="match_limit",
                own_line=False,
            ),
            Field("match_limit", FieldKind.AMOUNT, max_length=40, page=2, needs="matcher"),
        ),
        proof=ProofKind.CODE,
        duration=timedelta(hours=24),
        log_window=timedelta(hours=24),
        unlikely_above=1_000_000,
        setup_steps=("edit_more",),
        pledges=True,
        one_layout=True,
        accent=0x2E9E6B,
    ),
    Kind.HASHTAG: KindRules(
        unit=Unit.POSTS,
        fields=(
            Field("tag", FieldKind.TAG, required=True, max_length=100, sealed=True),
            Field("prompt", FieldKind.TEXT, max_length=300, paragraph=True),
            Field("goal", FieldKind.GOAL, max_length=40),
            Field("cap", FieldKind.CAP, max_length=40),
            Field("pace", FieldKind.TEXT, max_length=300),
            Field("reserve", FieldKind.TAG, max_length=100, sealed=True, page=2, own_line=False),
        ),
        proof=ProofKind.LINK,
        duration=timedelta(hours=2),
        log_window=timedelta(hours=24),
        default_cap=300,
        setup_steps=("tag",),
        pledges=True,
        accent=0xB4499D,
    ),
    Kind.STREAM: KindRules(
        unit=Unit.STREAMS,
        fields=(
            Field("links", FieldKind.LINKS, required=True, max_length=1500, paragraph=True),
            Field("guide", FieldKind.TEXT, max_length=600, paragraph=True),
            Field("goal", FieldKind.GOAL, max_length=40),
            Field("cap", FieldKind.CAP, max_length=40),
        ),
        proof=ProofKind.LINK,
        duration=timedelta(hours=24),
        log_window=timedelta(hours=24),
        default_cap=300,
        daily_cap=True,
        features=frozenset({Feature.SHIFTS}),
        setup_steps=("shift_grid",),
        steps=("log", "shifts"),
        early_steps=("shifts",),
        pledges=True,
        one_layout=True,
        accent=0x1E8E9E,
    ),
    Kind.VOTE: KindRules(
        unit=Unit.VOTES,
        fields=(
            Field("guide", FieldKind.TEXT, max_length=600, paragraph=True),
            Field("goal", FieldKind.GOAL, max_length=40),
        ),
        proof=ProofKind.LINK,
        duration=timedelta(days=7),
        log_window=timedelta(hours=24),
        unlikely_above=1_000,
        features=frozenset({Feature.APPS}),
        setup_steps=("apps",),
        steps=("ticks",),
        alike_pictures=True,
        accent=0xD0572B,
    ),
    Kind.PROJECT: KindRules(
        unit=Unit.TASKS,
        fields=(
            Field("brief", FieldKind.TEXT, required=True, max_length=600, paragraph=True),
            Field("link", FieldKind.URL, max_length=400),
        ),
        proof=ProofKind.LINK,
        duration=timedelta(days=14),
        log_window=timedelta(hours=24),
        log_lead=None,
        reminds_of_end=True,
        default_cap=1,
        features=frozenset({Feature.TASKS, Feature.SHIFTS}),
        setup_steps=("task_list", "shift_grid"),
        steps=("tasks", "shifts"),
        early_steps=("tasks", "shifts"),
        accent=0x7A5AC8,
    ),
    Kind.ATTENDANCE: KindRules(
        unit=Unit.PEOPLE,
        fields=(
            Field("place", FieldKind.TEXT, required=True, max_length=300),
            Field("link", FieldKind.URL, max_length=400),
            Field("notes", FieldKind.TEXT, max_length=600, paragraph=True),
            Field("code", FieldKind.SECRET, max_length=20),
        ),
        proof=ProofKind.CODE,
        duration=timedelta(hours=3),
        log_window=timedelta(hours=12),
        log_lead=CHECK_IN_LEAD,
        default_cap=1,
        once=True,
        steps=("check_in",),
        run_steps=("ticking",),
        early_steps=("check_in",),
        accent=0x3B7DD8,
    ),
    Kind.SUBMISSION: KindRules(
        unit=Unit.ENTRIES,
        fields=(
            Field("recipient", FieldKind.TEXT, required=True, max_length=200),
            Field("rules", FieldKind.TEXT, required=True, max_length=700, paragraph=True),
            Field("link", FieldKind.URL, max_length=400),
            Field("goal", FieldKind.GOAL, max_length=40),
        ),
        proof=ProofKind.LINK,
        duration=timedelta(days=14),
        log_window=timedelta(0),
        log_lead=None,
        reminds_of_end=True,
        default_cap=1,
        steps=("enter",),
        run_steps=("entries_page",),
        early_steps=("enter",),
        accent=0xC9962B,
    ),
    Kind.CUSTOM: KindRules(
        unit=Unit.CUSTOM,
        fields=(
            Field("unit", FieldKind.UNIT, required=True, max_length=30),
            Field("guide", FieldKind.TEXT, max_length=600, paragraph=True),
            Field("link", FieldKind.URL, max_length=400),
            Field("goal", FieldKind.GOAL, max_length=40),
            Field("cap", FieldKind.CAP, max_length=40),
        ),
        proof=ProofKind.LINK,
        duration=timedelta(hours=24),
        log_window=timedelta(hours=24),
        unlikely_above=1_000,
        pledges=True,
        accent=0x5865F2,
    ),
}


def rules(kind: Kind) -> KindRules:
    """The row of the table for this kind."""
    return KINDS[kind]
