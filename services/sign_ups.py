"""Use cases of signing up: joining, leaving, and the waitlist that moves up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as action_queries
from db.queries import deliveries, participants
from db.queries import sign_ups as queries
from db.queries.servers import next_id
from domain.actions import Action, require_sign_ups_open
from domain.deliveries import DeliveryKind, PlannedDelivery
from domain.errors import Gone, Refusal
from domain.servers import Actor
from domain.sign_ups import Roster, SignUp, SignUpChange, SignUpResult
from services.clock import Clock
from services.dispatcher import Dispatcher
from services.group_commit import GroupCommit
from services.redraws import Redraws


@dataclass(frozen=True)
class _Click:
    """A member's click on *I'm in* (`joins`) or on *Leave*."""

    user_id: int
    joins: bool


class SignUps:
    """Clicks on *I'm in* and *Leave*, settled in order of arrival; both are idempotent."""

    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        redraws: Redraws,
        dispatcher: Dispatcher,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._redraws = redraws
        self._dispatcher = dispatcher

    async def join(self, actor: Actor, guild_id: int, action_id: int) -> SignUpResult:
        """Sign the actor up, or put them on the waitlist of a full action."""
        result = await self._click(guild_id, action_id, _Click(actor.user_id, joins=True))
        assert result is not None
        return result

    async def leave(self, actor: Actor, guild_id: int, action_id: int) -> SignUpResult | None:
        """Take the actor's sign-up back; None if there was none. A freed place is passed on."""
        return await self._click(guild_id, action_id, _Click(actor.user_id, joins=False))

    async def _click(self, guild_id: int, action_id: int, click: _Click) -> SignUpResult | None:
        async def settle(
            conn: AsyncConnection, clicks: Sequence[_Click]
        ) -> list[SignUpResult | Exception | None]:
            return await self._settle(conn, guild_id, action_id, clicks)

        key = (SignUps, guild_id, action_id)
        result = await self._commit.run_together(key, settle, click)
        if result is not None and result.changed:
            self._redraws.request(guild_id, action_id)
            if result.promoted_participant_id is not None:
                self._dispatcher.wake()
        return result

    async def _settle(
        self, conn: AsyncConnection, guild_id: int, action_id: int, clicks: Sequence[_Click]
    ) -> list[SignUpResult | Exception | None]:
        """Settle clicks on one action, which is locked meanwhile."""
        now = self._clock.now()
        action = await action_queries.load_action(conn, guild_id, action_id, lock=True)
        if action is None:
            raise Gone("refused.no_such_action")
        try:
            require_sign_ups_open(action, now)
        except Refusal as refusal:
            return [refusal for _ in clicks]
        joiners = [click.user_id for click in clicks if click.joins]
        leavers = [click.user_id for click in clicks if not click.joins]
        who = await participants.find_participants(conn, guild_id, leavers) if leavers else {}
        if joiners:
            who |= await participants.participants_of(conn, guild_id, joiners, now)
        roster = Roster(
            capacity=action.capacity,
            signed_up=action.signed_up,
            waitlisted=action.waitlisted,
            arrivals=action.arrivals,
            known=await queries.load_sign_ups(conn, guild_id, action_id, who.values()),
            waiting=await queries.list_waiting(conn, guild_id, action_id, len(leavers))
            if leavers
            else [],
        )
        results: list[SignUpResult | Exception | None] = []
        for click in clicks:
            participant_id = who.get(click.user_id)
            if participant_id is None:
                results.append(None)
            elif click.joins:
                results.append(roster.join(participant_id, now))
            else:
                results.append(roster.leave(participant_id, now))
        await self._store(conn, action, roster)
        return results

    async def _store(self, conn: AsyncConnection, action: Action, roster: Roster) -> None:
        """Write what changed, and owe those who were promoted the news."""
        if not roster.events:
            return
        ids = (action.guild_id, action.action_id)
        promoted = [
            event.sign_up for event in roster.events if event.change is SignUpChange.PROMOTED
        ]
        first_id = await next_id(conn, action.guild_id, len(roster.events) + len(promoted))
        await queries.write_events(conn, *ids, roster.events, first_id=first_id)
        await queries.save_counts(
            conn,
            *ids,
            signed_up=roster.signed_up,
            waitlisted=roster.waitlisted,
            arrivals=roster.arrivals,
        )
        for delivery_id, sign_up in enumerate(promoted, first_id + len(roster.events)):
            await deliveries.insert_deliveries(
                conn,
                *ids,
                [PlannedDelivery(DeliveryKind.PROMOTED, sign_up.at)],
                first_id=delivery_id,
                now=sign_up.at,
                participant_id=sign_up.participant_id,
            )

    async def find(self, actor: Actor, guild_id: int, action_id: int) -> SignUp | None:
        """The actor's sign-up in this action, left ones included."""
        async with self._database.read() as conn:
            who = await participants.find_participant(conn, guild_id, actor.user_id)
            if who is None:
                return None
            return await queries.load_sign_up(conn, guild_id, action_id, who)

    async def list_own(
        self, actor: Actor, guild_id: int, *, limit: int, offset: int = 0
    ) -> list[tuple[Action, SignUp]]:
        """The actor's sign-ups that were not taken back, newest first."""
        async with self._database.read() as conn:
            who = await participants.find_participant(conn, guild_id, actor.user_id)
            if who is None:
                return []
            return await queries.list_own_sign_ups(conn, guild_id, who, limit, offset)
