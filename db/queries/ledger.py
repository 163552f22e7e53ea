"""The ledger's queries in one place: contributions, proofs, checks and the reviewers' queue."""

from db.queries.checks import insert_check, last_check, list_checks
from db.queries.contributions import (
    OwnContribution,
    insert_contribution,
    insert_withdrawal,
    list_contributions,
    list_own_contributions,
    load_contribution,
)
from db.queries.proofs import insert_proof, load_proofs, proof_seen
from db.queries.reviews import count_waiting, next_waiting

__all__ = [
    "OwnContribution",
    "count_waiting",
    "insert_check",
    "insert_contribution",
    "insert_proof",
    "insert_withdrawal",
    "last_check",
    "list_checks",
    "list_contributions",
    "list_own_contributions",
    "load_contribution",
    "load_proofs",
    "next_waiting",
    "proof_seen",
]
