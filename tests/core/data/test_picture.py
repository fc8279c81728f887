"""A picture from outside becomes one of the data's kind, or a clear sentence."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from softmax_core.data import picture as picture_module
from softmax_core.data.picture import PreparedPicture, prepare_picture
from softmax_core.errors import InvalidPicture


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def drawn(
    mode: str = "RGB",
    size: tuple[int, int] = (300, 400),
    ground: Any = "white",
    ink: Any = "navy",
    box: tuple[int, int, int, int] = (100, 50, 200, 350),
) -> Image.Image:
    image = Image.new(mode, size, ground)
    ImageDraw.Draw(image).rectangle(box, fill=ink)
    return image


def shown(prepared: PreparedPicture) -> np.ndarray:
    image = prepared.image.numpy()
    assert image.shape == (28, 28)
    assert image.dtype == np.uint8
    return image


def assert_a_bar_in_the_middle(image: np.ndarray) -> None:
    """A bar of 100 x 300 fills the height and a third of the width."""
    assert (image[:, 10:18] > 150).all()
    assert (image[:, :8] == 0).all()
    assert (image[:, 20:] == 0).all()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_dark_on_light_becomes_light_on_dark_and_centred(kind: str) -> None:
    assert_a_bar_in_the_middle(shown(prepare_picture(encoded(drawn(), kind, quality=95))))


def test_light_on_dark_stays_so() -> None:
    image = drawn(ground="black", ink="white", box=(0, 50, 100, 350))
    assert_a_bar_in_the_middle(shown(prepare_picture(encoded(image))))


@pytest.mark.parametrize("ink", [(0, 0, 60, 255), (250, 250, 250, 255)])
def test_what_is_transparent_is_background_whatever_is_shown(ink: tuple[int, ...]) -> None:
    image = drawn("RGBA", ground=(255, 0, 0, 0), ink=ink)
    assert_a_bar_in_the_middle(shown(prepare_picture(encoded(image))))


@pytest.mark.parametrize("mode", ["L", "P", "1", "CMYK", "LA"])
def test_every_kind_of_colours_is_read(mode: str) -> None:
    image = drawn(ink="black").convert(mode)
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert_a_bar_in_the_middle(shown(prepare_picture(encoded(image, kind))))


def test_sixteen_bits_are_scaled_not_cut_off() -> None:
    deep = np.full((400, 300), 60_000, dtype=np.uint16)
    deep[50:350, 100:200] = 20_000
    image = shown(prepare_picture(encoded(Image.fromarray(deep))))
    assert image.max() == pytest.approx(255 * (1 - 20 / 60), abs=2)
    assert (image[:, :8] == 0).all()


def test_a_wide_picture_keeps_its_proportions() -> None:
    image = shown(prepare_picture(encoded(drawn(box=(0, 190, 299, 219)))))
    rows = np.flatnonzero(image.max(axis=1) > 100)
    assert 2 <= len(rows) <= 4
    assert abs(rows.mean() - 13.5) <= 0.5
    assert (image[rows].min(axis=0) > 0).all()


def test_the_photographs_orientation_is_obeyed() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    lying = drawn(size=(400, 300), box=(50, 100, 350, 200))
    assert_a_bar_in_the_middle(shown(prepare_picture(encoded(lying, "JPEG", exif=exif))))


def test_a_grey_photographs_background_becomes_black() -> None:
    image = shown(prepare_picture(encoded(drawn(ground=(200, 200, 200), ink=(60, 60, 60)))))
    assert image[0, 0] == 0
    assert image[14, 14] == pytest.approx(255 * (1 - 60 / 200), abs=2)


def test_neither_noise_nor_light_from_one_side_is_taken_for_something_shown() -> None:
    rng = np.random.default_rng(0)
    photograph = np.asarray(drawn(ground=(205, 200, 190)), dtype=float)
    photograph += 30 * np.linspace(-0.5, 0.5, 400)[:, None, None]
    photograph += rng.normal(0, 4, photograph.shape)
    image = Image.fromarray(np.clip(photograph, 0, 255).astype(np.uint8))
    assert_a_bar_in_the_middle(shown(prepare_picture(encoded(image))))


def test_a_pattern_that_fills_the_frame_is_shown_whole() -> None:
    rng = np.random.default_rng(0)
    pattern = rng.integers(0, 2, (28, 28), dtype=np.uint8) * 200
    image = shown(prepare_picture(encoded(Image.fromarray(pattern))))
    assert (image > 100).mean() > 0.4


def test_one_of_the_data_sets_own_pictures_comes_back_almost_as_it_is() -> None:
    rng = np.random.default_rng(0)
    boot = np.zeros((28, 28), dtype=np.uint8)
    boot[0:28, 6:20] = rng.integers(120, 200, (28, 14))
    image = shown(prepare_picture(encoded(Image.fromarray(boot))))
    block = image[:, 7:21]
    assert np.corrcoef(block.ravel(), boot[:, 6:20].ravel())[0, 1] > 0.9


def test_the_stages_tell_the_way() -> None:
    prepared = prepare_picture(encoded(drawn()))
    assert [stage.name for stage in prepared.stages] == [
        "opened",
        "trimmed",
        "light_on_dark",
        "final",
    ]
    assert prepared.stages[0].pixels.shape == (400, 300, 3)
    assert prepared.stages[1].pixels.shape == (301, 101, 3)
    np.testing.assert_array_equal(prepared.stages[-1].pixels, prepared.image.numpy())


def test_a_large_photograph_is_read() -> None:
    image = drawn(size=(6000, 4000), box=(1000, 500, 2000, 3500))
    assert_a_bar_in_the_middle(shown(prepare_picture(encoded(image, "JPEG"))))


def refused(content: bytes) -> InvalidPicture:
    with pytest.raises(InvalidPicture) as caught:
        prepare_picture(content)
    return caught.value


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x89PNG\r\n\x1a\n",
        encoded(drawn())[:200],
        encoded(drawn(), "JPEG")[:300],
        encoded(drawn(), "WEBP")[:100],
        encoded(drawn(), "GIF"),
        encoded(drawn(), "BMP"),
    ],
)
def test_what_is_no_picture_is_said_so(content: bytes) -> None:
    assert refused(content).problem == "not_a_picture"


def test_damaged_files_are_refused_whatever_is_damaged() -> None:
    whole = bytearray(encoded(drawn(size=(40, 40), box=(5, 5, 30, 30))))
    rng = np.random.default_rng(0)
    for _ in range(300):
        damaged = whole.copy()
        for position in rng.integers(0, len(whole), 4):
            damaged[position] = rng.integers(0, 256)
        try:
            prepare_picture(bytes(damaged))
        except InvalidPicture:
            continue  # any other error would fail the test


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def test_a_decompression_bomb_is_refused_before_it_is_decoded() -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(9)))
    error = refused(bomb)
    assert (error.problem, error.value) == ("too_many_pixels", "3,600,000,000")


def test_too_many_pixels_are_told_with_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_module, "MOST_PIXELS", 100_000)
    error = refused(encoded(drawn()))
    assert (error.problem, error.value) == ("too_many_pixels", "300 × 400")
    assert "300 × 400" in str(error)
    monkeypatch.setattr(picture_module, "MOST_PIXELS", 300 * 400)
    assert prepare_picture(encoded(drawn())).image.any()


def test_too_many_bytes_are_told_with_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_module, "MOST_BYTES", 1024 * 1024)
    error = refused(b"x" * (3 * 1024 * 1024 // 2))
    assert (error.problem, error.value, error.limit) == ("too_many_bytes", "1.5", "1")
    monkeypatch.setattr(picture_module, "MOST_BYTES", len(encoded(drawn())))
    assert prepare_picture(encoded(drawn())).image.any()


def test_a_picture_of_nothing_is_said_so() -> None:
    assert refused(encoded(Image.new("RGB", (50, 50), "red"))).problem == "nothing_in_it"
    assert refused(encoded(Image.new("RGBA", (50, 50), (0, 0, 0, 0)))).problem == "nothing_in_it"
