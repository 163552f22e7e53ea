"""What a server has configured, and who may do what in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from domain.errors import NotAllowed, Refusal
from domain.kinds import Kind
from domain.message_plans import DEFAULT_PLAN, MessagePlan
from domain.quiet import QuietHours

PING_CAP = 10
"""Role pings a server allows a day, if it has not chosen."""

KEEP_DAYS = 180
"""Days for which a new server keeps proofs; older ones keep them for ever until they choose."""


@dataclass(frozen=True)
class LanguageChannel:
    """A language channel, and the role for alerts there, if it has one."""

    language: str
    channel_id: int
    role_id: int | None = None


@dataclass(frozen=True)
class KindRole:
    """The role that announcements of a kind ping; `self_service`: members may take it."""

    role_id: int
    self_service: bool = False


class RolePurpose(StrEnum):
    """What a server uses one of its roles for."""

    ORGANISER = "organiser"
    REVIEWER = "reviewer"
    PING = "ping"
    THANKS = "thanks"
    """Given to whoever has a verified contribution."""

    HELPER = "helper"
    """Sees a sealed tag some time before its reveal: those who prepare pictures and texts."""

    TRANSLATOR = "translator"
    """May say in their language what an action is about."""


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

    threads: bool = False
    """Every card gets a thread for talk about it."""

    native_events: bool = False
    """Every action gets an event of Discord's own."""

    choices_public: bool = False
    """Everybody may see who has signed up and for what, those apart who hide that."""

    kinds: frozenset[Kind] | None = None
    """The kinds of actions that organisers may run; all where None."""

    keep_proofs_days: int | None = KEEP_DAYS
    """Days for which proofs are kept once nothing about them can change; for ever where None."""

    language_channels: tuple[LanguageChannel, ...] = ()
    """The language channels, beside the server's own channel."""

    kind_roles: Mapping[Kind, KindRole] = field(default_factory=dict[Kind, KindRole])
    """Who is told of new actions of a kind, where that is not the role for all alerts."""

    def language_channel(self, language: str) -> LanguageChannel | None:
        return next((each for each in self.language_channels if each.language == language), None)

    def language_in(self, channel_id: int | None) -> str:
        """The language channel that a channel is; empty for any other channel."""
        return next((p.language for p in self.language_channels if p.channel_id == channel_id), "")

    def allows(self, kind: Kind) -> bool:
        """Tell whether organisers may create actions of a kind."""
        return self.kinds is None or kind in self.kinds

    def alert_role(self, kind: Kind) -> int | None:
        """The role that is told of a new action of a kind."""
        of_kind = self.kind_roles.get(kind)
        return self.role(RolePurpose.PING) if of_kind is None else of_kind.role_id

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


def is_reviewer(actor: Actor, server: Server) -> bool:
    """Tell whether the actor may check contributions: reviewers, organisers, moderators may."""
    return server.role(RolePurpose.REVIEWER) in actor.role_ids or is_organiser(actor, server)


def offered_roles(server: Server) -> dict[Kind, int]:
    """The roles for announcements of one kind that members may give themselves."""
    roles = ((kind, server.kind_roles.get(kind)) for kind in Kind)
    return {kind: role.role_id for kind, role in roles if role is not None and role.self_service}


EARNED = (
    RolePurpose.ORGANISER,
    RolePurpose.REVIEWER,
    RolePurpose.HELPER,
    RolePurpose.TRANSLATOR,
)
"""The purposes whose roles come with rights: somebody has to have given them."""


def taken_roles(server: Server) -> frozenset[int]:
    """The roles that members give themselves by a button."""
    taken = {each.role_id for each in server.kind_roles.values() if each.self_service}
    pinged = server.role(RolePurpose.PING)
    if server.self_service_ping and pinged is not None:
        taken.add(pinged)
    return frozenset(taken)


def require_earned(before: Server, after: Server) -> None:
    """Refuse a change by which anybody could come by rights: by a button, or by being thanked.

    What was so before does not stand in the way of other changes.
    """
    if _rights_of(after, taken_roles(after)) - _rights_of(before, taken_roles(before)):
        raise Refusal("setup.role_with_rights_is_taken")
    if _rights_of(after, _thanked(after)) - _rights_of(before, _thanked(before)):
        raise Refusal("setup.thanks_role_has_rights")


def _thanked(server: Server) -> frozenset[int]:
    role_id = server.role(RolePurpose.THANKS)
    return frozenset() if role_id is None else frozenset({role_id})


def _rights_of(server: Server, anybodys: frozenset[int]) -> set[tuple[RolePurpose, int]]:
    """What comes with roles that anybody can get."""
    return {(p, r) for p, r in server.roles.items() if p in EARNED and r in anybodys}


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


def require_kind(server: Server, kind: Kind) -> None:
    """Refuse an action of a kind that the server has none of; those there are go on."""
    if not server.allows(kind):
        raise Refusal("refused.kind_not_allowed")


def require_reviewer(actor: Actor, server: Server) -> None:
    """Refuse anybody who may not check contributions."""
    if is_reviewer(actor, server):
        return
    role_id = server.role(RolePurpose.REVIEWER) or server.role(RolePurpose.ORGANISER)
    if role_id is None:
        raise NotAllowed("refused.no_organiser_role")
    raise NotAllowed("refused.needs_reviewer", role=f"<@&{role_id}>")
