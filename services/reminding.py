"""Reminders that organisers send by hand: seeing first what and to whom, then sending it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database
from db.queries.actions import load_action
from domain.actions import Action
from domain.audit import Act, AuditEvent
from domain.deliveries import Delivery, DeliveryKind
from domain.owed_messages import OwedMessage
from domain.pings import PingDay, ping_role
from domain.reminding import read_words, require_remindable
from domain.seals import require_told_by_none
from domain.servers import Actor
from services.changing import Changing, Done
from services.clock import Clock
from services.finished import count_finished
from services.pings import Pings
from services.servers import Servers


@dataclass(frozen=True)
class Words:
    """A reminder as its organiser wants it: their own words if any, and whether it can't wait."""

    text: str = ""
    urgent: bool = False

    @property
    def detail(self) -> dict[str, str | bool]:
        """What the audit event of the reminder holds; raises `Refusal` for words too long."""
        text = read_words(self.text)
        return {"urgent": self.urgent} | ({} if text is None else {"text": text})


@dataclass(frozen=True)
class ReminderPreview:
    """A reminder as it would be sent now, and how the server's day of pings stands."""

    owed: OwedMessage
    day: PingDay

    @property
    def role_id(self) -> int | None:
        """The role that would be pinged if there is room for it."""
        return ping_role(self.owed)

    @property
    def pings(self) -> bool:
        return self.role_id is not None and self.day.room > 0

    @property
    def asks(self) -> bool:
        """Whether its organiser decides if it pings: some have finished who have the role too."""
        return self.pings and self.owed.finished > 0

    @property
    def waits_until(self) -> datetime | None:
        """When it goes out, if quiet hours hold it up."""
        return self.owed.quiet_until


class Reminding:
    def __init__(
        self, database: Database, clock: Clock, servers: Servers, changing: Changing, pings: Pings
    ) -> None:
        self._database = database
        self._clock = clock
        self._servers = servers
        self._changing = changing
        self._pings = pings

    async def preview(
        self, actor: Actor, guild_id: int, action_id: int, words: Words
    ) -> ReminderPreview:
        """What a reminder would say, and to whom.

        Raises `Refusal` where none can be sent, and for words that tell a sealed tag.
        """
        action, now = await self._changing.find(actor, guild_id, action_id), self._clock.now()
        require_remindable(action, now)
        require_told_by_none(action, [words.text], now)
        delivery = Delivery(guild_id, 0, action_id, DeliveryKind.BY_HAND, now, 0)
        event = AuditEvent(0, action_id, Act.REMINDED, now, actor.user_id, words.detail)
        server, day = await self._servers.get(guild_id), await self._pings.today(guild_id)
        finished = await self._count_finished(action, now)
        owed = OwedMessage(delivery, action, server, now, event=event, finished=finished)
        return ReminderPreview(replace(owed, may_ping=day.room > 0), day)

    async def _count_finished(self, action: Action, now: datetime) -> int:
        """How many of those who are in have done all; of a vote that is all there is today."""
        if not action.some_finished(now):
            return 0
        async with self._database.read() as conn:
            whole = await load_action(conn, action.guild_id, action.action_id, whole=True)
            return 0 if whole is None else await count_finished(conn, whole, now)

    async def send(
        self, actor: Actor, guild_id: int, action_id: int, words: Words, *, pings: bool
    ) -> Action:
        """Owe a reminder at once, `pings` if it may ping its role; raises `Refusal`."""

        async def check(conn: AsyncConnection, action: Action) -> None:
            require_remindable(action, self._clock.now())

        detail = words.detail | {"pings": pings}
        done = Done(Act.REMINDED, detail, told=True, kind=DeliveryKind.BY_HAND)
        return await self._changing.change(actor, guild_id, action_id, check, done)
