"""Use cases of fans: seeing the shifts of an action, taking one, giving it up."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as action_queries
from db.queries import participants, preferences
from db.queries import shift_claims as claims
from db.queries import shift_offers as offer_queries
from db.queries.participant_lists import load_hides
from domain.actions import Action
from domain.errors import Gone, Refusal
from domain.servers import Actor
from domain.shifts import OfferState, Shift, ShiftOffer, offer_order
from domain.sign_ups import SignUpState
from services.clock import Clock
from services.group_commit import GroupCommit
from services.redraws import Redraws
from services.shift_claims import give, give_up, held_shift, lock_action, require_room, shift_of
from services.sign_ups import SignUps, require_in


@dataclass(frozen=True)
class Board:
    """An action's shifts as one person sees them.

    `mine` are the ids of what they have, `offers` what they still offer of it.
    """

    action: Action
    mine: frozenset[int]
    offers: tuple[ShiftOffer, ...]
    zone: str | None


class Shifts:
    """Everything is settled with the action's row locked; the card follows."""

    def __init__(
        self,
        database: Database,
        commit: GroupCommit,
        clock: Clock,
        signing_up: SignUps,
        redraws: Redraws,
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._signing_up = signing_up
        self._redraws = redraws

    async def board(self, user_id: int, guild_id: int, action_id: int) -> Board:
        """The shifts of an action that was announced, as a member sees them."""
        async with self._database.read() as conn:
            action = await action_queries.load_action(conn, guild_id, action_id, whole=True)
            if action is None or not action.announced(self._clock.now()):
                raise Gone("refused.no_such_action")
            zone = await preferences.load_zone(conn, user_id)
            who = await participants.find_participant(conn, guild_id, user_id)
            if who is None:
                return Board(action, frozenset(), (), zone)
            mine = await claims.list_claims(conn, guild_id, action_id, who)
            made = await offer_queries.list_offers(conn, guild_id, action_id, who)
        offers = tuple(offer for offer in made if offer.state is OfferState.OPEN)
        return Board(action, mine, offers, zone)

    async def list_own(
        self, user_id: int, guild_id: int, *, limit: int
    ) -> list[tuple[Action, Shift]]:
        """The shifts that a member has ahead of them, the soonest first."""
        async with self._database.read() as conn:
            who = await participants.find_participant(conn, guild_id, user_id)
            if who is None:
                return []
            return await claims.list_own_shifts(conn, guild_id, who, self._clock.now(), limit)

    async def ahead_of(self, user_id: int, guild_id: int, action_id: int) -> list[Shift]:
        """The shifts that a member has ahead of them in an action, as another may know, in order.

        None where they keep what they chose to themselves.
        """
        async with self._database.read() as conn:
            if await load_hides(conn, guild_id, user_id):
                return []
        board, now = await self.board(user_id, guild_id, action_id), self._clock.now()
        shifts = board.action.parts.shifts
        return [s for s in shifts if s.shift_id in board.mine and s.starts_at > now]

    async def take(self, actor: Actor, guild_id: int, action_id: int, shift_id: int) -> Shift:
        """Give the actor a free place of a block, signing them up for the action first.

        Having it already is fine. One that is full is refused with others that need people.
        """
        board = await self.board(actor.user_id, guild_id, action_id)
        # Before signing up, which would stay if only the taking were refused.
        self._find_free(board.action, board.mine, board.zone, shift_id)
        await self.sign_up(actor, guild_id, action_id)

        async def work(conn: AsyncConnection) -> Shift:
            now = self._clock.now()
            action, who = await lock_action(conn, actor, guild_id, action_id, now)
            mine = await claims.list_claims(conn, guild_id, action_id, who)
            shift = self._find_free(action, mine, board.zone, shift_id)
            if shift_id not in mine:
                await require_room(conn, action, who, shift, key="shifts.you_overlap")
                await require_in(conn, action, who, key="shifts.left")
                await give(conn, action, shift, who, now)
            return shift

        shift = await self._commit.run(work)
        self._redraws.request(guild_id, action_id)
        return shift

    async def give_up(self, actor: Actor, guild_id: int, action_id: int, shift_id: int) -> Shift:
        """Take the actor's shift back."""

        async def work(conn: AsyncConnection) -> Shift:
            now = self._clock.now()
            action, who = await lock_action(conn, actor, guild_id, action_id, now)
            shift = await held_shift(conn, action, who, shift_id, key="shifts.not_yours")
            if shift.ends_at <= now:
                raise Refusal("shifts.over")
            await give_up(conn, guild_id, action_id, who, [shift_id], now)
            return shift

        shift = await self._commit.run(work)
        self._redraws.request(guild_id, action_id)
        return shift

    async def sign_up(self, actor: Actor, guild_id: int, action_id: int) -> None:
        """Sign a member up who is not in yet; refuses where they only get onto the waitlist."""
        known = await self._signing_up.find(actor, guild_id, action_id)
        if known is not None and known.state is SignUpState.IN:
            return
        result = (await self._signing_up.join(actor, guild_id, action_id)).result
        if result.state is not SignUpState.IN:
            raise Refusal("shifts.waitlisted")

    def _find_free(
        self, action: Action, mine: Collection[int], zone: str | None, shift_id: int
    ) -> Shift:
        """A block that the person can take, or has already."""
        shift, now = shift_of(action, shift_id), self._clock.now()
        if shift.is_session:
            raise Refusal("shifts.for_everybody")
        if shift.ends_at <= now:
            raise Refusal("shifts.over")
        if shift.full and shift_id not in mine:
            raise _full(shift, offer_order(action.parts.shifts, mine, zone, now))
        return shift


def _full(shift: Shift, others: list[Shift]) -> Refusal:
    """The refusal of a full block, with up to two that need people."""
    if not others:
        return Refusal("shifts.full", at=shift.starts_at)
    first, second = others[0].starts_at, others[min(1, len(others) - 1)].starts_at
    if first == second:
        return Refusal("shifts.full_try_one", at=shift.starts_at, first=first)
    return Refusal("shifts.full_try_two", at=shift.starts_at, first=first, second=second)
