"""A running Fanchant without Discord: its services, people who act, and what they want."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from db.engine import Database
from db.queries.actions import load_action
from db.queries.deliveries import DeliveryRecord, list_deliveries
from domain.actions import Action
from domain.deliveries import DeliveryKind, DeliveryState
from domain.errors import Refusal
from domain.kinds import Kind
from domain.servers import Actor, RolePurpose
from domain.tally import Tally
from domain.totals import Total
from domain.walls import Resolved, Wall
from services.actions import Typed
from services.application import Services, assemble, running
from services.ledger import Logged
from services.tallies import count_ledger
from tests.services.stand_ins import RecordingSender, SetClock

GUILD = 1_108_000_000_000_000_001
OTHER_GUILD = 1_108_000_000_000_000_002
CHANNEL = 1_108_000_000_000_000_100
ORGANISER_ROLE, REVIEWER_ROLE, FAN_ROLE = 71, 72, 73

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
MOMENT = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
"""When actions start unless told otherwise: Saturday, 20:00 in Seoul, three days from NOW."""

SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=n) for n in (1, 60, 3600, 86400))

MODERATOR = Actor(11, manages_server=True)
ORGANISER = Actor(12, frozenset({ORGANISER_ROLE, FAN_ROLE}))
OTHER_ORGANISER = Actor(13, frozenset({ORGANISER_ROLE}))
REVIEWER = Actor(14, frozenset({REVIEWER_ROLE}))
OTHER_REVIEWER = Actor(15, frozenset({REVIEWER_ROLE}))

PATIENCE = 30
"""Seconds until something awaited counts as missing."""


def fan(number: int) -> Actor:
    """One of any number of members without a role that counts."""
    return Actor(1000 + number, frozenset({FAN_ROLE}))


def at(instant: datetime, zone: str = "Asia/Seoul") -> Resolved:
    """An instant as somebody in the zone means it."""
    return Resolved(Wall(instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None), zone), instant)


def fundraiser(
    title: str = "Match a Million",
    starts: datetime = MOMENT,
    ends: datetime | None = None,
    capacity: int | None = None,
    **texts: str,
) -> Typed:
    """What an organiser types for a fundraiser in US dollars."""
    filled = {"link": "https://example.org/give", "currency": "USD"} | texts
    return Typed(Kind.FUNDRAISER, title, at(starts), ends and at(ends), capacity, filled)


def hashtag(title: str = "Trend party", starts: datetime = MOMENT, **texts: str) -> Typed:
    """What an organiser types for a hashtag action."""
    return Typed(Kind.HASHTAG, title, at(starts), None, None, {"tag": "#OurDay"} | texts)


@dataclass(frozen=True)
class World:
    """The services of one installation, and the stand-ins at their edges."""

    database: Database
    clock: SetClock
    sender: RecordingSender
    services: Services

    async def set_up(self, guild_id: int = GUILD) -> None:
        """Give a server its channel and its roles."""
        servers = self.services.servers
        await servers.set_channel(MODERATOR, guild_id, CHANNEL)
        await servers.set_role(MODERATOR, guild_id, RolePurpose.ORGANISER, ORGANISER_ROLE)
        await servers.set_role(MODERATOR, guild_id, RolePurpose.REVIEWER, REVIEWER_ROLE)

    async def draft(self, typed: Typed | None = None, guild_id: int = GUILD) -> Action:
        wanted = typed or fundraiser()
        return await self.services.actions.draft(ORGANISER, guild_id, wanted, language="en")

    async def publish(self, typed: Typed | None = None, guild_id: int = GUILD) -> Action:
        """Draft and publish an action."""
        draft = await self.draft(typed, guild_id)
        return await self.services.actions.publish(ORGANISER, guild_id, draft.action_id)

    async def load(self, action: Action) -> Action:
        """The action as it stands in the database now."""
        async with self.database.read() as conn:
            loaded = await load_action(conn, action.guild_id, action.action_id)
        assert loaded is not None
        return loaded

    async def log(self, action: Action, who: Actor, amount: int = 1000, proof: str = "") -> Logged:
        """Log a contribution: 10 dollars without proof, unless told otherwise."""
        contributions = self.services.contributions
        return await contributions.log(who, action.guild_id, action.action_id, amount, proof=proof)

    async def total(self, action: Action) -> Total:
        """The action's running totals, having checked that the ledger adds up to them."""
        tally = await self.count(action)
        total = (await self.load(action)).total
        assert tally.total == total
        return total

    async def count(self, action: Action, cut_off: datetime | None = None) -> Tally:
        """The action's tally by its ledger, as of now unless told otherwise."""
        async with self.database.read() as conn:
            whole = await load_action(conn, action.guild_id, action.action_id, whole=True)
            assert whole is not None
            return await count_ledger(conn, whole, cut_off=cut_off or self.clock.now())

    async def finish(self, action: Action) -> None:
        """Let the action run out and publish its tally."""
        self.clock.set(action.log_until)
        assert DeliveryKind.TALLY in await self.send_due()

    async def records(self, action: Action) -> list[DeliveryRecord]:
        """What the action owes and owed."""
        async with self.database.read() as conn:
            return await list_deliveries(conn, action.guild_id, action.action_id)

    async def states(self, action: Action) -> Mapping[DeliveryKind, DeliveryState]:
        """How the action's deliveries stand, by kind."""
        return {r.delivery.kind: r.state for r in await self.records(action)}

    async def send_due(self) -> list[DeliveryKind]:
        """Send what is due, and return the kinds of what was sent."""
        before = len(self.sender.sent)
        await self.services.dispatcher.send_due()
        return self.sender.kinds[before:]


@asynccontextmanager
async def a_world(database: Database, *, redraw_interval: float = 0.05) -> AsyncGenerator[World]:
    """Run the services on a database, without having set up any server."""
    clock, sender = SetClock(NOW), RecordingSender()
    services = assemble(
        database, clock, sender, redraw_interval=redraw_interval, role_interval=0, direct_interval=0
    )
    async with running(services):
        yield World(database, clock, sender, services)


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; fail if that takes longer than is sensible."""
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - whatever is awaited here has no event of its own
            await asyncio.sleep(0.002)


@contextmanager
def refused(key: str, kind: type[Refusal] = Refusal, **values: object) -> Generator[None]:
    """Expect a refusal of exactly this kind by exactly this sentence, with these values in it."""
    with pytest.raises(Refusal) as caught:
        yield
    assert (type(caught.value), caught.value.key) == (kind, key)
    assert caught.value.values.items() >= values.items()


def number_of(logged: Logged) -> int:
    return logged.contribution.contribution_id
