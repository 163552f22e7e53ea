"""Scanners: which keys and sentences some code has, and what is wrong with a catalogue."""

from __future__ import annotations

import ast
import gettext
import re
import string
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message

from locales.catalogue import read_catalogue

ROOT = Path(__file__).parent.parent
PROGRAMS = tuple(path.name for path in sorted(ROOT.glob("*.py")))
EVERYWHERE = (*PROGRAMS, "benchmarks", "cogs", "ui", "services", "domain", "db", "demo", "locales")
WITHOUT_SENTENCES = (*PROGRAMS, "cogs", "ui", "services", "domain")

KEY = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")

# Dotted words in the code that look like keys and are none, each with its reason.
NOT_KEYS: frozenset[str] = frozenset()
# What ends like this is a file.
FILE_ENDINGS = (
    *(".conf", ".csv", ".db", ".env", ".html", ".json", ".jsonl", ".lock", ".png", ".po", ".py"),
    *(".ics", ".tab", ".toml", ".txt", ".zi"),
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
    (re.compile(r"modal\..*\.description"), 100),
    (re.compile(r".*\.placeholder"), 100),
    (re.compile(r"select\..*"), 150),
    (re.compile(r"setup\.about\..*"), 100),
)
"""What Discord takes of a text, in characters, by the form of its key."""

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


TWO = "nplurals=2; plural=(n != 1);"
"""The plural forms of English, as a catalogue's header says them."""


def made_up(plural_forms: str, **messages: str | tuple[str, ...]) -> Catalog:
    catalogue = Catalog(locale="ru")
    catalogue.mime_headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Plural-Forms", plural_forms),
    ]
    for key, string_ in messages.items():
        catalogue.add((key, key) if isinstance(string_, tuple) else key, string_)
    return catalogue
