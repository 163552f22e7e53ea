"""The catalogues are complete and fit Discord, and every sentence in the code comes from them."""

from __future__ import annotations

import ast
import gettext
import re
import string
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from locales import LANGUAGES, Language, language
from locales.catalogue import FOLDER, read_catalogue

ROOT = Path(__file__).parent.parent
PROGRAMS = tuple(path.name for path in sorted(ROOT.glob("*.py")))
EVERYWHERE = (*PROGRAMS, "cogs", "ui", "services", "domain", "db", "demo", "locales")
WITHOUT_SENTENCES = (*PROGRAMS, "cogs", "ui", "services", "domain")

KEY = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")

# Dotted words in the code that look like keys and are none, each with its reason.
NOT_KEYS: frozenset[str] = frozenset()
# What ends like this is a file.
FILE_ENDINGS = (
    *(".csv", ".db", ".env", ".html", ".json", ".jsonl", ".lock", ".png", ".po", ".py", ".tab"),
    *(".toml", ".txt", ".zi"),
)
# The arguments of these name columns, modules or loggers.
CALLS_WITHOUT_KEYS = frozenset(
    {"Column", "ForeignKey", "ForeignKeyConstraint", "getLogger", "import_module", "text"}
)
# What begins like this is a module.
MODULES = frozenset(sys.stdlib_module_names) | {
    *("alembic", "apscheduler", "babel", "discord", "matplotlib", "simcord", "sqlalchemy"),
    *("cogs", "db", "demo", "domain", "locales", "services", "ui"),
}

# Literal sentences that are none, as (path, text), each with its reason in a comment.
ALLOWED_SENTENCES: frozenset[tuple[str, str]] = frozenset(
    {
        ("ui/chart_fonts.py", "DejaVu Sans"),  # a font's name
    }
)
PROGRAMMER_ERRORS = frozenset(
    {
        *("AssertionError", "KeyError", "LookupError", "NotImplementedError"),
        *("RuntimeError", "TypeError", "ValueError"),
    }
)
LOG_METHODS = frozenset(
    {"critical", "debug", "error", "exception", "info", "log", "warning"},
)
TWO_WORDS = re.compile(r"[^\W\d_]+ [^\W\d_]+")
# In an f-string a placeholder (written \0) counts as a word: f"{n} people" is a sentence.
WORD_AND_VALUE = re.compile(r"[^\W\d_]{2,} \0|\0 [^\W\d_]{2,}")


# ---- Scanners


def sources(places: Iterable[str]) -> Iterator[tuple[str, ast.Module]]:
    """Yield the path and the syntax tree of every Python file in the given files and folders."""
    for place in places:
        path = ROOT / place
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path] if path.exists() else []
        for file in files:
            yield str(file.relative_to(ROOT)), ast.parse(file.read_text("utf-8"))


def called_name(node: ast.AST) -> str:
    """Return the last name of what is called: 'warning' for self.log.warning(…)."""
    match node:
        case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
            return name
    return ""


def without(tree: ast.AST, skip: Callable[[ast.AST], bool]) -> Iterator[ast.AST]:
    """Walk a syntax tree, leaving out docstrings and every node that `skip` names, whole."""
    if skip(tree):
        return
    yield tree
    for child in ast.iter_child_nodes(tree):
        match child:
            case ast.Expr(value=ast.Constant(value=str())):
                continue  # a docstring, or a note below an attribute
        yield from without(child, skip)


def written(node: ast.JoinedStr) -> str:
    """Return the text of an f-string with NUL for each placeholder."""
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else "\0" for part in node.values
    )


@dataclass(frozen=True)
class Mentions:
    """The keys that some code names: outright, and by f-strings turned into patterns."""

    keys: frozenset[str]
    patterns: frozenset[str]

    def include(self, key: str) -> bool:
        return key in self.keys or any(re.fullmatch(pattern, key) for pattern in self.patterns)


