"""Editing what is published by the forms of a draft, keeping what was typed at every turn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum

from cogs.base import actor_of, guild_of, say_of
from cogs.drafting import AsksBack, Drafting, request_of
from cogs.panels import tell_done
from cogs.times import read, resolved, word_time_refusal
from domain.actions import Action
from domain.editing import Edit
from domain.errors import Gone, NotAllowed, Refusal
from domain.fields import read_capacity
from domain.life_cycle import require_ongoing
from domain.servers import Server
from domain.walls import Resolved
from domain.when import Ambiguous
from locales import Language
from services.actions import Typed
from services.application import Services
from ui.base import Interaction, Target
from ui.choices import Choice, Choices
from ui.forms import Request, fields_form, when_form
from ui.replies import reply, settle
from ui.text import plain, stamp


class Part(StrEnum):
    """Which form asks for what is to be edited."""

    WHEN = "when"
    FIELDS = "fields"
    MORE = "more"


Tell = Callable[[Interaction, Action, Edit], Awaitable[None]]
"""Says what became of an edit."""


class Revising:
    """One conversation: a form, perhaps a question about its times, then the edit.

    `tell` says what became of it, in place of the panel of the action.
    """

    def __init__(self, services: Services, tell: Tell | None = None) -> None:
        self._services = services
        self._tell = tell or self._tell_on_panel

    async def open(self, interaction: Interaction, target: Target, part: Part) -> None:
        """Show a form with what holds now; refused for what is over."""
        action = await self._services.changing.find(
            actor_of(interaction), target.guild_id, target.action_id
        )
        require_ongoing(action, self._services.clock.now())
        await self._ask(interaction, request_of(action), part)

    async def _ask(self, interaction: Interaction, request: Request, part: Part) -> None:
        say = await say_of(interaction)

        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            when = part is Part.WHEN
            typed = request.with_values(values) if when else request.with_texts(values)
            await self._store(submitted, typed, part)

        if part is Part.WHEN:
            form = when_form(say, request, submit)
        else:
            page = 1 if part is Part.FIELDS else 2
            sealed = request.shows_sealed(interaction.user.id)
            form = fields_form(say, request, submit, page=page, sealed=sealed)
        await interaction.response.send_modal(form)

    async def _store(self, interaction: Interaction, request: Request, part: Part) -> None:
        """Edit the action; ask where a time is unclear, and again where something is refused."""
        say = await say_of(interaction)
        guild_id, services = guild_of(interaction), self._services
        server = await services.servers.get(guild_id)
        assert request.action_id is not None

        def retype(action: Action) -> Typed:
            # Over what holds when it is changed: the form may have been open for long.
            return self._read(request.onto(request_of(action)), action, server, say)

        work = services.editing.edit(
            actor_of(interaction), guild_id, request.action_id, retype, language=say.code
        )
        try:
            edited, edit = await settle(interaction, work)
        except AsksBack as problem:
            await Drafting(services).ask_which(
                interaction,
                request,
                problem,
                lambda pressed, chosen: self._store(pressed, chosen, part),
            )
        except (NotAllowed, Gone):
            raise
        except Refusal as refusal:
            await self._ask_again(interaction, request, part, refusal)
        else:
            await self._tell(interaction, edited, edit)

    async def _tell_on_panel(self, interaction: Interaction, edited: Action, edit: Edit) -> None:
        known = edited.announced(self._services.clock.now())
        done = _done(await say_of(interaction), edited, edit, known=known)
        await tell_done(interaction, self._services, edited, done)

    def _read(self, request: Request, action: Action, server: Server, say: Language) -> Typed:
        """What is wanted by now; times that were left alone are not read anew: they may be past."""
        stored, now = request_of(action), self._services.clock.now()

        def time(name: str) -> Resolved:
            typed: str = getattr(request, name)
            found = read(typed, server, now, say)
            if isinstance(found, Ambiguous):
                raise AsksBack(name, typed, found)
            return resolved(found.reading)

        starts = Resolved(action.starts, action.starts_at)
        if request.when != stored.when:
            starts = time("when")
        ends = None if action.ends is None else Resolved(action.ends, action.ends_at)
        if request.end != stored.end:
            ends = time("end") if request.end.strip() else None
        capacity = read_capacity(request.capacity, say.code)
        return Typed(action.kind, request.title, starts, ends, capacity, request.texts)

    async def _ask_again(
        self, interaction: Interaction, request: Request, part: Part, refusal: Refusal
    ) -> None:
        say = await say_of(interaction)
        server = await self._services.servers.get(guild_of(interaction))
        again = Choice(say("button.try_again"), lambda pressed: self._ask(pressed, request, part))
        sentence = word_time_refusal(say, refusal, server.zone or "UTC")
        await reply(interaction, sentence, view=Choices([again]))


def _done(say: Language, edited: Action, edit: Edit, *, known: bool) -> str:
    """What became of an edit, and what followed from it that its organiser may not expect."""
    if not edit:
        return say("edit.nothing")
    if known:
        lines = [say("edit.done_moved" if edit.moved else "edit.done")]
    else:
        lines = [say("done.unannounced", title=plain(edited.title))]
    if edit.closed:
        button = say("button.sign_up_settings")
        lines.append(say("edit.closed", time=stamp(edited.sign_ups_end), button=button))
    if edit.decide is not None:
        lines.append(say("edit.decide", time=stamp(edit.decide)))
    if edit.reveal is not None:
        lines.append(say("edit.reveal", time=stamp(edit.reveal)))
    return "\n".join(lines)
