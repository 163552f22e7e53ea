"""Cards, previews and tallies: what they show in each state, within Discord's limits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import discord
import pytest
from simcord.components import validate_components

from domain.actions import Action, ActionState
from domain.kinds import Kind
from domain.parts import Parts
from domain.tasks import Task
from domain.walls import Resolved
from domain.when import resolve_instant
from locales import Language, language
from tests.domain.ledgers import DAY, START, make_action
from tests.ui.subjects import (
    ALL_LANGUAGES,
    HOUR,
    SECRET,
    every_action,
    fundraiser,
    hashtag,
    labels_of,
    make_server,
    text_of,
)
from ui.cards import draw_card, draw_preview

ENGLISH = language("en")
SERVER = make_server()
COMPONENTS_V2 = discord.MessageFlags(components_v2=True).value


def assert_fits(view: discord.ui.LayoutView) -> None:
    """Within the limits of Discord's API reference, as far as a bot can know them."""
    items: list[Any] = list(view.walk_children())
    assert view.total_children_count == len(items) <= 40
    assert view.content_length() <= 4000
    for item in items:
        item = getattr(item, "item", item)
        assert len(getattr(item, "label", None) or "") <= 80
        assert len(getattr(item, "custom_id", None) or "") <= 100
        assert len(getattr(item, "url", None) or "") <= 512
    validate_components(view.to_components(), flags=COMPONENTS_V2)
    assert view.timeout is None


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=repr)
def test_every_card_and_preview_fits(say: Language) -> None:
    notes = ["*" * 1900, "short", "x" * 1900]
    for action, now in every_action():
        assert_fits(draw_card(say, action, SERVER, now))
        assert_fits(draw_preview(say, action, SERVER, now, notes))


@pytest.mark.parametrize(
    ("state", "now", "verbs"),
    [
        (ActionState.OPEN, START - HOUR, ["join", "leave", "calendar", "share"]),
        (ActionState.OPEN, START, ["join", "log", "leave", "share"]),
        (ActionState.OPEN, START + DAY, ["log"]),
        (ActionState.FINAL, START + 3 * DAY, ["tally"]),
        (ActionState.CANCELLED, START, ["tally"]),
        (ActionState.PAUSED, START, ["leave"]),
        (ActionState.DRAFT, START, []),
    ],
)
def test_a_card_carries_the_buttons_that_apply(
    state: ActionState, now: datetime, verbs: list[str]
) -> None:
    assert labels_of(draw_card(ENGLISH, fundraiser(state=state), SERVER, now)) == verbs


def test_a_paused_card_says_when_one_can_log_what_one_did() -> None:
    paused = fundraiser(state=ActionState.PAUSED, stopped_at=START)
    later = ENGLISH("card.log_once_resumed")
    assert later in text_of(draw_card(ENGLISH, paused, SERVER, START + HOUR))
    assert later not in text_of(draw_card(ENGLISH, paused, SERVER, START - HOUR))
    assert later not in text_of(draw_card(ENGLISH, fundraiser(), SERVER, START + HOUR))


def test_a_sealed_tag_is_on_the_card_from_the_moment_on() -> None:
    before = text_of(draw_card(ENGLISH, hashtag(), SERVER, START - HOUR))
    assert SECRET not in before
    assert ENGLISH("card.sealed_until_start.tag") in before
    ahead = hashtag(reveal=resolve_instant(START - HOUR, "Asia/Seoul"))
    sealed = text_of(draw_card(ENGLISH, ahead, SERVER, START - 2 * HOUR))
    assert f"sealed until <t:{int((START - HOUR).timestamp())}:F>" in sealed
    assert f"`#{SECRET}`" in text_of(draw_card(ENGLISH, hashtag(), SERVER, START))


@pytest.mark.parametrize("state", [ActionState.CANCELLED, ActionState.PAUSED])
@pytest.mark.parametrize("now", [START - 2 * HOUR, START + HOUR])
@pytest.mark.parametrize("reveal", [None, resolve_instant(START - HOUR, "Asia/Seoul")])
def test_of_what_was_stopped_before_the_reveal_no_card_promises_a_time_for_the_tag(
    state: ActionState, now: datetime, reveal: Resolved | None
) -> None:
    stopped = hashtag(state=state, stopped_at=START - 3 * HOUR, reveal=reveal)
    shown = text_of(draw_card(ENGLISH, stopped, SERVER, now))
    assert ENGLISH("card.stays_sealed.tag") in shown
    assert "sealed until" not in shown
    assert SECRET not in shown


def test_a_preview_shows_the_sealed_tag_to_its_organiser() -> None:
    draft = hashtag(number=None, state=ActionState.DRAFT)
    view = draw_preview(ENGLISH, draft, SERVER, START - HOUR, ["The clocks go back that night."])
    shown = text_of(view)
    assert SECRET in shown
    assert "The clocks go back that night." in shown
    assert "Preview" in shown
    assert "#None" not in shown
    assert labels_of(view)[:5] == ["publish", "edit_fields", "edit_when", "my_time", "discard"]


def test_a_card_shows_the_count_the_progress_and_the_time_left() -> None:
    shown = text_of(draw_card(ENGLISH, fundraiser(), SERVER, START + HOUR))
    assert "#12" in shown
    assert "40 of 40 places" in shown
    assert "3 on the waitlist" in shown
    assert "US$2,500.00, by 5 contributions" in shown
    assert "▰▰▱▱▱▱▱▱▱▱ 25%" in shown
    assert "US$500.00 from before the start" in shown
    assert f"ends <t:{int((START + DAY).timestamp())}:R>" in shown
    assert "Sun 7 Jun 02:00 – Mon 8 Jun 02:00 KST" in shown
    assert "The bot never holds money" in shown


def links_of(action: Action) -> list[str]:
    items: list[Any] = list(draw_card(ENGLISH, action, SERVER, START).walk_children())
    return [item.url for item in items if isinstance(item, discord.ui.Button) and item.url]


def test_a_charity_s_address_is_a_button_where_it_fits_and_a_masked_link_where_not() -> None:
    assert links_of(fundraiser()) == ["https://example.org/give?a=b_c"]
    long = "https://example.org/" + "x" * 600
    action = fundraiser(fields={"link": long})
    assert links_of(action) == []
    assert f"[open the page](<{long}>)" in text_of(draw_card(ENGLISH, action, SERVER, START))


def test_an_address_that_is_none_becomes_no_link() -> None:
    action = fundraiser(fields={"link": "javascript:alert(1)"})
    assert links_of(action) == []
    assert "](" not in text_of(draw_card(ENGLISH, action, SERVER, START))


def test_a_server_without_a_zone_sees_the_zone_the_action_was_set_in() -> None:
    shown = text_of(draw_card(ENGLISH, fundraiser(), make_server(zone=None), START))
    assert "KST" in shown


def test_where_tallies_are_kept_the_card_does_not_say_how_many_tasks_are_done() -> None:
    tasks = (Task(1, "Draw", contribution_id=5), Task(2, "Print"))
    project = make_action(kind=Kind.PROJECT, unit_code="tasks", parts=Parts(tasks=tasks))
    now = START + HOUR
    shown = text_of(draw_card(ENGLISH, project, make_server(), now))
    assert ENGLISH("tasks.card", done=1, total=2) in shown
    kept = text_of(draw_card(ENGLISH, project, make_server(tally_public=False), now))
    assert ENGLISH("tasks.card", done=1, total=2) not in kept
    assert ENGLISH("tasks.card_free", n=1) in kept
