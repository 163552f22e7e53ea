"""Use cases of a tally's editions: the first one, and amendments with their reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import actions as action_queries
from db.queries import claims
from db.queries.deliveries import is_on_its_way
from db.queries.editions import insert_edition, list_editions
from db.queries.participants import participant_of
from db.queries.spot_checks import ledger_ends
from domain.actions import Action, ActionState
from domain.audit import Act
from domain.deliveries import Delivery, DeliveryKind, PlannedDelivery
from domain.editions import Edition, read_reason, require_amendable
from domain.errors import Refusal
from domain.published import Difference, differences, numbers_of
from domain.servers import Actor
from domain.tally import Tally
from services.changing import Changing, Done
from services.clock import Clock
from services.cut_offs import entry_instant
from services.group_commit import GroupCommit
from services.planning import owe
from services.tallies import count_ledger


@dataclass(frozen=True)
class Amendment:
    """What an amendment would change: the newest edition, and the tally as it is now."""

    editions: tuple[Edition, ...]
    tally: Tally
    changes: tuple[Difference, ...]
    ends: tuple[int, ...]
    """The last ids of the entries and checks that it counts."""


class Editions:
    def __init__(
        self, database: Database, commit: GroupCommit, clock: Clock, changing: Changing
    ) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock
        self._changing = changing

    async def publish_first(self, delivery: Delivery) -> None:
        """Settle the numbers of a tally's first edition, before it is posted for the first time.

        A delivery that is tried again posts the numbers that are stored.
        """
        ids = (delivery.guild_id, delivery.action_id)
        async with self._database.read() as conn:
            if await list_editions(conn, *ids):
                return
        await self._settle_entries()
        now = self._clock.now()
        async with self._database.read() as conn:
            action = await action_queries.load_action(conn, *ids, whole=True)
            if action is None or action.state_at(now) is not ActionState.FINAL:
                return
            tally = await count_ledger(conn, action, cut_off=action.log_until)
        first = Edition(1, tally.cut_off, now, numbers_of(tally))

        async def work(conn: AsyncConnection) -> None:
            locked = await action_queries.load_action(conn, *ids, lock=True)
            owed = await claims.is_owed(conn, delivery.guild_id, delivery.delivery_id)
            if locked is None or not owed or locked.log_until != first.cut_off:
                return
            if locked.state_at(now) is ActionState.FINAL and not await list_editions(conn, *ids):
                await insert_edition(conn, *ids, first)

        await self._commit.run(work)

    async def preview(self, actor: Actor, guild_id: int, action_id: int) -> Amendment:
        """What amending a final action's tally would change; refused where nothing would be."""
        action = await self._changing.find(actor, guild_id, action_id)
        await self._settle_entries()
        now = self._clock.now()
        async with self._database.read() as conn:
            editions = await self._editions(conn, action)
            require_amendable(action, editions, now)
            await _require_posted(conn, action)
            cut_off = await entry_instant(conn, action, now)
            tally = await count_ledger(conn, action, cut_off=cut_off)
            ends = await ledger_ends(conn, guild_id, action_id, until=cut_off)
        changes = tuple(differences(editions[-1].numbers, numbers_of(tally)))
        if not changes:
            raise Refusal("refused.amend.nothing_changed", title=action.title)
        return Amendment(editions, tally, changes, ends)

    async def amend(self, actor: Actor, guild_id: int, action_id: int, reason: str) -> Action:
        """Publish the tally anew with what changed since, and say why."""
        why = read_reason(reason)
        amendment = await self.preview(actor, guild_id, action_id)
        newest = amendment.editions[-1]
        now, ids = self._clock.now(), (guild_id, action_id)
        number = newest.number + 1
        edition = Edition(number, amendment.tally.cut_off, now, numbers_of(amendment.tally), why)

        async def change(conn: AsyncConnection, action: Action) -> None:
            stored = await list_editions(conn, *ids)
            require_amendable(action, amendment.editions, now)
            await _require_posted(conn, action)
            # With a clock that was set back, what came meanwhile stands before the cut-off.
            ends = await ledger_ends(conn, *ids, until=edition.cut_off)
            if len(stored) not in (0, newest.number) or ends != amendment.ends:
                raise Refusal("refused.amend.meanwhile", title=action.title)
            if not stored:
                await insert_edition(conn, *ids, newest)
            who = await participant_of(conn, guild_id, actor.user_id, now)
            await insert_edition(conn, *ids, edition, who)
            post = PlannedDelivery(DeliveryKind.TALLY, now, item_id=number)
            await owe(conn, *ids, [post], now)

        done = Done(Act.AMENDED, {"reason": why, "edition": number})
        return await self._changing.change(actor, guild_id, action_id, change, done)

    async def _editions(self, conn: AsyncConnection, action: Action) -> tuple[Edition, ...]:
        """What was published; of what was published before editions were stored, as of then."""
        editions = await list_editions(conn, action.guild_id, action.action_id)
        if editions or action.state is not ActionState.FINAL:
            return editions
        cut_off: datetime = action.log_until
        tally = await count_ledger(conn, action, cut_off=cut_off)
        return (Edition(1, cut_off, cut_off, numbers_of(tally)),)

    async def _settle_entries(self) -> None:
        """Wait for what was entered until now: it is committed before what comes after it."""

        async def nothing(conn: AsyncConnection) -> None:
            pass

        await self._commit.run(nothing)


async def _require_posted(conn: AsyncConnection, action: Action) -> None:
    """Refuse an amendment while the post is on its way: it may stand there already.

    It would be taken for the newest edition when it is tried again, and say the earlier numbers.
    """
    if await is_on_its_way(conn, action.guild_id, action.action_id, DeliveryKind.TALLY):
        raise Refusal("refused.amend.posting", title=action.title)
