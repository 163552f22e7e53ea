"""Series as people run them: starting one, seeing the next appear, skipping, changing, ending."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from simcord.results import InteractionResult
from sqlalchemy import update

from db.tables import series as series_table
from domain.actions import Action, ActionState
from tests.fanserver import ENGLISH, KOREAN, FanServer
from tests.shown import Seen, form_of, ids_of, labels_of, message_of, text_of, told

WEEKLY = "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU"
"""Drafts are for 24 November, a Tuesday."""

WEEK = timedelta(days=7)


async def ask_details(server: FanServer, preview: Seen, rule: str = WEEKLY) -> InteractionResult:
    """Press *Repeat* and pick a rule: the form for the rest."""
    asked = await server.press(server.organiser, preview, "repeat")
    return await server.pick(server.organiser, asked, "repeat_rule", rule)


async def start(server: FanServer, preview: Seen) -> InteractionResult:
    """Have a draft repeat weekly; returns its new preview."""
    plan = await server.fill(server.organiser, await ask_details(server, preview))
    return await server.click(server.organiser, plan, "Yes, repeat it")


async def a_series(server: FanServer) -> InteractionResult:
    """Publish an action that repeats weekly; returns its panel."""
    preview = await start(server, await server.draft())
    await server.press(server.organiser, preview, "publish")
    return await panel(server)


async def panel(server: FanServer) -> InteractionResult:
    return await server.slash(server.organiser, "action series", series="Match")


async def latest(server: FanServer) -> Action:
    """The action that the one series has come to, announced or not."""
    (running,) = await server.services.series.search(server.manager, server.guild_id, "")
    return running.latest


# ---- Starting


async def test_a_weekly_action_is_followed_by_the_next(server: FanServer) -> None:
    preview = await server.draft()
    form = await ask_details(server, preview)
    assert form_of(form)["Announced how long before each start?"] == "3 days"
    plan = await server.fill(server.organiser, form, announced="2 days")
    assert "every Tuesday" in told(plan)
    assert told(plan).count("<t:") == 5
    assert "Tue 1 Dec 20:00 KST" in told(plan)
    done = await server.click(server.organiser, plan, "Yes, repeat it")
    assert "This one repeats" in told(done)
    await server.press(server.organiser, done, "publish")
    first = await server.newest()
    assert "This one repeats" in text_of(server.card())
    await server.jump_to(first.starts_at)
    second = await latest(server)
    assert (second.number, second.starts_at) == (2, first.starts_at + WEEK)
    assert second.state_at(server.clock.now()) is ActionState.SCHEDULED
    await server.jump_to(second.starts_at - timedelta(days=2))
    assert "Match a million" in text_of(server.card(2))


async def test_a_published_action_is_made_to_repeat_from_its_panel(server: FanServer) -> None:
    action = await server.publish()
    pressed = await server.press_forged(server.organiser, f"fc:repeat:{action.action_id}")
    form = await server.pick(server.organiser, pressed, "repeat_rule", WEEKLY)
    plan = await server.fill(server.organiser, form)
    done = await server.click(server.organiser, plan, "Yes, repeat it")
    assert "/action series" in told(done)
    shown = await server.press_forged(server.organiser, f"fc:repeat:{action.action_id}")
    assert "Next is #1" in told(shown)


async def test_several_weekdays_are_picked_beside_its_own(server: FanServer) -> None:
    preview = await server.draft()
    asked = await server.press(server.organiser, preview, "repeat")
    days = await server.pick(server.organiser, asked, "repeat_rule", "days")
    assert "It is on a Tuesday anyway" in told(days)
    form = await server.pick(server.organiser, days, "repeat_days", "3", "5")
    plan = await server.fill(server.organiser, form, every="2", times="4")
    assert "every 2 weeks on Tuesday, Thursday, and Saturday, 4 times in all" in told(plan)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"every": "0"}, "instead of “0”"),
        ({"every": "100"}, "1 to 99"),
        ({"every": "x"}, "instead of “x”"),
        ({"times": "1"}, "2 to 999"),
        ({"times": "3", "until": "31 Dec"}, "not both"),
        ({"until": "24 Nov"}, "after Tue 24 Nov"),
        ({"until": "someday"}, "someday"),
        ({"announced": "soon"}, "soon"),
        ({"announced": "61 days"}, "60 days"),
    ],
)
async def test_what_can_not_be_taken_is_explained_and_kept(
    server: FanServer, typed: dict[str, str], problem: str
) -> None:
    preview = await server.draft()
    form = await ask_details(server, preview)
    refused = await server.fill(server.organiser, form, **typed)
    assert problem in told(refused)
    again = await server.click(server.organiser, refused, "Try again")
    for label, text in form_of(again).items():
        for word, value in typed.items():
            if word in label.lower():
                assert text == value
    good = {"every": "1", "times": "", "until": "31 Dec", "announced": "12 hours"}
    plan = await server.fill(server.organiser, again, **good)
    assert "every Tuesday, until Thu 31 Dec 2026" in told(plan)
    changed = await server.click(server.organiser, plan, "Change this")
    assert form_of(changed)["Announced how long before each start?"] == "12 hours"


async def test_a_draft_does_not_repeat_after_all(server: FanServer) -> None:
    preview = await start(server, await server.draft())
    asked = await server.press(server.organiser, preview, "repeat")
    assert "repeats every Tuesday" in told(asked)
    shown = await server.click(server.organiser, asked, "Don't repeat")
    assert "This one repeats" not in told(shown)
    await server.press(server.organiser, shown, "publish")
    assert (await server.newest()).series_id is None


async def test_a_rule_for_another_day_is_not_taken(server: FanServer) -> None:
    """The preview was open while the time was changed; or somebody made the option up."""
    preview = await server.draft()
    asked = await server.press(server.organiser, preview, "repeat")
    form = await server.click(server.organiser, preview, "Change the time")
    await server.fill(server.organiser, form, starts="25 Nov 20:00")
    refused = await server.pick(server.organiser, asked, "repeat_rule", WEEKLY)
    assert told(refused) == ENGLISH("series.time_changed")


# ---- Running


async def test_the_panel_says_how_it_repeats_and_when(server: FanServer) -> None:
    shown = await a_series(server)
    assert "repeats every Tuesday" in told(shown)
    assert "Next is #1" in told(shown)
    assert "Tue 1 Dec 20:00 KST" in told(shown)
    assert labels_of(shown) == [
        "Skip a date",
        "Make all that follow like this",
        "Change how it repeats",
        "Stop repeating",
        "Cancel this and all that follow",
    ]
    offered = await server.completions(server.organiser, "action series", "series", "")
    assert [name for name, _ in offered] == ["#1 Match a million · every Tuesday"]
    again = await server.slash(server.organiser, "action series", series=offered[0][1])
    assert told(again) == told(shown)


async def test_a_date_to_come_is_skipped(server: FanServer) -> None:
    asked = await server.press(server.organiser, await a_series(server), "series_skip")
    done = await server.pick(server.organiser, asked, "series_date", "2026-12-01")
    assert told(done) == "Done: there is none on Tue 1 Dec."
    assert "Tue 1 Dec" not in told(await panel(server))


async def test_skipping_the_date_of_the_one_ahead_asks_why_and_tells_everyone(
    server: FanServer,
) -> None:
    asked = await server.press(server.organiser, await a_series(server), "series_skip")
    form = await server.pick(server.organiser, asked, "series_date", "2026-11-24")
    refused = await server.fill(server.organiser, form, " ")
    form = await server.click(server.organiser, refused, "Try again")
    asked = await server.fill(server.organiser, form, "No show that day")
    assert told(asked).startswith("Cancel #1 “Match a million” on Tue 24 Nov?")
    assert (await server.newest()).state is ActionState.OPEN
    await server.click(server.organiser, asked, "Yes, cancel it")
    assert any("No show that day" in text_of(message) for message in server.messages())
    assert (await latest(server)).occurrence == datetime(2026, 12, 1, 20)


async def test_all_that_follow_are_made_like_this(server: FanServer) -> None:
    asked = await server.press(server.organiser, await a_series(server), "series_follow")
    done = await server.click(server.organiser, asked, "Yes, all that follow")
    assert told(done) == ENGLISH("series.followed", number=1)


async def test_the_rule_is_changed(server: FanServer) -> None:
    asked = await server.press(server.organiser, await a_series(server), "series_rule")
    daily = "FREQ=DAILY;INTERVAL=1"
    form = await server.pick(server.organiser, asked, "repeat_rule", daily)
    plan = await server.fill(server.organiser, form)
    await server.click(server.organiser, plan, "Yes, repeat it")
    assert "repeats every day" in told(await panel(server))


async def test_a_series_is_ended(server: FanServer) -> None:
    shown = await a_series(server)
    asked = await server.press(server.organiser, shown, "series_end")
    done = await server.click(server.organiser, asked, "Yes, stop repeating")
    assert told(done) == ENGLISH("series.ended_now", number=1)
    assert (await server.newest()).state is ActionState.OPEN
    again = await server.press(server.organiser, shown, "series_skip")
    assert told(again) == ENGLISH("series.no_dates") or ids_of(again)
    assert told(await panel(server)).startswith("“Match” doesn't fit")


async def test_this_and_all_that_follow_are_cancelled(server: FanServer) -> None:
    form = await server.press(server.organiser, await a_series(server), "series_cancel")
    asked = await server.fill(server.organiser, form, "We are on holiday")
    assert told(asked) == ENGLISH("series.ask_cancel", number=1, title="Match a million")
    assert (await server.newest()).state is ActionState.OPEN
    done = await server.click(server.organiser, asked, "Yes, cancel them all")
    assert told(done) == ENGLISH("series.cancelled", number=1)
    assert (await server.newest()).state is ActionState.CANCELLED
    assert any("We are on holiday" in text_of(message) for message in server.messages())


# ---- Who may not


async def test_fans_and_other_organisers_are_refused(server: FanServer) -> None:
    shown = await a_series(server)
    series_id = next(i for i in ids_of(shown) if "series_skip" in i).split(":")[2]
    action = await server.newest()
    rival = server.join("rival", roles=(server.world.organisers,))
    server.show_command("action", server.fan)
    for who, reason in (
        (server.fan, f"<@&{server.world.organisers.id}>"),
        (rival, f"<@{server.organiser.id}>"),
    ):
        assert await server.completions(who, "action series", "series", "") == []
        asked = await server.slash(who, "action series", series=f"id:{series_id}")
        assert reason in told(asked)
        for verb in ("skip", "follow", "rule", "end", "cancel"):
            pressed = await server.press_forged(who, f"fc:series_{verb}:{series_id}")
            assert reason in told(pressed)
        pressed = await server.press_forged(who, f"fc:repeat:{action.action_id}")
        assert reason in told(pressed)
    assert (await server.newest()).state is ActionState.OPEN


async def test_what_is_no_date_is_refused(server: FanServer) -> None:
    shown = await a_series(server)
    series_id = next(i for i in ids_of(shown) if "series_skip" in i).split(":")[2]
    select = {"type": 3, "options": [{"label": "x", "value": v} for v in ("never", "2026-12-02")]}
    custom_id = f"fs:series_date:{series_id}"
    for value, key in (("never", "refused.unknown_button"), ("2026-12-02", "series.no_such_date")):
        told_what = told(await server.pick_forged(server.organiser, custom_id, value, **select))
        assert told_what == ENGLISH(key, **({"day": "Wed 2 Dec"} if "date" in key else {}))


async def test_a_series_in_korean(korean_server: FanServer) -> None:
    server = korean_server
    preview = await server.draft()
    form = await ask_details(server, preview)
    plan = await server.fill(server.organiser, form)
    assert "매주 화요일" in told(plan)
    assert "3일 전에" in told(plan)
    preview = await server.click(server.organiser, plan, KOREAN("button.repeat_yes"))
    await server.press(server.organiser, preview, "publish")
    shown = await server.slash(server.organiser, "action series", series="Match")
    assert json.dumps(message_of(shown).content, ensure_ascii=False).count("<t:") == 6


# ---- Stopping by a defect


async def test_organisers_are_told_of_a_series_that_stopped_and_have_it_go_on(
    server: FanServer,
) -> None:
    await a_series(server)
    first = await server.newest()
    commit = server.services.commit
    change = update(series_table).where(series_table.c.guild_id == server.guild_id)
    await commit.run(lambda conn: conn.execute(change.values(rule="no rule")))
    await server.jump_to(first.starts_at + timedelta(hours=2))
    notice = server.message_with(ENGLISH("notice.series_stopped"))
    assert labels_of(notice) == ["Try again"]
    await commit.run(lambda conn: conn.execute(change.values(rule=WEEKLY)))
    refused = await server.press(server.fan, notice, "try_again")
    assert "This needs the role" in told(refused)
    await server.press(server.organiser, notice, "try_again")
    assert (await latest(server)).number == 2
    server.expect_error("delivery")
