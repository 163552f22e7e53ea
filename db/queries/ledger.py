"""The ledger's queries in one place: contributions, proofs and checks."""

from db.queries.checks import insert_check, last_check, list_checks
from db.queries.contributions import (
    OwnContribution,
    insert_contributions,
    insert_later_proof,
    insert_withdrawal,
    list_contributions,
    list_own_contributions,
    list_own_standing,
    load_contribution,
)
from db.queries.proofs import (
    StoredProof,
    insert_proofs,
    list_proofs,
    load_proofs,
    seen_digests,
)

__all__ = [
    "OwnContribution",
    "StoredProof",
    "insert_check",
    "insert_contributions",
    "insert_later_proof",
    "insert_proofs",
    "insert_withdrawal",
    "last_check",
    "list_checks",
    "list_contributions",
    "list_own_contributions",
    "list_own_standing",
    "list_proofs",
    "load_contribution",
    "load_proofs",
    "seen_digests",
]
