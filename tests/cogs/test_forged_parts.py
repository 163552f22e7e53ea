"""Forged buttons and selects of every verb: what is not one's business stays out of reach."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from simcord.actors import MemberActor

from domain.actions import Action
from domain.kinds import Feature, Kind, rules
from domain.life_cycle import Step
from domain.shifts import make_grid
from domain.votes import VoteApp
from domain.walls import Resolved, Wall
from services.actions import Typed
from services.task_lists import NewTask
from tests.fanserver import ENGLISH, TEXTS, ZONE, FanServer
from tests.shown import told

TITLE = "Nobody knows of this"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ELSEWHERE = 4_242_424_242
BIG = 2**63 - 1

OTHER_BUSINESS = {
    *(
        "me_page",
        "own_zone",
        "ping_me",
        "ping_kinds",
        "withdraw",
        "undo",
        "skip",
        "verify",
        "not_counted",
    ),
    *("review", "review_filter", "correct", "cannot_read", "my_verdicts", "change_verdict"),
    *("revise_verify", "revise_not_counted", "revise_correct", "change_this"),
    *("all_proofs", "proofs_page"),
    *("check_several", "batch_out", "batch_verify", "appeal"),
    *("name_me", "name_me_yes", "name_me_no", "my_numbers", "setup_thanks", "setup_helper"),
    *("polls_page", "templates_page", "share_settings", "share_instance"),
    *("notifications", "direct_on", "direct_off", "direct_stop", "quiet_hours"),
    *(f"setup_{part}" for part in ("language", "channel", "notices", "organiser", "reviewer")),
    *("setup_ping", "setup_create_ping", "setup_roles", "setup_check", "setup_tally"),
    *("me_tab", "me_sign_ups", "me_unmute", "choices_hide", "choices_show", "setup_choices"),
    *("setup_pings", "setup_pings_edit"),
    *("my_language", "my_language_pick", "setup_languages", "setup_translator"),
    *(f"setup_language_{part}" for part in ("open", "channel", "role", "remove")),
    *("setup_events", "setup_events_on", "setup_events_off", "setup_events_off_yes"),
    *("setup_threads", "setup_threads_on", "setup_threads_off"),
    *(
        "help",
        "setup_page",
        "setup_kinds_allowed",
        "setup_keep_proofs",
        "setup_kind",
        "setup_kind_role",
        "setup_kind_create",
    ),
    *("setup_messages", "setup_messages_edit", "setup_nudges", "setup_back"),
    *("actions_list", "actions_page", "actions_kind", "actions_open", "calendar_all"),
}
"""Verbs that are about no action, whichever stands in the custom_id."""

SELECTS = {
    *(
        "log_part",
        "app_pick",
        "task_pick",
        "helpers_lead",
        "shift_take",
        "shift_to",
        "shift_remove",
        "repeat_rule",
    ),
    *("repeat_days", "series_date", "poll_tick", "poll_choose", "gate_role", "draft_channel"),
    *("move_channel", "tick_people", "outbox_show", "outbox_pick", "leaderboard_unit"),
    *("share_platforms", "participants_state", "participants_part"),
}

REFUSED = {
    ENGLISH("refused.no_such_message"),
    *(ENGLISH("refused.no_such_action"), ENGLISH("refused.no_such_draft")),
    *(ENGLISH("refused.not_your_draft"), ENGLISH("refused.no_such_poll")),
    *(ENGLISH("refused.unknown_button"), ENGLISH("refused.needs_manage_server")),
    *(ENGLISH("series.gone"), ENGLISH("shifts.no_such_offer"), ENGLISH("ticking.members_only")),
    ENGLISH("translate.no_role"),
}
"""What tells nothing, and goes for anything that there might be."""


def at(instant: datetime) -> Resolved:
    return Resolved(Wall(instant.replace(tzinfo=None), "UTC"), instant)


async def draft(server: FanServer, kind: Kind, guild_id: int | None = None) -> Action:
    """The organiser's draft, with parts of each sort that its kind can have."""
    services, now = server.services, server.clock.now()
    guild_id = guild_id or server.guild_id
    actor = server.actor(server.organiser) if guild_id == server.guild_id else server.manager
    names = [field.name for field in rules(kind).fields if field.page == 1]
    texts = dict(zip(names, TEXTS[kind.value], strict=False))
    typed = Typed(kind, TITLE, at(now + 3 * DAY), None, None, texts)
    made = await services.actions.draft(actor, guild_id, typed, language="en")
    ids = (guild_id, made.action_id)
    if Feature.APPS in made.rules.features:
        await services.vote_apps.add(actor, *ids, VoteApp(0, TITLE, 3, time(0), ZONE))
    if Feature.TASKS in made.rules.features:
        await services.task_lists.add(actor, *ids, [NewTask(TITLE)])
    if Feature.SHIFTS in made.rules.features:
        grid = make_grid(made.starts_at, made.starts_at + 4 * HOUR, 2 * HOUR, 3)
        await services.shift_grids.set_grid(actor, *ids, grid)
    return await services.changing.find(actor, *ids)


async def scheduled(server: FanServer, kind: Kind) -> Action:
    """A published action that is announced tomorrow."""
    made, actor = await draft(server, kind), server.actor(server.organiser)
    ids, services = (made.guild_id, made.action_id), server.services
    await services.editing.announce_at(actor, *ids, at(server.clock.now() + DAY))
    await services.actions.publish(actor, *ids)
    return await services.changing.find(actor, *ids)


