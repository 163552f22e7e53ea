"""Use cases of an action: drafting, changing the draft, publishing, discarding, finding."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as queries
from db.queries import participants
from db.queries import servers as server_queries
from db.queries.audit import write_down
from db.queries.series import delete_unused_series
from domain.actions import Action, ActionState
from domain.audit import Act
from domain.drafts import fingerprint, require_publishable
from domain.errors import Gone, NotAllowed, Refusal
from domain.fields import read_fields, read_title, require_sealed
from domain.kinds import Kind, rules
from domain.managing import manages
from domain.milestones import without_amounts
from domain.plans import plan_deliveries
from domain.seals import moved_reveal, require_change_tells_nothing, require_untold
from domain.servers import Actor, is_organiser, require_kind, require_organiser
from domain.walls import Resolved
from services.clock import Clock
from services.dispatcher import Dispatcher
from services.group_commit import GroupCommit
from services.language_channels import require_no_language
from services.milestones import aim_anew
from services.planning import owe, owe_event
from services.series_start import anchor_series
from services.servers import Servers
from services.shift_claims import move_shifts

SEED_BYTES = 16
"""So many that nobody can guess a seed by its hash."""

CHANGEABLE = frozenset({ActionState.SCHEDULED, ActionState.OPEN, ActionState.PAUSED})
"""The stored states of published actions that can still be changed."""


@dataclass(frozen=True)
class Typed:
    """What an organiser typed for an action, with its times already read.

    `texts` are the kind's fields by name, as typed; without an end the kind's duration holds.
    """

    kind: Kind
    title: str
    starts: Resolved
    ends: Resolved | None
    capacity: int | None
    texts: Mapping[str, str]


class PreviewOutdated(Refusal):
    """The draft has changed since the preview that its organiser wants to publish."""

    def __init__(self, draft: Action) -> None:
        super().__init__("publish.changed")
        self.draft = draft


class Actions:
    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        servers: Servers,
        dispatcher: Dispatcher,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._servers = servers
        self._dispatcher = dispatcher

    async def draft(self, actor: Actor, guild_id: int, typed: Typed, *, language: str) -> Action:
        """Store a new draft; raises `Refusal` for what can't be taken as typed."""
        server = await self._servers.get(guild_id)
        require_organiser(actor, server)
        require_kind(server, typed.kind)
        now = self._clock.now()
        draft = filled(
            Action(
                guild_id=guild_id,
                action_id=0,
                kind=typed.kind,
                title="",
                state=ActionState.DRAFT,
                organiser_id=0,
                organiser_user_id=actor.user_id,
                starts=typed.starts.wall,
                starts_at=typed.starts.at,
                ends=None,
                ends_at=typed.starts.at,
                log_until=typed.starts.at,
                unit_code="",
                created_at=now,
                grants_role=server.grants_roles,
                plan=server.plan,
            ),
            typed,
            language,
        )

        async def work(conn: AsyncConnection) -> Action:
            await server_queries.ensure_server(conn, guild_id, now)
            stored = replace(
                draft,
                action_id=await server_queries.next_id(conn, guild_id),
                organiser_id=await participants.participant_of(conn, guild_id, actor.user_id, now),
            )
            await queries.insert_action(conn, stored)
            return stored

        return await self._commit.run(work)

    async def redraft(
        self, actor: Actor, guild_id: int, action_id: int, typed: Typed, *, language: str
    ) -> Action:
        """Change a draft to what was typed now."""
        server = await self._servers.get(guild_id)
        require_organiser(actor, server)

        async def work(conn: AsyncConnection) -> Action:
            draft = await self._own_draft(conn, actor, guild_id, action_id)
            changed = filled(draft, typed, language)
            changed = replace(changed, reveal=moved_reveal(draft, changed))
            require_change_tells_nothing(draft, changed, (), self._clock.now())
            await queries.update_action(conn, changed)
            await move_shifts(conn, draft, changed, self._clock.now())
            return await self._own_draft(conn, actor, guild_id, action_id)

        return await self._commit.run(work)

    async def publish(
        self, actor: Actor, guild_id: int, action_id: int, *, shown: int | None = None
    ) -> Action:
        """Give the draft its number and owe all its messages, in one transaction.

        `shown` is the fingerprint of the draft as its organiser saw it; raises `PreviewOutdated`
        where it is another one now.
        """
        server = await self._servers.get(guild_id)
        require_organiser(actor, server)

        async def work(conn: AsyncConnection) -> Action:
            now = self._clock.now()
            draft = await self._own_draft(conn, actor, guild_id, action_id)
            if shown is not None and shown != fingerprint(draft):
                raise PreviewOutdated(draft)
            if draft.channel_id is None and server.announce_channel_id is None:
                raise Refusal("publish.no_channel")
            require_publishable(draft, now)
            draft = await anchor_series(conn, draft, now)
            return await publish_draft(conn, draft, now, by=actor.user_id)

        action = await self._commit.run(work)
        self._dispatcher.wake()
        return action

    async def discard(self, actor: Actor, guild_id: int, action_id: int) -> Action:
        """Delete a draft and return it as it was."""
        require_organiser(actor, await self._servers.get(guild_id))

        async def work(conn: AsyncConnection) -> Action:
            draft = await self._own_draft(conn, actor, guild_id, action_id)
            await queries.delete_draft(conn, guild_id, action_id)
            if draft.series_id is not None:
                await delete_unused_series(conn, guild_id, draft.series_id)
            return draft

        return await self._commit.run(work)

    async def find_draft(self, actor: Actor, guild_id: int, action_id: int) -> Action:
        """A draft of the actor's (any draft, for a moderator)."""
        require_organiser(actor, await self._servers.get(guild_id))
        async with self._database.read() as conn:
            return await self._own_draft(conn, actor, guild_id, action_id, lock=False)

    async def find_whole(self, guild_id: int, action_id: int) -> Action:
        """An action that the server knows of, with its parts."""
        return await self._find(guild_id, action_id, whole=True)

    async def find(self, guild_id: int, action_id: int) -> Action:
        """An action that the server knows of: it is published, and announced by now."""
        return await self._find(guild_id, action_id)

    async def _find(self, guild_id: int, action_id: int, *, whole: bool = False) -> Action:
        async with self._database.read() as conn:
            action = await queries.load_action(conn, guild_id, action_id, whole=whole)
        if action is None or not action.announced(self._clock.now()):
            raise Gone("refused.no_such_action")
        return action

    async def search(
        self,
        guild_id: int,
        text: str,
        *,
        states: Collection[ActionState],
        kinds: Collection[Kind] | None = None,
        limit: int = 25,
    ) -> list[Action]:
        """Actions that the server knows of whose number or title fits the text, newest first."""
        async with self._database.read() as conn:
            return await queries.list_actions(
                conn,
                guild_id,
                states=states,
                search=text,
                announced_by=self._clock.now(),
                kinds=kinds,
                limit=limit,
            )

    async def search_managed(
        self, actor: Actor, guild_id: int, text: str, *, over: bool = False, limit: int = 25
    ) -> list[Action]:
        """Published actions that the actor may change, newest first; final ones only if `over`."""
        if not is_organiser(actor, await self._servers.get(guild_id)):
            return []
        async with self._database.read() as conn:
            who = None
            if not actor.manages_server:
                who = await participants.find_participant(conn, guild_id, actor.user_id)
                if who is None:
                    return []
            return await queries.list_actions(
                conn,
                guild_id,
                states=CHANGEABLE | {ActionState.FINAL} if over else CHANGEABLE,
                search=text,
                runner_id=who,
                unfinished_at=None if over else self._clock.now(),
                limit=limit,
            )

    async def search_drafts(
        self, actor: Actor, guild_id: int, text: str, *, limit: int = 25
    ) -> list[Action]:
        """The actor's own drafts (all of the server's, for a moderator), newest first."""
        async with self._database.read() as conn:
            who = None
            if not actor.manages_server:
                who = await participants.find_participant(conn, guild_id, actor.user_id)
                if who is None:
                    return []
            return await queries.list_actions(
                conn,
                guild_id,
                states=(ActionState.DRAFT,),
                search=text,
                organiser_id=who,
                limit=limit,
            )

    async def _own_draft(
        self,
        conn: AsyncConnection,
        actor: Actor,
        guild_id: int,
        action_id: int,
        *,
        lock: bool = True,
    ) -> Action:
        draft = await queries.load_action(conn, guild_id, action_id, lock=lock, whole=True)
        if draft is None:
            raise Gone("refused.no_such_draft")
        if draft.state is not ActionState.DRAFT:
            if not draft.announced(self._clock.now()) and not manages(actor, draft):
                raise Gone("refused.no_such_draft")
            raise Refusal("refused.published_already", number=str(draft.number), title=draft.title)
        if draft.organiser_user_id != actor.user_id and not actor.manages_server:
            raise NotAllowed("refused.not_your_draft")
        return draft


