"""The page on which a chart's process draws: text, boxes and colours, from top to bottom."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from PIL import Image

from ui.chart_fonts import install

WIDTH, MARGIN, DPI = 1200, 60, 100
INNER = WIDTH - 2 * MARGIN
TALLEST = 3000
"""More than any page needs, as every paragraph has a bound; what is unused is cut off."""

REGULAR, BOLD = 400, 700
ELLIPSIS = "…"

# After Okabe and Ito's palette, which people with any kind of colour vision can tell apart.
DARK = {
    "page": "#17181c",
    "text": "#f4f5f7",
    "quiet": "#b4b9c4",
    "line": "#3b3e47",
    "logged": "#56b4e9",
    "proved": "#56b4e9",
    "verified": "#cdeafd",
    "held": "#f0a30a",
    "not_counted": "#d9629f",
    "withdrawn": "#7d828e",
}
LIGHT = {
    "page": "#ffffff",
    "text": "#16171b",
    "quiet": "#4f5460",
    "line": "#d5d8de",
    "logged": "#0072b2",
    "proved": "#0072b2",
    "verified": "#033c5c",
    "held": "#e09000",
    "not_counted": "#b8407f",
    "withdrawn": "#8d929d",
}


class Page:
    """A picture that is written from top to bottom; `y` and all sizes are in pixels.

    `text` holds every character that will be written.
    """

    def __init__(self, *, dark: bool, text: str, folder: Path) -> None:
        self.colours = DARK if dark else LIGHT
        self.y = 0.0
        self._figure = Figure(figsize=(WIDTH / DPI, TALLEST / DPI), dpi=DPI)
        self._figure.set_facecolor(self.colours["page"])
        self._measuring = RendererAgg(WIDTH, 100, DPI)
        self._families = install(text + ELLIPSIS, (REGULAR, BOLD), folder)

    def png(self, height: float) -> bytes:
        """The uppermost part of the page as a PNG."""
        canvas = FigureCanvasAgg(self._figure)
        canvas.draw()
        whole = Image.frombuffer("RGBA", (WIDTH, TALLEST), bytes(canvas.buffer_rgba()))
        output = io.BytesIO()
        whole.crop((0, 0, WIDTH, min(round(height), TALLEST))).convert("RGB").save(output, "PNG")
        return output.getvalue()

    def width_of(self, text: str, size: float, weight: int = REGULAR) -> float:
        font = self._font(size, weight)
        return self._measuring.get_text_width_height_descent(text, font, False)[0]

    def write(
        self,
        text: str,
        size: float,
        *,
        x: float = MARGIN,
        weight: int = REGULAR,
        colour: str = "text",
        align: str = "left",
        outlined: bool = False,
    ) -> None:
        """Write one line, as it stands, whose baseline is at `y`."""
        written = self._figure.text(
            x / WIDTH,
            1 - self.y / TALLEST,
            text,
            fontproperties=self._font(size, weight),
            color=self.colours[colour],
            ha=align,
            va="baseline",
            parse_math=False,
            zorder=10,
        )
        if outlined:
            written.set_bbox({"facecolor": self.colours["page"], "alpha": 0.9, "pad": 3, "lw": 0})

    def paragraph(
        self, text: str, size: float, *, weight: int = REGULAR, colour: str = "text", most: int = 4
    ) -> None:
        """Write a text below `y` in as many lines as it needs, shortened to at most `most`."""
        for line in self._wrap(text, size, weight, most):
            self.y += size * 1.32
            self.write(line, size, weight=weight, colour=colour)

    def box(self, x: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle whose top is at `y`."""
        at = (x / WIDTH, 1 - (self.y + height) / TALLEST)
        self._figure.add_artist(
            Rectangle(
                at, width / WIDTH, height / TALLEST, facecolor=self.colours[colour], linewidth=0
            )
        )

    def axes(self, x: float, width: float, height: float) -> Axes:
        """An empty plotting area whose top is at `y`."""
        bottom = 1 - (self.y + height) / TALLEST
        axes = self._figure.add_axes((x / WIDTH, bottom, width / WIDTH, height / TALLEST))
        axes.set_facecolor(self.colours["page"])
        axes.set_xticks([])
        axes.set_yticks([])
        for side in ("left", "right", "top"):
            axes.spines[side].set_visible(False)
        axes.spines["bottom"].set(color=self.colours["line"], linewidth=2)
        return axes

    def _font(self, size: float, weight: int) -> FontProperties:
        return FontProperties(family=self._families[weight], size=size * 72 / DPI)

    def _wrap(self, text: str, size: float, weight: int, most: int) -> list[str]:
        lines: list[str] = []
        line = ""
        for piece in self._pieces(text, size, weight):
            if line and self.width_of((line + piece).rstrip(), size, weight) > INNER:
                lines.append(line.rstrip())
                line = ""
            line += piece if line else piece.lstrip()
        lines.append(line.rstrip())
        if len(lines) <= most:
            return lines
        last = lines[most - 1]
        while last and self.width_of(last + ELLIPSIS, size, weight) > INNER:
            last = last[:-1]
        return [*lines[: most - 1], last.rstrip() + ELLIPSIS]

    def _pieces(self, text: str, size: float, weight: int) -> Iterable[str]:
        """Words with the space after them, and the characters of a word wider than the page."""
        for word in text.split(" "):
            if self.width_of(word, size, weight) > INNER:
                yield from word
                yield " "
            else:
                yield word + " "
