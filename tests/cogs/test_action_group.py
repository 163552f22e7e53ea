"""`/action` is put together from many classes: none of them may take another's names."""

from __future__ import annotations

from collections import Counter

from cogs.actions import ActionCog
from cogs.base import FanchantCog


def test_no_two_parts_of_the_group_have_a_method_of_the_same_name() -> None:
    parts = [part for part in ActionCog.__mro__ if issubclass(part, FanchantCog)]
    names = Counter(
        name
        for part in parts
        if part not in (ActionCog, FanchantCog)
        for name in vars(part)
        if not name.startswith("__")
    )
    assert [name for name, count in names.items() if count > 1] == []
