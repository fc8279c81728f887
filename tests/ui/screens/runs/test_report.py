"""A report is one file: everything in it, nothing executed that a person wrote."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from softmax_core.runs import History, Run, Store
from softmax_core.training.experiment import Experiment, Variant
from softmax_core.training.records import EpochRecord, StepRecord
from softmax_ui.screens.runs import report
from softmax_ui.text import Language, speaking

SPITE = "<script>alert(1)</script>"


def report_html(store: Store, run: Run) -> str:
    return report.report_html(History(store, run.id), run)


class Outline(HTMLParser):
    """The tags of a document, and the text outside of scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside not in ("script", "style"):
            self.text += data + " "


def trained(store: Store) -> Run:
    run = store.create(Experiment([Variant("good"), Variant(SPITE)], epochs=1), 3)
    steps = [StepRecord(n, 1, [1 / n, 2.0], *[[0.5, 0.5]] * 3) for n in (1, 2, 3)]
    table = [[100 * (row == column) for column in range(10)] for row in range(10)]
    pair = [0.8765, 0.1234]
    store.append(
        run.id, steps, [EpochRecord(1, 3, pair, pair, None, None, pair, pair, [table] * 2)]
    )
    store.rename(run.id, f"Lesson 3 {SPITE}")
    store.annotate(run.id, f"what we saw {SPITE}")
    return store.run(run.id)


def test_a_report_needs_nothing_from_outside(store: Store) -> None:
    outline = Outline()
    outline.feed(report_html(store, trained(store)))
    for tag, attributes in outline.tags:
        assert "src" not in attributes, tag
        assert tag not in {"link", "iframe", "img", "object"}
        assert tag != "a" or not (attributes.get("href") or "").startswith("http")
    scripts = [tag for tag, _attributes in outline.tags if tag == "script"]
    assert len(scripts) == report_html(store, trained(store)).count("<script")


def test_a_report_holds_the_figures_and_the_numbers(store: Store) -> None:
    document = report_html(store, trained(store))
    outline = Outline()
    outline.feed(document)
    assert document.count("Plotly.newPlot(") >= 4
    assert document.count("plotly.js v") == 1
    for told in ("Lesson 3", "what we saw", "0.8765", "0.1234", "Ankle boot", "Learning rate η"):
        assert told in outline.text
    assert '"learning_rate": 0.1' in outline.text


@pytest.mark.parametrize(
    ("reader", "words"),
    [
        ("en", ["squared error", "naive, as in the note", "0 to 1", "falls as a cosine"]),
        ("zh", ["平方误差", "朴素", "0 到 1", "余弦"]),
    ],
)
def test_a_report_says_its_settings_as_the_dashboard_does(
    store: Store, reader: Language, words: list[str]
) -> None:
    variants = [Variant("a"), Variant("b", loss="squared_error", softmax="naive")]
    run = store.create(Experiment(variants, schedule="cosine"), 2350)
    outline = Outline()
    with speaking(reader):
        outline.feed(report_html(store, run))
    tables, experiment = outline.text.split("{", 1)
    for word in words:
        assert word in tables
    for raw in ("cross_entropy", "squared_error", " naive ", " unit "):
        assert raw not in tables
    assert '"squared_error"' in experiment  # what is to be imported is as it was


def test_what_people_wrote_is_text(store: Store) -> None:
    document = report_html(store, trained(store))
    assert not re.search(r"<script>alert", document)
    assert "&lt;script&gt;alert(1)" in document
    # Within a script a "<" is written by its number; plotly then reads an escaped "<".
    assert r'"name": "\u0026lt;script\u0026gt;alert(1)' in document


def test_a_report_speaks_the_readers_language(store: Store) -> None:
    outline = Outline()
    with speaking("zh"):
        outline.feed(report_html(store, trained(store)))
    assert dict(outline.tags)["html"] == {"lang": "zh-CN"}
    assert "短靴" in outline.text
    assert "Ankle boot" not in outline.text


def test_a_run_without_records_has_a_report(store: Store) -> None:
    document = report_html(store, store.create(Experiment([Variant("new")]), 2350))
    assert "0 of 2,350 steps" in document
    assert "Ankle boot" not in document
