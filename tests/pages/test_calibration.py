"""The calibration of a run: its figures beside numpy's, the fitted T, and the way to one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import numpy.typing as npt
import pytest
import streamlit as st
from scipy.optimize import minimize_scalar
from streamlit.testing.v1 import AppTest

from softmax_core.data import split_validation
from softmax_core.runs import Run
from softmax_core.training import Experiment, Variant
from softmax_core.training.findings import CALIBRATED
from softmax_ui import cache

ROOT = Path(__file__).parents[2]
HELD_OUT = 2_000
Floats = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("calibrated")


@pytest.fixture(scope="module")
def runs(folder: Path) -> Iterator[dict[int, Run]]:
    """A run with pictures held out and one without, by how many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTMAX_RUNS", str(folder))
        cache.close_runs()
        st.cache_resource.clear()
        variants = [Variant("course"), Variant("fast", learning_rate=1.0)]
        made = {}
        for held_out in (HELD_OUT, 0):
            experiment = Experiment(variants, epochs=2, validation_size=held_out)
            started = cache.runner().start(experiment)
            cache.runner().wait(started.id, 120)
            made[held_out] = cache.store().run(started.id)
        yield made
        cache.close_runs()
        st.cache_resource.clear()


def opened(run: Run, **query: str) -> AppTest:
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    test.query_params.update({"run": run.id, "view": "calibration"} | query)
    test.switch_page("pages/training_dashboard.py").run()
    assert not test.exception
    return test


def board(test: AppTest) -> dict[str, Any]:
    protos = [part.proto for part in test.get("bidi_component")]
    parts = [json.loads(proto.mixed.json or proto.json or "{}") for proto in protos]
    (found,) = (part for part in parts if "moments" in part)
    return dict(found)


def table(test: AppTest) -> dict[str, list[str]]:
    """The rows of the figures at T = 1 and at the fitted T, by what they are."""
    (body,) = (e.proto.body for e in test.get("html") if "Brier" in e.proto.body)
    rows = re.findall(r"<th scope='row'>(.*?)</th>(.*?)</tr>", body)
    return {name: re.findall("<td>(.*?)</td>", row) for name, row in rows}


