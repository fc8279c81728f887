"""2/λ on a run's page, beside scipy's eigenvalue of a Hessian that autograd made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
import torch
from scipy.sparse.linalg import LinearOperator, eigsh
from streamlit.testing.v1 import AppTest

from softmax_core.runs import Run
from softmax_core.training import Experiment, Variant
from softmax_ui import cache

ROOT = Path(__file__).parents[2]
SECONDS = 180


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    monkeypatch.setenv("SOFTMAX_RUNS", str(tmp_path))
    cache.close_runs()
    st.cache_resource.clear()
    # Trained on so few pictures that the Hessian by autograd takes no time.
    experiment = Experiment(
        [Variant("slow", 0.01), Variant("fast", 1.0)],
        epochs=2,
        batch_size=256,
        validation_size=59_000,
    )
    started = cache.runner().start(experiment)
    cache.runner().wait(started.id, SECONDS)
    yield cache.store().run(started.id)
    cache.close_runs()
    st.cache_resource.clear()


def by_hand(run: Run, w: torch.Tensor, b: torch.Tensor) -> float:
    from softmax_core.data import split_validation

    trained, _held_out = split_validation(60_000, 59_000, run.experiment.seed)
    data = cache.dataset().train
    x = data.images[trained].reshape(len(trained), -1).double() / 255
    x = torch.cat((x, torch.ones(len(x), 1, dtype=torch.float64)), dim=1)
    labels = data.labels[trained]
    at = torch.cat((w.double(), b.double()[:, None]), dim=1).flatten().requires_grad_()
    loss = torch.nn.functional.cross_entropy(x @ at.view(10, -1).T, labels)
    (gradient,) = torch.autograd.grad(loss, at, create_graph=True)

    def product(v: np.ndarray) -> np.ndarray:
        (found,) = torch.autograd.grad(gradient @ torch.from_numpy(v), at, retain_graph=True)
        return found.numpy()

    operator = LinearOperator((len(at), len(at)), matvec=product, dtype=np.float64)
    return float(eigsh(operator, k=1, which="LA", return_eigenvectors=False)[0])


def test_the_limit_is_that_of_another_hessian(run: Run) -> None:
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS)
    test.query_params.update({"run": run.id, "view": "curves", "variant": "2"})
    test.switch_page("pages/training_dashboard.py").run()
    for key in ("curvature_zero", "curvature_now"):
        test.button(key=key).click().run()
        cache.computations().wait(SECONDS)
        test.run()
        assert not test.exception
    newest = cache.store().latest_weights(run.id)
    assert newest is not None
    _step, w, b = newest
    for at, weights, bias in (("at W = 0", w[1] * 0, b[1] * 0), ("after step 8", w[1], b[1])):
        (said,) = (m.value for m in test.markdown if m.value.startswith(f"{at}: λ"))
        found = re.search(r"λ = \*\*(.*?)\*\*, so 2/λ = \*\*(.*?)\*\*", said)
        assert found is not None
        oracle = by_hand(run, weights, bias)
        assert float(found[1]) == pytest.approx(oracle, rel=6e-4)
        assert float(found[2]) == pytest.approx(2 / oracle, rel=6e-3)
    jumps = np.abs(np.diff(cache.store().steps(run.id).loss, axis=0)).mean(axis=0)
    drawn = [part.proto for part in test.get("bidi_component")]
    told = " ".join((proto.mixed.json or proto.json) for proto in drawn)
    assert f"slow {jumps[0]:.3g}, fast {jumps[1]:.3g}" in told
