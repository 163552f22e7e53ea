"""Forged buttons and selects of every verb: what is not a fan's business stays out of reach."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import pytest

from domain.actions import Action
from domain.kinds import Feature, Kind, rules
from domain.life_cycle import Step
from domain.servers import Actor
from domain.shifts import make_grid
from domain.votes import VoteApp
from domain.walls import Resolved, Wall
from services.actions import Typed
from services.tasks import NewTask
from tests.fanserver import ENGLISH, TEXTS, ZONE, FanServer
from tests.shown import told
from ui.base import word_refusal

TITLE = "Nobody knows of this"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ELSEWHERE = 4_242_424_242

ABOUT_THEMSELVES = {"me_page", "own_zone", "ping_me"}
"""Verbs about the one who presses, whatever action stands in the custom_id."""
NO_ACTION_OF_THEIRS = {
    *(f"setup_{part}" for part in ("language", "channel", "notices", "organiser", "reviewer")),
    *("setup_ping", "setup_create_ping", "setup_roles", "setup_check"),
}

SELECTS = {
    *("app_pick", "task_pick", "shift_take", "shift_to", "shift_remove", "repeat_rule"),
    *("repeat_days", "series_date", "poll_tick", "poll_choose", "gate_role", "draft_channel"),
    *("move_channel", "tick_people"),
}


def at(instant: datetime) -> Resolved:
    return Resolved(Wall(instant.replace(tzinfo=None), "UTC"), instant)


async def draft(server: FanServer, actor: Actor, guild_id: int, kind: Kind) -> Action:
    """A draft with one part of each sort that its kind can have."""
    services, now = server.services, server.clock.now()
    names = [field.name for field in rules(kind).fields if field.page == 1]
    texts = dict(zip(names, TEXTS[kind.value], strict=False))
    typed = Typed(kind, TITLE, at(now + 3 * DAY), None, None, texts)
    made = await services.actions.draft(actor, guild_id, typed, language="en")
    ids = (guild_id, made.action_id)
    if Feature.APPS in made.rules.features:
        app = VoteApp(0, TITLE, 3, time(0), ZONE)
        await services.vote_apps.add(actor, *ids, app)
    if Feature.TASKS in made.rules.features:
        await services.task_lists.add(actor, *ids, [NewTask(TITLE)])
    if Feature.SHIFTS in made.rules.features:
        grid = make_grid(made.starts_at, made.starts_at + 4 * HOUR, 2 * HOUR, 3)
        await services.shift_grids.set_grid(actor, *ids, grid)
    return await services.changing.find(actor, *ids)


async def scheduled(server: FanServer, actor: Actor, kind: Kind) -> Action:
    made = await draft(server, actor, server.guild_id, kind)
    ids = (made.guild_id, made.action_id)
    services, later = server.services, at(server.clock.now() + DAY)
    await services.editing.announce_at(actor, *ids, later)
    await services.actions.publish(actor, *ids)
    return await services.changing.find(actor, *ids)


async def test_explore(server: FanServer) -> None:
    import time as t
    actor = server.actor(server.organiser)
    other = server.join("other", roles=(server.world.organisers, server.world.reviewers))
    b = t.time()
    out = {}
    for kind in (Kind.VOTE, Kind.PROJECT, Kind.STREAM, Kind.ATTENDANCE, Kind.SUBMISSION):
      for what in ("draft", "scheduled", "cancelled"):
        if what == "draft":
            action = await draft(server, actor, server.guild_id, kind)
        else:
            action = await scheduled(server, actor, kind)
            if what == "cancelled":
                await server.services.life_cycle.take(actor, action.guild_id, action.action_id, Step.CANCEL, reason="no")
        items = [*[s.shift_id for s in action.parts.shifts], *[s.task_id for s in action.parts.tasks], *[s.app_id for s in action.parts.apps]]
        item = items[0] if items else 1
        for who in (server.fan, other):
            for verb in sorted(server.bot.handlers):
                if verb.startswith("setup_"): continue
                for cid in ((f"fc:{verb}:{action.action_id}.{item}", f"fc:{verb}:{action.action_id}") if verb not in SELECTS else (f"fs:{verb}:{action.action_id}",)):
                    m = await server.forge(cid, **({"options":[{"label":"x","value":str(item)}],"type":3,"style":None,"label":None} if cid[1]=="s" else {}))
                    r = await (who.select(m,[str(item)],custom_id=cid) if cid[1]=="s" else who.click(m, custom_id=cid))
                    txt = "MODAL" if r.modal is not None else told(r)
                    if TITLE in txt: print("LEAK", kind, what, who is other, cid, txt)
                    out.setdefault((verb, txt.replace("\n"," ")[:90]), set()).add((what, who is other))
    print(t.time() - b)
    for k in sorted(out): print(k, out[k] if len(out[k])<6 else "all")
