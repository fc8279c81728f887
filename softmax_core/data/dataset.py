"""Data sets: labelled grey pictures, in a training and a test split, with names for their classes.

A data set is known by the digest of its pictures and labels, its `fingerprint`. A `Description`
says what it is without the pictures; a run keeps one of those it was trained on.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Final

import torch

from softmax_core.data.names import MAX_NAME_LENGTH, is_line
from softmax_core.errors import InvalidData

CLASS_NAMES: Final[tuple[str, ...]] = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
"""The classes of Fashion-MNIST."""

CLASSES_RANGE: Final = (2, 50)
SIDE_RANGE: Final = (4, 64)
"""The least and the most classes, and rows or columns of pixels."""

_FASHION_SIZES: Final = (10, 28, 28)


def check_names(name: str, class_names: Sequence[str]) -> None:
    """Check the names of a data set and of its classes.

    Args:
        name: of the data set.
        class_names: of its classes.

    Raises:
        InvalidData: a name is empty, no text, longer than 60 characters or not one line, or two
            classes have the same.

    Example:
        >>> check_names("birds", ("duck", "duck"))
        Traceback (most recent call last):
        softmax_core.errors.InvalidData: class_names of the data set is 'duck'; it must be \
different for each class.
    """
    for field, given in (("name", name), *(("class_names", each) for each in class_names)):
        if not isinstance(given, str) or not given.strip() or not is_line(given):
            raise InvalidData(field, given, "a text of one line that is not empty")
        if len(given) > MAX_NAME_LENGTH:
            raise InvalidData(field, given, f"at most {MAX_NAME_LENGTH} characters long")
    for position, each in enumerate(class_names):
        if each in class_names[:position]:
            raise InvalidData("class_names", each, "different for each class")


def _check_sizes(classes: int, height: int, width: int, images: str = "size") -> None:
    for field, value, (low, high) in (
        ("classes", classes, CLASSES_RANGE),
        (images, height, SIDE_RANGE),
        (images, width, SIDE_RANGE),
    ):
        if not low <= value <= high:
            unit = "of them" if field == "classes" else "pixels high and wide"
            raise InvalidData(field, value, f"{low} to {high} {unit}")


@dataclass(frozen=True, slots=True)
class Description:
    """What a data set is, without its pictures.

    Attributes:
        digest: `Dataset.fingerprint`, by which it is found again.
        name: what it is called.
        class_names: the name of each class, by index.
        height: rows of pixels.
        width: pixels in a row.
        training: number of training pictures.
        test: number of test pictures.
    """

    digest: str
    name: str
    class_names: tuple[str, ...]
    height: int
    width: int
    training: int
    test: int

    def __post_init__(self) -> None:
        """Refuse what describes no data set: it may come from a file."""
        if not isinstance(self.digest, str) or not re.fullmatch("[0-9a-f]{64}", self.digest):
            raise InvalidData("digest", self.digest, "a sha256 in hexadecimal")
        for field in ("height", "width", "training", "test"):
            if type(number := getattr(self, field)) is not int or number < 1:
                raise InvalidData(field, number, "a whole number from 1")
        check_names(self.name, self.class_names)
        _check_sizes(len(self.class_names), self.height, self.width)

    def to_dict(self) -> dict[str, Any]:
        """Convert the description to JSON types; `from_dict` is the inverse."""
        return {**asdict(self), "class_names": list(self.class_names)}

    @classmethod
    def from_dict(cls, described: Mapping[str, Any]) -> Description:
        """Build a description from JSON types.

        Args:
            described: as returned by `to_dict`.

        Returns:
            The description.

        Raises:
            InvalidData: a field is missing, unknown or of another type.

        Example:
            >>> Description.from_dict(FASHION_MNIST.to_dict()) == FASHION_MNIST
            True
        """
        try:
            return cls(**{**described, "class_names": _listed(described["class_names"])})
        except (TypeError, KeyError) as error:
            raise InvalidData("description", repr(described), "the fields of one") from error


FASHION_MNIST: Final = Description(
    digest="9e9f89972a739ea978d8ae2fbcde7d0989b3aec983650f2297d00558b6ba3b3d",
    name="Fashion-MNIST",
    class_names=CLASS_NAMES,
    height=28,
    width=28,
    training=60_000,
    test=10_000,
)
"""The data set of the course, and of every run that names no other."""


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Pictures and their labels.

    Attributes:
        images: uint8 (N, height, width), 0 is black; kept as bytes, so that the 70,000 of
            Fashion-MNIST take 55 MB.
        labels: int64 (N,), class indices from 0.

    Example:
        >>> split = Split(torch.zeros(3, 28, 28, dtype=torch.uint8), torch.tensor([9, 0, 0]))
        >>> len(split)
        3
    """

    images: torch.Tensor
    labels: torch.Tensor

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, eq=False)
class Dataset:
    """A training split, a test split and the names of the classes.

    2 to 50 classes, and pictures of 4 x 4 to 64 x 64 pixels, all of one size. With two classes
    softmax regression is logistic regression: p_1 = σ(o_1 - o_0).

    Attributes:
        train: the training split; 60,000 pictures in Fashion-MNIST.
        test: the test split; 10,000 pictures in Fashion-MNIST.
        class_names: the name of each class, by index.
        name: what the data set is called.

    Example:
        >>> pictures = torch.zeros(4, 8, 6, dtype=torch.uint8)
        >>> split = Split(pictures, torch.tensor([0, 1, 0, 1]))
        >>> birds = Dataset(split, split, ("chick", "duck"), "birds")
        >>> birds.classes, birds.height, birds.width, birds.pixels
        (2, 8, 6, 48)
    """

    train: Split
    test: Split
    class_names: tuple[str, ...] = CLASS_NAMES
    name: str = FASHION_MNIST.name

    @property
    def classes(self) -> int:
        """The number of classes."""
        return len(self.class_names)

    @property
    def height(self) -> int:
        """Rows of pixels."""
        return int(self.train.images.shape[-2])

    @property
    def width(self) -> int:
        """Pixels in a row."""
        return int(self.train.images.shape[-1])

    @property
    def pixels(self) -> int:
        """Pixels of a picture: the number of features."""
        return self.height * self.width

    @cached_property
    def fingerprint(self) -> str:
        """The sha256 of all pictures and labels, in hexadecimal; computed when first asked for.

        Names are no part of it. The number of classes and the size of the pictures are, unless
        they are those of Fashion-MNIST, whose digest is older than other data sets.
        """
        found = hashlib.sha256(usedforsecurity=False)
        for split in (self.train, self.test):
            for values in (split.images, split.labels):
                found.update(f"{len(values)} {values.dtype}".encode())
                found.update(values.cpu().contiguous().numpy().data)
        sizes = (self.classes, self.height, self.width)
        if sizes != _FASHION_SIZES:
            found.update(repr(sizes).encode())
        return found.hexdigest()

    @property
    def description(self) -> Description:
        """What it is, without its pictures."""
        return Description(
            self.fingerprint,
            self.name,
            self.class_names,
            self.height,
            self.width,
            len(self.train),
            len(self.test),
        )


