"""Data sets of one's own: from folders of pictures, ZIP files of them, and what comes of it.

Everything is read into memory and becomes a data set at the end; what is refused, or given up by an
exception that `on_progress` raises, leaves nothing behind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch

from softmax_core.data.dataset import CLASSES_RANGE, Dataset, Split, check_dataset, check_names
from softmax_core.data.files import OnProgress
from softmax_core.data.picture_opening import Decoder, OpenedPicture, opening_many
from softmax_core.data.reading import (
    AUTOMATIC,
    SAMPLES,
    Asked,
    Reading,
    as_pictures,
    decide,
    grey_bytes,
    is_dark_on_light,
    no_pictures,
    read,
)
from softmax_core.data.sources import (
    STANDARD,
    ImportLimits,
    LeftOut,
    Placed,
    Source,
    class_name_of,
    opened_source,
    placed,
    too_many_pictures,
)
from softmax_core.data.splitting import TEST_SHARE, Division, divide
from softmax_core.errors import ImportRefused, InvalidData, InvalidPicture

_SHOWN: Final = 4  # pictures of a class in a preview

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Imported:
    """A data set, and what was done to make it.

    Attributes:
        dataset: the data set.
        left_out: the files or lines that were not read, each with its reason.
        paths: the path, the line or the number of each picture that was read, as `division` counts
            them.
        labels: its class index.
        division: which pictures were trained and tested on, and how many occur twice.
        is_given: whether the division was given, by folders or files of their own.
        reading: what was done to each picture; None for numbers, which have no file.
        inverted: whether the pictures were negated.
        factor: by which numbers were multiplied to become bytes; 1 for files.
    """

    dataset: Dataset
    left_out: tuple[LeftOut, ...]
    paths: tuple[str, ...]
    labels: tuple[int, ...]
    division: Division
    is_given: bool
    reading: Reading | None = None
    inverted: bool = False
    factor: float = 1.0

    def counts(self) -> list[tuple[str, int, int]]:
        """Return the name of each class, and its number of training and of test pictures."""
        splits = (self.dataset.train, self.dataset.test)
        classes = self.dataset.classes
        train, test = (torch.bincount(each.labels, minlength=classes).tolist() for each in splits)
        return list(zip(self.dataset.class_names, train, test, strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A picture before and after it is read.

    Attributes:
        path: its file.
        class_name: its class.
        before: uint8 (height, width, 3 or 4).
        after: uint8 (side, side), or None where it would be left out.
    """

    path: str
    class_name: str
    before: Bytes
    after: Bytes | None


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """What an import would do, from some pictures of each class.

    Attributes:
        reading: what is done to each picture.
        counts: number of files of each class, before they are opened.
        samples: a few of each class.
        left_out: what will not be read, as far as the paths and the samples tell.
        is_given: whether folders divide the pictures for training and test.
    """

    reading: Reading
    counts: dict[str, int]
    samples: tuple[Sample, ...]
    left_out: tuple[LeftOut, ...]
    is_given: bool


def from_folder(
    where: Path | str | bytes,
    *,
    name: str | None = None,
    side: int | None = None,
    asked: Asked = AUTOMATIC,
    test_share: float = TEST_SHARE,
    seed: int = 0,
    limits: ImportLimits = STANDARD,
    on_progress: OnProgress | None = None,
) -> Imported:
    """Make a data set of a folder of pictures, or a ZIP of one: a folder for each class.

    The classes may stand in folders for training and test ("train" or "training", "test",
    "testing", "val" or "validation"), which are kept; otherwise the pictures are divided by chance.

    Args:
        where: the folder, the ZIP, or a ZIP's bytes.
        name: what the data set is called; None for the name of the folder or the file.
        side: height and width of the result in pixels, 8 to 64; None as `reading.decide`.
        asked: what a person decided about trimming, negating and thicker lines.
        test_share: of the pictures of a class, for the test, where they are divided by chance.
        seed: determines this division.
        limits: how much is read.
        on_progress: called with a file's path, the number of files done and that of all, in the
            calling thread. An exception from it ends the import.

    Returns:
        The data set, and what was done to make it.

    Raises:
        ImportRefused: no ZIP, too much, or too few pictures or classes.
        InvalidData: a side out of range.
    """
    where = Path(where) if isinstance(where, str) else where
    with opened_source(_there(where), limits) as source, opening_many() as decoder:
        files = placed(source)
        reading = decide(_samples(files, source, decoder), side, asked)
        images, kept = _read_all(files, source, reading, decoder, on_progress)
    class_names = sorted({each.class_name for each in kept})
    return assemble(
        images,
        [class_names.index(each.class_name) for each in kept],
        class_names,
        paths=[each.file.path for each in kept],
        name=name or _name_from(where),
        for_test=[each.split == "test" for each in kept] if kept and kept[0].split else None,
        left_out=source.left_out,
        test_share=test_share,
        seed=seed,
        reading=reading,
        inverted=reading.invert,
    )


