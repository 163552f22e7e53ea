"""Use cases of an open call's entries: handing one in, and looking through them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as action_queries
from db.queries import ledger, participants
from db.queries.attachments import insert_attachments, load_attachments
from db.queries.given import count_given, nth_given
from domain.actions import Action
from domain.entries import (
    MOST_ENTRIES,
    EntryFile,
    require_files,
    require_something,
    safe_name,
    safe_type,
)
from domain.errors import Gone, Refusal
from domain.evidence import Evidence, evidence_of
from domain.kinds import ProofKind
from domain.ledger import Contribution, Standing, standing
from domain.openings import require_logging_open
from domain.pictures import Picture
from domain.servers import Actor, require_reviewer
from services.clock import Clock
from services.flagging import Given, flag_new
from services.group_commit import GroupCommit
from services.ledger import Entry, Logged, enter
from services.pictures import look_at
from services.redraws import Redraws
from services.servers import Servers

ENTER = "enter"
"""The step of kinds to which people send entries."""


@dataclass(frozen=True)
class ShownEntry:
    """One entry as organisers see it; `index` is from 0 to `total` - 1.

    `user_id` is None where its author was deleted, `proofs` and `files` are empty once purged.
    """

    action: Action
    contribution: Contribution
    standing: Standing
    user_id: int | None
    proofs: Mapping[str, str]
    files: Sequence[EntryFile]
    index: int
    total: int


class Entries:
    """Entries are taken from publishing on until the call's end, and held thereafter."""

    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        servers: Servers,
        redraws: Redraws,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._servers = servers
        self._redraws = redraws

    async def find_open(self, guild_id: int, action_id: int) -> Action:
        """A call that takes entries now, late or not."""
        async with self._database.read() as conn:
            return await self._load_open(conn, guild_id, action_id, lock=False)

    async def enter(
        self,
        actor: Actor,
        guild_id: int,
        action_id: int,
        *,
        caption: str = "",
        link: str = "",
        files: Sequence[EntryFile] = (),
    ) -> Logged:
        """Take an entry: a link or up to three files of 8 MiB each, with an optional caption.

        `link` is as `domain.fields.read_proof` returned it, or empty for none. Where the same
        person sent the same before, or it comes late, it is held for a check.
        """
        require_something(link, len(files))
        require_files([len(file.data) for file in files])
        named = [EntryFile(safe_name(f.name), safe_type(f.content_type), f.data) for f in files]
        kept = await look_at(named)
        evidence = (*evidence_of(ProofKind.LINK, link), *_evidence_in(kept))
        entry = Entry(actor.user_id, 1, evidence[0].kind, evidence, caption)

        async def work(conn: AsyncConnection) -> Logged:
            now = self._clock.now()
            action = await self._load_open(conn, guild_id, action_id, lock=True)
            who = await participants.participant_of(conn, guild_id, actor.user_id, now)
            if await count_given(conn, guild_id, action_id, who) >= MOST_ENTRIES:
                raise Refusal("entries.too_many", limit=MOST_ENTRIES)
            (logged,) = await enter(conn, action, [entry], now)
            await insert_attachments(conn, guild_id, action_id, logged.contribution, kept)
            await flag_new(conn, action, [Given(logged.contribution, (), kept)], now)
            return logged

        logged = await self._commit.run(work)
        self._redraws.request(guild_id, action_id)
        return logged

    async def show(
        self, actor: Actor, guild_id: int, action_id: int, index: int = 0
    ) -> ShownEntry | Action:
        """The entry at a place from 0 on, oldest first; the call alone where there is none.

        Withdrawn ones are left out. For those who check contributions. A place behind the last
        one means the last.
        """
        require_reviewer(actor, await self._servers.get(guild_id))
        async with self._database.read() as conn:
            action = await action_queries.load_action(conn, guild_id, action_id)
            if action is None or not action.announced(self._clock.now()):
                raise Gone("refused.no_such_action")
            _require_entries(action)
            total = action.total
            count = total.logged_count + total.held_count + total.not_counted_count
            index = min(index, count - 1)
            found = await nth_given(conn, guild_id, action_id, index) if count else None
            if found is None:
                return action
            check = await ledger.last_check(conn, guild_id, found.contribution_id)
            return ShownEntry(
                action,
                found,
                standing(found, check),
                await participants.user_of(conn, guild_id, found.participant_id),
                await ledger.load_proofs(conn, guild_id, found.contribution_id),
                await load_attachments(conn, guild_id, found.contribution_id),
                index,
                count,
            )

    async def _load_open(
        self, conn: AsyncConnection, guild_id: int, action_id: int, *, lock: bool
    ) -> Action:
        action = await action_queries.load_action(conn, guild_id, action_id, lock=lock)
        if action is None:
            raise Gone("refused.no_such_action")
        require_logging_open(action, self._clock.now())
        _require_entries(action)
        return action


def _require_entries(action: Action) -> None:
    if ENTER not in action.rules.steps:
        raise Refusal("entries.not_here", title=action.title)


def _evidence_in(files: Sequence[Picture]) -> tuple[Evidence, ...]:
    """The evidence in an entry's files: their names, and a digest of all that is in them."""
    if not files:
        return ()
    digest = hashlib.sha256()
    for file in files:
        digest.update(bytes.fromhex(file.digest))
    names = ", ".join(file.name for file in files)
    return (Evidence(ProofKind.FILE, names, digest.hexdigest()),)
