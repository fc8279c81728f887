"""The lesson's prose has the same parts and placeholders in both languages."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable

import pytest
import torch

from softmax_core import softmax
from softmax_core.linear import expected_cost
from softmax_core.traps import mean_of_means
from softmax_ui.addresses.lesson import SECTIONS
from softmax_ui.questions.catalogue import QUESTIONS
from softmax_ui.questions.code import COSTS, ILL
from softmax_ui.questions.parts import _MARK, _OPTION, FORMULAS, options, part, parts
from softmax_ui.screens.lesson.errata import ERRATA, Erratum
from softmax_ui.screens.lesson.reader import DRAW
from softmax_ui.text import _read

PLACEHOLDER = re.compile(r"<<(\w+)>>")

# One for each line of the table of the note's errors; where each is corrected.
CORRECTIONS = {
    "parameters": {"outputs", "bias"},
    "softmax_code": {"overflow"},
    "loss_code": {"log_zero"},
    "net": {"probabilities", "rows"},
    "updater": {"vector", "todo"},
    "norm": {"l1"},
    "gradient": {"sign", "subtract", "vanishing"},
    "softmax": {"open_interval", "invariance"},
    "network": {"x_names"},
    "accuracy": {"count"},
    "evaluate": {"module"},
    "generalization": {"test_set"},
}


def pieces(section: str, language: str) -> dict[str, str]:
    cut = _MARK.split(_read(f"lesson_{section}", language))
    return dict(zip(cut[1::2], cut[2::2], strict=True))


@pytest.mark.parametrize("section", SECTIONS)
def test_both_languages_have_the_same_parts_placeholders_and_options(section: str) -> None:
    english, chinese = pieces(section, "en"), pieces(section, "zh")
    assert list(english) == list(chinese)
    for name, text in english.items():
        assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(chinese[name])), name
        keys = [[f["key"] for f in _OPTION.finditer(t)] for t in (text, chinese[name])]
        assert keys[0] == keys[1], name
        assert chinese[name].strip(), name


@pytest.mark.parametrize("section", SECTIONS)
def test_chinese_parts_are_chinese(section: str) -> None:
    for name, text in pieces(section, "zh").items():
        if name == "title" or name.startswith("options"):
            continue  # names of functions, formulas and numbers
        assert re.search(r"[\u4e00-\u9fff]", text), name


def test_every_formula_is_used_and_every_name_of_one_is_known() -> None:
    texts = "".join("".join(pieces(section, "en").values()) for section in SECTIONS)
    named = {name for name in PLACEHOLDER.findall(texts) if name.startswith("f_")}
    from softmax_ui.screens.lesson import note_map

    mapped = {key for key, latex in FORMULAS.items() if latex in note_map.document()}
    assert named <= set(FORMULAS)
    assert set(FORMULAS) == named | mapped


def test_every_question_has_its_texts_and_every_text_its_question() -> None:
    for kind in ("ask", "because"):
        found = {
            name.removeprefix(f"{kind} ")
            for section in SECTIONS
            for name in pieces(section, "en")
            if name.startswith(f"{kind} ")
        }
        assert found == set(QUESTIONS)


def test_every_error_of_the_note_is_corrected() -> None:
    found = {
        section: {name.removeprefix("error ") for name in pieces(section, "en") if "error " in name}
        for section in SECTIONS
    }
    assert {section: names for section, names in found.items() if names} == CORRECTIONS
    assert {(e.section, e.name) for e in ERRATA.values()} == {
        (section, name) for section, names in CORRECTIONS.items() for name in names
    }


@pytest.mark.parametrize("erratum", [e for e in ERRATA.values() if e.behind], ids=lambda e: e.name)
def test_a_correction_stands_below_the_question_that_it_waits_for(erratum: Erratum) -> None:
    """It says "answer the question above": that must be the nearest above."""
    drawn = re.findall(r"\b(ask|correct)\(\"(\w+)\"", inspect.getsource(DRAW[erratum.section]))
    place = drawn.index(("correct", erratum.name))
    assert drawn[place - 1] == ("ask", erratum.behind)


def test_a_part_fills_its_placeholders_and_leaves_the_formulas() -> None:
    text = part("network", "error x_names", features=4, classes=3)
    assert "has 4 numbers" in text
    assert "<<" not in text
    assert FORMULAS["f_linear"] in parts("network")["intro"]


# What the prose says as a number, and the computation that it is the outcome of.
SAID = [
    ("softmax_code", "error overflow", "88.72", lambda: math.log(torch.finfo(torch.float32).max)),
    ("softmax_code", "error overflow", "11.09", lambda: math.log(torch.finfo(torch.float16).max)),
    ("net", "because twice", "0.23", lambda: softmax(torch.eye(10)[0])[0].item()),
    ("loss_code", "because finite_loss", "1.9", lambda: math.exp(-100) / 2 * 1e44),
    ("evaluate", "because two_batches", "0.5", lambda: mean_of_means([8, 0], [8, 2])[0]),
    ("prediction", "because diagnosis", "20", lambda: cost_of_answers()[1]),
    ("prediction", "because diagnosis", "8", lambda: cost_of_answers()[0]),
]


def cost_of_answers() -> list[float]:
    costs: list[float] = expected_cost(torch.tensor(ILL), torch.tensor(COSTS)).tolist()
    return costs


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("section", "name", "said", "computed"), SAID)
def test_a_number_in_the_prose_is_what_comes_out(
    section: str, name: str, said: str, computed: Callable[[], float], language: str
) -> None:
    text = pieces(section, language)[name]
    assert re.search(rf"(?<![\d.]){re.escape(said)}(?![\d])", text)
    digits = len(said.partition(".")[2])
    assert f"{computed():.{digits}f}" == said


def test_options_are_read_in_their_order() -> None:
    assert list(options("softmax", "options shift")) == ["grows", "same", "shrinks"]
