"""What a server has configured, and who may do what in it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from domain.errors import NotAllowed
from domain.message_plans import DEFAULT_PLAN, MessagePlan
from domain.quiet import QuietHours

PING_CAP = 10
"""Role pings a server allows a day, if it has not chosen."""


class RolePurpose(StrEnum):
    """What a server uses one of its roles for."""

    ORGANISER = "organiser"
    REVIEWER = "reviewer"
    PING = "ping"
    THANKS = "thanks"
    """Given to whoever has a verified contribution."""


@dataclass(frozen=True)
class Server:
    """A Discord guild's settings. Unset ones are None; `language` falls back to English."""

    guild_id: int
    language: str | None = None
    zone: str | None = None
    announce_channel_id: int | None = None
    roles: dict[RolePurpose, int] = field(default_factory=dict[RolePurpose, int])
    self_service_ping: bool = False
    """Members may give themselves the ping role by a button (the bot created it)."""

    organiser_channel_id: int | None = None
    """Where organisers are told what needs their attention."""

    grants_roles: bool = True
    """Whoever signs up gets a role of the bot's own for the action, which alone is pinged."""

    plan: MessagePlan = DEFAULT_PLAN
    """The messages that new actions send."""

    ping_cap: int = PING_CAP
    """Role pings a day, at the most; the moment's always goes out."""

    quiet: QuietHours | None = None
    """When what can wait does, in the server's zone."""

    tally_public: bool = True
    """Everybody may see how an action under way stands; else those who run or check actions."""

    @property
    def private_channel_id(self) -> int | None:
        """Where organisers are told and fans don't read along; None where they have no such one."""
        channel_id = self.organiser_channel_id
        return None if channel_id == self.announce_channel_id else channel_id

    def role(self, purpose: RolePurpose) -> int | None:
        return self.roles.get(purpose)

    def with_role(self, purpose: RolePurpose, role_id: int | None) -> Server:
        roles = {p: r for p, r in self.roles.items() if p is not purpose}
        if role_id is not None:
            roles[purpose] = role_id
        return replace(self, roles=roles)


@dataclass(frozen=True)
class Actor:
    """The person behind an interaction, as Discord described them at that moment."""

    user_id: int
    role_ids: frozenset[int] = frozenset()
    manages_server: bool = False


def is_organiser(actor: Actor, server: Server) -> bool:
    """Tell whether the actor may run actions: the organiser role, or Manage Server."""
    return actor.manages_server or server.role(RolePurpose.ORGANISER) in actor.role_ids


def grants_rights_by_thanks(server: Server) -> bool:
    """Tell whether whoever is thanked could run or check actions by the role they are given."""
    given = server.role(RolePurpose.THANKS)
    rights = (server.role(RolePurpose.ORGANISER), server.role(RolePurpose.REVIEWER))
    return given is not None and given in rights


def require_moderator(actor: Actor) -> None:
    """Refuse anybody without Manage Server."""
    if not actor.manages_server:
        raise NotAllowed("refused.needs_manage_server")


def require_organiser(actor: Actor, server: Server) -> None:
    """Refuse anybody who may not run actions here, naming what is missing."""
    if is_organiser(actor, server):
        return
    role_id = server.role(RolePurpose.ORGANISER)
    if role_id is None:
        raise NotAllowed("refused.no_organiser_role")
    raise NotAllowed("refused.needs_organiser", role=f"<@&{role_id}>")


def require_reviewer(actor: Actor, server: Server) -> None:
    """Refuse anybody who may not check contributions: reviewers, organisers, moderators may."""
    if server.role(RolePurpose.REVIEWER) in actor.role_ids or is_organiser(actor, server):
        return
    role_id = server.role(RolePurpose.REVIEWER) or server.role(RolePurpose.ORGANISER)
    if role_id is None:
        raise NotAllowed("refused.no_organiser_role")
    raise NotAllowed("refused.needs_reviewer", role=f"<@&{role_id}>")
