"""A report is one file: everything in it, nothing executed that a person wrote."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from softmax_core.runs import History, Run, Store
from softmax_core.runs.recordings import Fork
from softmax_core.runs.run import mark_of
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
    run = store.create(Experiment([Variant("good"), Variant(SPITE)], epochs=2), 3)
    steps = [StepRecord(n, 1, [1 / n, 2.0], *[[0.5, 0.5]] * 3) for n in (1, 2, 3)]
    tables = [
        [[1000 * variant + 10 * true + predicted for predicted in range(10)] for true in range(10)]
        for variant in (1, 2)
    ]
    accuracy = [0.1234, 0.8765]
    losses, test_losses, train_accuracy = [0.11, 0.22], [0.33, 0.44], [0.55, 0.66]
    early = EpochRecord(
        1, 2, [9.0] * 2, [0.9, 0.1], None, None, [9.0] * 2, [0.9, 0.1], tables[::-1]
    )
    end = EpochRecord(2, 3, losses, train_accuracy, None, None, test_losses, accuracy, tables)
    store.append(run.id, steps, [early, end])
    store.set_status(run.id, "finished")
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
    assert document.count("plotly.js (cartesian") == 1
    for told in ("Lesson 3", "what we saw", "0.8765", "0.1234", "Ankle boot", "Learning rate η"):
        assert told in outline.text
    assert '"learning_rate": 0.1' in outline.text


def told(document: str) -> str:
    outline = Outline()
    outline.feed(document)
    return " ".join(outline.text.split())


def test_each_variant_has_its_own_results(store: Store) -> None:
    said = told(report_html(store, trained(store)))
    assert "good 0.1100 0.5500 0.3300 0.1234" in said
    assert f"{SPITE} 0.2200 0.6600 0.4400 0.8765" in said


def test_the_confusion_is_that_of_the_best_variant_on_the_test_set(store: Store) -> None:
    said = told(report_html(store, trained(store)))
    assert f"What {SPITE} takes the test pictures for" in said
    assert "Ankle boot 2090 2091 2092 2093 2094 2095 2096 2097 2098 2099" in said
    assert "Ankle boot 1090" not in said


def test_each_variant_has_its_own_curve(store: Store) -> None:
    loss = report_html(store, trained(store)).split("Plotly.newPlot(")[1]
    curves = re.findall(r'"y": ?(\{.*?\}|\[.*?\])', loss)
    assert len(curves) == len(set(curves)) == 2


@pytest.mark.parametrize(
    ("reader", "words"),
    [
        ("en", ["squared error", "naive", "0 to 1", "cosine decay"]),
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
    for raw in ("cross_entropy", "squared_error", " unit ", "validation_size"):
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
    assert "takes the test pictures for" not in document


def test_a_report_has_no_id_with_which_anybody_could_watch_a_run(store: Store) -> None:
    run = trained(store)
    parent = store.create(Experiment([Variant("first")]), 3)
    forks = [Fork(2, parent.id, parent.experiment)]
    html = report.report_html(History(store, run.id), run, forks)
    assert run.id not in html
    assert parent.id not in html
    assert mark_of(run.id) in html
    assert html.count(mark_of(parent.id)) == 2, "in the table and in the experiment"
