"""A vote's messages and panels: they fit Discord however many apps it has, and ping one role."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import discord
import pytest

from domain.actions import Action
from domain.deliveries import Delivery, DeliveryKind
from domain.owed_messages import OwedMessage
from domain.servers import Server
from domain.tally import running_tally
from domain.ticks import todays
from domain.vote_calls import Call, plan_calls
from locales import Language
from tests.domain.votes import DAY, HOUR, NEW_YORK, STARTS, make_app, make_vote
from tests.ui.subjects import ALL_LANGUAGES, PING_ROLE, make_server, owe, text_of
from ui.apps_panel import draw_app, draw_apps, draw_sure
from ui.cards import draw_card
from ui.messages import Drawn, draw_message
from ui.muting import word_mute
from ui.tallies import draw_tally
from ui.tick_panel import draw_ticks
from ui.vote_lines import MAX_CARD, app_lines, reset_text

MOST_TEXT, MOST_PARTS, MOST_CONTENT = 4000, 40, 2000
ROLE = 81384788765712888
LINK = "https://example.org/" + "x" * 280
NASTY = [
    make_app(
        number,
        "23:30",
        name="*_[@everyone](x) " * 2 + f"{number:02}",
        cap=1_000_000,
        link=LINK,
        note="@here *note* " * 38,
        logged=10**9,
    )
    for number in range(1, 21)
]
say = ALL_LANGUAGES[0]


def first_call(action: Action) -> Call:
    return next(plan_calls(action, STARTS))


def drawn(
    action: Action, language: Language = say, server: Server | None = None, **values: Any
) -> Drawn:
    """The first daily call of a vote."""
    due_at = first_call(action).due_at
    delivery = Delivery(
        action.guild_id, 5, action.action_id, DeliveryKind.DAILY_CALL, due_at, attempts=0
    )
    now = values.pop("now", due_at)
    owed = OwedMessage(delivery, action, server or make_server(), now, **values)
    return draw_message(language, owed)


def test_where_tallies_are_kept_neither_card_nor_call_says_what_is_logged_in_an_app() -> None:
    action, kept = make_vote(make_app(1, logged=4321)), make_server(tally_public=False)
    now = STARTS + HOUR
    assert "4,321" in text_of(draw_card(say, action, make_server(), now))
    assert "4,321" not in text_of(draw_card(say, action, kept, now))
    call = drawn(action, server=kept)
    assert "4,321" not in text_of(call.view, call.content)


def test_a_vote_under_way_says_what_is_logged_in_each_app() -> None:
    action = make_vote(*(make_app(n, name=f"App {n}", logged=n * 1000) for n in (1, 2)))
    tally = running_tally(action, contributors=3, cut_off=STARTS + HOUR)
    shown = text_of(draw_tally(say, tally, make_server()))
    assert shown.index("- App 2: 2,000 votes") < shown.index("- App 1: 1,000 votes")
    assert "App 1: 1,000 votes, by" not in shown


def parts_of(view: discord.ui.View | discord.ui.LayoutView) -> int:
    return sum(1 for _ in view.walk_children())


def length_of(view: discord.ui.LayoutView) -> int:
    texts = (item for item in view.walk_children() if isinstance(item, discord.ui.TextDisplay))
    return sum(len(text.content) for text in texts)


def pinged(message: Drawn) -> list[int]:
    roles = message.allowed_mentions.roles
    assert not message.allowed_mentions.everyone
    assert not message.allowed_mentions.users
    return [role.id for role in roles] if isinstance(roles, list) else []


@pytest.mark.parametrize("language", ALL_LANGUAGES, ids=lambda language: language.code)
def test_twenty_apps_with_long_names_links_and_notes_fit(language: Language) -> None:
    action, server = make_vote(*NASTY), make_server()
    call = drawn(action, language)
    assert len(call.content or "") <= MOST_CONTENT
    assert len(call.view.children) == 22
    now = STARTS + HOUR
    today = todays(action, now, ticked={(1, date(2026, 10, 18))}, rested=set(), muted=True)
    for view in (
        draw_ticks(language, today, "x" * 200),
        draw_apps(language, action, server, now),
        draw_app(language, action, NASTY[0], server, now),
        draw_sure(language, action, NASTY[0], "app_close"),
        draw_card(language, action, server, now),
    ):
        assert length_of(view) <= MOST_TEXT
        assert parts_of(view) <= MOST_PARTS


def test_a_call_pings_nobody_as_some_may_have_ticked_everything() -> None:
    for role_id in (None, ROLE):
        call = drawn(make_vote(make_app(), grants_role=True, role_id=role_id))
        assert pinged(call) == []
        assert (call.content or "").startswith("Time to vote")


def test_a_late_call_says_so_and_leaves_out_what_has_ended() -> None:
    action = make_vote(make_app(1, "22:00", name="Early"), make_app(2, "23:30", name="Later"))
    action = replace(action, starts_at=STARTS - 6 * HOUR)
    call = next(plan_calls(action, STARTS - 6 * HOUR))
    delivery = Delivery(1, 5, 2, DeliveryKind.DAILY_CALL, call.due_at, attempts=0)
    late = OwedMessage(delivery, action, make_server(), call.days[0].end + HOUR)
    content = draw_message(say, late).content or ""
    assert "Later" in content
    assert "Early" not in content
    assert "late" in content.casefold()
    assert not late.pointless
    assert replace(late, now=call.days[1].end).pointless


def test_many_apps_are_counted_in_the_first_line() -> None:
    action = make_vote(*(make_app(number) for number in range(1, 5)))
    assert "in 4 apps, before the first day ends (Mon 19 Oct 23:30 KST)" in (
        drawn(action).content or ""
    )


def test_a_reset_is_shown_by_its_own_clock_and_the_servers() -> None:
    seoul, abroad = make_app(1), make_app(2, "00:00", NEW_YORK)
    action = make_vote(seoul, abroad)
    assert reset_text(say, action, seoul, "Asia/Seoul", STARTS) == "23:30 KST"
    summer = reset_text(say, action, abroad, "Asia/Seoul", STARTS)
    assert summer == "00:00 EDT = 13:00 KST"
    winter = reset_text(say, action, abroad, "Asia/Seoul", STARTS + 20 * DAY)
    assert winter == "00:00 EST (UTC-05:00) = 14:00 KST"


def test_the_card_says_how_each_app_stands() -> None:
    opens = STARTS + 2 * DAY
    action = make_vote(
        make_app(1, logged=30, link="https://example.org/vote"),
        make_app(2, opens_at=opens),
        make_app(3, closes_at=STARTS + HOUR),
    )
    text = text_of(draw_card(say, action, make_server(), STARTS + 2 * HOUR))
    assert "**App 1** · 10 votes a day · resets daily at <t:" in text
    assert "· 30 votes logged · [Open](<https://example.org/vote>)" in text
    assert f"**App 2** · 10 votes a day · opens <t:{int(opens.timestamp())}:f>" in text
    assert "**App 3** · closed" in text


@pytest.mark.parametrize("muted", [True, False, None])
def test_muting_a_vote_with_a_role_of_its_own_says_what_becomes_of_it(muted: bool | None) -> None:
    action = make_vote(make_app(), grants_role=True, role_id=ROLE)
    text = word_mute(say, action, muted)
    assert (f"<@&{ROLE}>" in text) == (muted is not None)
    assert f"<@&{PING_ROLE}>" not in text


def test_the_card_has_each_apps_note() -> None:
    note = "Accounts of less than a week can't vote; votes expire at the end of the month"
    action = make_vote(make_app(1, note=note), make_app(2))
    card = text_of(draw_card(say, action, make_server(), STARTS))
    assert card.index("**App 1**") < card.index(f"-# {note}") < card.index("**App 2**")


def test_the_notes_of_many_apps_are_shortened_and_take_no_app_off_the_card() -> None:
    apps = [make_app(number, note="note " * 40, cap=3) for number in range(1, 21)]
    lines = app_lines(say, make_vote(*apps), STARTS)
    assert sum(len(line) + 1 for line in lines) <= MAX_CARD
    assert sum(line.startswith("**") for line in lines) == 20
    assert all(line.endswith("…") for line in lines if line.startswith("-# "))
    assert len(lines) == 40
    plain = app_lines(say, make_vote(*(replace(app, note=None) for app in NASTY)), STARTS)
    assert app_lines(say, make_vote(*NASTY), STARTS) == plain


@pytest.mark.parametrize(
    "kind", [DeliveryKind.ANNOUNCEMENT, DeliveryKind.REMINDER, DeliveryKind.MOMENT]
)
def test_a_votes_messages_name_its_apps(kind: DeliveryKind) -> None:
    few = make_vote(make_app(1, cap=1), make_app(2))
    content = draw_message(say, owe(kind, few, STARTS)).content or ""
    assert "App 1 (1 vote a day) and App 2 (10 votes a day)" in content
    for language in ALL_LANGUAGES:
        fields = {"guide": "Vote *kindly* " * 40}
        content = draw_message(
            language, owe(kind, make_vote(*NASTY, fields=fields), STARTS)
        ).content
        assert len(content or "") <= MOST_CONTENT
        assert "Vote" in (content or "")
        (named,) = (line for line in (content or "").splitlines() if "everyone" in line)
        assert len(named) < 400
