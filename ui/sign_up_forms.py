"""The forms about signing up: what organisers settle, and what fans pledge."""

from __future__ import annotations

from collections.abc import Mapping

from domain.actions import Action
from locales import Language
from ui.forms import AMOUNT_LENGTH, WHEN_LENGTH, Form, Input, Submit

OPTIONS_LENGTH = 300


def cut_off_form(say: Language, typed: str, submit: Submit) -> Form:
    """How long before the start sign-ups close."""
    inputs = [Input("lead", "cut_off_lead", typed, False, WHEN_LENGTH)]
    return Form(say, say("modal.cut_off.title"), inputs, submit)


def options_form(say: Language, typed: str, submit: Submit) -> Form:
    """What one can be in as, one a line."""
    inputs = [Input("options", "sign_up_options_lines", typed, False, OPTIONS_LENGTH, True)]
    return Form(say, say("modal.sign_up_options.title"), inputs, submit)


def condition_form(say: Language, typed: Mapping[str, str], submit: Submit) -> Form:
    """How many it needs, and by when."""
    inputs = [
        Input("needed", "condition_needed", typed.get("needed", ""), False, AMOUNT_LENGTH),
        Input("decide", "condition_decide", typed.get("decide", ""), False, WHEN_LENGTH),
    ]
    return Form(say, say("modal.condition.title"), inputs, submit)


def pledge_form(say: Language, action: Action, typed: Mapping[str, str], submit: Submit) -> Form:
    """How much one intends to contribute."""
    key = f"pledge_{action.kind.value}"
    inputs = [Input("amount", key, typed.get("amount", ""), False, AMOUNT_LENGTH)]
    return Form(say, say("modal.pledge.title"), inputs, submit)
