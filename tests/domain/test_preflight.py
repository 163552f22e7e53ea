"""Before the moment: what is not set, when organisers are told, and the texts they may need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.actions import Action, ActionState
from domain.deliveries import Delivery, DeliveryKind
from domain.errors import Refusal
from domain.kinds import Kind, rules
from domain.lateness import Verdict, judge
from domain.owed_messages import OwedMessage
from domain.parts import Parts
from domain.plans import plan_rest
from domain.preflight import Flaw, find_unset, preflights
from domain.servers import RolePurpose, Server
from domain.spare_texts import LOOK_AHEAD, MOST_TEXTS, spare_texts
from domain.tasks import Task
from tests.domain.ledgers import make_action
from tests.domain.votes import make_app

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SERVER = Server(1, announce_channel_id=4, roles={RolePurpose.PING: 5}, organiser_channel_id=6)

FILLED: dict[Kind, Mapping[str, str]] = {
    Kind.FUNDRAISER: {"link": "https://example.org"},
    Kind.HASHTAG: {"tag": "OurDay"},
    Kind.STREAM: {"links": "https://example.org/list"},
    Kind.VOTE: {},
    Kind.PROJECT: {"brief": "A book"},
    Kind.ATTENDANCE: {"place": "Gate 3", "code": "STAR2026"},
    Kind.SUBMISSION: {"recipient": "The agency", "rules": "Own drawings"},
    Kind.CUSTOM: {"unit": "letters"},
}
PARTS = Parts(apps=(make_app(link="https://example.org/vote"),), tasks=(Task(1, "Poster"),))


def an_action(kind: Kind = Kind.HASHTAG, **values: Any) -> Action:
    given = {"kind": kind, "fields": FILLED[kind], "parts": PARTS, "state": ActionState.OPEN}
    return replace(make_action(grants_role=True), **(given | values))


def flaws(action: Action, server: Server = SERVER) -> list[Flaw]:
    return [found.flaw for found in find_unset(action, server)]


@pytest.mark.parametrize("kind", Kind)
def test_what_is_set_has_no_flaw_and_each_required_field_is_looked_for(kind: Kind) -> None:
    action = an_action(kind)
    assert flaws(action) == []
    required = [f.name for f in rules(kind).fields if f.required and f.name != "currency"]
    for name in required:
        fields = {n: text for n, text in action.fields.items() if n != name}
        (found,) = find_unset(replace(action, fields=fields), SERVER)
        assert (found.flaw, found.names, found.grave) == (Flaw.UNSET, (name,), True)


def test_what_each_kind_needs_besides_is_looked_for() -> None:
    bare = Parts()
    assert flaws(an_action(Kind.VOTE, parts=bare)) == [Flaw.NO_APPS]
    assert flaws(an_action(Kind.PROJECT, parts=bare)) == [Flaw.NO_TASKS]
    unlinked = Parts(apps=(make_app(name="Starvote", link=None),))
    (found,) = find_unset(an_action(Kind.VOTE, parts=unlinked), SERVER)
    assert (found.flaw, found.names, found.grave) == (Flaw.APPS_WITHOUT_LINK, ("Starvote",), False)
    (found,) = find_unset(an_action(Kind.ATTENDANCE, fields={"place": "Gate 3"}), SERVER)
    assert (found.flaw, found.grave) == (Flaw.NO_CODE, False), "it may be meant so"
    assert flaws(an_action(Kind.HASHTAG, parts=bare)) == [], "it has neither apps nor tasks"


def test_a_channel_and_a_role_of_those_who_are_in_are_looked_for() -> None:
    action = an_action(grants_role=False)
    assert flaws(action, Server(1)) == [Flaw.NO_CHANNEL, Flaw.NO_PING]
    assert flaws(action) == [Flaw.NO_PING], "the role for alerts is no stand-in"
    assert flaws(replace(action, channel_id=7, grants_role=True), Server(1)) == []


# ---- When


def planned(action: Action, before: timedelta) -> list[DeliveryKind]:
    return [plan.kind for plan in plan_rest(action, action.starts_at - before)]


def test_it_is_planned_half_an_hour_before_the_moment_and_left_out_later() -> None:
    action = an_action()
    assert [due for due, _ in preflights(action)] == [action.starts_at - 30 * MINUTE]
    assert planned(action, 31 * MINUTE).count(DeliveryKind.PREFLIGHT) == 1
    assert DeliveryKind.PREFLIGHT not in planned(action, 30 * MINUTE)


def preflight(action: Action, late: timedelta, server: Server = SERVER) -> OwedMessage:
    ((due, _),) = preflights(action)
    delivery = Delivery(1, 2, action.action_id, DeliveryKind.PREFLIGHT, due, 1)
    return OwedMessage(delivery, action, server, due + late)


def test_it_is_sent_until_the_moment_and_never_about_what_is_paused_or_cancelled() -> None:
    action = an_action()
    assert judge(preflight(action, 0 * MINUTE)) is Verdict.SEND
    assert judge(preflight(action, 29 * MINUTE)) is Verdict.SEND
    assert judge(preflight(action, 30 * MINUTE)) is Verdict.SKIP
    for state in (ActionState.PAUSED, ActionState.CANCELLED):
        assert judge(preflight(replace(action, state=state), 0 * MINUTE)) is Verdict.SKIP


def test_it_goes_to_the_organisers_channel_and_never_where_fans_read() -> None:
    action = an_action()
    assert preflight(action, 0 * MINUTE).channel_ids == (6,)
    for server, channel_id in (
        (replace(SERVER, organiser_channel_id=None), None),
        (replace(SERVER, organiser_channel_id=4), None),
        (SERVER, 6),
    ):
        moved = replace(action, channel_id=channel_id)
        assert preflight(moved, 0 * MINUTE, server).channel_ids == ()


# ---- The texts


def texts(action: Action, before: timedelta) -> list[DeliveryKind]:
    return [plan.kind for plan in spare_texts(action, action.starts_at - before)]


def test_the_texts_are_the_moments_and_what_follows_within_hours() -> None:
    long = an_action(ends_at=make_action().starts_at + LOOK_AHEAD, parts=Parts())
    assert texts(long, 30 * MINUTE) == [
        DeliveryKind.MOMENT,
        DeliveryKind.LAST_HOUR,
        DeliveryKind.CLOSING,
    ]
    longer = replace(long, ends_at=long.ends_at + 2 * HOUR, log_until=long.ends_at + DAY)
    assert texts(longer, 30 * MINUTE) == [DeliveryKind.MOMENT]
    assert texts(longer, -1 * HOUR)[0] is DeliveryKind.MOMENT, "it may not have gone out"
    assert DeliveryKind.REMINDER not in texts(longer, 30 * HOUR), "for that there is time"


def test_a_vote_with_many_calls_gives_no_more_than_a_few() -> None:
    apps = tuple(
        make_app(app_id=number, reset=f"{number:02}:00", zone="UTC") for number in range(1, 20)
    )
    action = an_action(Kind.VOTE, parts=Parts(apps=apps))
    found = spare_texts(action, action.starts_at)
    assert len(found) <= MOST_TEXTS
    assert sorted(found, key=lambda plan: plan.due_at) == found


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"state": ActionState.PAUSED}, "refused.state.paused"),
        ({"state": ActionState.CANCELLED}, "refused.step.cancelled"),
        ({"state": ActionState.FINAL}, "refused.step.final"),
    ],
)
def test_what_stands_still_has_no_texts(values: dict[str, Any], key: str) -> None:
    action = an_action(**values)
    with pytest.raises(Refusal) as refusal:
        spare_texts(action, action.starts_at - HOUR)
    assert refusal.value.key == key


def test_what_has_ended_and_said_so_has_no_texts() -> None:
    action = an_action()
    with pytest.raises(Refusal) as refusal:
        spare_texts(action, action.ends_at + MINUTE)
    assert refusal.value.key == "preflight.no_texts"
