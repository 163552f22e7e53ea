"""Series in words: every rule reads as a person would say it, and fits where it is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actions import ActionState
from domain.blueprints import blueprint_of
from domain.recurrence import LAST, WORKING_DAYS, Pattern, Rule, write_rule
from domain.series import Running, Series
from domain.walls import Wall
from locales import Language, language
from tests.domain.test_recurrence import rules
from tests.ui.subjects import ALL_LANGUAGES, GUILD, fundraiser, hashtag, labels_of, text_of
from ui.series_panel import (
    MAX_OPTION,
    draw_days,
    draw_plan,
    draw_rules,
    draw_series,
    draw_skipping,
    lead_words,
    rule_words,
    series_lines,
)

NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 28, 11, tzinfo=UTC)
"""20:00 in Seoul; the fourth and the last Saturday of its month."""

MAX_CONTENT = 2000
LONGEST_TITLE = "@everyone **총공** " * 7
ACTION = fundraiser(
    title=LONGEST_TITLE[:100],
    starts=Wall(datetime(2026, 11, 28, 20), "Asia/Seoul"),
    starts_at=SATURDAY,
    ends_at=SATURDAY + timedelta(hours=2),
    state=ActionState.OPEN,
    series_id=8,
    occurrence=datetime(2026, 11, 28, 20),
)
ONE_SERIES = Series(
    guild_id=GUILD,
    series_id=8,
    rule=Rule(Pattern.WEEKLY, days=(5,)),
    starts_wall=datetime(2026, 11, 28, 20),
    zone="Asia/Seoul",
    announce_lead=timedelta(days=2),
    content=blueprint_of(ACTION),
    organiser_id=1,
    created_at=NOW,
)
RUNNING = Running(ONE_SERIES, ACTION)
EVERY_LANGUAGE = pytest.mark.parametrize("say", ALL_LANGUAGES, ids=str)


@pytest.mark.parametrize(
    ("rule", "english", "korean"),
    [
        (Rule(Pattern.DAILY), "every day", "매일"),
        (Rule(Pattern.DAILY, every=3), "every 3 days", "3일마다"),
        (
            Rule(Pattern.WEEKLY, days=WORKING_DAYS),
            "Monday to Friday",
            "매주 월요일부터 금요일까지",
        ),
        (
            Rule(Pattern.WEEKLY, every=2, days=(1, 5), count=10),
            "every 2 weeks on Tuesday and Saturday, 10 times in all",
            "2주마다 화요일 및 토요일, 모두 10번",
        ),
        (Rule(Pattern.MONTH_DAY, day=28), "every month on day 28", "매월 28일"),
        (
            Rule(Pattern.MONTH_DAY, day=30),
            "every month on day 30, or else the last day",
            "매월 30일(없는 달은 마지막 날)",
        ),
        (Rule(Pattern.MONTH_DAY, day=31), "every month on the last day", "매월 마지막 날"),
        (
            Rule(Pattern.MONTH_WEEKDAY, days=(4,), nth=LAST, every=3, until=date(2027, 5, 28)),
            "every 3 months on the last Friday, until Fri 28 May 2027",
            "3개월마다 마지막 금요일, 2027년 5월 28일 (금)까지",
        ),
        (
            Rule(Pattern.MONTH_WEEKDAY, days=(4,), nth=5),
            "every month on the fifth Friday, if there is one",
            "매월 다섯 번째 금요일(있는 달만)",
        ),
    ],
)
def test_a_rule_in_words(rule: Rule, english: str, korean: str):
    assert rule_words(language("en"), rule) == english
    assert rule_words(language("ko"), rule) == korean


@given(rules(), st.sampled_from(ALL_LANGUAGES))
def test_every_rule_has_words(rule: Rule, say: Language):
    assert "{" not in rule_words(say, rule)


@pytest.mark.parametrize(
    ("lead", "words"),
    [
        (timedelta(days=1), "1 day"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(minutes=90), "90 minutes"),
    ],
)
def test_a_lead_in_words_can_be_typed_as_well(lead: timedelta, words: str):
    assert lead_words(language("en"), lead) == words


@EVERY_LANGUAGE
def test_the_rules_that_fit_the_date_are_offered(say: Language):
    text, view = draw_rules(say, ACTION, ONE_SERIES.rule)
    (select,) = (item for item in view.walk_children() if hasattr(item, "item"))
    options = select.item.options  # pyright: ignore[reportAttributeAccessIssue]
    assert [option.value for option in options] == [
        write_rule(Rule(Pattern.DAILY)),
        write_rule(Rule(Pattern.WEEKLY, days=(5,))),
        write_rule(Rule(Pattern.MONTH_DAY, day=28)),
        write_rule(Rule(Pattern.MONTH_WEEKDAY, days=(5,), nth=4)),
        write_rule(Rule(Pattern.MONTH_WEEKDAY, days=(5,), nth=LAST)),
        "days",
    ]
    assert all(len(option.label) <= MAX_OPTION for option in options)
    assert "@everyone" not in text


@EVERY_LANGUAGE
def test_what_is_drawn_fits_and_pings_nobody(say: Language):
    dates = RUNNING.dates(NOW, 5)
    ended = Running(replace(ONE_SERIES, ended_at=NOW), ACTION)
    texts = [
        draw_series(say, RUNNING, NOW)[0],
        draw_series(say, ended, NOW)[0],
        draw_skipping(say, RUNNING, NOW, 24)[0],
        draw_days(say, ACTION)[0],
        draw_plan(say, ACTION, ONE_SERIES.rule, timedelta(days=2), dates),
        *series_lines(say, ACTION, NOW),
    ]
    for text in texts:
        assert 0 < len(text) <= MAX_CONTENT
        assert "@everyone" not in text


def test_dates_that_can_be_skipped_begin_with_the_action_ahead():
    _, view = draw_skipping(language("en"), RUNNING, NOW, 24)
    assert isinstance(view, discord.ui.View)
    shown = text_of(view)
    assert shown.index("Sat 28 Nov") < shown.index("Sat 5 Dec")
    assert "would be cancelled" in shown
    assert shown.count('"value"') == 25


def test_what_has_begun_can_not_be_cancelled_with_all_that_follow():
    _, ahead = draw_series(language("en"), RUNNING, NOW)
    _, begun = draw_series(language("en"), RUNNING, SATURDAY)
    assert ahead is not None
    assert begun is not None
    assert labels_of(ahead)[-1] == "series_cancel"
    assert "series_cancel" not in labels_of(begun)


def test_that_a_sealed_tag_would_be_the_same_each_time_is_said():
    say = language("en")
    party = hashtag(series_id=8, occurrence=ACTION.occurrence)
    warning = say("series.sealed.tag", button="Details")
    assert warning in draw_series(say, Running(ONE_SERIES, party), NOW)[0]
    assert warning not in draw_series(say, RUNNING, NOW)[0]


def test_what_has_begun_or_was_cancelled_promises_no_next_one():
    """It is made by then, or there is none: the series may have run out."""
    say, cancelled = language("en"), replace(ACTION, state=ActionState.CANCELLED)
    assert series_lines(say, ACTION, ACTION.starts_at - timedelta(minutes=1)) != []
    assert series_lines(say, ACTION, ACTION.starts_at) == []
    assert series_lines(say, cancelled, NOW) == []


def test_what_does_not_repeat_says_nothing_of_it():
    assert series_lines(language("en"), fundraiser(), NOW) == []
