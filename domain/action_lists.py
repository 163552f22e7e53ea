"""Lists of actions that everybody can ask for: what comes, what one joined, what waits for one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.actions import Action
from domain.deliveries import Post
from domain.kinds import Kind
from domain.sign_ups import SignUpState

PAGE = 6
"""Actions on a page."""

LAST_PAGE = 10_000
"""Beyond what any server announces, and what a database takes as an offset."""

KINDS = tuple(Kind)


class ActionList(StrEnum):
    """COMING is what is announced and not over, JOINED what one is in or waits for a place in.

    TO_LOG is what one is in and has logged nothing for, or nothing with a proof, while there is
    time for it.
    """

    COMING = "coming"
    JOINED = "joined"
    TO_LOG = "to_log"


LISTS = tuple(ActionList)


@dataclass(frozen=True)
class Asked:
    """Which list somebody looks at, of which kind (None: of all), and its page, from 0 on."""

    list: ActionList = ActionList.COMING
    kind: Kind | None = None
    page: int = 0


@dataclass(frozen=True)
class Listed:
    """An action in a list, where its card stands, and what the reader has to do with it.

    `logged` tells whether they have logged something; it is known in TO_LOG only.
    """

    action: Action
    sign_up: SignUpState | None = None
    logged: bool = False
    card: Post | None = None


@dataclass(frozen=True)
class ListPage:
    """A page of a list; `more` tells whether there is a further one."""

    asked: Asked
    listed: tuple[Listed, ...]
    more: bool


def write_asked(asked: Asked) -> int:
    """A number that says it, for a button to carry."""
    kind = 0 if asked.kind is None else KINDS.index(asked.kind) + 1
    return (asked.page * (len(KINDS) + 1) + kind) * len(LISTS) + LISTS.index(asked.list)


def read_asked(number: int | None) -> Asked:
    """What `write_asked` wrote; the page is at most the last that there can be."""
    rest, which = divmod(number or 0, len(LISTS))
    page, kind = divmod(rest, len(KINDS) + 1)
    return Asked(LISTS[which], KINDS[kind - 1] if kind else None, min(page, LAST_PAGE))
