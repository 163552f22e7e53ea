"""The reasons for which a contribution is not counted, or is corrected."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """A reason from the list; its sentence for the fan is `reason.<name>` in the catalogues."""

    DUPLICATE = "duplicate"
    UNREADABLE = "unreadable"
    OTHER_ACTION = "other_action"
    OTHER_PERSON = "other_person"
    OUTSIDE_TIME = "outside_time"
    AMOUNT_UNCLEAR = "amount_unclear"
    EDITED = "edited"
    NO_PROOF = "no_proof"
    OWN = "own"
    """One in the reviewer's own words."""
