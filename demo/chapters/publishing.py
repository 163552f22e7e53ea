"""The end of a chapter: the published tally, its files kept, and its numbers counted again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from demo.acts import ActFailed, posted, words_of
from demo.telling import Story
from domain.kinds import Unit
from domain.tally_file import RecountedTally, TallyFile, read_tally_csv, recount
from locales import Language
from ui.attendance_lines import tally_attendance
from ui.text import amount
from ui.verifying import verify

OUT = Path("out")
UNITS = {unit.value: unit for unit in Unit}
"""By their codes; any other code is a currency."""


async def publish(story: Story, name: str) -> RecountedTally:
    """Keep the files of the tally that was posted last, and count its CSV again."""
    await story.demo.services.redraws.flush()
    message = (await posted(story.demo.env, story.demo.world))[-1]
    files = {Path(a.filename).suffix: await a.read() for a in message.attachments}
    for suffix, data in files.items():
        _keep(f"{name}{suffix}", data)
    for line in words_of(message).splitlines():
        print(f"    {line}")
    file = read_tally_csv(files[".csv"])
    if not _says(story.say, words_of(message), file):
        raise ActFailed(name)
    if not all(verify(story.say, files[suffix]).agrees for suffix in (".csv", ".json")):
        raise ActFailed(name)
    return recount(file)


def _says(say: Language, post: str, file: TallyFile) -> bool:
    """Tell whether every number of a post is the one that its own file adds up to."""
    counted = recount(file)
    return all(line in post for line in _lines(say, counted, file.unit_name))


def _lines(say: Language, counted: RecountedTally, unit_name: str) -> Iterator[str]:
    """The lines of a post that say these numbers."""
    people = say.many("count.people", counted.participants)
    further = any(t.logged_count for t in counted.totals.values() if t is not counted.total)
    for code, total in counted.totals.items():
        unit = UNITS.get(code, Unit.MONEY)
        for part in ("logged", "proved", "verified", "held", "not_counted", "withdrawn"):
            value, count = getattr(total, part), getattr(total, f"{part}_count")
            shown = amount(say, unit, value, code, unit_name)
            contributions = say.many("count.contributions", count)
            if part == "logged" and unit is Unit.PEOPLE:
                yield tally_attendance(say, counted.pledged, value)
            elif part == "logged" and further and (count or total is counted.total):
                yield say("tally.logged_in", amount=shown, contributions=contributions)
            elif count or total is counted.total:  # of further currencies what there is
                yield say(f"tally.{part}", amount=shown, contributions=contributions, people=people)
        if unit is not Unit.PEOPLE:
            yield say.many("tally.pledged", counted.pledged)


def _keep(name: str, data: bytes) -> None:
    OUT.mkdir(exist_ok=True)
    (OUT / name).write_bytes(data)
