"""Direct messages as drawn: for a lock screen, within Discord's limits, and with nothing sealed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import discord
import pytest

from domain.actions import Action
from domain.deliveries import DeliveryKind, Post
from domain.owed_messages import OwedMessage
from domain.parts import Parts
from domain.shifts import Shift
from domain.tasks import Task
from domain.vote_calls import VotingDay
from domain.votes import VoteApp
from locales import Language
from tests.domain.ledgers import START
from tests.ui.subjects import ALL_LANGUAGES, CHANNEL, GUILD, SECRET, fundraiser, hashtag, owe
from ui.direct_messages import draw_direct, stop_id
from ui.limits import MAX_CONTENT
from ui.text import stamp

HOUR = timedelta(hours=1)
READER = 4_711
OCCASIONS = (
    DeliveryKind.AHEAD,
    DeliveryKind.SHIFT,
    DeliveryKind.TASK,
    DeliveryKind.PROMOTED,
    DeliveryKind.NUDGE,
    DeliveryKind.LAST_HOUR,
    DeliveryKind.REMINDER,
    DeliveryKind.DAILY_CALL,
    DeliveryKind.BY_HAND,
)
APPS = (
    VoteApp(1, "Mubeat", 10, time(23, 30), "Asia/Seoul"),
    VoteApp(2, "Idol*champ", 3, time(23, 30), "Asia/Seoul"),
)
PARTS = Parts(
    shifts=(Shift(1, START, START + HOUR, target=2),),
    tasks=(Task(1, "Poster", due_at=START, claimed_by=READER, claimed_at=START),),
)


def repeat(
    kind: DeliveryKind, action: Action, now: datetime = START - HOUR, *, item: int = 1
) -> OwedMessage:
    days = tuple(VotingDay(app, START.date(), START, START + HOUR) for app in APPS)
    left = days if kind is DeliveryKind.DAILY_CALL else ()
    whole = replace(action, parts=PARTS)
    return owe(kind, whole, now, item=item, addressee=READER, days_left=left)


@pytest.mark.parametrize("say", ALL_LANGUAGES)
def test_a_call_names_what_is_left_to_tick_alone_and_counts_what_is_much(say: Language):
    owed = repeat(DeliveryKind.DAILY_CALL, fundraiser())
    content, _ = draw_direct(say, direct(owed), "Here")
    assert "Mubeat" in content
    assert "Idol\\*champ" in content
    one = replace(owed, days_left=owed.days_left[:1])
    assert "champ" not in draw_direct(say, direct(one), "Here")[0]
    many = replace(owed, days_left=owed.days_left * 3)
    assert "Mubeat" not in draw_direct(say, direct(many), "Here")[0]
    assert "6" in draw_direct(say, direct(many), "Here")[0].splitlines()[0]


@pytest.mark.parametrize("say", ALL_LANGUAGES)
def test_a_reminder_says_until_when_there_is_something_to_do(say: Language):
    action = fundraiser()
    early, late = (
        draw_direct(say, direct(repeat(DeliveryKind.REMINDER, action, now)), "Here")[0]
        for now in (action.ends_at - HOUR, action.ends_at)
    )
    assert stamp(action.ends_at) in early
    assert stamp(action.log_until) in late


def direct(*repeats: OwedMessage, **values: object) -> OwedMessage:
    first = repeats[0]
    made = owe(DeliveryKind.DIRECT, first.action, first.now, addressee=READER)
    return replace(made, repeats=repeats, **values)


def urls(view: discord.ui.View) -> list[str | None]:
    return [item.url for item in view.children if isinstance(item, discord.ui.Button) and item.url]


@pytest.mark.parametrize("say", ALL_LANGUAGES)
@pytest.mark.parametrize("kind", OCCASIONS)
def test_the_first_line_says_what_and_when_in_the_readers_zone(say: Language, kind: DeliveryKind):
    owed = direct(repeat(kind, fundraiser(title="Stage *day*")), zone="America/Sao_Paulo")
    content, view = draw_direct(say, owed, "Fans *of* stars")
    first = content.splitlines()[0]
    assert "Stage \\*day\\*" in first
    assert "UTC-03:00" in first
    assert "Fans \\*of\\* stars" in content
    assert "<@" not in content, "a direct message needs no ping"
    assert view.timeout is None
    assert stop_id(owed) in [getattr(item, "custom_id", None) for item in view.children]


@pytest.mark.parametrize("say", ALL_LANGUAGES)
@pytest.mark.parametrize("now", [START - HOUR, START + 5 * timedelta(minutes=1)])
@pytest.mark.parametrize("kind", OCCASIONS)
def test_nothing_sealed_is_in_it_not_even_after_the_moment(
    say: Language, now: datetime, kind: DeliveryKind
):
    content, view = draw_direct(say, direct(repeat(kind, hashtag(), now)), "Here")
    assert SECRET not in content + str(view.to_components())


@pytest.mark.parametrize("say", ALL_LANGUAGES)
def test_it_leads_to_the_card_or_else_to_the_channel(say: Language):
    owed = direct(repeat(DeliveryKind.AHEAD, fundraiser()))
    _, view = draw_direct(say, owed, "Here")
    assert urls(view) == [f"https://discord.com/channels/{GUILD}/{CHANNEL}"]
    _, view = draw_direct(say, replace(owed, card=Post(5, 6)), "Here")
    assert urls(view) == [f"https://discord.com/channels/{GUILD}/5/6"]


@pytest.mark.parametrize("say", ALL_LANGUAGES)
def test_what_waited_is_one_message_that_fits_however_much_it_is(say: Language):
    many = [repeat(DeliveryKind.PROMOTED, fundraiser(title="총" * 100)) for _ in range(40)]
    content, _ = draw_direct(say, direct(*many), "S" * 300)
    assert len(content) <= MAX_CONTENT
    assert content.splitlines()[0] == say.many("direct.waited", 40)
    assert content.splitlines()[-1].startswith("-# ")


@pytest.mark.parametrize("say", ALL_LANGUAGES)
def test_after_the_moment_it_says_that_it_has_begun(say: Language):
    before, after = (
        draw_direct(say, direct(repeat(DeliveryKind.AHEAD, fundraiser(), now)), "Here")[0]
        for now in (START - HOUR, START)
    )
    assert before.splitlines()[0] != after.splitlines()[0]


def test_two_servers_with_the_same_delivery_have_different_stop_buttons():
    one = direct(repeat(DeliveryKind.AHEAD, fundraiser()))
    other = replace(one, server=replace(one.server, guild_id=GUILD + 1))
    assert stop_id(one) != stop_id(other)
