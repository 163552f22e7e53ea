"""Posters and threads as they are drawn: within Discord's limits, and where a file goes along."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from simcord.components import walk_components

from domain.deliveries import DeliveryKind
from domain.parts import Parts
from domain.posters import MOST_ALT, Poster, PosterUse
from locales import Language, language
from tests.domain.ledgers import START
from tests.ui.subjects import (
    ALL_LANGUAGES,
    HOUR,
    every_action,
    hashtag,
    labels_of,
    make_server,
    owe,
    text_of,
)
from tests.ui.test_cards import assert_fits
from ui.cards import draw_card
from ui.messages import draw_message
from ui.poster_panel import draw_poster_panel, draw_removal
from ui.threads import MAX_NAME, thread_name

SERVER = make_server()
LONG = "*" * MOST_ALT
CARD, REVEAL = (Poster(use, "image/webp", 9, 9, LONG, use.value * 8) for use in PosterUse)
THREAD = 700


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=repr)
def test_every_card_fits_with_a_poster_and_a_thread(say: Language) -> None:
    for action, now in every_action():
        view = draw_card(say, replace(action, thread_id=THREAD), SERVER, now, CARD)
        assert_fits(view)
        assert say("button.talk") in str(view.to_components())


def test_a_card_without_the_file_shows_no_poster() -> None:
    say, action = language("en"), hashtag(parts=Parts(posters=(CARD,)))
    parts = draw_card(say, action, SERVER, START).to_components()
    assert not any(part["type"] == 12 for part in walk_components(parts))


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=repr)
def test_the_panel_fits_and_shows_only_what_is_attached(say: Language) -> None:
    action = hashtag(parts=Parts(posters=(CARD, REVEAL)))
    view = draw_poster_panel(say, action, attached={PosterUse.CARD}, done="x" * 500)
    assert_fits(view)
    shown = str(view.to_components())
    assert CARD.file_name in shown
    assert REVEAL.file_name not in shown
    assert say("poster.hidden") in text_of(view)
    for use in PosterUse:
        assert_fits(draw_removal(say, action, use))


@pytest.mark.parametrize("say", ALL_LANGUAGES, ids=repr)
def test_the_first_message_of_a_thread_says_what_can_be_done(say: Language) -> None:
    owed = owe(DeliveryKind.THREAD, hashtag(thread_id=THREAD), START - HOUR)
    drawn = draw_message(say, owed)
    assert drawn.content is not None
    assert labels_of(drawn.view) == ["join", "leave"]
    assert not drawn.allowed_mentions.roles
    assert owed.channel_ids == (THREAD,)


def test_a_threads_name_is_short_enough() -> None:
    name = thread_name(hashtag(title="👩‍👩‍👧‍👦" * 40))
    assert name.startswith("#")
    assert len(name) <= MAX_NAME


def test_the_message_of_a_thread_knows_no_time_after_which_it_is_pointless() -> None:
    action = hashtag(thread_id=THREAD)
    owed = owe(DeliveryKind.THREAD, action, action.ends_at + timedelta(days=3))
    assert not owed.pointless
