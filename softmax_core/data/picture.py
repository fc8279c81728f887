"""Pictures from outside, converted in the same way as the pictures of the data set.

Fashion-MNIST's pictures come from product photographs: trimmed, the longest edge made 28 pixels,
sharpened, centred, negated so that clothes are light on black, and made grey. A picture that is of
the data's own kind already is left as it is, or only made smaller. What is done is decided from the
picture, told step by step, and a person can ask for any step to be made or left out.

Source: Xiao, Rasul and Vollgraf (2017), Fashion-MNIST, section 2, arXiv 1708.07747.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Literal, TypeVar

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image, ImageFilter

from softmax_core.data.picture_opening import OpenedPicture, open_picture
from softmax_core.errors import InvalidPicture

StepName = Literal["frame", "margin", "invert", "thicken", "sharpen"]
Asked = Mapping[StepName, bool]

STEPS: Final[tuple[StepName, ...]] = ("frame", "margin", "invert", "thicken", "sharpen")
"""What may be done before a picture is reduced, and after (sharpen), in this order."""

_AUTOMATIC: Final[Asked] = MappingProxyType({})
_CLOSE: Final = 0.05  # of the full range, as in the paper: what counts as background
_FAR: Final = 0.25  # what differs this much is foreground, however noisy the edge
_SPREADS: Final = 3.0
_FULL: Final = 0.95  # of the side: what reaches this far needs no trimming
_FULL_IN_DATA: Final = 0.8  # Fashion-MNIST's own reach 23 of 28 pixels, faint ones left out
_CLEAR: Final = 0.2  # of the edge: so much is black in all of Fashion-MNIST's pictures
_FILLED: Final = 0.85  # of each side of a rectangle: what is in a frame reaches its edges
_LEAST_SHOWN: Final = 0.002  # of what a frame surrounds: less is noise, and the frame a thing
_MOST_COVERED: Final = 0.35  # of the frame: filled clothes cover more
_FINE: Final = 8  # pixels of the picture in which lines are measured, for one of the result
_STROKE: Final = 0.075  # of the longest edge: what is drawn with wider strokes is no outline
_SUBPIXEL: Final = 6  # fine pixels: nothing in an enlarged picture of the data is as thin
_THICK: Final = 12  # fine pixels: lines of a pixel and a half, so that one is always full

Bytes = npt.NDArray[np.uint8]
Brightness = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Number = TypeVar("Number", bound=np.number)


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """An intermediate picture: the name of the step, and uint8 (height, width) or (…, 3)."""

    name: Literal["opened", "trimmed", "light_on_dark", "final"]
    pixels: Bytes


@dataclass(frozen=True, slots=True, eq=False)
class PreparedPicture:
    """A picture in the form that the model expects.

    Attributes:
        image: uint8 (side, side), light on dark.
        stages: the pictures from the file to the image, which is the last one.
        steps: whether each step that can be made or left out was made, in their order.
        is_outline: whether it is drawn in lines, with nothing between them.
    """

    image: torch.Tensor
    stages: tuple[Stage, ...]
    steps: Asked
    is_outline: bool

    @property
    def is_as_it_was(self) -> bool:
        """Whether the file's own pixels are the image."""
        return len(self.stages) == 1


