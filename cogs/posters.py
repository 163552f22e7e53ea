"""*Poster*: the pictures of an action, in its draft and later."""

from __future__ import annotations

import discord

from cogs.base import FanchantCog, actor_of, on_press, say_of
from cogs.uploads import fit_poster
from domain.actions import Action
from domain.errors import Gone, NotAllowed, Refusal
from domain.posters import PosterUse, poster_of, read_use
from domain.seals import holds_seal
from ui.base import Interaction, Target, word_refusal
from ui.choices import Choice, Choices
from ui.poster_panel import PosterForm, Uploads, draw_poster_panel, draw_removal
from ui.posters import poster_file
from ui.replies import replace, reply, settle


class PosterCog(FanchantCog):
    @on_press("poster")
    async def open_panel(self, interaction: Interaction, target: Target) -> None:
        await self._show(interaction, await self._find(interaction, target), anew=True)

    @on_press("poster_keep")
    async def keep(self, interaction: Interaction, target: Target) -> None:
        await self._show(interaction, await self._find(interaction, target))

    @on_press("poster_set")
    async def ask(self, interaction: Interaction, target: Target) -> None:
        use, action = read_use(target.item_id), await self._find(interaction, target)
        poster = poster_of(action.parts.posters, use)
        seen = poster is not None and self._sees(interaction, action, use)
        await self._ask(interaction, action, use, poster.alt if poster and seen else "", ())

    async def _ask(
        self, interaction: Interaction, action: Action, use: PosterUse, alt: str, kept: Uploads
    ) -> None:
        """Ask for a picture and what tells of it; `kept` is the one chosen before a refusal."""

        async def submit(submitted: Interaction, typed: str, uploads: Uploads) -> None:
            await self._take(submitted, action, use, typed, uploads or kept)

        needs_picture = not kept and poster_of(action.parts.posters, use) is None
        say = await say_of(interaction)
        form = PosterForm(say, use, alt, submit, needs_picture=needs_picture)
        await interaction.response.send_modal(form)

    async def _take(
        self, interaction: Interaction, action: Action, use: PosterUse, alt: str, uploads: Uploads
    ) -> None:
        """Store what was handed in; where it is refused, what was typed is kept."""
        say = await say_of(interaction)
        try:
            changed = await settle(interaction, self._set(interaction, action, use, alt, uploads))
        except (NotAllowed, Gone):
            raise
        except Refusal as refusal:
            # A picture that was taken as one need not be chosen again.
            kept = uploads if refusal.key.startswith("poster.") else ()

            async def again(pressed: Interaction) -> None:
                await self._ask(pressed, action, use, alt, kept)

            choice = Choice(say("button.try_again"), again)
            await reply(interaction, word_refusal(say, refusal), view=Choices([choice]))
            return
        await self._show(interaction, changed, done=say(f"poster.done.{use.value}"))

    async def _set(
        self, interaction: Interaction, action: Action, use: PosterUse, alt: str, uploads: Uploads
    ) -> Action:
        picture = await fit_poster(uploads[0]) if uploads else None
        ids = (action.guild_id, action.action_id)
        return await self.services.posters.set(actor_of(interaction), *ids, use, picture, alt)

    @on_press("poster_remove")
    async def ask_removal(self, interaction: Interaction, target: Target) -> None:
        use, action = read_use(target.item_id), await self._find(interaction, target)
        view = draw_removal(await say_of(interaction), action, use)
        await replace(interaction, view=view)

    @on_press("poster_remove_yes")
    async def remove(self, interaction: Interaction, target: Target) -> None:
        use, ids = read_use(target.item_id), (target.guild_id, target.action_id)
        work = self.services.posters.remove(actor_of(interaction), *ids, use)
        changed = await settle(interaction, work)
        say = await say_of(interaction)
        await self._show(interaction, changed, done=say(f"poster.removed.{use.value}"))

    async def _find(self, interaction: Interaction, target: Target) -> Action:
        return await self.services.posters.find(
            actor_of(interaction), target.guild_id, target.action_id
        )

    def _sees(self, interaction: Interaction, action: Action, use: PosterUse) -> bool:
        """Tell whether somebody may see a poster: what the reveal shows is as secret as a tag."""
        if use is PosterUse.CARD or action.revealed(self.services.clock.now()):
            return True
        return holds_seal(actor_of(interaction), action)

    async def _show(
        self, interaction: Interaction, action: Action, *, done: str = "", anew: bool = False
    ) -> None:
        """Show the panel with the pictures that this person may see."""
        files: dict[PosterUse, discord.File] = {}
        for poster in action.parts.posters:
            if self._sees(interaction, action, poster.use):
                ids = (action.guild_id, action.action_id)
                if (content := await self.services.posters.read(*ids, poster)) is not None:
                    files[poster.use] = poster_file(poster, content)
        view = draw_poster_panel(await say_of(interaction), action, attached=files, done=done)
        await (reply if anew else replace)(interaction, view=view, files=list(files.values()))
