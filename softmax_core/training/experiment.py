"""Experiments and their variants: all settings of a training, immutable and validated.

An experiment is 1 to 16 variants that see the same minibatches in the same order. It contains
everything that the result depends on, so the same experiment gives the same bits on the same
machine. A field out of range raises `InvalidExperiment` with the field, the value and what is
allowed; whether a data set has enough pictures for it, `fitting.check_fits` tells.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from numbers import Integral, Real
from typing import Any, Final, Literal

from softmax_core.activations import SoftmaxForm
from softmax_core.data.names import MAX_NAME_LENGTH, is_line, without_hidden
from softmax_core.errors import InvalidExperiment
from softmax_core.inspection import PixelScale
from softmax_core.losses import Loss
from softmax_core.training.records import RateChange

Schedule = Literal["constant", "cosine"]

LOSSES: Final[tuple[Loss, ...]] = ("cross_entropy", "squared_error")
SOFTMAX_FORMS: Final[tuple[SoftmaxForm, ...]] = ("stable", "naive")
PIXEL_SCALES: Final[tuple[PixelScale, ...]] = ("unit", "raw", "standardized")
SCHEDULES: Final[tuple[Schedule, ...]] = ("constant", "cosine")

MAX_VARIANTS: Final = 16
MAX_PICTURES: Final = 1_000_000
"""More training pictures than any data set here has; how many there are, `check_fits` asks."""
MAX_STEPS: Final = 1000 * MAX_PICTURES

# Closed ranges of the numeric fields; the pages take the limits of their widgets from here.
VARIANT_RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "learning_rate": (1e-8, 1000.0),
    "init_std": (0.0, 100.0),
    "momentum": (0.0, 0.9999),
    "weight_decay": (0.0, 10.0),
    "label_smoothing": (0.0, 1.0),
}
EXPERIMENT_RANGES: Final[Mapping[str, tuple[int, int]]] = {
    "batch_size": (1, MAX_PICTURES),
    "epochs": (1, 1000),
    "seed": (0, 2**32 - 1),
    "validation_size": (0, MAX_PICTURES - 1),
}


@dataclass(frozen=True, slots=True)
class Variant:
    """One variant of an experiment: initialisation, loss and optimiser.

    Attributes:
        name: the label of its curves; unique within the experiment.
        learning_rate: η of the update, 1e-8 to 1000.
        loss: "cross_entropy", or "squared_error" = ½‖p - onehot(t)‖².
        init_std: standard deviation of the initial weights (the biases start at 0), 0 to 100.
        momentum: µ of v ← µv + g, W ← W - ηv; 0 to 0.9999.
        weight_decay: λ added as λW to the gradient of the weights, not of the biases; 0 to 10.
        softmax: "stable", or "naive" for the note's own exp(X) / sum and -log(p).
        label_smoothing: ε of the label (1 - ε) onehot(t) + ε/n that cross-entropy compares with,
            0 to 1; 0 with the squared error.

    Raises:
        InvalidExperiment: a field is out of range.

    Example:
        >>> Variant("course").learning_rate
        0.1
    """

    name: str
    learning_rate: float = 0.1
    loss: Loss = "cross_entropy"
    init_std: float = 0.01
    momentum: float = 0.0
    weight_decay: float = 0.0
    softmax: SoftmaxForm = "stable"
    label_smoothing: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is out of range, by name."""
        if isinstance(self.name, str) and (seen := without_hidden(self.name)) != self.name:
            object.__setattr__(self, "name", seen)
        if not isinstance(self.name, str) or not self.name.strip():
            raise InvalidExperiment("name", self.name, "a text that is not empty")
        if not is_line(self.name):
            raise InvalidExperiment("name", self.name, "a line without control characters")
        if len(self.name) > MAX_NAME_LENGTH:
            raise InvalidExperiment("name", self.name, f"at most {MAX_NAME_LENGTH} characters long")
        for field, (low, high) in VARIANT_RANGES.items():
            object.__setattr__(self, field, _number(field, getattr(self, field), low, high))
        _check_choice("loss", self.loss, LOSSES)
        _check_choice("softmax", self.softmax, SOFTMAX_FORMS)