def prepare_picture(
    content: bytes | OpenedPicture, side: int = 28, *, asked: Asked = _AUTOMATIC
) -> PreparedPicture:
    """Convert a picture to one like those of the data set.

    Args:
        content: a picture file of any kind and size that `open_picture` takes, or what it returned.
        side: height and width of the result in pixels.
        asked: the steps that are to be made (True) or left out (False) whatever the picture is
            like. A step that does not apply is not made: a frame that is not there, thicker lines
            where there are none.

    Returns:
        The picture and the steps that led to it. One of side x side grey pixels, light on dark, is
        returned as it is.

    Raises:
        InvalidPicture: as `open_picture`, or only one colour.

    Source:
        Xiao, Rasul and Vollgraf (2017), section 2. Their subsampling is replaced by averaging,
        which gives the same for their photographs and preserves thin lines better.
    """
    opened = content if isinstance(content, OpenedPicture) else open_picture(content)
    colours = _over_background(opened.pixels)
    stages = [Stage("opened", colours)]
    steps: dict[StepName, bool] = {}
    is_exact = colours.shape[:2] == (side, side)
    inside = None if is_exact else _inside_of_frame(colours)
    if inside is not None and _made("frame", True, steps, asked):
        colours = colours[inside]
    ground = _ground(colours)
    plan = _plan(colours, ground, is_exact)
    box = ground.box
    if ground.shown[box].size < ground.shown.size and _made("margin", plan.margin, steps, asked):
        colours, ground = colours[box], replace(ground, shown=ground.shown[box])
    if colours.size < stages[0].pixels.size:
        stages.append(Stage("trimmed", colours))
    inverted = _made("invert", plan.invert, steps, asked)
    grey = _grey(colours)
    # Turned against the plan, the background is not what was taken for it.
    plain = plan.is_of_data or inverted != plan.invert
    light = _grounded(grey, ground, inverted, plain)
    is_unchanged = np.array_equal(np.broadcast_to(light[..., None], colours.shape), colours)
    if is_exact and is_unchanged:
        stages.clear()
    elif not is_unchanged:
        stages.append(Stage("light_on_dark", light))
    drawn, width = _lines(light, side, thinner_than=_SUBPIXEL if plan.is_of_data else None)
    if drawn is not None and width < _THICK and _made("thicken", True, steps, asked):
        light = _thickened(drawn, _THICK - width)
    if max(light.shape) > side:
        _made("sharpen", not plan.is_of_data and drawn is None, steps, asked)
    is_sampled = plan.is_of_data and drawn is None and light.shape[0] == light.shape[1]
    small = _sampled(light, side) if is_sampled else _resized(light, side)
    final = _centred(small, side, sharpen=steps.get("sharpen", False))
    stages.append(Stage("final", final))
    return PreparedPicture(
        torch.from_numpy(final.copy()), tuple(stages), MappingProxyType(steps), drawn is not None
    )


@dataclass(frozen=True, slots=True)
class Looks:
    """What the pictures of a whole set are like, and so what is done to each of them.

    Attributes:
        margin: whether each is trimmed to what it shows.
        invert: whether they are dark on light, and so negated.
        is_of_data: whether their background stays as it is; else it is made black.
        thicken: whether they are drawn in lines, which are made thicker.
    """

    margin: bool
    invert: bool
    is_of_data: bool
    thicken: bool


def looks_of(opened: OpenedPicture, side: int) -> Looks:
    """Tell what one picture is like.

    Args:
        opened: the picture.
        side: height and width of the result in pixels.

    Returns:
        What `prepare_picture` would do to it by itself.

    Raises:
        InvalidPicture: only one colour.
    """
    colours = _over_background(opened.pixels)
    ground = _ground(colours)
    plan = _plan(colours, ground, colours.shape[:2] == (side, side))
    light = _grounded(_grey(colours), ground, plan.invert, plan.is_of_data)
    if plan.margin:
        light = light[ground.box]
    drawn, width = _lines(light, side, thinner_than=_SUBPIXEL if plan.is_of_data else None)
    return Looks(plan.margin, plan.invert, plan.is_of_data, drawn is not None and width < _THICK)


def reduced(opened: OpenedPicture, side: int, looks: Looks) -> Bytes:
    """Convert a picture of a set, in the way that was decided for all of them.

    Args:
        opened: the picture.
        side: height and width of the result in pixels.
        looks: what is done.

    Returns:
        uint8 (side, side), light on dark.

    Raises:
        InvalidPicture: only one colour.
    """
    colours = _over_background(opened.pixels)
    if looks.is_of_data and not looks.margin and colours.min() < colours.max():
        light = _plainly(_grey(colours), looks.invert)
    else:
        ground = _ground(colours)
        if looks.margin:
            colours, ground = colours[ground.box], replace(ground, shown=ground.shown[ground.box])
        light = _grounded(_grey(colours), ground, looks.invert, looks.is_of_data)
    if light.shape == (side, side):
        return light
    is_smaller = max(light.shape) > side
    if looks.thicken and is_smaller:
        drawn, width = _lines(light, side, thinner_than=None)
        if drawn is not None and width < _THICK:
            light = _thickened(drawn, _THICK - width)
    is_square = light.shape[0] == light.shape[1]
    is_sampled = looks.is_of_data and not looks.thicken and is_square
    small = _sampled(light, side) if is_sampled else _resized(light, side)
    return _centred(small, side, sharpen=is_smaller and not (looks.is_of_data or looks.thicken))


def _grounded(grey: Brightness, ground: _Ground, inverted: bool, plain: bool) -> Bytes:
    return _plainly(grey, inverted) if plain else _on_black(grey, ground, inverted)


def _made(name: StepName, by_itself: bool, steps: dict[StepName, bool], asked: Asked) -> bool:
    """Note and return whether a step that can be made here is made."""
    steps[name] = asked.get(name, by_itself)
    return steps[name]


