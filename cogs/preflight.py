"""Whether an action is ready: *Check now*, and the texts to post by hand should all else fail."""

from __future__ import annotations

from cogs.base import FanchantCog, actor_of, on_press, say_of
from domain.mending import channel_of
from ui.base import Interaction, Target
from ui.preflight import draw_preflight, draw_spare_texts
from ui.replies import replace, reply, settle


class PreflightCog(FanchantCog):
    @on_press("preflight")
    async def check(self, interaction: Interaction, target: Target) -> None:
        """Say what is wrong, in place of what an earlier check said."""
        work = self.services.preflight.look(
            actor_of(interaction), target.guild_id, target.action_id
        )
        report = await settle(interaction, work)
        say = await say_of(interaction)
        text, view = draw_preflight(say, report.action, report.found, report.now)
        from_panel = interaction.message is not None and interaction.message.flags.components_v2
        await (reply if from_panel else replace)(interaction, text, view=view)

    @on_press("spare_texts")
    async def show_texts(self, interaction: Interaction, target: Target) -> None:
        work = self.services.preflight.texts(
            actor_of(interaction), target.guild_id, target.action_id
        )
        server, texts = await settle(interaction, work)
        say = await say_of(interaction)
        channel_id = channel_of(texts[0].action, server)
        for text in draw_spare_texts(say, texts, channel_id):
            await reply(interaction, text.content, files=text.files)
