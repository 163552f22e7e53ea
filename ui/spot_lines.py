"""A spot check in words: its seal in the announcement, what it found in the tally."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from domain.actions import Action
from domain.spot_checks import SpotResult, seed_hash
from locales import Language
from ui.text import amount, code, stamp


def seal_line(say: Language, action: Action) -> str:
    """The seal under an announcement; empty for what has no seed."""
    return "" if action.seed is None else say("message.seal", seal=code(seed_hash(action.seed)))


def spot_lines(say: Language, action: Action, result: SpotResult) -> list[str]:
    """What a tally says first: what was checked at random, and what follows at the least.

    Until all of the sample is checked only how far that has come; the seed once it may be known.
    """
    return [*_numbers(say, action, result), *_small_print(say, result)]


def at_least(say: Language, action: Action, amounts: Mapping[str, tuple[int, int]]) -> str:
    """So much of so much, in each unit."""
    shares = [
        say(
            "spot.amount",
            least=amount(say, action, least, unit),
            of=amount(say, action, of, unit),
        )
        for unit, (least, of) in amounts.items()
    ]
    return say.listing(shares)


def _numbers(say: Language, action: Action, result: SpotResult) -> Iterator[str]:
    drawn = result.check
    counts = {
        "sample": say.number(drawn.sample),
        "rows": say.number(drawn.rows),
        "checked": say.number(result.checked),
        "held": say.number(result.held),
        "time": stamp(drawn.at, "f"),
    }
    if not result.complete:
        yield say("spot.so_far", **counts)
        return
    amounts = at_least(say, action, result.amounts)
    if drawn.sample == drawn.rows:
        yield say("spot.found_all", **counts, amounts=amounts)
        return
    yield say("spot.found", **counts)
    yield say("spot.at_least", **counts, least=say.number(result.rows), amounts=amounts)


def _small_print(say: Language, result: SpotResult) -> Iterator[str]:
    if result.check.number > 1:
        yield say("spot.again", number=say.number(result.check.number))
    for each in result.earlier:
        yield say(
            "spot.earlier",
            number=say.number(each.number),
            time=stamp(each.at, "f"),
            checked=say.number(each.checked),
            sample=say.number(each.sample),
            held=say.number(each.held),
        )
    if result.complete:
        yield say("spot.cannot")
    yield say("spot.seal", seal=code(result.seal))
    if result.seed is not None:
        yield say("spot.seed", seed=code(result.seed))
