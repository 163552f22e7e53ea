"""What a card says below its kind's fields: the parts, conditions and plans of its action."""

from __future__ import annotations

from datetime import datetime

from domain.actions import Action
from locales import Language
from ui.official_lines import card_officials
from ui.series_panel import series_lines
from ui.shift_lines import shift_lines
from ui.sign_up_lines import sign_up_lines
from ui.task_lines import task_lines
from ui.vote_lines import app_lines


def extra_lines(say: Language, action: Action, now: datetime, *, shown: bool = True) -> list[str]:
    """The lines that an action has besides, each complete in itself; it must be read whole.

    They stand on the card in this order: what doesn't fit is left out from the end. Where what is
    logged is not `shown`, none of them tells it.
    """
    return [
        *app_lines(say, action, now, shown=shown),
        *sign_up_lines(say, action, now),
        *card_officials(say, action, now),
        *task_lines(say, action, now, shown=shown),
        *shift_lines(say, action, now),
        *series_lines(say, action, now),
    ]
