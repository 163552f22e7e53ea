"""The process that draws one chart: a JSON document on stdin becomes a PNG on stdout.

It imports matplotlib, which is slow to load and not small, and nothing of the bot. The document
is made by `ui.charts`; all its texts are in their final words and are drawn as they stand.
What could not be drawn, as characters that no font has, is told on stderr.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from ui.chart_page import BOLD, INNER, MARGIN, WIDTH, Page

# A phone shows the picture at a third of its size.
TITLE, HEADLINE, LINE, LABEL, NOTE = 56, 88, 37, 33, 31
CURVE_HEIGHT = 430
BAR_HEIGHT, PART_HEIGHT, ROW_HEIGHT = 54, 16, 52
GAP = 5

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def draw(document: dict[str, Any], folder: Path) -> bytes:
    """Draw the document as a PNG; the folder is for temporary font files."""
    page = Page(dark=document["dark"], text="".join(_texts(document)), folder=folder)
    page.y = MARGIN * 0.5
    page.paragraph(document["title"], TITLE, weight=BOLD, most=3)
    page.y += 12
    page.paragraph(document["as_of"], LINE, colour="quiet")
    page.y += 16
    fitting = _fitting(page, document["headline"], HEADLINE, INNER, BOLD)
    page.paragraph(document["headline"], fitting, weight=BOLD, most=1)
    page.y += 20
    for line in document["lines"]:
        page.paragraph(line, LINE, colour="quiet")
    page.y += 24
    _draw_curve(page, document["curve"])
    page.y += 36
    _draw_states(page, document["states"], document["parts"])
    page.y += 12
    for group in ("officials", "notes"):
        for row, line in enumerate(document[group]):
            page.y += 8 if row else 18
            page.paragraph(line, NOTE, colour="quiet", most=8)
    return page.png(page.y + MARGIN * 0.8)


def _fitting(page: Page, text: str, size: float, width: float, weight: int = 400) -> float:
    """The size at which a text is no wider than it may be: `size`, or less."""
    return min(size, size * width / max(page.width_of(text, size, weight), 1))


def _texts(part: Any) -> Iterator[str]:
    """Every text in a part of the document."""
    match part:
        case str():
            yield part
        case dict():
            for value in part.values():
                yield from _texts(value)
        case list():
            for value in part:
                yield from _texts(value)
        case _:
            pass


def _draw_curve(page: Page, curve: dict[str, Any]) -> None:
    page.paragraph(curve["label"], LINE)
    page.y += 16
    labels = [label for _, label in curve["y_ticks"]]
    left = MARGIN + max(page.width_of(label, LABEL) for label in labels) + 20
    width = WIDTH - MARGIN - left
    low, high = curve["x"]

    def x_of(seconds: float) -> float:
        return left + width * (seconds - low) / (high - low)

    _write_marks(page, [(x_of(x), label) for x, label in curve["marks"]])
    top = page.y

    def y_of(amount: float) -> float:
        return top + CURVE_HEIGHT * (1 - amount / curve["y_top"])

    for amount, label in curve["y_ticks"]:
        page.line([(left, y_of(amount)), (left + width, y_of(amount))], "line", 2)
        page.y = y_of(amount) + LABEL * 0.35
        page.write(label, LABEL, x=left - 20, colour="quiet", align="right")
    for x, _ in curve["marks"]:
        page.line([(x_of(x), top), (x_of(x), y_of(0))], "quiet", 2)
    steps = [(x_of(x), y_of(amount)) for x, amount in curve["points"]]
    _draw_steps(page, steps, y_of(0))
    taken: list[Box] = []
    if curve["goal"]:
        amount, label = curve["goal"]
        across = [(left, y_of(amount)), (left + width, y_of(amount))]
        page.line(across, "text", 3, dashes=(15, 12))
        page.y = y_of(amount) - 14
        page.write(label, LABEL, x=left + 12, outlined=True)
        right = left + 12 + page.width_of(label, LABEL)
        taken.append((left, page.y - LABEL, right, page.y))
    reached = [(x_of(x), y_of(y), label) for x, y, label in curve["milestones"]]
    _write_milestones(page, reached, left, taken)
    if curve["empty"]:
        page.y = top + CURVE_HEIGHT / 2
        page.write(curve["empty"], LINE, x=left + width / 2, colour="quiet", align="center")
    page.y = top + CURVE_HEIGHT
    _write_x_labels(page, [(x_of(x), lines) for x, lines in curve["x_ticks"]])


def _draw_steps(page: Page, points: list[tuple[float, float]], ground: float) -> None:
    """Draw the curve through points: it goes on flat until the next one, and then up."""
    steps = points[:1]
    for (_, before), (x, y) in pairwise(points):
        steps += [(x, before), (x, y)]
    page.area([(steps[0][0], ground), *steps, (steps[-1][0], ground)], "logged", 0.22)
    page.line(steps, "logged", 6)
    page.dot(*steps[-1], 8, "logged")


def _write_milestones(
    page: Page, reached: list[tuple[float, float, str]], left: float, taken: list[Box]
) -> None:
    """Mark where the curve crosses milestones, the highest first, each with its words beside it.

    They stand where the curve comes from, above it, or else to its right; without room for words
    there is only the dot.
    """
    for x, y, label in reversed(reached):
        page.dot(x, y, 9, "text", ring=4)
        width = page.width_of(label, LABEL)
        above, beside = (x - 18 - width, y - 12), (x + 24, y + LABEL * 1.15)
        for start, base in (above, beside):
            box = (start - 6, base - LABEL, start + width + 6, base + 6)
            if start >= left + 8 and box[2] < WIDTH - MARGIN and not _overlaps(box, taken):
                page.y = base
                page.write(label, LABEL, x=start, outlined=True)
                taken.append(box)
                break
        taken.append((x - 12, y - 12, x + 12, y + 12))


def _overlaps(box: Box, others: list[Box]) -> bool:
    left, top, right, bottom = box
    return any(
        left < other[2] and other[0] < right and top < other[3] and other[1] < bottom
        for other in others
    )


def _write_marks(page: Page, marks: list[tuple[float, str]]) -> None:
    """Write the labels above the plot, each beside its line, in as few rows as they fit in."""
    ends: list[float] = []
    placed: list[tuple[int, float, str, str]] = []
    for x, label in marks:
        width = page.width_of(label, LABEL)
        align = "left" if x + width < WIDTH - MARGIN else "right"
        start = x if align == "left" else x - width
        row = next((n for n, end in enumerate(ends) if end + 20 < start), len(ends))
        ends[row : row + 1] = [start + width]
        placed.append((row, x, label, align))
    for row, x, label, align in placed:
        page.y += LABEL * (1 + 1.3 * row)
        page.write(label, LABEL, x=x, colour="quiet", align=align)
        page.y -= LABEL * (1 + 1.3 * row)
    page.y += LABEL * (1 + 1.3 * (len(ends) - 1)) + 12


def _write_x_labels(page: Page, ticks: list[tuple[float, list[str]]]) -> None:
    """Write the ticks' times in a row and, below, their days; what would overlap is left out.

    A day that begins within the plot goes before the one in which the plot begins.
    """
    top = page.y
    for row, order in enumerate((ticks, ticks[::-1])):
        taken: list[tuple[float, float]] = []
        page.y = top + LABEL * (1.4 + 1.3 * row)
        for x, lines in order:
            if row >= len(lines):
                continue
            half = page.width_of(lines[row], LABEL) / 2
            x = min(max(x, MARGIN + half), WIDTH - MARGIN - half)
            if all(x + half + 20 < start or end + 20 < x - half for start, end in taken):
                taken.append((x - half, x + half))
                page.write(lines[row], LABEL, x=x, colour="quiet", align="center")
    rows = max((len(lines) for _, lines in ticks), default=1)
    page.y = top + LABEL * (1.4 + 1.3 * (rows - 1))


def _draw_states(page: Page, states: list[dict[str, Any]], parts: list[dict[str, Any]]) -> None:
    """One bar of the states, the parts of logged as strips below it, and a row of words each."""
    whole = sum(state["amount"] for state in states)
    some = [state for state in states if state["amount"]]
    scale = (INNER - GAP * max(len(some) - 1, 0)) / whole if whole else 0
    if not whole:
        page.box(MARGIN, INNER, BAR_HEIGHT, "line")
    x = float(MARGIN)
    for state in some:
        width = max(state["amount"] * scale, GAP)
        page.box(x, width, BAR_HEIGHT, state["name"])
        x += width + GAP
    page.y += BAR_HEIGHT + GAP
    for part in parts:
        if part["amount"]:
            page.box(MARGIN, max(part["amount"] * scale, GAP), PART_HEIGHT, part["name"])
            page.y += PART_HEIGHT + GAP
    page.y += 14
    for state in states:
        _write_row(page, state, indent=0)
        for part in parts if state is states[0] else ():
            _write_row(page, part, indent=44)


def _write_row(page: Page, row: dict[str, Any], *, indent: float) -> None:
    """One colour with its name and, at the other end of the line, how much and how many."""
    page.y += ROW_HEIGHT
    height = 26 if not indent else PART_HEIGHT
    page.y -= height
    page.box(MARGIN + indent, 26, height, row["name"])
    page.y += height
    colour = "text" if row["amount"] else "quiet"
    start = MARGIN + indent + 44
    room = WIDTH - MARGIN - start - 30
    size = _fitting(page, row["label"] + row["text"], LINE, room)
    page.write(row["label"], size, x=start, colour=colour)
    page.write(row["text"], size, x=WIDTH - MARGIN, colour=colour, align="right")


def main() -> None:
    """Draw what stands on stdin, at a low priority, so that the bot stays responsive."""
    if hasattr(os, "nice"):
        os.nice(10)
    document = json.load(sys.stdin.buffer)
    with tempfile.TemporaryDirectory(prefix="fanchant-chart-") as folder:
        png = draw(document, Path(folder))
    sys.stdout.buffer.write(png)


if __name__ == "__main__":
    main()
