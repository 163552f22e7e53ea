"""Modals: lists of text inputs whose wording comes from the catalogue."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import discord

from domain.blueprints import Blueprint
from domain.errors import NotAllowed, Refusal
from domain.fields import TITLE_LENGTH
from domain.kinds import Kind, rules
from domain.templates import NAME_LENGTH
from locales import Language
from ui.base import Interaction, SafeModal
from ui.text import shorten

MAX_LABEL = 45
MAX_HINT = 100
WHEN_LENGTH = 100
REASON_LENGTH = 200
PROOFS_LENGTH = 4000
"""Characters of several proofs, one a line: what one input takes."""

NOTE_LENGTH = 500
AMOUNT_LENGTH = 40
POLL_LENGTH = 2000

Submit = Callable[[Interaction, dict[str, str]], Awaitable[None]]
Part = discord.ui.Label[Any]
"""Another part of a form than a text, which whoever made it reads."""


@dataclass(frozen=True)
class Request:
    """What an organiser has typed for an action so far.

    Once it is a draft `action_id` is set, and `base` is what stood there when its form was shown.
    """

    kind: Kind
    title: str
    when: str
    end: str = ""
    capacity: str = ""
    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    action_id: int | None = None
    base: Request | None = None
    blueprint: Blueprint | None = None
    """What a new action is laid out from, where it is a duplicate or from a template."""

    holders: frozenset[int] | None = None
    """The users who see what is sealed of what is stored; whoever types it, where nothing is."""

    def shows_sealed(self, user_id: int) -> bool:
        """Tell whether a form may show somebody what is sealed."""
        return self.holders is None or user_id in self.holders

    def onto(self, stored: Request) -> Request:
        """What was typed, over the draft as it stands now: what was left alone is as stored."""
        if self.base is None:
            return self
        base, typed = self.base, dict[str, Any]()
        for name in ("title", "when", "end", "capacity"):
            if (text := getattr(self, name)) != getattr(base, name):
                typed[name] = text
        texts = {
            name: text for name, text in self.texts.items() if text != base.texts.get(name, "")
        }
        return replace(stored, texts={**stored.texts, **texts}, **typed)

    def with_texts(self, texts: Mapping[str, str]) -> Request:
        """The request with what a form of the kind's fields collected."""
        return replace(self, texts={**self.texts, **texts})

    def with_values(self, values: Mapping[str, str]) -> Request:
        """The request with what the time form collected."""
        return replace(
            self,
            title=values["title"],
            when=values["when"],
            end=values["end"],
            capacity=values["capacity"],
        )


@dataclass(frozen=True)
class Input:
    """One text input; `key` names its label, description and placeholder in the catalogue."""

    name: str
    key: str
    value: str = ""
    required: bool = False
    max_length: int = 100
    paragraph: bool = False


class Form(SafeModal):
    """A modal of at most five inputs that hands what was typed to `submit`, by name."""

    def __init__(
        self, say: Language, title: str, inputs: Sequence[Input | Part], submit: Submit
    ) -> None:
        super().__init__(title=title)
        self._submit = submit
        self._boxes: dict[str, discord.ui.TextInput[Any]] = {}
        for item in inputs:
            if not isinstance(item, Input):
                self.add_item(item)
                continue
            box: discord.ui.TextInput[Any] = discord.ui.TextInput(
                style=discord.TextStyle.paragraph if item.paragraph else discord.TextStyle.short,
                placeholder=shorten(say(f"modal.{item.key}.placeholder"), MAX_HINT),
                default=item.value[: item.max_length] or None,
                required=item.required,
                max_length=item.max_length,
            )
            self._boxes[item.name] = box
            self.add_item(
                discord.ui.Label(
                    text=shorten(say(f"modal.{item.key}.label"), MAX_LABEL),
                    description=shorten(say(f"modal.{item.key}.description"), MAX_HINT),
                    component=box,
                )
            )

    async def on_submit(self, interaction: Interaction, /) -> None:
        await self._submit(interaction, {name: box.value for name, box in self._boxes.items()})


def fields_form(
    say: Language, request: Request, submit: Submit, *, page: int = 1, sealed: bool = True
) -> Form:
    """The kind's own fields, those of one page; refused where it has none there.

    What is sealed is left out for whoever may not see it: it stays as it is.
    """
    inputs = [
        Input(
            item.name,
            f"{request.kind.value}_{item.name}",
            request.texts.get(item.name, ""),
            item.required,
            item.max_length,
            item.paragraph,
        )
        for item in rules(request.kind).fields
        if item.page == page and (sealed or not item.sealed)
    ]
    if not inputs and not sealed:
        raise NotAllowed("refused.sealed_for_you", title=request.title)
    if not inputs:  # a kind of which all fields fit into the first form
        raise Refusal("refused.unknown_button")
    return Form(say, say(f"modal.{request.kind.value}.title"), inputs, submit)


def when_form(say: Language, request: Request, submit: Submit) -> Form:
    """Title, time, end and capacity."""
    end = "when_end" if request.blueprint is None else "again_end"
    inputs = [
        Input("title", "when_name", request.title, True, TITLE_LENGTH),
        Input("when", "when_start", request.when, True, WHEN_LENGTH),
        Input("end", end, request.end, False, WHEN_LENGTH),
        Input("capacity", "when_capacity", request.capacity, False, 10),
    ]
    return Form(say, say("modal.when.title"), inputs, submit)


def zone_form(say: Language, typed: str, submit: Submit) -> Form:
    """The city or zone in which an organiser meant their time."""
    inputs = [Input("zone", "zone_city", typed, True, 60)]
    return Form(say, say("modal.zone.title"), inputs, submit)


def server_zone_form(say: Language, typed: str, submit: Submit) -> Form:
    """The city or zone by whose clock a server's times are read."""
    inputs = [Input("zone", "server_zone", typed, True, 60)]
    return Form(say, say("modal.server_zone.title"), inputs, submit)


def own_zone_form(say: Language, typed: str, submit: Submit) -> Form:
    """The city that somebody lives in."""
    inputs = [Input("zone", "own_zone_city", typed, True, 60)]
    return Form(say, say("modal.own_zone.title"), inputs, submit)


def poll_form(say: Language, typed: str, submit: Submit) -> Form:
    """The times that a poll offers, one a line."""
    inputs = [Input("slots", "poll_slots", typed, True, POLL_LENGTH, True)]
    return Form(say, say("modal.poll.title"), inputs, submit)


def name_form(say: Language, typed: str, submit: Submit) -> Form:
    """The name under which a template is saved."""
    inputs = [Input("name", "template_name", typed, True, NAME_LENGTH)]
    return Form(say, say("modal.template.title"), inputs, submit)


def reason_form(say: Language, typed: str, submit: Submit) -> Form:
    """Why a contribution is not counted."""
    inputs = [Input("reason", "reason_text", typed, True, REASON_LENGTH, True)]
    return Form(say, say("modal.reason.title"), inputs, submit)
