"""Use cases of a server's settings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import servers as queries
from db.queries.held import release_held
from db.queries.thanks import owe_everybody
from domain.errors import Refusal
from domain.message_plans import MessagePlan
from domain.quiet import QuietHours
from domain.servers import (
    Actor,
    RolePurpose,
    Server,
    grants_rights_by_thanks,
    require_moderator,
)
from domain.zones import known_zone
from services.clock import Clock
from services.group_commit import GroupCommit, owes_more


class Servers:
    """Reads and changes settings; keeps those it has read, since every click needs them."""

    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        *,
        default_language: str,
        default_zone: str | None,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._default_language = default_language
        self._default_zone = default_zone
        self._known: dict[int, Server] = {}

        self.when_shown: Callable[[int], Awaitable[None]] | None = None
        """Is told of a server in which it changed who sees how actions under way stand."""

    async def get(self, guild_id: int) -> Server:
        """The server's settings, with this installation's defaults where it has chosen nothing."""
        known = self._known.get(guild_id)
        if known is None:
            async with self._database.read() as conn:
                known = await queries.load_server(conn, guild_id)
            # What is remembered by now is of a change since: newer than what was read.
            known = self._known.setdefault(guild_id, known)
        return replace(
            known,
            language=known.language or self._default_language,
            zone=known.zone or self._default_zone,
        )

    async def set_zone(self, actor: Actor, guild_id: int, zone: str) -> Server:
        if not known_zone(zone):
            raise Refusal("setup.unknown_zone", text=zone)
        return await self._change(actor, guild_id, lambda server: replace(server, zone=zone))

    async def set_language(self, actor: Actor, guild_id: int, code: str) -> Server:
        return await self._change(actor, guild_id, lambda server: replace(server, language=code))

    async def set_channel(self, actor: Actor, guild_id: int, channel_id: int | None) -> Server:
        return await self._change(
            actor, guild_id, lambda server: replace(server, announce_channel_id=channel_id)
        )

    async def set_organiser_channel(
        self, actor: Actor, guild_id: int, channel_id: int | None
    ) -> Server:
        """Choose where organisers are told what needs them; in the announcement channel if None."""
        return await self._change(
            actor, guild_id, lambda server: replace(server, organiser_channel_id=channel_id)
        )

    async def set_grants_roles(self, actor: Actor, guild_id: int, *, grants: bool) -> Server:
        """Give those who sign up for new actions a role of the bot's own, or give none."""
        return await self._change(
            actor, guild_id, lambda server: replace(server, grants_roles=grants)
        )

    async def set_tally_public(self, actor: Actor, guild_id: int, *, public: bool) -> Server:
        """Show everybody how actions under way stand, or only who runs and checks them.

        What is posted already shows it, or no more, as soon as it is redrawn.
        """
        before = await self.get(guild_id)
        server = await self._change(
            actor, guild_id, lambda server: replace(server, tally_public=public)
        )
        if server.tally_public != before.tally_public and self.when_shown is not None:
            await self.when_shown(guild_id)
        return server

    async def set_plan(
        self, actor: Actor, guild_id: int, change: Callable[[MessagePlan], MessagePlan]
    ) -> Server:
        """Change which messages new actions send."""
        return await self._change(
            actor, guild_id, lambda server: replace(server, plan=change(server.plan))
        )

    async def set_pings(
        self, actor: Actor, guild_id: int, *, cap: int, quiet: QuietHours | None
    ) -> Server:
        """Cap the pings of roles of a day, and set quiet hours; what waits is looked at anew."""
        return await self._change(
            actor, guild_id, lambda server: replace(server, ping_cap=cap, quiet=quiet)
        )

    async def set_role(
        self,
        actor: Actor,
        guild_id: int,
        purpose: RolePurpose,
        role_id: int | None,
        *,
        self_service: bool = False,
    ) -> Server:
        """Use a role for a purpose, or none. `self_service`: members may take the ping role.

        A thank-you role is owed at once to everybody of whom something is verified.
        """
        if role_id == guild_id:
            raise Refusal("setup.everyone_role")

        def change(server: Server) -> Server:
            offered = self_service if purpose is RolePurpose.PING else server.self_service_ping
            changed = server.with_role(purpose, role_id)
            if grants_rights_by_thanks(changed):
                raise Refusal("setup.thanks_role_has_rights")
            return replace(changed, self_service_ping=offered)

        return await self._change(actor, guild_id, change)

    async def _change(
        self, actor: Actor, guild_id: int, change: Callable[[Server], Server]
    ) -> Server:
        require_moderator(actor)

        async def work(conn: AsyncConnection) -> Server:
            # Of what is stored, since somebody else may have changed another setting meanwhile.
            before = await queries.load_server(conn, guild_id)
            server = change(before)
            await queries.save_server(conn, server, self._clock.now())
            if (server.quiet, server.zone) != (before.quiet, before.zone):
                await release_held(conn, guild_id, self._clock.now())
            thanks = server.role(RolePurpose.THANKS)
            if thanks is not None and thanks != before.role(RolePurpose.THANKS):
                if await owe_everybody(conn, guild_id, self._clock.now()):
                    owes_more.set(True)
            return server

        self._known[guild_id] = await self._commit.run(work)
        return await self.get(guild_id)
