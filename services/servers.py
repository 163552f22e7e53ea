"""Use cases of a server's settings."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import servers as queries
from db.queries.held import release_held
from db.queries.roles import is_sign_up_role
from db.queries.thanks import owe_everybody
from domain.errors import Refusal
from domain.kinds import Kind
from domain.language_channels import with_channel
from domain.message_plans import MessagePlan
from domain.quiet import QuietHours
from domain.retention import DAYS_OFFERED
from domain.servers import (
    EARNED,
    Actor,
    KindRole,
    LanguageChannel,
    RolePurpose,
    Server,
    require_earned,
    require_moderator,
)
from domain.zones import known_zone
from services.clock import Clock
from services.group_commit import CommitFailed, GroupCommit, owes_more
from services.language_channels import follow_channels
from services.planning import owe_all_events

ASKED_AT_ONCE = 500
"""Servers that are looked for in one statement: a shard has up to 2,500."""


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

        self.when_given_up: Callable[[], None] | None = None
        """Is told that a language channel was given up, whose roles nobody needs any more."""

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

    async def list_unknown(self, guild_ids: Sequence[int]) -> list[int]:
        """The servers that have not been told how to start, nor begun without that."""
        found: list[int] = []
        for first in range(0, len(guild_ids), ASKED_AT_ONCE):
            asked = guild_ids[first : first + ASKED_AT_ONCE]
            async with self._database.read() as conn:
                found += await queries.list_unknown(conn, asked)
        return found

    async def was_welcomed(self, guild_id: int) -> bool:
        """Tell whether a server was told how to start."""
        async with self._database.read() as conn:
            return await queries.was_welcomed(conn, guild_id)

    async def welcome(self, guild_id: int) -> None:
        """Note that a server was told how to start."""
        now = self._clock.now()
        await self._commit.run(lambda conn: queries.welcome(conn, guild_id, now))

    async def set_zone(self, actor: Actor, guild_id: int, zone: str) -> Server:
        if not known_zone(zone):
            raise Refusal("setup.unknown_zone", text=zone)
        return await self._change(actor, guild_id, lambda server: replace(server, zone=zone))

    async def set_language(self, actor: Actor, guild_id: int, code: str) -> Server:
        """Choose the language of the server's own channel; refused where a channel has it."""

        def change(server: Server) -> Server:
            if server.language_channel(code) is not None:
                raise Refusal("setup.language_has_channel")
            return replace(server, language=code)

        return await self._change(actor, guild_id, change)

    async def set_channel(self, actor: Actor, guild_id: int, channel_id: int | None) -> Server:
        def change(server: Server) -> Server:
            if server.language_in(channel_id):
                raise Refusal("setup.channel_taken", channel=f"<#{channel_id}>")
            return replace(server, announce_channel_id=channel_id)

        return await self._change(actor, guild_id, change)

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
        return await self._show(
            actor, guild_id, lambda server: replace(server, tally_public=public)
        )

    async def set_choices_public(self, actor: Actor, guild_id: int, *, public: bool) -> Server:
        """Let everybody see who is in and for what, but those who hide it; or organisers only."""
        return await self._show(
            actor, guild_id, lambda server: replace(server, choices_public=public)
        )

    async def _show(
        self, actor: Actor, guild_id: int, change: Callable[[Server], Server]
    ) -> Server:
        """Change what is shown to everybody, and have redrawn what is posted already."""
        before = await self.get(guild_id)
        server = await self._change(actor, guild_id, change)
        if server != before and self.when_shown is not None:
            await self.when_shown(guild_id)
        return server

    async def set_kinds(self, actor: Actor, guild_id: int, kinds: Collection[Kind]) -> Server:
        """Choose the kinds of actions that organisers may create; with all of them, any."""
        if not kinds:
            raise Refusal("setup.no_kind")
        chosen = None if len(set(kinds)) == len(Kind) else frozenset(kinds)
        return await self._change(actor, guild_id, lambda server: replace(server, kinds=chosen))

    async def set_kind_role(
        self, actor: Actor, guild_id: int, kind: Kind, role: KindRole | None
    ) -> Server:
        """Ping a role when an action of a kind is announced; the alert role again where None."""
        if role is not None and role.role_id == guild_id:
            raise Refusal("setup.everyone_role")

        def change(server: Server) -> Server:
            others = {each: known for each, known in server.kind_roles.items() if each is not kind}
            chosen = others if role is None else {**others, kind: role}
            changed = replace(server, kind_roles=chosen)
            require_earned(server, changed)
            return changed

        return await self._change(actor, guild_id, change)

    async def set_keep_days(self, actor: Actor, guild_id: int, days: int | None) -> Server:
        """Choose for how many days proofs are kept, of the number offered; for ever where None."""
        if days is not None and days not in DAYS_OFFERED:
            raise Refusal("refused.unknown_button")
        return await self._change(
            actor, guild_id, lambda server: replace(server, keep_proofs_days=days)
        )

    async def set_native_events(self, actor: Actor, guild_id: int, *, makes: bool) -> Server:
        """Have every action that is yet to begin stand among Discord's own events, or none.

        Those that stand are deleted where it is none.
        """
        return await self._change(
            actor, guild_id, lambda server: replace(server, native_events=makes)
        )

    async def set_threads(self, actor: Actor, guild_id: int, *, makes: bool) -> Server:
        """Have every card that is posted from now on get a thread, or none; those made stay."""
        return await self._change(actor, guild_id, lambda server: replace(server, threads=makes))

    async def set_language_channel(
        self, actor: Actor, guild_id: int, channel: LanguageChannel
    ) -> Server:
        """Have a channel show all actions in its language too, or another one than it was so far.

        Refused where the server's own channel is in that language, or is that channel, and where
        there are as many as there can be.
        """
        default = self._default_language

        def change(server: Server) -> Server:
            return with_channel(server, channel, server.language or default)

        return await self._change(actor, guild_id, change)

    async def remove_language_channel(self, actor: Actor, guild_id: int, language: str) -> Server:
        """Show actions in this language no more; what was posted there stays as it is.

        Who signed up there is pinged in the main channel from now on.
        """

        def change(server: Server) -> Server:
            others = [each for each in server.language_channels if each.language != language]
            return replace(server, language_channels=tuple(others))

        server = await self._change(actor, guild_id, change)
        if self.when_given_up is not None:
            self.when_given_up()
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
        require_moderator(actor)
        if role_id == guild_id:
            raise Refusal("setup.everyone_role")
        if role_id is not None and purpose in EARNED:
            async with self._database.read() as conn:
                if await is_sign_up_role(conn, guild_id, role_id):
                    raise Refusal("setup.role_with_rights_is_taken")

        def change(server: Server) -> Server:
            offered = self_service if purpose is RolePurpose.PING else server.self_service_ping
            changed = replace(server.with_role(purpose, role_id), self_service_ping=offered)
            require_earned(server, changed)
            return changed

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
            await follow_channels(conn, before, server, self._clock.now())
            # Events are written in the server's language.
            shown = (server.native_events, server.language or self._default_language)
            if shown != (before.native_events, before.language or self._default_language):
                await owe_all_events(conn, server, self._clock.now())
            thanks = server.role(RolePurpose.THANKS)
            if thanks is not None and thanks != before.role(RolePurpose.THANKS):
                if await owe_everybody(conn, guild_id, self._clock.now()):
                    owes_more.set(True)
            return server

        async def keep() -> None:
            try:
                # Those that change it at once go on in the order in which they were committed.
                self._known[guild_id] = await self._commit.run(work)
            except CommitFailed:
                self._known.pop(guild_id, None)  # It may be stored all the same.
                raise

        # Shielded: what is stored is remembered even where nobody waits for it any more.
        await asyncio.shield(keep())
        return await self.get(guild_id)
