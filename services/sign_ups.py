"""Use cases of signing up: joining, leaving, pledging, muting, and the waitlist that moves up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as action_queries
from db.queries import deliveries, options, participants, roles
from db.queries import sign_ups as queries
from db.queries.servers import next_id
from db.queries.tasks import free_tasks
from domain.actions import Action
from domain.deliveries import DeliveryKind, PlannedDelivery
from domain.errors import Gone, NotAllowed, Refusal
from domain.kinds import Feature
from domain.language_channels import pressed_in
from domain.openings import require_leaving, require_muting, require_pledging, require_sign_ups_open
from domain.servers import Actor, Server
from domain.sign_ups import Roster, SignUp, SignUpChange, SignUpResult, SignUpState
from services.clock import Clock
from services.dispatcher import Dispatcher
from services.group_commit import GroupCommit
from services.redraws import Redraws
from services.roles import Roles
from services.servers import Servers
from services.shift_claims import give_up_all


class _Wish(Enum):
    JOIN = auto()
    LEAVE = auto()
    PLEDGE = auto()


_REQUIRED = {
    _Wish.JOIN: require_sign_ups_open,
    _Wish.LEAVE: require_leaving,
    _Wish.PLEDGE: require_pledging,
}


@dataclass(frozen=True)
class _Click:
    """What a member wants: in by an option or without one, out, or to pledge an amount.

    `channel_id` is where they pressed, so far as that says in which language they are pinged.
    """

    actor: Actor
    wish: _Wish
    option_id: int | None = None
    amount: int | None = None
    channel_id: int | None = None


@dataclass(frozen=True)
class Settled:
    """What a click led to: None where there was nothing to take back or to change.

    `action` is as it was before the clicks that were settled together with this one.
    """

    action: Action
    result: SignUpResult | None


@dataclass(frozen=True)
class SignedUp(Settled):
    result: SignUpResult


class SignUps:
    """Clicks on *I'm in*, its options and *Leave*, settled in order of arrival; all idempotent."""

    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        redraws: Redraws,
        dispatcher: Dispatcher,
        roles: Roles,
        servers: Servers,
    ) -> None:
        self._database = database
        self._servers = servers
        self._commit = commit
        self._clock = clock
        self._redraws = redraws
        self._dispatcher = dispatcher
        self._roles = roles

    async def join(
        self,
        actor: Actor,
        guild_id: int,
        action_id: int,
        option_id: int | None = None,
        *,
        channel_id: int | None = None,
    ) -> SignedUp:
        """Sign the actor up, or put them on the waitlist of a full action.

        Who is in already, or waits, chooses the option, or none. Where they do it in a language
        channel, `channel_id`, they are pinged there from now on, and nowhere else. Raises `Refusal`
        where the option is full or the actor lacks the role that the action asks for.
        """
        click = _Click(actor, _Wish.JOIN, option_id, channel_id=channel_id)
        settled = await self._click(guild_id, action_id, click)
        assert settled.result is not None
        return SignedUp(settled.action, settled.result)

    async def leave(self, actor: Actor, guild_id: int, action_id: int) -> Settled:
        """Take the actor's sign-up back, if there was one. A freed place is passed on."""
        return await self._click(guild_id, action_id, _Click(actor, _Wish.LEAVE))

    async def pledge(
        self, actor: Actor, guild_id: int, action_id: int, amount: int | None
    ) -> SignUpResult:
        """Note what the actor intends to contribute, in the action's unit; None takes it back.

        Raises `Refusal` where they have not signed up.
        """
        click = _Click(actor, _Wish.PLEDGE, amount=amount)
        result = (await self._click(guild_id, action_id, click)).result
        if result is None:
            raise Refusal("refused.pledge_not_in")
        return result

    async def _click(self, guild_id: int, action_id: int, click: _Click) -> Settled:
        async def settle(
            conn: AsyncConnection, clicks: Sequence[_Click]
        ) -> list[Settled | Exception]:
            return await self._settle(conn, guild_id, action_id, clicks)

        key = (SignUps, guild_id, action_id)
        settled = await self._commit.run_together(key, settle, click)
        result = settled.result
        if result is not None and result.changed:
            self._redraws.request(guild_id, action_id)
            if result.promoted_participant_id is not None:
                self._dispatcher.wake()
        if result is not None and (result.changed or result.relocated):
            if settled.action.grants_role:
                self._roles.wake()
        return settled

    async def _settle(
        self, conn: AsyncConnection, guild_id: int, action_id: int, clicks: Sequence[_Click]
    ) -> list[Settled | Exception]:
        """Settle clicks on one action, which is locked meanwhile."""
        now = self._clock.now()
        action = await action_queries.load_action(conn, guild_id, action_id, lock=True)
        if action is None:
            raise Gone("refused.no_such_action")
        refusals = {wish: _refusal(wish, action, now) for wish in {c.wish for c in clicks}}
        taken = [click for click in clicks if refusals[click.wish] is None]
        who, roster = await self._open_roster(conn, action, taken, now)
        server = await self._servers.get(guild_id)
        results: list[Settled | Exception] = []
        for click in clicks:
            result = refusals[click.wish] or _settle_one(
                roster, action, server, click, who.get(click.actor.user_id), now
            )
            refused = isinstance(result, Refusal)
            results.append(result if refused else Settled(action, result))
        await _store(conn, action, roster, now)
        return results

    async def _open_roster(
        self, conn: AsyncConnection, action: Action, clicks: Sequence[_Click], now: datetime
    ) -> tuple[dict[int, int], Roster]:
        """Read what these clicks need: participants by user id, and the action's places."""
        ids = (action.guild_id, action.action_id)
        joiners = [c.actor.user_id for c in clicks if c.wish is _Wish.JOIN]
        others = [c.actor.user_id for c in clicks if c.wish is not _Wish.JOIN]
        leaves = sum(click.wish is _Wish.LEAVE for click in clicks)
        who = await participants.find_participants(conn, action.guild_id, others) if others else {}
        if joiners:
            who |= await participants.participants_of(conn, action.guild_id, joiners, now)
        known = await queries.load_sign_ups(conn, *ids, who.values()) if who else []
        by_option = any(c.option_id is not None for c in (*clicks, *known))
        roster = Roster(
            capacity=action.capacity,
            signed_up=action.signed_up,
            waitlisted=action.waitlisted,
            arrivals=action.arrivals,
            pledged_amount=action.pledged_amount,
            pledged_count=action.pledged_count,
            known=known,
            waiting=await queries.list_waiting(conn, *ids, leaves) if leaves else [],
            options=await options.list_options(conn, *ids) if by_option else (),
        )
        return who, roster

    async def find(self, actor: Actor, guild_id: int, action_id: int) -> SignUp | None:
        """The actor's sign-up in this action, left ones included."""
        async with self._database.read() as conn:
            who = await participants.find_participant(conn, guild_id, actor.user_id)
            if who is None:
                return None
            return await queries.load_sign_up(conn, guild_id, action_id, who)

    async def mute(
        self, actor: Actor, guild_id: int, action_id: int, *, muted: bool | None = None
    ) -> tuple[Action, bool | None]:
        """Leave the actor out of what an action sends, or take that back; None turns it over.

        Muted people go without the role that is pinged, and without direct messages. Tells which
        it is now; None if the actor did not sign up: then there is nothing to leave them out of.
        """

        async def work(conn: AsyncConnection) -> tuple[Action, bool | None]:
            action = await action_queries.load_action(conn, guild_id, action_id, lock=True)
            if action is None:
                raise Gone("refused.no_such_action")
            require_muting(action, self._clock.now())
            who = await participants.find_participant(conn, guild_id, actor.user_id)
            sign_up = who and await queries.load_sign_up(conn, guild_id, action_id, who)
            if not sign_up or sign_up.state is SignUpState.LEFT:
                return action, None
            wanted, who = (not sign_up.muted if muted is None else muted), sign_up.participant_id
            if wanted is not sign_up.muted:
                await queries.set_muted(conn, guild_id, action_id, who, wanted)
                if sign_up.state is SignUpState.IN:
                    language = sign_up.language
                    await self._roles.want(conn, action, who, gives=not wanted, language=language)
            return action, wanted

        done = await self._commit.run(work)
        self._roles.wake()
        return done

    async def list_own(
        self, actor: Actor, guild_id: int, *, limit: int, offset: int = 0
    ) -> list[tuple[Action, SignUp, str | None]]:
        """The actor's sign-ups not taken back, newest first, with what their options are called."""
        async with self._database.read() as conn:
            who = await participants.find_participant(conn, guild_id, actor.user_id)
            if who is None:
                return []
            return await queries.list_own_sign_ups(conn, guild_id, who, limit, offset)

    async def list_muted(self, actor: Actor, guild_id: int, *, limit: int) -> list[Action]:
        """The actions that the actor has muted and that can still send something, latest first."""
        async with self._database.read() as conn:
            who = await participants.find_participant(conn, guild_id, actor.user_id)
            if who is None:
                return []
            return await queries.list_muted(conn, guild_id, who, self._clock.now(), limit)


