"""What the bot's operator reads of faults."""

from __future__ import annotations

from domain.faults import FaultReport
from locales import Language
from ui.text import code, shorten

MAX_LINE = 150


def draw_faults(say: Language, report: FaultReport) -> str:
    """How many faults there were, which, and where to read more."""
    lines = [say.many("faults.heading", report.count, minutes=say.number(report.minutes))]
    for text, times in report.lines:
        shown = code(shorten(text, MAX_LINE))
        lines.append(f"- {shown}" if times == 1 else f"- {shown} × {say.number(times)}")
    if report.unnamed:
        lines.append(say.many("faults.more", report.unnamed))
    return "\n".join([*lines, say("faults.see_log")])