def by_hand(run: Run, variant: int, split: str) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Logits and labels of a split, in float64 with numpy."""
    newest = cache.store().latest_weights(run.id)
    assert newest is not None
    _step, w, b = newest
    data = cache.dataset()
    if split == "test":
        images, labels = data.test.images, data.test.labels
    else:
        _trained, held_out = split_validation(60_000, run.experiment.validation_size, 0)
        images, labels = data.train.images[held_out], data.train.labels[held_out]
    x = images.numpy().reshape(len(labels), -1).astype(np.float64) / 255
    return x @ w[variant].double().numpy().T + b[variant].double().numpy(), labels.numpy()


@pytest.mark.usefixtures("runs")  # and their store
@pytest.mark.parametrize("view", ["calibration", "own"])
def test_the_presets_end_says_who_is_too_sure(view: str) -> None:
    experiment = replace(CALIBRATED, epochs=1)
    run = cache.runner().start(experiment)
    cache.runner().wait(run.id, 120)
    said = opened(run, view=view).info[0].value
    for variant, named in enumerate(experiment.variants):
        logits, labels = by_hand(run, variant, "test")
        p = softmaxed(logits)
        excess = p.max(axis=1).mean() - (p.argmax(axis=1) == labels).mean()
        told = re.search(rf"`{re.escape(named.name)}` ([+−]\d\.\d+)", said)
        assert told is not None, said
        assert float(told[1].replace("−", "-")) == pytest.approx(excess, abs=2e-4)
    assert "Above 0 a variant is too sure of itself" in said


def softmaxed(logits: Floats, temperature: float = 1.0) -> Floats:
    z = logits / temperature
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))


def nll(logits: Floats, labels: npt.NDArray[np.int64], temperature: float = 1.0) -> float:
    return float(-np.log(softmaxed(logits, temperature)[range(len(labels)), labels]).mean())


@pytest.mark.parametrize("variant", [0, 1])
def test_the_figures_are_those_of_numpy(runs: dict[int, Run], variant: int) -> None:
    run = runs[HELD_OUT]
    test = opened(run, variant=str(variant + 1))
    fitted = minimize_scalar(
        lambda log_t: nll(*by_hand(run, variant, "validation"), float(np.exp(log_t))),
        bounds=(-3, 3),
        method="bounded",
        options={"xatol": 1e-8},
    )
    rows = table(test)
    logits, labels = by_hand(run, variant, "test")
    for column, temperature in enumerate((1.0, float(np.exp(fitted.x)))):
        p = softmaxed(logits, temperature)
        sure, right = p.max(axis=1), p.argmax(axis=1) == labels
        places = np.minimum((sure * 15).astype(int), 14)
        gaps = [abs((sure - right)[places == k].sum()) for k in range(15)]
        one_hot = np.eye(10)[labels]
        for name, value in {
            "confidence − accuracy": sure.mean() - right.mean(),
            "mean confidence": sure.mean(),
            "accuracy": right.mean(),
            "ECE, bins of equal width": sum(gaps) / len(labels),
            "negative log-likelihood": nll(logits, labels, temperature),
            "Brier score": ((p - one_hot) ** 2).sum(axis=1).mean(),
        }.items():
            shown = float(rows[name][column].replace("−", "-"))
            assert shown == pytest.approx(value, abs=1.1e-4), name
        parts = [
            float(rows[name][column].replace("−", "-"))
            for name in (
                "= reliability", "− resolution", "+ uncertainty",
                "+ what differs inside of the bins",
            )
        ]  # fmt: skip
        assert parts[0] - parts[1] + parts[2] + parts[3] == pytest.approx(
            float(rows["Brier score"][column]), abs=3e-4
        )
    heads = next(e.proto.body for e in test.get("html") if "Brier" in e.proto.body)
    assert f"T = {np.exp(fitted.x):.4g}" in heads


def test_the_slider_has_the_bins_of_each_temperature(runs: dict[int, Run]) -> None:
    run = runs[HELD_OUT]
    drawn = board(opened(run, variant="2", temperature="3.9"))
    moments = drawn["moments"]
    assert moments[drawn["first"]]["temperature"] == "1"
    chosen = moments[drawn["place"]]
    assert abs(float(chosen["temperature"]) / 3.9 - 1) < 0.07, "the nearest place"
    logits, labels = by_hand(run, 1, "test")
    p = softmaxed(logits, float(chosen["temperature"]))
    sure, right = p.max(axis=1), p.argmax(axis=1) == labels
    assert sum(chosen["histogram"]) == sum(each["count"] for each in chosen["bins"]) == 10_000
    for each in chosen["bins"]:
        inside = (sure >= each["low"] - 2e-4) & (sure < each["high"] + 2e-4)
        assert each["count"] == pytest.approx(inside.sum(), rel=0.02, abs=4)
        if each["count"] > 50:
            assert each["confidence"] == pytest.approx(sure[inside].mean(), abs=3e-3)
            assert each["accuracy"] == pytest.approx(right[inside].mean(), abs=0.02)
            assert each["band"][0] <= each["accuracy"] <= each["band"][1]
    assert [other["name"] for other in drawn["others"]] == ["course"]


def test_without_pictures_held_out_nothing_is_fitted_and_the_way_to_it_is_there(
    runs: dict[int, Run],
) -> None:
    test = opened(runs[0])
    assert list(board(test)["jumps"]) == [{"label": "T = 1", "place": 12}]
    assert all(len(cells) == 1 for cells in table(test).values())
    assert any("this run has held no pictures out" in said.value for said in test.caption)
    queries = [parse_qs(link.proto.query_string) for link in test.get("page_link")]
    (way,) = (query for query in queries if "held_out" in query)
    assert way["held_out"] == ["10000"]
    assert way["view"] == ["calibration"]
    assert way["rate2"] == ["1"], "the same experiment"


def test_the_pictures_held_out_can_be_judged_too(runs: dict[int, Run]) -> None:
    test = opened(runs[HELD_OUT], judged="validation")
    assert sum(board(test)["moments"][0]["histogram"]) == HELD_OUT
    logits, labels = by_hand(runs[HELD_OUT], 0, "validation")
    assert float(table(test)["negative log-likelihood"][0]) == pytest.approx(
        nll(logits, labels), abs=1e-4
    )


def said(test: AppTest) -> str:
    return " ".join(each.value for each in test.caption)


@pytest.fixture(scope="module")
def odd(runs: dict[int, Run]) -> dict[str, Run]:
    """A run whose T is of one picture, one that knows nothing, and one that ends in nan."""
    del runs  # made first, for the store is open as long as they are
    variants = {
        "one": [Variant("course"), Variant("sure", learning_rate=5.0, momentum=0.9)],
        "new": [Variant("untrained", learning_rate=1e-8)],
        "nan": [Variant("course"), Variant("bad", learning_rate=1e3, softmax="naive")],
    }
    made = {}
    for name, held_out in (("one", 1), ("new", 1_000), ("nan", 0)):
        started = cache.runner().start(
            Experiment(variants[name], epochs=1, validation_size=held_out)
        )
        cache.runner().wait(started.id, 120)
        made[name] = cache.store().run(started.id)
    return made


def test_what_is_said_of_t_is_true_of_a_model_that_knows_nothing(odd: dict[str, Run]) -> None:
    test = opened(odd["new"])
    assert float(table(test)["mean confidence"][0]) < 0.2
    assert float(re.findall("T = ([0-9.]+) has the smallest", said(test))[0]) > 1
    assert "too sure of them" in said(test)
    assert "nearly saturated" not in said(test)


def test_a_t_that_fits_only_the_few_pictures_held_out_is_said_to(odd: dict[str, Run]) -> None:
    test = opened(odd["one"])
    before, after = map(float, table(test)["negative log-likelihood"])
    assert after > before
    assert f"larger, from {before:.4f} to {after:.4f}" in said(test)
    assert "pictures held out (1)" in said(test)
    assert "1 pictures" not in said(opened(odd["one"], judged="validation"))


def test_what_was_nan_at_the_end_is_not_read_out_as_a_number(odd: dict[str, Run]) -> None:
    test = opened(odd["nan"], variant="2", epoch="0")
    protos = [part.proto for part in test.get("bidi_component")]
    whole = json.dumps([proto.mixed.json or proto.json for proto in protos])
    assert "Mean confidence minus accuracy by epoch" in whole
    assert "+nan" not in whole


@pytest.mark.usefixtures("runs")
def test_why_confidence_went_beyond_accuracy_depends_on_the_way() -> None:
    started = cache.runner().start(Experiment([Variant("course")], epochs=2, validation_size=12))
    cache.runner().wait(started.id, 120)
    text = said(opened(cache.store().run(started.id), judged="validation"))
    assert re.search("goes from −[0-9.]+ through 0 to [+]", text)
    assert "very sure" not in text
