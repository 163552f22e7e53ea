"""Events that were made twice: a request that Discord heard may be repeated all the same."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable

from domain.errors import SendFailed
from domain.native_events import EVENT_GONE, OVER, EventShown, NativeEvent, same_event
from services.sending import Sender

log = logging.getLogger(__name__)

Ids = tuple[int, int]
"""The server and the action."""


class EventDoubles:
    """What the bot has made of an action, until all of it but the one event is deleted.

    It is told of by Discord, where only the last of several requests was answered.
    """

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._made: dict[Ids, set[int]] = defaultdict(set)

    def note(
        self, events: Collection[NativeEvent], event_id: int, seen: EventShown
    ) -> NativeEvent | None:
        """Note an event that the bot made, of the `events` that it knows in its server.

        Returns the one that stands for the same action already; one that is just being made has no
        id yet, and does not.
        """
        if seen.status in OVER or any(known.event_id == event_id for known in events):
            return None
        known = next((known for known in events if same_event(seen, known.shown)), None)
        if known is None:
            return None
        self._made[known.guild_id, known.action_id].add(event_id)
        return None if known.event_id is None else known

    def note_others(self, ids: Ids, event_ids: Iterable[int]) -> None:
        """Note what was found beside an action's event."""
        self._made[ids].update(event_ids)

    def of(self, known: NativeEvent) -> list[int]:
        """What was made of an action, so far as it was noted, the first made first."""
        return sorted(self._made.get((known.guild_id, known.action_id), ()))

    async def remove(self, ids: Ids, keep: int | None) -> None:
        """Delete all that was made of an action but for one; raises `SendFailed`."""
        made = self._made.get(ids, set())
        for event_id in sorted(made - {keep}):
            try:
                await self._sender.delete_event(ids[0], event_id)
            except SendFailed as failure:
                if failure.reason != EVENT_GONE:
                    raise
            log.info("an event of action %s/%s had been made twice", *ids)
            made.discard(event_id)
        self._made.pop(ids, None)
