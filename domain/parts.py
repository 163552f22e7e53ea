"""What an action has beside its own values: options, apps, shifts, tasks, official counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.official_counts import OfficialCount
from domain.posters import Poster
from domain.shifts import Shift
from domain.sign_ups import SignUpOption
from domain.tasks import Task
from domain.totals import Total
from domain.translations import Translation
from domain.votes import VoteApp


@dataclass(frozen=True)
class Parts:
    """The parts of one action, as they stood when they were read.

    `co_organisers` are Discord user ids. `totals` are by unit code; they are read for
    fundraisers in several currencies only. `officials` are the official counts that stand.
    """

    options: tuple[SignUpOption, ...] = ()
    co_organisers: tuple[int, ...] = ()
    apps: tuple[VoteApp, ...] = ()
    shifts: tuple[Shift, ...] = ()
    tasks: tuple[Task, ...] = ()
    officials: tuple[OfficialCount, ...] = ()
    totals: Mapping[str, Total] = field(default_factory=dict[str, Total])
    translations: Mapping[str, Translation] = field(default_factory=dict[str, Translation])
    """By language, those of the language channels among them."""

    roles: Mapping[str, int] = field(default_factory=dict[str, int])
    """The roles of those who signed up in a language channel, by language."""

    posters: tuple[Poster, ...] = ()


NO_PARTS = Parts()
