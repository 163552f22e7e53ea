"""The page on which a chart's process draws: text, boxes and lines, from top to bottom."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path as Outline
from matplotlib.transforms import IdentityTransform
from PIL import Image

from ui.chart_colours import DARK, LIGHT
from ui.chart_fonts import install

WIDTH, MARGIN, DPI = 1200, 60, 100
INNER = WIDTH - 2 * MARGIN
TALLEST = 3400
"""More than any page needs, as every paragraph has a bound; what is unused is cut off."""

REGULAR, BOLD = 400, 700
ELLIPSIS = "…"
LEFT_TO_RIGHT, RIGHT_TO_LEFT = "\u200e", "\u200f"
UNMOVED = IdentityTransform()


class Page:
    """A picture that is written from top to bottom.

    `y`, which counts from the top, and all sizes are in pixels. `text` holds every character that
    will be written.
    """

    def __init__(self, *, dark: bool, text: str, folder: Path) -> None:
        self.colours = DARK if dark else LIGHT
        self.y = 0.0
        self._renderer = RendererAgg(WIDTH, TALLEST, DPI)
        self._fonts = install(text + ELLIPSIS, (REGULAR, BOLD), folder)
        self._fill([(0, 0), (WIDTH, 0), (WIDTH, TALLEST), (0, TALLEST)], "page")

    def png(self, height: float) -> bytes:
        """The uppermost part of the page as a PNG."""
        whole = Image.frombuffer("RGBA", (WIDTH, TALLEST), bytes(self._renderer.buffer_rgba()))
        output = io.BytesIO()
        whole.crop((0, 0, WIDTH, min(round(height), TALLEST))).convert("RGB").save(output, "PNG")
        return output.getvalue()

    # ---- Text

    def width_of(self, text: str, size: float, weight: int = REGULAR) -> float:
        if not text:
            return 0.0
        drawn, font = self._fonts.drawable(text), self._font(size, weight)
        return self._renderer.get_text_width_height_descent(drawn, font, False)[0]

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
        width = self.width_of(text, size, weight)
        x -= {"left": 0, "center": width / 2, "right": width}[align]
        if outlined:
            top, below = self.y - size * 0.95, self.y + size * 0.3
            corners = [(x - 6, top), (x + width + 6, top), (x + width + 6, below), (x - 6, below)]
            self._fill(corners, "page", alpha=0.9)
        if text:
            drawn, font = self._fonts.drawable(text), self._font(size, weight)
            self._renderer.draw_text(self._pen(colour), x, self.y, drawn, font, 0)

    def paragraph(
        self, text: str, size: float, *, weight: int = REGULAR, colour: str = "text", most: int = 4
    ) -> None:
        """Write a text below `y` in as many lines as it needs, shortened to at most `most`.

        One that begins with a letter of a script from right to left is aligned to the right, and
        all its lines run that way.
        """
        backwards = runs_backwards(text)
        for line in self._wrap(text, size, weight, most):
            self.y += size * 1.32
            if backwards:
                line = RIGHT_TO_LEFT + line
                self.write(
                    line, size, x=WIDTH - MARGIN, weight=weight, colour=colour, align="right"
                )
            else:
                self.write(_forwards(line), size, weight=weight, colour=colour)

    # ---- Shapes

    def box(self, x: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle whose top is at `y`."""
        bottom = self.y + height
        corners = [(x, self.y), (x + width, self.y), (x + width, bottom), (x, bottom)]
        self._fill(corners, colour)

    def area(self, points: Sequence[tuple[float, float]], colour: str, alpha: float) -> None:
        """Fill what lies within a line through points (x, y)."""
        self._fill(points, colour, alpha=alpha)

    def line(
        self,
        points: Sequence[tuple[float, float]],
        colour: str,
        width: float,
        *,
        dashes: Sequence[float] = (),
    ) -> None:
        """Draw a line through points (x, y)."""
        pen = self._pen(colour, width)
        if dashes:
            pen.set_dashes(0, [dash * 72 / DPI for dash in dashes])
        self._renderer.draw_path(pen, _outline(points), UNMOVED)

    def dot(self, x: float, y: float, radius: float, colour: str, *, ring: float = 0) -> None:
        """Draw a filled circle; with a ring it is surrounded by that much of the page's colour."""
        if ring:
            self.dot(x, y, radius + ring, "page")
        circle = Outline.circle((x, TALLEST - y), radius)
        face = to_rgba(self.colours[colour])
        self._renderer.draw_path(self._pen(colour, 0), circle, UNMOVED, face)

    def _fill(
        self, points: Sequence[tuple[float, float]], colour: str, *, alpha: float = 1
    ) -> None:
        pen = self._pen(colour, 0)
        face = to_rgba(self.colours[colour], alpha)
        self._renderer.draw_path(pen, _outline([*points, points[0]]), UNMOVED, face)

    def _pen(self, colour: str, width: float = 1) -> GraphicsContextBase:
        pen = self._renderer.new_gc()
        pen.set_foreground(self.colours[colour])
        pen.set_linewidth(width)
        return pen

    def _font(self, size: float, weight: int) -> FontProperties:
        return FontProperties(family=self._fonts.families[weight], size=size * 72 / DPI)

    # ---- Lines

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
        last = clusters(lines[most - 1])
        while last and self.width_of("".join(last) + ELLIPSIS, size, weight) > INNER:
            last.pop()
        return [*lines[: most - 1], "".join(last).rstrip() + ELLIPSIS]

    def _pieces(self, text: str, size: float, weight: int) -> Iterator[str]:
        """Words with the space after them, and the characters of a word wider than the page."""
        for word in text.split(" "):
            if self.width_of(word, size, weight) > INNER:
                yield from clusters(word)
                yield " "
            else:
                yield word + " "


def clusters(text: str) -> list[str]:
    """The characters as people see them, which no line break may split."""
    import regex  # which is slow to load, and seldom needed

    return regex.findall(r"\X", text)


def runs_backwards(text: str) -> bool:
    """Tell whether a text's first letter is of a script that runs from right to left."""
    directions = map(unicodedata.bidirectional, text)
    return next((d for d in directions if d in ("L", "R", "AL")), "L") != "L"


def _forwards(line: str) -> str:
    """A line that runs from left to right even if its first word does not."""
    return LEFT_TO_RIGHT + line if runs_backwards(line) else line


def _outline(points: Sequence[tuple[float, float]]) -> Outline:
    """A line through points as matplotlib takes it, whose y counts from the bottom."""
    return Outline([(x, TALLEST - y) for x, y in points])
