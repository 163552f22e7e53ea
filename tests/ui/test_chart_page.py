"""The page that charts are drawn on: letters of any script, and colours that can be told apart."""

from __future__ import annotations

import unicodedata
from itertools import combinations
from pathlib import Path

import pytest
from matplotlib.font_manager import get_font
from matplotlib.ft2font import LoadFlags

from ui.chart_colours import DARK, LIGHT, TEXTS
from ui.chart_fonts import REPLACEMENT, Fonts, install
from ui.chart_page import INNER, Page, clusters, runs_backwards

REGULAR = 400
TITLES = {
    "Korean": "총공 마라톤: 방탄소년단 12시간 스밍",
    "Japanese": "アミのハッシュタグ総攻「ありがとう」",
    "Chinese": "粉丝应援：为慈善机构募集一百万",
    "Thai": "แคมเปญที่ใหญ่ที่สุด น้ำใจ กู้ ปั้น ญี่ปุ่น",
    "Lao": "ຂໍຂອບໃຈ ກຳ",
    "Arabic": "حملة الهاشتاق الكبرى شكرًا لكم ٢٠٢٦",
    "Hebrew": "מבצע ההאשטאג הגדול שָׁלוֹם",
    "Hindi": "एक लाख का संकल्प: क्षत्रिय अभियान",
    "Bengali": "কোটি টাকার প্রতিশ্রুতি",
    "Tamil": "ஒரு கோடி நிதி திரட்டல்",
    "Khmer": "ខ្មែរ",
    "Burmese": "မြန်မာ",
    "Vietnamese": "Ủng hộ chiến dịch Việt Nam",
    "Greek and Cyrillic": "Ευχαριστώ спасибо",
    "emoji": "💜🎂👩‍👩‍👧🇰🇷❤🏳‍🌈 ☆★♥ →",
    "mixed": "총공 مرحبا 2026 (#Tag) ขอบคุณ",
}


def drawn_by(fonts: Fonts, text: str) -> list[tuple[str, int]]:
    """What laying a text out gives: the font's file and the glyph, in the order on the page."""
    font = get_font(fonts.families[REGULAR])
    font.set_size(30, 100)
    items = font._layout(fonts.drawable(text), LoadFlags.NO_HINTING)
    return [(Path(str(item.ft_object.fname)).name, item.glyph_index) for item in items]


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_every_letter_is_a_glyph_of_a_font_that_was_cut_for_it(
    title: str,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    recwarn: pytest.WarningsRecorder,
) -> None:
    page = Page(dark=True, text=title, folder=tmp_path)
    assert page._fonts.drawable(title) == title
    laid_out = drawn_by(page._fonts, title)
    assert laid_out
    assert [glyph for _, glyph in laid_out if glyph == 0] == []
    assert {file for file, _ in laid_out} <= {path.name for path in tmp_path.iterdir()}
    for weight in (REGULAR, 700):
        page.paragraph(title, 50, weight=weight)
    assert page.png(page.y + 40).startswith(b"\x89PNG")
    assert capfd.readouterr().err == ""
    assert [str(warning.message) for warning in recwarn] == []


def test_arabic_letters_are_joined_to_their_neighbours(tmp_path: Path) -> None:
    page = Page(dark=True, text="حملة", folder=tmp_path)
    word = {glyph for _, glyph in drawn_by(page._fonts, "حملة")}
    alone = {glyph for letter in "حملة" for _, glyph in drawn_by(page._fonts, letter)}
    assert len(word - alone) >= 3
    assert page.width_of("حملة", 50) < 0.9 * sum(page.width_of(letter, 50) for letter in "حملة")


def test_text_from_right_to_left_is_laid_out_backwards(tmp_path: Path) -> None:
    fonts = install("שלום", [REGULAR], tmp_path)
    letters = [drawn_by(fonts, letter)[0] for letter in "שלום"]
    assert drawn_by(fonts, "שלום") == letters[::-1]


def test_numbers_within_arabic_keep_their_direction(tmp_path: Path) -> None:
    text = "مرحبا 26"
    fonts = install(text, [REGULAR], tmp_path)
    digits = [drawn_by(fonts, digit)[0] for digit in "26"]
    assert drawn_by(fonts, text)[:2] == digits


def test_devanagari_conjuncts_become_one_glyph(tmp_path: Path) -> None:
    fonts = install("क्ष", [REGULAR], tmp_path)
    assert len(drawn_by(fonts, "क्ष")) == 1


def test_thai_marks_stand_above_their_letter(tmp_path: Path) -> None:
    """A tone mark takes no room of its own."""
    page = Page(dark=True, text="กกี้", folder=tmp_path)
    assert page.width_of("กี้", 50) == pytest.approx(page.width_of("ก", 50), abs=3)


