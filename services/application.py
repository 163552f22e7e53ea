"""All services of a running Fanchant, wired together."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from db.engine import Database
from domain.deliveries import DeliveryKind
from services.action_lists import ActionLists
from services.actions import Actions
from services.appeals import Appeals
from services.budget import Budget
from services.calendars import Calendars
from services.cards import Readers
from services.changing import Changing
from services.check_ins import CheckIns
from services.clock import Clock
from services.contributions import Contributions
from services.courier import Courier
from services.decisions import Decisions
from services.digests import Digests
from services.direct_messages import DirectMessages
from services.dispatcher import Dispatcher
from services.editing import Editing
from services.editions import Editions
from services.entries import Entries
from services.event_answers import EventAnswers
from services.faults import Faults
from services.group_commit import GroupCommit
from services.installation import Installation
from services.languages import Languages
from services.leaderboards import Leaderboards
from services.life_cycle import LifeCycle
from services.mending import Mending
from services.message_plans import MessagePlans
from services.metrics import Metrics
from services.naming import Naming
from services.native_events import NativeEvents
from services.official_counts import OfficialCounts
from services.outbox import Outbox
from services.own_numbers import OwnSummaries
from services.participants import Participants
from services.pings import Pings
from services.polls import Polls
from services.posters import Posters
from services.preferences import Preferences
from services.preflight import Preflight
from services.redraws import Redraws
from services.reminding import Reminding
from services.retention import Retention
from services.review_batches import ReviewBatches
from services.reviews import Reviews
from services.revisiting import Revisiting
from services.roles import Roles
from services.seals import Seals
from services.sending import Sender
from services.series import Repeating
from services.servers import Servers
from services.sharing import Sharing
from services.shift_grids import ShiftGrids
from services.shift_offers import ShiftOffers
from services.shifts import Shifts
from services.sign_up_settings import SignUpSettings
from services.sign_ups import SignUps
from services.spot_checks import SpotChecks
from services.tallies import Tallies
from services.tally_files import TallyFiles
from services.task_lists import TaskLists
from services.tasks import Tasks
from services.templates import Templates
from services.thanks import Thanks
from services.threads import Threads
from services.ticks import Ticks
from services.translating import Translating
from services.unnamed import NAMES_PEOPLE, Unnamed
from services.vote_apps import VoteApps

REDRAW_INTERVAL = 3.0
"""Seconds between two edits of the same card: Discord allows about five in five seconds for all
messages of a channel together."""

DIRECT_INTERVAL = 1.0
"""Seconds between two direct messages: Discord quarantines bots that send many at once."""

ROLE_INTERVAL = 0.2
"""Seconds between two changes of people's roles in the same server."""


@dataclass(frozen=True)
class Services:
    """What cogs may call."""

    clock: Clock
    servers: Servers
    actions: Actions
    action_lists: ActionLists
    calendars: Calendars
    changing: Changing
    pings: Pings
    reminding: Reminding
    life_cycle: LifeCycle
    seals: Seals
    editing: Editing
    message_plans: MessagePlans
    official_counts: OfficialCounts
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
    revisiting: Revisiting
    review_batches: ReviewBatches
    appeals: Appeals
    digests: Digests
    spot_checks: SpotChecks
    tallies: Tallies
    editions: Editions
    naming: Naming
    native_events: NativeEvents
    event_answers: EventAnswers
    threads: Threads
    posters: Posters
    leaderboards: Leaderboards
    own_summaries: OwnSummaries
    participants: Participants
    preferences: Preferences
    languages: Languages
    readers: Readers
    preflight: Preflight
    direct_messages: DirectMessages
    sharing: Sharing
    shifts: Shifts
    shift_offers: ShiftOffers
    shift_grids: ShiftGrids
    installation: Installation
    redraws: Redraws
    retention: Retention
    dispatcher: Dispatcher
    outbox: Outbox
    metrics: Metrics
    polls: Polls
    mending: Mending
    templates: Templates
    translating: Translating
    commit: GroupCommit
    faults: Faults


