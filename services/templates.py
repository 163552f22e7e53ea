"""Use cases of templates and duplicates: drafts that are laid out from what there was."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import participants
from db.queries import servers as server_queries
from db.queries import templates as queries
from domain.actions import Action
from domain.blueprints import Blueprint, blueprint_of, lay_out
from domain.errors import Gone, Refusal
from domain.seals import holds_seal, require_told_by_none, written_beside
from domain.servers import Actor, require_kind, require_organiser
from domain.templates import (
    MOST_TEMPLATES,
    Template,
    on_time,
    read_name,
    without_secrets,
)
from domain.walls import Resolved
from services.actions import Actions, Typed, filled
from services.changing import Changing
from services.clock import Clock
from services.drafts import store_draft
from services.group_commit import GroupCommit
from services.servers import Servers


class NameTaken(Refusal):
    """There is a template of that name, which could be overwritten."""

    def __init__(self, name: str) -> None:
        super().__init__("template.exists", name=name)
        self.name = name


class Templates:
    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        servers: Servers,
        actions: Actions,
        changing: Changing,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._servers = servers
        self._actions = actions
        self._changing = changing

    async def list_own(self, actor: Actor, guild_id: int) -> list[Template]:
        """The templates that the server's organisers saved, by name."""
        require_organiser(actor, await self._servers.get(guild_id))
        async with self._database.read() as conn:
            return await queries.list_templates(conn, guild_id)

    async def find(self, actor: Actor, guild_id: int, template_id: int) -> Template:
        """One of the server's own templates."""
        require_organiser(actor, await self._servers.get(guild_id))
        async with self._database.read() as conn:
            found = await queries.load_template(conn, guild_id, template_id)
        if found is None:
            raise Gone("template.gone")
        return found

    async def save(
        self,
        actor: Actor,
        guild_id: int,
        action_id: int,
        name: str,
        *,
        overwrite: bool = False,
    ) -> Template:
        """Save what an action of the actor's is made of, without what is sealed or secret.

        Raises `NameTaken` where a template has that name, in whatever case, and is not to be
        overwritten.
        """
        name = read_name(name)
        action = await self._changing.find(actor, guild_id, action_id)
        blueprint = without_secrets(blueprint_of(action))

        async def work(conn: AsyncConnection) -> Template:
            now = self._clock.now()
            # The server's row is locked by this, so that no two save at the same time.
            new_id = await server_queries.next_id(conn, guild_id)
            who = await participants.participant_of(conn, guild_id, actor.user_id, now)
            there = await queries.list_templates(conn, guild_id)
            same = next((t for t in there if t.name.casefold() == name.casefold()), None)
            if same is not None and not overwrite:
                raise NameTaken(same.name)
            if same is None and len(there) >= MOST_TEMPLATES:
                raise Refusal("template.too_many", most=MOST_TEMPLATES)
            template_id = same.template_id if same else new_id
            saved = Template(template_id, name, blueprint, now)
            await queries.save_template(conn, guild_id, saved, who, now)
            return saved

        return await self._commit.run(work)

    async def delete(self, actor: Actor, guild_id: int, template_id: int) -> Template:
        """Delete a template and return it as it was."""
        found = await self.find(actor, guild_id, template_id)
        gone = await self._commit.run(
            lambda conn: queries.delete_template(conn, guild_id, template_id)
        )
        if not gone:
            raise Gone("template.gone")
        return found

    async def blueprint_to_copy(self, actor: Actor, guild_id: int, action_id: int) -> Blueprint:
        """What a published action is made of; what is sealed only for its organisers."""
        server = await self._servers.get(guild_id)
        require_organiser(actor, server)
        action = await self._actions.find_whole(guild_id, action_id)
        require_kind(server, action.kind)
        blueprint = blueprint_of(action)
        return blueprint if holds_seal(actor, action) else without_secrets(blueprint)

    async def draft(
        self, actor: Actor, guild_id: int, blueprint: Blueprint, typed: Typed, *, language: str
    ) -> Action:
        """Store a draft after a blueprint, with what was typed in place of what it says.

        Without an end it takes as long as the blueprint.
        """
        server = await self._servers.get(guild_id)
        require_organiser(actor, server)
        require_kind(server, typed.kind)

        async def work(conn: AsyncConnection) -> Action:
            now = self._clock.now()
            await server_queries.ensure_server(conn, guild_id, now)
            laid = lay_out(
                replace(blueprint, plan=blueprint.plan or server.plan),
                typed.starts,
                guild_id=guild_id,
                organiser_id=await participants.participant_of(conn, guild_id, actor.user_id, now),
                organiser_user_id=actor.user_id,
                now=now,
            )
            ends = typed.ends
            if ends is None and laid.ends is not None:
                ends = Resolved(laid.ends, laid.ends_at)
            draft = filled(laid, replace(typed, ends=ends), language)
            draft = replace(draft, log_until=draft.ends_at + blueprint.log_window)
            require_told_by_none(draft, written_beside(draft), now)
            draft = on_time(draft, now)
            model = blueprint.model_id
            return await store_draft(
                conn, draft, posters_of=model, uses=blueprint.posters, translated_as=[model]
            )

        return await self._commit.run(work)
