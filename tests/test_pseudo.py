"""The language that nobody speaks changes every sentence and nothing that means something."""

from __future__ import annotations

import pytest

from locales import LANGUAGES, language
from tests.catalogue_scanners import entries, forms, placeholders
from tests.pseudo import BEGIN, CODE, END, pseudo, pseudo_language


def test_it_cannot_be_chosen() -> None:
    assert CODE not in LANGUAGES


def test_every_placeholder_of_english_is_there() -> None:
    for key, message in entries("en").items():
        for form in forms(message):
            assert placeholders(pseudo(key, form)) == placeholders(form), key


@pytest.mark.parametrize(
    "kept",
    ["{title}", "`/action create`", "<@&7>", "<t:1591462800:F>", "**", "https://a.b/c", "](x)"],
)
def test_what_means_something_stays_as_it_is(kept: str) -> None:
    changed = pseudo("help.fan", f"Look at {kept} again")
    assert kept in changed
    assert "Look" not in changed
    assert (changed[0], changed[-1]) == (BEGIN, END)


def test_what_stands_at_the_start_of_a_line_stays_there() -> None:
    small, tag, heading = pseudo("help.fan", "-# Small\n{tag}\n## Big").split("\n")
    assert small.startswith("-# ")
    assert tag == "{tag}"
    assert heading.startswith("## ")


def test_a_sentence_is_longer_and_has_other_letters() -> None:
    say = pseudo_language()
    assert len(say("help.next_join")) > 1.2 * len(language("en")("help.next_join"))
    assert say("button.join") != "I'm in"
