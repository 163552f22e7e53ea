"""The lists of who takes part: they fit, name nobody who hides it, and remember what they show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.errors import Refusal
from domain.kinds import Kind
from domain.participants import PAGE, Listed, ParticipantPage, Showing, Turn
from domain.parts import Parts
from domain.servers import LanguageChannel
from domain.sign_up_options import MOST_OPTIONS
from domain.sign_ups import SignUp, SignUpOption, SignUpState
from locales import Language
from tests.domain.ledgers import START
from tests.ui.subjects import ALL_LANGUAGES, HOUR, fundraiser, labels_of, make_server, text_of
from tests.ui.test_kinds import longest
from tests.ui.test_panels import acts_in, assert_fits, languages, nasty
from ui.cards import draw_card
from ui.participants_panel import (
    PARTS,
    draw_participants,
    draw_who_is_in,
    read_part,
    read_view,
    write_view,
)

SERVER = make_server(language_channels=(LanguageChannel("ko", 7), LanguageChannel("en", 8)))
SNOWFLAKE = 10**19
MUCH = 10**12

VIEWS = [
    (Showing(), Turn()),
    (Showing(SignUpState.LEFT), Turn(199_999, backwards=True)),
    (Showing(SignUpState.WAITLISTED, option_id=2**31 - 1), Turn(2**27)),
    (Showing(language="en"), Turn(15)),
]


def page(**values: object) -> ParticipantPage:
    """A page as full as can be, with the nastiest options."""
    options = tuple(SignUpOption(n, nasty(40), 5, 5) for n in range(1, MOST_OPTIONS + 1))
    action = fundraiser(title=nasty(100), parts=Parts(options=options))
    listed = tuple(
        Listed(
            SignUp(n, SignUpState.IN, MUCH + n, START, 1, MUCH, language="ko"), SNOWFLAKE + n, START
        )
        for n in range(PAGE)
    )
    shown = ParticipantPage(action, listed, Showing(), Turn(5, backwards=True), Turn(20))
    return replace(shown, **values)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(("showing", "turn"), VIEWS)
def test_a_button_knows_what_is_shown(showing: Showing, turn: Turn) -> None:
    number = write_view(SERVER, showing, turn)
    assert 0 <= number < 2**63
    assert read_view(SERVER, number) == (showing, turn)


def test_a_channel_that_is_gone_shows_everybody() -> None:
    number = write_view(SERVER, Showing(language="en"), Turn())
    assert read_view(make_server(), number) == (Showing(), Turn())


def test_a_forged_part_is_refused() -> None:
    with pytest.raises(Refusal):
        read_part(SERVER, PARTS, Showing())


@languages
def test_the_fullest_page_fits_and_nothing_in_it_acts(say: Language) -> None:
    view = draw_participants(say, page(), SERVER)
    assert_fits(view)
    assert acts_in(view) == []
    assert labels_of(view) == [
        "participants",
        "participants",
        "participants_csv",
        "participants_xlsx",
    ]
    assert f"<@{SNOWFLAKE}>" in text_of(view)


@languages
def test_who_hides_it_is_counted_and_not_named(say: Language) -> None:
    shown = page()
    first, *others = shown.listed
    shown = replace(shown, listed=(replace(first, hides=True), *others))
    view = draw_who_is_in(say, shown, SERVER, hides=True)
    assert_fits(view)
    assert acts_in(view) == []
    assert f"<@{first.user_id}>" not in text_of(view)
    assert say.many("participants.hidden", 1) in text_of(view)
    assert "choices_show" in labels_of(view)


@pytest.mark.parametrize("kind", Kind)
def test_the_way_to_the_list_has_room_on_the_fullest_card(kind: Kind) -> None:
    action = longest(kind)
    view = draw_card(ALL_LANGUAGES[0], action, make_server(choices_public=True), START - HOUR)
    assert_fits(view)
    assert "who_is_in" in labels_of(view)