async def fill_places(conn: AsyncConnection, action: Action, now: datetime) -> None:
    """Give free places of an action, which is locked, to those who have waited longest."""
    ids = (action.guild_id, action.action_id)
    room = action.waitlisted
    if action.capacity is not None:
        room = min(room, action.capacity - action.signed_up)
    if room <= 0:
        return
    waiting = await queries.list_waiting(conn, *ids, room)
    roster = Roster(
        capacity=action.capacity,
        signed_up=action.signed_up,
        waitlisted=action.waitlisted,
        arrivals=action.arrivals,
        pledged_amount=action.pledged_amount,
        pledged_count=action.pledged_count,
        known=(),
        waiting=waiting,
    )
    roster.fill(now)
    await _store(conn, action, roster, now)


async def _store(conn: AsyncConnection, action: Action, roster: Roster, now: datetime) -> None:
    """Write what changed, and owe those who were promoted the news."""
    ids = (action.guild_id, action.action_id)
    if roster.events:
        await _store_events(conn, action, roster, now)
    for sign_up in roster.relocated:
        await queries.set_language(conn, *ids, sign_up.participant_id, sign_up.language)
    if action.grants_role:
        await roles.want(conn, *ids, roster.moved, now)


async def _store_events(
    conn: AsyncConnection, action: Action, roster: Roster, now: datetime
) -> None:
    ids = (action.guild_id, action.action_id)
    promoted = [event.sign_up for event in roster.events if event.change is SignUpChange.PROMOTED]
    first_id = await next_id(conn, action.guild_id, len(roster.events) + len(promoted))
    await queries.write_events(conn, *ids, roster.events, first_id=first_id)
    await queries.save_counts(
        conn,
        *ids,
        signed_up=roster.signed_up,
        waitlisted=roster.waitlisted,
        arrivals=roster.arrivals,
        pledged_amount=roster.pledged_amount,
        pledged_count=roster.pledged_count,
    )
    await options.save_options(conn, *ids, roster.options.values())
    for event in roster.events:
        if event.change is SignUpChange.LEFT:
            await _free_parts(conn, action, event.sign_up.participant_id, now)
    for delivery_id, sign_up in enumerate(promoted, first_id + len(roster.events)):
        await deliveries.insert_deliveries(
            conn,
            *ids,
            [PlannedDelivery(DeliveryKind.PROMOTED, sign_up.at)],
            first_id=delivery_id,
            now=sign_up.at,
            participant_id=sign_up.participant_id,
        )