def preview(
    where: Path | str | bytes,
    *,
    side: int | None = None,
    asked: Asked = AUTOMATIC,
    limits: ImportLimits = STANDARD,
) -> Preview:
    """Show what `from_folder` would do, on a few pictures of each class.

    Args:
        where: the folder, the ZIP, or a ZIP's bytes.
        side: as for `from_folder`.
        asked: as for `from_folder`.
        limits: how much is read.

    Returns:
        How the pictures are read, and some of them before and after.

    Raises:
        ImportRefused: no ZIP, too much, or no picture in it.
        InvalidData: a side out of range.
    """
    where = Path(where) if isinstance(where, str) else where
    with opened_source(_there(where), limits) as source, opening_many() as decoder:
        files = placed(source)
        reading = decide(_samples(files, source, decoder), side, asked)
        samples, left_out = [], list(source.left_out)
        counts = Counter(each.class_name for each in files)
        for class_name in sorted(counts)[: CLASSES_RANGE[1]]:
            of_class = [each for each in files if each.class_name == class_name]
            for each, opened in _opened(_spread(of_class, _SHOWN), decoder):
                if isinstance(opened, InvalidPicture):
                    left_out.append(_left_out(each, opened))
                else:
                    samples.append(_sample(each, opened, reading))
    is_given = any(each.split for each in files)
    return Preview(reading, dict(sorted(counts.items())), tuple(samples), tuple(left_out), is_given)


def from_arrays(
    images: Any,
    labels: Any,
    test_images: Any = None,
    test_labels: Any = None,
    *,
    class_names: Sequence[str] | None = None,
    name: str = "arrays",
    size: tuple[int, int] | None = None,
    invert: bool | None = None,
    test_share: float = TEST_SHARE,
    seed: int = 0,
    left_out: Sequence[LeftOut] = (),
    paths: Sequence[str] = (),
    limits: ImportLimits = STANDARD,
) -> Imported:
    """Make a data set of arrays of pictures and labels; the pictures keep their size.

    Args:
        images: numbers from 0, (N, height, width), 4 to 64 pixels high and wide; or with colours,
            or rows of pixels.
        labels: N whole numbers or texts, also as a column. Without `class_names` each different
            one is a class.
        test_images: a test split that is given, or None for one by chance.
        test_labels: its labels.
        class_names: the names of the classes 0, 1, …; a label that is none of these numbers or
            names leaves its picture out.
        name: what the data set is called.
        size: height and width, where `images` are rows of pixels; None for squares.
        invert: whether the pictures are negated; None for what most of their edges tell.
        test_share: of the pictures of a class, for the test, where they are divided by chance.
        seed: determines this division.
        left_out: what was left out before.
        paths: what each picture is called in what is told; () for its number, from 1.
        limits: how many pictures are taken.

    Returns:
        The data set, and what was done to make it.

    Raises:
        ImportRefused: arrays of another shape or kind, two sizes or scales, too few pictures or
            classes.
        InvalidData: two classes of one name, or one without.

    Example:
        >>> imported = from_arrays(np.arange(160).reshape(10, 4, 4), ["duck", "goose"] * 5)
        >>> imported.counts()
        [('duck', 4, 1), ('goose', 4, 1)]
    """
    parts = [(images, labels)] + ([] if test_images is None else [(test_images, test_labels)])
    pictures = [as_pictures(np.asarray(part), size) for part, _ in parts]
    if len({each.shape[1:] for each in pictures}) > 1:
        found = ", ".join(f"{each.shape[1]} x {each.shape[2]}" for each in pictures)
        raise ImportRefused("two_sizes", f"The pictures have two sizes: {found}.", found)
    if (count := sum(map(len, pictures))) > limits.pictures:
        raise too_many_pictures(count, limits)
    given = [label for _, part in parts for label in _labels(part)]
    if len(given) != count:
        found = f"{len(given):,}"
        message = f"There are {found} labels for {count:,} pictures."
        raise ImportRefused("no_labels", message, found, f"{count:,}")
    _check_scales(pictures)
    grey, factor = grey_bytes(np.concatenate(pictures))
    names, indices = classes_of(given, class_names)
    is_test = np.arange(count) >= len(pictures[0])
    known = np.array(indices) >= 0
    paths = paths or [str(number) for number in range(1, count + 1)]
    missing = [
        LeftOut(path, "no_class", str(label))
        for path, label, index in zip(paths, given, indices, strict=True)
        if index < 0
    ]
    inverted = is_dark_on_light(grey) if invert is None else invert
    return assemble(
        (255 - grey if inverted else grey)[known],
        [index for index in indices if index >= 0],
        names,
        paths=[path for path, index in zip(paths, indices, strict=True) if index >= 0],
        name=name,
        for_test=is_test[known].tolist() if len(parts) > 1 else None,
        left_out=[*left_out, *missing],
        test_share=test_share,
        seed=seed,
        inverted=inverted,
        factor=factor,
    )