def keys_mentioned(tree: ast.AST, first_segments: frozenset[str]) -> Mentions:
    """Find the constants that look like keys, and the f-strings that begin as a key does.

    A placeholder stands for one segment's letters; below `command.` for a whole path.
    """
    keys: set[str] = set()
    patterns: set[str] = set()
    for node in without(tree, lambda node: called_name(node) in CALLS_WITHOUT_KEYS):
        match node:
            case ast.Constant(value=str(value)) if KEY.fullmatch(value):
                first = value.partition(".")[0]
                known = first in first_segments
                if value in NOT_KEYS or value.endswith(FILE_ENDINGS):
                    continue
                if known or first not in MODULES:
                    keys.add(value)
            case ast.JoinedStr():
                text = written(node)
                first, dot, _ = text.partition(".")
                if dot and first in first_segments and re.fullmatch(r"[a-z0-9_.\0]+", text):
                    anything = "[a-z0-9_.]+" if first == "command" else "[a-z0-9_]+"
                    patterns.add(anything.join(map(re.escape, text.split("\0"))))
    return Mentions(frozenset(keys), frozenset(patterns))


def is_for_programmers(node: ast.AST) -> bool:
    """Say whether nobody but a programmer reads the text in a node."""
    match node:
        case ast.Call(func=ast.Attribute(attr=method, value=logger)) if method in LOG_METHODS:
            name = logger.id if isinstance(logger, ast.Name) else getattr(logger, "attr", "")
            return name.lower().strip("_") in {"log", "logger"}
        case ast.Raise(exc=exc) if exc is not None:
            return called_name(exc) in PROGRAMMER_ERRORS
        case ast.Assert():
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name(id="re" | "regex"))):
            return True
    return called_name(node) == "text"  # SQL


