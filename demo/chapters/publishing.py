"""The end of a chapter: the published tally, its files kept, and its numbers counted again."""

from __future__ import annotations

from pathlib import Path

from demo.acts import ActFailed, posted, words_of
from demo.telling import Story
from domain.kinds import Unit
from domain.tally_file import RecountedTally, TallyFile, read_tally_csv, recount
from locales import Language
from ui.text import amount

OUT = Path("out")


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
    return recount(file)


def _says(say: Language, post: str, file: TallyFile) -> bool:
    """Tell whether every number of a post is the one that its own file adds up to."""
    counted = recount(file)
    unit = Unit.POSTS if file.unit_code == Unit.POSTS.value else Unit.MONEY
    people = say.many("count.people", counted.participants)
    for part in ("logged", "proved", "verified", "held", "not_counted", "withdrawn"):
        value, count = getattr(counted.total, part), getattr(counted.total, f"{part}_count")
        shown = amount(say, unit, value, file.unit_code)
        contributions = say.many("count.contributions", count)
        if (
            say(f"tally.{part}", amount=shown, contributions=contributions, people=people)
            not in post
        ):
            return False
    return say.many("tally.pledged", counted.pledged) in post


def _keep(name: str, data: bytes) -> None:
    OUT.mkdir(exist_ok=True)
    (OUT / name).write_bytes(data)