def _over_background(pixels: Bytes) -> Bytes:
    """Put a transparent picture on white, or on black if what it shows is light."""
    if pixels.shape[2] == 3:
        return pixels
    colour, opacity = pixels[..., :3], pixels[..., 3:].astype(np.float32) / 255
    weight = opacity.sum()
    shown = float((_grey(colour) * opacity[..., 0]).sum() / weight) if weight else 0.0
    behind = 0 if shown > 127.5 else 255
    return _as_bytes(colour * opacity + behind * (1 - opacity))


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """The background.

    Attributes:
        colour: (3,).
        shown: where it is not, (height, width).
        box: the rows and columns in which clearly something is shown.
    """

    colour: Brightness
    shown: Mask
    box: tuple[slice, slice]


def _ground(colours: Bytes) -> _Ground:
    """Tell the background from what is shown.

    Its colour is the median of the edge, so that an object touching the edge has no effect. The
    tolerance grows with the spread of the edge, from noise or light from one side.

    Raises:
        InvalidPicture: there is only background.
    """
    median, spread = _middle_and_spread(_edge(colours))
    tolerance = 255 * min(max(_CLOSE, _SPREADS * spread / 255), _FAR)
    distance = np.abs(colours - median).max(axis=2)
    shown = distance > tolerance
    if not shown.any():
        raise InvalidPicture(
            "nothing_in_it",
            "The picture has one colour all over. Choose one that shows something.",
        )
    # A tenth, because a JPEG file is wavy around what differs much.
    return _Ground(median, shown, _box(distance > max(tolerance, distance.max() / 10)))


def _edge(pixels: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """Return the outermost pixels, (n, …)."""
    return np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])


def _middle_and_spread(colours: Bytes) -> tuple[Brightness, float]:
    median: Brightness = _middle(colours).astype(np.float32)
    return median, float(_middle(np.abs(colours - median).max(axis=1)))


def _middle(values: Bytes | Brightness) -> npt.NDArray[np.floating]:
    """Return the median along the first axis; numpy's own takes several times as long for few."""
    low, high = (len(values) - 1) // 2, len(values) // 2
    ranked = np.partition(values, (low, high), axis=0)
    middle: npt.NDArray[np.floating] = ranked[low] / 2 + ranked[high] / 2
    return middle


def _box(shown: Mask) -> tuple[slice, slice]:
    """Return the rows and columns that contain something."""
    rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a picture needs by itself: trimming, negation, or as one of the data's own neither."""

    margin: bool
    invert: bool
    is_of_data: bool


def _plan(colours: Bytes, ground: _Ground, is_exact: bool) -> _Plan:
    """Decide from the edge, the shape and the reach of what is shown.

    A picture of the data's own kind is square and grey, clearly black (or white) at the edge, and
    what it shows reaches from side to side. Of its own background nothing is taken away.
    """
    height, width = ground.shown.shape
    rows, columns = ground.box
    is_square = abs(height - width) <= max(height, width) / 50
    reach = max(rows.stop - rows.start, columns.stop - columns.start) / max(height, width)
    grey = _grey(colours)
    edge = _edge(grey)
    dark, light = float((edge < 48).mean()), float((edge > 207).mean())
    if max(dark, light) >= _CLEAR and dark != light:
        invert = light > dark
        full = _FULL if invert else _FULL_IN_DATA
        if is_exact or (is_square and not _has_colours(colours) and reach >= full):
            return _Plan(margin=False, invert=invert, is_of_data=True)
    invert = float(grey[ground.shown].mean()) < float(_grey(ground.colour))
    return _Plan(not (is_exact or (is_square and reach >= _FULL)), invert, is_of_data=False)


def _has_colours(colours: Bytes) -> bool:
    """Tell whether more than one pixel in a hundred has a colour."""
    return float((np.ptp(colours, axis=2) > 24).mean()) > 0.01