def assemble(
    images: Bytes,
    labels: Sequence[int],
    class_names: Sequence[str],
    *,
    paths: Sequence[str],
    name: str,
    for_test: Sequence[bool] | None,
    left_out: Sequence[LeftOut] = (),
    test_share: float = TEST_SHARE,
    seed: int = 0,
    reading: Reading | None = None,
    inverted: bool = False,
    factor: float = 1.0,
) -> Imported:
    """Divide pictures that were read, and make a data set of them.

    Args:
        images: uint8 (N, height, width).
        labels: class indices.
        class_names: the names of the classes.
        paths: what each picture is called in what is told.
        name: what the data set is called.
        for_test: which are for the test, or None to divide them by chance.
        left_out: what was left out.
        test_share: as for `from_folder`.
        seed: as for `from_folder`.
        reading: what was done to each picture.
        inverted: whether they were negated.
        factor: by which they were multiplied.

    Returns:
        The data set, and what was done to make it.

    Raises:
        ImportRefused: too few pictures or classes, or too many classes.
    """
    _check_enough(labels, class_names)
    pictures = torch.from_numpy(np.ascontiguousarray(images))
    indices = torch.tensor(labels, dtype=torch.int64)
    test = None if for_test is None else torch.tensor(for_test, dtype=torch.bool)
    division = divide(pictures, indices, test, share=test_share, seed=seed)
    _check_divided(indices, division, class_names)
    train_split, test_split = (
        Split(pictures[chosen], indices[chosen]) for chosen in (division.training, division.test)
    )
    called = class_name_of(name) or "pictures"
    check_names(called, class_names)
    dataset = Dataset(train_split, test_split, tuple(class_names), called)
    check_dataset(dataset)
    divided = {*division.training.tolist(), *division.test.tolist()}
    in_both = [LeftOut(path, "in_both") for k, path in enumerate(paths) if k not in divided]
    return Imported(
        dataset,
        (*left_out, *in_both),
        tuple(paths),
        tuple(labels),
        division,
        for_test is not None,
        reading,
        inverted,
        factor,
    )


