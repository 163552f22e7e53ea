"""In which language somebody is answered, in every server: the select behind a button of `/me`."""

from __future__ import annotations

from cogs.base import FanchantCog, on_press, say_of
from domain.errors import Refusal
from locales import LANGUAGES
from ui.base import Interaction, Target
from ui.own_language import AS_SERVER, draw_own_language
from ui.replies import replace, reply, settle


class OwnLanguageCog(FanchantCog):
    @on_press("my_language")
    async def open_panel(self, interaction: Interaction, target: Target) -> None:
        chosen = await self.services.languages.of(interaction.user.id)
        await reply(interaction, view=draw_own_language(await say_of(interaction), chosen))

    @on_press("my_language_pick")
    async def pick(self, interaction: Interaction, target: Target) -> None:
        if len(target.values) != 1 or target.values[0] not in (AS_SERVER, *LANGUAGES):
            raise Refusal("refused.unknown_button")
        chosen = None if target.values[0] == AS_SERVER else target.values[0]
        await settle(interaction, self.services.languages.choose(interaction.user.id, chosen))
        # In the new language already.
        view = draw_own_language(await say_of(interaction), chosen, changed=True)
        await replace(interaction, view=view)
