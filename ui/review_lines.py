"""What reviewers read about contributions: proof, why one waits, verdicts, and progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from domain.actions import Action
from domain.ledger import Check, Contribution, Verdict
from domain.reasons import Reason
from domain.reviewing import MOST_COUNTED, Filter, Progress, Queue, Waiting
from locales import Language
from ui.flag_lines import flag_lines
from ui.log_panel import amount_label
from ui.log_replies import why_held
from ui.text import amount, code, plain, plain_lines, safe_url, stamp
from ui.vote_lines import app_name

MAX_URL = 1000
"""Of a masked link, which is longer than its text where that is in other scripts."""

MAX_NOTE = 500
MAX_REASON = 300
MAX_APPEAL = 700
MOST_PROOFS = 3
"""Proofs that are shown in full; of the longest links no more fit."""

DrawAmount = Callable[[Language, Action, int, str], str]

NOTE, IMAGE, FILE = "note", "image", "file"


def contribution_lines(say: Language, waiting: Waiting) -> Iterator[str]:
    """Everything that there is to judge a contribution by, its pictures apart."""
    action, contribution = waiting.action, waiting.contribution
    yield say("review.logged", amount=amount_of(say, waiting), time=stamp(contribution.at, "f"))
    yield from _tick(say, action, contribution)
    if contribution.entered_by is not None:
        yield say("review.entered")
    if contribution.held is not None:
        yield why_held(say, action, contribution.held, to="why")
    outlier = waiting.outlier_above is not None
    yield from flag_lines(say, action, waiting.flags, outlier=outlier)
    yield from _proofs(say, waiting)


def verdict_lines(say: Language, waiting: Waiting) -> Iterator[str]:
    """What the fan says to what was decided, and that."""
    if waiting.appeal is not None:
        text = waiting.appeal.text
        said = say("review.appeal_gone") if text is None else plain_lines(text, MAX_APPEAL)
        yield say("review.appeal", text=said, time=stamp(waiting.appeal.at, "f"))
    for given in waiting.checks:
        yield say(
            "review.earlier",
            verdict=verdict_text(say, waiting, given.check),
            time=stamp(given.check.at, "f"),
        )
        if why := reason_text(say, given.check):
            yield say("review.earlier_reason", reason=why)


def amount_of(say: Language, waiting: Waiting) -> str:
    """What was logged."""
    contribution = waiting.contribution
    return amount(say, waiting.action, contribution.amount, contribution.unit_code)


def label_of(say: Language, waiting: Waiting) -> str:
    """The same for an option, where nothing has to be escaped."""
    contribution = waiting.contribution
    return amount_label(say, waiting.action, contribution.amount, contribution.unit_code)


def verdict_text(
    say: Language, waiting: Waiting, check: Check, *, draw: DrawAmount = amount
) -> str:
    """A verdict in a word, with the amount to which one was corrected."""
    if check.verdict is Verdict.CORRECTED and check.amount is not None:
        unit_code = waiting.contribution.unit_code
        corrected = draw(say, waiting.action, check.amount, unit_code)
        return say("review.verdict.corrected", amount=corrected)
    return say(f"review.verdict.{check.verdict.value}")


def reason_text(say: Language, check: Check, most: int = MAX_REASON) -> str:
    """The sentence of a reason from the list, and what the reviewer wrote; "" for none.

    Their own words have at most so many characters.
    """
    own = check.reason_code in (None, Reason.OWN)
    listed = "" if own else say(f"reason.{(check.reason_code or Reason.OWN).value}")
    words = plain(check.reason, most) if check.reason else ""
    return " ".join(filter(None, (listed, words)))


def progress_line(say: Language, progress: Progress, queue: Queue) -> str:
    """How far the checking is, in one line: what there is none of is left out."""
    parts = [
        say(
            "review.progress.checked",
            checked=say.number(progress.checked),
            total=say.number(progress.total),
        )
    ]
    if queue.filter is Filter.SAMPLE:
        done = progress.sample - progress.sample_left
        sample = say.number(progress.sample)
        parts.append(say("review.progress.sample", checked=say.number(done), total=sample))
    for name in ("flagged", "held", "appeals", "foreign"):
        if count := getattr(progress, name):
            parts.append(say(f"review.progress.{name}", n=bounded(say, count)))
    return " · ".join(parts)


def bounded(say: Language, count: int) -> str:
    """A count that ends at a thousand: "1,000+"."""
    number = say.number(min(count, MOST_COUNTED))
    return say("review.or_more", n=number) if count > MOST_COUNTED else number


def proof_text(say: Language, value: str) -> str:
    """What was handed in as it was typed, and beside it a way to open it where it is a link."""
    address = safe_url(value)
    if address is None or len(address[0]) > MAX_URL:
        return code(value)
    url, host = address
    return f"{code(value)} · {code(host)}: [{say('card.link_label')}](<{url}>)"


def proof_lines(say: Language, waiting: Waiting) -> Iterator[str]:
    """All codes, links and messages that were handed in, a line each."""
    for item, value in waiting.proofs:
        if item not in (IMAGE, FILE, NOTE):
            yield say(f"review.{item}", value=proof_text(say, value))


def _proofs(say: Language, waiting: Waiting) -> Iterator[str]:
    """The first codes, links and messages; of pictures only that they are gone, where they are."""
    shown = list(proof_lines(say, waiting))
    yield from shown[:MOST_PROOFS]
    if further := len(shown) - MOST_PROOFS:
        if further > 0:
            yield say.many("review.more_proofs", further)
    for item, value in waiting.proofs:
        if item == NOTE:
            yield say("review.note", value=plain(value, MAX_NOTE))
        elif item == FILE:
            yield say("review.file", value=code(value))
    if waiting.contribution.proof is None:
        yield say("review.no_proof")


def _tick(say: Language, action: Action, contribution: Contribution) -> Iterator[str]:
    """The app and the day that a tick is for."""
    if contribution.day is None:
        return
    for app in action.parts.apps:
        if app.app_id == contribution.app_id:
            yield say("review.tick", app=app_name(app), day=say.day(contribution.day))
