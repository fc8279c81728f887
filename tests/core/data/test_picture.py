"""A picture from outside becomes one of the data's kind, or a clear sentence."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from softmax_core.data import load_fashion_mnist, picture_decoder, picture_opening
from softmax_core.data.picture import PreparedPicture, StepName, prepare_picture
from softmax_core.data.picture_decoder import Refused, decode
from softmax_core.data.picture_opening import OpenedPicture, open_picture
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
    assert prepared.steps == {"margin": True, "invert": True, "sharpen": True}
    assert not prepared.is_outline


def test_a_large_photograph_is_read() -> None:
    image = drawn(size=(6000, 4000), box=(1000, 500, 2000, 3500))
    assert_a_bar_in_the_middle(shown(prepare_picture(encoded(image, "JPEG"))))


def refused(content: bytes) -> InvalidPicture:
    with pytest.raises(InvalidPicture) as caught:
        open_picture(content)
    return caught.value


@pytest.mark.parametrize(
    ("content", "problem", "kind"),
    [
        (b"", "empty", ""),
        (b"hello", "not_a_picture", ""),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "another_kind", "SVG"),
        (b"%PDF-1.7", "another_kind", "PDF"),
        (b"<!DOCTYPE html><html><svg/></html>", "another_kind", "web page"),
        (b"\0\0\0\x18ftypmp42", "another_kind", "video"),
        (b"PK\3\4" + bytes(26) + b"word/document.xml", "another_kind", "Word, Excel or PowerPoint"),
        (b"\x89PNG\r\n\x1a\n", "damaged", "PNG"),
        (encoded(drawn())[:200], "damaged", "PNG"),
        (encoded(drawn(), "JPEG")[:300], "damaged", "JPEG"),
        (encoded(drawn(), "WEBP")[:100], "damaged", "WebP"),
    ],
)
def test_what_is_no_sound_picture_is_called_by_its_name(
    content: bytes, problem: str, kind: str
) -> None:
    error = refused(content)
    assert (error.problem, error.value) == (problem, kind)


def test_damaged_files_are_refused_whatever_is_damaged() -> None:
    whole = bytearray(encoded(drawn(size=(40, 40), box=(5, 5, 30, 30))))
    rng = np.random.default_rng(0)
    for _ in range(300):
        damaged = whole.copy()
        for position in rng.integers(0, len(whole), 4):
            damaged[position] = rng.integers(0, 256)
        try:
            decode(bytes(damaged))
        except Refused:
            continue  # any other error would fail the test


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, bits: int, between: bytes = b"") -> bytes:
    """A grey PNG of one colour, made without making the picture."""
    header = struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)
    row, packed = bytes(1 + width * bits // 8), zlib.compressobj(9)
    body = b"".join(packed.compress(row) for _ in range(height)) + packed.flush()
    parts = chunk(b"IHDR", header) + between + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def in_one_process(content: bytes, tmp_path: Path) -> tuple[dict[str, Any], float]:
    """What the decoder answers, and the most megabytes that it took."""
    (tmp_path / "file").write_bytes(len(content).to_bytes(8, "big") + content)
    program = (
        "import resource, subprocess, sys\n"
        "with open(sys.argv[2], 'rb') as file:\n"
        "    done = subprocess.run([sys.executable, '-P', sys.argv[1]], stdin=file, stdout=-1)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
        "print(done.stdout.partition(b'\\n')[0].decode())\n"
    )
    command = [sys.executable, "-c", program, picture_decoder.__file__, str(tmp_path / "file")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    peak, answer = done.stdout.splitlines()
    return json.loads(answer), int(peak) / 1024


def test_sixteen_bits_of_forty_million_pixels_are_shrunk_before_they_are_widened(
    tmp_path: Path,
) -> None:
    bomb = png(8000, 5000, 16)
    assert len(bomb) < 100_000
    answer, megabytes = in_one_process(bomb, tmp_path)
    assert max(answer["pixels"]) == 1024
    assert megabytes < 250


def test_what_lies_about_its_size_ends_at_the_limit_of_memory(tmp_path: Path) -> None:
    inside = png(60_000, 15_000, 8)
    head = struct.pack("<HHHBBBBHHII", 0, 1, 1, 16, 16, 0, 0, 1, 32, len(inside), 22)
    answer, megabytes = in_one_process(head + inside, tmp_path)
    assert answer["refused"] == ["too_costly"]
    assert megabytes < 800


def test_a_progressive_jpeg_of_too_many_scans_is_refused_undecoded() -> None:
    sound = encoded(drawn(), "JPEG", progressive=True)
    last, end = sound.rindex(b"\xff\xda"), sound.rindex(b"\xff\xd9")
    scan = sound[last:end]
    assert open_picture(sound[:last] + 20 * scan + sound[end:]).size == (300, 400)
    assert refused(sound[:last] + 400 * scan + sound[end:]).problem == "too_costly"
    # What a camera writes beside the picture is not counted: a preview, a film after its end.
    preview = b"\xff\xe1" + struct.pack(">H", 2 + 200) + 100 * b"\xff\xda"
    assert open_picture(sound[:2] + preview + sound[2:] + 400 * scan).size == (300, 400)


def test_a_photograph_of_48_million_pixels_is_decoded_at_an_eighth_of_its_size(
    tmp_path: Path,
) -> None:
    photograph = encoded(drawn("L", (8064, 6048), 255, 0, (3000, 1000, 5000, 5000)), "JPEG")
    answer, megabytes = in_one_process(photograph, tmp_path)
    assert (answer["size"], answer["pixels"]) == ([8064, 6048], [1024, 768])
    assert megabytes < 120


def test_a_large_text_or_profile_beside_the_pixels_refuses_no_picture() -> None:
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(100_000_000), 9))
    noise = np.random.default_rng(0).bytes(3_000_000)
    profile = chunk(b"iCCP", b"P3\0\0" + zlib.compress(noise))
    assert open_picture(png(40, 30, 8, text + profile)).size == (40, 30)


@pytest.mark.parametrize(
    "kind",
    ["GIF", "BMP", "TIFF", "AVIF", "JPEG2000", "ICO", "PPM", "TGA", "QOI", "PCX", "DDS", "SGI"],
)
def test_every_kind_that_pillow_reads_is_opened(kind: str) -> None:
    image = drawn(size=(150, 200), box=(50, 25, 100, 175))
    decoded = decode(encoded(image, kind))
    assert decoded.format == kind
    if kind != "ICO":  # an icon is square
        assert_a_bar_in_the_middle(shown(prepare_picture(opened_from(decoded.pixels))))


def test_a_phones_photograph_is_opened() -> None:
    content = (Path(__file__).parent / "phone.heic").read_bytes()
    opened = open_picture(content)
    assert (opened.format, opened.size) == ("HEIF", (150, 200))
    assert_a_bar_in_the_middle(shown(prepare_picture(opened)))


def test_of_an_animation_the_first_picture_is_taken_and_said_so() -> None:
    second = drawn(box=(0, 0, 50, 50))
    for kind in ("GIF", "WEBP", "PNG", "TIFF"):
        content = encoded(drawn(), kind, save_all=True, append_images=[second])
        decoded = decode(content)
        assert decoded.is_first_of_several, kind
        assert_a_bar_in_the_middle(shown(prepare_picture(opened_from(decoded.pixels))))
        assert not decode(encoded(drawn(), kind)).is_first_of_several


def opened_from(image: Image.Image) -> OpenedPicture:
    pixels = np.asarray(image.convert("RGBA" if image.has_transparency_data else "RGB"))
    return OpenedPicture(pixels, "PNG", image.size)


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(9)))
    error = refused(bomb)
    assert (error.problem, error.value) == ("too_many_pixels", "60000 × 60000")
    assert "60000 × 60000" in str(error)


def test_too_many_bytes_are_told_with_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_opening, "MOST_BYTES", 1024 * 1024)
    error = refused(b"x" * (3 * 1024 * 1024 // 2))
    assert (error.problem, error.value, error.limit) == ("too_many_bytes", "1.5", "1")
    monkeypatch.setattr(picture_opening, "MOST_BYTES", len(encoded(drawn())))
    assert open_picture(encoded(drawn())).size == (300, 400)


def test_one_picture_is_decoded_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_opening, "_PATIENCE", 0.01)
    with picture_opening._one_at_a_time:
        assert refused(encoded(drawn())).problem == "busy"


@pytest.mark.parametrize(("mode", "colour"), [("RGB", "red"), ("RGBA", (0, 0, 0, 0))])
def test_a_picture_of_nothing_is_said_so(mode: str, colour: Any) -> None:
    with pytest.raises(InvalidPicture) as caught:
        prepare_picture(opened_from(Image.new(mode, (50, 50), colour)))
    assert caught.value.problem == "nothing_in_it"


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    return load_fashion_mnist(download=False).test.images[:2000].numpy()


def test_the_datas_own_pictures_are_taken_as_they_are(pictures: np.ndarray) -> None:
    for pixels in pictures:
        prepared = prepare_picture(opened_from(Image.fromarray(pixels)))
        np.testing.assert_array_equal(prepared.image, pixels)
        assert prepared.is_as_it_was
    content = encoded(Image.fromarray(pictures[0]))
    np.testing.assert_array_equal(prepare_picture(content).image, pictures[0])


@pytest.mark.parametrize("side", [8, 28, 64])
def test_a_picture_of_the_chosen_side_is_taken_as_it_is(side: int, pictures: np.ndarray) -> None:
    image = Image.fromarray(pictures[5]).resize((side, side), Image.Resampling.BOX)
    prepared = prepare_picture(opened_from(image), side)
    np.testing.assert_array_equal(prepared.image, np.asarray(image))
    turned = prepare_picture(opened_from(image.point(lambda value: 255 - value)), side)
    np.testing.assert_array_equal(turned.image, np.asarray(image))
    assert turned.steps["invert"]


@pytest.mark.parametrize("way", ["NEAREST", "BILINEAR", "BICUBIC", "LANCZOS"])
@pytest.mark.parametrize(("kind", "least"), [("PNG", 0.98), ("JPEG", 0.95)])
def test_an_enlarged_picture_of_the_data_keeps_its_prediction(
    way: str, kind: str, least: float, pictures: np.ndarray
) -> None:
    split = load_fashion_mnist(download=False).train
    flat = split.images[:5000].reshape(5000, -1).float()
    means = torch.stack([flat[split.labels[:5000] == k].mean(dim=0) for k in range(10)])

    def predicted(images: torch.Tensor) -> torch.Tensor:  # the class whose mean is nearest
        return torch.cdist(images.reshape(len(images), -1).float(), means).argmin(dim=1)

    some = pictures[:100]
    enlarged = [Image.fromarray(p).resize((280, 280), Image.Resampling[way]) for p in some]
    read = [decode(encoded(image, kind, quality=90)).pixels for image in enlarged]
    images = torch.stack([prepare_picture(opened_from(image)).image for image in read])
    same = predicted(images) == predicted(torch.from_numpy(some))
    assert float(same.float().mean()) >= least


def outline(width: int, ink: Any, ground: Any = "white") -> Image.Image:
    image = Image.new("RGB", (1500, 2000), ground)
    shirt = [(200, 400), (600, 300), (900, 300), (1300, 400), (1300, 1700), (200, 1700)]
    ImageDraw.Draw(image).line([*shirt, shirt[0]], fill=ink, width=width)
    return image


@pytest.mark.parametrize(("width", "ink"), [(8, "black"), (3, (110, 110, 110)), (60, "black")])
def test_lines_survive_the_reduction(width: int, ink: Any) -> None:
    prepared = prepare_picture(encoded(outline(width, ink)))
    assert prepared.is_outline
    image = shown(prepared)
    drawn_rows = (image.max(axis=1) > 150).sum()
    assert drawn_rows == 28, "no row in which the line is lost"
    assert (image[4:-4, 10:18] < 60).all(), "and nothing is drawn between the lines"


def test_lines_are_left_thin_if_a_person_wants_them_so() -> None:
    content = encoded(outline(8, "black"))
    assert prepare_picture(content).steps["thicken"]
    thin = prepare_picture(content, asked={"thicken": False})
    assert not thin.steps["thicken"]
    assert shown(thin).max() < 150


def test_filled_clothes_are_no_outline(pictures: np.ndarray) -> None:
    assert not prepare_picture(encoded(drawn())).is_outline
    for pixels in pictures[:200]:
        large = Image.fromarray(pixels).resize((280, 280), Image.Resampling.NEAREST)
        assert not prepare_picture(opened_from(large)).is_outline


@pytest.mark.parametrize("frame", [(100, 100, 100, 100), (0, 300, 0, 300), (4, 4, 4, 4)])
def test_a_white_photograph_is_not_inverted_by_its_black_frame(
    frame: tuple[int, int, int, int],
) -> None:
    left, top, right, bottom = frame
    framed = Image.new("RGB", (300 + left + right, 400 + top + bottom), "black")
    framed.paste(drawn(), (left, top))
    prepared = prepare_picture(encoded(framed, "JPEG"))
    assert prepared.steps["frame"]
    assert prepared.steps["invert"]
    image = shown(prepared)
    assert (image[1:-1, 10:18] > 150).all()
    assert (image[:, :8] < 20).all()


@pytest.mark.parametrize("name", ["margin", "invert", "sharpen"])
def test_each_step_can_be_undone_by_itself(name: StepName) -> None:
    disc = Image.new("RGB", (300, 400), "white")
    ImageDraw.Draw(disc).ellipse((100, 150, 200, 300), fill=(90, 90, 90))
    content = encoded(disc)
    by_itself, undone = prepare_picture(content), prepare_picture(content, asked={name: False})
    assert by_itself.steps[name]
    assert dict(undone.steps) == {**by_itself.steps, name: False}
    assert not torch.equal(undone.image, by_itself.image)


def test_a_picture_as_it_is_can_be_turned_and_turned_back() -> None:
    pixels = np.zeros((28, 28), dtype=np.uint8)
    pixels[4:24, 8:20] = 200
    opened = opened_from(Image.fromarray(pixels))
    np.testing.assert_array_equal(
        prepare_picture(opened, asked={"invert": True}).image, 255 - pixels
    )
    trimmed = prepare_picture(opened, asked={"margin": True})
    assert (trimmed.image.numpy()[:, 8:20] > 150).all()


@pytest.mark.parametrize("pause", [0.0, 0.02], ids=["in haste", "by one who takes time"])
def test_files_of_a_set_are_opened_in_their_order_also_after_one_that_ends_the_decoder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pause: float
) -> None:
    """A decoder that ends itself at one of the files stands for one that its limits end."""
    ending = tmp_path / "decoder.py"
    ending.write_text(
        "import os, sys\n"
        f"sys.path.insert(0, {str(Path(picture_decoder.__file__).parent)!r})\n"
        "import picture_decoder as real\n"
        "decode = real.decode\n"
        "real.decode = lambda content: os._exit(9) if b'end it' in content else decode(content)\n"
        "real.main()\n"
    )
    monkeypatch.setattr(picture_decoder, "__file__", str(ending))
    colours = [(k, 255 - k, 0) for k in range(60)]
    files = [encoded(Image.new("RGB", (8, 8), colour)) for colour in colours]
    files[30] = encoded(Image.effect_noise((300, 300), 90))  # more than a pipe holds
    files[7] = files[41] = b"end it"
    files[0] = files[20] = b""
    files[21] = b"no picture"
    with picture_opening.opening_many() as decoder:
        found = []
        for each in decoder.open_each(iter(files)):
            found.append(each)
            time.sleep(pause)  # the decoder has ended at a later file before the next is asked for
    assert len(found) == 60
    problems = {k: each.problem for k, each in enumerate(found) if isinstance(each, InvalidPicture)}
    assert problems == {
        0: "empty", 7: "too_costly", 20: "empty", 21: "not_a_picture", 41: "too_costly"
    }  # fmt: skip
    for k, each in enumerate(found):
        if isinstance(each, OpenedPicture) and k != 30:
            assert each.pixels[0, 0].tolist() == list(colours[k])
