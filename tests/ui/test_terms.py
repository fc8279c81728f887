"""Every code of softmax_core has a name in each language, and no two codes of a kind share one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, get_args

import pytest

from softmax_core.data import CLASS_NAMES
from softmax_core.runs.blocks import STEP_MEASURES
from softmax_core.runs.history import EPOCH_MEASURES, Axis
from softmax_core.runs.run import Status
from softmax_core.training.experiment import (
    LOSSES,
    PIXEL_SCALES,
    SCHEDULES,
    SOFTMAX_FORMS,
    Experiment,
    Variant,
)
from softmax_ui import terms
from softmax_ui.addresses.runs import AXES, MEASURES
from softmax_ui.figures.training import SplitCode
from softmax_ui.text import LANGUAGES, Language, Names, speaking

# A variant's fields are columns beside those of its experiment, so all of them differ.
FIELDS = [field.name for kind in (Experiment, Variant) for field in fields(kind)]
KINDS: dict[str, tuple[Names[Any], Iterable[str]]] = {
    "loss": (terms.loss_name, LOSSES),
    "softmax": (terms.form_name, SOFTMAX_FORMS),
    "pixel_scale": (terms.pixel_scale_name, PIXEL_SCALES),
    "schedule": (terms.schedule_name, SCHEDULES),
    "status": (terms.status_name, get_args(Status)),
    "field": (terms.field_name, FIELDS),
    "measure": (terms.measure_name, (*STEP_MEASURES, *EPOCH_MEASURES)),
    "axis": (terms.axis_name, get_args(Axis)),
    "split": (terms.split_name, get_args(SplitCode)),
}


@pytest.mark.parametrize("tongue", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_code_has_a_name_of_its_own(kind: str, tongue: Language) -> None:
    name, codes = KINDS[kind]
    assert sorted(name) == sorted(codes)
    with speaking(tongue):
        names = [name(code) for code in codes]
    assert all(names)
    assert len({each.casefold() for each in names}) == len(names)


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_is_in_the_language_of_the_moment(kind: str) -> None:
    name, codes = KINDS[kind]
    with speaking("en"):
        english = [name(code) for code in codes]
    with speaking("zh"):
        chinese = [name(code) for code in codes]
    assert all(
        one != other for one, other in zip(english, chinese, strict=True) if one != "Softmax"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_code_that_is_not_known_is_refused_with_those_that_are(kind: str) -> None:
    name, codes = KINDS[kind]
    with pytest.raises(ValueError, match="'none of them' is none of") as refused:
        name("none of them")
    assert all(code in str(refused.value) for code in codes)


def test_what_the_runs_page_offers_is_named() -> None:
    assert set(MEASURES) <= set(terms.measure_name)
    assert set(AXES) == set(terms.axis_name)


def test_a_value_that_is_a_code_is_shown_by_its_name() -> None:
    variant = Variant("a", loss="squared_error", softmax="naive")
    experiment = Experiment([variant], pixel_scale="raw", schedule="cosine")
    described = experiment.to_dict()
    shown = {field: terms.shown_value(field, described[field]) for field in described}
    assert shown["pixel_scale"] == "0 to 255"
    assert shown["schedule"] == "cosine decay"
    assert shown["epochs"] == 10
    assert terms.shown_value("loss", variant.loss) == "squared error"
    assert terms.shown_value("softmax", variant.softmax) == "naive"


def test_classes_are_named_where_they_are_known() -> None:
    with speaking("zh"):
        translated = terms.class_words(CLASS_NAMES)
        some = terms.class_words(CLASS_NAMES[5:])
        own = terms.class_words([*CLASS_NAMES, "axolotl", "axo\u202elotl"])
    assert not set(translated) & set(CLASS_NAMES)
    assert some == translated[5:]
    # What a person called them, whatever else is called so: two of them may not look the same.
    assert own == [*CLASS_NAMES, "axolotl", "axolotl (12)"]
    assert len(set(translated)) == len(CLASS_NAMES)
    assert terms.class_words(["a (3)", "a", "a\u200b"]) == ["a (3)", "a", "a (3) (3)"]