def literal_sentences(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and text of each string of two or more words that a person could read."""
    for node in without(tree, is_for_programmers):
        match node:
            case ast.JoinedStr():
                if WORD_AND_VALUE.search(text := written(node)):
                    yield node.lineno, text.replace("\0", "{}")
            case ast.Constant(value=str(value)) if TWO_WORDS.search(value):
                yield node.lineno, value


def placeholders(text: str) -> frozenset[str]:
    """Return the names in the braces of a message; a broken one raises ValueError."""
    names: set[str] = set()
    for _, name, spec, conversion in string.Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise ValueError(f"not a plain placeholder: {{{name}}}")
        names.add(name)
    return frozenset(names)


# ---- The catalogues' own shape


def entries(code: str) -> dict[str, Message]:
    """Return a catalogue's messages by key, without the header."""
    found: dict[str, Message] = {}
    for message in read_catalogue(code):
        key = message.id if isinstance(message.id, str) else message.id[0]
        if key:
            found[key] = message
    return found


def forms(message: Message) -> tuple[str, ...]:
    text = message.string or ""
    return (text,) if isinstance(text, str) else tuple(text)


def faults_of(code: str, catalogue: dict[str, Message], english: dict[str, Message]) -> list[str]:
    """List what is wrong with a translation beside the English catalogue."""
    faults = [f"{code}: {key} is missing" for key in english.keys() - catalogue.keys()]
    faults += [f"{code}: {key} is not in English" for key in catalogue.keys() - english.keys()]
    for key in english.keys() & catalogue.keys():
        message, origin = catalogue[key], english[key]
        if bool(message.pluralizable) != bool(origin.pluralizable):
            faults.append(f"{code}: {key} is plural in one of the two only")
        if not all(form.strip() for form in forms(message)):
            faults.append(f"{code}: {key} is empty")
        if message.fuzzy:
            faults.append(f"{code}: {key} is fuzzy")
    return faults


def plural_faults(code: str, catalogue: Catalog) -> list[str]:
    """List entries whose forms are not those that the Plural-Forms header counts."""
    faults: list[str] = []
    for message in catalogue:
        if message.pluralizable:
            if message.id[0] != message.id[1]:
                faults.append(f"{code}: {message.id} must be the same key twice")
            if len(forms(message)) != catalogue.num_plurals:
                faults.append(f"{code}: {message.id[0]} has {len(forms(message))} forms")
    return faults


def placeholder_faults(code: str, catalogue: Catalog, english: dict[str, Message]) -> list[str]:
    """List messages whose placeholders are not English's.

    {n} may be left out of a plural form that stands for a single number, such as one.
    """
    plural: Callable[[int], int] = gettext.c2py(catalogue.plural_expr)  # type: ignore[attr-defined]
    numbers = [plural(n) for n in range(1000)]
    faults: list[str] = []
    for message in catalogue:
        key = message.id if isinstance(message.id, str) else message.id[0]
        if not key or key not in english:
            continue
        expected = frozenset[str]().union(*map(placeholders, forms(english[key])))
        for index, form in enumerate(forms(message)):
            optional = {"n"} if message.pluralizable and numbers.count(index) == 1 else set[str]()
            if placeholders(form) | optional != expected | optional:
                faults.append(f"{code}: {key}: {sorted(placeholders(form))}")
        if message.pluralizable and "n" not in expected:
            faults.append(f"{code}: {key} is plural and never shows {{n}}")
    return faults


LIMITS = (
    (re.compile(r"command\..*\.name"), 32),
    (re.compile(r"command\..*\.description"), 100),
    (re.compile(r"button\..*"), 80),
    (re.compile(r"modal\..*\.title"), 45),
    (re.compile(r"modal\..*\.label"), 45),
    (re.compile(r".*\.placeholder"), 100),
)
COMMAND_NAME = re.compile(r"[-_'\w]{1,32}")


def limit_faults(key: str, text: str) -> list[str]:
    """List the limits of Discord that a message breaks as it stands."""
    faults = [
        f"{key}: {len(text)} characters, {limit} at most: {text}"
        for pattern, limit in LIMITS
        if pattern.fullmatch(key) and len(text) > limit
    ]
    if re.fullmatch(r"command\..*\.name", key) and (
        not COMMAND_NAME.fullmatch(text) or text != text.lower()
    ):
        faults.append(f"{key}: no command name: {text}")
    return faults


ENGLISH = entries("en")
FIRST_SEGMENTS = frozenset(key.partition(".")[0] for key in ENGLISH)


@pytest.mark.parametrize("code", LANGUAGES)
class TestCatalogue:
    """Each language's file."""

    def test_it_has_exactly_the_keys_of_english_and_nothing_empty_or_fuzzy(self, code: str) -> None:
        assert faults_of(code, entries(code), ENGLISH) == []

    def test_its_plural_forms_are_complete(self, code: str) -> None:
        assert plural_faults(code, read_catalogue(code)) == []

    def test_its_placeholders_are_those_of_english(self, code: str) -> None:
        assert placeholder_faults(code, read_catalogue(code), ENGLISH) == []

    def test_its_keys_look_like_keys_and_stand_there_once(self, code: str) -> None:
        """A second entry with the same key would silently replace the first."""
        path = FOLDER / f"{code.replace('-', '_')}.po"
        keys = re.findall(r'^msgid "(.+)"$', path.read_text("utf-8"), re.MULTILINE)
        assert [key for key in keys if not KEY.fullmatch(key)] == []
        assert sorted({key for key in keys if keys.count(key) > 1}) == []

    def test_its_texts_fit_discord(self, code: str) -> None:
        faults = [
            fault
            for key, message in entries(code).items()
            for form in forms(message)
            for fault in limit_faults(key, form)
        ]
        assert faults == []


# ---- The code beside the catalogues


def mentioned_everywhere() -> dict[str, Mentions]:
    return {path: keys_mentioned(tree, FIRST_SEGMENTS) for path, tree in sources(EVERYWHERE)}


def test_every_key_in_the_code_is_in_the_catalogue() -> None:
    missing = {
        (path, key)
        for path, mentions in mentioned_everywhere().items()
        for key in mentions.keys - ENGLISH.keys()
    }
    pointless = {
        (path, pattern)
        for path, mentions in mentioned_everywhere().items()
        for pattern in mentions.patterns
        if not any(re.fullmatch(pattern, key) for key in ENGLISH)
    }
    assert sorted(missing | pointless) == []


def test_every_key_in_the_catalogue_is_used_in_the_code() -> None:
    mentions = mentioned_everywhere().values()
    unused = [key for key in ENGLISH if not any(found.include(key) for found in mentions)]
    assert unused == []


def test_no_code_has_a_literal_sentence() -> None:
    found = [
        f"{path}:{line}: {text}"
        for path, tree in sources(WITHOUT_SENTENCES)
        for line, text in literal_sentences(tree)
        if (path, text) not in ALLOWED_SENTENCES
    ]
    assert found == []


# ---- The scanners find what they are for


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


def made_up(plural_forms: str, **messages: str | tuple[str, ...]) -> Catalog:
    catalogue = Catalog(locale="ru")
    catalogue.mime_headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Plural-Forms", plural_forms),
    ]
    for key, string_ in messages.items():
        catalogue.add((key, key) if isinstance(string_, tuple) else key, string_)
    return catalogue


