"""Pictures to measure the search for near-identical ones with: screenshots, photos, and copies."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping
from functools import partial

from PIL import Image, ImageDraw, ImageFont

PHONE = (720, 1560)
SYLLABLES = (
    "ba co di fe gu ha ji ko la mi no pe qu ra so tu vi we xa yo zu chan hyun seok min".split()
)
PAPER, INK, FAINT = (255, 255, 255), (15, 20, 25), (130, 140, 150)
NIGHT, CHALK = (10, 12, 16), (230, 232, 235)

Colour = tuple[int, int, int]


def photo(rng: random.Random, size: tuple[int, int] = (1200, 900)) -> Image.Image:
    """Something like a photo: soft shapes of light and colour, with grain."""
    channels: list[Image.Image] = []
    rough = _clouds(rng, size)
    for _ in "RGB":
        channels.append(Image.blend(rough, _clouds(rng, size), 0.35))
    return Image.merge("RGB", channels)


def _clouds(rng: random.Random, size: tuple[int, int]) -> Image.Image:
    """Noise of several sizes, the coarsest strongest, as brightness falls in nature."""
    total = Image.new("L", size, 128)
    for cells, share in ((3, 0.6), (7, 0.35), (19, 0.25), (61, 0.15)):
        grid = Image.new("L", (cells, max(2, cells * size[1] // size[0])))
        grid.putdata([rng.randrange(256) for _ in range(grid.width * grid.height)])
        total = Image.blend(total, grid.resize(size, Image.Resampling.BICUBIC), share)
    return total


def post(rng: random.Random, *, dark: bool = False, pictured: bool | None = None) -> Image.Image:
    """A screenshot of somebody's post, in an app's one layout; with a picture or without."""
    ground, ink = (NIGHT, CHALK) if dark else (PAPER, INK)
    screen = Image.new("RGB", PHONE, ground)
    draw = ImageDraw.Draw(screen)
    _status_bar(draw, rng, ink)
    draw.text((40, 90), "Post", ink, _font(34))
    draw.ellipse((40, 170, 130, 260), _colour(rng))
    draw.text((150, 180), _words(rng, 2).title(), ink, _font(28))
    draw.text((150, 222), f"@{_words(rng, 1)}{rng.randrange(1000)}", FAINT, _font(24))
    top = 300
    for _ in range(rng.randint(1, 7)):
        draw.text((40, top), _words(rng, rng.randint(3, 6)), ink, _font(30))
        top += 44
    draw.text((40, top), f"#{_words(rng, 1).title()}Day", (29, 120, 220), _font(30))
    top += 70
    if rng.random() < 0.5 if pictured is None else pictured:
        screen.paste(photo(rng, (640, 400)), (40, top))
        top += 430
    when = f"{rng.randint(1, 12)}:{rng.randrange(60):02} PM · 21 Nov 26"
    draw.text((40, top), f"{when} · {rng.randrange(9999)} Views", FAINT, _font(24))
    _counters(draw, rng, top + 50, FAINT)
    _navigation(draw, ink)
    return screen


def vote(rng: random.Random) -> Image.Image:
    """A screenshot of a voting app after a vote: only a number and the time are one's own."""
    screen = Image.new("RGB", PHONE, (250, 245, 255))
    draw = ImageDraw.Draw(screen)
    _status_bar(draw, rng, INK)
    draw.rectangle((0, 70, PHONE[0], 170), (120, 70, 200))
    draw.text((40, 95), "Daily Vote", PAPER, _font(40))
    for place in range(8):
        top = 220 + place * 130
        draw.ellipse((40, top, 130, top + 90), (40 * place % 256, 90, 160))
        draw.text((160, top + 10), f"{place + 1}. Artist {chr(65 + place)}", INK, _font(32))
        draw.rectangle((160, top + 60, 620 - 50 * place, top + 78), (120, 70, 200))
    draw.text((40, 1300), f"Your votes today: {rng.randint(1, 300)}", INK, _font(36))
    _navigation(draw, INK)
    return screen


