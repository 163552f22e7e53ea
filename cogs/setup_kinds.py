"""The pages of `/setup` about kinds: which organisers may create, and the alert role of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cogs.base import FanchantCog, actor_of, id_picked, on_press, say_of
from cogs.setup_pages import home_of, make_alert_role, show_page
from domain.errors import Refusal
from domain.kinds import Kind
from domain.servers import KindRole, require_moderator
from ui.base import Interaction, Target
from ui.kind_role_panel import KINDS, draw_kind_role
from ui.permissions import role_exists
from ui.replies import replace, settle
from ui.setup_pages import SetupPage
from ui.setup_todo import find_lacks

if TYPE_CHECKING:
    from client import Fanchant


class KindsSetupCog(FanchantCog):
    def __init__(self, bot: Fanchant) -> None:
        super().__init__(bot)
        self._creating: set[tuple[int, Kind]] = set()
        """The servers and kinds for which an alert role is being created."""

    @on_press("setup_kinds_allowed")
    async def pick_kinds(self, interaction: Interaction, target: Target) -> None:
        """Let organisers create these kinds of actions from now on."""
        kinds = [kind for kind in Kind if kind.value in target.values]
        if len(kinds) != len(set(target.values)):
            raise Refusal("refused.unknown_button")
        work = self.services.servers.set_kinds(actor_of(interaction), target.guild_id, kinds)
        await settle(interaction, work)
        await show_page(interaction, self.services, SetupPage.KINDS)

    @on_press("setup_kind")
    async def open_kind(self, interaction: Interaction, target: Target) -> None:
        require_moderator(actor_of(interaction))
        found = [kind for kind in Kind if target.values == (kind.value,)]
        if not found:
            raise Refusal("refused.unknown_button")
        await self._show(interaction, target, found[0])

    @on_press("setup_kind_role")
    async def pick_role(self, interaction: Interaction, target: Target) -> None:
        """Ping this role when an action of the kind is announced, or the alert role again."""
        actor, kind = actor_of(interaction), _kind(target)
        require_moderator(actor)
        role_id = id_picked(target)
        if role_id is not None and not await role_exists(home_of(interaction), role_id):
            raise Refusal("setup.no_such_role")
        known = (await self.services.servers.get(target.guild_id)).kind_roles.get(kind)
        if known is None or known.role_id != role_id:  # one that members may take stays such
            role = None if role_id is None else KindRole(role_id)
            work = self.services.servers.set_kind_role(actor, target.guild_id, kind, role)
            await settle(interaction, work)
        await self._show(interaction, target, kind)

    @on_press("setup_kind_create")
    async def create_role(self, interaction: Interaction, target: Target) -> None:
        """Create a role that members give themselves, for announcements of the kind."""
        actor, kind = actor_of(interaction), _kind(target)
        require_moderator(actor)
        key = (target.guild_id, kind)
        if key in self._creating:
            raise Refusal("setup.has_kind_role")
        self._creating.add(key)
        try:
            server = await self.services.servers.get(target.guild_id)
            known = server.kind_roles.get(kind)
            if known is not None and await role_exists(home_of(interaction), known.role_id):
                raise Refusal("setup.has_kind_role")
            say = await say_of(interaction)
            name = say("setup.kind_role_name", kind=say(f"kind.{kind.value}.name"))
            role = await make_alert_role(interaction, name)
            work = self.services.servers.set_kind_role(
                actor, target.guild_id, kind, KindRole(role.id, self_service=True)
            )
            await settle(interaction, work)
        finally:
            self._creating.discard(key)
        await self._show(interaction, target, kind)

    async def _show(self, interaction: Interaction, target: Target, kind: Kind) -> None:
        """Draw the page of one kind's role."""
        server = await self.services.servers.get(target.guild_id)
        lacks = await find_lacks(home_of(interaction), server)
        view = draw_kind_role(
            await say_of(interaction), server, kind, gone=kind in lacks.kinds_gone
        )
        await replace(interaction, view=view)


def _kind(target: Target) -> Kind:
    """The kind that a page is of; refused where a forged item names none."""
    if target.item_id is None or target.item_id >= len(KINDS):
        raise Refusal("refused.unknown_button")
    return KINDS[target.item_id]
