"""From what an organiser typed to a draft and its preview, keeping the text at every turn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import discord

from cogs.base import actor_of, guild_of, say_of
from cogs.times import describe, read, reading_of, require_zone, resolved, word_time_refusal
from domain.actions import Action
from domain.errors import Refusal
from domain.fields import fields_as_text, read_capacity, read_title
from domain.mending import channel_of
from domain.seals import holders, holds_seal
from domain.walls import Resolved
from domain.when import Ambiguous, Reading, write_reading
from services.actions import Typed
from services.application import Services
from ui.base import Interaction, SafeLayout
from ui.cards import draw_preview
from ui.choices import Choice, Choices
from ui.forms import Request, fields_form, when_form
from ui.permissions import missing_in_languages, missing_in_server
from ui.previews import copied_notes, preview_notes
from ui.replies import replace as redraw
from ui.replies import reply, settle
from ui.tag_lines import warning_lines
from ui.text import code

Continuation = Callable[[Interaction, Request], Awaitable[None]]


class AsksBack(Exception):
    """The typed time can be read in several ways; the organiser is asked which."""

    def __init__(self, field: str, text: str, ambiguous: Ambiguous) -> None:
        super().__init__(field)
        self.field = field
        self.text = text
        self.ambiguous = ambiguous


class Drafting:
    """One conversation: the time is settled first, then the kind's fields, then the preview."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def go_on(self, interaction: Interaction, request: Request) -> None:
        """Check the times of a new request, then ask for the kind's fields."""
        try:
            await self._read_frame(interaction, request)
        except (Refusal, AsksBack) as problem:
            await self._ask_about_frame(interaction, request, problem, self.go_on)
            return
        if interaction.type is discord.InteractionType.modal_submit:
            # A modal can't answer a modal: a button stands between them.
            say = await say_of(interaction)
            onward = Choice(say("button.go_on"), lambda pressed: self.ask_fields(pressed, request))
            await reply(interaction, say("when.taken"), view=Choices([onward]))
            return
        await self.ask_fields(interaction, request)

    async def ask_fields(
        self, interaction: Interaction, request: Request, *, page: int = 1
    ) -> None:
        """Ask for the kind's fields of one page, and store what was typed."""

        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            await self.store(submitted, request.with_texts(values), page=page)

        sealed = request.shows_sealed(interaction.user.id)
        form = fields_form(await say_of(interaction), request, submit, page=page, sealed=sealed)
        await interaction.response.send_modal(form)

    async def store(self, interaction: Interaction, request: Request, *, page: int = 1) -> None:
        """Store the request as a draft and show its preview; ask again where it is refused.

        `page` is the form of the kind's fields that was filled in last.
        """
        say = await say_of(interaction)
        actor, guild_id = actor_of(interaction), guild_of(interaction)
        actions = self._services.actions
        if request.action_id is not None:
            # The form may have been open while the draft was changed through another preview.
            stored = await actions.find_draft(actor, guild_id, request.action_id)
            request = request.onto(request_of(stored))
        try:
            starts, ends, capacity = await self._read_frame(interaction, request)
        except (Refusal, AsksBack) as problem:
            await self._ask_about_frame(interaction, request, problem, self.store)
            return
        try:
            typed = Typed(request.kind, request.title, starts, ends, capacity, request.texts)
            if request.blueprint is not None and request.action_id is None:
                work = self._services.templates.draft(
                    actor, guild_id, request.blueprint, typed, language=say.code
                )
            elif request.action_id is None:
                work = actions.draft(actor, guild_id, typed, language=say.code)
            else:
                work = actions.redraft(actor, guild_id, request.action_id, typed, language=say.code)
            draft = await settle(interaction, work)
        except Refusal as refusal:
            await self._ask_fields_again(interaction, request, refusal, page)
            return
        copied = request.blueprint and copied_notes(say, draft, request.blueprint)
        anew = request.action_id is None
        await self.show(interaction, draft, note="\n".join(copied or ()), anew=anew)

    async def show(
        self, interaction: Interaction, draft: Action, *, note: str = "", anew: bool = False
    ) -> None:
        """Show the preview, in place of the one that the interaction came from unless `anew`.

        `note` is a sentence to stand first among those below it.
        """
        say = await say_of(interaction)
        server = await self._services.servers.get(draft.guild_id)
        server = replace(server, announce_channel_id=channel_of(draft, server))
        now = self._services.clock.now()
        assert interaction.guild is not None
        missing = missing_in_server(interaction.guild, server)
        day = await self._services.pings.today(draft.guild_id)
        elsewhere = missing_in_languages(interaction.guild, server)
        notes = preview_notes(say, draft, server, now, missing, day, elsewhere)
        if draft.grants_role and not interaction.guild.me.guild_permissions.manage_roles:
            settings = say("button.sign_up_settings")
            notes.append(say("preview.cannot_grant", button=settings))
        holder = holds_seal(actor_of(interaction), draft)
        if holder:
            notes[:0] = warning_lines(say, await self._services.seals.warnings(draft))
        notes = [note, *notes] if note else notes
        view = draw_preview(say, draft, server, now, notes, holder=holder)
        if _from_preview(interaction) and not anew:
            await redraw(interaction, view=view)
        else:
            await reply(interaction, view=view)

    async def close(self, interaction: Interaction, text: str) -> None:
        """Put a sentence in place of the preview."""
        view = SafeLayout(timeout=None)
        view.add_item(discord.ui.TextDisplay(text))
        await redraw(interaction, view=view)

    async def _read_frame(
        self, interaction: Interaction, request: Request
    ) -> tuple[Resolved, Resolved | None, int | None]:
        """Read what the time form holds: start, end and capacity; raises `Refusal`, `AsksBack`."""
        server = await self._services.servers.get(guild_of(interaction))
        say, now = await say_of(interaction), self._services.clock.now()
        found: dict[str, Resolved] = {}
        for name in ("when", "end"):
            typed: str = getattr(request, name)
            if name == "end" and not typed.strip():
                continue
            reading = read(typed, server, now, say)
            if isinstance(reading, Ambiguous):
                raise AsksBack(name, typed, reading)
            found[name] = resolved(reading.reading)
        ends = found.get("end")
        if ends is not None and ends.at <= found["when"].at:
            raise Refusal("when.end_before_start")
        read_title(request.title)
        return found["when"], ends, read_capacity(request.capacity, say.code)

    async def _ask_about_frame(
        self,
        interaction: Interaction,
        request: Request,
        problem: Refusal | AsksBack,
        then: Continuation,
    ) -> None:
        """Explain what is wrong with time, title or capacity, and keep all that was typed."""
        say = await say_of(interaction)
        server = await self._services.servers.get(guild_of(interaction))
        if isinstance(problem, AsksBack):
            await self.ask_which(interaction, request, problem, then)
            return
        if problem.key == "when.no_zone":
            raise problem

        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            await then(submitted, request.with_values(values))

        async def open_form(pressed: Interaction) -> None:
            form = when_form(await say_of(pressed), request, submit)
            await pressed.response.send_modal(form)

        sentence = word_time_refusal(say, problem, require_zone(server))
        about_time = problem.key.startswith("when.")
        again = Choice(say("button.change_time" if about_time else "button.try_again"), open_form)
        await reply(interaction, sentence, view=Choices([again]))

    async def ask_which(
        self,
        interaction: Interaction,
        request: Request,
        problem: AsksBack,
        then: Continuation,
    ) -> None:
        """Ask which of its readings a typed time has; `then` gets the request that says so."""
        say, now = await say_of(interaction), self._services.clock.now()

        def take(reading: Reading) -> Choice:
            chosen = replace(request, **{problem.field: write_reading(reading)})
            return Choice(describe(say, reading, now), lambda pressed: then(pressed, chosen))

        question = say(f"when.ambiguous.{problem.ambiguous.reason.value}", text=code(problem.text))
        choices = [take(reading) for reading in problem.ambiguous.readings]
        await reply(interaction, question, view=Choices(choices))

    async def _ask_fields_again(
        self, interaction: Interaction, request: Request, refusal: Refusal, page: int
    ) -> None:
        say = await say_of(interaction)
        server = await self._services.servers.get(guild_of(interaction))

        async def open_form(pressed: Interaction) -> None:
            await self.ask_fields(pressed, request, page=page)

        sentence = word_time_refusal(say, refusal, require_zone(server))
        again = Choice(say("button.try_again"), open_form)
        await reply(interaction, sentence, view=Choices([again]))


def request_of(draft: Action) -> Request:
    """A stored draft as the request that would lead to it."""
    end = "" if draft.ends is None else write_reading(reading_of(draft.ends, draft.ends_at))
    request = Request(
        kind=draft.kind,
        title=draft.title,
        when=write_reading(reading_of(draft.starts, draft.starts_at)),
        end=end,
        capacity="" if draft.capacity is None else str(draft.capacity),
        texts=fields_as_text(draft),
        action_id=draft.action_id,
        holders=holders(draft),
    )
    return replace(request, base=request)


def _from_preview(interaction: Interaction) -> bool:
    """Tell whether the interaction came from a preview, which is a layout of the bot's."""
    message = interaction.message
    return message is not None and message.flags.components_v2
