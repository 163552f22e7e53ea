"""`/action template`: saving what an action is made of, and using it for further ones."""

from __future__ import annotations

from dataclasses import dataclass

import discord
from discord import app_commands

from cogs.action_group import action
from cogs.base import FanchantCog, actor_of, guild_of, on_press, say_of
from cogs.drafting import Drafting
from cogs.laying_out import request_after
from cogs.times import complete_time, require_zone
from domain.blueprints import Blueprint
from domain.errors import Gone, Refusal
from domain.servers import is_organiser, require_kind
from domain.templates import BUILT_IN, Template, blueprint_from, built_in
from locales import Language
from services.templates import NameTaken
from ui.base import Interaction, Target, word_refusal
from ui.choices import Choice, Choices
from ui.commands import command_text, offers
from ui.forms import name_form
from ui.replies import replace, reply, settle
from ui.template_list import draw_templates
from ui.text import plain

OWN, BUILT = "id:", "built_in:"
"""How the value of an autocomplete choice begins."""

template_group = app_commands.Group(
    name=command_text("command.action.template.name"),
    description=command_text("command.action.template.description"),
    parent=action,
)


@dataclass(frozen=True)
class Offer:
    """A template as organisers choose it."""

    value: str
    name: str
    blueprint: Blueprint


class TemplateCommands(FanchantCog):
    @template_group.command(
        name=command_text("command.action.template.use.name"),
        description=command_text("command.action.template.use.description"),
    )
    @app_commands.describe(
        template=command_text("command.action.template.use.template.description"),
        when=command_text("command.action.create.when.description"),
        title=command_text("command.action.template.use.title.description"),
    )
    @app_commands.rename(
        template=command_text("command.action.template.use.template.name"),
        when=command_text("command.action.create.when.name"),
        title=command_text("command.action.create.title.name"),
    )
    async def use_template(
        self,
        interaction: Interaction,
        template: app_commands.Range[str, 1, 100],
        when: app_commands.Range[str, 1, 100],
        title: app_commands.Range[str, 1, 100] | None = None,
    ) -> None:
        """Begin an action as a template has it; what is its own is asked for."""
        server = await self.services.servers.get(guild_of(interaction))
        require_zone(server)
        offer = await self._find(interaction, template)
        require_kind(server, offer.blueprint.kind)
        now = self.services.clock.now()
        request = request_after(offer.blueprint, now, title=title or "", when=when)
        await Drafting(self.services).go_on(interaction, request)

    @use_template.autocomplete("when")
    async def complete_template_time(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        server = await self.services.servers.get(guild_of(interaction))
        return complete_time(typed, server, self.services.clock.now(), await say_of(interaction))

    @use_template.autocomplete("template")
    async def complete_template(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await self._fitting(interaction, typed, (OWN, BUILT))

    @template_group.command(
        name=command_text("command.action.template.list.name"),
        description=command_text("command.action.template.list.description"),
    )
    async def list_templates(self, interaction: Interaction) -> None:
        await reply(interaction, view=await self._template_page(interaction, 0))

    @on_press("templates_page")
    async def turn_templates(self, interaction: Interaction, target: Target) -> None:
        await replace(interaction, view=await self._template_page(interaction, target.item_id or 0))

    async def _template_page(self, interaction: Interaction, page: int) -> discord.ui.LayoutView:
        own, say = await self._own(interaction), await say_of(interaction)
        ready = [(_name(say, key), blueprint_from_key(say, key)) for key in _keys()]
        saved = [(template.name, template.blueprint) for template in own]
        return draw_templates(say, saved, ready, page=page)

    @template_group.command(
        name=command_text("command.action.template.delete.name"),
        description=command_text("command.action.template.delete.description"),
    )
    @app_commands.describe(
        template=command_text("command.action.template.use.template.description")
    )
    @app_commands.rename(template=command_text("command.action.template.use.template.name"))
    async def delete_template(
        self, interaction: Interaction, template: app_commands.Range[str, 1, 100]
    ) -> None:
        offer = await self._find(interaction, template)
        if not offer.value.startswith(OWN):
            raise Refusal("template.built_in_stays", name=offer.name)
        say, template_id = await say_of(interaction), int(offer.value.removeprefix(OWN))

        async def delete(pressed: Interaction) -> None:
            work = self.services.templates.delete(actor_of(pressed), guild_of(pressed), template_id)
            gone = await settle(pressed, work)
            await replace(pressed, say("template.deleted", name=plain(gone.name)))

        sure = Choice(say("button.delete_template"), delete, discord.ButtonStyle.danger)
        question = say("template.ask_delete", name=plain(offer.name))
        await reply(interaction, question, view=Choices([sure]))

    @delete_template.autocomplete("template")
    async def complete_own(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await self._fitting(interaction, typed, (OWN,))

    # ---- Saving

    @on_press("save_template")
    async def ask_name(self, interaction: Interaction, target: Target) -> None:
        found = await self.services.changing.find(
            actor_of(interaction), target.guild_id, target.action_id
        )
        await self._show_form(interaction, target, found.title)

    async def _show_form(self, interaction: Interaction, target: Target, typed: str) -> None:
        async def submit(submitted: Interaction, values: dict[str, str]) -> None:
            await self._save(submitted, target, values["name"])

        await interaction.response.send_modal(name_form(await say_of(interaction), typed, submit))

    async def _save(
        self, interaction: Interaction, target: Target, name: str, *, overwrite: bool = False
    ) -> None:
        """Save it; ask before another is overwritten, and again for a name that is refused."""
        say = await say_of(interaction)
        ids = (target.guild_id, target.action_id)
        work = self.services.templates.save(actor_of(interaction), *ids, name, overwrite=overwrite)
        again = Choice(
            say("button.other_name"), lambda pressed: self._show_form(pressed, target, name)
        )
        try:
            saved = await settle(interaction, work)
        except NameTaken as taken:
            over = Choice(
                say("button.overwrite"),
                lambda pressed: self._save(pressed, target, name, overwrite=True),
                discord.ButtonStyle.danger,
            )
            await reply(interaction, word_refusal(say, taken), view=Choices([over, again]))
            return
        except Refusal as refusal:
            await reply(interaction, word_refusal(say, refusal), view=Choices([again]))
            return
        done = say("template.saved", name=plain(saved.name))
        if interaction.type is discord.InteractionType.component:
            await replace(interaction, done)
        else:
            await reply(interaction, done)

    # ---- Finding

    async def _own(self, interaction: Interaction) -> list[Template]:
        return await self.services.templates.list_own(actor_of(interaction), guild_of(interaction))

    async def _offers(self, interaction: Interaction) -> list[Offer]:
        """The server's own templates, then the built-in ones."""
        say = await say_of(interaction)
        saved = await self._own(interaction)
        own = [Offer(f"{OWN}{t.template_id}", t.name, t.blueprint) for t in saved]
        ready = [
            Offer(f"{BUILT}{key}", _name(say, key), blueprint_from_key(say, key)) for key in _keys()
        ]
        return [*own, *ready]

    async def _fitting(
        self, interaction: Interaction, typed: str, kinds: tuple[str, ...]
    ) -> list[app_commands.Choice[str]]:
        """What organisers can choose whose name fits; nothing for anybody else."""
        server = await self.services.servers.get(guild_of(interaction))
        if not is_organiser(actor_of(interaction), server):
            return []
        words, found = typed.strip().casefold(), await self._offers(interaction)
        return offers(
            (offer.name, offer.value)
            for offer in found
            if offer.value.startswith(kinds) and words in offer.name.casefold()
        )

    async def _find(self, interaction: Interaction, typed: str) -> Offer:
        """The template that was picked, or the one of the name that was typed."""
        wanted = typed.strip()
        for offer in await self._offers(interaction):
            if wanted == offer.value or wanted.casefold() == offer.name.casefold():
                return offer
        raise Gone("template.none_fits", text=typed)


def _keys() -> list[str]:
    return [template.key for template in BUILT_IN]


def _name(say: Language, key: str) -> str:
    return say(f"template.{key}.name")


def blueprint_from_key(say: Language, key: str) -> Blueprint:
    """A built-in template in a language."""
    template = built_in(key)
    assert template is not None
    return blueprint_from(template, lambda name: say(f"template.{key}.{name}"))