def subset(dataset: Dataset, classes: Sequence[int | str], name: str | None = None) -> Dataset:
    """Take some classes of a data set.

    Args:
        dataset: the data set.
        classes: at least two of its classes, by index or name; their order becomes that of the new
            indices.
        name: what it is called; None for the names of the classes.

    Returns:
        A data set of the pictures of these classes, in the order that they had.

    Raises:
        InvalidData: no such class, one twice, or less than two.

    Example:
        >>> images = torch.zeros(6, 8, 8, dtype=torch.uint8)
        >>> split = Split(images, torch.tensor([0, 1, 2, 0, 1, 2]))
        >>> shoes = Dataset(split, split, ("sandal", "sneaker", "boot"), "shoes")
        >>> two = subset(shoes, ["boot", "sandal"])
        >>> two.class_names, two.train.labels.tolist(), two.name
        (('boot', 'sandal'), [1, 0, 1, 0], 'boot, sandal')
    """
    known = {each: index for index, each in enumerate(dataset.class_names)}
    chosen = [known.get(each, -1) if isinstance(each, str) else int(each) for each in classes]
    for index, given in zip(chosen, classes, strict=True):
        if not 0 <= index < dataset.classes:
            raise InvalidData("classes", given, f"one of {', '.join(dataset.class_names)}")
    names = tuple(dataset.class_names[index] for index in chosen)
    new = torch.full((dataset.classes,), -1, dtype=torch.int64)
    new[torch.tensor(chosen, dtype=torch.int64)] = torch.arange(len(chosen))
    parts = []
    for split in (dataset.train, dataset.test):
        labels = new[split.labels]
        kept = (labels >= 0).nonzero().flatten()
        parts.append(Split(split.images[kept], labels[kept]))
    called = class_name_of(name or ", ".join(names))
    check_names(called, names)
    found = Dataset(parts[0], parts[1], names, called)
    check_dataset(found)
    return found


# -- inside --------------------------------------------------------------------------------------


def _there(where: Path | bytes) -> Path | bytes:
    if isinstance(where, Path) and not where.exists():
        raise ImportRefused("not_here", f"There is no {where.name} there.", where.name)
    return where


def _name_from(where: Path | bytes) -> str:
    return "pictures" if isinstance(where, bytes) else where.resolve().stem or "pictures"


