"""Use cases of a vote's days: ticking apps, and resting for a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as action_queries
from db.queries import ledger, participants, sign_ups
from db.queries import ticks as queries
from db.queries.ticks import LastTick, TickKey
from db.queries.votes import list_apps
from domain.actions import Action
from domain.errors import Gone, Refusal
from domain.kinds import Feature
from domain.ledger import change_total, standing
from domain.openings import require_contributions_open, require_logging_open
from domain.reviewing import DISPUTABLE
from domain.servers import Actor
from domain.sign_ups import SignUpState
from domain.ticks import (
    DOUBLE_TAP,
    Today,
    find_app,
    in_its_days,
    reason_to_hold_tick,
    rest_date,
    tickable,
    todays,
)
from domain.votes import VoteApp
from services.clock import Clock
from services.group_commit import GroupCommit
from services.ledger import Entry, Logged, enter, withdraw_entry
from services.redraws import Redraws


@dataclass(frozen=True)
class _Tap:
    """A member's tap on an app's button for a day."""

    user_id: int
    app_id: int
    day: date


class Ticks:
    """Taps are settled in order of arrival; one of each person, app and day counts at a time."""

    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        redraws: Redraws,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._redraws = redraws

    async def tap(
        self, actor: Actor, guild_id: int, action_id: int, app_id: int, day: date
    ) -> Logged:
        """Log the actor's votes of a day in an app, at its cap; if they are logged, withdraw them.

        A second tap within DOUBLE_TAP changes nothing. It needs no sign-up. Votes of a day long
        over are held for a check, and so are those of a vote that is over, or paused.
        """

        async def settle(conn: AsyncConnection, taps: Sequence[_Tap]) -> list[Logged | Exception]:
            return await self._settle(conn, guild_id, action_id, taps)

        key = (Ticks, guild_id, action_id)
        done = await self._commit.run_together(key, settle, _Tap(actor.user_id, app_id, day))
        if done.changed:
            self._redraws.request(guild_id, action_id)
        return done

    async def _settle(
        self, conn: AsyncConnection, guild_id: int, action_id: int, taps: Sequence[_Tap]
    ) -> list[Logged | Exception]:
        """Settle taps on one action, which is locked meanwhile."""
        now = self._clock.now()
        action = await action_queries.load_action(conn, guild_id, action_id, lock=True)
        if action is None:
            raise Gone("refused.no_such_action")
        require_logging_open(action, now)
        apps = await list_apps(conn, guild_id, action_id)
        outcomes: list[Logged | Exception | None] = [
            _refusal(action, apps, tap, now) for tap in taps
        ]
        good = [tap for tap, refused in zip(taps, outcomes, strict=True) if refused is None]
        if good:
            who = await participants.participants_of(
                conn, guild_id, [tap.user_id for tap in good], now
            )
            keys = [(who[tap.user_id], tap.app_id, tap.day) for tap in good]
            firsts = dict(zip(reversed(keys), reversed(good), strict=True))
            settled = await _turn(conn, action, apps, firsts, now)
            # Whoever taps twice at once is told what the first of the two did.
            done = iter(settled[key] for key in keys)
            outcomes = [next(done) if outcome is None else outcome for outcome in outcomes]
        return [outcome for outcome in outcomes if outcome is not None]

    async def today(self, actor: Actor, guild_id: int, action_id: int) -> Today:
        """How the actor stands with a vote that was announced and is not long over."""
        async with self._database.read() as conn:
            action = await action_queries.load_action(conn, guild_id, action_id, whole=True)
            now = self._clock.now()
            if action is None or not action.announced(now):
                raise Gone("refused.no_such_action")
            if Feature.APPS not in action.rules.features:
                raise Refusal("refused.unknown_button")
            require_logging_open(action, now)
            who = await participants.find_participant(conn, guild_id, actor.user_id)
            if who is None:
                return todays(action, now, ticked=(), rested=frozenset(), muted=None)
            key = (guild_id, action_id, who)
            sign_up = await sign_ups.load_sign_up(conn, *key)
            muted = None
            if sign_up is not None and sign_up.state is not SignUpState.LEFT:
                muted = sign_up.muted
            return todays(
                action,
                now,
                ticked=await queries.list_ticked(conn, *key),
                rested=await queries.list_rest_days(conn, *key),
                muted=muted,
            )

    async def rest(
        self, actor: Actor, guild_id: int, action_id: int, day: date | None = None
    ) -> bool:
        """Have the actor rest on a date, today by default, or take that back; tells which it is."""

        async def work(conn: AsyncConnection) -> bool:
            now = self._clock.now()
            action = await self._load(conn, guild_id, action_id)
            require_contributions_open(action, now)
            date_of_rest = rest_date(action, now) if day is None else day
            if not in_its_days(action, date_of_rest):
                raise Refusal("refused.unknown_button")
            who = await participants.participant_of(conn, guild_id, actor.user_id, now)
            key = (guild_id, action_id, who, date_of_rest)
            if await queries.end_rest(conn, *key):
                return False
            await queries.rest(conn, *key)
            return True

        return await self._commit.run(work)

    async def _load(
        self, conn: AsyncConnection, guild_id: int, action_id: int, *, lock: bool = False
    ) -> Action:
        action = await action_queries.load_action(conn, guild_id, action_id, lock=lock)
        if action is None:
            raise Gone("refused.no_such_action")
        if Feature.APPS not in action.rules.features:
            raise Refusal("refused.unknown_button")
        return action


def _refusal(action: Action, apps: Sequence[VoteApp], tap: _Tap, now: datetime) -> Refusal | None:
    """Why a tap can't be taken, if so."""
    try:
        tickable(action, find_app(apps, tap.app_id), tap.day, now)
    except Refusal as refusal:
        return refusal
    return None


