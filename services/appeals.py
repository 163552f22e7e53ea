"""Use cases of fans: being told what reviewers decided, and appealing against it once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from itertools import takewhile

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries import appeals as queries
from db.queries import checks, participants
from db.queries.actions import load_action
from db.queries.contributions import load_contribution
from db.queries.directs import load_direct
from db.queries.sign_ups import muted_ids
from domain.actions import Action
from domain.deliveries import Delivery
from domain.direct import Direct
from domain.errors import Gone
from domain.openings import require_appeals_open
from domain.owed_messages import OwedMessage
from domain.reviewing import TOLD_AFTER, Appeal, ToldVerdict, read_appeal, require_appeal
from domain.servers import Actor
from services.clock import Clock
from services.group_commit import GroupCommit
from services.ledger import load_for_change
from services.verdicts import require_once

OTHERWISE = "appeal.counts_otherwise"
"""Why there is nothing to appeal for."""


class Appeals:
    """An appeal has another reviewer look once more; what they decide is final."""

    def __init__(self, database: Database, commit: GroupCommit, clock: Clock) -> None:
        self._database = database
        self._commit = commit
        self._clock = clock

    async def find(self, actor: Actor, guild_id: int, contribution_id: int) -> ToldVerdict:
        """The verdict against which a member may appeal; refused where there is none."""
        async with self._database.read() as conn:
            found = await load_contribution(conn, guild_id, contribution_id)
            action = found and await load_action(conn, guild_id, found[0])
            if found is None or action is None:
                raise Gone("refused.no_such_contribution")
            who = await participants.find_participant(conn, guild_id, actor.user_id)
            ids = (guild_id, contribution_id)
            last = await checks.last_check(conn, *ids)
            appeal = (await queries.load_appeals(conn, guild_id, [contribution_id])).values()
            check = require_appeal(found[1], last, next(iter(appeal), None), who or 0)
            require_appeals_open(action, check.at, self._clock.now())
            await require_once(conn, action, found[1], OTHERWISE)
        return ToldVerdict(action, found[1], check, final=False)

    async def appeal(self, actor: Actor, guild_id: int, contribution_id: int, text: str) -> Action:
        """Have another reviewer look once more; `text` is what the fan says to it."""
        said = read_appeal(text)

        async def work(conn: AsyncConnection) -> Action:
            now = self._clock.now()
            who = await participants.find_participant(conn, guild_id, actor.user_id)
            action, contribution, _ = await load_for_change(conn, guild_id, contribution_id)
            ids = (guild_id, contribution_id)
            made = (await queries.load_appeals(conn, guild_id, [contribution_id])).values()
            last = await checks.last_check(conn, *ids)
            check = require_appeal(contribution, last, next(iter(made), None), who or 0)
            require_appeals_open(action, check.at, now)
            await require_once(conn, action, contribution, OTHERWISE)
            value = Appeal(contribution_id, check.check_id, said, now)
            await queries.insert_appeal(conn, guild_id, contribution.participant_id, value)
            return action

        return await self._commit.run(work)

    async def appeals_of(
        self, guild_id: int, contribution_ids: Collection[int]
    ) -> dict[int, Appeal]:
        """The appeals about these contributions, by contribution id."""
        async with self._database.read() as conn:
            return await queries.load_appeals(conn, guild_id, contribution_ids)

    async def untold(self, actor: Actor, guild_id: int) -> list[ToldVerdict]:
        """What reviewers decided that a member does not know of, until `note_told` says they do.

        Nothing while a direct message about it is on its way.
        """
        async with self._database.read() as conn:
            who = await participants.find_participant(conn, guild_id, actor.user_id)
            if who is None or await queries.is_told_directly(conn, guild_id, who):
                return []
            return await queries.list_untold(conn, guild_id, who)

    async def note_told(self, actor: Actor, guild_id: int, told: Collection[ToldVerdict]) -> None:
        """Note that a member has read these verdicts: they are not told of them again."""
        if not told:
            return
        last = max(verdict.check.check_id for verdict in told)

        async def work(conn: AsyncConnection) -> None:
            who = await participants.find_participant(conn, guild_id, actor.user_id)
            if who is not None:
                await queries.mark_told(conn, guild_id, who, last)

        await self._commit.run(work)


async def prepare_verdicts(
    conn: AsyncConnection, delivery: Delivery, owed: OwedMessage
) -> OwedMessage | None:
    """Read what a direct message tells of: what its addressee doesn't know yet.

    What was decided within the last minutes waits for the next message; what concerns an action
    that they have muted for their next `/me`, with all that follows it. None if they were deleted;
    nothing where they want no messages any more, or know already. Where an attempt before may have
    sent it, it tells what it told then: no more may be taken for told.
    """
    guild_id, who = delivery.guild_id, delivery.participant_id
    user_id = None if who is None else await participants.user_of(conn, guild_id, who)
    if who is None or user_id is None:
        return None
    told: list[ToldVerdict] = []
    if await load_direct(conn, guild_id, user_id) is Direct.ON:
        told = await queries.list_untold(conn, guild_id, who)
    until = (delivery.unsure_since or owed.now) - TOLD_AFTER
    settled = takewhile(lambda one: one.check.at <= until, told)
    muted = await muted_ids(conn, guild_id, who) if told else ()
    wanted = takewhile(lambda one: one.action.action_id not in muted, settled)
    return replace(owed, addressee=user_id, verdicts=tuple(wanted))
