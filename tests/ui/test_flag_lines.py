"""What a reviewer reads about flags: hints in words, and no other fan's name."""

from __future__ import annotations

import pytest

from domain.flags import Flag, Flagged, Other
from locales import LANGUAGES, language
from tests.domain.ledgers import START, make_action
from ui.flag_lines import flag_lines

ACTION = make_action(number=12)


def flagged(flag: Flag, *, same_person: bool = False) -> Flagged:
    if flag is Flag.BEFORE_MOMENT:
        return Flagged(7, flag)
    return Flagged(7, flag, 5, Other(5, START, 2, 11, same_person=same_person))


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("same_person", [True, False])
def test_every_flag_has_a_line_and_the_last_one_says_that_none_decides(
    code: str, same_person: bool
) -> None:
    say = language(code)
    flags = [flagged(flag, same_person=same_person) for flag in Flag]
    lines = flag_lines(say, ACTION, flags, outlier=True)
    assert len(set(lines)) == len(Flag) + 2
    assert lines[-1] == say("flag.changes_nothing")
    assert len("\n".join(lines)) < 1000


def test_a_line_says_what_where_when_and_whether_by_the_same_person() -> None:
    say = language("en")
    (line, _) = flag_lines(say, ACTION, [flagged(Flag.SAME_LINK)], outlier=False)
    assert line == "🚩 Somebody else gave the same link for #11, logged <t:1591462800:f>."
    (line, _) = flag_lines(say, ACTION, [flagged(Flag.LIKE_IMAGE, same_person=True)], outlier=False)
    assert line.startswith("🚩 The same person gave a picture that looks nearly the same for #11")


def test_without_flags_there_is_nothing_to_read() -> None:
    assert flag_lines(language("en"), ACTION, [], outlier=False) == []
