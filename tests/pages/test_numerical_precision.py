"""The precision page, as the server builds it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from softmax_ui.addresses.precision import CASES

ROOT = Path(__file__).parents[2]


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    app.query_params.clear()
    app.query_params.update(query)
    app = app.switch_page("pages/numerical_precision.py").run()
    assert not app.exception
    return app


def table(app: AppTest) -> str:
    return next(h.proto.body for h in app.get("html") if 'class="readings"' in h.proto.body)


def curves(app: AppTest) -> list[str]:
    """The names of the curves over x."""
    (chart,) = (
        json.loads(c.proto.json)
        for c in app.get("bidi_component")
        if "handle" in c.proto.component_name
    )
    return [curve["name"] for curve in chart["curves"]]


def text(app: AppTest) -> str:
    return "\n".join(element.value for element in app.markdown)


def test_the_page_opens_on_an_overflow():
    app = opened()
    assert "88.72" in app.info[0].value
    assert "[nan, 0, 0]" in table(app)
    assert "11.09" in text(app)
    assert "<<" not in text(app)


@pytest.mark.parametrize("case", CASES)
def test_a_case_fills_in_its_logits_its_target_and_the_url(case):
    app = opened(logits="3, 2, 1")
    assert not app.info
    app.pills(key="case").set_value(case).run()
    assert not app.exception
    assert app.text_input(key="logits_typed").value == CASES[case].logits
    assert app.selectbox(key="target").value == CASES[case].target
    assert len(app.info) == 1


def test_a_target_that_is_no_class_is_said_and_the_default_is_shown():
    app = opened(logits="3, 2", target="2")
    assert "`target` was `2` and must be a whole number from 0 to 1" in app.warning[0].value
    assert app.selectbox(key="target").value == 0


def test_a_logit_may_be_masked():
    app = opened(logits="1, -inf, 0", target="0")
    assert not app.exception
    assert not app.warning
    assert any("infty" in element.value for element in app.markdown)
    for target in ("1", "2"):
        assert not opened(logits="1, -inf, 0", target=target).exception


def test_the_derivation_has_the_logits_numbers():
    app = opened(logits="1000, 1000, 0", target="2")
    assert r"o &= [1000,\ 1000,\ 0]" in text(app)
    assert "1000.693147" in text(app)
    assert "&= 1000 + 0.69315 \\\\\n&= 1000.7\n" in text(app)


def test_the_derived_loss_is_the_tables():
    app = opened(logits="100, 0, 0", target="0", type="float64")
    assert r"&= 0 + 7.4402 \times 10^{-44} \\" in text(app)
    assert "<code>7.44e−44</code>" in table(app)


def test_the_case_that_is_shown_is_marked():
    app = opened()
    assert app.pills(key="case").value == "overflow"
    app.text_input(key="logits_typed").set_value("3, 2, 1").run()
    assert app.pills(key="case").value is None


def test_float32_stands_alone_until_another_type_is_asked_for():
    app = opened()
    assert re.findall("<caption>([a-z0-9]+)<", table(app)) == ["float32"]
    assert "✗ nan" in table(app)
    assert "✓ exact" in table(app)
    assert [name.split(",")[0] for name in curves(app)] == ["float32", "float32"]
    app.segmented_control(key="type").set_value("all").run()
    types = re.findall("<caption>([a-z0-9]+)<", table(app))
    assert types == ["float16", "bfloat16", "float32", "float64"]
    app.segmented_control(key="curves").set_value("float16").run()
    assert [name.split(",")[0] for name in curves(app)] == ["float16", "float16"]
    assert app.query_params["type"] in ("all", ["all"])


def test_a_case_shows_the_type_that_it_is_about_and_leaves_all_types_shown():
    app = opened()
    app.pills(key="case").set_value("half_overflow").run()
    assert re.findall("<caption>([a-z0-9]+)<", table(app)) == ["float16"]
    app.pills(key="case").set_value("gradient").run()
    assert re.findall("<caption>([a-z0-9]+)<", table(app)) == ["float32"]
    app.segmented_control(key="type").set_value("all").run()
    app.pills(key="case").set_value("half_overflow").run()
    assert table(app).count("<caption>") == 4


def test_the_chart_follows_the_quantity_and_the_url():
    app = opened(quantity="gradient", x="-20")
    shown = [
        json.loads(c.proto.json)
        for c in app.get("bidi_component")
        if "handle" in c.proto.component_name
    ]
    (chart,) = shown
    assert chart["x"][chart["position"]] == -20
    app.segmented_control(key="quantity").set_value("probabilities").run()
    (other,) = [
        json.loads(c.proto.json)
        for c in app.get("bidi_component")
        if "handle" in c.proto.component_name
    ]
    assert other["revision"] != chart["revision"]


def test_nonsense_is_said_and_the_default_is_shown():
    app = opened(logits="1e99, 0", target="x")
    assert "logits" in app.warning[0].value
    assert app.text_input(key="logits_typed").value == "100, 0, 0"


@pytest.mark.parametrize(
    "typed", ["tensor([2., 1., 1e8])", "２，１，１００００００００", "(2, 1, 1e8)"]
)
def test_logits_are_read_in_the_forms_that_the_playground_reads(typed):
    app = opened()
    app.text_input(key="logits_typed").set_value(typed).run()
    assert app.query_params["logits"] == "2, 1, 100000000"