def test_what_no_font_has_is_replaced_and_told(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    fonts = install("a\U00016800", [REGULAR], tmp_path)
    assert fonts.drawable("a\U00016800") == f"a{REPLACEMENT}"
    assert capfd.readouterr().err == "glyphless: U+16800\n"


def test_a_mark_that_its_letters_font_lacks_is_left_out(tmp_path: Path) -> None:
    text = "방\u030a a\u030a"
    fonts = install(text, [REGULAR], tmp_path)
    assert fonts.drawable(text) == "방 a\u030a"
    assert 0 not in [glyph for _, glyph in drawn_by(fonts, text)]


# ---- Lines


def lines_of(page: Page, text: str, size: float = 56, most: int = 3) -> list[str]:
    return page._wrap(text, size, REGULAR, most)


@pytest.mark.parametrize(
    "text", ["꽃길만 걷자 " * 30, "가" * 100, "ที่" * 150, "👩‍👩‍👧" * 60, "W" * 200]
)
def test_long_titles_fit_and_no_character_is_torn(text: str, tmp_path: Path) -> None:
    page = Page(dark=True, text=text, folder=tmp_path)
    lines = lines_of(page, text)
    assert len(lines) == 3
    assert all(page.width_of(line, 56) <= INNER for line in lines)
    assert lines[-1].endswith("…")
    whole = {*clusters(text), "…", " "}
    assert {cluster for line in lines for cluster in clusters(line)} <= whole


def test_a_paragraph_runs_the_way_its_first_letter_does() -> None:
    assert runs_backwards("#12 مرحبا 총공")
    assert runs_backwards("שלום")
    assert not runs_backwards("#12 총공 مرحبا")
    assert not runs_backwards("2026 💜")


# ---- Colours

SEEN_BY = {
    "everyone": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopes": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "deuteranopes": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "tritanopes": ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)),
}
"""Machado, Oliveira and Fernandes' matrices (2009) on linear RGB, by whose eyes they stand for."""

PAGES = {"dark": DARK, "light": LIGHT}
Rgb = tuple[float, ...]


def linear(colour: str) -> Rgb:
    """A colour's linear red, green and blue from 0 to 1."""
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return tuple(p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)


def luminance(rgb: Rgb) -> float:
    red, green, blue = rgb
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """The ratio of WCAG 2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(rgb: Rgb) -> Rgb:
    """CIE L*a*b* under D65."""
    red, green, blue = (min(max(part, 0), 1) for part in rgb)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (c ** (1 / 3) if c > 0.008856 else 7.787 * c + 16 / 116 for c in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def difference(one: str, other: str, eyes: str) -> float:
    """How far two colours lie apart (CIE76) to somebody's eyes; about 2 can just be seen."""
    seen = [
        lab(tuple(sum(w * part for w, part in zip(row, linear(c), strict=True)) for row in rows))
        for c, rows in ((one, SEEN_BY[eyes]), (other, SEEN_BY[eyes]))
    ]
    return sum((a - b) ** 2 for a, b in zip(*seen, strict=True)) ** 0.5


@pytest.mark.parametrize("colours", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("name", TEXTS)
def test_words_stand_out_from_the_page_and_from_the_area_below_the_curve(
    colours: dict[str, str], name: str
) -> None:
    page, curve = linear(colours["page"]), linear(colours["logged"])
    area = tuple(0.22 * c + 0.78 * p for c, p in zip(curve, page, strict=True))
    assert contrast(linear(colours[name]), page) >= 4.5
    assert contrast(linear(colours["text"]), area) >= 4.5


@pytest.mark.parametrize("colours", PAGES.values(), ids=PAGES)
def test_what_is_drawn_stands_out_from_the_page(colours: dict[str, str]) -> None:
    """WCAG asks for 3 of what has to be understood; the lines of the grid need not be."""
    page = linear(colours["page"])
    states = ("logged", "proved", "verified", "not_counted", "withdrawn", "held")
    ratios = {name: contrast(linear(colours[name]), page) for name in states}
    assert {name: ratio for name, ratio in ratios.items() if ratio < 3} == {}


@pytest.mark.parametrize("colours", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("eyes", SEEN_BY)
def test_neighbours_are_told_apart_with_any_colour_vision(
    colours: dict[str, str], eyes: str
) -> None:
    for names in (
        ("logged", "held", "not_counted", "withdrawn"),
        ("logged", "proved", "verified"),
    ):
        for one, other in combinations(names, 2):
            assert difference(colours[one], colours[other], eyes) > 10, (one, other)


def test_titles_here_are_composed() -> None:
    """As `ui.chart_words` hands them over."""
    assert all(unicodedata.is_normalized("NFC", title) for title in TITLES.values())
