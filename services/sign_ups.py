"""Use cases of signing up: joining, leaving, and the waitlist that moves up."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as action_queries
from db.queries import deliveries, participants
from db.queries import sign_ups as queries
from db.queries.servers import next_id
from domain.actions import Action, require_sign_ups_open
from domain.deliveries import DeliveryKind, PlannedDelivery
from domain.errors import Gone
from domain.servers import Actor
from domain.sign_ups import SignUp, SignUpChange, SignUpResult, SignUpState, state_on_arrival
from services.clock import Clock
from services.dispatcher import Dispatcher
from services.group_commit import GroupCommit
from services.redraws import Redraws


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

        async def work(conn: AsyncConnection) -> SignUpResult:
            now = self._clock.now()
            action = await _lock(conn, guild_id, action_id)
            require_sign_ups_open(action, now)
            who = await participants.participant_of(conn, guild_id, actor.user_id, now)
            known = await queries.load_sign_up(conn, guild_id, action_id, who)
            if known is not None and known.state is not SignUpState.LEFT:
                return SignUpResult(known.state, known.place, changed=False)
            state = state_on_arrival(action.signed_up, action.waitlisted, action.capacity)
            place = await queries.next_place(conn, guild_id, action_id)
            joined = state is SignUpState.IN
            change = SignUpChange.JOINED if joined else SignUpChange.WAITLISTED
            await self._write(conn, action, SignUp(who, state, place, now), change)
            await queries.change_counts(
                conn, guild_id, action_id, signed_up=int(joined), waitlisted=int(not joined)
            )
            return SignUpResult(state, place, changed=True)

        result = await self._commit.run(work)
        if result.changed:
            self._redraws.request(guild_id, action_id)
        return result

    async def leave(self, actor: Actor, guild_id: int, action_id: int) -> SignUpResult | None:
        """Take the actor's sign-up back; None if there was none. A freed place is passed on."""

        async def work(conn: AsyncConnection) -> SignUpResult | None:
            now = self._clock.now()
            action = await _lock(conn, guild_id, action_id)
            require_sign_ups_open(action, now)
            who = await participants.find_participant(conn, guild_id, actor.user_id)
            known = who and await queries.load_sign_up(conn, guild_id, action_id, who)
            if not known:
                return None
            if known.state is SignUpState.LEFT:
                return SignUpResult(SignUpState.LEFT, known.place, changed=False)
            left = SignUp(known.participant_id, SignUpState.LEFT, known.place, now)
            await self._write(conn, action, left, SignUpChange.LEFT)
            was_in = known.state is SignUpState.IN
            await queries.change_counts(
                conn, guild_id, action_id, signed_up=-int(was_in), waitlisted=-int(not was_in)
            )
            promoted = await self._promote(conn, action) if was_in else None
            return SignUpResult(SignUpState.LEFT, known.place, True, promoted)

        result = await self._commit.run(work)
        if result is not None and result.changed:
            self._redraws.request(guild_id, action_id)
            if result.promoted_participant_id is not None:
                self._dispatcher.wake()
        return result

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

    async def _write(
        self, conn: AsyncConnection, action: Action, sign_up: SignUp, change: SignUpChange
    ) -> None:
        ids = (action.guild_id, action.action_id)
        event_id = await next_id(conn, action.guild_id)
        await queries.put_sign_up(conn, *ids, sign_up)
        await queries.add_event(
            conn,
            action.guild_id,
            event_id,
            action.action_id,
            sign_up.participant_id,
            change,
            sign_up.place,
            sign_up.at,
        )

    async def _promote(self, conn: AsyncConnection, action: Action) -> int | None:
        """Give a freed place to whoever has waited longest, and owe them the news."""
        now = self._clock.now()
        ids = (action.guild_id, action.action_id)
        first = await queries.first_waiting(conn, *ids)
        if first is None:
            return None
        promoted = SignUp(first.participant_id, SignUpState.IN, first.place, now)
        await self._write(conn, action, promoted, SignUpChange.PROMOTED)
        await queries.change_counts(conn, *ids, signed_up=1, waitlisted=-1)
        await deliveries.insert_deliveries(
            conn,
            *ids,
            [PlannedDelivery(DeliveryKind.PROMOTED, now)],
            first_id=await next_id(conn, action.guild_id),
            now=now,
            participant_id=first.participant_id,
        )
        return first.participant_id


async def _lock(conn: AsyncConnection, guild_id: int, action_id: int) -> Action:
    action = await action_queries.load_action(conn, guild_id, action_id, lock=True)
    if action is None:
        raise Gone("refused.no_such_action")
    return action
