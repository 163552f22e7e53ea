"""Evidence: known again however it is written, and taken where it may be."""

from __future__ import annotations

import pytest

from domain.errors import Refusal
from domain.evidence import (
    MOST_PROOFS,
    Evidence,
    evidence_of,
    pictured,
    proved_by,
    require_few,
    require_message_taken,
    require_text_taken,
)
from domain.kinds import Kind, ProofKind
from domain.pictures import Picture
from tests.domain.ledgers import make_action

PICTURE = Picture("receipt.png", "image/png", b"png", "d1", None)


def test_no_text_is_no_evidence():
    assert evidence_of(ProofKind.CODE, "") == ()
    assert evidence_of(ProofKind.CODE, " \n ") == ()


def test_the_same_code_has_the_same_digest_however_it_is_written():
    digests = {evidence_of(ProofKind.CODE, text)[0].digest for text in ("Ab-12 cd", "AB12CD")}
    assert len(digests) == 1


def test_of_several_lines_each_is_evidence_once_in_its_order():
    found = evidence_of(ProofKind.CODE, "AB-1\n\nCD-2\nab1")
    assert [one.value for one in found] == ["AB-1", "CD-2"]


def test_a_contribution_is_proved_by_what_was_given_first_or_else_by_a_picture():
    code = Evidence(ProofKind.CODE, "AB-1", "d2")
    assert proved_by((code,), (PICTURE,)) is ProofKind.CODE
    assert proved_by((), (PICTURE,)) is ProofKind.IMAGE
    assert proved_by((), ()) is None


def test_a_picture_is_known_again_by_the_file_that_was_uploaded():
    assert pictured([PICTURE]) == (Evidence(ProofKind.IMAGE, "receipt.png", "d1"),)


def test_a_contribution_has_few_proofs():
    require_few(MOST_PROOFS)
    with pytest.raises(Refusal) as caught:
        require_few(MOST_PROOFS + 1)
    assert caught.value.key == "proof.too_many"


def test_a_receipt_in_a_channel_is_not_taken_and_other_messages_are():
    with pytest.raises(Refusal) as caught:
        require_message_taken(make_action())
    assert caught.value.key == "proof.posted_receipt"
    require_message_taken(make_action(kind=Kind.HASHTAG, unit_code="posts"))


def test_the_code_shown_on_site_is_no_proof_typed_later():
    with pytest.raises(Refusal) as caught:
        require_text_taken(make_action(kind=Kind.ATTENDANCE, unit_code="people"))
    assert caught.value.key == "proof.picture_instead"
    require_text_taken(make_action())
