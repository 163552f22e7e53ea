"""Templates: the built-in ones fit their kinds, and names and secrets are looked after."""

from __future__ import annotations

from itertools import pairwise

import pytest

from domain.blueprints import Blueprint, as_json, from_json
from domain.errors import Refusal
from domain.kinds import KINDS, FieldKind, Kind
from domain.shifts import MOST_BLOCKS
from domain.templates import (
    BUILT_IN,
    NAME_LENGTH,
    BuiltIn,
    blueprint_from,
    built_in,
    lacks_required,
    read_name,
    without_secrets,
)
from locales import LANGUAGES, language

HOUR = BUILT_IN[0].length / 2


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("template", BUILT_IN, ids=lambda template: template.key)
def test_a_built_in_template_fits_its_kind(template: BuiltIn, code: str) -> None:
    say = language(code)
    blueprint = blueprint_from(template, lambda name: say(f"template.{template.key}.{name}"))
    by_name = {field.name: field for field in KINDS[template.kind].fields}
    for name, text in blueprint.fields.items():
        assert by_name[name].kind is FieldKind.TEXT
        assert 0 < len(text) <= by_name[name].max_length
    assert len(say(f"template.{template.key}.name")) <= NAME_LENGTH
    assert len(blueprint.shifts) <= MOST_BLOCKS
    assert from_json(as_json(blueprint)) == blueprint


def test_the_grid_covers_the_whole_length() -> None:
    template = built_in("stream_weekend")
    assert template is not None
    shifts = blueprint_from(template, str).shifts
    assert (shifts[0].starts, shifts[-1].ends) == (0 * HOUR, 48 * HOUR)
    assert all(a.ends == b.starts for a, b in pairwise(shifts))
    assert built_in("no such") is None


def test_sealed_and_secret_fields_are_for_one_time() -> None:
    tag = Blueprint(Kind.HASHTAG, "t", HOUR, "posts", fields={"tag": "x", "prompt": "y"})
    assert without_secrets(tag).fields == {"prompt": "y"}
    assert lacks_required(without_secrets(tag))
    assert not lacks_required(tag)
    code = Blueprint(Kind.ATTENDANCE, "t", HOUR, "people", fields={"place": "x", "code": "y"})
    assert without_secrets(code).fields == {"place": "x"}
    assert not lacks_required(without_secrets(code))


@pytest.mark.parametrize(
    ("typed", "key"), [(" ", "no_name"), ("\u200b", "no_name"), ("x" * 51, "name_too_long")]
)
def test_a_name_that_is_none_is_refused(typed: str, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_name(typed)
    assert refused.value.key == f"template.{key}"


def test_a_name_is_on_one_line() -> None:
    assert read_name("  Comeback\n streaming ") == "Comeback streaming"