def _spread(files: Sequence[Placed], most: int) -> list[Placed]:
    """Return so many files at most, evenly from all."""
    count = min(most, len(files))
    return [files[(2 * k + 1) * len(files) // (2 * count)] for k in range(count)]


def _opened(
    files: Sequence[Placed], decoder: Decoder
) -> Iterator[tuple[Placed, OpenedPicture | InvalidPicture]]:
    return zip(files, decoder.open_each(each.file.read() for each in files), strict=True)


def _samples(files: Sequence[Placed], source: Source, decoder: Decoder) -> list[OpenedPicture]:
    """Return some that can be opened; of the others is told when all are read.

    Raises:
        ImportRefused: none of them can be opened.
    """
    opened: list[OpenedPicture] = []
    refused = list(source.left_out)
    for each, found in _opened(_spread(files, SAMPLES), decoder):
        if isinstance(found, InvalidPicture):
            refused.append(_left_out(each, found))
        else:
            opened.append(found)
    if not opened:
        raise no_pictures(_most_frequent(refused))
    return opened


def _read_all(
    files: Sequence[Placed],
    source: Source,
    reading: Reading,
    decoder: Decoder,
    on_progress: OnProgress | None,
) -> tuple[Bytes, list[Placed]]:
    """Read all pictures; those that cannot be read are added to what is left out."""
    images = np.empty((len(files), reading.side, reading.side), np.uint8)
    kept: list[Placed] = []
    for position, (each, opened) in enumerate(_opened(files, decoder), start=1):
        try:
            if isinstance(opened, InvalidPicture):
                raise opened
            images[len(kept)] = read(opened, reading)
        except InvalidPicture as refusal:
            source.left_out.append(_left_out(each, refusal))
        else:
            kept.append(each)
        if on_progress is not None:
            on_progress(each.file.path, position, len(files))
    if not kept:
        raise no_pictures(_most_frequent(source.left_out))
    return images[: len(kept)], kept


def _most_frequent(left_out: Sequence[LeftOut]) -> str:
    counts = Counter(each.reason for each in left_out if each.reason != "hidden")
    return counts.most_common(1)[0][0] if counts else ""


def _left_out(each: Placed, refusal: InvalidPicture) -> LeftOut:
    return LeftOut(each.file.path, refusal.problem, refusal.value, refusal.limit)


def _sample(each: Placed, opened: OpenedPicture, reading: Reading) -> Sample:
    try:
        after: Bytes | None = read(opened, reading)
    except InvalidPicture:
        after = None
    return Sample(each.file.path, each.class_name, opened.pixels, after)


def _labels(given: Any) -> list[int | str]:
    """Return labels as whole numbers or texts."""
    values = np.asarray(given)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim != 1 or values.dtype.kind not in "biufUS":
        found = f"{values.dtype} {values.shape}"
        raise ImportRefused("no_labels", f"The labels are {found}, not a list of them.", found)
    if values.dtype.kind == "f":
        if not (np.isfinite(values) & (values % 1 == 0)).all():
            found = f"{float(values[(values % 1 != 0)][0]):g}" if (values % 1 != 0).any() else "inf"
            message = f"The label {found} is no class; whole numbers or texts are."
            raise ImportRefused("no_labels", message, found)
        values = values.astype(np.int64)
    if values.dtype.kind == "S":
        try:
            values = np.char.decode(values, "utf-8")
        except UnicodeDecodeError as error:
            found = repr(error.object)
            message = f"The label {found} is no text in UTF-8."
            raise ImportRefused("no_labels", message, found) from error
    listed: list[Any] = values.tolist()
    return [str(each) if isinstance(each, str) else int(each) for each in listed]


def _check_scales(parts: Sequence[npt.NDArray[Any]]) -> None:
    """Refuse splits of which one would become nearly black beside the other."""
    highest = [float(part.max()) for part in parts if part.size and part.dtype.kind in "buif"]
    if len(highest) == 2 and min(highest) > 0 and max(highest) >= 10 * min(highest):
        found = ", ".join(f"{each:g}" for each in highest)
        message = f"The numbers of the two splits end at {found}: their scales differ."
        raise ImportRefused("two_scales", message, found)


def classes_of(
    labels: Sequence[int | str], class_names: Sequence[str] | None
) -> tuple[list[str], list[int]]:
    """Return the names of the classes, and the index of each label; -1 for one that is no class."""
    if class_names is not None:
        names = [class_name_of(str(each)) for each in class_names]
        by_name = {each: index for index, each in enumerate(names)}
        return names, [
            by_name.get(class_name_of(each), -1)
            if isinstance(each, str)
            else (each if 0 <= each < len(names) else -1)
            for each in labels
        ]
    clean = [class_name_of(each) if isinstance(each, str) else each for each in labels]
    numbers = sorted({each for each in clean if isinstance(each, int)})
    texts = sorted({each for each in clean if isinstance(each, str) and each})
    order = {each: index for index, each in enumerate([*numbers, *texts])}
    return [str(each) for each in order], [order.get(each, -1) for each in clean]


def _check_enough(labels: Sequence[int], class_names: Sequence[str]) -> None:
    if not labels:
        raise no_pictures()
    low, high = CLASSES_RANGE
    found = len(class_names)
    if found < low:
        raise ImportRefused(
            "too_few_classes", f"There is {found} class; at least {low} are needed.", str(found)
        )
    if found > high:
        message = f"There are {found} classes; at most {high} are learned."
        raise ImportRefused("too_many_classes", message, str(found), str(high))
    counts = Counter(labels)
    for index, class_name in enumerate(class_names):
        if counts[index] < 2:
            raise _too_few(class_name)


def _check_divided(labels: torch.Tensor, division: Division, class_names: Sequence[str]) -> None:
    if not len(division.test):
        message = "All pictures of a class are the same, so none is left to test on."
        raise ImportRefused("no_test", message)
    learned = labels[division.training]
    kept = torch.cat([division.training, division.test])
    in_both = torch.ones(len(labels), dtype=torch.bool).index_fill(0, kept, value=False)
    for index, class_name in enumerate(class_names):
        if (labels[in_both] == index).any() and not (learned == index).any():
            message = f"The test has all pictures of {class_name!r} that are for training."
            raise ImportRefused("all_in_both", message, class_name)
    _check_each(learned, class_names)


def check_learned(dataset: Dataset) -> None:
    """Refuse a data set with a class of which there is nothing to learn from.

    Raises:
        ImportRefused: a class has no training picture.
    """
    _check_each(dataset.train.labels, dataset.class_names)


def _check_each(learned: torch.Tensor, class_names: Sequence[str]) -> None:
    counts = torch.bincount(learned, minlength=len(class_names)).tolist()
    for class_name, count in zip(class_names, counts, strict=True):
        if not count:
            raise _too_few(class_name)


def _too_few(class_name: str) -> ImportRefused:
    message = f"The class {class_name!r} has too few pictures: two different ones are needed."
    return ImportRefused("too_few_pictures", message, class_name, "2")
