"""The modals of checking: why something isn't counted, what it is corrected to, an appeal."""

from __future__ import annotations

from collections.abc import Mapping

from domain.kinds import Unit
from domain.reviewing import APPEAL_LENGTH, REASON_LENGTH
from locales import Language
from ui.forms import AMOUNT_LENGTH, Form, Input, Submit


def correction_form(say: Language, unit: Unit, typed: Mapping[str, str], submit: Submit) -> Form:
    """The right amount, and why it is another one than was logged."""
    key = "correct_money" if unit is Unit.MONEY else "correct_amount"
    inputs = [
        Input("amount", key, typed.get("amount", ""), True, AMOUNT_LENGTH),
        Input("reason", "correct_reason", typed.get("reason", ""), True, REASON_LENGTH, True),
    ]
    return Form(say, say(f"modal.{key}.title"), inputs, submit)


def revision_form(say: Language, typed: Mapping[str, str], submit: Submit) -> Form:
    """Why a reviewer decides otherwise than before."""
    inputs = [Input("reason", "revise_reason", typed.get("reason", ""), True, REASON_LENGTH, True)]
    return Form(say, say("modal.revise.title"), inputs, submit)


def appeal_form(say: Language, typed: Mapping[str, str], submit: Submit) -> Form:
    """What a fan says to a verdict."""
    inputs = [Input("text", "appeal_text", typed.get("text", ""), True, APPEAL_LENGTH, True)]
    return Form(say, say("modal.appeal.title"), inputs, submit)
