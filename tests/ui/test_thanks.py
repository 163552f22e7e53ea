"""Naming, leaderboard and one's own numbers at their largest, with the nastiest names there are."""

from __future__ import annotations

from dataclasses import replace

import discord
import pytest

from domain.actions import ActionState
from domain.kinds import Kind
from domain.leaderboards import PAGE as PLACES
from domain.leaderboards import Leaderboard, Place
from domain.ledger import Check, Verdict, standing
from domain.naming import MAX_NAME
from domain.own_numbers import PAGE, OwnNumbers
from domain.reasons import Reason
from domain.servers import RolePurpose
from domain.sign_ups import SignUp, SignUpState
from domain.totals import Total
from locales import Language
from tests.domain.ledgers import START, make_contribution
from tests.ui.subjects import ALL_LANGUAGES, fundraiser, labels_of, make_server
from tests.ui.test_panels import acts_in, assert_fits, nasty
from ui.buttons import Press
from ui.leaderboard import draw_leaderboard
from ui.me_contributions import PAGE as OWN_PAGE
from ui.me_contributions import OwnRow, draw_contributions
from ui.me_settings import Settings, draw_settings
from ui.naming_panel import Named, draw_naming, name_buttons
from ui.own_numbers import draw_own_numbers
from ui.setup_pages import FURTHER, SetupPage
from ui.setup_panel import draw_setup
from ui.setup_todo import GONE, Lacks

languages = pytest.mark.parametrize("say", ALL_LANGUAGES, ids=repr)

MUCH = 10**14
MANY = fundraiser(title=nasty(200), fields={"currencies": "EUR KRW BRL IDR"})


def lines_of(view: discord.ui.LayoutView) -> list[str]:
    texts = [i.content for i in view.walk_children() if isinstance(i, discord.ui.TextDisplay)]
    return "\n".join(texts).splitlines()


@languages
def test_what_being_named_means_fits_and_does_nothing(say: Language) -> None:
    view = draw_naming(say, nasty(MAX_NAME), nasty(MAX_NAME))
    assert_fits(view)
    assert acts_in(view) == []


@languages
def test_a_full_leaderboard_fits_and_pings_nobody(say: Language) -> None:
    places = [Place(9_990 + n, nasty(MAX_NAME), MUCH, 2, n % 3) for n in range(PLACES)]
    board = Leaderboard(MANY, "EUR", places, page=3, more=True, own_name=None)
    for shown in (board, replace(board, own_name=nasty(MAX_NAME))):
        view = draw_leaderboard(say, shown)
        assert_fits(view)
        assert acts_in(view) == []


@languages
def test_a_place_says_whether_what_it_has_is_verified(say: Language) -> None:
    counts = ((2, 0), (2, 1), (2, 2))
    places = [Place(1, "Mina", 100, of, verified) for of, verified in counts]
    board = Leaderboard(fundraiser(), "USD", places, page=0, more=False, own_name="Mina")
    none, some, every = lines_of(draw_leaderboard(say, board))[1:4]
    assert say("leaderboard.partly_verified") in some
    assert every.endswith(say("leaderboard.verified"))
    assert say("leaderboard.verified") not in none


@languages
def test_ones_numbers_fit_with_the_most_of_everything(say: Language) -> None:
    total = Total(**dict.fromkeys(vars(Total()), MUCH))
    reasons = [
        (Check(n, n, Verdict.NOT_COUNTED, START, reason=nasty(300), reason_code=Reason.OWN), 99)
        for n in range(9)
    ]
    sign_up = SignUp(1, SignUpState.IN, 1, START, pledged=MUCH)
    own = OwnNumbers(MANY, sign_up, dict.fromkeys(MANY.currencies, total), reasons)
    view = draw_own_numbers(say, [own] * PAGE, page=2, more=True)
    assert_fits(view)
    assert acts_in(view) == []
    few = draw_own_numbers(say, [replace(own, totals={"USD": total})] * PAGE, page=0, more=False)
    assert_fits(few)
    assert acts_in(few) == []
    assert any(say("own_numbers.held", amount=say.money(MUCH, "USD")) in t for t in lines_of(few))


@languages
def test_what_there_is_none_of_is_not_said(say: Language) -> None:
    logged = Total(logged=100, logged_count=1, withdrawn=50, withdrawn_count=1)
    own = OwnNumbers(fundraiser(), None, {"USD": logged}, ())
    line = say("own_numbers.logged", amount=say.money(100, "USD"))
    assert lines_of(draw_own_numbers(say, [own], page=0, more=False))[-1] == line


@languages
def test_the_switch_offers_a_new_name_only_where_there_is_one(say: Language) -> None:
    def labels(named: Named) -> list[str | None]:
        return [button.item.label for button in name_buttons(say, named)]

    off, anew = say("button.name_me_no"), say("button.name_me_anew")
    assert labels(Named(None, "Mina")) == [say("button.name_me")]
    assert labels(Named("Mina", " Mina\u200b")) == [off]
    assert labels(Named("Mina", "Mina (away)")) == [off, anew]
    assert labels(Named("Mina", "\u3164")) == [off]


@languages
def test_the_set_up_panel_fits_with_everything_still_to_do(say: Language) -> None:
    server = make_server(roles=dict.fromkeys(RolePurpose, 7), grants_roles=True)
    permissions = ["permission.view_channel", "permission.mention_role"]
    lacks = Lacks(permissions, GONE, list(Kind), may_grant=False, may_make_events=False)
    todo = say("setup.todo_thanks", button=say("button.setup_check"))
    for page in SetupPage:
        if page not in FURTHER:
            view = draw_setup(say, server, START, lacks, page)
            assert_fits(view)
            assert (todo in lines_of(view)) == (page in (SetupPage.BASICS, SetupPage.ROLES))
            mends = (SetupPage.BASICS, SetupPage.ROLES, SetupPage.ALERTS)
            assert ("setup_check" in labels_of(view)) == (page in mends)


@languages
def test_a_personal_panel_with_every_button_that_there_can_be_fits(say: Language) -> None:
    action = fundraiser(title=nasty(200), state=ActionState.FINAL)
    now = action.log_until
    rows: list[OwnRow] = []
    for n in range(OWN_PAGE):
        given = make_contribution(n, amount=MUCH)
        check = Check(n, n, Verdict.NOT_COUNTED, START, reason=nasty(200), reason_code=Reason.OWN)
        rows.append(OwnRow(action, given, standing(given, check), check))
    late = [replace(action, action_id=n) for n in range(3)]
    view = draw_contributions(say, rows, page=1, more=True, now=now, late=late)
    assert {"my_numbers", "appeal", "withdraw", "log", "me_page", "me_tab"} <= verbs(view)
    chosen = Settings(named=Named(nasty(MAX_NAME), "Mina"))
    settings = draw_settings(say, chosen, now)
    assert {"name_me_no", "name_me_yes", "notifications", "share_settings"} <= verbs(settings)
    for drawn in (view, settings):
        assert_fits(drawn)
        assert acts_in(drawn) == []


def verbs(view: discord.ui.LayoutView) -> set[str]:
    found = [i.item.custom_id for i in view.walk_children() if isinstance(i, Press)]
    return {str(custom_id).split(":")[1] for custom_id in found}