def assemble(
    database: Database,
    clock: Clock,
    sender: Sender,
    *,
    default_language: str = "en",
    default_zone: str | None = None,
    redraw_interval: float = REDRAW_INTERVAL,
    role_interval: float = ROLE_INTERVAL,
    direct_interval: float = DIRECT_INTERVAL,
    budget: Budget | None = None,
    operator_user_id: int | None = None,
) -> Services:
    """Build the services without starting their tasks; without a budget nothing waits for one."""
    commit = GroupCommit(database)
    servers = Servers(
        database,
        commit,
        clock,
        default_language=default_language,
        default_zone=default_zone,
    )
    languages = Languages(database, commit)
    redraws = Redraws(database, clock, servers, sender, interval=redraw_interval)
    servers.when_shown = redraws.request_server
    metrics = Metrics()
    direct_messages = DirectMessages(database, commit, clock)
    courier = Courier(database, commit, clock, servers, sender, redraws, direct_messages, metrics)
    courier.turns[DeliveryKind.AHEAD] = direct_messages.tell_ahead
    courier.turns[DeliveryKind.DIRECT] = direct_messages.wait
    courier.turns[DeliveryKind.VERDICT] = direct_messages.wait
    digests = Digests(database, commit, clock)
    courier.turns[DeliveryKind.DIGEST] = digests.go_on
    unnamed = Unnamed(commit, direct_messages)
    courier.turns |= dict.fromkeys(NAMES_PEOPLE, unnamed.tell)
    thanks = Thanks(database, commit, clock, servers, sender, interval=role_interval)
    courier.turns[DeliveryKind.THANKS] = thanks.give
    dispatcher = Dispatcher(
        database,
        commit,
        clock,
        courier,
        budget or Budget(None),
        direct_interval=direct_interval,
    )
    commit.when_owed = dispatcher.wake
    changing = Changing(database, commit, clock, servers, redraws, dispatcher)
    editions = Editions(database, commit, clock, changing)
    courier.turns[DeliveryKind.TALLY] = editions.publish_first
    courier.attached = TallyFiles(database).attached
    pings = Pings(database, clock, servers)
    actions = Actions(database, commit, clock, servers, dispatcher)
    mending = Mending(database, commit, clock, servers, changing, redraws, dispatcher)
    redraws.when_lost = mending.lost_message
    courier.turns[DeliveryKind.NOTICE] = mending.settle_notice
    roles = Roles(database, commit, clock, sender, dispatcher, interval=role_interval)
    native_events = NativeEvents(database, commit, clock, servers, sender, dispatcher)
    courier.turns[DeliveryKind.EVENT] = native_events.keep
    threads = Threads(database, commit, clock, servers, sender, changing, redraws, dispatcher)
    courier.turns[DeliveryKind.THREAD] = threads.take_turn
    posters = Posters(database, clock, changing)
    sender.read_posters(posters.read)
    servers.when_given_up = lambda: roles.wake(tidy=True)
    decisions = Decisions(commit, clock, redraws, dispatcher)
    courier.turns[DeliveryKind.DECISION] = decisions.decide
    series = Repeating(database, commit, clock, servers, changing, dispatcher)
    courier.turns[DeliveryKind.NEXT_OCCURRENCE] = series.go_on
    sign_ups = SignUps(database, commit, clock, redraws, dispatcher, roles, servers)
    shifts = Shifts(database, commit, clock, sign_ups, redraws)
    reviews = Reviews(database, commit, clock, servers, redraws)
    return Services(
        clock=clock,
        servers=servers,
        actions=actions,
        action_lists=ActionLists(database, clock, servers),
        calendars=Calendars(database, clock, servers),
        changing=changing,
        pings=pings,
        reminding=Reminding(database, clock, servers, changing, pings),
        life_cycle=LifeCycle(database, clock, servers, changing),
        seals=Seals(database, commit, clock, servers, changing),
        editing=Editing(clock, changing, roles),
        message_plans=MessagePlans(changing, clock),
        official_counts=OfficialCounts(changing, clock),
        series=series,
        sign_ups=sign_ups,
        sign_up_settings=SignUpSettings(database, commit, clock, changing, roles),
        roles=roles,
        contributions=Contributions(database, commit, clock, redraws),
        vote_apps=VoteApps(changing, clock),
        ticks=Ticks(database, commit, clock, redraws),
        task_lists=TaskLists(changing, clock),
        tasks=Tasks(database, commit, clock, redraws, sign_ups),
        check_ins=CheckIns(database, commit, clock, servers, redraws),
        entries=Entries(database, commit, clock, servers, redraws),
        reviews=reviews,
        revisiting=Revisiting(database, clock, servers, reviews),
        review_batches=ReviewBatches(database, commit, clock, servers, redraws, reviews),
        appeals=Appeals(database, commit, clock),
        digests=digests,
        spot_checks=SpotChecks(database, commit, clock, changing),
        tallies=Tallies(database, clock, servers),
        editions=editions,
        naming=Naming(database, commit, clock),
        native_events=native_events,
        event_answers=EventAnswers(database, commit, clock, servers, changing, dispatcher),
        threads=threads,
        posters=posters,
        leaderboards=Leaderboards(database, clock, servers),
        own_summaries=OwnSummaries(database),
        preflight=Preflight(clock, servers, changing, sender),
        participants=Participants(database, commit, clock, servers, changing),
        preferences=Preferences(database, commit),
        languages=languages,
        readers=Readers(database, servers, languages),
        direct_messages=direct_messages,
        sharing=Sharing(actions, servers, clock),
        shifts=shifts,
        shift_offers=ShiftOffers(database, commit, clock, shifts, dispatcher),
        shift_grids=ShiftGrids(changing, clock),
        installation=Installation(database, commit),
        redraws=redraws,
        retention=Retention(database, commit, clock),
        dispatcher=dispatcher,
        outbox=Outbox(database, commit, clock, servers, changing, dispatcher),
        metrics=metrics,
        polls=Polls(database, commit, clock, servers, sender, redraws),
        mending=mending,
        translating=Translating(database, commit, clock, servers, actions, redraws),
        templates=Templates(database, commit, clock, servers, actions, changing),
        commit=commit,
        faults=Faults(clock, sender, operator_user_id),
    )


@asynccontextmanager
async def running(services: Services) -> AsyncGenerator[Services]:
    """Run the long-lived tasks; on leaving, what has queued is committed first."""
    services.faults.start()
    services.commit.start()
    await services.digests.catch_up()
    await services.direct_messages.start()
    await services.languages.start()
    services.redraws.start()
    services.dispatcher.start()
    services.roles.start()
    services.retention.start()
    try:
        yield services
    finally:
        await services.retention.close()
        await services.roles.close()
        await services.dispatcher.close()
        await services.redraws.close()
        await services.commit.close()
        await services.faults.stop()
