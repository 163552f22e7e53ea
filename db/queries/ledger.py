"""The ledger's queries in one place: contributions, proofs, checks and the reviewers' queue."""

from db.queries.checks import insert_check, last_check, list_checks
from db.queries.contributions import (
    OwnContribution,
    insert_contributions,
    insert_withdrawal,
    list_contributions,
    list_own_contributions,
    load_contribution,
)
from db.queries.proofs import StoredProof, insert_proofs, load_proofs, seen_digests
from db.queries.reviews import count_waiting, next_waiting

__all__ = [
    "OwnContribution",
    "StoredProof",
    "count_waiting",
    "insert_check",
    "insert_contributions",
    "insert_proofs",
    "insert_withdrawal",
    "last_check",
    "list_checks",
    "list_contributions",
    "list_own_contributions",
    "load_contribution",
    "load_proofs",
    "next_waiting",
    "seen_digests",
]
