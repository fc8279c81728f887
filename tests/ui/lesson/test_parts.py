"""The lesson's prose has the same parts and placeholders in both languages."""

from __future__ import annotations

import re

import pytest

from softmax_ui.lesson.asking import QUESTIONS
from softmax_ui.lesson.contents import SECTIONS
from softmax_ui.lesson.formulas import FORMULAS
from softmax_ui.lesson.parts import _MARK, _OPTION, options, part, parts
from softmax_ui.text import _read

PLACEHOLDER = re.compile(r"<<(\w+)>>")

# One for each line of the table of the note's errors; where each is corrected.
CORRECTIONS = {
    "parameters": {"outputs", "bias"},
    "softmax_code": {"overflow"},
    "loss_code": {"log_zero"},
    "net": {"probabilities", "rows"},
    "updater": {"vector", "todo"},
    "norm": {"l1", "vanishing"},
    "gradient": {"sign", "subtract"},
    "softmax": {"open_interval", "invariance"},
    "network": {"x_names"},
    "accuracy": {"count"},
    "evaluate": {"module"},
    "training": {"test_set"},
}


def pieces(section: str, language: str) -> dict[str, str]:
    cut = _MARK.split(_read(f"lesson_{section}", language))  # type: ignore[arg-type]
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
    from softmax_ui.lesson import note_map

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


def test_a_part_fills_its_placeholders_and_leaves_the_formulas() -> None:
    text = part("network", "error x_names", features=4, classes=3)
    assert "has 4 numbers" in text
    assert "<<" not in text
    assert FORMULAS["f_linear"] in parts("network")["intro"]


def test_options_are_read_in_their_order() -> None:
    assert list(options("softmax", "options shift")) == ["grows", "same", "shrinks"]
