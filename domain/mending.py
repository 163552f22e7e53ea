"""What was deleted under an action: who is told of it when, and what is no news any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.actions import Action, ActionState
from domain.audit import Act, AuditEvent
from domain.deliveries import DeliveryKind
from domain.errors import Gone, Refusal
from domain.language_channels import roles_of
from domain.native_events import ByHand, NativeEvent
from domain.servers import RolePurpose, Server

NOTICED = frozenset(
    {
        Act.CARD_GONE,
        Act.CHANNEL_GONE,
        Act.ROLE_GONE,
        Act.ROLE_FAILED,
        Act.DELIVERY_FAILED,
        Act.MOMENT_MISSED,
        Act.EVENT_GONE,
        Act.EVENT_MOVED,
    }
)
"""What organisers are told of, and can mend."""

MENDS = frozenset({Act.MOVED, Act.POSTED_AGAIN, Act.TRIED_AGAIN})
"""After these a failure is news again."""


class RoleUse(StrEnum):
    """What a deleted role was for, beside the server's purposes."""

    GATE = "gate"
    """One needed it to sign up."""

    PARTICIPANTS = "participants"
    """Whoever was in had it."""

    ALERTS = "alerts"
    """It was pinged in a language channel when something was announced."""


@dataclass(frozen=True)
class References:
    """The channels and roles on which a server's unfinished actions depend."""

    guild_id: int
    channel_ids: frozenset[int] = field(default_factory=frozenset[int])
    role_ids: frozenset[int] = field(default_factory=frozenset[int])


@dataclass(frozen=True)
class Standing:
    """How an action stands when a notice about it is to go out."""

    action: Action
    server: Server
    has_card: bool
    has_failed: bool
    """Something about it could not be sent."""

    asks: bool = False
    """Its organisers have yet to say what becomes of its moment."""

    event: NativeEvent | None = None


def channel_of(action: Action, server: Server) -> int | None:
    """Where an action's messages go."""
    return action.channel_id or server.announce_channel_id


def unfinished(action: Action, now: datetime) -> bool:
    """Tell whether a published action still has something to post."""
    return action.number is not None and action.state_at(now) not in (
        ActionState.FINAL,
        ActionState.CANCELLED,
    )


def shows_card(action: Action, now: datetime) -> bool:
    """Tell whether an action should have a card: it has been announced, and is not over."""
    return unfinished(action, now) and action.announced(now)


def require_card_due(action: Action, now: datetime) -> None:
    """Refuse a card to what is a draft, not announced yet, or over."""
    if action.number is None:
        raise Gone("refused.no_such_action")
    state = action.state_at(now)
    if not shows_card(action, now):
        raise Refusal(f"refused.state.{state.value}", title=action.title)


def role_gone(role_id: int, use: str, language: str = "") -> dict[str, str]:
    """What is written down of a deleted role: its id, what it was for, and its language channel."""
    detail = {"id": str(role_id), "use": str(use)}
    return detail | {"language": language} if language else detail


def role_uses(action: Action, role_id: int) -> list[RoleUse]:
    """What a role is for in an action."""
    uses: list[RoleUse] = []
    if action.sign_up_role_id == role_id:
        uses.append(RoleUse.GATE)
    if action.grants_role and action.role_id == role_id:
        uses.append(RoleUse.PARTICIPANTS)
    return uses


def moot(event: AuditEvent, standing: Standing, now: datetime) -> bool:
    """Tell whether what a notice tells of has been mended, or matters to nobody any more."""
    if event.act not in NOTICED:
        return False
    action, server, detail = standing.action, standing.server, event.detail
    if event.act is Act.ROLE_FAILED:
        return False  # a role that can't be deleted outlives its action
    if event.act is Act.ROLE_GONE and detail["use"] == RolePurpose.THANKS:
        # What an action's reviewers verify after its end is thanked for too.
        return not _still_used(action, server, detail)
    if not unfinished(action, now):
        # A series goes on from what is over too.
        return not (standing.has_failed and stopped_series(event))
    carded = standing.has_card or not shows_card(action, now)
    match event.act:
        case Act.MOMENT_MISSED:
            return not standing.asks
        case Act.CARD_GONE:
            return carded
        case Act.CHANNEL_GONE if "language" in detail:
            channel = server.language_channel(detail["language"])
            return channel is None or str(channel.channel_id) != detail["id"]
        case Act.CHANNEL_GONE:
            return carded and str(channel_of(action, server)) != detail["id"]
        case Act.DELIVERY_FAILED:
            return not standing.has_failed
        case Act.EVENT_GONE | Act.EVENT_MOVED:
            return not _event_asks(event, standing.event)
        case _:
            return not _still_used(action, server, detail)


def _event_asks(told: AuditEvent, known: NativeEvent | None) -> bool:
    """Tell whether what a hand did to Discord's own event is still so."""
    match told.detail["how"]:
        case ByHand.MOVED:
            return known is not None and known.moved is not None
        case ByHand.STARTED:
            return known is not None and known.gone_at is None
        case _:
            return known is not None and known.gone_at is not None


def stopped_series(event: AuditEvent) -> bool:
    """Tell whether what failed is to make the next action of a series."""
    next_action = DeliveryKind.NEXT_OCCURRENCE.value
    return event.act is Act.DELIVERY_FAILED and event.detail["kind"] == next_action


def _still_used(action: Action, server: Server, detail: Mapping[str, Any]) -> bool:
    use, role_id, language = detail["use"], detail["id"], detail.get("language", "")
    match use:
        case RoleUse.GATE:
            return str(action.sign_up_role_id) == role_id
        case RoleUse.PARTICIPANTS:
            return str(roles_of(action).get(language)) == role_id
        case RoleUse.ALERTS:
            channel = server.language_channel(language)
            return channel is not None and str(channel.role_id) == role_id
        case _:
            return str(server.role(RolePurpose(use))) == role_id
