"""The precision page's cards and its chart, by what is in them."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
import torch

from softmax_core.floating_types import TYPES
from softmax_core.precision import FORMS, QUANTITIES, Quantity, compare, sweep
from softmax_ui.figures.precision import (
    FORM_WIDTHS,
    SIGNS,
    TYPE_COLOURS,
    TYPE_LINES,
    digits_chart,
    readings_html,
    written,
)

WORDS = {
    **{name: name for name in ("naive", "stable", *QUANTITIES, *SIGNS, "logit", "right")},
    "digits": "{digits} digits",
    "lost": "{lost} lost",
}


def cards(logits, target=0, words=WORDS):
    """The cards as {type: {quantity: [naive's text, stable's text]}}."""
    html = readings_html(compare(logits, target), words)
    body = ElementTree.fromstring(html[html.index("<div") :].replace("<col>", ""))
    found = {}
    for section in body:
        (table,) = section
        rows = table.iterfind("tbody/tr")
        found[table.findtext("caption")] = {
            row[0].text: [" | ".join(cell.itertext()) for cell in row[1:]] for row in rows
        }
    return found


def test_a_card_for_each_type_with_values_and_verdicts():
    found = cards([100.0, 0.0, 0.0])
    assert list(found) == list(TYPES)
    naive, stable = found["float32"]["probabilities"]
    assert naive == "[nan, 0, 0] | ✗ nan"
    assert stable == "[1, 3.784e−44, 3.784e−44] | ✓ exact"


def test_digits_lost_stand_beside_what_is_rounded_or_wrong_and_nothing_else():
    found = cards([20.0, 0.0, 0.0])
    assert found["float64"]["loss"][0].endswith("⚠ silently_wrong · 8.0 lost")
    assert "lost" not in found["float64"]["loss"][1]
    assert cards([1e8 + 1, 1e8 + 2])["float16"]["loss"] == ["nan | ✗ nan", "– | ⊘ refused"]


def test_words_are_never_markup():
    html = readings_html(compare([1.0, 0.0], 0), {**WORDS, "naive": "<b>x</b>"})
    assert "<b>x</b>" not in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html


def test_a_long_row_is_cut_and_a_single_number_has_no_brackets():
    assert written([0.1] * 9) == "[0.1, 0.1, 0.1, 0.1, …]"
    assert written([-0.0]) == "0"
    assert written([float("-inf"), 1.0]) == "[−∞, 1]"


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_the_chart_has_a_curve_for_each_type_and_form(quantity: Quantity) -> None:
    places = [-5.0, 12.0, 95.0]
    x = torch.tensor(places, dtype=torch.float64)
    digits = sweep(torch.stack([x, 0 * x, 0 * x], dim=-1), 0)
    chart = digits_chart(places, digits, quantity, WORDS)
    curves = {curve.name: curve for curve in chart.curves}
    assert len(curves) == len(TYPES) * len(FORMS)
    for name in TYPES:
        for form in FORMS:
            curve = curves[f"{name}, {form}"]
            assert curve.values == digits[name, form, quantity].tolist()
            assert (curve.colour, curve.line) == (TYPE_COLOURS[name], TYPE_LINES[name])
            assert curve.width == FORM_WIDTHS[form]
    assert max(max(curve.values) for curve in chart.curves) < chart.y_range[1]