def receipt(rng: random.Random, *, regular: bool = False) -> Image.Image:
    """A screenshot of one charity's receipt: name, amount, date and code are one's own.

    `regular` ones are of one donor who gives the same every day: date and code differ alone.
    """
    screen = Image.new("RGB", PHONE, PAPER)
    draw = ImageDraw.Draw(screen)
    _status_bar(draw, rng, INK)
    draw.rectangle((0, 70, PHONE[0], 260), (30, 130, 90))
    draw.ellipse((300, 90, 420, 210), PAPER)
    draw.text((60, 300), "Thank you for your gift!", INK, _font(40))
    facts = {
        "Donor": "Min Seo" if regular else _words(rng, 2).title(),
        "Amount": f"US${20 if regular else rng.choice((5, 10, 20, 25, 50, 100))}.00",
        "Date": f"{rng.randint(1, 30)} Nov 2026, {rng.randrange(24)}:{rng.randrange(60):02}",
        "Fund": "Clean water",
        "Confirmation": f"{rng.randrange(16**8):08X}",
    }
    for place, (label, value) in enumerate(facts.items()):
        top = 400 + place * 120
        draw.text((60, top), label, FAINT, _font(26))
        draw.text((60, top + 36), value, INK, _font(34))
        draw.line((60, top + 90, 660, top + 90), (220, 220, 220))
    for line in range(5):
        draw.text((60, 1050 + line * 40), "This charity is registered; gifts", FAINT, _font(22))
    _navigation(draw, INK)
    return screen


def player(rng: random.Random, cover: Image.Image) -> Image.Image:
    """A screenshot of the song that all play: how far it is, and the time, are one's own."""
    screen = Image.new("RGB", PHONE, NIGHT)
    draw = ImageDraw.Draw(screen)
    _status_bar(draw, rng, CHALK)
    screen.paste(cover.resize((560, 560)), (80, 240))
    draw.text((80, 860), "Our Song", CHALK, _font(44))
    draw.text((80, 920), "Our Band", FAINT, _font(30))
    length, played = 194, rng.randrange(194)
    x = 80 + 560 * played // length
    draw.rectangle((80, 1010, 640, 1018), (90, 90, 90))
    draw.rectangle((80, 1010, x, 1018), CHALK)
    draw.ellipse((x - 10, 1004, x + 10, 1024), CHALK)
    draw.text((80, 1035), f"{played // 60}:{played % 60:02}", FAINT, _font(24))
    draw.text((590, 1035), f"{length // 60}:{length % 60:02}", FAINT, _font(24))
    draw.ellipse((310, 1120, 410, 1220), CHALK)
    _navigation(draw, CHALK)
    return screen


def play_counts(rng: random.Random) -> Image.Image:
    """A screenshot of how often one has played each song of a list that is the same for all."""
    screen = Image.new("RGB", PHONE, PAPER)
    draw = ImageDraw.Draw(screen)
    _status_bar(draw, rng, INK)
    draw.text((40, 90), "Your top songs today", INK, _font(38))
    for place in range(8):
        top = 220 + place * 140
        draw.rectangle((40, top, 140, top + 100), (40 * place % 256, 90, 160))
        draw.text((160, top + 10), f"Song {chr(65 + place)}", INK, _font(32))
        draw.text((160, top + 56), "Our Band", FAINT, _font(26))
        plays = max(1, rng.randint(20, 60) - 5 * place)
        draw.text((560, top + 30), f"{plays} plays", INK, _font(26))
    _navigation(draw, INK)
    return screen


def _status_bar(draw: ImageDraw.ImageDraw, rng: random.Random, ink: Colour) -> None:
    draw.text((40, 20), f"{rng.randrange(24)}:{rng.randrange(60):02}", ink, _font(26))
    draw.rectangle((620, 26, 620 + rng.randint(5, 50), 46), ink)


def _counters(draw: ImageDraw.ImageDraw, rng: random.Random, top: int, ink: Colour) -> None:
    draw.line((40, top, 680, top), ink)
    for place in range(4):
        draw.ellipse((60 + place * 160, top + 20, 90 + place * 160, top + 50), outline=ink, width=3)
        draw.text((100 + place * 160, top + 20), str(rng.randrange(999)), ink, _font(24))


