"""All services of a running Fanchant, wired together."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from db.engine import Database
from domain.deliveries import DeliveryKind
from services.actions import Actions
from services.changing import Changing
from services.check_ins import CheckIns
from services.clock import Clock
from services.contributions import Contributions
from services.courier import Courier
from services.decisions import Decisions
from services.dispatcher import Dispatcher
from services.editing import Editing
from services.entries import Entries
from services.group_commit import GroupCommit
from services.installation import Installation
from services.life_cycle import LifeCycle
from services.mending import Mending
from services.polls import Polls
from services.preferences import Preferences
from services.redraws import Redraws
from services.reviews import Reviews
from services.roles import Roles
from services.sending import Sender
from services.series import Repeating
from services.servers import Servers
from services.shift_grids import ShiftGrids
from services.shift_offers import ShiftOffers
from services.shifts import Shifts
from services.sign_up_settings import SignUpSettings
from services.sign_ups import SignUps
from services.tallies import Tallies
from services.tasks import TaskLists, Tasks
from services.templates import Templates
from services.ticks import Ticks
from services.vote_apps import VoteApps

REDRAW_INTERVAL = 3.0
"""Seconds between two edits of the same card: Discord allows about five in five seconds for all
messages of a channel together."""

ROLE_INTERVAL = 0.2
"""Seconds between two changes of people's roles in the same server."""


@dataclass(frozen=True)
class Services:
    """What cogs may call."""

    clock: Clock
    servers: Servers
    actions: Actions
    changing: Changing
    life_cycle: LifeCycle
    editing: Editing
    series: Repeating
    sign_ups: SignUps
    sign_up_settings: SignUpSettings
    roles: Roles
    contributions: Contributions
    vote_apps: VoteApps
    ticks: Ticks
    task_lists: TaskLists
    tasks: Tasks
    check_ins: CheckIns
    entries: Entries
    reviews: Reviews
    tallies: Tallies
    preferences: Preferences
    shifts: Shifts
    shift_offers: ShiftOffers
    shift_grids: ShiftGrids
    installation: Installation
    redraws: Redraws
    dispatcher: Dispatcher
    polls: Polls
    mending: Mending
    templates: Templates
    commit: GroupCommit


def assemble(
    database: Database,
    clock: Clock,
    sender: Sender,
    *,
    default_language: str = "en",
    default_zone: str | None = None,
    redraw_interval: float = REDRAW_INTERVAL,
    role_interval: float = ROLE_INTERVAL,
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
    changing = Changing(database, commit, clock, servers, redraws, dispatcher)
    actions = Actions(database, commit, clock, servers, dispatcher)
    mending = Mending(database, commit, clock, servers, changing, redraws, dispatcher)
    redraws.when_lost = mending.lost_message
    courier.turns[DeliveryKind.NOTICE] = mending.settle_notice
    roles = Roles(database, commit, clock, sender, dispatcher, interval=role_interval)
    decisions = Decisions(commit, clock, redraws, dispatcher)
    courier.turns[DeliveryKind.DECISION] = decisions.decide
    series = Repeating(database, commit, clock, servers, changing, dispatcher)
    courier.turns[DeliveryKind.NEXT_OCCURRENCE] = series.go_on
    sign_ups = SignUps(database, commit, clock, redraws, dispatcher, roles)
    shifts = Shifts(database, commit, clock, sign_ups, redraws)
    return Services(
        clock=clock,
        servers=servers,
        actions=actions,
        changing=changing,
        life_cycle=LifeCycle(database, clock, servers, changing),
        editing=Editing(clock, changing, roles),
        series=series,
        sign_ups=sign_ups,
        sign_up_settings=SignUpSettings(database, commit, clock, changing, roles),
        roles=roles,
        contributions=Contributions(database, commit, clock, redraws),
        vote_apps=VoteApps(changing, clock),
        ticks=Ticks(database, commit, clock, redraws, roles),
        task_lists=TaskLists(changing, clock),
        tasks=Tasks(database, commit, clock, redraws, sign_ups),
        check_ins=CheckIns(database, commit, clock, servers, redraws),
        entries=Entries(database, commit, clock, servers, redraws),
        reviews=Reviews(database, commit, clock, servers, redraws),
        tallies=Tallies(database, clock),
        preferences=Preferences(database, commit),
        shifts=shifts,
        shift_offers=ShiftOffers(database, commit, clock, shifts, dispatcher),
        shift_grids=ShiftGrids(changing, clock),
        installation=Installation(database, commit),
        redraws=redraws,
        dispatcher=dispatcher,
        polls=Polls(database, commit, clock, servers, sender, redraws),
        mending=mending,
        templates=Templates(database, commit, clock, servers, actions, changing),
        commit=commit,
    )


@asynccontextmanager
async def running(services: Services) -> AsyncGenerator[Services]:
    """Run the long-lived tasks; on leaving, what has queued is committed first."""
    services.commit.start()
    services.redraws.start()
    services.dispatcher.start()
    services.roles.start()
    try:
        yield services
    finally:
        await services.roles.close()
        await services.dispatcher.close()
        await services.redraws.close()
        await services.commit.close()
