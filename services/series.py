"""Use cases of series: starting, going on, skipping a date, changing what follows, ending."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import series as queries
from db.queries.actions import load_action, update_action
from db.queries.audit import write_down
from db.queries.organisers import add_co_organiser
from db.queries.participants import find_participant, participants_of
from domain.actions import Action, ActionState
from domain.audit import Act
from domain.deliveries import Delivery
from domain.errors import Gone, Refusal
from domain.life_cycle import Step, require_ongoing, take_step
from domain.recurrence import Rule, write_rule
from domain.series import Running, Series, follow, followed, next_action
from domain.servers import Actor, is_organiser
from services.actions import publish_draft
from services.changing import Changing, Done, WriteUp
from services.clock import Clock
from services.dispatcher import Dispatcher
from services.drafts import store_draft
from services.group_commit import GroupCommit
from services.series_start import begin_series
from services.servers import Servers

DATES_AHEAD = 24
"""How many further dates can be skipped now: with the next action's a select offers 25."""

SeriesChange = Callable[[AsyncConnection, Series, Action], Awaitable[object]]
"""Writes what is different about a series, which is locked, as is its latest action."""


class Repeating:
    """Series of actions. Whoever may change the latest action of one may change the series."""

    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        servers: Servers,
        changing: Changing,
        dispatcher: Dispatcher,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._servers = servers
        self._changing = changing
        self._dispatcher = dispatcher

    async def search(
        self, actor: Actor, guild_id: int, text: str, *, limit: int = 25
    ) -> list[Running]:
        """Series of the actor's that have not ended and whose latest action's title fits."""
        if not is_organiser(actor, await self._servers.get(guild_id)):
            return []
        async with self._database.read() as conn:
            who = None
            if not actor.manages_server:
                who = await find_participant(conn, guild_id, actor.user_id)
                if who is None:
                    return []
            return await queries.list_running(
                conn, guild_id, search=text, runner_id=who, limit=limit
            )

    async def find(self, actor: Actor, guild_id: int, series_id: int) -> Running:
        """A series that the actor may change, ended or not."""
        async with self._database.read() as conn:
            series = await queries.load_series(conn, guild_id, series_id)
            latest = await queries.latest_action(conn, guild_id, series_id)
        if series is None or latest is None:
            raise Gone("series.gone")
        return Running(series, await self._changing.find(actor, guild_id, latest.action_id))

    async def find_first(self, actor: Actor, guild_id: int, action_id: int) -> Action:
        """A draft or published action of the actor's which others can follow."""
        action = await self._changing.find(actor, guild_id, action_id)
        async with self._database.read() as conn:
            await self._require_first(conn, action)
        return action

    async def start(
        self, actor: Actor, guild_id: int, action_id: int, rule: Rule, lead: timedelta
    ) -> Running:
        """Let actions follow this one by a rule, each announced `lead` before its start.

        The action becomes the first of a series; one that has come to it already goes on from it
        by this rule. Of a draft nothing follows until it is published.
        """

        async def change(conn: AsyncConnection, action: Action) -> None:
            await self._require_first(conn, action)
            await begin_series(conn, action, rule, lead, self._clock.now())

        def write_up(before: Action, after: Action) -> list[Done]:
            act = Act.SERIES_STARTED if before.series_id is None else Act.SERIES_CHANGED
            return [Done(act, {"rule": write_rule(rule)})]

        action = await self._changing.change(actor, guild_id, action_id, change, write_up)
        assert action.series_id is not None
        return await self.find(actor, guild_id, action.series_id)

    async def drop(self, actor: Actor, guild_id: int, action_id: int) -> Action:
        """Let nothing follow a draft after all."""

        async def change(conn: AsyncConnection, action: Action) -> None:
            if action.state is not ActionState.DRAFT:
                raise Refusal(
                    "refused.published_already", number=str(action.number), title=action.title
                )
            await update_action(conn, replace(action, series_id=None, occurrence=None))
            if action.series_id is not None:
                await queries.delete_unused_series(conn, guild_id, action.series_id)

        return await self._changing.change(
            actor, guild_id, action_id, change, Done(Act.SERIES_ENDED)
        )

    async def skip(
        self, actor: Actor, guild_id: int, series_id: int, day: date, *, reason: str = ""
    ) -> Running:
        """Leave out one date; if there is an action for it already, it is cancelled with a reason.

        Then the next one is made at once.
        """

        async def change(conn: AsyncConnection, series: Series, latest: Action) -> None:
            now, running = self._clock.now(), Running(series, latest)
            if running.is_ahead_on(day, now):
                await update_action(conn, take_step(Step.CANCEL, latest, now, reason=reason))
            elif all(day != o.wall.date() for o in running.dates(now, DATES_AHEAD)):
                raise Refusal("series.no_such_date", day=day)
            await queries.save_series(conn, replace(series, skipped=series.skipped | {day}))

        skipped = Done(Act.DATE_SKIPPED, {"day": day.isoformat()})
        return await self._change(actor, guild_id, series_id, change, _with_cancelling(skipped))

    async def follow(self, actor: Actor, guild_id: int, series_id: int) -> Running:
        """Have all following actions be as the latest one is by now, its time of day included."""

        async def change(conn: AsyncConnection, series: Series, latest: Action) -> None:
            changed = follow(series, latest)
            await queries.save_series(conn, changed)
            await update_action(conn, replace(latest, occurrence=followed(changed, latest)))

        return await self._change(
            actor, guild_id, series_id, change, Done(Act.SERIES_CHANGED, {"content": True})
        )

    async def end(
        self, actor: Actor, guild_id: int, series_id: int, *, reason: str | None = None
    ) -> Running:
        """Let nothing follow any more; with a reason, the action ahead is cancelled as well."""

        async def change(conn: AsyncConnection, series: Series, latest: Action) -> None:
            now = self._clock.now()
            await queries.end_series(conn, guild_id, series_id, now)
            if reason is not None and Running(series, latest).ahead(now):
                await update_action(conn, take_step(Step.CANCEL, latest, now, reason=reason))

        ended = _with_cancelling(Done(Act.SERIES_ENDED))
        return await self._change(actor, guild_id, series_id, change, ended)

    async def go_on(self, delivery: Delivery) -> None:
        """Publish the action that follows one that has begun or was cancelled.

        Nothing is done where it exists already, however often and by whomever this is called.
        What was missed while the bot was away is left out: the next one is always ahead.
        """
        made = await self._commit.run(lambda conn: self._go_on(conn, delivery))
        if made:
            self._dispatcher.wake()

    async def _go_on(self, conn: AsyncConnection, delivery: Delivery) -> bool:
        guild_id, now = delivery.guild_id, self._clock.now()
        latest = await load_action(conn, guild_id, delivery.action_id, whole=True)
        if latest is None or latest.series_id is None:
            return False
        series = await queries.load_series(conn, guild_id, latest.series_id, lock=True)
        newest = await queries.latest_action(conn, guild_id, latest.series_id)
        if series is None or newest is None or newest.action_id != latest.action_id:
            return False
        running = Running(series, replace(newest, parts=latest.parts))
        if series.ended_at is not None or running.ahead(now):
            return False
        draft = next_action(running, now)
        if draft is None:
            await queries.end_series(conn, guild_id, series.series_id, now)
            await write_down(conn, guild_id, latest.action_id, Act.SERIES_ENDED, now)
            return False
        model = series.content.model_id or latest.action_id
        stored = await store_draft(
            conn,
            draft,
            posters_of=model,
            uses=series.content.posters,
            translated_as=[model, latest.action_id],
        )
        people = await participants_of(conn, guild_id, latest.parts.co_organisers, now)
        for participant_id in people.values():
            await add_co_organiser(conn, guild_id, stored.action_id, participant_id, now)
        await publish_draft(conn, stored, now, by=None)
        return True

    async def _change(
        self,
        actor: Actor,
        guild_id: int,
        series_id: int,
        change: SeriesChange,
        done: Done | WriteUp,
    ) -> Running:
        """Change a series that has not ended, through the latest of its actions."""
        running = await self.find(actor, guild_id, series_id)
        if running.latest.number is None:
            raise Gone("series.gone")

        async def work(conn: AsyncConnection, latest: Action) -> None:
            series = await queries.load_series(conn, guild_id, series_id, lock=True)
            await _require_latest(conn, latest)
            if series is None or series.ended_at is not None:
                raise Refusal("series.ended", title=latest.title)
            await change(conn, series, latest)

        await self._changing.change(actor, guild_id, running.latest.action_id, work, done)
        return await self.find(actor, guild_id, series_id)

    async def _require_first(self, conn: AsyncConnection, action: Action) -> None:
        if action.state is not ActionState.DRAFT:
            require_ongoing(action, self._clock.now())
        await _require_latest(conn, action)


async def _require_latest(conn: AsyncConnection, action: Action) -> None:
    """Refuse what has been followed in its series already."""
    if action.series_id is None:
        return
    latest = await queries.latest_action(conn, action.guild_id, action.series_id)
    if latest is not None and latest.action_id != action.action_id:
        raise Refusal("series.gone_on", number=str(latest.number))


def _with_cancelling(done: Done) -> WriteUp:
    """Write down a change of a series, and that its latest action was cancelled if it was."""

    def write_up(before: Action, after: Action) -> list[Done]:
        if after.state is before.state:
            return [done]
        detail = {"reason": after.reason}
        return [done, Done(Act.CANCELLED, detail, told=True, posts=True)]

    return write_up
