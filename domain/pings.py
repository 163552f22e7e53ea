"""Pings of roles: which one a message pings, and how many a server's cap leaves room for a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from domain.actions import Action
from domain.concerned import concerns_all
from domain.deliveries import DeliveryKind, PlannedDelivery
from domain.errors import Refusal
from domain.owed_messages import OwedMessage
from domain.plans import plan_deliveries
from domain.servers import RolePurpose, Server
from domain.when import resolve_late
from domain.zones import zone_info

ROLES_LOOK = timedelta(seconds=5)
"""How long a message waits for roles before it is looked again whether they are done."""

ROLES_WAIT = timedelta(minutes=1)
"""How long a message waits for roles at the most."""

MOST_PINGS = 50
"""The highest cap that a server can choose."""


ALWAYS_PING = frozenset({DeliveryKind.MOMENT, DeliveryKind.REVEAL})
"""What everybody waits for: it pings whatever the cap says."""


@dataclass(frozen=True)
class PingDay:
    """A server's pings of roles on one day: its cap, those sent, and the moments still to come."""

    cap: int
    used: int
    moments: int = 0

    @property
    def room(self) -> int:
        """How many messages may ping that are no moment's: what is left when those have pinged."""
        return max(0, self.cap - self.used - self.moments)


def day_around(now: datetime, zone: str) -> tuple[datetime, datetime]:
    """When the day of a zone began that lasts at an instant, and when the next one begins."""
    today = now.astimezone(zone_info(zone)).date()
    return _midnight(today, zone), _midnight(today + timedelta(days=1), zone)


def _midnight(day: date, zone: str) -> datetime:
    return resolve_late(datetime.combine(day, time()), zone).at


def ping_role(owed: OwedMessage) -> int | None:
    """The role that a message pings, as far as that is allowed; never everybody.

    An announcement pings the server's role for alerts, a digest that for reviewers. All else is for
    those who are in: it pings the action's own role, or nobody. A role that was switched off is
    pinged no more, even while it stands: nobody is given or loses it.
    """
    role_id = owed.action.role_id if owed.action.grants_role else None
    if owed.delivery.kind is DeliveryKind.ANNOUNCEMENT:
        role_id = owed.server.alert_role(owed.action.kind)
    elif owed.delivery.kind is DeliveryKind.DIGEST:
        role_id = owed.server.role(RolePurpose.REVIEWER)
    return role_id if _pings(owed) and role_id != owed.server.guild_id else None


def _pings(owed: OwedMessage) -> bool:
    """Tell whether it is for everybody with the role, which can't leave out who has finished."""
    event, kind = owed.event, owed.delivery.kind
    match kind:
        case DeliveryKind.ANNOUNCEMENT | DeliveryKind.DIGEST:
            return True
        case DeliveryKind.BY_HAND:
            return event is not None and bool(event.detail.get("pings", True))
        case _:
            # What was posted and is drawn again has pinged whom it has pinged.
            return concerns_all(
                owed.action,
                kind,
                owed.sent_at or owed.now,
                act=None if event is None else event.act,
                is_session=owed.shift is not None and owed.shift.is_session,
            )


def pinged_role(owed: OwedMessage) -> int | None:
    """The role that a message pings, now that it was decided whether it may."""
    return ping_role(owed) if owed.may_ping else None


def may_wait_for_roles(owed: OwedMessage) -> bool:
    """Tell whether a message waits while roles of its action are yet to be given or taken.

    A role is given a moment after the click, and by a queue where many click at once: pinged
    meanwhile it would miss who has just come in, and call who has just left. So what pings it waits
    for the queue, looking every 5 seconds and for a minute at the most, which is some 300 people;
    it is not late by that. The moment never waits, and nothing does where waiting would cost the
    ping itself, as that of a reminder a minute before the moment. Leaving is settled first, so that
    even the moment's ping reaches at the most who left in the second before.
    """
    role_id, later = ping_role(owed), owed.now + ROLES_LOOK
    if owed.delivery.kind is DeliveryKind.MOMENT or role_id is None or owed.silent:
        return False
    since = owed.delivery.ordered_at or owed.expected_at
    waits = role_id == owed.action.role_id and later <= since + ROLES_WAIT
    return waits and ping_role(replace(owed, now=later)) == role_id


def share_room(messages: Sequence[OwedMessage], day: PingDay) -> list[OwedMessage]:
    """Decide which of the messages, sent as one, ping their roles: each role once, within the cap.

    A moment and a reveal always ping, what is silent never. Whether there is room is said of those
    too that ping nobody: what repeats them in a language channel may.
    """
    room, shared, pinged = day.room, list[OwedMessage](), set[int]()
    for owed in messages:
        role_id = ping_role(owed)
        is_moment = owed.delivery.kind in ALWAYS_PING
        free = (is_moment or room > 0) and not owed.silent
        may_ping = role_id not in pinged and free
        if role_id is not None and may_ping:
            pinged.add(role_id)
            room -= not is_moment
        shared.append(replace(owed, may_ping=may_ping))
    return shared


def planned_pings(action: Action, server: Server, now: datetime, zone: str) -> int:
    """How many of the messages that an action plans ping a role on the day of its moment."""
    starts, ends = day_around(action.starts_at, zone)
    return sum(
        starts <= planned.due_at < ends and will_ping(planned, action, server)
        for planned in plan_deliveries(action, now)
    )


def will_ping(planned: PlannedDelivery, action: Action, server: Server) -> bool:
    """Tell whether a message pings a role if it goes out at its time and the cap leaves room."""
    match planned.kind:
        case DeliveryKind.ANNOUNCEMENT:
            return server.alert_role(action.kind) is not None
        case DeliveryKind.DIGEST:
            has_channel = server.organiser_channel_id is not None
            return has_channel and server.role(RolePurpose.REVIEWER) is not None
        case _:
            sessions = {shift.shift_id for shift in action.parts.shifts if shift.is_session}
            return action.grants_role and concerns_all(
                action, planned.kind, planned.due_at, is_session=planned.item_id in sessions
            )


def read_cap(text: str) -> int:
    """The cap that was typed; raises `Refusal` for anything but a number from 0 to 50."""
    digits = text.strip()
    if not digits.isdecimal() or len(digits) > 3 or int(digits) > MOST_PINGS:
        raise Refusal("quiet.bad_cap", text=text, most=MOST_PINGS)
    return int(digits)
