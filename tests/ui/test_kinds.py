"""What the cards, messages and tallies of each kind say, with everything at its longest."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import discord
import pytest

from domain.actions import Action, ActionState
from domain.deliveries import DeliveryKind
from domain.fields import MOST_LINKS
from domain.kinds import FieldKind, Kind, Unit, rules
from domain.ledger import HeldReason
from domain.parts import Parts
from domain.quiet import QuietHours
from domain.shifts import Shift
from domain.sign_ups import SignUpOption
from domain.tasks import Task
from domain.totals import Total
from domain.votes import MOST_APPS, VoteApp
from domain.walls import Resolved, Wall
from locales import Language, language
from tests.domain.ledgers import DAY, START, make_action, make_contribution
from tests.ui.subjects import (
    ALL_LANGUAGES,
    HOUR,
    fundraiser,
    labels_of,
    make_server,
    owe,
    tally_of,
    text_of,
)
from tests.ui.test_cards import assert_fits
from ui.cards import draw_card, draw_preview
from ui.charts import chart_document
from ui.log_replies import draw_logged
from ui.messages import draw_message
from ui.plan_lines import offset_words
from ui.previews import preview_notes
from ui.tallies import draw_tally
from ui.text import amount, plain_lines, stamp

ENGLISH, KOREAN = language("en"), language("ko")
SERVER = make_server()
LONGEST_TOTAL = Total(*(10**15 for _ in vars(Total())))
IN_THREE = {
    "link": "https://example.org/give",
    "currencies": "KRW EUR",
    "rates": "KRW 0.00073\nEUR 1.08",
    "rates_source": "the bank",
    "matcher": "Moonlight",
    "match_limit": "500000",
}


TASK = Task(6, "Banner")


@pytest.mark.parametrize("now", [START - HOUR, START + HOUR])
def test_a_card_offers_shifts_and_tasks_only_where_there_are_some(now: datetime) -> None:
    shift, task = Shift(5, START, START + HOUR, 3), TASK
    for kind, parts, offered in (
        (Kind.STREAM, Parts(), set()),
        (Kind.STREAM, Parts(shifts=(shift,)), {"shifts"}),
        (Kind.PROJECT, Parts(), set()),
        (Kind.PROJECT, Parts(tasks=(task,)), {"tasks"}),
        (Kind.PROJECT, Parts(shifts=(shift,), tasks=(task,)), {"shifts", "tasks"}),
    ):
        action = make_action(kind=kind, parts=parts)
        shown = labels_of(draw_card(ENGLISH, action, SERVER, now))
        assert {"shifts", "tasks"} & set(shown) == offered
        assert "leave" in shown


@pytest.mark.parametrize("kind", [DeliveryKind.MOMENT, DeliveryKind.CLOSING])
def test_no_message_names_a_button_that_is_not_there(kind: DeliveryKind) -> None:
    now = START if kind is DeliveryKind.MOMENT else START + DAY
    bare = make_action(kind=Kind.PROJECT, parts=Parts())
    for action, named in ((bare, False), (replace(bare, parts=Parts(tasks=(TASK,))), True)):
        drawn = draw_message(ENGLISH, owe(kind, action, now))
        assert drawn.content is not None
        assert ("“Tasks”" in drawn.content, "tasks" in labels_of(drawn.view)) == (named, named)


def test_the_preview_of_a_project_says_so_where_it_has_no_tasks() -> None:
    note = ENGLISH("preview.no_tasks", button=ENGLISH("button.task_list"))
    for kind, tasks, noted in (
        (Kind.PROJECT, (), True),
        (Kind.PROJECT, (TASK,), False),
        (Kind.STREAM, (), False),
    ):
        draft = make_action(kind=kind, number=None, parts=Parts(tasks=tasks))
        assert (note in preview_notes(ENGLISH, draft, SERVER, START - HOUR, [])) is noted


def test_a_preview_lists_what_calls_people_and_what_of_it_is_in_quiet_hours() -> None:
    draft = make_action(kind=Kind.STREAM, number=None, starts_at=START, parts=Parts())
    (offset, *_) = draft.plan.reminders
    due = START - offset
    zone = SERVER.zone or draft.starts.zone
    local = due.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    quiet = replace(SERVER, quiet=QuietHours(minute, (minute + 30) % 1440))
    for server, ending in ((SERVER, ""), (quiet, ", in quiet hours")):
        lines = preview_notes(ENGLISH, draft, server, due - HOUR, [])
        assert f"- {offset_words(ENGLISH, offset)}: {stamp(due, 'f')}{ending}" in lines
        assert f"- {ENGLISH('outbox.kind.moment')}: {stamp(START, 'f')}" in lines


def longest_value(kind: FieldKind, most: int) -> str:
    match kind:
        case FieldKind.URL:
            return "https://a.example/" + "총" * (most - 18)
        case FieldKind.LINKS:
            each = most // MOST_LINKS - 1
            links = [f"https://{n}.example/" for n in range(MOST_LINKS)]
            return "\n".join(link + "총" * (each - len(link)) for link in links)
        case FieldKind.AMOUNT:
            return str(10**15)
        case FieldKind.RATES:
            return "\n".join(f"{code} 123456789.123456789012" for code in ("KRW", "EUR", "JPY"))
        case FieldKind.TAG | FieldKind.UNIT:
            return "총" * most
        case _:
            return "*_\n" * (most // 3)


def longest_parts() -> Parts:
    """As many parts as there can be, each as long as it can be."""
    return Parts(
        options=tuple(SignUpOption(n, "*" * 80, capacity=10**6, taken=10**6) for n in range(1, 5)),
        apps=tuple(
            VoteApp(
                n, "*" * 80, 10**6, time(23, 30), "Asia/Seoul", "https://a.example/" + "x" * 180
            )
            for n in range(1, MOST_APPS + 1)
        ),
        shifts=tuple(
            Shift(n, START + n * HOUR, START + (n + 1) * HOUR, 10**6, "*" * 80) for n in range(24)
        ),
        tasks=tuple(Task(n, "*" * 80, due_at=START + n * HOUR) for n in range(1, 41)),
        totals=dict.fromkeys(("USD", "KRW", "EUR", "JPY"), LONGEST_TOTAL),
    )


def longest(kind: Kind, **values: Any) -> Action:
    """An action in which everything is as long as it can be."""
    fields = {
        field.name: longest_value(field.kind, field.max_length) for field in rules(kind).fields
    }
    if kind is Kind.FUNDRAISER:
        fields["currencies"] = "KRW EUR JPY"
    unit = rules(kind).unit
    defaults: dict[str, Any] = {
        "kind": kind,
        "title": "*" * 100,
        "unit_code": "USD" if unit is Unit.MONEY else unit.value,
        "goal": 10**15,
        "baseline": 10**15,
        "capacity": 10**6,
        "signed_up": 10**6,
        "waitlisted": 10**6,
        "fields": fields,
        "total": LONGEST_TOTAL,
        "reason": "*" * 300,
        "needed": 10**6,
        "decide": Resolved(Wall(datetime(2020, 6, 7, 1, 0), "Asia/Seoul"), START - HOUR),
        "sign_up_role_id": 2**63 - 1,
        "sign_up_lead": HOUR,
        "pledged_amount": 10**15,
        "pledged_count": 10**6,
        "parts": longest_parts(),
    }
    return make_action(**(defaults | values))


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=repr)
@pytest.mark.parametrize("kind", list(Kind))
def test_the_longest_action_of_a_kind_fits_everywhere(kind: Kind, say: Language) -> None:
    for state in (ActionState.OPEN, ActionState.PAUSED, ActionState.CANCELLED):
        action = longest(kind, state=state, stopped_at=START + HOUR)
        for now in (START - HOUR, START + HOUR, START + 3 * DAY):
            assert_fits(draw_card(say, action, SERVER, now))
    draft = longest(kind, state=ActionState.DRAFT, number=None)
    assert_fits(draw_preview(say, draft, SERVER, START - HOUR, ["*" * 500] * 9))
    given = [make_contribution(1, amount=10**15, unit_code=draft.unit_code)]
    tally = tally_of(longest(kind), *given, cut_off=START + DAY)
    assert_fits(draw_tally(say, tally, SERVER, chart=True, files=("tally.csv", "tally.json")))
    for delivery in (DeliveryKind.ANNOUNCEMENT, DeliveryKind.MOMENT, DeliveryKind.CLOSING):
        drawn = draw_message(say, owe(delivery, longest(kind), START))
        assert len(drawn.content or "") <= 2000


@pytest.mark.parametrize("kind", list(Kind))
def test_the_longest_card_still_shows_each_field_and_every_number(kind: Kind) -> None:
    shown = text_of(draw_card(ENGLISH, longest(kind), SERVER, START + HOUR))
    assert "**In** 1,000,000 of 1,000,000 places" in shown
    assert "**Goal**" in shown
    for field in rules(kind).fields:
        if field.kind in (FieldKind.TEXT, FieldKind.URL, FieldKind.LINKS) and field.own_line:
            label = ENGLISH(f"card.field.{kind.value}_{field.name}", value="")
            assert label.strip() in shown


def links_of(view: discord.ui.LayoutView) -> list[tuple[str | None, str]]:
    items: list[Any] = list(view.walk_children())
    buttons = [item for item in items if isinstance(item, discord.ui.Button)]
    return [(button.label, button.url) for button in buttons if button.url]


def test_a_playlist_opens_by_a_button_for_each_service_and_the_rest_by_masked_links() -> None:
    hosts = ("open.spotify.com", "music.apple.com", "open.spotify.com", "a.example", "b.example")
    urls = [f"https://{host}/{n}" for n, host in enumerate((*hosts, "c.example"))]
    long = "https://www.melon.com/" + "x" * 500
    stream = make_action(
        kind=Kind.STREAM, unit_code="streams", fields={"links": "\n".join([long, *urls])}
    )
    card = draw_card(ENGLISH, stream, SERVER, START)
    names = ["open.spotify.com", "music.apple.com", "open.spotify.com (2)", *hosts[3:]]
    assert links_of(card) == list(zip(names, urls[:5], strict=True))
    shown = text_of(card)
    assert f"`melon.com`: [open the page](<{long}>)" in shown
    assert f"`c.example`: [open the page](<{urls[5]}>)" in shown


def test_a_check_in_code_is_shown_to_organisers_only() -> None:
    action = make_action(
        kind=Kind.ATTENDANCE, unit_code="people", fields={"place": "Gate 3", "code": "STAR2026"}
    )
    for now in (START - HOUR, START, START + 3 * DAY):
        assert "STAR2026" not in text_of(draw_card(ENGLISH, action, SERVER, now))
        drawn = draw_message(ENGLISH, owe(DeliveryKind.MOMENT, action, now))
        assert "STAR2026" not in text_of(drawn.view, drawn.content)
    assert "STAR2026" in text_of(draw_preview(ENGLISH, action, SERVER, START - HOUR))


def test_a_trend_party_without_a_pace_gets_a_sensible_one_and_a_call_for_own_words() -> None:
    tag = {"tag": "OurDay"}
    party = make_action(kind=Kind.HASHTAG, unit_code="posts", fields=tag)
    shown = text_of(draw_card(ENGLISH, party, SERVER, START))
    assert "At most 30 posts an hour, then 10 minutes off" in shown
    assert "in your own words" in shown
    own = make_action(kind=Kind.HASHTAG, unit_code="posts", fields=tag | {"pace": "Ten at most"})
    shown = text_of(draw_card(ENGLISH, own, SERVER, START))
    assert "**Pace** Ten at most" in shown
    assert "30 posts" not in shown


def test_rules_keep_their_lines_and_do_nothing() -> None:
    assert plain_lines("Own work\n\n# no *AI*", 100) == "\nOwn work\n\\# no \\*AI\\*"
    assert plain_lines("One\nTwo\nThree", 9) == "\nOne\nTwo"
    assert plain_lines("just one", 100) == "just one"


@pytest.mark.parametrize(("say", "words"), [(ENGLISH, "12 letters"), (KOREAN, "letters 12")])
def test_an_organisers_own_unit_is_read_everywhere(say: Language, words: str) -> None:
    action = make_action(
        kind=Kind.CUSTOM,
        unit_code="custom",
        fields={"unit": "letters"},
        goal=12,
        total=Total(logged=12, logged_count=1),
    )
    assert amount(say, action, 12) == words
    assert amount(say, Unit.CUSTOM, 12, "custom", "letters") == words
    assert words in text_of(draw_card(say, action, SERVER, START + HOUR))
    given = make_contribution(amount=12, unit_code="custom")
    tally = tally_of(action, given, cut_off=START + DAY)
    assert words in text_of(draw_tally(say, tally, SERVER))
    assert words in chart_document(say, tally, SERVER)["headline"]


def test_currencies_stand_on_lines_of_their_own_and_one_bar_says_at_which_rates() -> None:
    action = fundraiser(
        goal=2_000_000,
        fields=IN_THREE,
        total=Total(logged=100_000, logged_count=2),
        parts=Parts(totals={"KRW": Total(logged=500_000, logged_count=3)}),
    )
    shown = text_of(draw_card(ENGLISH, action, SERVER, START + HOUR))
    assert "**Logged** US$1,000.00, by 2 contributions" in shown
    assert "**and** ₩500,000, by 3 contributions" in shown
    assert "€0.00" not in shown
    assert "≈ US$1,365.00 of US$20,000.00, at the rates of the bank" in shown
    assert "≈ 6%" in shown
    assert "1 KRW = 0.00073 USD · 1 EUR = 1.08 USD" in shown
    assert "Moonlight matches up to US$5,000.00: ≈ US$1,365.00 so far" in shown


def test_without_rates_only_the_first_currency_moves_the_bar() -> None:
    fields = {"link": IN_THREE["link"], "currencies": "KRW"}
    totals = {"KRW": Total(logged=10**9, logged_count=3)}
    action = fundraiser(goal=1_000_000, fields=fields, parts=Parts(totals=totals))
    shown = text_of(draw_card(ENGLISH, action, SERVER, START + HOUR))
    assert "**Goal** US$10,000.00" in shown
    assert "25%" in shown
    assert "≈" not in shown


def test_a_tally_in_several_currencies_adds_nothing_across_them() -> None:
    action = fundraiser(goal=2_000_000, fields=IN_THREE)
    given = [
        make_contribution(1, amount=100_000),
        make_contribution(2, amount=500_000, unit_code="KRW", proof=None),
        make_contribution(3, amount=700, unit_code="EUR", withdrawn=True),
    ]
    tally = tally_of(action, *given, cut_off=START + 2 * DAY)
    shown = text_of(draw_tally(ENGLISH, tally, SERVER)).replace("\\n", "\n")
    assert "**US$1,000.00**, by 1 contribution\n- of which **proved** US$1,000.00" in shown
    assert "**₩500,000**, by 1 contribution\n- of which **proved** ₩0" in shown
    assert "**Withdrawn** €7.00, by 1 contribution" in shown
    assert "Withdrawn** ₩" not in shown
    assert "≈ US$1,365.00 at the rates of the bank" in shown
    document = chart_document(ENGLISH, tally, SERVER)
    assert document["headline"] == "US$1,000.00 logged"
    assert "₩500,000 logged too, 1 contribution" in document["lines"]
    assert "≈ 6% of the goal of US$20,000.00, at the organisers' rates" in document["lines"]
    assert document["curve"]["points"][-1][1] == 100_000
    assert document["curve"]["goal"] is None


def test_a_contribution_in_a_further_currency_is_shown_in_it() -> None:
    action = fundraiser(fields=IN_THREE)
    text, _ = draw_logged(ENGLISH, action, make_contribution(amount=30_000, unit_code="KRW"))
    assert "₩30,000" in text


def test_a_stream_over_the_daily_cap_is_told_so() -> None:
    stream = make_action(kind=Kind.STREAM, unit_code="streams", cap=300)
    held = make_contribution(unit_code="streams", held=HeldReason.OVER_CAP)
    text, _ = draw_logged(ENGLISH, stream, held)
    assert "Together with what you logged in the last 24 hours it is over 300 streams" in text
