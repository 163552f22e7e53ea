"""All services of a running Fanchant, wired together."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from db.engine import Database
from services.actions import Actions
from services.changing import Changing
from services.clock import Clock
from services.contributions import Contributions
from services.courier import Courier
from services.dispatcher import Dispatcher
from services.group_commit import GroupCommit
from services.installation import Installation
from services.redraws import Redraws
from services.reviews import Reviews
from services.sending import Sender
from services.servers import Servers
from services.sign_ups import SignUps
from services.tallies import Tallies

REDRAW_INTERVAL = 3.0
"""Seconds between two edits of the same card: Discord allows about five in five seconds for all
messages of a channel together."""


@dataclass(frozen=True)
class Services:
    """What cogs may call."""

    clock: Clock
    servers: Servers
    actions: Actions
    changing: Changing
    sign_ups: SignUps
    contributions: Contributions
    reviews: Reviews
    tallies: Tallies
    installation: Installation
    redraws: Redraws
    dispatcher: Dispatcher
    commit: GroupCommit


def assemble(
    database: Database,
    clock: Clock,
    sender: Sender,
    *,
    default_language: str = "en",
    default_zone: str | None = None,
    redraw_interval: float = REDRAW_INTERVAL,
) -> Services:
    """Build the services without starting their tasks."""
    commit = GroupCommit(database)
    servers = Servers(
        database,
        commit,
        clock,
        default_language=default_language,
        default_zone=default_zone,
    )
    redraws = Redraws(database, clock, servers, sender, interval=redraw_interval)
    courier = Courier(database, commit, clock, servers, sender, redraws)
    dispatcher = Dispatcher(database, commit, clock, courier)
    return Services(
        clock=clock,
        servers=servers,
        actions=Actions(database, commit, clock, servers, dispatcher),
        changing=Changing(database, commit, clock, servers, redraws, dispatcher),
        sign_ups=SignUps(database, commit, clock, redraws, dispatcher),
        contributions=Contributions(database, commit, clock, redraws),
        reviews=Reviews(database, commit, clock, servers, redraws),
        tallies=Tallies(database, clock),
        installation=Installation(database, commit),
        redraws=redraws,
        dispatcher=dispatcher,
        commit=commit,
    )


@asynccontextmanager
async def running(services: Services) -> AsyncGenerator[Services]:
    """Run the long-lived tasks; on leaving, what has queued is committed first."""
    services.commit.start()
    services.redraws.start()
    services.dispatcher.start()
    try:
        yield services
    finally:
        await services.dispatcher.close()
        await services.redraws.close()
        await services.commit.close()
