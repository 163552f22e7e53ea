"""The guides say what the bot does: its commands, its words, its kinds and fields, all of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from discord import app_commands

from client import COGS, Fanchant
from domain.kinds import Kind, rules
from locales import language
from tests.catalogue_scanners import entries, forms

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "docs" / "organisers.md"
PAGES = {kind: ROOT / "docs" / "kinds" / f"{kind.value}.md" for kind in Kind}
FANS = ROOT / "docs" / "fans.md"
GUIDES = (GUIDE, FANS, *PAGES.values())
FOR_PEOPLE = (*GUIDES, ROOT / "docs" / "tallies.md", ROOT / "README.md")
EVERYTHING = (*FOR_PEOPLE, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md")

BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
PICTURE = re.compile(r'<img src="([^"]+)" width="\d+" alt="([^"]+)">')
COMMAND = re.compile(r"(?:^|`)/([a-z][^`\n]*)", re.MULTILINE)
OPTION = re.compile(r"(?<!\S)([a-z_]+):(?!\S)")

Command = app_commands.Command[Any, ..., Any]


def words_of(path: Path) -> str:
    return path.read_text("utf-8")


def in_bold(text: str) -> list[str]:
    """What stands in bold type, on one line each."""
    return [" ".join(found.split()) for found in BOLD.findall(text)]


def words_on_discord() -> set[str]:
    """Every text of the English catalogue, and what stands in bold type within one."""
    texts = [form for message in entries("en").values() for form in forms(message)]
    return {" ".join(text.split()) for text in texts}.union(*map(in_bold, texts))


def anchors_of(text: str) -> set[str]:
    """The headings, as GitHub makes addresses of them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


async def commands() -> dict[str, Command]:
    """All commands by their whole names."""
    bot = Fanchant(shard_count=1)
    for cog in COGS:
        await bot.add_cog(cog(bot))
    found = bot.tree.walk_commands()
    return {c.qualified_name: c for c in found if isinstance(c, app_commands.Command)}


@pytest.mark.parametrize("path", FOR_PEOPLE, ids=lambda path: path.name)
async def test_every_command_in_a_guide_exists_with_its_options(path: Path) -> None:
    known = await commands()
    for written in COMMAND.findall(words_of(path)):
        fitting = [name for name in known if f"{written} ".startswith(f"{name} ")]
        assert fitting, f"/{written} is no command"
        names = {parameter.display_name for parameter in known[fitting[0]].parameters}
        assert set(OPTION.findall(written)) <= names, f"/{written} has other options"


async def test_every_command_of_organisers_stands_in_their_guide() -> None:
    known, text = await commands(), words_of(GUIDE)
    assert [name for name in known if name.startswith("action ") and f"`/{name}" not in text] == []


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.name)
def test_what_stands_in_bold_type_in_a_guide_stands_on_discord(path: Path) -> None:
    assert sorted(set(in_bold(words_of(path))) - words_on_discord()) == []


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_page_with_all_its_fields(kind: Kind) -> None:
    """It is linked from the organisers' guide and from the README."""
    say, page = language("en"), words_of(PAGES[kind])
    name = say(f"kind.{kind.value}.name")
    assert page.startswith(f"# {name}\n")
    assert f"[**{name}**](kinds/{kind.value}.md)" in words_of(GUIDE)
    assert f"(docs/kinds/{kind.value}.md)" in words_of(ROOT / "README.md")
    labels = [say(f"modal.{kind.value}_{field.name}.label") for field in rules(kind).fields]
    assert [label for label in labels if label not in in_bold(page)] == []


@pytest.mark.parametrize("path", EVERYTHING, ids=lambda path: path.name)
def test_every_link_in_a_guide_leads_somewhere(path: Path) -> None:
    for target in LINK.findall(words_of(path)):
        if target.startswith("https://"):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        assert there.exists(), target
        assert not anchor or anchor in anchors_of(words_of(there)), target


def test_every_picture_is_shown_by_a_guide_and_told_in_words() -> None:
    pages = (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"))
    assert sum(words_of(page).count("<img") for page in pages) == len(
        shown := [
            (page.parent / file).resolve()
            for page in pages
            for file, _ in PICTURE.findall(words_of(page))
        ]
    )
    assert sorted(set(shown)) == sorted((ROOT / "docs" / "images").iterdir())
