"""The process that draws one chart: a JSON document on stdin becomes a PNG on stdout.

It imports matplotlib, which is slow to load and not small, and nothing of the bot. The document
is made by `ui.charts`; all its texts are in their final words and are drawn as they stand.
matplotlib's warnings, as of characters that no font has, go to stderr.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ui.chart_page import BOLD, INNER, MARGIN, WIDTH, Page

TITLE, HEADLINE, LINE, LABEL, NOTE = 52, 88, 34, 30, 28
CURVE_HEIGHT = 400
BAR_HEIGHT, PART_HEIGHT, ROW_HEIGHT = 54, 14, 49
GAP = 5


def draw(document: dict[str, Any], folder: Path) -> bytes:
    """Draw the document as a PNG; the folder is for temporary font files."""
    page = Page(dark=document["dark"], text="".join(_texts(document)), folder=folder)
    page.y = MARGIN * 0.5
    page.paragraph(document["title"], TITLE, weight=BOLD, most=3)
    page.y += 12
    page.paragraph(document["as_of"], LINE, colour="quiet")
    page.y += 16
    fitting = HEADLINE * INNER / page.width_of(document["headline"], HEADLINE, BOLD)
    page.paragraph(document["headline"], min(HEADLINE, fitting), weight=BOLD, most=1)
    page.y += 20
    for line in document["lines"]:
        page.paragraph(line, LINE, colour="quiet")
    page.y += 24
    _draw_curve(page, document["curve"])
    page.y += 36
    _draw_states(page, document["states"], document["parts"])
    page.y += 12
    for note in document["notes"]:
        page.y += 10
        page.paragraph(note, NOTE, colour="quiet", most=8)
    return page.png(page.y + MARGIN * 0.8)


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
    _plot(page, curve, left, width)

    def y_of(amount: float) -> float:
        return top + CURVE_HEIGHT * (1 - amount / curve["y_top"])

    for amount, label in curve["y_ticks"]:
        page.y = y_of(amount) + LABEL * 0.35
        page.write(label, LABEL, x=left - 20, colour="quiet", align="right")
    if curve["goal"]:
        amount, label = curve["goal"]
        page.y = y_of(amount) - 14
        page.write(label, LABEL, x=left + 12, outlined=True)
    if curve["empty"]:
        page.y = top + CURVE_HEIGHT / 2
        page.write(curve["empty"], LINE, x=left + width / 2, colour="quiet", align="center")
    page.y = top + CURVE_HEIGHT
    _write_x_labels(page, [(x_of(x), lines) for x, lines in curve["x_ticks"]])


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


def _plot(page: Page, curve: dict[str, Any], left: float, width: float) -> None:
    axes = page.axes(left, width, CURVE_HEIGHT)
    axes.set_xlim(*curve["x"])
    axes.set_ylim(0, curve["y_top"])
    for amount, _ in curve["y_ticks"]:
        axes.axhline(amount, color=page.colours["line"], linewidth=1.5, zorder=1)
    for x, _ in curve["marks"]:
        axes.axvline(x, color=page.colours["quiet"], linewidth=2, zorder=2, clip_on=False)
    if curve["goal"]:
        goal = curve["goal"][0]
        axes.axhline(goal, color=page.colours["text"], linewidth=2.5, linestyle=(0, (5, 4)))
    x, y = [p[0] for p in curve["points"]], [p[1] for p in curve["points"]]
    colour = page.colours["logged"]
    axes.fill_between(x, y, step="post", color=colour, alpha=0.22, linewidth=0, zorder=3)
    axes.plot(x, y, drawstyle="steps-post", color=colour, linewidth=4, clip_on=False, zorder=4)
    axes.plot(x[-1:], y[-1:], "o", color=colour, markersize=12, clip_on=False, zorder=5)


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
    page.y += ROW_HEIGHT
    height = 26 if not indent else PART_HEIGHT
    page.y -= height
    page.box(MARGIN + indent, 26, height, row["name"])
    page.y += height
    colour = "text" if row["amount"] else "quiet"
    page.write(row["label"], LINE, x=MARGIN + indent + 44, colour=colour)
    page.write(row["text"], LINE, x=WIDTH - MARGIN, colour=colour, align="right")


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
