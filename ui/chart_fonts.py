"""Fonts for a picture in any script: small static ones, cut from the Noto fonts of a package.

matplotlib draws a variable font at its default weight only, which for Noto Sans CJK is hair-thin,
and system fonts can't be relied upon. So the characters of one picture are cut out of the packaged
fonts at the weight wanted. That takes a fraction of a second, as only a few glyphs are involved.
What joins, stacks and reorders letters (Arabic, Thai, Devanagari) is cut along with them.
"""

from __future__ import annotations

import io
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import matplotlib as mpl
from fontTools import subset
from fontTools import unicodedata as scripts
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from matplotlib.font_manager import FontEntry, fontManager

REPLACEMENT = "\ufffd"
"""Stands for a character that no font has."""

# The faces within Noto Sans CJK, which draw some Han characters differently.
JAPANESE, KOREAN, SIMPLIFIED_CHINESE = 0, 1, 2

LATIN = "NotoSans[wght].ttf"
SIMPLE = ("kern", "mark", "mkmk", "ccmp", "locl")
"""All that laying out Latin, Greek and Cyrillic needs; its other features are slow to cut."""

_CJK = frozenset({"Hang", "Hira", "Kana", "Hani", "Bopo"})
_MARKS = frozenset({"Mn", "Mc", "Me"})


@dataclass(frozen=True)
class Fonts:
    """The families of each weight, and which of the picture's characters each one can draw."""

    families: dict[int, list[str]]
    known: list[frozenset[str]]

    def drawable(self, text: str) -> str:
        """The text without what would be drawn as an empty box.

        What no font has becomes REPLACEMENT; a mark that the font of its letter lacks is left out.
        """
        kept: list[str] = []
        home: frozenset[str] = frozenset()
        for character in text:
            if _is_format(character):
                kept.append(character)
            elif unicodedata.category(character) in _MARKS and kept:
                kept += [character] * (character in home)
            else:
                homes = (font for font in self.known if character in font)
                home = next(homes, frozenset())
                kept.append(character if home else REPLACEMENT)
        return "".join(kept)


def cjk_face(text: str) -> int:
    """The face of Noto Sans CJK for a text, by its other letters: kana, Hangul or none."""
    found = {scripts.script(character) for character in text}
    if found & {"Hira", "Kana"}:
        return JAPANESE
    return KOREAN if "Hang" in found else SIMPLIFIED_CHINESE


def install(text: str, weights: Iterable[int], folder: Path) -> Fonts:
    """Make matplotlib able to draw a text at each weight.

    The fonts are written into the folder, which must stay until the picture is drawn. Of a
    character that no font has, a line on stderr tells.
    """
    families: dict[int, list[str]] = {weight: [] for weight in weights}
    known: list[frozenset[str]] = []
    characters = {c for c in text if not _is_format(c)} | {" ", REPLACEMENT}
    wanted = {c for c in characters if unicodedata.category(c) not in _MARKS}
    marks = characters - wanted
    formats = {c for c in text if _is_format(c)}
    for path, face in _packaged(text):
        if not wanted:
            break
        with TTFont(path, fontNumber=face, lazy=True) as font:
            mapped = font.getBestCmap() or {}
            found = {character for character in wanted if ord(character) in mapped}
            if not found:
                continue
            of_use = found | {mark for mark in marks if ord(mark) in mapped}
            known.append(frozenset(of_use))
            wanted -= found
            if path == _last_resort():
                for names in families.values():
                    names.append(path.stem)
                _add(path, path.stem)
                continue
            letters = of_use | _parts(of_use) | formats
            cut = _cut(font, letters, SIMPLE if path.name == LATIN else ())
        for weight, names in families.items():
            at = folder / f"{path.stem}-{weight}.otf"
            _static(cut, weight).save(at)
            _add(at, str(at))
            names.append(str(at))
    for character in sorted(wanted):
        sys.stderr.write(f"glyphless: U+{ord(character):04X}\n")
    return Fonts(families, known)


def _packaged(text: str) -> Iterator[tuple[Path, int]]:
    """The packaged fonts in the order in which a character is looked up, with their faces.

    Those of the text's own scripts come first: each takes a while to open.
    """
    folder = Path(str(files("manimgx_fonts")))
    cjk = Path(str(files("manimgx_fonts_cjk")), "NotoSansCJK-VF.otf.ttc")
    found = sorted({scripts.script(character) for character in text})
    paths = [folder / LATIN]
    paths += [cjk] * bool(_CJK.intersection(found))
    paths += [folder / f"NotoSans{scripts.script_name(script)}[wght].ttf" for script in found]
    paths += [folder / "NotoEmoji[wght].ttf", folder / "NotoSansSymbols[wght].ttf", cjk]
    paths += [path for path in sorted(folder.glob("Noto*.ttf")) if "Italic" not in path.name]
    for path in dict.fromkeys([*paths, _last_resort()]):
        if path.exists():
            yield path, cjk_face(text) if path == cjk else -1


def _last_resort() -> Path:
    """A static font that comes with matplotlib."""
    return Path(mpl.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")


def _is_format(character: str) -> bool:
    """Tell whether a character is only for laying out others: a joiner or a direction."""
    return unicodedata.category(character) in ("Cf", "Cc")


def _parts(characters: Iterable[str]) -> set[str]:
    """What a text's characters are made of: laying them out may take them apart, as in Thai."""
    return set("".join(unicodedata.normalize("NFKD", character) for character in characters))


def _cut(font: TTFont, characters: set[str], features: Sequence[str]) -> bytes:
    """The font with nothing but the given characters, and of its features all or those named."""
    options = subset.Options()
    options.notdef_outline = True
    options.hinting = False
    if features:
        options.layout_features = list(features)
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


def _add(path: Path, family: str) -> None:
    fontManager.ttflist.append(FontEntry(fname=str(path), name=family, size="scalable"))
