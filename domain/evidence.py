"""Evidence: what shows that somebody did what they log, and how the same is known again."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from domain.actions import Action
from domain.errors import Refusal
from domain.fields import fold_proof
from domain.kinds import ProofKind, Unit
from domain.pictures import Picture

MOST_PROOFS = 20
"""Codes, links, messages and pictures of one contribution together."""


@dataclass(frozen=True)
class Evidence:
    """Something that shows what one did; where `digest` is the same, it is the same thing."""

    kind: ProofKind
    value: str
    digest: str


def proof_digest(kind: ProofKind, text: str) -> str:
    """The digest by which the same code or link is known again."""
    return hashlib.sha256(fold_proof(kind, text).encode()).hexdigest()


def evidence_of(kind: ProofKind, text: str) -> tuple[Evidence, ...]:
    """The evidence in codes or links, one a line, each once; none in no text."""
    found: dict[str, Evidence] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        digest = proof_digest(kind, line)
        found.setdefault(digest, Evidence(kind, line, digest))
    return tuple(found.values())


def pictured(pictures: Sequence[Picture]) -> tuple[Evidence, ...]:
    """The evidence in pictures: their names, and the digests of the files as they were uploaded."""
    return tuple(Evidence(ProofKind.IMAGE, one.name, one.digest) for one in pictures)


def proved_by(evidence: Collection[Evidence], pictures: Collection[Picture]) -> ProofKind | None:
    """What a contribution counts as proved by; None for nothing."""
    kinds = [one.kind for one in evidence] + [ProofKind.IMAGE] * bool(pictures)
    return kinds[0] if kinds else None


def require_few(count: int) -> None:
    """Refuse more proofs of one contribution than are taken."""
    if count > MOST_PROOFS:
        raise Refusal("proof.too_many", limit=MOST_PROOFS)


def require_text_taken(action: Action) -> None:
    """Refuse a code or a link typed after a check-in, whose code is told on site.

    That one proves the check-in by itself, and is stored nowhere.
    """
    if action.rules.once:
        raise Refusal("proof.picture_instead", title=action.title)


def require_message_taken(action: Action) -> None:
    """Refuse a message as proof where it is about money.

    Everyone in its channel can read a receipt there: taking it would invite others to do the same.
    """
    if action.unit is Unit.MONEY:
        raise Refusal("proof.posted_receipt", title=action.title)
