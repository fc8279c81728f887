"""Where a picture's logits come from, what if some pictures had not been there, and its flip."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
import torch
from streamlit.testing.v1 import AppTest

from softmax_core.runs import Run
from softmax_core.training import Experiment, Variant
from softmax_ui import cache

ROOT = Path(__file__).parents[2]
PICTURE = 23
SECONDS = 120


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTMAX_RUNS", str(tmp_path_factory.mktemp("traced")))
        cache.close_runs()
        st.cache_resource.clear()
        variants = [Variant("course"), Variant("heavy", momentum=0.9, weight_decay=0.001)]
        started = cache.runner().start(Experiment(variants, epochs=1))
        cache.runner().wait(started.id, SECONDS)
        yield cache.store().run(started.id)
        cache.close_runs()
        st.cache_resource.clear()


def opened(run: Run, **query: str) -> AppTest:
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS)
    given = {"run": run.id, "view": "why", "picture": str(PICTURE), "variant": "2", **query}
    test.query_params.update(given)
    test.switch_page("pages/training_dashboard.py").run()
    assert not test.exception
    return test


def computed(test: AppTest, key: str) -> AppTest:
    """Press a button that has something computed, and look again when that has ended."""
    test.button(key=key).click().run()
    cache.computations().wait(SECONDS)
    return test.run()


def components(test: AppTest) -> list[dict[str, Any]]:
    protos = [part.proto for part in test.get("bidi_component")]
    return [json.loads(proto.mixed.json or proto.json or "{}") for proto in protos]


def rows(test: AppTest, caption: str) -> dict[str, list[str]]:
    (body,) = (e.proto.body for e in test.get("html") if caption in e.proto.body)
    found = re.findall(r"<th scope='row'>(.*?)</th>(.*?)</tr>", body)
    return {name: re.findall("<td>(.*?)</td>", row) for name, row in found}


def number(text: str) -> float:
    return float(text.replace("−", "-").replace(",", ""))


def model_of(run: Run, variant: int = 1) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    newest = cache.store().latest_weights(run.id)
    assert newest is not None
    _step, w, b = newest
    x = cache.dataset().test.images[PICTURE].reshape(-1).double() / 255
    return x, w[variant].double(), b[variant].double()


def test_a_logit_is_the_sum_of_what_the_pictures_add(run: Run) -> None:
    test = computed(opened(run), "why_story_trace")
    x, w, b = model_of(run)
    logits = w @ x + b
    k = int(logits.argmax())
    (said,) = (m.value for m in test.markdown if m.value.startswith("o("))
    shown = re.search(r"\*\*(.*?)\*\* = (\S+) − (\S+) ([+−]) (\S+):", said)
    assert shown is not None
    total, added, taken, sign, start = shown.groups()
    assert number(total) == pytest.approx(float(logits[k]), abs=2e-4)
    left = number(start) * (-1 if sign == "−" else 1)
    assert number(added) - number(taken) + left == pytest.approx(number(total), abs=2e-2)
    (figure,) = (c for c in components(test) if "Added by" in c.get("alt", "") or (
        "each class add" in c.get("alt", "")))  # fmt: skip
    bars = [number(value) for value in re.findall(r"(?<= )−?\d+\.\d+(?=[,.])", figure["alt"])]
    assert len(bars) == 10
    assert sum(bars) + left == pytest.approx(number(total), abs=1e-2)
    (half,) = (m.value for m in test.markdown if "make half" in m.value)
    found = re.search(r"\*\*([\d,]+) of ([\d,]+)", half)
    assert found is not None
    assert 100 < number(found[1]) < number(found[2]) <= 60_000
    assert "No handful of them" in half


def test_without_a_class_the_model_no_longer_knows_it(run: Run) -> None:
    """Retrained without the predicted class by a loop of our own, on the same minibatches."""
    test = computed(opened(run, variant="1", without="class"), "why_story_trace")
    x, w, b = model_of(run, 0)
    k = int((w @ x + b).argmax())
    test.selectbox(key="left_out").set_value(k).run()
    test = computed(test, "why_story_retrain")
    table = rows(test, "trained without them")
    names = list(table)
    shown = torch.tensor([[number(cell) for cell in table[name]] for name in names])
    torch.testing.assert_close(shown[:, 0].double(), w @ x + b, atol=2e-4, rtol=1e-3)
    p = torch.softmax(w @ x + b, 0)
    torch.testing.assert_close(shown[:, 3].double(), p, atol=1e-4, rtol=1e-2)
    data = cache.dataset().train
    w, b = by_hand_without(run, data.images, data.labels, k)
    torch.testing.assert_close(shown[:, 2].double(), w @ x + b, atol=5e-4, rtol=1e-3)
    assert shown[:, 2].argmax() != k, "it was never told of this class"
    assert any("A sum is no forecast of a retraining" in c.value for c in test.caption)


def by_hand_without(
    run: Run, images: torch.Tensor, labels: torch.Tensor, k: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """The course's loop in float64, with the pictures of a class masked out of the gradient."""
    from softmax_core.data.minibatches import epoch_order

    first, _bias = cache.store().weights(run.id, 0)
    w, b = first[0].double(), torch.zeros(10, dtype=torch.float64)
    x = images.reshape(len(images), -1)
    for some in epoch_order(run.experiment.seed, 1, len(images)).split(run.experiment.batch_size):
        batch = x[some].double() / 255
        error = torch.softmax(batch @ w.T + b, 1)
        error[range(len(some)), labels[some]] -= 1
        error[labels[some] == k] = 0
        w = w - 0.1 * error.T @ batch / len(some)
        b = b - 0.1 * error.mean(0)
    return w, b


def test_the_smallest_change_goes_to_the_nearest_plane(run: Run) -> None:
    test = opened(run)
    x, w, b = model_of(run)
    logits = w @ x + b
    k = int(logits.argmax())
    distances = [
        float((logits[k] - logits[j]) / (w[k] - w[j]).norm()) if j != k else float("inf")
        for j in range(10)
    ]
    table = rows(test, "‖W_k − W_j‖")
    assert number(table["size of the change ‖δ‖"][0]) == pytest.approx(min(distances), rel=1e-3)
    assert number(table["size of the change ‖δ‖"][1]) >= min(distances) - 1e-4
    assert number(table["size of the picture ‖x‖"][0]) == pytest.approx(float(x.norm()), rel=1e-3)
    before, after = (table[f"taken for, at {factor} δ"] for factor in ("0.999", "1.001"))
    assert before == table["from"]
    assert after == table["to the nearest other class"]


def test_a_fork_with_other_settings_is_not_explained_by_pictures(run: Run) -> None:
    """Its steps were not all made with the settings that it has."""
    fork = cache.runner().fork(
        run.id,
        100,
        Experiment(
            [Variant("course"), Variant("heavy", momentum=0.9, weight_decay=0.01)], epochs=1
        ),
    )
    cache.runner().wait(fork.id, SECONDS)
    test = computed(opened(cache.store().run(fork.id)), "why_story_trace")
    assert any("does not come to the same weights" in w.value for w in test.warning)
