"""Use cases of calendars: what goes into the one of an action, and into a whole server's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries.action_lists import list_dated
from db.queries.actions import load_action
from db.queries.audit import last_acts
from db.queries.series import list_latest
from domain.actions import Action
from domain.calendars import MOST_DATES, MOST_ENTRIES, Dated, DatedSeries, Dates, sort_dates
from domain.errors import Gone
from domain.language_channels import Reader
from domain.series import Series, content_of
from domain.servers import Server
from domain.translating import texts_of
from services.cards import as_read, word_all
from services.clock import Clock
from services.servers import Servers


class Calendars:
    """Everybody may have what their server knows of; nothing is in it before it is announced."""

    def __init__(self, database: Database, clock: Clock, servers: Servers) -> None:
        self._database = database
        self._clock = clock
        self._servers = servers

    async def of_action(self, guild_id: int, action_id: int, reader: Reader) -> Dates:
        """An action, with the series that it belongs to, in the words of whoever reads it."""
        server, now = await self._servers.get(guild_id), self._clock.now()
        async with self._database.read() as conn:
            action = await load_action(conn, guild_id, action_id)
            if action is None or not action.announced(now):
                raise Gone("refused.no_such_action")
            return await self._with_series(conn, server, [action], reader, now)

    async def coming(self, guild_id: int, reader: Reader) -> Dates:
        """What is not over yet, the soonest first, and what was to come and is cancelled."""
        server, now = await self._servers.get(guild_id), self._clock.now()
        async with self._database.read() as conn:
            actions = await list_dated(conn, guild_id, now, MOST_ENTRIES)
            return await self._with_series(conn, server, actions, reader, now)

    async def _with_series(
        self,
        conn: AsyncConnection,
        server: Server,
        actions: Sequence[Action],
        reader: Reader,
        now: datetime,
    ) -> Dates:
        guild_id = server.guild_id
        ids = {action.series_id for action in actions if action.series_id is not None}
        every = {action.action_id: action for action in actions}
        series: list[tuple[Series, list[Action]]] = []
        if ids:
            series = await list_latest(conn, guild_id, ids, MOST_DATES, also=every)
        for _, dates in series:
            every |= {action.action_id: action for action in dates}
        acts = await last_acts(conn, guild_id, every)
        changed = {each.action_id: _changed_at(each, acts, now) for each in every.values()}
        known = [action for action in every.values() if action.announced(now)]
        dated = {
            action.action_id: Dated(action, changed[action.action_id], card)
            for action, card in await as_read(conn, server, known, reader)
        }
        wholes = await _wholes(conn, server, series, reader)
        return sort_dates(
            [dated[action.action_id] for action in actions],
            [
                DatedSeries(
                    one,
                    # The next date counts before it is known: it takes the place of the oldest.
                    Dated(whole, max(changed[each.action_id] for each in dates)),
                    tuple(dated[each.action_id] for each in dates if each.action_id in dated),
                )
                for (one, dates), whole in zip(series, wholes, strict=True)
            ],
        )


async def _wholes(
    conn: AsyncConnection,
    server: Server,
    series: Sequence[tuple[Series, Sequence[Action]]],
    reader: Reader,
) -> list[Action]:
    """What the dates of each series that are to come are like, in somebody's words.

    One date may have been called otherwise: a translation is that of a date that was not.
    """
    wholes = [_whole(one, dates) for one, dates in series]
    worded = await word_all(conn, server, wholes, reader)
    return [
        read if any(texts_of(each) == texts_of(whole) for each in dates) else whole
        for (_, dates), whole, read in zip(series, wholes, worded, strict=True)
    ]


def _whole(series: Series, dates: Sequence[Action]) -> Action:
    """What follows in a series, as its latest date that is called so, if there is one."""
    whole = content_of(series, dates[0])
    alike = (each for each in dates if texts_of(each) == texts_of(whole))
    return content_of(series, next(alike, dates[0]))


def _changed_at(action: Action, acts: dict[int, datetime], now: datetime) -> datetime:
    """When an action's entry changed last; what is revealed is in it from then on."""
    known = [action.created_at, action.published_at, acts.get(action.action_id)]
    if action.revealed(now):
        known.append(action.revealed_at)
    return max(at for at in known if at is not None)