def check_dataset(dataset: Dataset) -> None:
    """Check the pictures and labels of both splits, and the classes.

    Args:
        dataset: the data set.

    Raises:
        InvalidData: a tensor of another type or shape, without entries or without values, pictures
            too small, too large or of two sizes, too few or too many classes, fewer labels than
            pictures or more, or a label that is no class.
    """
    for name in ("train", "test"):
        split = getattr(dataset, name, None)
        images, labels = getattr(split, "images", None), getattr(split, "labels", None)
        _check_tensor(f"{name}.images", images, torch.uint8, "(N, height, width)")
        _check_tensor(f"{name}.labels", labels, torch.int64, "(N,)")
        assert isinstance(images, torch.Tensor)
        assert isinstance(labels, torch.Tensor)
        _check_sizes(dataset.classes, images.shape[-2], images.shape[-1], f"{name}.images")
        if images.shape[-2:] != dataset.train.images.shape[-2:]:
            size = " x ".join(map(str, dataset.train.images.shape[-2:]))
            found = " x ".join(map(str, images.shape[-2:]))
            raise InvalidData(f"{name}.images", found, f"{size}, as the training pictures")
        if len(labels) != len(images):
            raise InvalidData(
                f"{name}.labels",
                f"{len(labels)} labels",
                f"one label for each of the {len(images)} pictures",
            )
    for name in ("train", "test"):
        low, high = (int(end) for end in getattr(dataset, name).labels.aminmax())
        if low < 0 or high >= dataset.classes:
            raise InvalidData(
                f"{name}.labels",
                low if low < 0 else high,
                f"class indices from 0 to {dataset.classes - 1}",
            )


def _check_tensor(field: str, found: object, dtype: torch.dtype, shape: str) -> None:
    allowed = f"a {str(dtype).removeprefix('torch.')} tensor {shape}, N at least 1"
    if not isinstance(found, torch.Tensor):
        raise InvalidData(field, type(found).__name__, allowed)
    # Pictures may also have an axis for their one channel.
    is_right = (
        found.dim() == 1
        if field.endswith("labels")
        else found.dim() == 3 or (found.dim() == 4 and found.shape[1] == 1)
    )
    if not is_right or not len(found) or found.dtype != dtype:
        described = f"{str(found.dtype).removeprefix('torch.')} {tuple(found.shape)}"
        raise InvalidData(field, described, allowed)
    if found.is_meta:
        raise InvalidData(field, "a tensor without values", allowed)


def _listed(names: object) -> tuple[Any, ...]:
    if not isinstance(names, list | tuple):
        raise InvalidData("class_names", names, "a list of names")
    return tuple(names)
