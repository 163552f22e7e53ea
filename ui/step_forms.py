"""The forms of an action's life: why a step is taken, and until when something goes."""

from __future__ import annotations

from domain.life_cycle import REASON_LENGTH, Step
from locales import Language
from ui.forms import WHEN_LENGTH, Form, Input, Submit


def step_reason_form(say: Language, step: Step, typed: str, submit: Submit) -> Form:
    """Why a step is taken; cancelling needs a reason."""
    required = step is Step.CANCEL
    inputs = [_reason(typed, required=required)]
    return Form(say, say(f"modal.{step.value}.title"), inputs, submit)


def until_form(say: Language, typed: str, reason: str, submit: Submit) -> Form:
    """Until when one can log, and why if one likes to say."""
    inputs = [Input("when", "log_until", typed, True, WHEN_LENGTH), _reason(reason, required=False)]
    return Form(say, say("modal.extend_log.title"), inputs, submit)


def announce_form(say: Language, typed: str, submit: Submit) -> Form:
    """When an action is announced; left empty, at once."""
    inputs = [Input("when", "announce_at", typed, False, WHEN_LENGTH)]
    return Form(say, say("modal.announce.title"), inputs, submit)


def _reason(typed: str, *, required: bool) -> Input:
    return Input("reason", "step_reason", typed, required, REASON_LENGTH, True)
