"""Whom messages ping: nothing that the bot sends can reach everybody at once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import discord

from ui.mentions import allow

ROOT = Path(__file__).parents[2]
ROOMS = ("bot.py", "client.py", "cogs", "ui", "demo")


def permissions_given() -> Iterator[tuple[str, ast.Call]]:
    """Every place in the code that makes up who may be pinged."""
    for room in ROOMS:
        for path in [ROOT / room] if room.endswith(".py") else (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and "AllowedMentions" in ast.unparse(node.func):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def test_no_message_of_the_bot_may_ping_everybody() -> None:
    found = dict(permissions_given())
    assert found
    for place, call in found.items():
        if call.args or call.keywords:
            given = {word.arg: ast.unparse(word.value) for word in call.keywords}
            assert given.get("everyone") == "False", place
        else:
            assert ast.unparse(call.func).endswith("AllowedMentions.none"), place


def test_only_who_is_named_may_be_pinged() -> None:
    assert allow().to_dict() == discord.AllowedMentions.none().to_dict()
    named = allow(users=[1, 2], roles=[3]).to_dict()
    assert (named["parse"], named["users"], named["roles"]) == ([], [1, 2], [3])
