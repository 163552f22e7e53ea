"""Pictures: whatever is one is kept small and without secrets, and what is none is refused."""

from __future__ import annotations

import hashlib
import io
import random
import struct
import zlib

import pytest
from PIL import Image

from benchmarks.proof_images import photo, post, receipt
from domain.entries import EntryFile
from domain.errors import Refusal
from domain.looks import are_alike, detail_of, distance
from domain.pictures import LONGEST_SIDE, MOST_BYTES, MOST_PICTURES, Picture
from services.pictures import first_same, keep

RED, BLUE = (200, 30, 30), (30, 30, 200)
LATITUDE = 1.23456


def written(image: Image.Image, kind: str, **settings: object) -> bytes:
    to = io.BytesIO()
    image.save(to, kind, **settings)
    return to.getvalue()


def a_photo() -> Image.Image:
    return photo(random.Random(1), (320, 240))


async def kept(data: bytes, name: str = "IMG_0001.jpg") -> Picture:
    (picture,) = await keep([EntryFile(name, "image/jpeg", data)])
    return picture


def opened(picture: Picture) -> Image.Image:
    image = Image.open(io.BytesIO(picture.data))
    image.load()
    return image


def with_secrets() -> Image.Exif:
    """Camera, place, and that the picture was taken with the camera on its side."""
    exif = Image.Exif()
    exif[0x010F] = "SecretCam"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (LATITUDE, 0.0, 0.0)
    return exif


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_where_and_by_what_a_picture_was_taken_is_gone(kind: str) -> None:
    data = written(a_photo(), kind, exif=with_secrets(), icc_profile=b"a profile of a device")
    assert b"SecretCam" in data
    image = opened(await kept(data))
    assert not image.getexif()
    assert set(image.info) <= {"loop", "background", "timestamp", "duration"}
    assert b"SecretCam" not in (await kept(data)).data


async def test_a_comment_in_a_png_is_gone() -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "Somebody Real")
    data = written(a_photo(), "PNG", pnginfo=info)
    assert b"Somebody Real" in data
    assert b"Somebody Real" not in (await kept(data)).data


async def test_a_picture_taken_sideways_is_turned_upright() -> None:
    image = Image.new("RGB", (200, 100), RED)
    image.paste(BLUE, (100, 0, 200, 100))
    upright = opened(await kept(written(image, "JPEG", exif=with_secrets())))
    assert upright.size == (100, 200)
    top, bottom = upright.getpixel((50, 20)), upright.getpixel((50, 180))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > top[2]
    assert bottom[2] > bottom[0]


async def test_what_lies_under_a_transparent_part_does_not_come_to_light() -> None:
    image = Image.new("RGBA", (64, 64), (*RED, 0))
    image.paste((*BLUE, 255), (0, 0, 32, 64))
    shown = opened(await kept(written(image, "PNG"))).convert("RGB")
    assert min(shown.getpixel((50, 32))) > 240  # type: ignore[type-var]


async def test_a_large_picture_is_made_smaller_and_a_small_one_left() -> None:
    large = opened(await kept(written(a_photo().resize((2400, 1200)), "JPEG")))
    assert large.size == (LONGEST_SIDE, LONGEST_SIDE // 2)
    assert opened(await kept(written(a_photo(), "PNG"))).size == (320, 240)


async def test_the_digest_is_of_the_bytes_as_they_came() -> None:
    data = written(a_photo(), "PNG")
    picture = await kept(data, "my ../proof.png")
    assert picture.digest == hashlib.sha256(data).hexdigest()
    assert (picture.name, picture.content_type) == ("proof.webp", "image/webp")


async def test_of_an_animation_the_first_picture_is_kept() -> None:
    frames = [Image.new("RGB", (80, 40), colour) for colour in (RED, BLUE)]
    data = written(frames[0], "GIF", save_all=True, append_images=frames[1:])
    image = opened(await kept(data, "a.gif"))
    assert getattr(image, "n_frames", 1) == 1
    pixel = image.convert("RGB").getpixel((40, 20))
    assert isinstance(pixel, tuple)
    assert pixel[0] > pixel[2]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
async def test_pictures_of_every_mode_are_taken(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    image = a_photo().convert("L").convert(mode) if mode == "I;16" else a_photo().convert(mode)
    assert opened(await kept(written(image, kind))).size == (320, 240)


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is large; what it holds does not come to it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(width), 9)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.mark.parametrize("side", [5_000, 10_000, 100_000])
async def test_a_picture_that_would_fill_the_memory_is_refused_unopened(side: int) -> None:
    with pytest.raises(Refusal) as refused:
        await kept(bomb(side, side))
    assert refused.value.key == "picture.too_many_pixels"


@pytest.mark.parametrize(
    "data",
    [
        b"just text",
        b"%PDF-1.7 a document",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
        written(Image.new("RGB", (64, 64)), "TIFF"),
        written(Image.new("RGB", (64, 64)), "BMP"),
    ],
)
async def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        await kept(data, "notes.txt")
    assert refused.value.key == "picture.unreadable"
    assert refused.value.values["name"] == "notes.txt"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_that_is_cut_short_is_refused(kind: str) -> None:
    data = written(a_photo(), kind)
    with pytest.raises(Refusal) as refused:
        await kept(data[: len(data) // 2])
    assert refused.value.key == "picture.unreadable"


async def test_too_many_too_large_and_empty_files_are_refused() -> None:
    small = EntryFile("a.png", "image/png", written(Image.new("RGB", (8, 8)), "PNG"))
    for files, key in (
        ([small] * (MOST_PICTURES + 1), "picture.too_many"),
        ([EntryFile("a", "b", bytes(MOST_BYTES + 1))], "picture.file_too_large"),
        ([EntryFile("a", "b", b"")], "picture.empty"),
    ):
        with pytest.raises(Refusal) as refused:
            await keep(files)
        assert refused.value.key == key
    assert len(await keep([small] * MOST_PICTURES)) == MOST_PICTURES


async def test_a_picture_that_shows_nothing_has_no_look() -> None:
    picture = await kept(written(Image.new("RGB", (300, 300), RED), "PNG"))
    assert picture.look is None
    assert picture.views == ()


async def test_a_copy_looks_alike_and_another_post_does_not() -> None:
    rng = random.Random(3)
    first = post(rng)
    smaller = first.resize((430, 930))
    copy = await kept(written(smaller.crop((0, 20, 430, 930)), "JPEG", quality=50))
    original, other = await kept(written(first, "PNG")), await kept(written(post(rng), "PNG"))
    assert original.look is not None
    assert other.look is not None
    assert original.look.startswith(original.views[0])
    assert are_alike(copy.views, original.look)
    assert not are_alike(copy.views, other.look)


async def test_a_receipts_copy_has_its_detail_and_another_of_the_layout_has_not() -> None:
    rng = random.Random(4)
    image, other = receipt(rng, regular=True), receipt(rng, regular=True)
    copies = [
        await kept(written(image.resize(size), kind, quality=50))
        for size, kind in (((360, 780), "JPEG"), ((1080, 2340), "WEBP"), ((288, 624), "PNG"))
    ]
    original, another = await kept(written(image, "PNG")), await kept(written(other, "PNG"))
    details = [detail_of(one.look or "") or b"" for one in (another, original)]
    for copy in copies:
        mine = detail_of(copy.look or "")
        assert mine is not None
        assert distance(copy.views[0], original.look or "") is not None
        assert await first_same(mine, details) == 1
        assert await first_same(mine, details[:1]) is None
        assert await first_same(mine, []) is None
