"""The pages of the set-up and of help, in every language and with all that there can be."""

from __future__ import annotations

import discord
import pytest

from domain.kinds import Kind
from domain.language_channels import MOST_CHANNELS
from domain.pings import PingDay
from domain.servers import KindRole, LanguageChannel, RolePurpose
from locales import LANGUAGES, Language
from tests.domain.ledgers import START
from tests.ui.subjects import ALL_LANGUAGES, labels_of, make_server
from tests.ui.test_panels import assert_fits
from ui.events_panel import draw_events_page
from ui.help_panel import Part, draw_help, draw_welcome
from ui.kind_role_panel import draw_kind_role
from ui.language_panel import draw_languages
from ui.pings_panel import draw_pings
from ui.plan_panel import draw_server_plan
from ui.selects import PickText
from ui.setup_pages import FURTHER, PAGES, SetupPage
from ui.setup_panel import draw_setup
from ui.setup_todo import GONE, Lacks
from ui.threads_panel import draw_threads_page

languages = pytest.mark.parametrize("say", ALL_LANGUAGES, ids=repr)

BIG = 2**63 - 1
FULL = make_server(
    roles=dict.fromkeys(RolePurpose, BIG),
    kind_roles=dict.fromkeys(Kind, KindRole(BIG, self_service=True)),
    language_channels=tuple(
        LanguageChannel(LANGUAGES[n % len(LANGUAGES)], BIG - n, BIG) for n in range(MOST_CHANNELS)
    ),
    threads=True,
    native_events=True,
    self_service_ping=True,
)
MISSING = ["permission.view_channel", "permission.mention_role"]
LACKING = Lacks(
    MISSING,
    GONE,
    list(Kind),
    {each.language: MISSING for each in FULL.language_channels},
    may_grant=False,
    may_make_events=False,
)


def turned_to(view: discord.ui.LayoutView) -> list[str]:
    """The pages that the select of pages stands on."""
    selects = [item.item for item in view.walk_children() if isinstance(item, PickText)]
    (pages,) = [select for select in selects if select.custom_id.startswith("fs:setup_page:")]
    return [option.value for option in pages.options if option.default]


@languages
@pytest.mark.parametrize("page", [page for page in PAGES if page not in FURTHER])
def test_each_page_fits_with_everything_still_to_do(say: Language, page: SetupPage) -> None:
    for server in (FULL, make_server(roles={}, zone=None, announce_channel_id=None)):
        view = draw_setup(say, server, START, LACKING, page)
        assert_fits(view)
        assert view.total_children_count <= 25, "calm, with room for more"
        assert turned_to(view) == [page.value]


@languages
def test_the_further_pages_fit_and_are_turned_in_the_same_way(say: Language) -> None:
    day = PingDay(10_000, 10_000, 3)
    drawn = {
        SetupPage.PINGS: draw_pings(say, FULL, day),
        SetupPage.MESSAGES: draw_server_plan(say, FULL),
        SetupPage.LANGUAGES: draw_languages(say, FULL, {}),
        SetupPage.THREADS: draw_threads_page(say, FULL, MISSING),
        SetupPage.EVENTS: draw_events_page(say, FULL, may_make=False),
    }
    assert drawn.keys() == FURTHER.keys()
    for page, view in drawn.items():
        assert_fits(view)
        assert turned_to(view) == [page.value]


@languages
def test_the_role_of_a_kind_fits(say: Language) -> None:
    for kind in Kind:
        for gone in (False, True):
            assert_fits(draw_kind_role(say, FULL, kind, gone=gone))
        assert_fits(draw_kind_role(say, make_server(), kind))


@languages
def test_help_and_the_first_words_fit(say: Language) -> None:
    view = draw_help(say, FULL, list(Part))
    assert_fits(view)
    assert labels_of(view) == ["actions_list", "me_tab", "review", "setup_page"]
    assert_fits(draw_welcome(say))
