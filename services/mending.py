"""Noticing what was deleted on Discord, telling organisers, and mending it."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as action_queries
from db.queries import (
    audit,
    deliveries,
    failures,
    native_events,
    outbox,
    polls,
    posts,
    references,
    roles,
)
from domain.actions import Action
from domain.audit import Act
from domain.deliveries import Delivery, DeliveryKind, PlannedDelivery, Post
from domain.errors import Refusal
from domain.language_channels import MAIN
from domain.mending import (
    References,
    RoleUse,
    Standing,
    channel_of,
    moot,
    require_card_due,
    role_gone,
    role_uses,
    shows_card,
    unfinished,
)
from domain.servers import Actor
from services.changing import Changing, Done
from services.clock import Clock
from services.dispatcher import Dispatcher
from services.group_commit import GroupCommit
from services.language_channels import owe_card, require_no_language
from services.notices import tell_organisers
from services.planning import owe
from services.redraws import Redraws
from services.servers import Servers

CARD = DeliveryKind.CARD


def _gone(channel_id: int, language: str = MAIN) -> dict[str, str]:
    """What is written down of a channel that was deleted, or of a card there."""
    detail = {"id": str(channel_id)}
    return detail | {"language": language} if language else detail


class Mending:
    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        servers: Servers,
        changing: Changing,
        redraws: Redraws,
        dispatcher: Dispatcher,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._servers = servers
        self._changing = changing
        self._redraws = redraws
        self._dispatcher = dispatcher

    # ---- Noticing

    async def list_references(self) -> list[References]:
        """What the unfinished actions of all servers depend on, to look whether it exists."""
        async with self._database.read() as conn:
            return await references.list_references(conn)

    async def lost_message(self, guild_id: int, card_id: int, post: Post) -> None:
        """A card's or a poll's message was deleted: it is forgotten, and organisers are told."""

        async def work(conn: AsyncConnection) -> None:
            language = await posts.forget_post(conn, guild_id, card_id, CARD, post)
            if language is None:
                await polls.forget_poll_post(conn, guild_id, card_id, post)
            else:
                await self._tell_of_card(conn, guild_id, card_id, post.channel_id, language)

        await self._commit.run(work)
        self._dispatcher.wake()

    async def lost_channel(self, guild_id: int, channel_id: int) -> None:
        """A channel was deleted: the organisers of each action that needs it are told.

        Of a language channel, which a moderator has to mend, the organiser of the next action is.
        """
        server = await self._servers.get(guild_id)
        own = server.language_in(channel_id)

        async def work(conn: AsyncConnection) -> None:
            now = self._clock.now()
            found = await references.list_unfinished(conn, guild_id)
            actions = [action for action in found if unfinished(action, now)]
            for action in actions:
                ids = (guild_id, action.action_id)
                cards = await posts.load_posts(conn, *ids, CARD)
                lost = {k: card for k, card in cards.items() if card.channel_id == channel_id}
                for card in lost.values():
                    await posts.forget_post(conn, *ids, CARD, card)
                if channel_of(action, server) == channel_id:
                    await self._tell_once(conn, action, Act.CHANNEL_GONE, _gone(channel_id))
                    lost.pop(MAIN, None)
                for language in lost.keys() - {own or None}:
                    await self._tell_of_card(conn, *ids, channel_id, language)
            if own and actions:
                await self._tell_once(conn, actions[0], Act.CHANNEL_GONE, _gone(channel_id, own))

        await self._commit.run(work)
        self._dispatcher.wake()

    async def lost_role(self, guild_id: int, role_id: int) -> None:
        """A role was deleted: organisers are told what it was for.

        Of a role that the whole server uses, the organiser of the next action is.
        """
        server = await self._servers.get(guild_id)
        purposes = [purpose.value for purpose, role in server.roles.items() if role == role_id]

        async def work(conn: AsyncConnection) -> None:
            now = self._clock.now()
            found = await references.list_unfinished(conn, guild_id)
            actions = [action for action in found if unfinished(action, now)]
            for place, action in enumerate(actions):
                uses = [use.value for use in role_uses(action, role_id)]
                details = [role_gone(role_id, use) for use in uses]
                of_languages = await roles.list_roles(conn, guild_id, action.action_id)
                for language, role in of_languages.items():
                    if role == role_id and action.grants_role:
                        details.append(role_gone(role_id, RoleUse.PARTICIPANTS, language))
                if place == 0:
                    details += [role_gone(role_id, purpose) for purpose in purposes]
                    details += [
                        role_gone(role_id, RoleUse.ALERTS, channel.language)
                        for channel in server.language_channels
                        if channel.role_id == role_id
                    ]
                for detail in details:
                    await self._tell_once(conn, action, Act.ROLE_GONE, detail)

        await self._commit.run(work)
        self._dispatcher.wake()

    async def _tell_of_card(
        self,
        conn: AsyncConnection,
        guild_id: int,
        action_id: int,
        channel_id: int,
        language: str,
    ) -> None:
        now = self._clock.now()
        action = await action_queries.load_action(conn, guild_id, action_id)
        if action is not None and shows_card(action, now):
            detail = _gone(channel_id, language)
            await tell_organisers(conn, guild_id, action_id, Act.CARD_GONE, now, detail)

    async def _tell_once(
        self, conn: AsyncConnection, action: Action, act: Act, detail: dict[str, str]
    ) -> None:
        """What was deleted is so for good: at a later start it is no news."""
        ids, now = (action.guild_id, action.action_id), self._clock.now()
        if not await audit.is_written_down(conn, *ids, act, detail):
            await tell_organisers(conn, *ids, act, now, detail)

    async def settle_notice(self, notice: Delivery) -> None:
        """Leave out a notice whose matter has been mended before it could go out."""
        ids = (notice.guild_id, notice.action_id)
        server = await self._servers.get(notice.guild_id)

        async def work(conn: AsyncConnection) -> None:
            event = await audit.load_event(conn, notice)
            action = await action_queries.load_action(conn, *ids, whole=True)
            if event is None or action is None:
                return
            language = event.detail.get("language", MAIN)
            has_card = await posts.load_post(conn, *ids, CARD, language=language) is not None
            has_failed = await failures.has_failed(conn, *ids)
            asks = await outbox.has_asked(conn, *ids)
            known = await native_events.load_event(conn, *ids)
            standing = Standing(action, server, has_card, has_failed, asks, known)
            if moot(event, standing, self._clock.now()):
                await deliveries.mark_skipped(conn, notice.guild_id, notice.delivery_id)

        await self._commit.run(work)

    # ---- Mending

    async def post_again(self, actor: Actor, guild_id: int, action_id: int) -> Action:
        """Owe each card anew whose message was deleted, in any language; refused if none was."""
        require_card_due(await self._changing.find(actor, guild_id, action_id), self._clock.now())
        # Nobody may have noticed yet: drawing them does.
        failed = await self._redraws.look(guild_id, action_id)
        if any(not failure.permanent for failure in failed.values()):
            raise Refusal("mending.cannot_look")
        server = await self._servers.get(guild_id)
        languages = [MAIN, *(channel.language for channel in server.language_channels)]

        async def change(conn: AsyncConnection, action: Action) -> None:
            require_card_due(action, self._clock.now())
            cards = await posts.load_posts(conn, guild_id, action_id, CARD)
            missing = [k for k in languages if k not in cards or k in failed]
            if not missing:
                post = cards[MAIN]
                link = (
                    f"https://discord.com/channels/{guild_id}/{post.channel_id}/{post.message_id}"
                )
                raise Refusal("mending.card_stands", title=action.title, link=link)
            for language in missing:
                await self._owe_card(conn, action, language, cards.get(language))

        return await self._changing.change(
            actor, guild_id, action_id, change, Done(Act.POSTED_AGAIN)
        )

    async def move(self, actor: Actor, guild_id: int, action_id: int, channel_id: int) -> Action:
        """Post an action in another channel from now on: its card, and what failed to go out."""
        before = channel_of(
            await self._changing.find(actor, guild_id, action_id),
            await self._servers.get(guild_id),
        )

        async def change(conn: AsyncConnection, action: Action) -> None:
            await require_no_language(conn, guild_id, channel_id)
            await action_queries.update_action(conn, replace(action, channel_id=channel_id))
            if shows_card(action, self._clock.now()):
                post = await posts.load_post(conn, guild_id, action_id, CARD)
                if post is None or post.channel_id != channel_id:
                    await self._owe_card(conn, action, MAIN, post)

        done = Done(Act.MOVED, {"from": str(before), "to": str(channel_id)})
        action = await self._changing.change(actor, guild_id, action_id, change, done)
        # After the change, which plans anew and so takes back what is late.
        await self._dispatcher.try_failed_again(guild_id, action_id)
        return action

    async def _owe_card(
        self, conn: AsyncConnection, action: Action, language: str, post: Post | None
    ) -> None:
        ids, now = (action.guild_id, action.action_id), self._clock.now()
        if language != MAIN:
            await owe_card(conn, action, language, now)
            return
        if await deliveries.is_on_its_way(conn, *ids, CARD):
            return
        if post is not None:
            await posts.forget_post(conn, *ids, CARD, post)
        await failures.cancel_failed(conn, *ids, CARD)
        await owe(conn, *ids, [PlannedDelivery(CARD, now)], now)

    async def try_again(self, actor: Actor, guild_id: int, action_id: int) -> Action:
        """Send again what failed to go out about an action."""
        action = await self._changing.find(actor, guild_id, action_id)

        async def work(conn: AsyncConnection) -> None:
            now = self._clock.now()
            if not await failures.has_failed(conn, guild_id, action_id):
                raise Refusal("mending.nothing_failed", title=action.title)
            await failures.revive_failed(conn, guild_id, now, action_id=action_id)
            await audit.write_down(
                conn, guild_id, action_id, Act.TRIED_AGAIN, now, user_id=actor.user_id
            )

        await self._commit.run(work)
        self._dispatcher.wake()
        return action

    async def lift_gate(self, actor: Actor, guild_id: int, action_id: int) -> Action:
        """Let people sign up without a role."""

        async def change(conn: AsyncConnection, action: Action) -> None:
            await action_queries.update_action(conn, replace(action, sign_up_role_id=None))

        done = Done(Act.EDITED, {"fields": ["sign_up_role"]})
        return await self._changing.change(actor, guild_id, action_id, change, done)