async def _turn(
    conn: AsyncConnection,
    action: Action,
    apps: Sequence[VoteApp],
    taps: dict[TickKey, _Tap],
    now: datetime,
) -> dict[TickKey, Logged | Refusal]:
    """Log what is not logged and withdraw what is, one tap a person, app and day.

    What a reviewer did not count or corrected stays so: no tap takes it back, or logs it anew.
    """
    last = await queries.last_ticks(conn, action.guild_id, action.action_id, taps)
    settled: dict[TickKey, Logged | Refusal] = {}
    entries: dict[TickKey, Entry] = {}
    for key, tap in taps.items():
        tick = last.get(key)
        if tick is not None and now - tick.changed_at < DOUBLE_TAP:
            settled[key] = replace(await _as_it_stands(conn, action, tick), changed=False)
        elif tick is not None and await _is_decided(conn, action, tick):
            settled[key] = Refusal("ticks.decided", app=find_app(apps, tap.app_id).name)
        elif tick is not None and not tick.contribution.withdrawn:
            before = (await _as_it_stands(conn, action, tick)).standing
            done = await withdraw_entry(conn, action, tick.contribution, before, now)
            # What is withdrawn next starts from the totals that this one left.
            total = change_total(action.total, before, done.standing)
            action = replace(action, total=total)
            settled[key] = done
        else:
            app = find_app(apps, tap.app_id)
            held = reason_to_hold_tick(action, tickable(action, app, tap.day, now), now)
            entries[key] = Entry(tap.user_id, app.cap, app_id=app.app_id, day=tap.day, held=held)
    if entries:
        logged = await enter(conn, action, list(entries.values()), now)
        settled |= dict(zip(entries, logged, strict=True))
    return settled


async def _as_it_stands(conn: AsyncConnection, action: Action, tick: LastTick) -> Logged:
    contribution = tick.contribution
    check = await ledger.last_check(conn, action.guild_id, contribution.contribution_id)
    return Logged(action, contribution, standing(contribution, check))


async def _is_decided(conn: AsyncConnection, action: Action, tick: LastTick) -> bool:
    """Tell whether a reviewer has said that a tick doesn't count, or counts less."""
    ids = (action.guild_id, tick.contribution.contribution_id)
    check = await ledger.last_check(conn, *ids)
    return check is not None and check.verdict in DISPUTABLE