def _inside_of_frame(colours: Bytes) -> tuple[slice, slice] | None:
    """Return what a frame or bars surround, or None.

    A frame is of one colour, what it surrounds is a rectangle with a background of its own, of
    another colour, in which something is shown.
    """
    try:
        outer = _ground(colours)
        differs = np.abs(colours - outer.colour).max(axis=2) > 255 * _FAR
        if not differs.any():
            return None
        rows, columns = _box(differs)
        shown = differs[rows, columns]
        sides = (shown[0], shown[-1], shown[:, 0], shown[:, -1])
        is_rectangle = shown.size < outer.shown.size and min(map(np.mean, sides)) > _FILLED
        depth = min(shown.shape) // 25
        if not is_rectangle or depth < 1:
            return None
        # Twice, so that a drawn line is not taken for the background of what it encloses.
        for inset in (depth // 2 + 1, depth + 1):
            inner = colours[rows, columns][inset:-inset, inset:-inset]
            ground = _ground(inner)
            is_like = np.abs(_edge(inner) - ground.colour).max(axis=1) <= 255 * _FAR
            if is_like.mean() < 0.5 or np.abs(ground.colour - outer.colour).max() < 255 * _FAR:
                return None
            distance = np.abs(inner - ground.colour).max(axis=2)
            if (distance > 255 * 2 * _CLOSE).mean() < _LEAST_SHOWN:
                return None
    except InvalidPicture:
        return None
    edge = 1 if shown.size < 0.999 * outer.shown.size else 0
    return (
        slice(rows.start + edge, rows.stop - edge),
        slice(columns.start + edge, columns.stop - edge),
    )


def _grey(colours: Bytes | Brightness) -> Brightness:
    """Compute the luminance of red, green and blue by Rec. 601."""
    return colours.astype(np.float32, copy=False) @ np.array([0.299, 0.587, 0.114], np.float32)


def _plainly(grey: Brightness, inverted: bool) -> Bytes:
    return _as_bytes(255 - grey if inverted else grey)


def _on_black(grey: Brightness, ground: _Ground, inverted: bool) -> Bytes:
    """Make the background 0, and the most distant possible grey 255."""
    level = float(_grey(ground.colour))
    room = level if inverted else 255 - level
    distance = level - grey if inverted else grey - level
    return _as_bytes(255 * distance / max(room, 1) * ground.shown)


def _lines(light: Bytes, side: int, thinner_than: float | None) -> tuple[Bytes | None, float]:
    """Return a picture that is drawn in lines, in fine pixels, and their width; else None.

    Lines are what little is covered by, and what is gone when a little is taken off at each edge.
    """
    fine = _resized(light, _FINE * side)
    drawn = fine > max(fine.max() // 4, 12)
    widest = _STROKE * max(fine.shape) if thinner_than is None else thinner_than
    if drawn.mean() > _MOST_COVERED or max(light.shape) <= side:
        return None, 0.0
    mask, left = Image.fromarray(np.pad(drawn.astype(np.uint8) * 255, 1)), drawn.sum()
    for taken_off in range(1, int(widest) // 2 + 1):
        mask = mask.filter(ImageFilter.MinFilter(3))
        if np.count_nonzero(np.asarray(mask)) < 0.1 * left:
            return fine, 2.0 * taken_off - 1
    return None, 0.0


def _thickened(fine: Bytes, missing: float) -> Bytes:
    """Make lines wider by so many fine pixels and as light as can be."""
    lines = fine[fine > max(fine.max() // 4, 12)]
    light = _as_bytes(fine * (255 / np.percentile(lines, 75)))
    picture = Image.fromarray(np.pad(light, _THICK))
    for _ in range(round(missing / 2)):
        picture = picture.filter(ImageFilter.MaxFilter(3))
    wide = np.asarray(picture)
    return wide[_box(wide > 0)]


def _resized(pixels: Bytes, longest: int) -> Bytes:
    """Scale the longest edge to a length by averaging."""
    height, width = pixels.shape
    scale = longest / max(height, width)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BOX))


def _sampled(pixels: Bytes, side: int) -> Bytes:
    """Take the pixels at the centres of side x side cells, interpolated.

    This gives back a picture that was enlarged, which averaging would blur.
    """
    scale = pixels.shape[0] / side
    small = Image.fromarray(pixels).transform(
        (side, side),
        Image.Transform.AFFINE,
        (scale, 0, 0, 0, scale, 0),
        resample=Image.Resampling.BILINEAR,
    )
    return np.asarray(small)


def _centred(pixels: Bytes, side: int, *, sharpen: bool) -> Bytes:
    """Sharpen, and centre on side x side black pixels."""
    small = Image.fromarray(pixels)
    if sharpen:
        small = small.filter(ImageFilter.UnsharpMask(radius=1.0, percent=100, threshold=0))
    canvas = Image.new("L", (side, side), 0)
    canvas.paste(small, ((side - small.width) // 2, (side - small.height) // 2))
    return np.asarray(canvas)


def _as_bytes(values: Bytes | npt.NDArray[np.floating]) -> Bytes:
    whole: Bytes = np.rint(np.clip(values, 0, 255)).astype(np.uint8)
    return whole
