"""What shows that a contribution was made: as it is stored, and looked at for flags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.attachments import insert_attachments
from db.queries.ledger import StoredProof
from domain.actions import Action
from domain.evidence import Evidence, pictured
from services.flagging import Given, flag_new


async def keep_shown(
    conn: AsyncConnection, action: Action, shown: Sequence[Given], now: datetime
) -> None:
    """Store pictures, and have everything new that can be looked at looked at for flags."""
    for one in shown:
        if one.pictures:
            ids = (action.guild_id, action.action_id)
            await insert_attachments(conn, *ids, one.contribution, one.pictures)
    if with_evidence := [one for one in shown if one.evidence or one.pictures]:
        await flag_new(conn, action, with_evidence, now)


def evidence_in(shown: Given) -> tuple[Evidence, ...]:
    """Everything that shows what was done, pictures too: each counts as the same once."""
    return (*shown.evidence, *pictured(shown.pictures))


def proofs_of(shown: Given, there: Mapping[str, int] | None = None) -> list[StoredProof]:
    """What shows that a contribution was made, as it is stored.

    `there` says how many of each kind are stored for it already.
    """
    ids = (shown.contribution.contribution_id, shown.contribution.participant_id)
    positions: Counter[str] = Counter(there or {})
    found: list[StoredProof] = []
    for one in evidence_in(shown):
        positions[one.kind.value] += 1
        found.append(StoredProof(*ids, one.kind, one.value, one.digest, positions[one.kind.value]))
    return found
