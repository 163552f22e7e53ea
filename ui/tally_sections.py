"""The parts of a tally's message, each about one thing: numbers, sources, what stands apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.kinds import Unit
from domain.published import PARTS, PEOPLE, Difference, differences
from domain.servers import Server
from domain.tally import SourceTotal, Tally
from domain.totals import NO_TOTAL
from locales import Language
from ui.attendance_lines import tally_attendance
from ui.official_lines import official_block
from ui.platforms import platform_name
from ui.progress import goal_lines
from ui.spot_lines import spot_lines
from ui.text import amount, heading_title, plain, stamp, zone_of, zoned

PARTS_OF_LOGGED = ("proved", "verified")
BESIDE_LOGGED = ("held", "not_counted", "withdrawn")

MOST_SOURCES = 10
"""Of each unit; those with the least are named together."""

MAX_SOURCE, MAX_REASON = 60, 300


def is_final(tally: Tally) -> bool:
    """Tell whether nothing could be logged any more at the tally's cut-off, save late."""
    return tally.cut_off >= tally.action.log_until


def says_nothing(tally: Tally) -> bool:
    """Tell whether all is over and nothing came of it: a line of zeros for each part is noise."""
    return is_final(tally) and all(total == NO_TOTAL for total in tally.totals.values())


def heading(say: Language, tally: Tally) -> str:
    action = tally.action
    kind, number = say(f"kind.{action.kind.value}.name"), action.number
    amended = len(tally.editions) > 1
    if not is_final(tally):
        kicker = say("tally.kicker_so_far", kind=kind, number=number)
    elif amended:
        day = stamp(tally.editions[-1].at, "D")
        kicker = say("tally.kicker_amended", kind=kind, number=number, day=day)
    else:
        kicker = say("tally.kicker_final", kind=kind, number=number)
    return f"-# {kicker}\n## {heading_title(action)}"


def spot(say: Language, tally: Tally) -> list[str]:
    """What was checked at random, and what follows from it."""
    return [] if tally.spot is None else spot_lines(say, tally.action, tally.spot)


def numbers(say: Language, tally: Tally) -> str:
    """Who signed up, and what is logged with the parts of it, each currency for itself."""
    of_people = tally.action.unit is Unit.PEOPLE  # pledged and came stand side by side
    lines = [] if of_people else [say.many("tally.pledged", tally.pledged)]
    if (pledges := tally.pledges).people:
        people = say.many("count.people", pledges.people)
        pledged = amount(say, tally.action, pledges.amount)
        lines.append(say("tally.pledged_amount", people=people, amount=pledged))
    if tally.waitlisted:
        lines.append(say.many("tally.waitlisted", tally.waitlisted))
    people = say.many("count.people", tally.participants)
    if says_nothing(tally):
        lines.append(tally_attendance(say, tally.pledged, 0) if of_people else say("tally.nothing"))
        return "\n".join(lines)
    shown = _shown(tally)
    if len(shown) > 1:
        lines.append(say("tally.logged_apart", people=people))
    for code in shown:
        total = tally.totals[code]
        logged = amount(say, tally.action, total.logged, code)
        contributions = say.many("count.contributions", total.logged_count)
        if len(shown) > 1:
            lines.append(say("tally.logged_in", amount=logged, contributions=contributions))
        elif of_people:
            lines.append(tally_attendance(say, tally.pledged, total.logged))
        else:
            values = {"amount": logged, "contributions": contributions, "people": people}
            lines.append(say("tally.logged", **values))
        lines += [f"- {_part(say, tally, part, code)}" for part in PARTS_OF_LOGGED]
    return "\n".join(lines)


def _shown(tally: Tally) -> list[str]:
    """The units to name: the action's own, and further currencies of which anything is logged."""
    return [
        code
        for code, total in tally.totals.items()
        if code == tally.action.unit_code or total.logged_count
    ]