def by_key(catalogue: Catalog) -> dict[str, Message]:
    return {m.id if isinstance(m.id, str) else m.id[0]: m for m in catalogue if m.id}


TWO = "nplurals=2; plural=(n != 1);"


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


# ---- The language in use


def test_a_language_is_found_by_its_code_in_any_spelling() -> None:
    for code in ("ko", "ko-KR", "ko_KR", "KO"):
        assert language(code).code == "ko"
    for code in (None, "", "en-US", "xx", "../en"):
        assert language(code).code == "en"
    assert language("ko") is language("ko-KR")
    assert LANGUAGES[0] == "en"


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        language("ko")("config.unheard_of")
    with pytest.raises(KeyError):
        language("ko").many("config.unknown_zone", 1, zone="x")
    with pytest.raises(KeyError):
        language("ko")("config.unknown_zone")


def test_typed_braces_are_only_text() -> None:
    typed = "{zone.__class__}"
    assert typed in language("en")("config.unknown_zone", zone=typed)


def test_plurals_follow_the_catalogues_header() -> None:
    made = made_up(TWO, a=("one of {x}", "{n} of {x}"))
    words = Language("en", made)
    assert words.many("a", 1, x="y") == "one of y"
    assert words.many("a", 1234, x="y") == "1,234 of y"
    with pytest.raises(KeyError):
        words("a")


def test_money_names_its_currency_unmistakably() -> None:
    english, korean = language("en"), language("ko")
    assert english.money(1026531, "USD") == "US$10,265.31"
    assert english.money(1026531, "CAD") == "CA$10,265.31"
    assert english.money(30000, "KRW") == korean.money(30000, "KRW") == "₩30,000"
    assert english.money(500, "JPY") == "JP¥500"
    assert english.money(5000000, "IDR") == "IDR\N{NO-BREAK SPACE}50,000.00"
    assert english.money(1, "KWD") == "KWD\N{NO-BREAK SPACE}0.001"
    assert english.money(10**15 + 1, "USD") == "US$10,000,000,000,000.01"
    assert korean.money(1026531, "USD") == "US$10,265.31"


def test_only_a_reached_goal_is_a_hundred_percent() -> None:
    assert language("en").percent(9999, 10000) == "99%"
    assert language("en").percent(10000, 10000) == "100%"
    assert language("en").percent(1_026_531, 1_000_000) == "102%"
    assert language("en").percent(0, 5) == "0%"


def test_wall_times_are_written_as_they_are() -> None:
    wall = datetime(2026, 11, 21, 20, 0, tzinfo=timezone(timedelta(hours=9)))
    assert language("en").date_time(wall) == "Sat 21 Nov 20:00"
    assert language("ko").date_time(wall) == "11월 21일 (토) 20:00"
    assert language("en").day(date(2026, 12, 29)) == "Tue 29 Dec"
    assert language("ko").day(date(2026, 12, 29)) == "12월 29일 (화)"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "in 1 minute"),
        (3595, "in 1 hour"),
        (5400, "in 90 minutes"),
        (7200, "in 2 hours"),
        (86400, "in 1 day"),
        (36 * 3600, "in 36 hours"),
        (3 * 86400, "in 3 days"),
        (10 * 86400, "in 10 days"),
        (14 * 86400, "in 2 weeks"),
        (-7200, "2 hours ago"),
    ],
)
def test_durations_are_coarse_but_never_a_unit_off(seconds: int, words: str) -> None:
    assert language("en").duration(seconds) == words


def test_durations_and_lists_in_korean() -> None:
    assert language("ko").duration(3 * 86400) == "3일 후"
    assert language("ko").listing(["가", "나", "다"]) == "가, 나 및 다"
    assert language("en").listing(["a", "b"]) == "a and b"
    assert language("en").number(1234567) == "1,234,567"