async def publish_draft(
    conn: AsyncConnection, draft: Action, now: datetime, *, by: int | None
) -> Action:
    """Give a draft its number and its seed, and owe all its messages.

    `by` is None where time does it. The announcement seals the seed before anything is logged.
    A draft whose channel has become a language channel is refused, as its card would stand there
    twice; by time it goes to the server's own channel.
    """
    ids = (draft.guild_id, draft.action_id)
    try:
        await require_no_language(conn, draft.guild_id, draft.channel_id)
    except Refusal:
        if by is not None:
            raise
        draft = replace(draft, channel_id=None)
        await queries.update_action(conn, draft)
    number = await server_queries.next_action_number(conn, draft.guild_id)
    later = draft.announce is not None and draft.announce.at > now
    state = ActionState.SCHEDULED if later else ActionState.OPEN
    seed = secrets.token_hex(SEED_BYTES)
    await queries.mark_published(conn, *ids, number, now, state, seed=seed)
    action = replace(draft, number=number, state=state, published_at=now, seed=seed)
    await owe(conn, *ids, list(plan_deliveries(action, now)), now)
    await owe_event(conn, action, now)
    await aim_anew(conn, action)
    await write_down(conn, *ids, Act.PUBLISHED, now, user_id=by)
    return action


def filled(draft: Action, typed: Typed, language: str) -> Action:
    """The action with what was typed for it; raises `Refusal` for what can't be taken."""
    kind = rules(typed.kind)
    read = read_fields(kind, typed.texts, language, draft.fields)
    ends_at = typed.ends.at if typed.ends else typed.starts.at + kind.duration
    if ends_at <= typed.starts.at:
        raise Refusal("when.end_before_start")
    title = read_title(typed.title)
    require_sealed(kind, title, read.texts)
    same_unit = draft.unit_code in ("", read.unit_code)
    action = replace(
        draft,
        plan=draft.plan if same_unit else without_amounts(draft.plan),
        kind=typed.kind,
        title=title,
        starts=typed.starts.wall,
        starts_at=typed.starts.at,
        ends=typed.ends.wall if typed.ends else None,
        ends_at=ends_at,
        log_until=ends_at + kind.log_window,
        unit_code=read.unit_code,
        goal=read.goal,
        baseline=read.baseline,
        cap=read.cap,
        capacity=typed.capacity,
        fields=read.texts,
    )
    require_untold(action)
    return action
