"""The scanners of code and catalogues find what they are for, and nothing else."""

from __future__ import annotations

import ast
import textwrap

import pytest
from babel.messages.catalog import Catalog, Message

from tests.catalogue_scanners import (
    TWO,
    faults_of,
    keys_mentioned,
    limit_faults,
    literal_sentences,
    made_up,
    placeholder_faults,
    placeholders,
    plural_faults,
)


def parsed(source: str) -> ast.Module:
    return ast.parse(textwrap.dedent(source))


def test_the_key_scanner_finds_constants_and_f_strings() -> None:
    found = keys_mentioned(
        parsed('''
            """card.in_a_docstring is no use of it."""
            say("card.signed_up")
            Refusal(key="amount.not_positive")
            say(f"kind.{kind}.name", n=1)
            say(f"file.{kind}.name", n=1)
            say(f"command.{path}.name")
            open("fanchant.db")
            ForeignKey("server.guild_id")
            import_module("db.tables")
            patch("discord.http")
            say("crad.misspelt")
        '''),
        frozenset({"card", "amount", "kind", "command"}),
    )
    assert found.keys == {"card.signed_up", "amount.not_positive", "crad.misspelt"}
    assert found.include("kind.stream.name")
    assert not found.include("kind.stream.other")
    assert not found.include("kind.stream.more.name")
    assert found.include("command.action.create.name")
    assert not found.include("file.a.name")


@pytest.mark.parametrize(
    "source",
    [
        'reply("You are in")',
        'reply(content="총공이 시작돼요 여러분")',
        'reply(f"Your place is {n}")',
        'reply(f"{n} people")',
        'reply(f"by {name}")',
        'raise Refusal("You are too late")',
        'catalog.info("not a logger")',
        'text_of("Not SQL")',
        'x = {"label": "Log it"}',
        'parser.add_argument("--story", help="play the story")',
    ],
)
def test_the_sentence_scanner_finds(source: str) -> None:
    assert list(literal_sentences(parsed(source)))


@pytest.mark.parametrize(
    "source",
    [
        '"""A module for this and that."""',
        'class A:\n    x: int\n    """A note on x."""',
        'log.info("Signed in as %s", name)',
        'self._log.warning(f"no such guild {guild}")',
        'raise ValueError(f"no such unit {unit}")',
        'assert found, "nothing was found"',
        'text("SELECT a FROM b")',
        'sa.text("SELECT a FROM b")',
        're.compile("this is a pattern")',
        'say("card.signed_up")',
        'join(f"{a} {b} · {c}")',
        '"#12"',
    ],
)
def test_the_sentence_scanner_leaves_alone(source: str) -> None:
    assert list(literal_sentences(parsed(source))) == []


def by_key(catalogue: Catalog) -> dict[str, Message]:
    return {m.id if isinstance(m.id, str) else m.id[0]: m for m in catalogue if m.id}


def test_missing_surplus_empty_and_fuzzy_entries_are_found() -> None:
    english = by_key(made_up(TWO, a="x", b="x", c="x", d="x", e=("{n} x", "{n} x")))
    other = made_up(TWO, b=" ", c="x", e="x", z="x")
    other.add("d", "x", flags=["fuzzy"])
    faults = faults_of("xx", by_key(other), english)
    assert sorted(faults) == [
        "xx: a is missing",
        "xx: b is empty",
        "xx: d is fuzzy",
        "xx: e is plural in one of the two only",
        "xx: z is not in English",
    ]


def test_missing_plural_forms_are_found() -> None:
    assert plural_faults("xx", made_up(TWO, a=("{n} x", "{n} x"))) == []
    assert plural_faults("xx", made_up(TWO, a=("{n} x",))) == ["xx: a has 1 forms"]


def test_broken_placeholders_are_found() -> None:
    english = by_key(made_up(TWO, a="{x} {y}", b=("one of {x}", "{n} of {x}")))
    good = made_up(TWO, a="{y}, {x}", b=("1 {x}", "{x} {n}"))
    assert placeholder_faults("xx", good, english) == []
    bad = made_up(TWO, a="{x} {z}", b=("1 {x}", "{x}"))
    assert len(placeholder_faults("xx", bad, english)) == 2


def test_a_plural_form_for_many_numbers_must_show_the_number() -> None:
    """In Russian the first form is for 1, 21, 31 …: 'one' would be wrong there."""
    russian = (
        "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && "
        "(n%100<10 || n%100>=20) ? 1 : 2);"
    )
    english = by_key(made_up(TWO, a=("one", "{n}")))
    assert placeholder_faults("xx", made_up(russian, a=("{n}", "{n}", "{n}")), english) == []
    assert len(placeholder_faults("xx", made_up(russian, a=("x", "{n}", "{n}")), english)) == 1


@pytest.mark.parametrize("text", ["{", "{0}", "{}", "{a.b}", "{a!r}", "{a:>5}"])
def test_what_is_no_plain_placeholder_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        placeholders(text)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("command.action.name", "Action"),
        ("command.action.name", "an action"),
        ("command.action.name", "a" * 33),
        ("command.action.create.description", "a" * 101),
        ("button.join", "a" * 81),
        ("modal.log.title", "a" * 46),
        ("modal.log.amount.label", "a" * 46),
        ("modal.log.amount.placeholder", "a" * 101),
    ],
)
def test_what_discord_would_refuse_is_found(key: str, text: str) -> None:
    assert limit_faults(key, text)
    assert limit_faults(key, "총공") == []
