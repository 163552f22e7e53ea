"""The options beside *I'm in*: reading them as organisers type them, and changing them later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from domain.errors import Refusal
from domain.fields import read_capacity
from domain.sign_ups import SignUpOption

MOST_OPTIONS = 4
"""With *I'm in* they make up a row of five buttons."""

LABEL_LENGTH = 40
SEPARATORS = ("|", "｜")


@dataclass(frozen=True)
class OptionLine:
    """An option as an organiser wants it: its name, and how many people may choose it."""

    label: str
    capacity: int | None = None


def read_options(text: str, language: str) -> tuple[OptionLine, ...]:
    """Read up to four options, one a line: `can host`, or `can host | 5` for five people."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_OPTIONS:
        raise Refusal("field.options.too_many", count=len(lines), limit=MOST_OPTIONS)
    read = tuple(_read_line(line, language) for line in lines)
    labels = [_fold(line.label) for line in read]
    for number, line in enumerate(read):
        if labels.index(_fold(line.label)) != number:
            raise Refusal("field.options.twice", text=line.label)
    return read


def options_as_text(options: Iterable[SignUpOption]) -> str:
    """Options as text that `read_options` reads back."""
    return "\n".join(
        option.label if option.capacity is None else f"{option.label} | {option.capacity}"
        for option in options
    )


def settle_options(
    present: Sequence[SignUpOption], wanted: Sequence[OptionLine]
) -> list[SignUpOption]:
    """What becomes of an action's options; new ones have no id yet (0).

    An option of the same name stays, whatever its capacity. One that people have chosen and that
    is not named any more is renamed to what stands in its place; raises `Refusal` where nothing
    does, since those people would be left without what they chose.
    """
    left = {_fold(option.label): option for option in present}
    kept = {_fold(line.label): left.pop(_fold(line.label), None) for line in wanted}
    chosen = [option for option in left.values() if option.taken]
    settled: list[SignUpOption] = []
    for line in wanted:
        option = kept[_fold(line.label)]
        if option is None and chosen:
            option = chosen.pop(0)
        option = option or SignUpOption(0, line.label)
        settled.append(replace(option, label=line.label, capacity=line.capacity))
    if chosen:
        raise Refusal("field.options.chosen", text=chosen[0].label, people=chosen[0].taken)
    return settled


def _read_line(line: str, language: str) -> OptionLine:
    for separator in SEPARATORS[1:]:
        line = line.replace(separator, SEPARATORS[0])
    text, _, capacity = line.partition(SEPARATORS[0])
    label = " ".join(text.split())
    if not any(character.isalnum() for character in label):
        raise Refusal("field.options.no_name", text=line.strip())
    if len(label) > LABEL_LENGTH:
        raise Refusal("field.options.too_long", text=label, length=len(label), limit=LABEL_LENGTH)
    return OptionLine(label, read_capacity(capacity, language))


def _fold(label: str) -> str:
    return label.casefold()