def _navigation(draw: ImageDraw.ImageDraw, ink: Colour) -> None:
    draw.line((0, 1440, PHONE[0], 1440), FAINT)
    for place in range(5):
        draw.rectangle((50 + place * 140, 1470, 90 + place * 140, 1510), outline=ink, width=4)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _words(rng: random.Random, count: int) -> str:
    return " ".join("".join(rng.choices(SYLLABLES, k=rng.randint(1, 3))) for _ in range(count))


def _colour(rng: random.Random) -> Colour:
    return (rng.randrange(40, 220), rng.randrange(40, 220), rng.randrange(40, 220))


# ---- Copies


def rescaled(factor: float, image: Image.Image, _rng: random.Random) -> bytes:
    size = (round(image.width * factor), round(image.height * factor))
    return _as(image.resize(size, Image.Resampling.BICUBIC), "PNG")


def recompressed(quality: int, image: Image.Image, _rng: random.Random) -> bytes:
    return _as(image, "JPEG", quality=quality)


def converted(image: Image.Image, _rng: random.Random) -> bytes:
    return _as(image, "WEBP", quality=75)


def made_smaller(factor: float, quality: int, image: Image.Image, _rng: random.Random) -> bytes:
    size = (round(image.width * factor), round(image.height * factor))
    return _as(image.resize(size), "JPEG", quality=quality)


def cropped(share: float, image: Image.Image, _rng: random.Random) -> bytes:
    """Without `share` of its width and height, half of it at each side."""
    x, y = image.width * share / 2, image.height * share / 2
    box = (round(x), round(y), round(image.width - x), round(image.height - y))
    return _as(image.crop(box), "PNG")


def cut(share: float, image: Image.Image, rng: random.Random) -> bytes:
    """Without `share` of it at one side, whichever."""
    sides = [0.0, 0.0, 1.0, 1.0]
    side = rng.randrange(4)
    sides[side] += share if side < 2 else -share
    left, top, right, bottom = sides
    w, h = image.size
    box = (round(left * w), round(top * h), round(right * w), round(bottom * h))
    return _as(image.crop(box), "PNG")


def sent_on(image: Image.Image, rng: random.Random) -> bytes:
    """Cut by hand on all sides, made smaller and compressed, as when it goes from chat to chat."""
    w, h = image.size
    left, top, right, bottom = (rng.uniform(0, 0.02) for _ in range(4))
    box = (round(left * w), round(top * h), round(w - right * w), round(h - bottom * h))
    part = image.crop(box)
    return _as(part.resize((part.width * 3 // 5, part.height * 3 // 5)), "JPEG", quality=50)


COPIES: Mapping[str, Callable[[Image.Image, random.Random], bytes]] = {
    **{f"rescaled_{factor}": partial(rescaled, factor) for factor in (0.4, 0.7, 1.5)},
    **{f"jpeg_{quality}": partial(recompressed, quality) for quality in (30, 60, 90)},
    "webp_75": converted,
    **{f"cropped_{p}": partial(cropped, p / 100) for p in (1, 3, 5)},
    **{f"cut_{p}": partial(cut, p / 100) for p in (1, 3, 5)},
    "sent_on": sent_on,
}
"""What people and apps do to a picture on its way, by name; percentages and factors in the name."""


WHOLE_COPIES: Mapping[str, Callable[[Image.Image, random.Random], bytes]] = {
    **{f"rescaled_{factor}": partial(rescaled, factor) for factor in (0.4, 0.5, 0.75, 1.25, 1.5)},
    **{f"jpeg_{quality}": partial(recompressed, quality) for quality in (40, 60, 90)},
    "webp_75": converted,
    "smaller_0.5_jpeg_40": partial(made_smaller, 0.5, 40),
    "smaller_0.75_jpeg_60": partial(made_smaller, 0.75, 60),
}
"""Copies that show all of a picture, by name; factors and percentages in the name."""


def as_png(image: Image.Image) -> bytes:
    return _as(image, "PNG")


def _as(image: Image.Image, kind: str, **settings: int) -> bytes:
    written = io.BytesIO()
    image.save(written, kind, **({"compress_level": 1} if kind == "PNG" else settings))
    return written.getvalue()
