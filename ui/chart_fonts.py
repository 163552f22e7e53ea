"""Fonts for a picture in any script: small static ones, cut from the Noto fonts of a package.

matplotlib draws a variable font at its default weight only, which for Noto Sans CJK is hair-thin,
and system fonts can't be relied upon. So the characters of one picture are cut out of the packaged
fonts at the weight wanted. That takes a fraction of a second, as only a few glyphs are involved.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from matplotlib.font_manager import FontEntry, fontManager

LAST_RESORT = "DejaVu Sans"
"""Comes with matplotlib."""

# The faces within Noto Sans CJK, which draw some Han characters differently.
JAPANESE, KOREAN, SIMPLIFIED_CHINESE = 0, 1, 2


def cjk_face(text: str) -> int:
    """The face of Noto Sans CJK for a text, by its other letters: kana, Hangul or none."""
    names = {unicodedata.name(character, "").partition(" ")[0] for character in text}
    if names & {"HIRAGANA", "KATAKANA"}:
        return JAPANESE
    return KOREAN if "HANGUL" in names else SIMPLIFIED_CHINESE


def install(text: str, weights: Iterable[int], folder: Path) -> dict[int, list[str]]:
    """Make matplotlib able to draw a text at each weight; return the families of each.

    The fonts are written into the folder, which must stay until the picture is drawn. Of a
    character that no font has, matplotlib warns.
    """
    families: dict[int, list[str]] = {weight: [] for weight in weights}
    wanted = {character for character in text if not character.isspace()}
    for path, face in _packaged(text):
        if not wanted:
            break
        with TTFont(path, fontNumber=face, lazy=True) as font:
            known = font.getBestCmap() or {}
            found = {character for character in wanted if ord(character) in known}
            if not found:
                continue
            cut = _cut(font, found)
        wanted -= found
        for weight, names in families.items():
            name = f"{path.stem}-{weight}"
            _add(_static(cut, weight), name, folder)
            names.append(name)
    return {weight: [*names, LAST_RESORT] for weight, names in families.items()}


def _packaged(text: str) -> Iterator[tuple[Path, int]]:
    """The packaged fonts in the order in which a character is looked up, with their faces."""
    folder = Path(str(files("manimgx_fonts")))
    cjk = Path(str(files("manimgx_fonts_cjk")), "NotoSansCJK-VF.otf.ttc")
    first = folder / "NotoSans[wght].ttf"
    yield first, -1
    yield cjk, cjk_face(text)
    for path in sorted(folder.glob("Noto*.ttf")):
        if path != first and "Italic" not in path.name:
            yield path, -1


def _cut(font: TTFont, characters: set[str]) -> bytes:
    """The font with nothing but the given characters and the space."""
    options = subset.Options()
    options.notdef_outline = True
    options.hinting = False
    # Of no use in a line of text at a fixed weight, and slow to cut.
    options.drop_tables += ["vmtx", "vhea", "VORG", "VVAR", "HVAR", "BASE", "STAT"]
    if "CFF2" in font:
        # Han characters and Hangul syllables need no shaping.
        options.drop_tables += ["GSUB", "GPOS", "GDEF"]
    cutter = subset.Subsetter(options)
    cutter.populate(text=" " + "".join(characters))
    cutter.subset(font)
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def _static(cut: bytes, weight: int) -> TTFont:
    font = TTFont(io.BytesIO(cut))
    return instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True)


def _add(font: TTFont, family: str, folder: Path) -> None:
    path = folder / f"{family}.otf"
    font.save(path)
    fontManager.ttflist.append(FontEntry(fname=str(path), name=family, size="scalable"))
