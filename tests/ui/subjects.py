"""Actions, servers and deliveries to draw, and a minimal client for simcord."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import discord

from domain.actions import Action, ActionState
from domain.deliveries import Delivery, DeliveryKind
from domain.kinds import Kind
from domain.ledger import Contribution
from domain.owed_messages import OwedMessage
from domain.servers import RolePurpose, Server
from domain.tally import Tally
from domain.totals import Total
from locales import LANGUAGES, Language, language
from tests.domain.ledgers import DAY, START, count_tally, make_action, make_contribution
from tests.pseudo import pseudo_language
from ui.base import Handler, Interaction, Target
from ui.buttons import Press
from ui.selects import PickChannel, PickRole, PickText, PickUser

GUILD, ACTION, CHANNEL, PING_ROLE = 81384788765712384, 7, 81384788765712999, 81384788765712777
HOUR = timedelta(hours=1)
SECRET = "OnlyAtTheMoment"
CHOSEN_LANGUAGES = [language(code) for code in LANGUAGES]
"""The languages that can be chosen, whose words are read back too."""

ALL_LANGUAGES = [*CHOSEN_LANGUAGES, pseudo_language()]
"""All that is drawn in: one of them is longer and has other letters than any that is spoken."""


def make_server(**values: Any) -> Server:
    defaults: dict[str, Any] = {
        "guild_id": GUILD,
        "zone": "Asia/Seoul",
        "announce_channel_id": CHANNEL,
        "roles": {RolePurpose.PING: PING_ROLE},
    }
    return Server(**(defaults | values))


def fundraiser(**values: Any) -> Action:
    defaults: dict[str, Any] = {
        "guild_id": GUILD,
        "action_id": ACTION,
        "goal": 1_000_000,
        "baseline": 50_000,
        "capacity": 40,
        "signed_up": 40,
        "waitlisted": 3,
        "fields": {"link": "https://example.org/give?a=b_c"},
        "total": Total(logged=250_000, logged_count=5),
    }
    return make_action(**(defaults | values))


def hashtag(**values: Any) -> Action:
    defaults: dict[str, Any] = {
        "guild_id": GUILD,
        "action_id": ACTION,
        "kind": Kind.HASHTAG,
        "unit_code": "posts",
        "goal": 500,
        "fields": {"tag": SECRET, "prompt": "Say what the song means to you"},
        "total": Total(logged=12, logged_count=1),
    }
    return make_action(**(defaults | values))


def every_action() -> Iterator[tuple[Action, datetime]]:
    """Each kind in each state that it can be seen in, with an instant for it."""
    for make in (fundraiser, hashtag):
        for state in ActionState:
            yield make(state=state), START - HOUR
        yield make(number=None, state=ActionState.DRAFT), START - HOUR
        yield make(), START + HOUR
        yield make(), START + DAY + HOUR
        for title in ("총" * 100, "*" * 100, "@everyone " * 10, "[x](http://a.b) "):
            yield make(title=title), START + HOUR
    yield hashtag(fields={"tag": "총" * 100, "prompt": "_" * 300}), START + HOUR
    yield fundraiser(fields={"link": "https://a.b/" + "총" * 388}), START + HOUR
    yield fundraiser(fields={"link": "javascript:alert(1)"}), START + HOUR


def owe(kind: DeliveryKind, action: Action, now: datetime, **values: Any) -> OwedMessage:
    due_at = values.pop("due_at", now)
    item_id = values.pop("item", None)
    delivery = Delivery(GUILD, 5, action.action_id, kind, due_at, attempts=0, item_id=item_id)
    server = values.pop("server", make_server())
    return OwedMessage(delivery, action, server, now, **values)


def tally_of(action: Action, *contributions: Contribution, cut_off: datetime) -> Tally:
    return count_tally(action, sign_ups=[], contributions=contributions, checks=[], cut_off=cut_off)


def some_tally(action: Action | None = None) -> Tally:
    """Three contributions logged by two people, one of them without proof."""
    action = action or fundraiser()
    given = [
        make_contribution(1, unit_code=action.unit_code),
        make_contribution(2, unit_code=action.unit_code, proof=None),
        make_contribution(3, unit_code=action.unit_code, participant_id=2),
    ]
    return tally_of(action, *given, cut_off=START + 2 * DAY)


def text_of(view: discord.ui.View | discord.ui.LayoutView, content: str | None = None) -> str:
    """Everything that a view shows, and the custom_ids in it."""
    return f"{content or ''}\n{json.dumps(view.to_components(), ensure_ascii=False)}"


def labels_of(view: discord.ui.View | discord.ui.LayoutView) -> list[str]:
    """The verbs of a view's persistent buttons, in order."""
    items = view.walk_children()
    return [item.custom_id.split(":")[1] for item in items if isinstance(item, Press)]


class FanClient(discord.Client):
    """The least client that the drawing room works with; it remembers what was pressed."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True))
        self.pressed: list[Target] = []
        self.failing_language = False
        self.handlers: dict[str, Handler] = {"join": self._remember}

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Press, PickText, PickChannel, PickRole, PickUser)

    async def language_for(self, interaction: Interaction) -> Language:
        if self.failing_language:
            raise RuntimeError("the database is gone")
        return language(None)

    async def after_answer(self, interaction: Interaction) -> None:
        """Say nothing else."""

    async def _remember(self, interaction: Interaction, target: Target) -> None:
        self.pressed.append(target)
        await interaction.response.defer()