async def _free_parts(
    conn: AsyncConnection, action: Action, participant_id: int, now: datetime
) -> None:
    """Free the shifts ahead and the tasks not done of somebody who leaves an action."""
    ids = (action.guild_id, action.action_id)
    if Feature.SHIFTS in action.rules.features:
        await give_up_all(conn, *ids, participant_id, now)
    if Feature.TASKS in action.rules.features:
        await free_tasks(conn, *ids, participant_id)


async def require_in(conn: AsyncConnection, action: Action, participant_id: int, key: str) -> None:
    """Refuse by `key` who is not in an action, which is locked: they may just have left."""
    sign_up = await queries.load_sign_up(conn, action.guild_id, action.action_id, participant_id)
    if sign_up is None or sign_up.state is not SignUpState.IN:
        raise Refusal(key, title=action.title)


def _refusal(wish: _Wish, action: Action, now: datetime) -> Refusal | None:
    """Why nobody's wish of this kind can be granted now, if so."""
    try:
        _REQUIRED[wish](action, now)
    except Refusal as refusal:
        return refusal
    return None


def _settle_one(
    roster: Roster,
    action: Action,
    server: Server,
    click: _Click,
    participant_id: int | None,
    now: datetime,
) -> SignUpResult | Refusal | None:
    if participant_id is None:
        return None
    if click.wish is _Wish.LEAVE:
        return roster.leave(participant_id, now)
    if click.wish is _Wish.PLEDGE:
        return roster.pledge(participant_id, now, click.amount)
    role_id = action.sign_up_role_id
    lacks_role = role_id is not None and role_id not in click.actor.role_ids
    # Who had the role when they signed up is in, whatever became of it.
    if lacks_role and not roster.has(participant_id):
        role = f"<@&{role_id}>"
        return NotAllowed("refused.needs_sign_up_role", role=role, title=action.title)
    try:
        language = pressed_in(action, server, click.channel_id)
        return roster.join(participant_id, now, click.option_id, language)
    except Refusal as refusal:
        return refusal