def items_of(action: Action) -> list[int]:
    """The ids of an action's parts."""
    parts = action.parts
    return [
        *(shift.shift_id for shift in parts.shifts),
        *(task.task_id for task in parts.tasks),
        *(app.app_id for app in parts.apps),
    ]


async def told_by(
    server: FanServer, who: MemberActor, action: Action, item: int
) -> dict[str, str | None]:
    """What each verb answers somebody who forges it for an action; None where a form opened."""
    answers: dict[str, str | None] = {}
    for verb in sorted(set(server.bot.handlers) - OTHER_BUSINESS):
        picks = verb in SELECTS
        custom_id = f"{'fs' if picks else 'fc'}:{verb}:{action.action_id}.{item}"
        forged = {"type": 3, "options": [{"label": "x", "value": str(item)}]} if picks else {}
        unlike = {"style": None, "label": None} if picks else {}
        message = await server.forge(custom_id, **forged, **unlike)
        if picks:
            result = await who.select(message, [str(item)], custom_id=custom_id)
        else:
            result = await who.click(message, custom_id=custom_id)
        answers[verb] = None if result.modal is not None else told(result)
    await server.settle()
    return answers


def told_something(server: FanServer, answers: dict[str, str | None]) -> dict[str, str | None]:
    """Answers by verb that are more than a refusal which tells nothing."""
    roles = (("organiser", server.world.organisers), ("reviewer", server.world.reviewers))
    lacking = {ENGLISH(f"refused.needs_{name}", role=f"<@&{role.id}>") for name, role in roles}
    return {verb: answer for verb, answer in answers.items() if answer not in REFUSED | lacking}


async def test_another_servers_action_and_its_parts_are_out_of_reach(server: FanServer) -> None:
    await server.publish()
    for _ in range(20):
        elsewhere = await draft(server, Kind.PROJECT, ELSEWHERE)
    await server.services.servers.set_channel(server.manager, ELSEWHERE, 1)
    await server.services.actions.publish(server.manager, ELSEWHERE, elsewhere.action_id)
    item = items_of(elsewhere)[0]
    assert told_something(server, await told_by(server, server.fan, elsewhere, item)) == {}
    server.expect_error("failed for good: not_found")  # the bot is not in that server


async def test_somebody_elses_draft_tells_a_fan_nothing(server: FanServer) -> None:
    action = await draft(server, Kind.VOTE)
    assert told_something(server, await told_by(server, server.fan, action, BIG)) == {}


async def test_what_is_not_announced_yet_tells_a_fan_nothing(server: FanServer) -> None:
    action = await scheduled(server, Kind.STREAM)
    item = items_of(action)[0]
    assert told_something(server, await told_by(server, server.fan, action, item)) == {}
    found = await server.services.changing.find(server.manager, action.guild_id, action.action_id)
    assert (found.signed_up, found.arrivals) == (0, 0)


@pytest.mark.parametrize("cancelled", [False, True])
async def test_what_is_not_announced_yet_tells_other_organisers_nothing(
    server: FanServer, *, cancelled: bool
) -> None:
    """Nor once it was cancelled before anybody knew of it."""
    kind = Kind.ATTENDANCE if cancelled else Kind.PROJECT
    action, organiser = await scheduled(server, kind), server.actor(server.organiser)
    if cancelled:
        ids = (action.guild_id, action.action_id)
        await server.services.life_cycle.take(organiser, *ids, Step.CANCEL, reason="No stage")
    roles = (server.world.organisers, server.world.reviewers)
    other = server.join("other", roles=roles)
    assert told_something(server, await told_by(server, other, action, 1)) == {}


async def test_a_part_of_another_action_is_not_reached_through_ones_own(server: FanServer) -> None:
    """An id of one action's shift, task or app with the id of another action."""
    project, hidden = await server.publish("project"), await scheduled(server, Kind.PROJECT)
    (task,) = hidden.parts.tasks
    shift = hidden.parts.shifts[0].shift_id
    for verb, item in (
        *((verb, task.task_id) for verb in ("task_claim", "task_done", "task_undo")),
        *((verb, shift) for verb in ("shift_mine", "shift_give_up", "shift_to_anyone")),
    ):
        custom_id = f"fc:{verb}:{project.action_id}.{item}"
        refused = told(await server.press_forged(server.fan, custom_id))
        known = {ENGLISH("tasks.gone"), ENGLISH("shifts.gone"), ENGLISH("shifts.not_yours")}
        assert refused in known, (verb, refused)


async def test_who_lost_the_role_is_refused_at_once(server: FanServer) -> None:
    """By every button of an action that they organise, open panels included."""
    action = await scheduled(server, Kind.VOTE)
    server.take_role(server.organiser, server.world.organisers)
    answers = await told_by(server, server.organiser, action, items_of(action)[0])
    assert told_something(server, answers) == {}


@pytest.mark.parametrize("kind", ["vote", "project"])
async def test_no_verb_breaks_down_on_a_part_that_there_can_not_be(
    server: FanServer, kind: str
) -> None:
    """Whatever they do with an action of their own, or its answer, none is an error of the bot."""
    action = await server.publish(kind) if kind == "project" else await scheduled(server, Kind.VOTE)
    for who in (server.fan, server.organiser):
        for answer in (await told_by(server, who, action, BIG)).values():
            assert answer is None or "Something went wrong" not in answer
