"""Use cases of a vote's apps: adding, changing, closing and removing one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries import votes as queries
from domain.actions import Action
from domain.audit import Act
from domain.errors import Refusal
from domain.kinds import Feature
from domain.life_cycle import require_ongoing
from domain.servers import Actor
from domain.ticks import find_app
from domain.votes import MOST_APPS, VoteApp
from services.changing import Changing, Done
from services.clock import Clock

CHANGED = Done(Act.PARTS_CHANGED, {"part": "apps"})


class VoteApps:
    """Those who run an action change its apps; the daily calls follow."""

    def __init__(self, changing: Changing, clock: Clock) -> None:
        self._changing = changing
        self._clock = clock

    async def find(self, actor: Actor, guild_id: int, action_id: int) -> Action:
        """A whole vote that the actor may change."""
        action = await self._changing.find(actor, guild_id, action_id)
        _require_apps(action)
        return action

    async def add(self, actor: Actor, guild_id: int, action_id: int, app: VoteApp) -> Action:
        """Give a vote one more app, under the next number."""

        async def change(conn: AsyncConnection, action: Action) -> None:
            self._require_open(action)
            apps = action.parts.apps
            if len(apps) >= MOST_APPS:
                raise Refusal("apps.too_many", most=MOST_APPS)
            _require_new_name(apps, app)
            number = 1 + max((known.app_id for known in apps), default=0)
            added = replace(app, app_id=number, logged=0)
            await queries.insert_apps(conn, guild_id, action_id, [added])

        return await self._changing.change(actor, guild_id, action_id, change, CHANGED)

    async def change(self, actor: Actor, guild_id: int, action_id: int, app: VoteApp) -> Action:
        """Put what organisers decide on about an app in the place of what stood there."""

        async def change(conn: AsyncConnection, action: Action) -> None:
            self._require_open(action)
            find_app(action.parts.apps, app.app_id)
            _require_new_name(action.parts.apps, app)
            await queries.update_app(conn, guild_id, action_id, app)

        return await self._changing.change(actor, guild_id, action_id, change, CHANGED)

    async def close(self, actor: Actor, guild_id: int, action_id: int, app_id: int) -> Action:
        """Have an app be voted in no longer; what was logged stays."""

        async def change(conn: AsyncConnection, action: Action) -> None:
            self._require_open(action)
            app, now = find_app(action.parts.apps, app_id), self._clock.now()
            closes = now if app.closes_at is None else min(now, app.closes_at)
            await queries.update_app(conn, guild_id, action_id, replace(app, closes_at=closes))

        return await self._changing.change(actor, guild_id, action_id, change, CHANGED)

    async def remove(self, actor: Actor, guild_id: int, action_id: int, app_id: int) -> Action:
        """Remove an app in which nobody has logged a vote; a published vote keeps one at least."""

        async def change(conn: AsyncConnection, action: Action) -> None:
            self._require_open(action)
            app = find_app(action.parts.apps, app_id)
            if await queries.was_ticked(conn, guild_id, action_id, app_id):
                raise Refusal("apps.has_votes", app=app.name)
            if action.number is not None and len(action.parts.apps) == 1:
                raise Refusal("apps.last_one", app=app.name)
            await queries.delete_app(conn, guild_id, action_id, app_id)

        return await self._changing.change(actor, guild_id, action_id, change, CHANGED)

    def _require_open(self, action: Action) -> None:
        _require_apps(action)
        if action.number is not None:
            require_ongoing(action, self._clock.now())


def _require_apps(action: Action) -> None:
    if Feature.APPS not in action.rules.features:
        raise Refusal("refused.unknown_button")


def _require_new_name(apps: Sequence[VoteApp], app: VoteApp) -> None:
    names = {known.name.casefold() for known in apps if known.app_id != app.app_id}
    if app.name.casefold() in names:
        raise Refusal("apps.name_taken", app=app.name)