@dataclass(frozen=True, slots=True)
class Experiment:
    """1 to 16 variants trained in lockstep on the same minibatches.

    Attributes:
        variants: the variants; a list or tuple, stored as a tuple.
        batch_size: pictures per minibatch; the last one of an epoch may be smaller.
        epochs: passes over the training pictures, 1 to 1000.
        seed: determines the initial weights and the order of the pictures, 0 to 2³² - 1.
        pixel_scale: "unit" divides by 255, "raw" does not, "standardized" also subtracts the
            training pictures' mean and divides by their standard deviation.
        schedule: "constant", or "cosine": η times ½(1 + cos(π · step / steps)).
        validation_size: number of training pictures held out for validation; 0 as in the course.

    Raises:
        InvalidExperiment: a field is out of range, or two variants share a name.

    Example:
        >>> race = Experiment([Variant("slow", 0.01), Variant("fast", 1.0)], epochs=1)
        >>> Experiment.from_dict(race.to_dict()) == race
        True
    """

    variants: Sequence[Variant]
    batch_size: int = 256
    epochs: int = 10
    seed: int = 0
    pixel_scale: PixelScale = "unit"
    schedule: Schedule = "constant"
    validation_size: int = 0

    def __post_init__(self) -> None:
        """Refuse what is out of range, by name."""
        object.__setattr__(self, "variants", _checked_variants(self.variants))
        for field, (low, high) in EXPERIMENT_RANGES.items():
            object.__setattr__(self, field, _whole(field, getattr(self, field), low, high))
        _check_choice("pixel_scale", self.pixel_scale, PIXEL_SCALES)
        _check_choice("schedule", self.schedule, SCHEDULES)

    @property
    def fingerprint(self) -> str:
        """The sha256 of all settings that a result depends on: of all but the names."""
        described = self.to_dict()
        for variant in described["variants"]:
            del variant["name"]
        text = json.dumps(described, sort_keys=True)
        return hashlib.sha256(text.encode(), usedforsecurity=False).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """Convert the experiment to JSON types; `from_dict` is the inverse."""
        described = asdict(self)
        described["variants"] = [_described(variant) for variant in self.variants]
        return described

    @classmethod
    def from_dict(cls, described: Mapping[str, Any]) -> Experiment:
        """Build an experiment from JSON types, and check every field.

        Args:
            described: as returned by `to_dict`; missing fields have their defaults.

        Returns:
            The experiment.

        Raises:
            InvalidExperiment: a field is unknown, missing or out of range.
        """
        _check_fields(cls, described, required="variants")
        listed = described["variants"]
        if not isinstance(listed, list | tuple):
            raise InvalidExperiment("variants", listed, "a list of variants")
        variants = tuple(_variant_from_dict(one, at) for at, one in enumerate(listed))
        return cls(**{**described, "variants": variants})


def _described(variant: Variant) -> dict[str, Any]:
    """Describe a variant, without options that came later and are not used.

    So an experiment from before them keeps its fingerprint, and older versions read its file.
    """
    described = asdict(variant)
    if variant.label_smoothing == 0:
        del described["label_smoothing"]
    return described


def rate_change(
    experiment: Experiment, step: int, variant: int, learning_rate: float
) -> RateChange:
    """Check a change of a variant's learning rate.

    Args:
        experiment: the experiment that the variant belongs to.
        step: updates made so far.
        variant: its position in the experiment.
        learning_rate: the new rate, in the range that `Variant` allows.

    Returns:
        The change.

    Raises:
        InvalidExperiment: a step below 0, no such variant, or a rate out of range.
    """
    step = _whole("step", step, 0, MAX_STEPS)
    variant = _whole("variant", variant, 0, len(experiment.variants) - 1)
    low, high = VARIANT_RANGES["learning_rate"]
    return RateChange(step, variant, _number("learning_rate", learning_rate, low, high, variant))


def _variant_from_dict(described: Any, position: int) -> Variant:
    try:
        _check_fields(Variant, described, required="name")
        return Variant(**described)
    except InvalidExperiment as error:
        raise InvalidExperiment(error.field, error.value, error.allowed, position) from None


def _check_fields(kind: type[Variant | Experiment], described: Any, required: str) -> None:
    if not isinstance(described, Mapping):
        raise InvalidExperiment(kind.__name__.lower(), described, "an object with named fields")
    known = [field.name for field in fields(kind)]
    for name in described:
        if name not in known:
            raise InvalidExperiment(str(name), described[name], f"one of {', '.join(known)}")
    if required not in described:
        raise InvalidExperiment(required, None, "given")


def _checked_variants(variants: Any) -> tuple[Variant, ...]:
    if isinstance(variants, Variant) or not isinstance(variants, list | tuple):
        raise InvalidExperiment("variants", variants, "a list of variants")
    if not 1 <= len(variants) <= MAX_VARIANTS:
        raise InvalidExperiment("variants", len(variants), f"1 to {MAX_VARIANTS} of them")
    seen: set[str] = set()
    for position, variant in enumerate(variants):
        if not isinstance(variant, Variant):
            raise InvalidExperiment("variants", variant, "made of Variant objects", position)
        if variant.name in seen:
            raise InvalidExperiment("name", variant.name, "different for each variant", position)
        if variant.label_smoothing and variant.loss == "squared_error":
            raise InvalidExperiment(
                "label_smoothing", variant.label_smoothing, "0 with the squared error", position
            )
        seen.add(variant.name)
    return tuple(variants)


def _number(field: str, value: object, low: float, high: float, of: int | None = None) -> float:
    """Check a number and convert it to float: a number of numpy could not be stored as JSON."""
    if isinstance(value, Real) and not isinstance(value, bool):
        with suppress(OverflowError):  # an integer too large for a float
            if low <= (number := float(value)) <= high:
                return number
    raise InvalidExperiment(field, value, f"a number from {low:g} to {high:g}", of)


def _whole(field: str, value: object, low: int, high: int) -> int:
    if isinstance(value, Integral) and not isinstance(value, bool) and low <= int(value) <= high:
        return int(value)
    raise InvalidExperiment(field, value, f"a whole number from {low} to {high}")


def _check_choice(field: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise InvalidExperiment(field, value, f"one of {', '.join(choices)}")