def beside(say: Language, tally: Tally) -> str:
    """What is in no total, in a text of its own: behind a list it would read as a part of it.

    Of further currencies those are left out of which there is nothing.
    """
    if says_nothing(tally):
        return ""
    return "\n".join(
        _part(say, tally, part, code)
        for part in BESIDE_LOGGED
        for code, total in tally.totals.items()
        if code == tally.action.unit_code or getattr(total, f"{part}_count")
    )


def sources(say: Language, tally: Tally) -> Iterator[str]:
    """Where what is logged was done, if on more than one platform or app."""
    if len({source.source for source in tally.sources}) < 2:
        return
    yield say("tally.sources")
    for code in tally.totals:
        of_unit = [source for source in tally.sources if source.unit_code == code]
        for source in of_unit[:MOST_SOURCES]:
            yield _source(say, tally, source)
        if rest := of_unit[MOST_SOURCES:]:
            logged, count = sum(s.logged for s in rest), sum(s.logged_count for s in rest)
            yield _source(say, tally, SourceTotal(code, say("tally.source_rest"), logged, count))


def apart(say: Language, tally: Tally) -> list[str]:
    """The goal and what was there before the start: both are in no total."""
    action = tally.action
    logged = {code: total.logged for code, total in tally.totals.items()}
    keys = {"key": "tally.goal", "rated_key": "tally.goal_rated"}
    lines = [*goal_lines(say, action, logged, **keys)]
    if action.baseline:
        lines.append(say("tally.baseline", amount=amount(say, action, action.baseline)))
    return lines


def officials(say: Language, tally: Tally, server: Server) -> list[str]:
    """What its publishers count, which no number of members' is added to."""
    return official_block(say, tally.officials, zone_of(tally.action, server))


def earlier(say: Language, tally: Tally) -> Iterator[str]:
    """Why each amendment was made and every number that it changed, the newest first."""
    pairs = list(zip(tally.editions, tally.editions[1:], strict=False))
    for before, after in reversed(pairs):
        yield say(
            "tally.before",
            day=stamp(before.at, "D"),
            reason=plain(after.reason or "", MAX_REASON),
        )
        yield from difference_lines(say, tally, [*differences(before.numbers, after.numbers)])


def method(say: Language, tally: Tally, server: Server) -> str:
    wall = zoned(say, tally.cut_off, zone_of(tally.action, server))
    cut_off = f"{wall} ({stamp(tally.cut_off, 'f')})"
    return f"-# {say('tally.method', cut_off=cut_off)}\n-# {say('tally.caution')}"


def difference_lines(say: Language, tally: Tally, changes: Sequence[Difference]) -> Iterator[str]:
    """What an amendment would change, number by number."""
    for change in changes:
        if change.name in PARTS and change.unit_code is not None:
            before, after = (
                say(
                    "amend.amount",
                    amount=amount(say, tally.action, value, change.unit_code),
                    contributions=say.many("count.contributions", count),
                )
                for value, count in (
                    (change.before, change.before_count),
                    (change.after, change.after_count),
                )
            )
            yield say(f"amend.part.{change.name}", before=before, after=after)
        elif change.name in PEOPLE:
            before, after = (say.number(value) for value in (change.before, change.after))
            yield say(f"amend.people.{change.name}", before=before, after=after)
        else:
            yield say(f"amend.other.{change.name}")


def _part(say: Language, tally: Tally, part: str, code: str) -> str:
    total = tally.totals[code]
    return say(
        f"tally.{part}",
        amount=amount(say, tally.action, getattr(total, part), code),
        contributions=say.many("count.contributions", getattr(total, f"{part}_count")),
    )


def _source(say: Language, tally: Tally, source: SourceTotal) -> str:
    """One line; while an action is under way only the amounts are known."""
    logged = amount(say, tally.action, source.logged, source.unit_code)
    values = {"source": plain(platform_name(say, source.source), MAX_SOURCE), "amount": logged}
    if not source.logged_count:
        return say("tally.source_so_far", **values)
    contributions = say.many("count.contributions", source.logged_count)
    return say("tally.source", contributions=contributions, **values)
